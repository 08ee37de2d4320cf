"""What is written over a clip: where, when, legibly, and nothing over something else."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from tests.lettering.samples import LONG, PANGRAMS
from veo_story.backends.local.framecode import block_size, read_frame_code
from veo_story.backends.local.script import Beat, Line, Script
from veo_story.backends.local.window import split_planes
from veo_story.backends.local.writing.captions import HOLD_S
from veo_story.backends.local.writing.overlay import PARTS, Overlay
from veo_story.backends.local.writing.slate import Slate, timecode_of

SIZES = ((1280, 720), (720, 1280), (1920, 1080), (960, 540), (320, 180), (180, 320))
SMALL = (320, 180)
FRAMES = 192
SLATE = Slate("s03-keeper", 2, "extend", 8.0)
Planes = tuple[np.ndarray, np.ndarray, np.ndarray]
Box = tuple[int, int, int, int]


def picture(size: tuple[int, int] = SMALL, luma: int = 120) -> Planes:
    planes = split_planes(np.full((size[1] * 3 // 2, size[0]), 128, np.uint8))
    planes[0][:] = luma
    return planes


def swatch(columns: int = 40, rows: int = 24) -> Planes:
    return split_planes(np.full((rows * 3 // 2, columns), 90, np.uint8))


def scene(action: str, *lines: Line) -> Script:
    return Script(8.0, beats=(Beat(0.0, 8.0, action),), lines=lines)


def written(overlay: Overlay, frame: int, size: tuple[int, int] = SMALL) -> np.ndarray:
    """Where the luma of a grey picture changed."""
    planes = picture(size)
    overlay.lay(planes, frame, frame)
    return planes[0] != 120


def only(part: str, script: Script, size: tuple[int, int] = SMALL, **more: object) -> Overlay:
    return Overlay(size, FRAMES, script, slate=SLATE, parts=frozenset({part}), **more)  # type: ignore[arg-type]


def boxes(overlay: Overlay, frame: int) -> list[Box]:
    return [(p.x, p.y, p.x + p.width, p.y + p.height) for p, _ in overlay.shown(frame)]


def apart(a: Box, b: Box) -> bool:
    return a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


@pytest.mark.parametrize(
    "text",
    [LONG, PANGRAMS["accents"], PANGRAMS["arabic"], PANGRAMS["thai"], "港" * 90],
    ids=("long", "accents", "arabic", "thai", "chinese"),
)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_nothing_covers_anything_and_all_is_within_the_picture(size: tuple[int, int], text: str) -> None:
    line = Line("mara", text[:12], text[:130], 1.0, 4.0)
    overlay = Overlay(
        size, FRAMES, scene(text, line), slate=Slate(text[:40], 12, "extend", 8), label=lambda _: "push in",
        swatches=[swatch(size[0] // 6 // 2 * 2, size[1] // 9 // 4 * 4)] * 3, parts=PARTS - {"safe"},
    )  # fmt: skip
    code = block_size(*size)
    timecode = overlay.timecode_box
    assert timecode is not None
    for frame in (30, 60, 110, 160):
        found = [*boxes(overlay, frame), timecode]
        assert len(found) >= 5
        for i, box in enumerate(found):
            assert box[0] >= 0
            assert box[2] <= size[0]
            assert box[3] <= size[1] - code
            assert [other for other in found[:i] if not apart(box, other)] == []


@pytest.mark.parametrize("size", [(1280, 720), (720, 1280)])
def test_the_picture_stays_visible(size: tuple[int, int]) -> None:
    line = Line("mara", "Mara", "There it is. I told you that it would come back, did I not?", 1.0, 4.0)
    overlay = Overlay(size, FRAMES, scene(LONG, line), slate=SLATE, label=lambda _: "hold")
    assert written(overlay, 60, size).mean() < 0.22
    overlay = Overlay(size, FRAMES, scene("She climbs the stair.", line), slate=SLATE)
    assert written(overlay, 60, size).mean() < 0.16


@pytest.mark.parametrize("part", sorted(PARTS))
def test_every_part_can_be_alone_and_left_out(part: str) -> None:
    script = scene("She climbs.", Line("mara", "Mara", "There!", 1.0, 4.0))
    more = {"label": lambda _: "pan left", "swatches": [swatch()]}
    alone = written(only(part, script, **more), 60)
    assert alone.any()
    rest = Overlay(SMALL, FRAMES, script, slate=SLATE, parts=PARTS - {part}, **more)  # type: ignore[arg-type]
    everything = Overlay(SMALL, FRAMES, script, slate=SLATE, **more)  # type: ignore[arg-type]
    assert written(rest, 60).sum() < written(everything, 60).sum()
    assert not written(Overlay(SMALL, FRAMES, script, slate=SLATE, parts=frozenset(), **more), 60).any()  # type: ignore[arg-type]


def test_captions_stand_while_their_line_is_said() -> None:
    overlay = only(
        "captions", scene("", Line("a", "A", "Now.", 1.0, 2.0), Line("b", "B", "Then.", 5.01, 0.5))
    )
    there = [frame for frame in range(FRAMES) if written(overlay, frame).any()]
    first = list(range(24, round((3.0 + HOLD_S) * 24 + 0.5)))
    second = list(range(121, 142))
    assert there == [*first, *second]


def test_a_caption_makes_room_for_the_next_but_not_for_one_who_interrupts() -> None:
    polite = only("captions", scene("", Line("a", "A", "Now.", 1.0, 1.0), Line("b", "B", "Then.", 2.1, 1.0)))
    assert max(len(boxes(polite, frame)) for frame in range(FRAMES)) == 1
    rude = only("captions", scene("", Line("a", "A", "Now.", 1.0, 2.0), Line("b", "B", "Then.", 2.0, 1.0)))
    assert len(boxes(rude, 60)) == 2


def test_names_have_the_colour_of_who_speaks() -> None:
    script = scene("", Line("mara", "Mara", "Now.", 1.0, 2.0))
    planes = picture((640, 360))
    only("captions", script, (640, 360), colours={"mara": (150.0, 60.0, 200.0)}).lay(planes, 40, 40)
    assert planes[1].min() < 95
    assert planes[2].max() > 160


def test_a_seam_shows_timecode_code_and_running_captions_only() -> None:
    lines = (Line("a", "A", "From the very first", 0.0, 1.0), Line("a", "A", "to the last.", 7.0, 1.0))
    script = scene(LONG, *lines)
    whole = Overlay(SMALL, FRAMES, script, slate=SLATE, label=lambda _: "hold", swatches=[swatch()])
    bare = Overlay(SMALL, FRAMES, script, parts=frozenset({"timecode", "code", "captions", "action"}))
    for frame in (0, 3, 6, 170, 185, 191):
        assert (written(whole, frame) == written(bare, frame)).all()
    for frame in (12, 90, 160):
        assert written(whole, frame).sum() > written(bare, frame).sum() * 1.2


def test_all_of_the_action_of_every_beat_can_be_read() -> None:
    beats = (Beat(0.0, 3.0, "She climbs."), Beat(3.0, 7.4, LONG), Beat(7.4, 8.0, "She laughs."))
    overlay = only("action", Script(8.0, beats=beats), (640, 360))
    pages = []
    for frame in range(FRAMES):
        for pane, step in overlay.shown(frame):
            if step == 8 and (not pages or pages[-1][0] is not pane):
                pages.append((pane, frame))
    assert len({id(pane) for pane, _ in pages}) == len(pages) == 3
    first, second = pages[0][1], pages[1][1]
    assert first < 24
    assert abs(second - 72) <= 3
    assert all(later[1] - sooner[1] >= 8 for sooner, later in pairwise(pages))


def test_the_frame_number_can_be_read_on_every_frame() -> None:
    overlay = Overlay(SMALL, FRAMES, scene(LONG, Line("a", "A", "x" * 200, 0.0, 8.0)), slate=SLATE)
    for frame, number in ((0, 192), (60, 40_000), (191, 65_535)):
        planes = picture()
        overlay.lay(planes, frame, number)
        assert read_frame_code(planes[0]) == number


def test_timecode() -> None:
    assert timecode_of(0) == "00:00:00:00"
    assert timecode_of(24 * 3661 + 5) == "01:01:01:05"
    one, two = (only("timecode", scene("")) for _ in range(2))
    a, b = picture(), picture()
    one.lay(a, 0, 100)
    two.lay(b, 50, 100)
    assert all((x == y).all() for x, y in zip(a, b, strict=True)), "a function of the chain's frame alone"


def test_the_arrow_follows_its_label() -> None:
    overlay = only("arrow", scene(""), label=lambda frame: ("pan left", "", "tilt up")[frame // 64])
    left, none, up = (written(overlay, frame) for frame in (40, 100, 150))
    assert left.any()
    assert not none.any()
    assert up.any()
    assert (left != up).any()


def test_a_short_clip_shows_its_writing_too() -> None:
    overlay = Overlay(SMALL, 24, Script(1.0, beats=(Beat(0.0, 1.0, "Quick."),)), slate=SLATE)
    assert written(overlay, 14).sum() > written(overlay, 0).sum() * 2


@pytest.mark.parametrize("name", PANGRAMS)
def test_writing_is_legible_on_a_bright_picture(name: str) -> None:
    overlay = only("captions", scene("", Line("a", "", PANGRAMS[name][:30], 1.0, 4.0)), (640, 360))
    planes = picture((640, 360), 225)
    overlay.lay(planes, 60, 60)
    ((left, top, right, bottom),) = boxes(overlay, 60)
    part = planes[0][top:bottom, left:right]
    assert np.percentile(part, 30) < 110, "dark behind"
    assert part.max() > 215, "bright letters"
