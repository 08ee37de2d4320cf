"""What is heard in the sounds of a film, measured once and noted, so that a second look loads nothing."""

from __future__ import annotations

import json
from dataclasses import astuple
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from veo_story.media.files import UNREADABLE, make_folder, sha256_of, write_whole
from veo_story.media.grid import FRAME_SAMPLES
from veo_story.media.recording import Recording, recording_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from veo_story.film.edit import Cut
    from veo_story.film.matching import Times

_VERSION = 1
"""Counts up when the same sound would be heard otherwise."""
_LONGEST = 10**12
"""Samples that no recording has."""


class Hearing:
    """Measures of sounds by the digests of their files. :meth:`note` writes down what was asked for."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known = _read(file)
        self._asked: dict[str, list[Any]] = {}

    def speech(self, cut: Cut) -> Times:
        """Where somebody speaks in a scene's own footage, trimmed parts included, in its frames.

        Raises MediaError when the clip cannot be read.
        """
        first, end = cut.in_frame - cut.head, cut.out_frame + cut.rest
        key = f"speech {cut.clip_sha256} {first} {end}"
        if key not in self._known:
            # numpy and av are loaded only where something new is heard.
            from veo_story.media.speech import speech_of

            found = speech_of(cut.clip, first, end)
            self._known[key] = [
                [one.start / FRAME_SAMPLES - first, one.end / FRAME_SAMPLES - first] for one in found
            ]
        self._asked[key] = self._known[key]
        return tuple((float(start), float(until)) for start, until in self._known[key])

    def recording(self, file: Path) -> Recording:
        """How long a recording is, and where its words are. Raises MediaError when it cannot be read."""
        try:
            key = f"recording {sha256_of(file)}"
        except OSError:
            return recording_of(file)  # tells what is wrong with it
        if key not in self._known:
            self._known[key] = list(astuple(recording_of(file)))
        self._asked[key] = self._known[key]
        samples, start, end = self._known[key]
        return Recording(int(samples), int(start), int(end))

    def note(self) -> None:
        """Write down what was asked for since the beginning, unless it is there already. Raises OSError."""
        if self._asked and _read(self._file) != self._asked:
            make_folder(self._file.parent)
            written = {"version": _VERSION, "heard": self._asked}
            write_whole(self._file, json.dumps(written, indent=1).encode() + b"\n")


def heard(cuts: Iterable[Cut], speaking: Iterable[str], hearing: Hearing) -> dict[str, Times]:
    """Where somebody speaks in the scenes called ``speaking``, by scene; stand-ins say nothing."""
    wanted = frozenset(speaking)
    return {
        cut.scene_id: hearing.speech(cut) for cut in cuts if cut.scene_id in wanted and not cut.placeholder
    }


def _read(file: Path) -> dict[str, list[Any]]:
    try:
        data = json.loads(file.read_bytes())
        known = data["heard"] if data["version"] == _VERSION else {}
        return {str(key): list(value) for key, value in known.items() if _is_ours(str(key), value)}
    except UNREADABLE:
        # Missing or not ours: everything is simply heard again.
        return {}


def _is_ours(key: str, value: Any) -> bool:
    """Whether a note can be one of ours: where somebody speaks is in order and within what was heard."""
    if not isinstance(value, list):
        return False
    if not key.startswith("speech "):
        return len(value) == 3 and _in_order([0, *value[1:], value[0]], _LONGEST)
    first, end = map(int, key.split()[2:])
    pairs = all(isinstance(row, list) and len(row) == 2 for row in value)
    return pairs and _in_order([0, *(time for row in value for time in row)], end - first)


def _in_order(times: list[Any], most: float) -> bool:
    return all(isinstance(n, int | float) for n in times) and all(a <= b for a, b in pairwise([*times, most]))
