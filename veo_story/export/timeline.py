"""A film as one OpenTimelineIO timeline: what every editing format here is made from.

Conventions, for whoever reads it back (``import-edit`` does):

- Every time is in frames at rate 24; the timeline begins at 01:00:00:00, as cutters expect.
- One video track. A scene is a clip whose media is its take (an available range from frame 0 of the file) and
  whose source range counts that file's frames. ``metadata["veo_story"]`` says the rest: see :func:`facts_of`.
- Two scenes that are seen together: the earlier clip ends where the overlap begins, the later one begins
  there, and the transition (``SMPTE_Dissolve``, ``SMPTE_Wipe``) has ``in_offset`` 0 and as ``out_offset`` its
  length.
- A fade is a transition from or to black: ``SMPTE_Dissolve`` beside a gap and at the film's ends,
  ``Custom_Transition`` called ``fade`` between two scenes.
- Black is a gap, a hold a clip with a ``FreezeFrame`` and no ``scene``.
- The scenes' own sound, narration and music are audio tracks; what overlaps lies on tracks of its own.
- Markers: scenes and lines of narration on the stack, notes and seams on their clips.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import opentimelineio as otio

from veo_story.export.counted import range_of, time_of
from veo_story.export.hand_over import name_of, plain, url_of
from veo_story.export.layout import Passage, Piece, footage_of, is_retimed, lane_of
from veo_story.export.sounds import tracks_of
from veo_story.media.grid import FRAME_SAMPLES
from veo_story.storyboard.model import FPS

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.export.hand_over import HandOver
    from veo_story.export.layout import Lane
    from veo_story.export.sounds import Heard
    from veo_story.film.edit import Cut

KEY = "veo_story"
"""Where our metadata stands."""
FIRST_FRAME = 3600 * FPS
"""01:00:00:00, where the film begins on the timeline."""
_VERSION = 1


def timeline_of(given: HandOver, beside: Path | None = None) -> Any:
    """The film as a timeline. Media in the folder ``beside`` or below have relative URLs, others absolute."""
    edit = given.edit
    timeline = otio.schema.Timeline(plain(edit.title), global_start_time=time_of(FIRST_FRAME))
    timeline.metadata[KEY] = {
        "version": _VERSION,
        "title": edit.title,
        "film": given.storyboard.name,
        "edit": edit.digest,
        "fps": FPS,
        "width": edit.size[0],
        "height": edit.size[1],
        "frames": edit.frames,
    }
    lane = lane_of(edit)
    timeline.tracks.append(_picture(given, lane, beside))
    for name, heard in tracks_of(given):
        timeline.tracks.append(_sound(name, heard, beside))
    _mark(given, timeline.tracks)
    return timeline


def facts_of(given: HandOver, cut: Cut) -> dict[str, Any]:
    """What our metadata say of a scene.

    ``new_start`` and ``new_end`` (exclusive) are the frames of the scene's own footage in the media file,
    ``in_frame`` and ``out_frame`` those that the film shows, overlaps included. Where effects changed the
    length of the scene (``retimed``) frames of the clip are no longer frames of the footage.
    """
    asked = given.asked.get(cut.take_id, {})
    parameters = asked.get("parameters")
    return {
        "scene": cut.scene_id,
        "title": cut.title,
        "take": cut.take_id,
        "placeholder": cut.placeholder,
        "new_start": cut.in_frame - cut.head,
        "new_end": cut.out_frame + cut.rest,
        "in_frame": cut.in_frame,
        "out_frame": cut.out_frame,
        "frames": cut.frames,
        "retimed": is_retimed(cut),
        "backend": cut.backend,
        "model": cut.model,
        "cost_usd": str(cut.cost_usd),
        "sha256": cut.clip_sha256,
        "prompt": asked.get("prompt"),
        "seed": parameters.get("seed") if isinstance(parameters, dict) else None,
        "parents": list(asked.get("parents") or ()),
        "join": {"kind": cut.join.kind, "frames": cut.join.frames},
        "overlays": len(cut.finishing.overlays) if cut.finishing is not None else 0,
    }


def _picture(given: HandOver, lane: Lane, beside: Path | None) -> Any:
    track = otio.schema.Track("Picture", kind=otio.schema.TrackKind.Video)
    for index, entry in enumerate(lane):
        if isinstance(entry, Passage):
            neighbours = lane[max(index - 1, 0) : index] + lane[index + 1 : index + 2]
            track.append(_passage(entry, neighbours))
        elif entry.cut is None:
            track.append(otio.schema.Gap(source_range=range_of(0, entry.frames)))
        else:
            track.append(_clip(given, entry, entry.cut, beside))
    return track


def _passage(passage: Passage, neighbours: Lane) -> Any:
    kinds = {"dissolve": "SMPTE_Dissolve", "wipe": "SMPTE_Wipe", "fade": "SMPTE_Dissolve"}
    scenes = [piece for piece in neighbours if isinstance(piece, Piece) and piece.cut is not None]
    # Between two scenes a dissolve would show both of them: this one has black in the middle.
    kind = "Custom_Transition" if passage.kind == "fade" and len(scenes) == 2 else kinds[passage.kind]
    return otio.schema.Transition(
        passage.kind, kind, time_of(passage.before), time_of(passage.after), {KEY: {"kind": passage.kind}}
    )


def _clip(given: HandOver, piece: Piece, cut: Cut, beside: Path | None) -> Any:
    clip = otio.schema.Clip(name_of(cut), _media(given, cut, beside), range_of(piece.start, piece.frames))
    if piece.held:
        clip.effects.append(otio.schema.FreezeFrame("hold"))
        clip.metadata[KEY] = {"hold_of": cut.scene_id}
        return clip
    clip.metadata[KEY] = facts_of(given, cut)
    clip.effects.extend(_effects(cut))
    scene = given.scene(cut.scene_id)
    if scene is not None and scene.notes:
        clip.markers.append(_marker("note", piece.start, "YELLOW", plain(scene.notes)))
    if cut.continuous:
        clip.markers.append(_marker("seam", piece.start, "PURPLE", "goes on from the scene before"))
    return clip


def _media(given: HandOver, cut: Cut, beside: Path | None) -> Any:
    clip, start = footage_of(cut)
    length = given.length_of(clip, start + (cut.frames if clip != cut.clip else cut.out_frame - start))
    media = otio.schema.ExternalReference(url_of(clip, beside), range_of(0, length))
    media.name = cut.take_id or cut.scene_id
    return media


def _effects(cut: Cut) -> list[Any]:
    """The author's effects by name; where they changed the length also how fast the footage runs."""
    if cut.finishing is None:
        return []
    found = [
        otio.schema.Effect(name, f"{KEY}.{name}", {KEY: json.loads(parameters)})
        for name, parameters in cut.finishing.effects
    ]
    if is_retimed(cut) and footage_of(cut)[0] == cut.clip:
        found.append(otio.schema.LinearTimeWarp("retimed", (cut.out_frame - cut.in_frame) / cut.frames))
    return found


