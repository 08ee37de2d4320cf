"""The record of a film, and who made a moment of it."""

from __future__ import annotations

import json
import os
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.edits import FOLDER, random_edit
from tests.support.soak import runs
from veo_story.errors import MediaError
from veo_story.film.cut_film import FilmReport
from veo_story.film.edit import Cut, Edit, Finishing
from veo_story.film.moments import Moment, frame_at, moment_of, read_record
from veo_story.film.record import asked_of, record_of, written
from veo_story.media.files import sha256_of
from veo_story.plan.model import HARD

PROMPT = """The same continuous shot.
[00:00-00:00.5] A wide shot. The boat leaves.
[00:00.5-00:02] The sail fills. SFX: wind.
The setting is a harbour."""


def record(edit: Edit, asked: dict[str, dict[str, Any]] | None = None) -> dict[str, Any]:
    report = FilmReport(FOLDER / "film.mp4", edit.frames, edit.frames, 0, "ab" * 32, True)
    data = record_of(edit, report, (), asked or {}, size_bytes=9, mtime_ns=1)
    found: dict[str, Any] = json.loads(json.dumps(data))
    return found


def in_a_row(edit: Edit) -> Edit:
    """Two seconds of two scenes and a hard cut."""
    plain = replace(edit.cuts[0], in_frame=0, out_frame=24, gap=0, hold=0, join=HARD, finishing=None)
    names = enumerate(("s0", "s1"))
    cuts = [replace(plain, scene_id=name, take_id=f"{name}/x-1", start_frame=24 * i) for i, name in names]
    return Edit("A film", edit.size, tuple(cuts))


def there(edit: Edit, frame: int) -> list[tuple[Cut, str]]:
    """What is seen at a frame, looked up in the slow and simple way."""
    found = []
    for cut in edit.cuts:
        end = cut.start_frame + cut.frames
        for start, until, part in (
            (cut.start_frame - cut.gap, cut.start_frame, "gap"),
            (cut.start_frame, end, "picture"),
            (end, end + cut.hold, "hold"),
        ):
            found += [(cut, part)] if start <= frame < until else []
    return found


@pytest.mark.parametrize("seed", range(runs(1500, in_suite=40)))
def test_every_frame_tells_who_made_it(seed: int) -> None:
    edit = random_edit(seed)
    data = record(edit)
    pick = random.Random(seed)
    edges = [f for cut in edit.cuts for f in (cut.start_frame, cut.end_frame - 1, cut.start_frame - cut.gap)]
    for frame in {*edges, *(pick.randrange(edit.frames) for _ in range(20))}:
        moment, expected = moment_of(data, frame), there(edit, frame)
        assert [(seen.cut["scene"], seen.part) for seen in moment.seen] == [
            (cut.scene_id, part) for cut, part in expected
        ]
        assert 1 <= len(moment.seen) <= 2
        assert (len(moment.seen) == 2) == (moment.join in ("dissolve", "wipe"))
        for seen, (cut, part) in zip(moment.seen, expected, strict=True):
            last = cut.out_frame - 1
            shown = None if part == "gap" else min(cut.in_frame + frame - cut.start_frame, last)
            assert seen.clip_frame == shown
            if shown is not None:
                assert seen.scene_frame == shown - cut.in_frame + cut.head


def test_the_record_knows_what_was_asked(tmp_path: Path) -> None:
    edit = in_a_row(random_edit(3))
    asked = {
        "prompt": PROMPT,
        "mode": "open",
        "parameters": {"seed": 7, "aspect": "16:9"},
        "parents": ["s9/x-1"],
        "inputs": [],
        "fingerprint": "f" * 64,
        "attempt": "a1",
        "operation": "not for the record",
    }
    home = tmp_path / "takes" / edit.cuts[0].take_id
    home.mkdir(parents=True)
    (home / "request.json").write_text(json.dumps(asked))
    (tmp_path / "takes" / edit.cuts[1].take_id).mkdir(parents=True)
    (tmp_path / "takes" / edit.cuts[1].take_id / "request.json").write_text("[]")
    found = asked_of(edit, tmp_path)
    assert set(found) == {edit.cuts[0].take_id}
    first, second = record(edit, found)["cuts"]
    assert (first["prompt"], first["seed"], first["parents"]) == (PROMPT, 7, ["s9/x-1"])
    assert (second["prompt"], second["seed"]) == (None, None)
    assert "operation" not in first
    assert not {"mode", "parameters", "fingerprint", "attempt"} - set(first)


def test_clips_are_named_from_the_films_folder() -> None:
    edit = random_edit(3)
    elsewhere = replace(edit, cuts=(replace(edit.cuts[0], clip=Path("/elsewhere/one.mp4")), *edit.cuts[1:]))
    names = [cut["clip"] for cut in record(elsewhere)["cuts"]]
    assert names[0] == "one.mp4"
    assert all(name.startswith("takes/") for name in names[1:])


