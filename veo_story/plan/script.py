"""The script of a scene: its beats, people, lines and sounds with their times, as one line of JSON.

The local renderer reads it (``backends/local/script.py`` has the types). Seconds count from its first frame::

    {"length_s": 8.0, "prompt": "", "place": "", "when": "", "look": "", "ambient": "", "music": "",
     "people": [{"id": "", "name": "", "about": "", "wears": "", "voice": ""}],
     "beats": [{"start_s": 0.0, "end_s": 8.0, "action": "",
                "camera": {"size": "", "angle": "", "move": "", "lens": "", "focus": "", "text": ""}}],
     "lines": [{"who": "", "name": "", "text": "", "start_s": 0.8, "length_s": 2.0,
                "manner": "", "voice": ""}],
     "spots": [{"text": "", "start_s": 0.3}]}

``prompt`` stays empty: the step has it. ``beats`` is never empty and covers the scene. Lines without a time
of their own come one after another, earlier or faster where they would not fit.
"""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from veo_story.storyboard.model import Camera
from veo_story.storyboard.speech import speech_s
from veo_story.storyboard.wording import display_name, look_words, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from veo_story.storyboard.model import DialogueLine, Scene, Storyboard

    Data = dict[str, Any]

LEAD_S, SHOT_LEAD_S = 0.8, 0.3
"""Seconds before the first line of a scene, and of a shot within it."""

PAUSE_S = 0.35
SHORTEST_LINE_S = 0.4
_SPOT_LEAD_S = 0.3


def script_text(storyboard: Storyboard, scene: Scene) -> str:
    """The script of a generated scene in the shape above."""
    length = float(scene.duration_s)
    place = storyboard.locations.get(scene.location or "")
    data = {
        "length_s": length,
        "prompt": "",
        "place": place.is_ if place else "",
        "when": (place.when if place else None) or "",
        "look": look_words(scene.look),
        "ambient": scene.ambient or "",
        "music": scene.music or "",
        "people": [_person(storyboard, who) for who in scene.cast],
        "beats": _beats(scene, length),
        "lines": lines_of(storyboard, scene, length),
        "spots": _in_time(_spots(scene, length)),
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def spread_lines(
    wanted: Sequence[tuple[float | None, float]], start: float, end: float, lead: float
) -> list[tuple[float, float]]:
    """Start and length of lines said between ``start`` and ``end``, from their wished start and their length.

    A line without a wish follows the one before it; the first comes after ``lead`` seconds. What would not
    fit begins earlier, pauses less, and at last is said faster.
    """
    placed: list[tuple[float, float]] = []
    while len(placed) < len(wanted):
        first = len(placed)
        wish = wanted[first][0]
        stop = next((i for i in range(first + 1, len(wanted)) if wanted[i][0] is not None), len(wanted))
        until = end if stop == len(wanted) else wanted[stop][0]
        assert until is not None
        lengths = [length for _, length in wanted[first:stop]]
        earliest = start if wish is None else wish
        placed += _run(lengths, earliest, earliest + (lead if wish is None else 0.0), max(until, earliest))
    return placed


def _run(lengths: list[float], earliest: float, wished: float, end: float) -> list[tuple[float, float]]:
    said, pauses = sum(lengths), len(lengths) - 1
    start = max(earliest, min(wished, end - said - PAUSE_S * pauses))
    room = end - start
    pause = max(0.0, min(PAUSE_S, (room - said) / pauses)) if pauses else 0.0
    pace = min(1.0, room / said) if room >= SHORTEST_LINE_S else 1.0
    placed = []
    for length in lengths:
        placed.append((round(start, 3), round(length * pace, 3)))
        start += length * pace + pause
    return placed


def _person(storyboard: Storyboard, who: str) -> Data:
    member = storyboard.cast.get(who)
    return {
        "id": who,
        "name": display_name(who),
        "about": member.is_ if member else "",
        "wears": (member.wears if member else None) or "",
        "voice": (member.voice if member else None) or "",
    }


def _beats(scene: Scene, length: float) -> list[Data]:
    """A shot lasts until the next one begins. The scene's own action stands in front."""
    starts: list[float] = []
    beats: list[Data] = []
    opening = scene.action or ""
    if not scene.shots or scene.shots[0].start_s > 0:
        starts.append(0.0)
        beats.append(_beat(opening, scene.camera))
        opening = ""
    for shot in scene.shots:
        action = f"{sentence(opening)} {shot.action}" if opening else shot.action
        starts.append(float(shot.start_s))
        beats.append(_beat(action, shot.camera or scene.camera))
        opening = ""
    ends = [*starts[1:], max(length, starts[-1])]
    return [
        {"start_s": start, "end_s": end, **beat} for start, end, beat in zip(starts, ends, beats, strict=True)
    ]


def _beat(action: str, camera: Camera | None) -> Data:
    words = {part.name: getattr(camera, part.name, None) or "" for part in fields(Camera)}
    return {"action": action, "camera": words}


def lines_of(storyboard: Storyboard, scene: Scene, length_s: float) -> list[Data]:
    """Every line of a scene of that length in the order in which they are said, as in the script."""
    return _in_time(_lines(storyboard, scene, length_s))


def _lines(storyboard: Storyboard, scene: Scene, length: float) -> Iterator[Data]:
    yield from _said(storyboard, scene.dialogue, 0.0, length, LEAD_S)
    for shot in scene.shots:
        start, end = float(shot.start_s), float(shot.end_s)
        yield from _said(storyboard, shot.dialogue, start, end, SHOT_LEAD_S)


def _said(
    storyboard: Storyboard, lines: Sequence[DialogueLine], start: float, end: float, lead: float
) -> Iterator[Data]:
    wanted = [
        (None if line.at is None else float(line.at), max(SHORTEST_LINE_S, float(speech_s(line.line))))
        for line in lines
    ]
    for line, (begin, length) in zip(lines, spread_lines(wanted, start, end, lead), strict=True):
        member = storyboard.cast.get(line.who)
        yield {
            "who": line.who,
            "name": display_name(line.who) if member else line.who,
            "text": line.line,
            "start_s": begin,
            "length_s": length,
            "manner": line.manner or "",
            "voice": (member.voice if member else None) or "",
        }


def _spots(scene: Scene, length: float) -> Iterator[Data]:
    yield from _spread_spots(scene.sfx, 0.0, length)
    for shot in scene.shots:
        yield from _spread_spots(shot.sfx, float(shot.start_s), float(shot.end_s))


def _spread_spots(sounds: Sequence[str], start: float, end: float) -> Iterator[Data]:
    for i, text in enumerate(sounds):
        share = (end - start) * i / len(sounds)
        yield {"text": text, "start_s": min(round(start + _SPOT_LEAD_S + share, 3), end)}


def _in_time(timed: Iterator[Data]) -> list[Data]:
    return sorted(timed, key=lambda one: float(one["start_s"]))
