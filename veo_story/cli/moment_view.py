"""Who made a moment of a film, as people and programs are told."""

from __future__ import annotations

import textwrap
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from veo_story.cli.output import styled, width
from veo_story.cli.text import visible
from veo_story.cli.timing import seconds, timecode
from veo_story.money import usd
from veo_story.storyboard.model import FPS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from veo_story.film.moments import Moment, Seen

_LABEL = 10
_MOST_COLUMNS = 100


def moment_page(moment: Moment) -> str:
    """All about a moment, for a terminal."""
    at = f"{timecode(moment.frame)}, second {seconds(moment.frame)}, frame {moment.frame}"
    head = f"{visible(moment.film)} at {at}"
    if moment.join is not None:
        names = " to ".join(str(seen.cut["scene"]) for seen in moment.seen)
        head += f": {moment.join} from {visible(names)}"
    return "\n\n".join((head, *(_scene(seen) for seen in moment.seen)))


def moment_data(moment: Moment) -> dict[str, Any]:
    """The same for programs: the whole entries of the record, and where in the clip and in the scene."""
    return {
        "film": moment.film,
        "frame": moment.frame,
        "timecode": timecode(moment.frame),
        "seconds": seconds(moment.frame),
        "join": moment.join,
        "seen": [
            {
                "part": seen.part,
                "clip_frame": seen.clip_frame,
                "scene_frame": seen.scene_frame,
                "shot": None
                if seen.shot is None
                else {
                    "number": seen.shot.number,
                    "of": seen.shot.count,
                    "start_s": str(seen.shot.start_s),
                    "end_s": str(seen.shot.end_s),
                    "text": seen.shot.text,
                },
                **seen.cut,
            }
            for seen in moment.seen
        ],
    }


def _scene(seen: Seen) -> str:
    title = visible(str(seen.cut["title"]))
    name = visible(str(seen.cut["scene"]))
    head = styled(name, "strong") + ("" if title == name else f"  {title}")
    columns = min(width(), _MOST_COLUMNS)
    lines = [head]
    for label, text in _rows(seen):
        indent = " " * (_LABEL + 2)
        first = f"  {label:<{_LABEL}}"
        for line in text.splitlines() or [""]:
            lines += textwrap.wrap(
                visible(line), columns, initial_indent=first, subsequent_indent=indent
            ) or [first]
            first = indent
    return "\n".join(lines)


def _rows(seen: Seen) -> Iterator[tuple[str, str]]:
    cut = seen.cut
    yield "shown", _shown(seen)
    if seen.shot is not None:
        shot = seen.shot
        times = f"{seconds(shot.start_s * FPS)} to {seconds(shot.end_s * FPS)} s"
        yield "shot", f"{shot.number} of {shot.count}, {times}: {shot.text}"
    if cut.get("placeholder"):
        yield "take", "none yet: a placeholder stands here"
        return
    yield "take", str(cut["take"])
    if "clip" in cut or seen.clip_frame is not None:
        frame = "" if seen.clip_frame is None else f", frame {seen.clip_frame}"
        yield "clip", f"{cut.get('clip', '')}{frame}".lstrip(", ")
    yield "digest", str(cut["clip_sha256"])
    yield "model", _model(seen)
    if cut.get("parents"):
        yield "made from", ", ".join(map(str, cut["parents"]))
    if cut.get("effects"):
        yield "effects", ", ".join(map(str, cut["effects"]))
    if cut.get("prompt"):
        yield "prompt", str(cut["prompt"])


def _shown(seen: Seen) -> str:
    if seen.part == "gap":
        return "black before the scene"
    at = "" if seen.scene_frame is None else f"second {seconds(seen.scene_frame)} of the scene"
    if seen.part == "hold":
        return f"the last frame, standing still ({at})" if at else "the last frame, standing still"
    if seen.clip_frame is None and seen.cut.get("effects"):
        return "the scene, its time changed by effects"
    return at or "the scene"


def _model(seen: Seen) -> str:
    cut = seen.cut
    cost = Decimal(str(cut["cost_usd"]))
    parts = [f"{cut['model']} on {cut['backend']}"]
    if cut.get("seed") is not None:
        parts.append(f"seed {cut['seed']}")
    parts.append(f"{usd(cost)} USD" if cost else "free")
    return ", ".join(parts)
