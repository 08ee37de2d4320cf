"""The picture as a CMX 3600 edit decision list, through OpenTimelineIO's adapter.

An EDL holds one video track of cuts, dissolves, wipes and frozen frames. It loses sound, effects, overlays
and what our metadata say. Every file has a reel name of at most eight letters and digits; black is ``BL``.
The adapter writes neither wipes, nor fades that come out of black without a piece of black before them, nor
names of reels beside a frozen frame: those lines are put right here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import opentimelineio as otio

from veo_story.export.counted import range_of, time_of
from veo_story.export.hand_over import plain
from veo_story.export.layout import Passage, Piece, lane_of
from veo_story.export.timeline import FIRST_FRAME, timeline_of
from veo_story.storyboard.model import FPS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from veo_story.export.hand_over import HandOver

_MOST_EVENTS = 999
_REEL = 8
_TITLE = 70
_TAKEN = {"BL", "AX", "BARS", "BLACK"}
"""Reels that mean something else."""
_BEGINS_EVENT = re.compile(r"\d{3,}  ")
_FIELDS = re.compile(r"(?P<number>\d+)  (?P<reel>.{8}) V     (?P<kind>[CD])(?P<rest>.*)")
_TIMES = 4 * 11 + 3


@dataclass(slots=True)
class _Event:
    """One event: what is seen, and how the list gets into it."""

    clip: Any
    piece: Piece
    into: Literal["cut", "dissolve", "wipe"] = "cut"
    frames: int = 0
    from_nothing: bool = False

    @property
    def reel(self) -> str:
        """Its reel."""
        return str(self.clip.metadata["cmx_3600"]["reel"])


def write_edl(given: HandOver, beside: Path) -> bytes:
    """The file's bytes, the same for the same film."""
    events = _events(given, beside)
    timeline = otio.schema.Timeline(plain(given.edit.title)[:_TITLE])
    track = otio.schema.Track("V", kind=otio.schema.TrackKind.Video)
    timeline.tracks.append(track)
    # The adapter counts from zero; a gap is time without an event.
    track.append(otio.schema.Gap(source_range=range_of(0, FIRST_FRAME)))
    for event in events:
        if event.into != "cut":
            track.append(otio.schema.Transition("", "SMPTE_Dissolve", time_of(0), time_of(event.frames)))
        track.append(event.clip)
    text: str = otio.adapters.write_to_string(timeline, "cmx_3600", rate=FPS)
    return "\n".join(_mended(text, events, _notes(given))).encode() + b"\n"


def lost_in_edl(given: HandOver) -> tuple[str, ...]:
    """What of this film an EDL does not hold."""
    lost = ["sound, music and narration"]
    if any(cut.finishing is not None for cut in given.edit.cuts):
        lost.append("effects and overlays")
    if len(given.edit.cuts) > _MOST_EVENTS:
        lost.append(f"order for programs that read {_MOST_EVENTS} events at most")
    return tuple(lost)


def _events(given: HandOver, beside: Path) -> list[_Event]:
    """The timeline's picture as events: a fade is a dissolve from or to black."""
    lane = lane_of(given.edit)
    whole = timeline_of(given, beside)  # its parts live as long as it does
    children = list(whole.tracks[0])
    reels = _reels(given)
    events: list[_Event] = []
    passage: Passage | None = None
    for entry, child in zip(lane, children, strict=True):
        if isinstance(entry, Passage):
            passage = entry
            if entry.before:
                _darken(events, entry.before)
            continue
        event = _Event(_black() if entry.cut is None else _clip(child, entry, reels), entry)
        if entry.cut is None and passage is not None and passage.before:
            events[-1].piece = _resized(events[-1].piece, events[-1].piece.frames + entry.frames)
        else:
            if passage is not None and passage.after:
                event.into, event.frames = ("wipe" if passage.kind == "wipe" else "dissolve"), passage.after
                if not events:  # the adapter reads no list that begins with a dissolve
                    events.append(_Event(_black(), Piece(entry.at, 0)))
                black = events[-1].piece.cut is None
                event.from_nothing = passage.kind == "fade" and not black
            events.append(event)
        passage = None
    for event in events:
        event.clip.source_range = range_of(event.piece.start, event.piece.frames)
        if event.piece.held and event.piece.frames > 1:  # one frame stands still by itself
            event.clip.effects.append(otio.schema.FreezeFrame())
    return [event for event in events if event.piece.frames or not event.piece.held]


