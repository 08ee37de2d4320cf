"""Lines of narration: where they are heard, who speaks them, and what is told about them."""

from __future__ import annotations

import wave
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from tests.support.recordings import wav
from veo_story.backends.local.soundtrack.installed import AUTO, MURMUR, chosen
from veo_story.errors import MediaError
from veo_story.film.edit import Cut, Edit
from veo_story.film.hearing import Hearing
from veo_story.film.narration import Narrated, narrate, say
from veo_story.film.sound import mix_of
from veo_story.storyboard.finish import Finish
from veo_story.storyboard.load import load_storyboard

BOARD = """\
storyboard: 1
title: The keeper
scenes:
  - {id: s01, duration: 8, action: One}
  - {id: s02, duration: 8, action: Two}
narration:
  voice: low and calm
  lines:
"""


@dataclass
class Voice:
    """Speaks a second of noise for every text; ``mute`` stands for a machine without a voice."""

    mute: bool = False
    asked: list[tuple[str, str | None]] = field(default_factory=list)

    def __call__(self, text: str, voice: str | None) -> bytes | None:
        self.asked.append((text, voice))
        noise = np.random.default_rng(1).normal(size=48_000) * 3000
        return None if self.mute else noise.astype("<i2").tobytes()


@dataclass
class Studio:
    """A film of two scenes in a folder, the second from frame 180 on with ``last`` frames."""

    folder: Path
    voice: Voice = field(default_factory=Voice)
    last: int = 192

    def narrated(self, *lines: str) -> Narrated:
        file = self.folder / "film.yaml"
        file.write_text(BOARD + "".join(f"    - {line}\n" for line in lines))
        board = load_storyboard(file).storyboard
        assert board is not None
        film = self.folder / "renders"
        return narrate(
            board, Edit("", (1280, 720), self.cuts), film, Hearing(film / "heard.json"), say=self.voice
        )

    @property
    def cuts(self) -> tuple[Cut, ...]:
        return tuple(
            Cut(name, name, Path("x.mp4"), "0", 0, frames, start, take_id="t")
            for name, start, frames in (("s01", 0, 192), ("s02", 180, self.last))
        )

    @property
    def kept(self) -> list[Path]:
        return sorted((self.folder / "renders" / "voices").glob("*"))


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(tmp_path)


def test_a_file_is_heard_from_its_moment_on(studio: Studio) -> None:
    wav(studio.folder / "line.wav")
    found = studio.narrated("{id: n1, at: s02+1.5, text: Hello., file: line.wav}")
    [line] = found.spoken
    assert (line.line_id, line.at, line.samples) == ("n1", 180 * 2000 + 72_000, 84_000)
    assert line.file == studio.folder / "line.wav"
    start, end = found.heard["n1"]
    assert abs(start - (180 + 36 + 12)) < 0.5
    assert abs(end - (180 + 36 + 36)) < 0.5
    assert found.remarks == ()
    assert studio.voice.asked == []


def test_a_text_is_spoken_once_and_kept(studio: Studio) -> None:
    for _ in range(2):
        [line] = studio.narrated("{id: n1, at: s01, text: Everything begins with wind.}").spoken
    assert studio.voice.asked == [("Everything begins with wind.", "low and calm")]
    assert [line.file] == studio.kept
    with wave.open(str(line.file)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getnframes()) == (48_000, 1, 48_000)
    assert line.samples == 48_000


def test_other_words_are_spoken_anew(studio: Studio) -> None:
    studio.narrated("{id: n1, at: s01, text: One.}")
    studio.narrated("{id: n1, at: s01, text: Two.}")
    assert len(studio.voice.asked) == len(studio.kept) == 2


def test_a_machine_without_a_voice_is_told_once_how_to_get_one(studio: Studio) -> None:
    studio.voice.mute = True
    wav(studio.folder / "line.wav")
    found = studio.narrated(
        "{id: n1, at: s01, text: One.}",
        "{id: n2, at: s02, file: line.wav}",
        "{id: n3, at: s02+4, text: Three.}",
    )
    assert [line.line_id for line in found.spoken] == ["n2"]
    [remark] = found.remarks
    assert "n1, n3 are not spoken" in remark
    assert "file:" in remark
    assert ("veo-story[voice]" in remark) == (chosen(AUTO) == MURMUR)
    assert studio.kept == []


def test_a_line_ends_with_the_film(studio: Studio) -> None:
    wav(studio.folder / "line.wav")
    found = studio.narrated("{id: n1, at: s02+7, file: line.wav}")
    [line] = found.spoken
    assert line.at + line.samples == 372 * 2000
    assert found.remarks[0].startswith("narration n1 is 0.8 s too long")


def test_a_line_after_the_film_is_not_heard(studio: Studio) -> None:
    wav(studio.folder / "line.wav")
    studio.last = 48
    found = studio.narrated("{id: n1, at: s02+3, file: line.wav}", "{id: n2, at: s01, file: line.wav}")
    assert [line.line_id for line in found.spoken] == ["n2"]
    assert found.remarks[0].startswith("narration n1 is not heard: it would begin 1.0 s after")


def test_two_lines_at_once_are_told(studio: Studio) -> None:
    wav(studio.folder / "line.wav")
    found = studio.narrated("{id: n1, at: s01+1, file: line.wav}", "{id: n2, at: s01+1.5, file: line.wav}")
    assert len(found.spoken) == 2
    assert found.remarks == (
        "narration n1 and n2 are spoken at the same time for 0.5 s. Let n2 begin later.",
    )
    # Only their silences meet.
    assert (
        studio.narrated(
            "{id: n1, at: s01+1, file: line.wav}", "{id: n2, at: s01+2.2, file: line.wav}"
        ).remarks
        == ()
    )


def test_a_file_that_is_no_sound_is_told(studio: Studio) -> None:
    (studio.folder / "line.wav").write_text("This is no sound.")
    with pytest.raises(MediaError, match=r"line\.wav"):
        studio.narrated("{id: n1, at: s01, file: line.wav}")


def test_a_film_without_narration(tmp_path: Path) -> None:
    file = tmp_path / "film.yaml"
    file.write_text(BOARD.split("narration:")[0])
    board = load_storyboard(file).storyboard
    assert board is not None
    assert narrate(board, Edit("", (2, 2), ()), tmp_path, Hearing(tmp_path / "heard.json")) == Narrated()


def test_the_installed_voice_speaks_or_says_that_it_is_not_there() -> None:
    sound = say("Good evening.", None)
    assert (sound is None) == (chosen(AUTO) == MURMUR)
    if sound is not None:
        assert 0.4 < len(sound) / 2 / 48_000 < 3
        assert 3000 < np.abs(np.frombuffer(sound, "<i2").astype(int)).max() <= 0.9 * 32768


def test_what_runs_over_the_films_end_fades_out(studio: Studio) -> None:
    wav(studio.folder / "line.wav")
    lines = ("{id: n1, at: s01, file: line.wav}", "{id: n2, at: s02+7, file: line.wav}")
    film = Edit("", (1280, 720), studio.cuts)
    mix = mix_of(film, Finish(), studio.narrated(*lines).spoken)
    first, last = mix.soundings[-2:]
    assert last.until == mix.samples
    assert first.fade_out < 500 < last.fade_out
