"""The harness finds what it is made to find: every kind of damage is done to a film once, and told."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.crash.checks import check
from tests.crash.filming import Filming
from tests.crash.films import SHAPES
from tests.crash.folder import LEDGER
from tests.crash.history import History, played
from tests.crash.victims import Victims, nursery
from tests.support.decoded import decode

CHAIN = next(h for h in (History(0, n, 0) for n in range(100)) if h.shape is SHAPES["chain"])


@pytest.fixture(scope="module")
def victims(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victims]:
    with nursery(tmp_path_factory.mktemp("said")) as found:
        yield found


def sql(filming: Filming, text: str) -> None:
    with closing(sqlite3.connect(filming.film / LEDGER)) as db, db:
        db.execute(text)


def take_of(filming: Filming, scene: str) -> Path:
    return next((filming.film / "takes" / scene).glob("*-1"))


def forget_everything(filming: Filming) -> None:
    """As if neither ledger nor takes had been safe: the next run pays for everything again."""
    (filming.film / LEDGER).unlink()
    shutil.rmtree(filming.film / "takes")
    filming.folders.clear()
    filming.rows.clear()
    filming.work()


def lose_a_folder(filming: Filming) -> None:
    shutil.rmtree(take_of(filming, "a1"))


def change_a_clip(filming: Filming) -> None:
    with (take_of(filming, "a1") / "clip.mp4").open("ab") as clip:
        clip.write(b"x")


def lose_a_row(filming: Filming) -> None:
    sql(filming, "DELETE FROM takes WHERE scene_id = 'a2'")


def leave_one_open(filming: Filming) -> None:
    sql(filming, "UPDATE attempts SET state = 'unknown' WHERE scene_id = 'a2'")


def write_less(filming: Filming) -> None:
    sql(filming, "UPDATE attempts SET settled_usd = '0.39' WHERE scene_id = 'a1'")


def put_a_clip_aside(filming: Filming) -> None:
    (filming.film / "takes" / "a1" / "rejected-x").mkdir()


def cut_another_film(filming: Filming) -> None:
    shutil.copy(take_of(filming, "a1") / "clip.mp4", filming.cut)


def lose_the_film(filming: Filming) -> None:
    filming.cut.unlink()


def say_a_bug(filming: Filming) -> None:
    (filming.home / "film.yaml").write_text("scenes: 3", "utf-8")
    filming.work()


def nothing(filming: Filming) -> None:
    """Leave everything as it is."""


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (nothing, ""),
        (forget_everything, "a1 was charged 2 times, 1 asked for, 0 risked"),
        (lose_a_folder, "is gone"),
        (change_a_clip, "was changed"),
        (lose_a_row, "the ledger lost the take a2/"),
        (leave_one_open, "was left unknown"),
        (write_less, "the bill"),
        (put_a_clip_aside, "a paid clip was put aside: rejected-x"),
        (cut_another_film, "another film came out"),
        (lose_the_film, "there is no film"),
        (say_a_bug, "ended with 3"),
    ],
)
def test_damage_is_told(
    victims: Victims, tmp_path: Path, damage: Callable[[Filming], None], told: str
) -> None:
    with played(CHAIN, victims, tmp_path) as filming:
        whole = decode(filming.cut)
        damage(filming)
        check(filming, whole)
    if told:
        assert any(told in wrong for wrong in filming.told.wrong), filming.told.wrong
    else:
        assert filming.told.wrong == []
    assert bool(filming.told.paid_twice) == (damage is forget_everything)
    assert bool(filming.told.clips_lost) == (damage in (lose_a_folder, change_a_clip, lose_a_row))
