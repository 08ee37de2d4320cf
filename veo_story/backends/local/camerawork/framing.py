"""From a shot size and a subject to the place of a camera that frames them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from veo_story.backends.local.camerawork.subjects import subject_of, with_things
from veo_story.backends.local.camerawork.view import LEAST_ZOOM, LONGEST, MOST_Z, WIDEST, View, highest
from veo_story.backends.local.lexicon.vocabulary import contains, vocabulary

if TYPE_CHECKING:
    from veo_story.backends.local.camerawork.subjects import Subject
    from veo_story.backends.local.camerawork.words import Asked
    from veo_story.backends.local.script import Beat, Script
    from veo_story.backends.local.world.stage import Stage

CLOSEST = 12.0
"""How much larger than from home a subject is shown at most."""
_CLOSEST_THING = 5.0
_SIDE = 0.90
"""Share of the picture's width that subjects may take."""
_HEAD, _HEAD_UPRIGHT = 0.20, 0.25
"""Width of a head in heights of the person, hair and all; in upright pictures with room to lean over."""
_HEAD_ROOM = 0.06
_LOOK_ROOM = 0.07
_EDGE = 0.02
_OUT, _PAST, _UP = 0.5, 0.5, -0.12
"""How near to come to look out of a room, how far outside the picture people are then, and how high."""
_CENTRED = 0.7
"""How much closer than from home a thing has to be seen to stand in the middle of the picture."""
_SHALLOWEST = 0.2
_AROUND = ("full", "wide")
"""Sizes at which people are seen with what stands beside them."""
_BEAST = 0.8
_AFAR = 1.2
"""How much larger than from home a far thing is seen at most, where nobody asked for it."""
_FAR = 0.7
"""Parallax below which a thing is too far away to walk up to."""


@dataclass(frozen=True, slots=True)
class Framing:
    """``view`` frames the subject; ``room`` is how many picture heights it may move aside and stay seen."""

    view: View
    room: float
    is_place: bool = False
    who: str = ""
    """Whom it is about, where that is one person."""


def frame_beat(script: Script, beat: Beat, stage: Stage, asked: Asked, kept: View | None = None) -> Framing:
    """The framing of a beat; where its words say no size, that of ``kept`` is."""
    size = asked.size
    if size is None and kept is None:
        size = _unsaid(script, beat, stage)
    subject = subject_of(script, beat, stage, size)
    around = subject is not None and asked.size is None and kept is None and size in _AROUND
    if subject is not None and around:
        subject = with_things(subject, stage)
    angle = vocabulary("camera")["angles"].get(asked.angle, {})
    if subject is None:
        if size is None and stage.indoors and contains(beat.action, vocabulary("camera")["outlook"]["words"]):
            return _outlook(stage)
        return _place(asked, angle, size, kept, stage)
    entry = vocabulary("camera")["sizes"].get(size)
    scale = _scale(subject, stage, entry, kept) * math.exp(-float(angle.get("wider", 0.0)))
    if asked.size is None and not subject.is_person and subject.parallax < _FAR:
        scale = min(scale, _AFAR)
    if around:
        scale = min(scale, (1 - 2 * _HEAD_ROOM) / (stage.foot - subject.crown))
    scale = min(max(scale, LEAST_ZOOM), _most(subject, stage))
    near, lens = approach(scale, subject.parallax, asked.walk)
    scale = math.exp(lens) / (1 - (1 - math.exp(-near)) * subject.parallax)
    view = View(near=near, lens=lens, blur=_blur(subject, scale, asked))
    row = _row(subject, scale, entry) + float(angle.get("eyes", 0.0))
    return _aimed(view, subject, scale, row, stage, float(angle.get("rise", 0.0)))


def _aimed(view: View, subject: Subject, scale: float, row: float, stage: Stage, rise: float) -> Framing:
    """The view turned towards the subject, whose row comes to stand at ``row`` of the picture."""
    half = min((subject.right - subject.left) / 2 * scale, stage.aspect / 2)
    room = max(0.0, stage.aspect / 2 - _EDGE - half)
    aside = -subject.faces * min(_LOOK_ROOM * stage.aspect, room)
    if subject.at_eyes:
        row = max(row, _HEAD_ROOM + (subject.look - subject.crown) * scale)
    # A place is composed around its things: seen from afar they stay where they are.
    there = 0.0 if subject.is_person else max(0.0, 1 - (scale - LEAST_ZOOM) / _CENTRED)
    aside += there * max(-room, min(room, subject.middle * scale))
    row += there * (0.5 + (subject.look - 0.5) * scale - row)
    depth = max(_SHALLOWEST, subject.parallax)
    x = (subject.middle - aside / scale) / depth
    y = (0.5 - subject.look + (row - 0.5) / scale) / depth + there * rise
    top = highest(view.near, view.lens) - _EDGE
    return Framing(replace(view, x=x, y=max(-top, min(top, y))), room, who=subject.who)


def approach(scale: float, parallax: float, walk: float) -> tuple[float, float]:
    """How near to come and how long a lens to take, to see what stands at ``parallax`` that much larger.

    ``walk`` is the share of the camera's own way; what one of the two cannot do is left to the other.
    """
    lens = min(LONGEST - 0.04, WIDEST + (1 - walk) * max(0.0, math.log(scale) - WIDEST))
    most = MOST_Z - 0.02 if parallax >= _FAR else 0.45
    z = max(0.0, min(most, (1 - math.exp(lens) / scale) / max(parallax, 0.05)))
    lens = min(LONGEST - 0.04, max(WIDEST, math.log(scale * (1 - z * parallax))))
    return -math.log(1 - z), lens


