"""The sound of a film as editing programs count it: what lies on which track, in whole frames. Pure.

Fades, ducking and loudness are no part of it; gains stand beside each piece for whoever mixes.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

from veo_story.export.hand_over import name_of
from veo_story.export.layout import footage_of, is_retimed
from veo_story.media.grid import FRAME_SAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from veo_story.export.hand_over import HandOver
    from veo_story.film.edit import Cut


@dataclass(frozen=True, slots=True)
class Heard:
    """``frames`` of a file from its frame ``start`` on, heard from the film's frame ``at`` on.

    ``length`` is the file's own; ``facts`` are our words about it.
    """

    name: str
    file: Path
    start: int
    frames: int
    at: int
    length: int
    facts: Mapping[str, Any]

    @property
    def end(self) -> int:
        """The film's first frame without it."""
        return self.at + self.frames


def tracks_of(given: HandOver) -> Iterator[tuple[str, tuple[Heard, ...]]]:
    """Name and pieces of every audio track: the scenes' own sound, narration, music."""
    for name, heard in (
        ("Sound", _own(given)),
        ("Narration", _narration(given)),
        ("Music", _music(given)),
    ):
        tracks = _apart(heard)
        for number, track in enumerate(tracks, 1):
            yield (name if len(tracks) == 1 else f"{name} {number}"), track


def _apart(heard: Iterable[Heard]) -> list[tuple[Heard, ...]]:
    """Each piece on the first track that is free by then."""
    tracks: list[list[Heard]] = []
    for one in sorted(heard, key=lambda one: one.at):
        for track in tracks:
            if track[-1].end <= one.at:
                track.append(one)
                break
        else:
            tracks.append([one])
    return [tuple(track) for track in tracks]


def _own(given: HandOver) -> Iterator[Heard]:
    """Each scene's own sound, with what of it is heard before and after its picture."""
    sound = given.storyboard.finish.sound
    native = sound.native_gain_db if sound is not None else 0
    for cut in given.edit.cuts:
        file, start = footage_of(cut)
        lead, tail = (0, 0) if is_retimed(cut) else (cut.lead, cut.tail)
        if cut.finished is not None and cut.finished.sound is not None:
            file, start, lead, tail = cut.finished.sound, 0, 0, 0
        frames = min(cut.start_frame + cut.frames + tail, given.edit.frames) - cut.start_frame + lead
        yield Heard(
            name_of(cut),
            file,
            start - lead,
            frames,
            cut.start_frame - lead,
            given.length_of(file, start + cut.frames + tail),
            _own_facts(cut, f"{cut.gain_db + native}"),
        )


def _own_facts(cut: Cut, gain_db: str) -> dict[str, Any]:
    return {
        "sound_of": cut.scene_id,
        "gain_db": gain_db,
        "lead_frames": cut.lead,
        "tail_frames": cut.tail,
    }


def _narration(given: HandOver) -> Iterator[Heard]:
    narration = given.storyboard.finish.narration
    gain = "0" if narration is None else f"{narration.gain_db}"
    for one in given.spoken:
        at, frames = one.at // FRAME_SAMPLES, ceil(one.samples / FRAME_SAMPLES)
        facts = {"narration": one.line_id, "gain_db": gain, "at_sample": one.at, "samples": one.samples}
        length = given.length_of(one.file, frames)
        yield Heard(f"narration {one.line_id}", one.file, 0, frames, at, length, facts)


def _music(given: HandOver) -> Iterator[Heard]:
    """Music from the film's first frame to its last, begun again where it is too short."""
    sound = given.storyboard.finish.sound
    if sound is None or sound.music is None:
        return
    music = sound.music
    facts = {
        "music": True,
        "gain_db": f"{music.gain_db}",
        "duck_db": f"{music.duck_db}",
        "fade_s": f"{music.fade_s}",
    }
    whole = given.frames.get(music.file, 0) or given.edit.frames
    for at in range(0, given.edit.frames, whole):
        frames = min(whole, given.edit.frames - at)
        yield Heard("music", music.file, 0, frames, at, whole, facts)
