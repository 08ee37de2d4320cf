from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import av
import pytest

from tests.support.clips import Recipe, make, numbers_of
from veo_story.errors import MediaError
from veo_story.film.cut_film import cut_film
from veo_story.film.edit import Cut, Edit
from veo_story.film.verify import verify
from veo_story.media.files import sha256_of
from veo_story.media.spans import Chapter

_SIZE = (320, 180)


@pytest.fixture(scope="module")
def edit(tmp_path_factory: pytest.TempPathFactory) -> Edit:
    folder = tmp_path_factory.mktemp("takes")
    cuts = []
    for number in range(2):
        clip = make(folder / f"{number}.mp4", Recipe(24, first=24 * number, seed=41))
        digest = sha256_of(clip)
        name = f"s{number}"
        cuts.append(
            Cut(
                name,
                name.upper(),
                clip,
                digest,
                0,
                24,
                24 * number,
                number > 0,
                f"{name}/x-1",
                "local",
                "m",
                Decimal("0.1"),
            )
        )
    return Edit("A film", _SIZE, tuple(cuts))


def test_a_film_and_its_record(tmp_path: Path, edit: Edit) -> None:
    report = cut_film(edit, tmp_path)
    assert (report.made, report.frames, report.seconds) == (True, 48, 2.0)
    assert (report.copied_frames, report.encoded_frames) == (48, 0)
    assert numbers_of(report.path) == list(range(48))
    record = json.loads((tmp_path / "film.json").read_text())
    assert (record["edit"], record["film"]["sha256"]) == (edit.digest, sha256_of(report.path))
    assert (record["film"]["frames"], record["cost_usd"]) == (48, "0.2")
    assert [(cut["scene"], cut["take"], cut["start_frame"], cut["end_frame"]) for cut in record["cuts"]] == [
        ("s0", "s0/x-1", 0, 24),
        ("s1", "s1/x-1", 24, 48),
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film.json", "film.mp4", "proofs.json"]


def test_nothing_changed_nothing_done(tmp_path: Path, edit: Edit) -> None:
    first = cut_film(edit, tmp_path)
    assert cut_film(edit, tmp_path) == replace(first, made=False)
    os.utime(first.path, ns=(1, 1))  # a copied folder: other times, same bytes
    assert not cut_film(edit, tmp_path).made
    assert cut_film(edit, tmp_path, force=True).made


def test_the_record_of_a_kept_film_is_brought_up_to_date(
    tmp_path: Path, edit: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    film, record = cut_film(edit, tmp_path).path, tmp_path / "film.json"
    before = record.stat()
    cut_film(edit, tmp_path)
    assert record.stat() == before
    again = replace(edit.cuts[1], take_id="s1/x-2", backend="other", model="n", cost_usd=Decimal("0.3"))
    assert not cut_film(replace(edit, cuts=(edit.cuts[0], again)), tmp_path).made
    data = json.loads(record.read_text())
    noted = data["cuts"][1]
    assert (noted["take"], noted["backend"], noted["model"]) == ("s1/x-2", "other", "n")
    assert (data["cost_usd"], data["film"]["copied_frames"]) == ("0.4", 48)
    # Of a copied folder the film is read once, not every time.
    os.utime(film, ns=(1, 1))
    assert not cut_film(edit, tmp_path).made
    monkeypatch.delattr("veo_story.film.cut_film.sha256_of")
    assert not cut_film(edit, tmp_path).made


def test_a_kept_film_needs_no_media_library(tmp_path: Path, edit: Edit) -> None:
    cut_film(edit, tmp_path)
    script = f"""
import sys
from decimal import Decimal
from pathlib import Path, PosixPath, WindowsPath
from veo_story.film.cut_film import cut_film
from veo_story.film.edit import Cut, Edit
from veo_story.plan.model import Join
edit = {edit!r}
assert not cut_film(edit, Path({str(tmp_path)!r})).made
print(*(name for name in ("av", "numpy", "cv2", "PIL") if name in sys.modules))
"""
    root = Path(__file__).parents[2]
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=root
    )
    assert (run.returncode, run.stdout.strip()) == (0, ""), run.stderr


def test_what_makes_a_film_anew(tmp_path: Path, edit: Edit) -> None:
    film, record = tmp_path / "film.mp4", tmp_path / "film.json"
    cut_film(edit, tmp_path)
    assert cut_film(replace(edit, title="Another"), tmp_path).made
    assert cut_film(edit, tmp_path).made
    film.unlink()
    assert cut_film(edit, tmp_path).made
    whole = film.read_bytes()
    film.write_bytes(whole[:-1] + b"x")
    os.utime(film, ns=(1, 1))
    assert cut_film(edit, tmp_path).made
    for broken in (
        b"",
        b"[]",
        b'{"version": 1}',
        b"\xff",
        b'{"version": 1, "edit": "%s", "film": 3}' % edit.digest.encode(),
    ):
        record.write_bytes(broken)
        assert cut_film(edit, tmp_path).made


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"frames": 48', b'"frames": -48'),
        (b'"frames": 48', b'"frames": 1e999'),
        (b'"copied_frames": 48', b'"copied_frames": 49'),
        (b'"sha256": "', b'"sha256": "x'),
        (b'"remarks": []', b'"remarks": "all is well"'),
        (b'"beside": []', b'"beside": {"film.srt": 1}'),
        (b'"version": 3', b'"x": ' + b"[" * 5_000 + b"]" * 5_000 + b', "version": 3'),
    ],
)
def test_a_record_that_somebody_changed_is_not_believed(
    tmp_path: Path, edit: Edit, old: bytes, new: bytes
) -> None:
    record = tmp_path / "film.json"
    cut_film(edit, tmp_path)
    whole = record.read_bytes()
    assert old in whole
    record.write_bytes(whole.replace(old, new, 1))
    assert cut_film(edit, tmp_path).made
    again = json.loads(record.read_bytes())["film"]
    assert (again["frames"], again["copied_frames"], len(again["sha256"])) == (48, 48, 64)


