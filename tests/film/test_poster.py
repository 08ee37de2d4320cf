"""The poster frame: the one that is named, else one that shows the film well."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from veo_story.errors import MediaError
from veo_story.film.edit import Cut, Edit, Finishing
from veo_story.film.notes import notes_of
from veo_story.film.poster import clear_frames, named_frame, picked_frame, write_poster, written_over
from veo_story.media.spans import Caption
from veo_story.plan.model import Join
from veo_story.storyboard.finish import Overlay
from veo_story.storyboard.load import load_storyboard
from veo_story.storyboard.model import Storyboard

SIZE = (320, 180)
BOARD = """\
storyboard: 1
title: The keeper
logline: A keeper teaches
scenes:
  - {id: s01, duration: 4, action: One}
  - {id: s02, duration: 4, action: Two}
  - {id: card, card: THE KEEPER, duration: 4}
"""


def board_of(folder: Path, more: str = "") -> Storyboard:
    file = folder / "film.yaml"
    file.write_text(BOARD + more)
    board = load_storyboard(file).storyboard
    assert board is not None
    return board


def picture(light: float = 1.0, *, colour: bool = True, sharp: bool = True, seed: int = 0) -> np.ndarray:
    """Blocks of many colours."""
    rng = np.random.default_rng(seed)
    blocks = rng.integers(20, 235, (9, 16, 3)).astype(np.float32)
    if not colour:
        blocks[:] = blocks.mean(axis=2, keepdims=True)
    whole = np.kron(blocks, np.ones((20, 20, 1)))
    if not sharp:
        whole = np.asarray(
            Image.fromarray(blocks.astype(np.uint8)).resize(SIZE, Image.Resampling.BICUBIC), np.float32
        )
    return np.clip(whole * light, 0, 255).astype(np.uint8)


def film_of(path: Path, frames: list[np.ndarray]) -> Path:
    """A film in which every frame is a key frame."""
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=Fraction(24))
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        stream.options = {"preset": "ultrafast", "crf": "12", "g": "1"}
        for number, pixels in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(pixels, "rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 24)
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path


def cut_of(scene: str, start: int, frames: int, **more: object) -> Cut:
    return Cut(scene, scene, Path("x.mp4"), "0", 0, frames, start, take_id="t", **more)


def edit_of(*cuts: Cut) -> Edit:
    return Edit("The keeper", SIZE, cuts)


@pytest.mark.parametrize("at", range(5))
def test_the_best_lit_sharpest_most_colourful_frame_is_picked(tmp_path: Path, at: int) -> None:
    frames = [picture(0.25), picture(colour=False), picture(sharp=False), picture(0.05)]
    frames.insert(at, picture())
    film = film_of(tmp_path / "film.mp4", frames)
    edit = edit_of(cut_of("s01", 0, 3), cut_of("s02", 3, 2))
    assert picked_frame(edit, board_of(tmp_path), film) == at


def test_transitions_and_fades_are_not_looked_at() -> None:
    edit = edit_of(
        cut_of("s01", 0, 48, fade_in=10),
        cut_of("s02", 40, 50, join=Join("dissolve", 8), fade_out=12, hold=5),
        cut_of("s03", 99, 40, gap=4),
        cut_of("s04", 139, 40, join=Join("fade", 9)),
    )
    assert list(clear_frames(edit, edit.cuts)) == [(10, 40), (48, 78), (99, 135), (144, 179)]


def test_the_same_frame_every_time_and_the_earliest_of_equals(tmp_path: Path) -> None:
    film = film_of(tmp_path / "film.mp4", [picture()] * 40)
    edit = edit_of(cut_of("s01", 0, 20), cut_of("s02", 20, 20, join=Join("fade", 4)))
    assert {picked_frame(edit, board_of(tmp_path), film) for _ in range(2)} == {0}


def test_cards_and_stand_ins_are_for_films_without_anything_else(tmp_path: Path) -> None:
    film = film_of(tmp_path / "film.mp4", [picture()] * 4 + [picture(0.3)] * 4 + [picture(seed=1)] * 4)
    cuts = (cut_of("card", 0, 4), cut_of("s01", 4, 4), replace(cut_of("s02", 8, 4), take_id=""))
    board = board_of(tmp_path)
    assert 4 <= picked_frame(edit_of(*cuts), board, film) < 8
    assert picked_frame(edit_of(cuts[0]), board, film) == 0


def test_a_frame_without_writing_is_better(tmp_path: Path) -> None:
    film = film_of(tmp_path / "film.mp4", [picture()] * 8)
    cut = cut_of("s01", 0, 8, finishing=Finishing(8, captions=(Caption(0, 5, "You are late."),)))
    assert picked_frame(edit_of(cut), board_of(tmp_path), film) == 5


def test_titles_count_as_writing() -> None:
    finishing = Finishing(
        96, overlays=(Overlay("A", start_s=Decimal(1), duration_s=Decimal(2)), Overlay("B"))
    )
    edit = edit_of(cut_of("s01", 10, 96, finishing=finishing))
    assert list(written_over(edit)) == [(34, 83), (10, 106)]


def test_the_authors_moment_is_taken(tmp_path: Path) -> None:
    film = film_of(tmp_path / "film.mp4", [picture(), *[picture(0.5, seed=n) for n in range(1, 8)]])
    edit = edit_of(cut_of("s01", 0, 4), cut_of("s02", 4, 4))
    board = board_of(tmp_path, "poster: s02+0.1\n")
    assert write_poster(edit, board, film, tmp_path / "film.png") == 6
    with Image.open(tmp_path / "film.png") as found:
        assert found.size == SIZE
        shown = np.asarray(found, np.float32)
    assert np.abs(shown - picture(0.5, seed=6)).mean() < 6
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film.mp4", "film.png", "film.yaml"]


def test_a_moment_past_what_is_seen_of_a_scene_is_its_last_frame(tmp_path: Path) -> None:
    edit = edit_of(cut_of("s01", 0, 10), cut_of("s02", 10, 10))
    assert named_frame(edit, board_of(tmp_path, "poster: s01+3\n")) == 9


def test_a_moment_of_a_scene_that_is_not_in_the_film_names_none(tmp_path: Path) -> None:
    assert named_frame(edit_of(cut_of("s01", 0, 10)), board_of(tmp_path, "poster: s02+3\n")) is None


def test_a_film_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"no film")
    with pytest.raises(MediaError, match=r"film\.mp4"):
        write_poster(
            edit_of(cut_of("s01", 0, 4)), board_of(tmp_path), tmp_path / "film.mp4", tmp_path / "p.png"
        )
    assert not (tmp_path / "p.png").exists()


def test_a_film_tells_its_logline(tmp_path: Path) -> None:
    assert notes_of(board_of(tmp_path))["description"] == "A keeper teaches"
    assert notes_of(replace(board_of(tmp_path), logline=None)) == {}