def _scale(subject: Subject, stage: Stage, entry: dict[str, Any] | None, kept: View | None) -> float:
    if entry is None:
        assert kept is not None
        return max(LEAST_ZOOM, math.exp(kept.lens) / max(0.1, 1 - kept.z * subject.parallax))
    if subject.is_person and subject.who and subject.right - subject.left > subject.tall:
        return _BEAST * float(entry["thing"]) / subject.tall
    if subject.is_person:
        return _share(entry, stage.aspect) / max(subject.tall, stage.tall * 0.4)
    return float(entry["thing"]) / subject.tall


def _share(entry: dict[str, Any], aspect: float) -> float:
    """How tall a grown-up is seen. Upright pictures have less room beside faces: close is less close."""
    share = float(entry["share"])
    return share if share <= 1 else 1 + (share - 1) * max(0.3, min(1.0, (aspect - 0.1) / 0.9))


def _most(subject: Subject, stage: Stage) -> float:
    """As close as width and height of the subject allow."""
    width = subject.right - subject.left
    alone = subject.is_person and width <= subject.tall * 0.31
    if alone:
        # Of one person the head has to fit, and below it what there is room for.
        width = subject.tall * (_HEAD if stage.aspect > 1 else _HEAD_UPRIGHT)
    fits = stage.aspect * _SIDE / width
    if not subject.is_person:
        return max(LEAST_ZOOM, min(_CLOSEST_THING, fits, 0.95 / subject.tall))
    return max(LEAST_ZOOM, min(CLOSEST, fits))


def _row(subject: Subject, scale: float, entry: dict[str, Any] | None) -> float:
    """Where in the picture the row that the camera looks at comes to stand."""
    if not subject.at_eyes:
        return 0.52
    share = scale * subject.tall
    if entry is not None and abs(share - float(entry["share"])) < 0.15 * float(entry["share"]):
        return float(entry["eyes"])
    sizes = sorted({(float(e["share"]), float(e["eyes"])) for e in vocabulary("camera")["sizes"].values()})
    if share <= sizes[0][0]:
        return sizes[0][1]
    for (small, high), (large, low) in pairwise(sizes):
        if share <= large and large > small:
            return high + (low - high) * (share - small) / (large - small)
    return sizes[-1][1]


def _blur(subject: Subject, scale: float, asked: Asked) -> float:
    """The closer, the softer is what lies behind; nothing is where the subject itself lies there."""
    if subject.parallax < 0.9:
        return 0.0
    close = max(0.0, min(1.0, (math.log(scale) - 0.5) / 1.8))
    return max(0.0, min(1.0, 0.55 * close + asked.blur))


def _place(asked: Asked, angle: dict[str, Any], size: str | None, kept: View | None, stage: Stage) -> Framing:
    rise = float(angle.get("rise", 0.0))
    entry = vocabulary("camera")["sizes"].get(size)
    if entry is None:
        view = kept or View()
        if rise:
            top = highest(view.near, view.lens) - _EDGE
            view = View(view.x, max(-top, min(top, rise)), view.near, view.lens, view.blur, view.shake)
        return Framing(view, stage.aspect, is_place=True)
    near, lens = approach(max(LEAST_ZOOM, float(entry["place"])), 0.8, asked.walk)
    top = highest(near, lens) - _EDGE
    blur = max(0.0, min(0.5, asked.blur))
    return Framing(View(0.0, max(-top, min(top, rise)), near, lens, blur), stage.aspect, is_place=True)


def _outlook(stage: Stage) -> Framing:
    """To the windows, past all who stand in the room: aside, whichever way is shorter."""
    view = View(near=_OUT, lens=WIDEST)
    half = (stage.aspect / 2 + _PAST) / (math.exp(view.lens) / (1 - view.z))
    there = [mark.x for mark in (*stage.people.values(), *stage.things.values()) if mark.parallax >= _FAR]
    left, right = min(there, default=half) - half, max(there, default=-half) + half
    return Framing(replace(view, x=min(left, right, key=abs), y=_UP), stage.aspect, is_place=True)


def _unsaid(script: Script, beat: Beat, stage: Stage) -> str:
    """How close a scene is seen whose author did not say."""
    for entry in vocabulary("camera")["unsaid"]:
        if (stage.people or stage.things) and contains(f"{beat.action} . {beat.camera.text}", entry["words"]):
            return str(entry["size"])
    if not stage.people:
        return "wide"
    if any(beat.start_s <= line.start_s < beat.end_s for line in script.lines):
        return "medium" if len(stage.people) == 1 else "two_shot"
    if _stands_out(stage):
        return "wide"
    # Those of the cast are known by their faces, others by where they are.
    return "full" if stage.things or not script.people else "medium_wide"


def _stands_out(stage: Stage) -> bool:
    """Whether there is something that would be out of sight, were people seen close."""
    return any(
        mark.parallax < _FAR or mark.tall > 1.3 * stage.tall or mark.foot < stage.foot - stage.tall
        for mark in stage.things.values()
    )
