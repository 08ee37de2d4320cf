"""A scene that is edited while the service is at it: what was paid for comes home, and is paid once."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.cli.lossy import Film, film_on
from tests.support.cli import PAID, run, write
from veo_story.making import read_stored
from veo_story.plan.takes import Attempt, AttemptState

EDITED = PAID.replace("A small boat", "A big ship")
REMOVED = PAID.replace("      - {id: a1,", "      - {id: a9,").replace("A small boat", "A big ship")


def under_way(film: Film) -> Attempt:
    """Render while no look at the service comes through, so that a1 is left answered."""
    film.emulator.set_faults([{"on": "poll", "fault": "html_error", "times": 1000}])
    assert film.render().code != 0
    film.emulator.set_faults([])
    return next(a for a in read_stored(film.folder).attempts if a.scene_id == "a1")


@pytest.mark.parametrize("service", ["gemini", "storage", "inline"])
@pytest.mark.parametrize("text", [EDITED, REMOVED])
def test_it_comes_home_as_a_take_of_the_old_words(folder: Path, service: str, text: str) -> None:
    with film_on(service, folder) as film:
        old = under_way(film)
        assert old.state is AttemptState.ANSWERED
        write(folder / "paid.yaml", text)
        told = run("status", "paid.yaml", environ=film.environ, tempo=film.tempo)
        assert "undo the edit" not in told.out
        film.ends()
        take = next(t for t in read_stored(film.folder).takes if t.attempt_id == old.id)
        assert (take.scene_id, take.fingerprint, take.new_frames) == ("a1", old.fingerprint, 96)
        assert take.cost_usd == Decimal("0.20")
        paid = film.generations
        write(folder / "paid.yaml", PAID)
        film.ends()
        assert film.generations == paid == 3


def test_one_that_never_comes_home_is_given_up_by_name(folder: Path) -> None:
    with film_on("gemini", folder) as film:
        old = under_way(film)
        listed = film.reconcile()
        assert (listed.code, "no request of unknown outcome" in listed.err) == (0, True)
        for words in ((), ("--again",), ("--settle", "0.20")):
            named = film.reconcile(*words, *(("--attempt", old.id[:8]) if words[:1] != ("--settle",) else ()))
            assert read_stored(film.folder).attempts[0].state is AttemptState.ANSWERED, named.err
        refused = film.reconcile("--again", "--attempt", old.id)
        assert (refused.code, "the next render brings it home" in refused.err) == (2, True)
        settled = film.reconcile("--settle", "0.20", "--attempt", old.id)
        assert (settled.code, "a1: settled at 0.20 USD" in settled.err) == (0, True)
        film.ends()
        assert film.generations == 3