def _marker(name: str, at: int, color: str, comment: str) -> Any:
    return otio.schema.Marker(name, range_of(at, 1), color, comment=comment)


def _mark(given: HandOver, stack: Any) -> None:
    """Put the film's chapters and its lines of narration on the stack."""
    for cut in given.edit.cuts:
        stack.markers.append(_marker(name_of(cut), cut.start_frame, "GREEN", ""))
    spoken = {one.line_id: one for one in given.spoken}
    starts = {cut.scene_id: cut.start_frame for cut in given.edit.cuts}
    narration = given.storyboard.finish.narration
    for line in narration.lines if narration is not None else ():
        if line.id in spoken:
            at = spoken[line.id].at // FRAME_SAMPLES
        elif line.scene_id in starts:
            at = starts[line.scene_id] + int(line.at_s * FPS)
        else:
            continue
        stack.markers.append(_marker(f"narration {line.id}", at, "CYAN", plain(line.text or "")))


def _sound(name: str, heard: tuple[Heard, ...], beside: Path | None) -> Any:
    track = otio.schema.Track(name, kind=otio.schema.TrackKind.Audio)
    end = 0
    for one in heard:
        if one.at > end:
            track.append(otio.schema.Gap(source_range=range_of(0, one.at - end)))
        media = otio.schema.ExternalReference(url_of(one.file, beside), range_of(0, one.length))
        clip = otio.schema.Clip(one.name, media, range_of(one.start, one.frames))
        clip.metadata[KEY] = dict(one.facts)
        track.append(clip)
        end = one.at + one.frames
    return track
