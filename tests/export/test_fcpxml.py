"""Final Cut XML is read back by OpenTimelineIO's adapter with the frames that the film shows."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import opentimelineio as otio
import pytest

from tests.export.handed import handed
from tests.support.edits import FOLDER, TITLES, random_edit
from tests.support.soak import runs
from veo_story.export.fcpxml import lost_in_fcpxml, write_fcpxml
from veo_story.export.hand_over import name_of
from veo_story.export.layout import lane_of
from veo_story.export.sounds import tracks_of
from veo_story.export.spine import spine_of
from veo_story.film.edit import Edit
from veo_story.film.sound import Spoken
from veo_story.storyboard.finish import Finish, Music, Narration, NarrationLine, Sound


def written(edit: Edit, finish: Finish | None = None, **more: Any) -> str:
    return write_fcpxml(handed(edit, finish, **more), FOLDER).decode()


def placed(track: Any) -> list[tuple[str, str, int, int, int]]:
    """Name, file, first frame, length and place in the film of every clip of a track."""
    return [
        (
            clip.name,
            clip.media_reference.target_url,
            int(clip.source_range.start_time.value),
            int(clip.source_range.duration.value),
            int(track.range_of_child(clip).start_time.value),
        )
        for clip in track
        if isinstance(clip, otio.schema.Clip)
    ]


def frames(seconds: str) -> int:
    whole = Fraction(seconds.removesuffix("s")) * 24
    assert whole.denominator == 1
    return int(whole)


@pytest.mark.parametrize("seed", range(runs(600, in_suite=25)))
def test_the_adapter_reads_the_same_film(seed: int) -> None:
    edit = random_edit(seed)
    text = written(edit)
    timeline = otio.adapters.read_from_string(text, "fcpx_xml")
    spine = spine_of(lane_of(edit))  # which shows what the film shows: see test_layout
    [picture] = [track for track in timeline.tracks if track.kind == otio.schema.TrackKind.Video]
    assert placed(picture) == [
        (name_of(piece.cut), piece.clip.as_uri(), piece.start, piece.frames, piece.at)
        for piece in spine.pieces
        if piece.cut and piece.clip
    ]
    found = [
        (frames(e.attrib["offset"]), frames(e.attrib["duration"]))
        for e in ElementTree.fromstring(text).iter("transition")
    ]
    assert found == [(crossing.at, crossing.frames) for crossing in spine.crossings]
    heard = [track for track in timeline.tracks if track.kind == otio.schema.TrackKind.Audio]
    wanted = [
        [(one.name, one.file.as_uri(), one.start, one.frames, one.at) for one in track]
        for _, track in tracks_of(handed(edit))
    ]
    assert sorted(map(placed, heard)) == sorted(wanted)


def test_the_spine_runs_on_without_a_hole() -> None:
    for seed in range(20):
        edit = random_edit(seed)
        root = ElementTree.fromstring(written(edit))
        found = root.find("project/sequence/spine")
        assert found is not None
        at, before = 0, ""
        for element in found:
            assert (element.tag, before) != ("transition", "transition")
            before = element.tag
            if element.tag != "transition":
                assert frames(element.attrib["offset"]) == at
                at += frames(element.attrib["duration"])
        assert at == edit.frames
        held = [piece for piece in spine_of(lane_of(edit)).pieces if piece.held]
        maps = list(root.iter("timeMap"))
        assert len(maps) == len(held)
        for element, piece in zip(maps, held, strict=True):
            assert [frames(point.attrib["value"]) for point in element] == [piece.start] * 2
            assert [frames(point.attrib["time"]) for point in element] == [
                piece.start,
                piece.start + piece.frames,
            ]


@pytest.mark.parametrize("title", [*TITLES, "nul \x00 and \x1b", "]]>", "&amp;"])
def test_titles_survive(title: str) -> None:
    edit = random_edit(3)
    named = replace(edit, title=title, cuts=tuple(replace(cut, title=title) for cut in edit.cuts))
    timeline = otio.adapters.read_from_string(written(named, scene={"notes": title}), "fcpx_xml")
    line = " ".join("".join(c if c.isprintable() else " " for c in title).split())
    assert timeline.name == line
    [picture] = [track for track in timeline.tracks if track.kind == otio.schema.TrackKind.Video]
    [first, *_] = [clip for clip in picture if isinstance(clip, otio.schema.Clip)]
    assert (first.name, first.markers[0].name) == (f"s00 {line}", line)


def test_names_and_places_with_quotation_marks(tmp_path: Path) -> None:
    base = random_edit(3).cuts[0]
    cut = replace(base, title='It\'s "odd"', clip=tmp_path / 'it\'s "odd" & <b>.mp4', start_frame=0, gap=0)
    timeline = otio.adapters.read_from_string(written(Edit("It's", (640, 360), (cut,))), "fcpx_xml")
    [clip] = [c for c in timeline.tracks[0] if isinstance(c, otio.schema.Clip)]
    assert (clip.name, clip.media_reference.target_url) == ('s00 It\'s "odd"', cut.clip.as_uri())


def test_the_file_says_what_its_media_are() -> None:
    edit = random_edit(3)
    root = ElementTree.fromstring(written(edit))
    shape = root.find("resources/format")
    assert shape is not None
    assert (shape.attrib["width"], shape.attrib["height"]) == ("1280", "720")
    assert shape.attrib["name"] == "FFVideoFormat720p24"
    tall = ElementTree.fromstring(written(replace(edit, size=(720, 1280)))).find("resources/format")
    assert tall is not None
    assert ("name" in tall.attrib, tall.attrib["height"]) == (False, "1280")
    urls = [asset.attrib["src"] for asset in root.iterfind("resources/asset")]
    assert urls == [file.as_uri() for file in dict.fromkeys(cut.clip for cut in edit.cuts)]
    assert len(root.findall("asset-clip")) == len(urls)


def test_music_and_narration_have_lanes() -> None:
    edit = random_edit(3)
    lines = (NarrationLine("n1", "s00", Decimal("0.5"), "One.", None, ()),)
    finish = Finish(Sound(Music(Path("/music/bed.flac"))), Narration(lines))
    spoken = (Spoken("n1", FOLDER / "voices/n1.wav", 24_000, 30_000),)
    timeline = otio.adapters.read_from_string(written(edit, finish, spoken=spoken), "fcpx_xml")
    found = {clip[0]: clip[1:] for track in timeline.tracks for clip in placed(track)}
    assert found["music"] == ("file:///music/bed.flac", 0, edit.frames, 0)
    assert found["narration n1"][1:] == (0, 15, 12)


def test_what_is_lost_is_told() -> None:
    edits = [random_edit(seed) for seed in range(30)]
    for edit in edits:
        wipes = any(cut.join.kind == "wipe" for cut in edit.cuts)
        assert any("wipes" in lost for lost in lost_in_fcpxml(handed(edit))) == wipes