@pytest.mark.parametrize(("frame", "number"), [(0, 1), (11, 1), (12, 2), (30, 2), (47, 2)])
def test_the_shot_of_a_moment(frame: int, number: int) -> None:
    first = random_edit(3).cuts[0]
    cut = replace(first, in_frame=100, out_frame=160, head=0, start_frame=0, gap=0, hold=0, take_id="s00/x-1")
    edit = Edit("A film", (320, 180), (cut,))
    [seen] = moment_of(record(edit, {"s00/x-1": {"prompt": PROMPT}}), frame).seen
    assert seen.shot is not None
    assert (seen.shot.number, seen.shot.count) == (number, 2)
    [late] = moment_of(record(edit, {"s00/x-1": {"prompt": PROMPT}}), 50).seen
    assert late.shot is None


def test_effects_that_change_the_length_hide_the_frame() -> None:
    cut = replace(random_edit(3).cuts[0], in_frame=0, out_frame=48, start_frame=0, gap=0, hold=0)
    faster = replace(cut, finishing=Finishing(24, (("MultiplySpeed", '{"factor": 2}'),)))
    [seen] = moment_of(record(Edit("A film", (320, 180), (faster,))), 20).seen
    assert (seen.part, seen.clip_frame, seen.cut["effects"]) == ("picture", None, ["MultiplySpeed"])
    toned = replace(cut, finishing=Finishing(48, (("BlackAndWhite", "{}"),)))
    [seen] = moment_of(record(Edit("A film", (320, 180), (toned,))), 20).seen
    assert seen.clip_frame == 20


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        ("43.5", 1044),
        ("0:43", 1032),
        ("1:02", 1488),
        ("1:00:00.25", 86406),
        ("00:00:43:12", 1044),
        ("0", 0),
        ("0.04", 0),
        ("75", 1800),
    ],
)
def test_times(text: str, frame: int) -> None:
    assert frame_at(text) == frame


@pytest.mark.parametrize("text", ["", "x", "-1", "1:2:3:4:5", "0:00:01:24", "1e3", ".5", "٣", "1:xx"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(MediaError, match="is no time"):
        frame_at(text)


@given(st.integers(0, 10**7))
def test_every_timecode_is_its_frame(frame: int) -> None:
    seconds, rest = divmod(frame, 24)
    assert frame_at(f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}:{rest:02}") == frame
    assert frame_at(f"{seconds // 60}:{seconds % 60:02}") == seconds * 24


def asked(film: Path, frame: int) -> Moment:
    return moment_of(read_record(film), frame)


def test_a_film_is_asked(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(b"a film")
    edit = in_a_row(random_edit(3, folder=tmp_path))
    report = FilmReport(film, 48, 48, 0, sha256_of(film), True)
    (tmp_path / "film.json").write_bytes(written(edit, report, ()))
    assert [seen.cut["scene"] for seen in asked(film, 30).seen] == ["s1"]
    os.utime(film, ns=(1, 1))  # a copied folder
    assert asked(film, 0).seen[0].clip_frame == 0
    with pytest.raises(MediaError, match=r"ends at 2 s \(frame 48\)"):
        asked(film, 48)
    (tmp_path / "tall.mp4").write_bytes(b"a variant")
    assert asked(tmp_path / "tall.mp4", 0).film == "film.mp4"
    old = json.loads((tmp_path / "film.json").read_text())
    known = ("scene", "title", "start_frame", "end_frame", "take", "backend", "model", "cost_usd")
    known += ("clip_sha256", "in_frame", "out_frame", "continuous")
    old["cuts"] = [{key: cut[key] for key in known} for cut in old["cuts"]]
    (tmp_path / "film.json").write_text(json.dumps({**old, "version": 2}))
    assert [(seen.cut["scene"], seen.clip_frame) for seen in asked(film, 30).seen] == [("s1", 6)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "there is no film.json"),
        (b"[]", "not the record"),
        (b"\xff", "not the record"),
        (b'{"version": 99, "film": {}, "cuts": []}', "reads 3"),
        (b'{"version": 3, "film": {"file": "film.mp4", "bytes": 5}, "cuts": []}', "not the record"),
        (b'{"version": 3, "film": {"file": "x", "frames": 9}, "cuts": [{"scene": "s"}]}', "not the record"),
        (b'{"version": 3, "film": {"file": "x", "frames": "9"}, "cuts": []}', "not the record"),
        (b'{"version": 3, "film": {"file": "film.mp4", "bytes": 6}, "cuts": []}', "changed after"),
        (
            b'{"version":3,"film":{"file":"film.mp4","bytes":5,"mtime_ns":0,"sha256":""},"cuts":[]}',
            "changed after",
        ),
    ],
)
def test_records_that_tell_nothing(tmp_path: Path, content: bytes | None, message: str) -> None:
    film = tmp_path / "film.mp4"
    with pytest.raises(MediaError, match="no such film"):
        read_record(film)
    film.write_bytes(b"a film"[1:])
    if content is not None:
        (tmp_path / "film.json").write_bytes(content)
    with pytest.raises(MediaError, match=message):
        read_record(film)
