"""Eight films rendered at once under one cap of the month: it is never passed by a cent."""

from __future__ import annotations

import json
import os
from collections import Counter
from decimal import Decimal
from pathlib import Path

from tests.crash.films import Shape
from tests.crash.service import SPEED, Service, service
from tests.crash.victims import Victim, Victims, nursery

FILMS, SCENES = 8, 2
PRICE, CAP = Decimal("0.40"), Decimal("2.20")


def film(number: int) -> str:
    """Two chains side by side, with words of their own: the bill tells films by them."""
    scenes = (
        {"id": f"s{n}", "duration": 4, "action": f"A boat with {number} sails on lake {n}"}
        for n in range(SCENES)
    )
    return Shape(f"film {number}", tuple((scene,) for scene in scenes), (), ()).storyboard({})


def run(victims: Victims, running: Service, home: Path, words: list[str], start: int | None = None) -> Victim:
    environ, began = running.environ, running.emulator.now()
    return victims.bear(words, cwd=home, environ=environ, speed=SPEED, began=began, start=start)


def month(victims: Victims, running: Service, home: Path) -> dict[str, str]:
    """What the user's account says of this month."""
    told = run(victims, running, home, ["caps", "--json"]).buried()
    assert told.code == 0, told.said()
    found: dict[str, str] = json.loads(told.out.read_text("utf-8"))["month"]
    return found


def test_eight_films_at_once_keep_to_one_cap(tmp_path: Path) -> None:
    with nursery(tmp_path / "said") as victims, service("gemini", tmp_path) as running:
        assert run(victims, running, tmp_path, ["caps", "--month", str(CAP)]).buried().code == 0
        words = ["--backend", "gemini", "--yes", "--quiet"]
        ours, theirs = os.pipe()
        films = []
        for number in range(FILMS):
            (tmp_path / f"film{number}.yaml").write_text(film(number), "utf-8")
            films.append(run(victims, running, tmp_path, ["render", f"film{number}.yaml", *words], ours))
        os.close(ours)
        os.close(theirs)
        looks = 0
        while not all(one.ended(0.01) for one in films):
            assert Decimal(month(victims, running, tmp_path)["counted_usd"]) <= CAP
            assert Decimal(running.emulator.bill()["total"]["usd"]) <= CAP
            looks += 1
        codes = Counter(one.buried().code for one in films)
        said = "\n".join(one.said() for one in films)
        paid = Counter(charge["prompt"] for charge in running.charges())
        standing = month(victims, running, tmp_path)
    assert set(codes) <= {0, 5}, said
    assert looks and codes[5] and "cap" in said
    assert max(paid.values()) == 1
    # As many scenes as fit were made: nobody was kept from what was left.
    fits = int(CAP // PRICE)
    assert len(paid) == fits
    assert Decimal(standing["spent_usd"]) == Decimal(standing["counted_usd"]) == fits * PRICE
