"""The narration of a film: every line as a recording, where it is heard, and what is wrong with that."""

from __future__ import annotations

import hashlib
import io
import json
import wave
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from veo_story.film.sound import Spoken
from veo_story.media.files import make_folder, write_whole
from veo_story.media.grid import FRAME_SAMPLES, RATE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from veo_story.film.edit import Edit
    from veo_story.film.hearing import Hearing
    from veo_story.media.recording import Recording
    from veo_story.storyboard.finish import NarrationLine
    from veo_story.storyboard.model import Storyboard

    Say = Callable[[str, str | None], bytes | None]

_FORMAT = 1
"""Counts up when the same words would be said otherwise."""
_INSTALL = "pip install 'veo-story[voice]'"


@dataclass(frozen=True, slots=True)
class Narrated:
    """What is ``spoken``, in order; from which frame of the film to which each line's words are heard.

    ``remarks`` tell what will not be as the author may have thought, with what to do about it.
    """

    spoken: tuple[Spoken, ...] = ()
    heard: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


def say(text: str, voice: str | None) -> bytes | None:
    """``text`` by the extra ``voice``: 16 bits mono at 48 kHz; None where it is missing or cannot say it.

    Raises MediaError when a voice is installed but does not work.
    """
    from veo_story.backends.local.soundtrack.installed import AUTO, MURMUR, chosen

    if chosen(AUTO) == MURMUR:
        return None
    # numpy and the voice are loaded only where something is said for the first time.
    from veo_story.backends.local.soundtrack.narrator import narrated as said

    sound = said(text, voice)
    return None if sound is None else (sound * 32767).astype("<i2").tobytes()


def narrate(board: Storyboard, edit: Edit, folder: Path, hearing: Hearing, *, say: Say = say) -> Narrated:
    """Every line of the narration where the film has it.

    A line's ``file`` is heard, else ``say`` speaks its text, once: what it said is kept in ``voices`` below
    the film's ``folder``. A line that nobody can speak is left out of the sound, and a remark tells so.
    Raises MediaError when a file cannot be read or a voice does not work, OSError when the disk fails.
    """
    narration = board.finish.narration
    if narration is None:
        return Narrated()
    starts = {cut.scene_id: cut.start_frame for cut in edit.cuts}
    spoken: list[Spoken] = []
    heard: dict[str, tuple[float, float]] = {}
    remarks: list[str] = []
    silent: list[str] = []
    for line in narration.lines:
        if line.scene_id not in starts:
            continue
        file = line.file or _voice(line, narration.voice, folder, say)
        if file is None:
            silent.append(line.id)
            continue
        recording = hearing.recording(file)
        at = starts[line.scene_id] * FRAME_SAMPLES + round(line.at_s * RATE)
        room = edit.frames * FRAME_SAMPLES - at
        if recording.samples > room:
            remarks.append(_too_long(line, recording, room))
        if room > 0:
            spoken.append(Spoken(line.id, file, at, min(recording.samples, room)))
            heard[line.id] = (at + recording.start) / FRAME_SAMPLES, (at + recording.end) / FRAME_SAMPLES
    spoken.sort(key=lambda one: one.at)
    remarks += _at_once(spoken, heard)
    if silent:
        remarks.append(_unspoken(silent))
    return Narrated(tuple(spoken), heard, tuple(remarks))


def _voice(line: NarrationLine, voice: str | None, folder: Path, say: Say) -> Path | None:
    """The line as the voice says it, kept from the first time on."""
    text = " ".join((line.text or "").split())
    written = json.dumps([_FORMAT, text, voice], ensure_ascii=True)
    file = folder / "voices" / f"{hashlib.sha256(written.encode()).hexdigest()[:24]}.wav"
    if not file.is_file():
        sound = say(text, voice)
        if not sound:
            return None
        make_folder(file.parent)
        write_whole(file, _wav(sound))
    return file


def _wav(sound: bytes) -> bytes:
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(sound)
    return written.getvalue()


def _unspoken(silent: list[str]) -> str:
    from veo_story.backends.local.soundtrack.installed import AUTO, MURMUR, chosen

    told = f"narration {', '.join(silent)} {'is' if len(silent) == 1 else 'are'} not spoken"
    file = "give each such line a file: with a recording"
    if chosen(AUTO) == MURMUR:
        return f"{told}: no voice is installed. Install one with {_INSTALL}, or {file}."
    return f"{told}: the voice that is installed cannot say it. Please {file}."


def _too_long(line: NarrationLine, recording: Recording, room: int) -> str:
    if room <= 0:
        return (
            f"narration {line.id} is not heard: it would begin {-room / RATE:.1f} s after the film's end. "
            "Let it begin earlier."
        )
    return (
        f"narration {line.id} is {(recording.samples - room) / RATE:.1f} s too long: it fades out at the "
        "film's end. Let it begin earlier, or hold the last scene longer."
    )


def _at_once(spoken: list[Spoken], heard: Mapping[str, tuple[float, float]]) -> list[str]:
    """Lines of which one begins before the other's words are over."""
    remarks = []
    for one, other in combinations(spoken, 2):
        (start, end), (begins, ends) = heard[one.line_id], heard[other.line_id]
        both = min(end, ends) - max(start, begins)
        if both > 0:
            remarks.append(
                f"narration {one.line_id} and {other.line_id} are spoken at the same time for "
                f"{both * FRAME_SAMPLES / RATE:.1f} s. Let {other.line_id} begin later."
            )
    return remarks
