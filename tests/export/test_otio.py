"""OpenTimelineIO reads back what was written: by its library and by its program."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import opentimelineio as otio
import pytest

from tests.export.handed import BLACK, handed, seen
from tests.support.edits import FOLDER, TITLES, random_edit
from tests.support.soak import runs
from veo_story.export.hand_over import name_of
from veo_story.export.otio import lost_in_otio, write_otio
from veo_story.film.edit import Edit, Finished, Finishing
from veo_story.film.sound import Spoken
from veo_story.storyboard.finish import Finish, Music, Narration, NarrationLine, Sound


def read(given: bytes) -> Any:
    return otio.adapters.read_from_string(given.decode(), "otio_json")


def written(edit: Edit, **more: Any) -> Any:
    return read(write_otio(handed(edit, **more), FOLDER))


def frames(time_range: Any) -> tuple[int, int]:
    """Start and duration, which have to be whole frames at 24."""
    for time in (time_range.start_time, time_range.duration):
        assert (time.rate, time.value) == (24, int(time.value))
    return int(time_range.start_time.value), int(time_range.duration.value)


def clips(track: Any) -> list[Any]:
    return [child for child in track if isinstance(child, otio.schema.Clip)]


@pytest.mark.parametrize("seed", range(runs(1000, in_suite=30)))
def test_ranges_and_names(seed: int) -> None:
    edit = random_edit(seed)
    timeline = written(edit)
    assert (timeline.name.split(), timeline.duration().value) == (edit.title.split(), edit.frames)
    assert timeline.global_start_time.to_timecode(24) == "01:00:00:00"
    picture = timeline.tracks[0]
    for child in picture:
        if isinstance(child, otio.schema.Transition):
            continue
        at, length = frames(picture.range_of_child(child))
        start, long = frames(child.source_range)
        assert long == length
        for frame in (at, at + length - 1) if length else ():
            if isinstance(child, otio.schema.Gap):
                assert seen(edit, frame) == (BLACK,)
                continue
            held = isinstance(child.effects[0] if child.effects else None, otio.schema.FreezeFrame)
            clip = FOLDER / unquote(child.media_reference.target_url)
            assert (clip, start + (0 if held else frame - at)) == seen(edit, frame)[-1]
    scenes = [clip for clip in clips(picture) if "scene" in clip.metadata["veo_story"]]
    assert [clip.name for clip in scenes] == [name_of(cut) for cut in edit.cuts]
    for clip, cut in zip(scenes, edit.cuts, strict=True):
        told = clip.metadata["veo_story"]
        available = frames(clip.media_reference.available_range)
        assert (told["scene"], told["take"]) == (cut.scene_id, cut.take_id)
        assert (told["new_start"], told["new_end"]) == (cut.in_frame - cut.head, cut.out_frame + cut.rest)
        assert 0 == available[0] <= told["new_start"] <= cut.in_frame < told["new_end"] <= available[1]
        assert frames(clip.source_range)[0] == cut.in_frame
    assert write_otio(handed(edit), FOLDER) == write_otio(handed(edit), FOLDER)


def test_transitions() -> None:
    seen_kinds = set()
    for seed in range(60):
        edit = random_edit(seed)
        picture = written(edit).tracks[0]
        after = {
            clip.metadata["veo_story"].get("scene"): i for i, clip in enumerate(picture) if clip.metadata
        }
        for cut in edit.cuts[1:]:
            before = picture[after[cut.scene_id] - 1]
            if cut.join.overlap:
                assert (before.in_offset.value, before.out_offset.value) == (0, cut.join.overlap)
                kind = {"dissolve": "SMPTE_Dissolve", "wipe": "SMPTE_Wipe"}[cut.join.kind]
                assert before.transition_type == kind
                seen_kinds.add(cut.join.kind)
            elif cut.fade_in:
                assert before.out_offset.value == cut.fade_in
                seen_kinds.add("fade")
    assert seen_kinds == {"dissolve", "wipe", "fade"}


@pytest.mark.parametrize("title", TITLES)
def test_titles_survive(title: str) -> None:
    edit = random_edit(3)
    named = replace(edit, title=title, cuts=tuple(replace(cut, title=title) for cut in edit.cuts))
    timeline = written(named, scene={"notes": f"note {title}"})
    assert timeline.metadata["veo_story"]["title"] == title
    [first, *_] = clips(timeline.tracks[0])
    assert first.metadata["veo_story"]["title"] == title
    assert first.name == f"s00 {' '.join(title.split())}"
    assert first.markers[0].comment.split() == ["note", *title.split()]


def test_what_was_asked_stands_on_the_clip() -> None:
    edit = random_edit(3)
    asked = {
        cut.take_id: {"prompt": "A boat.", "parameters": {"seed": 7}, "parents": ["a/b-1"]}
        for cut in edit.cuts
    }
    timeline = written(edit, asked=asked)
    told = clips(timeline.tracks[0])[0].metadata["veo_story"]
    assert (told["prompt"], told["seed"], list(told["parents"])) == ("A boat.", 7, ["a/b-1"])
    assert (told["model"], told["backend"], told["cost_usd"]) == ("veo", "vertex", "0.80")
    assert told["sha256"] == edit.cuts[0].clip_sha256


def plain(frames: int = 48, **more: Any) -> Edit:
    """One scene of a file, seen from frame 5 on."""
    cut = replace(random_edit(3).cuts[0], in_frame=5, out_frame=5 + frames, head=5, rest=4, gap=0, hold=0)
    cut = replace(cut, start_frame=0, fade_in=0, fade_out=0, tail=0, **more)
    return Edit("A film", (1280, 720), (cut,))


def test_media_are_relative_in_the_folder_and_absolute_elsewhere(tmp_path: Path) -> None:
    inside = plain(clip=tmp_path / "takes" / "ä b.mp4")
    timeline = read(write_otio(handed(inside), tmp_path))
    assert timeline.tracks[0][0].media_reference.target_url == "takes/%C3%A4%20b.mp4"
    timeline = read(write_otio(handed(inside), tmp_path / "elsewhere"))
    assert timeline.tracks[0][0].media_reference.target_url == (tmp_path / "takes" / "ä b.mp4").as_uri()


def test_effects() -> None:
    toned = Finishing(48, (("BlackAndWhite", '{"RGB": [1, 2, 3]}'),))
    timeline = written(plain(finishing=toned))
    [clip] = clips(timeline.tracks[0])
    assert [(e.effect_name, list(e.metadata["veo_story"]["RGB"])) for e in clip.effects] == [
        ("veo_story.BlackAndWhite", [1, 2, 3])
    ]
    faster = Finishing(24, (("MultiplySpeed", '{"factor": 2}'),))
    timeline = written(plain(finishing=faster))
    [clip] = clips(timeline.tracks[0])
    assert frames(clip.source_range) == (5, 24)
    assert (clip.effects[-1].time_scalar, clip.metadata["veo_story"]["retimed"]) == (2, True)
    done = Finished(FOLDER / "finished" / "x.mp4")
    timeline = written(plain(finishing=faster, finished=done))
    [clip] = clips(timeline.tracks[0])
    assert (clip.media_reference.target_url, frames(clip.source_range)) == ("finished/x.mp4", (0, 24))
    assert [effect.effect_name for effect in clip.effects] == ["veo_story.MultiplySpeed"]


def test_sound_lies_on_tracks_of_its_own() -> None:
    first = replace(plain().cuts[0], tail=4)
    second = replace(first, scene_id="s01", start_frame=48, lead=5, tail=0, gain_db=Decimal("-3"))
    edit = Edit("A film", (1280, 720), (first, second))
    lines = (
        NarrationLine("n1", "s00", Decimal("0.5"), "One.", None, ()),
        NarrationLine("n2", "s01", Decimal(1), "Two.", None, ()),
    )
    music = Path("/music/bed.flac")
    finish = Finish(Sound(Music(music, Decimal(-12))), Narration(lines, gain_db=Decimal(2)))
    spoken = (Spoken("n1", FOLDER / "voices/n1.wav", 24_000, 30_000),)
    given = handed(edit, finish, spoken=spoken, frames={music: 40})
    assert (lost_in_otio(given), lost_in_otio(handed(edit))) == (
        ("fades, ducking and loudness of the sound",),
        (),
    )
    timeline = read(write_otio(given, FOLDER))
    found = {
        track.name: [
            (clip.name.split()[0], *frames(clip.source_range), frames(track.range_of_child(clip))[0])
            for clip in clips(track)
        ]
        for track in timeline.tracks
        if track.kind == otio.schema.TrackKind.Audio
    }
    assert found == {
        "Sound 1": [("s00", 5, 52, 0)],
        "Sound 2": [("s01", 0, 53, 43)],
        "Narration": [("narration", 0, 15, 12)],
        "Music": [("music", 0, 40, 0), ("music", 0, 40, 40), ("music", 0, 16, 80)],
    }
    marks = {mark.name: (frames(mark.marked_range)[0], mark.comment) for mark in timeline.tracks.markers}
    assert marks["narration n1"] == (12, "One.")
    assert marks["narration n2"] == (72, "Two.")
    assert clips(timeline.tracks[2])[0].metadata["veo_story"]["gain_db"] == "-3"


def test_otioconvert_reads_it(tmp_path: Path) -> None:
    edit = random_edit(11)
    first, second = tmp_path / "film.otio", tmp_path / "again.otio"
    first.write_bytes(write_otio(handed(edit), tmp_path))
    program = Path(sys.executable).with_name("otioconvert")
    words = [program, "-i", first, "-o", second]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert read(second.read_bytes()).is_equivalent_to(read(first.read_bytes()))
    assert [
        (type(child).__name__, child.name, child.duration().value)
        for child in read(second.read_bytes()).tracks[0]
    ] == [(type(child).__name__, child.name, child.duration().value) for child in written(edit).tracks[0]]
