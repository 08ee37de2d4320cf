"""A film with scenes that stayed on older takes: what is really in it, found by decoding."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Literal

import pytest

import veo_story
from tests.support.decoded import SAMPLES_A_FRAME, Decoded, decode
from veo_story.api import RenderedFilm
from veo_story.ledger.sqlite import SqliteLedger
from veo_story.plan.takes import Pin, Seam, Take

NOW = datetime(2026, 11, 22, tzinfo=UTC)
OPENING, EXTENSION, BRIDGE = 96, 168, 192
BOARD = """\
storyboard: 1
title: Four
scenes:
  - {id: s01, duration: 4, action: A boat leaves the harbour}
  - {id: s02, action: WORDS}
  - {id: s03, action: The rain stops}
  - {id: s04, action: The sun comes out}
"""

Returns = Literal["tail", "combined"]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Returns], Path]:
    """The film as it was at first, rendered once for each way in which an extension comes back."""

    @cache
    def rendered(returns: Returns) -> Path:
        folder = tmp_path_factory.mktemp(returns)
        written(folder, "Rain begins to fall")
        assert render(folder, returns).run.sent == 4
        return folder

    return rendered


def written(folder: Path, words: str) -> Path:
    path = folder / "four.yaml"
    path.write_text(BOARD.replace("WORDS", words), "utf-8")
    return path


def render(folder: Path, returns: Returns) -> RenderedFilm:
    return veo_story.render_film(folder / "four.yaml", renders=folder / "renders", returns=returns)


def begun(film: Path, folder: Path, returns: Returns) -> dict[str, Take]:
    """A copy of a rendered film, and its takes."""
    shutil.copytree(film, folder, dirs_exist_ok=True)
    again = render(folder, returns)
    assert again.run.sent == 0
    return dict(again.run.takes)


def pin(folder: Path, take: Take, seam: Seam) -> None:
    with SqliteLedger(folder / "renders" / "four" / "ledger.sqlite") as ledger:
        ledger.choose(pins={take.scene_id: Pin(take.scene_id, take.id, seam)}, now=NOW)


def own(take: Take) -> list[int]:
    """The pictures of a take's own footage."""
    return decode(take.clip, digests=True).digests[take.new_start : take.new_end]


def film_of(made: RenderedFilm) -> Decoded:
    assert made.film is not None
    return decode(made.film.path, digests=True)


@pytest.mark.parametrize("returns", ["tail", "combined"])
def test_after_a_cut_or_a_bridge_the_film_goes_on_with_the_old_footage(
    first: Callable[[Returns], Path], tmp_path: Path, returns: Returns
) -> None:
    old = begun(first(returns), tmp_path, returns)
    before = decode(tmp_path / "renders" / "four" / "film.mp4", digests=True)

    written(tmp_path, "Snow begins to fall")
    pin(tmp_path, old["s03"], "cut")
    cut = render(tmp_path, returns)
    assert cut.run.sent == 1
    takes = cut.run.takes
    assert takes["s02"].id != old["s02"].id
    assert [takes[s] for s in ("s01", "s03", "s04")] == [old[s] for s in ("s01", "s03", "s04")]
    film = film_of(cut)
    assert film.codes == [*range(OPENING + 3 * EXTENSION)]
    seam = OPENING + EXTENSION
    assert film.digests[:OPENING] == before.digests[:OPENING]
    assert film.digests[OPENING:seam] == own(takes["s02"])
    assert film.digests[OPENING:seam] != before.digests[OPENING:seam]
    assert film.digests[seam:] == before.digests[seam:]
    assert film.sound.shape[1] >= len(film.codes) * SAMPLES_A_FRAME
    assert render(tmp_path, returns).run.sent == 0

    pin(tmp_path, old["s03"], "bridge")
    bridged = render(tmp_path, returns)
    assert bridged.run.sent == 1
    takes = bridged.run.takes
    bridge = takes["s03+bridge"]
    assert bridge.parents == (takes["s02"].id, old["s03"].id)
    left = bridge.picked_frames["first_frame"]
    assert 0 < left < EXTENSION
    film = film_of(bridged)
    # The frame that the bridge starts on and the one it ends on are shown once.
    assert film.digests[OPENING : OPENING + left] == own(takes["s02"])[:left]
    at = OPENING + left
    assert film.codes[at : at + BRIDGE - 1] == [*range(BRIDGE - 1)]
    assert film.digests[at : at + BRIDGE - 1] == own(bridge)[: BRIDGE - 1]
    assert film.digests[at + BRIDGE - 1 :] == before.digests[seam:]
    assert film.chapters == ["s01", "s02", "s03 (bridge)", "s03", "s04"]


def test_what_is_edited_after_a_kept_scene_extends_its_old_take(
    first: Callable[[Returns], Path], tmp_path: Path
) -> None:
    old = begun(first("combined"), tmp_path, "combined")
    path = written(tmp_path, "Snow begins to fall")
    path.write_text(path.read_text("utf-8").replace("The sun comes out", "Night falls"), "utf-8")
    pin(tmp_path, old["s03"], "cut")
    made = render(tmp_path, "combined")
    assert made.run.sent == 2
    last = made.run.takes["s04"]
    assert last.parents == (old["s03"].id,)
    # It has its old parents before it, and the film takes neither them nor s02 from its file.
    repeated = decode(last.clip, digests=True).digests[: last.new_start]
    assert repeated[OPENING : OPENING + EXTENSION] == own(old["s02"])
    film = film_of(made)
    assert film.digests[OPENING : OPENING + EXTENSION] == own(made.run.takes["s02"])
    assert film.digests[OPENING + EXTENSION :] == [*own(old["s03"]), *own(last)]
