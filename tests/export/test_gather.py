"""What is read from the disk for a hand-over: lengths, stills, narration, words, scenes at another speed."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import opentimelineio as otio
import pytest
from PIL import Image

from tests.export.handed import board
from tests.support.clips import SIZE, Recipe, make, numbers_of
from tests.support.edits import random_edit
from tests.support.recordings import wav
from veo_story.errors import MediaError
from veo_story.export.deliver import deliver
from veo_story.export.gather import MEDIA, gather, lengths, still_of
from veo_story.film.edit import Cut, Edit, Finishing
from veo_story.media.files import sha256_of
from veo_story.plan.model import HARD
from veo_story.storyboard.finish import Finish, Music, Narration, NarrationLine, Sound
from veo_story.storyboard.model import DialogueLine


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("media") / "clip.mp4", Recipe(30))


def scene(clip: Path, finishing: Finishing | None = None) -> Cut:
    """Frames 4 to 28 of a clip."""
    plain = replace(random_edit(3).cuts[0], clip=clip, clip_sha256=sha256_of(clip), in_frame=4, out_frame=28)
    plain = replace(plain, start_frame=0, gap=0, hold=0, join=HARD, fade_in=0, fade_out=0, tail=0)
    return replace(plain, head=4, rest=2, finishing=finishing)


def film(clip: Path, finishing: Finishing | None = None) -> Edit:
    return Edit("A film", SIZE, (scene(clip, finishing),))


def test_lengths_of_files(clip: Path, tmp_path: Path) -> None:
    odd = make(tmp_path / "odd.mp4", Recipe(25, fps=Fraction(25)))
    sound = wav(tmp_path / "said.wav")
    assert lengths([clip, odd, sound, clip], {}) == {clip: 30, odd: 24, sound: 42}
    assert lengths([clip], {clip: 99}) == {clip: 99}
    with pytest.raises(MediaError, match=r"gone\.mp4"):
        lengths([tmp_path / "gone.mp4"], {})


def test_a_still_is_the_middle_of_what_is_seen(clip: Path) -> None:
    picture = Image.open(io.BytesIO(still_of(scene(clip))))
    assert (picture.format, picture.size) == ("JPEG", SIZE)
    blocks = [picture.convert("L").getpixel((16 * bit + 8, 16)) for bit in range(8)]
    assert [isinstance(level, int | float) and level > 128 for level in blocks] == [
        bool(16 >> bit & 1) for bit in range(8)
    ]


def test_only_what_a_format_tells_is_read(tmp_path: Path) -> None:
    gone = replace(scene_without_file(), clip=tmp_path / "gone.mp4")
    edit = Edit("A film", SIZE, (gone,))
    told = gather(edit, board(edit), tmp_path, ["csv"])
    assert (told.frames, told.stills, told.spoken, told.captions) == ({}, {}, (), ())
    for name in ("html", "otio"):
        with pytest.raises(MediaError, match=r"gone\.mp4"):
            gather(edit, board(edit), tmp_path, [name])


def scene_without_file() -> Cut:
    return replace(random_edit(3).cuts[0], start_frame=0, gap=0)


def test_narration_music_and_words(clip: Path, tmp_path: Path) -> None:
    voice, music = wav(tmp_path / "one.wav"), wav(tmp_path / "bed.wav")
    line = NarrationLine("n1", "s00", Decimal("0.25"), "The sea is calm.", voice, ())
    finish = Finish(Sound(Music(music)), Narration((line,)))
    edit = film(clip)
    said = {"dialogue": (DialogueLine("mira", "Late."),)}
    told = gather(edit, board(edit, finish, **said), tmp_path, ["otio", "srt"])
    assert [(one.line_id, one.at, one.file) for one in told.spoken] == [("n1", 12_000, voice)]
    assert told.frames == {clip: 30, voice: 42, music: 42}
    words = " ".join(caption.text for caption in told.captions)
    assert ("The sea is calm." in words, "Late." in words) == (True, True)
    files = {tmp_path / "film.srt": "srt", tmp_path / "film.vtt": "vtt"}
    deliver(edit, board(edit, finish, **said), tmp_path, files)
    assert "Late." in (tmp_path / "film.srt").read_text("utf-8")
    assert (tmp_path / "film.vtt").read_text("utf-8").startswith("WEBVTT - A film\n")


def test_a_scene_at_another_speed_gets_a_file(clip: Path, tmp_path: Path) -> None:
    faster = film(clip, Finishing(12, (("MultiplySpeed", '{"factor": 2}'),)))
    into = tmp_path / "film.otio"
    [made] = deliver(faster, board(faster), tmp_path, {into: "otio"})
    assert (made.path, made.lost) == (into, ())
    timeline = otio.adapters.read_from_file(str(into))
    [shown, *_] = timeline.find_clips()
    media = tmp_path / shown.media_reference.target_url
    assert media.parent == tmp_path / MEDIA
    assert (shown.source_range.start_time.value, shown.source_range.duration.value) == (0, 12)
    assert shown.media_reference.available_range.duration.value == 12
    assert [number // 2 for number in numbers_of(media)] == list(range(2, 14))
    # What lies there is made and tidied under a lock, which outlives the tidying.
    assert {path.name for path in media.parent.iterdir() if path.stem != media.stem} == {".lock"}
    toned = film(clip, Finishing(24, (("BlackAndWhite", "{}"),)))
    deliver(toned, board(toned), tmp_path, {into: "otio"})
    timeline = otio.adapters.read_from_file(str(into))
    [shown, *_] = timeline.find_clips()
    assert shown.media_reference.target_url == clip.as_uri()