def _darken(events: list[_Event], frames: int) -> None:
    """Give the last frames of what was before to a dissolve into black."""
    before = events[-1].piece
    events[-1].piece = _resized(before, before.frames - frames)
    black = Piece(before.end - frames, frames)
    events.append(_Event(_black(), black, "dissolve", frames))


def _resized(piece: Piece, frames: int) -> Piece:
    return Piece(piece.at, frames, piece.cut, piece.clip, piece.start, piece.held)


def _black() -> Any:
    media = otio.schema.GeneratorReference("black", "black")
    return otio.schema.Clip("", media, metadata={"cmx_3600": {"reel": "BL"}})


def _clip(child: Any, piece: Piece, reels: dict[Path, str]) -> Any:
    """A clip of the timeline with what an EDL knows of it."""
    assert piece.clip is not None
    clip = otio.schema.Clip(child.name, child.media_reference.deepcopy(), child.source_range)
    clip.metadata["cmx_3600"] = {"reel": reels[piece.clip]}
    return clip


def _reels(given: HandOver) -> dict[Path, str]:
    """A reel name for every file, after the first scene that is seen in it."""
    reels: dict[Path, str] = {}
    used = set(_TAKEN)
    for entry in lane_of(given.edit):
        if not isinstance(entry, Piece) or entry.cut is None or entry.clip is None or entry.clip in reels:
            continue
        letters = re.sub(r"[^A-Z0-9]", "", entry.cut.scene_id.upper())[:_REEL] or "CLIP"
        reel, number = letters, 1
        while reel in used:
            number += 1
            reel = f"{letters[: _REEL - len(str(number))]}{number}"
        used.add(reel)
        reels[entry.clip] = reel
    return reels


def _notes(given: HandOver) -> dict[str, str]:
    """What the author noted, by scene."""
    return {scene.id: plain(scene.notes) for scene in given.storyboard.scenes() if scene.notes}


def _mended(text: str, events: list[_Event], notes: dict[str, str]) -> Iterator[str]:
    """The adapter's lines, with those put right that it cannot write."""
    lines = text.splitlines()
    first = next((i for i, line in enumerate(lines) if _BEGINS_EVENT.match(line)), len(lines))
    yield from (line for line in lines[:first] if line)
    yield "FCM: NON-DROP FRAME"
    yield ""
    blocks: dict[int, list[str]] = {}
    number = 0
    for line in lines[first:]:
        if begins := _BEGINS_EVENT.match(line):
            number = int(begins[0])
        blocks.setdefault(number, []).append(line)
    for event, block in zip(events, blocks.values(), strict=True):
        yield from _block(event, block)
        cut = event.piece.cut
        if cut is not None and not event.piece.held:
            yield f"* TAKE: {cut.take_id or 'none yet'}"
            if cut.scene_id in notes:
                at = otio.opentime.to_timecode(time_of(FIRST_FRAME + event.piece.at), FPS)
                yield f"* LOC: {at} YELLOW  {notes[cut.scene_id]}"


def _block(event: _Event, block: list[str]) -> Iterator[str]:
    """The lines of one event."""
    for index, line in enumerate(block):
        found = _FIELDS.fullmatch(line)
        if found is not None and event.into != "cut":
            times = line[-_TIMES:]
            if index == 0 and event.from_nothing:
                at = block[1][-_TIMES:].split()[2]
                zero = "00:00:00:00"
                yield f"{found['number']}  {'BL':8} V     C        {zero} {zero} {at} {at}"
                continue
            if found["kind"] == "D":
                kind = "W001" if event.into == "wipe" else "D   "
                yield f"{found['number']}  {found['reel']} V     {kind} {event.frames:03d} {times}"
                continue
        if event.from_nothing and line.startswith("* FROM"):
            continue
        if line.startswith("M2 "):
            line = f"M2   {event.reel:8} 000.0                {line.split()[-1]}"
        yield line
