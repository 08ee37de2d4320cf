"""What would cost a take, or what the format cannot say, is refused, and the storyboard stays as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest

from tests.export.editing import (
    CARDS,
    CATALOG,
    TALE,
    TODAY,
    clip,
    frames,
    handed_over,
    imported,
    picture,
    reordered,
    trimmed,
)
from veo_story.errors import ConfigError, MediaError, StoryboardError
from veo_story.export.edited import read_edit
from veo_story.export.import_edit import import_edit, storyboard_of, write


@pytest.fixture
def cards(tmp_path: Path) -> Path:
    path = tmp_path / "cards.yaml"
    path.write_bytes(CARDS.encode())
    return path


@pytest.fixture
def tale(tmp_path: Path) -> Path:
    path = tmp_path / "tale.yaml"
    path.write_bytes(TALE.encode())
    return path


@pytest.mark.parametrize(
    ("order", "why"),
    [
        ("bacdefg", "would need new takes of b"),  # the extension first
        ("acbdefg", "would need new takes|cannot say this edit"),  # something between the two
        ("bcdefg", "would need new takes of b: b goes on from a"),  # its parent left out
        ("acdefg", "would need new takes of a"),  # a was asked to hold still for b
        ("abcdgef", "cannot say this edit: f comes after g"),  # g begins on f
        ("abecdfg", "the scenes of the sequence one have others between them"),
    ],
)
def test_orders_that_would_cost_takes_are_refused(tale: Path, order: str, why: str) -> None:
    timeline = handed_over(tale)
    reordered(timeline, *order)
    with pytest.raises(StoryboardError, match=why):
        imported(timeline, tale)
    assert tale.read_text("utf-8") == TALE


def test_scenes_named_by_their_places_stay_there(cards: Path) -> None:
    cards.write_text("storyboard: 1\ntitle: T\nscenes: [{card: A}, {card: B}]\n", "utf-8")
    timeline = handed_over(cards)
    reordered(timeline, "card02", "card01")
    with pytest.raises(StoryboardError, match="card01, card02 are only named by their places"):
        imported(timeline, cards)


def retime(timeline: Any) -> None:
    clip(timeline, "b").effects.append(otio.schema.LinearTimeWarp("fast", 2.0))


def split(timeline: Any) -> None:
    picture(timeline).append(clip(timeline, "c").clone())


def strange(timeline: Any) -> None:
    picture(timeline).append(
        otio.schema.Clip("stock shot", source_range=otio.opentime.TimeRange(frames(0), frames(9)))
    )


def switched_off(timeline: Any) -> None:
    clip(timeline, "c").enabled = False


def unknown(timeline: Any) -> None:
    clip(timeline, "c").metadata["veo_story"]["scene"] = "zz"


def another(timeline: Any) -> None:
    timeline.metadata["veo_story"]["film"] = "other"


def two_tracks(timeline: Any) -> None:
    timeline.tracks.append(picture(timeline).clone())


def beyond(timeline: Any) -> None:
    trimmed(timeline, "b", 0, -1)


def too_little(timeline: Any) -> None:
    trimmed(timeline, "b", 0, 95)


def other_rate(timeline: Any) -> None:
    clip(timeline, "b").source_range = otio.opentime.TimeRange(
        frames(0), otio.opentime.RationalTime(50, 29.97)
    )


def away_from_its_scene(timeline: Any) -> None:
    picture(timeline).insert(0, picture(timeline).pop(-1))


def behind_another(timeline: Any) -> None:
    track = picture(timeline)
    track.insert(list(track).index(clip(timeline, "c")), track.pop(-1))


def zoom(timeline: Any) -> None:
    transition = otio.schema.Transition("Cross Zoom", "Custom_Transition", frames(4), frames(4))
    picture(timeline).insert(-2, transition)


def changed_bridge(timeline: Any) -> None:
    copied = clip(timeline, "c").clone()
    copied.metadata["veo_story"]["scene"] = "c+bridge"
    copied.source_range = otio.opentime.TimeRange(frames(3), frames(9))
    picture(timeline).insert(list(picture(timeline)).index(clip(timeline, "c")), copied)


def of_no_length(timeline: Any) -> None:
    endless = otio.opentime.RationalTime(float("inf"), 24)
    clip(timeline, "b").source_range = otio.opentime.TimeRange(frames(0), endless)


def of_no_rate(timeline: Any) -> None:
    rate = otio.opentime.RationalTime(5, float("nan"))
    clip(timeline, "b").source_range = otio.opentime.TimeRange(frames(0), rate)


def backwards(timeline: Any) -> None:
    gap = next(e for e in picture(timeline) if isinstance(e, otio.schema.Gap))
    gap.source_range = otio.opentime.TimeRange(frames(0), frames(-4))


def of_no_range(timeline: Any) -> None:
    clip(timeline, "b").source_range = None
    clip(timeline, "b").media_reference = otio.schema.MissingReference()


def odd_join(timeline: Any) -> None:
    clip(timeline, "b").metadata["veo_story"]["join"] = "dissolve"


def odd_end(timeline: Any) -> None:
    clip(timeline, "b").metadata["veo_story"]["new_end"] = "96"


def nested(levels: int) -> list[Any]:
    inner: list[Any] = []
    for _ in range(levels):
        inner = [inner]
    return inner


def deep(timeline: Any) -> None:
    facts = clip(timeline, "b").metadata["veo_story"]
    facts["join"] = nested(400)


def deep_as_a_whole(timeline: Any) -> None:
    timeline.metadata["veo_story"]["film"] = nested(700)


def cut_as_a_whole(timeline: Any) -> None:
    picture(timeline).source_range = otio.opentime.TimeRange(frames(24), frames(48))


def emptied(timeline: Any) -> None:
    picture(timeline).clear()


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (retime, "runs at another speed: b"),
        (split, "in several pieces: c"),
        (strange, "no scene of the film: 'stock shot'"),
        (switched_off, r"no scene of the film: 'c Three' \(switched off\)"),
        (unknown, "the storyboard has no scene zz"),
        (another, "is an edit of 'other', not of 'cards'"),
        (two_tracks, "the picture lies on 2 tracks"),
        (beyond, "b: frames 0 to 97 are shown, and the scene has 0 to 96"),
        (too_little, "cannot say this edit: dissolve of 0.75 s does not fit into the scene"),
        (other_rate, "b Two: 40.04 frames at 24 a second"),
        (away_from_its_scene, "a frozen frame away from its scene"),
        (behind_another, "a frozen frame away from its scene"),
        (zoom, "'Cross Zoom' before 'd Four' .neither a dissolve nor a wipe"),
        (changed_bridge, "a bridge, and changed"),
        (of_no_length, "inf frames are no time"),
        (of_no_rate, "nan frames are no time"),
        (backwards, "a gap: -4 frames are no time"),
        (of_no_range, "'b Two' cannot be made out"),
        (odd_join, "no scene of the film: 'b Two'"),
        (odd_end, "no scene of the film: 'b Two'"),
        (deep, "no scene of the film: 'b Two'|cannot be made out"),
        (deep_as_a_whole, "the picture cannot be made out|cannot be read as a timeline"),
        (cut_as_a_whole, "shows only a part of the track 'Picture'"),
        (emptied, "no clip of it says which scene it is"),
    ],
)
def test_what_the_format_cannot_say_is_refused(cards: Path, edit: Any, why: str) -> None:
    timeline = handed_over(cards)
    edit(timeline)
    with pytest.raises((MediaError, StoryboardError), match=why):
        imported(timeline, cards)
    assert cards.read_text("utf-8") == CARDS


def test_effects_that_change_the_length_stay_as_they_are(cards: Path) -> None:
    effects = "effects: [{name: MultiplySpeed, factor: 2}]"
    scenes = f"scenes: [{{id: a, card: A, {effects}}}, {{id: b, card: B}}]\n"
    cards.write_text(f"storyboard: 1\ntitle: T\n{scenes}", "utf-8")
    timeline = handed_over(cards)
    assert imported(timeline, cards).changes == ()
    trimmed(timeline, "a", 0, 5)
    with pytest.raises(MediaError, match="a: its effects change its length"):
        imported(timeline, cards)


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{}", b'{"OTIO_SCHEMA": "Clip.2"}', b"\0\1", b"[]", b'"x"', b"\xff\xfe{\0}\0"),
        b'{"OTIO_SCHEMA": "Timeline.99"}',
        b"[" * 1_000_000,  # the library would take the whole program with it
        b'{"OTIO_SCHEMA": "Timeline.1", "metadata": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"OTIO_SCHEMA": "Timeline.1", "name": "\xed\xa0\x80"}',
    ],
)
def test_no_timeline(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.otio"
    path.write_bytes(content)
    with pytest.raises(MediaError, match=r"cannot be read as a timeline|holds no timeline"):
        read_edit(path)


def test_a_storyboard_that_was_changed_meanwhile_is_left_alone(cards: Path) -> None:
    timeline = handed_over(cards)
    trimmed(timeline, "d", 5, 0)
    found = imported(timeline, cards)
    cards.write_text(CARDS + "# a word\n", "utf-8")
    with pytest.raises(StoryboardError, match="in the meantime"):
        write(found)
    assert cards.read_text("utf-8") == CARDS + "# a word\n"


def test_a_storyboard_with_errors_is_shown_first(cards: Path) -> None:
    timeline = handed_over(cards)
    file = cards.with_suffix(".otio")
    otio.adapters.write_to_file(timeline, str(file))
    cards.write_text(CARDS.replace("card: Four", "kard: Four"), "utf-8")
    with pytest.raises(StoryboardError) as raised:
        import_edit(read_edit(file), cards, CATALOG, today=TODAY)
    assert [p.code for p in raised.value.problems][:1] == ["VS010"]


def test_the_storyboard_is_found_near_the_timeline(cards: Path, tmp_path: Path) -> None:
    timeline = handed_over(cards)
    folder = tmp_path / "renders" / "cards" / "out"
    folder.mkdir(parents=True)
    otio.adapters.write_to_file(timeline, str(folder / "film.otio"))
    edited = read_edit(folder / "film.otio")
    assert storyboard_of(edited, tmp_path / "renders") == cards.resolve()
    cards.rename(tmp_path / "other.yaml")
    with pytest.raises(ConfigError, match=r"its storyboard cards\.yaml is not found"):
        storyboard_of(edited, tmp_path)
