"""An EDL is read back by OpenTimelineIO's adapter with the frames that the film shows."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import opentimelineio as otio
import pytest

from tests.export.handed import BLACK, dark, handed, seen
from tests.support.edits import FOLDER, TITLES, random_edit
from tests.support.soak import runs
from veo_story.export.edl import lost_in_edl, write_edl
from veo_story.export.hand_over import name_of
from veo_story.film.edit import Edit, Finishing

_EVENT = re.compile(r"(\d{3})  (.{8}) V     (C   |D   |W001) (\d{3}|   ) ((?:\d\d:\d\d:\d\d:\d\d ?){4})")


def written(edit: Edit, **more: Any) -> str:
    return write_edl(handed(edit, **more), FOLDER).decode()


def events(text: str) -> list[tuple[str, str, str, list[int]]]:
    """Number, reel, kind and the four times in frames of every event line; each has to be one."""
    found = []
    for line in text.splitlines():
        if line[:3].isdigit():
            match = _EVENT.fullmatch(line)
            assert match, line
            times = [otio.opentime.from_timecode(tc, 24).to_frames() for tc in match[5].split()]
            found.append((match[1], match[2].strip(), match[3] + match[4], times))
    return found


@pytest.mark.parametrize("seed", range(runs(1000, in_suite=40)))
def test_the_adapter_reads_the_same_film(seed: int) -> None:
    edit = random_edit(seed)
    text = written(edit)
    track = otio.adapters.read_from_string(text, "cmx_3600", rate=24).tracks[0]
    files = {cut.clip for cut in edit.cuts}
    reels = {clip.metadata.get("cmx_3600", {}).get("reel") for clip in track if clip.metadata} - {None, "BL"}
    assert len(reels) == len(files)
    at = 0
    names = []
    for child in track:
        if isinstance(child, otio.schema.Transition):
            continue
        start, length = int(child.source_range.start_time.value), int(child.source_range.duration.value)
        black = isinstance(child.media_reference, otio.schema.GeneratorReference)
        held = bool(child.effects)
        for frame in {at, at + length - 1} if length else ():
            here = seen(edit, frame)
            if black:
                assert here == (BLACK,) or dark(edit, frame)
            else:
                assert start + (0 if held else frame - at) == here[-1][1]
        if not black:
            names.append(child.name)
        at += length
    assert at == edit.frames
    assert list(dict.fromkeys(names)) == [name_of(cut) for cut in edit.cuts]


@pytest.mark.parametrize("seed", range(runs(400, in_suite=20)))
def test_every_line_is_as_the_format_wants_it(seed: int) -> None:
    edit = random_edit(seed)
    lines = events(written(edit))
    assert lines[0][3][2] == 86_400
    assert lines[-1][3][3] == 86_400 + edit.frames
    end = 86_400
    for index, (number, reel, kind, (start, stop, begins, ends)) in enumerate(lines):
        assert re.fullmatch("[A-Z0-9]{1,8}", reel)
        assert begins == end
        assert stop - start == ends - begins or stop - start == 1  # a frozen frame
        end = ends
        if kind[0] in "DW":  # its first line is where it comes from, of no length
            before = lines[index - 1]
            assert (before[0], before[2][0], before[3][2:]) == (number, "C", [begins, begins])
    wanted = {cut.join.kind for cut in edit.cuts[1:]} & {"wipe"}
    assert bool(wanted) == any(kind.startswith("W001") for _, _, kind, _ in lines)


def test_a_dissolve_and_a_wipe() -> None:
    first = replace(random_edit(3).cuts[0], in_frame=0, out_frame=48, gap=0, hold=0, fade_in=0, fade_out=0)
    edit = Edit("A film", (1280, 720), (replace(first, start_frame=0, join=replace(first.join, kind="cut")),))
    for kind, told in (("dissolve", "D   "), ("wipe", "W001")):
        join = replace(first.join, kind=kind, frames=12)
        clip = FOLDER / "takes/s01/x/clip.mp4"
        second = replace(first, scene_id="s01", title="Two", clip=clip, start_frame=36, join=join)
        two = replace(edit, cuts=(*edit.cuts, second))
        assert events(written(two)) == [
            ("001", "S00", "C      ", [0, 36, 86_400, 86_436]),
            ("002", "S00", "C      ", [36, 36, 86_436, 86_436]),
            ("002", "S01", f"{told}012", [0, 48, 86_436, 86_484]),
        ]
        assert "* TO CLIP NAME:  s01 Two" in written(two).splitlines()


def test_reels_are_unique() -> None:
    base = replace(random_edit(3).cuts[0], in_frame=0, out_frame=4, gap=0, hold=0, fade_in=0, fade_out=0)
    names = ("a-very-long-name-1", "a-very-long-name-2", "bl", "ähm", "日本", "中国", "AVERYLO2")
    cuts = [
        replace(
            base,
            scene_id=name,
            start_frame=4 * i,
            clip=FOLDER / f"{i}.mp4",
            join=replace(base.join, kind="cut"),
        )
        for i, name in enumerate(names)
    ]
    reels = [reel for _, reel, _, _ in events(written(Edit("Reels", (1280, 720), tuple(cuts))))]
    assert reels == ["AVERYLON", "AVERYLO2", "BL2", "HM", "CLIP", "CLIP2", "AVERYLO3"]


@pytest.mark.parametrize("title", TITLES)
def test_titles_stay_in_their_line(title: str) -> None:
    edit = random_edit(3)
    named = replace(edit, title=title, cuts=tuple(replace(cut, title=title) for cut in edit.cuts))
    text = written(named, scene={"notes": f"{title}\n002  X V C"})
    timeline = otio.adapters.read_from_string(text, "cmx_3600", rate=24)
    line = " ".join(title.split())
    assert timeline.name == line
    named_clips = [clip for clip in timeline.tracks[0] if clip.name == f"s00 {line}"]
    assert named_clips
    assert f"* LOC: 01:00:00:00 YELLOW  {line} 002 X V C" in text.splitlines()


def test_what_is_lost_is_told() -> None:
    edit = random_edit(3)
    assert lost_in_edl(handed(edit)) == ("sound, music and narration",)
    cut = replace(edit.cuts[0], finishing=Finishing(edit.cuts[0].frames, (("BlackAndWhite", "{}"),)))
    assert "effects and overlays" in lost_in_edl(handed(replace(edit, cuts=(cut,))))
    many = replace(edit, cuts=edit.cuts[:1] * 1000)
    assert any("999 events" in lost for lost in lost_in_edl(handed(many)))