def test_a_film_that_fails_leaves_the_one_before(tmp_path: Path, edit: Edit) -> None:
    cut_film(edit, tmp_path)
    before = sha256_of(tmp_path / "film.mp4")
    longer = replace(edit, cuts=(edit.cuts[0], replace(edit.cuts[1], out_frame=30)))
    with pytest.raises(MediaError, match="it has 24"):
        cut_film(longer, tmp_path)
    gone = replace(edit, cuts=(replace(edit.cuts[0], clip=tmp_path / "gone.mp4"),))
    with pytest.raises(MediaError, match=r"gone\.mp4"):
        cut_film(gone, tmp_path)
    assert sha256_of(tmp_path / "film.mp4") == before
    assert not cut_film(edit, tmp_path).made
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film.json", "film.mp4", "proofs.json"]


def test_a_film_that_came_out_wrong_is_told(tmp_path: Path, edit: Edit) -> None:
    film = cut_film(edit, tmp_path).path
    verify(film, frames=48, size=_SIZE, chapters=edit.chapters)
    with pytest.raises(MediaError, match=r"48 frames, not 49; it has 9\d+ samples .* not 98000"):
        verify(film, frames=49, size=_SIZE, chapters=edit.chapters)
    with pytest.raises(MediaError, match="320x180, not 640x360"):
        verify(film, frames=48, size=(640, 360), chapters=edit.chapters)
    with pytest.raises(MediaError, match="chapters"):
        verify(film, frames=48, size=_SIZE, chapters=[Chapter("S0", 0, 23), Chapter("S1", 23, 48)])


def _remuxed(film: Path, into: Path, *, moved: int = 0, sound: bool = True, front: bool = True) -> Path:
    """The film again, its frames from 10 on shifted by ``moved`` ticks."""
    options = {"movflags": "faststart"} if front else {}
    with av.open(str(film)) as source, av.open(str(into), "w", options=options) as file:
        chosen = [source.streams.video[0], *([source.streams.audio[0]] if sound else [])]
        streams = {stream.index: file.add_stream_from_template(stream) for stream in chosen}
        for packet in source.demux(chosen):
            if packet.dts is None or packet.pts is None:
                continue
            if packet.stream_index == 0 and packet.pts * (packet.time_base or Fraction(1)) >= Fraction(
                10, 24
            ):
                packet.pts += moved
                packet.dts += moved
            packet.stream = streams[packet.stream_index]
            file.mux(packet)
    return into


@pytest.mark.parametrize("cuts", [(), (24, 48)], ids=["whole", "in parts"])
@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"moved": 3}, r"frame 10 is not at 10/24 s"),
        ({"sound": False}, "not one picture and one sound"),
        ({"front": False}, "index is not in front"),
    ],
)
def test_times_sound_and_index_are_looked_at(
    tmp_path: Path, edit: Edit, changes: dict[str, int | bool], complaint: str, cuts: tuple[int, ...]
) -> None:
    film = cut_film(edit, tmp_path).path
    verify(_remuxed(film, tmp_path / "same.mp4"), frames=48, size=_SIZE, cuts=cuts)
    with pytest.raises(MediaError, match=complaint):
        verify(_remuxed(film, tmp_path / "other.mp4", **changes), frames=48, size=_SIZE, cuts=cuts)


@pytest.mark.parametrize("cuts", [(), (24, 48)], ids=["whole", "in parts"])
@pytest.mark.parametrize("share", [0.05, 0.6])
def test_a_damaged_film_is_told(tmp_path: Path, edit: Edit, cuts: tuple[int, ...], share: float) -> None:
    film = cut_film(edit, tmp_path).path
    data = bytearray(film.read_bytes())
    begin = data.index(b"mdat")
    middle = begin + round((len(data) - begin) * share)
    data[middle : middle + 3_000] = bytes(3_000)
    film.write_bytes(data)
    with pytest.raises(MediaError, match=r"film\.mp4"):
        verify(film, frames=48, size=_SIZE, chapters=edit.chapters, cuts=cuts)
