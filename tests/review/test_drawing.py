"""What is drawn again and what is not, and what each clip is told of the one before it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.previews import CHAIN, SMALL, Numbers, preview, read
from veo_story.errors import MediaError
from veo_story.media.frames import read_frame
from veo_story.review.drawing import Look
from veo_story.review.keys import renderer

ALL = ["s01", "s02", "s03", "s04"]


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "walk.yaml"
    path.write_text(CHAIN, "utf-8")
    return path


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_everything_is_drawn_once(film: Path) -> None:
    artist = Numbers()
    first = preview(film, artist)
    assert sorted(artist.scenes) == ALL and list(first.new) == ALL
    assert {order.size for order in artist.orders} == {SMALL}
    again = preview(film, artist)
    assert again.new == () and len(artist.orders) == 4
    assert again.facts == first.facts


def test_only_the_edited_scene_is_drawn_again(film: Path) -> None:
    artist = Numbers()
    preview(film, artist)
    artist.orders.clear()
    edit(film, "looks back", "looks up")
    assert preview(film, artist).new == ("s02",)
    edit(film, "title: The gate", "title: The old gate")
    made = preview(film, artist)
    assert made.new == () and "The old gate" in made.shelf.page.read_text("utf-8")


def test_what_follows_is_drawn_again_when_it_begins_otherwise(film: Path) -> None:
    artist = Numbers()
    preview(film, artist)
    edit(film, "duration: 4, action: $ann", "duration: 6, action: $ann")
    # A longer first scene: the whole chain stands at other frames, the other chain does not.
    assert preview(film, artist).new == ("s01", "s02", "s03")


def test_a_scene_that_is_taken_back_is_still_there(film: Path) -> None:
    artist = Numbers()
    preview(film, artist)
    edit(film, "looks back", "looks up")
    preview(film, artist)
    edit(film, "looks up", "looks back")
    assert preview(film, artist).new == ()


def test_extensions_know_their_beginning_without_a_clip(film: Path) -> None:
    artist = Numbers()
    preview(film, artist)
    orders = {order.scene_id: order for order in artist.orders}
    assert orders["s01"].before is None and orders["s04"].before is None
    assert json.loads(orders["s02"].before or "")["next"] == 96
    assert json.loads(orders["s03"].before or "")["next"] == 96 + 168
    assert all(order.lineage == () for order in artist.orders)


def test_only_some_scenes(film: Path) -> None:
    artist = Numbers()
    made = preview(film, artist, only=("s03",))
    assert artist.scenes == ["s03"]
    assert made.facts.missing == ("s01", "s02", "s04") and made.film is None
    assert not made.shelf.film.exists()
    rest = preview(film, artist)
    assert rest.new == ("s01", "s02", "s04") and rest.film is not None


FRAMES = """\
storyboard: 1
title: Frames
sequences:
  - {id: a, scenes: [{id: s01, duration: 4, action: Rain over the sea}]}
  - id: b
    scenes:
      - {id: s02, duration: 4, first_frame: s01.last_frame, action: The rain ends}
      - {id: s03, action: Sun}
  - {id: c, scenes: [{id: s04, duration: 4, action: Fog}]}
"""


def test_a_scene_begins_on_a_frame_of_another(tmp_path: Path) -> None:
    film = tmp_path / "frames.yaml"
    film.write_text(FRAMES, "utf-8")
    artist = Numbers()
    made = preview(film, artist)
    order = next(order for order in artist.orders if order.scene_id == "s02")
    assert order.first_frame is not None and order.first_frame.exists()
    assert artist.scenes.index("s01") < artist.scenes.index("s02")
    # The film shows that frame once.
    assert made.facts.frames == 96 + 96 + 168 + 96 - 1
    edit(film, "Rain over", "Hail over")
    assert set(preview(film, artist).new) >= {"s01", "s02"}
    assert read_frame(made.drawn["s01"].clip, 95).shape[:2] == (SMALL[1], SMALL[0])


def test_one_scene_brings_the_scene_whose_frame_it_needs(tmp_path: Path) -> None:
    film = tmp_path / "frames.yaml"
    film.write_text(FRAMES, "utf-8")
    artist = Numbers()
    made = preview(film, artist, only=("s03",))
    assert sorted(artist.scenes) == ["s01", "s03"]
    assert made.facts.missing == ("s02", "s04")


def test_a_scene_whose_frame_is_not_there_waits(tmp_path: Path) -> None:
    film = tmp_path / "frames.yaml"
    film.write_text(FRAMES, "utf-8")
    artist = Numbers()
    assert preview(film, artist, only=("s04",)).facts.missing == ("s01", "s02", "s03")
    assert artist.scenes == ["s04"]


def test_clean_and_size_are_other_clips(film: Path) -> None:
    artist = Numbers()
    preview(film, artist, only=("s04",))
    preview(film, artist, only=("s04",), look=Look(SMALL, is_clean=True))
    preview(film, artist, only=("s04",), look=Look((320, 180)))
    assert [order.overlay for order in artist.orders] == [None, (), None]
    assert len({order.into for order in artist.orders}) == 3


def test_trouble_is_told_as_it_is_and_the_rest_is_kept(film: Path) -> None:
    artist = Numbers(trouble={"s03": MediaError("s03: no picture")})
    with pytest.raises(MediaError, match="no picture"):
        preview(film, artist)
    artist.trouble.clear()
    artist.orders.clear()
    preview(film, artist)
    assert "s03" in artist.scenes and "s01" not in artist.scenes


def test_nothing_of_the_film_itself_is_touched(film: Path) -> None:
    made = preview(film, Numbers())
    assert [path.name for path in made.shelf.folder.parent.iterdir()] == ["preview"]


def test_a_film_of_1080p_is_drawn_at_720p(film: Path) -> None:
    edit(film, "tier: fast", "tier: fast, resolution: 1080p")
    artist = Numbers()
    small = read(film)
    assert {step.parameters.size for step in small.picture.steps()} == {(1280, 720)}
    upright = CHAIN.replace("tier: fast", "tier: fast, aspect: 9:16")
    film.write_text(upright, "utf-8")
    assert {step.parameters.size for step in read(film).picture.steps()} == {(720, 1280)}
    assert artist.orders == []


def test_the_renderer_has_a_digest() -> None:
    assert renderer() == renderer() and len(renderer()) == 64
    assert replace(Look(), is_clean=True) != Look()


@pytest.mark.parametrize(
    ("planned", "rows", "fitted"),
    [((1280, 720), 540, (960, 540)), ((720, 1280), 540, (540, 960)), ((1280, 720), 360, (640, 360))],
)
def test_a_preview_keeps_the_shape_of_the_film(
    planned: tuple[int, int], rows: int, fitted: tuple[int, int]
) -> None:
    assert Look(rows=rows).fitted(planned) == fitted
    assert Look((256, 144), rows=rows).fitted(planned) == (256, 144)
    assert Look().fitted(planned) == planned


def test_every_part_of_the_writing_can_be_left_out() -> None:
    from veo_story.backends.local.writing.overlay import PARTS
    from veo_story.cli.commands.preview import WRITTEN

    assert set(WRITTEN) == PARTS
    assert Look().overlay is None
    assert Look(is_clean=True, hidden=frozenset({"slate"})).overlay == ()
    assert set(Look(hidden=frozenset({"slate", "code"})).overlay or ()) == PARTS - {"slate", "code"}
