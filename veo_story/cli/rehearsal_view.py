"""A rehearsal as people and programs read it: the bill and the time line."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

from veo_story.cli.text import count, table
from veo_story.cli.timing import seconds
from veo_story.money import usd
from veo_story.storyboard.model import FPS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from veo_story.rehearsed import Generation, Rehearsal

_HEADER = ("scene", "mode", "s", "USD", "sent", "done", "noticed", "operation")
_RIGHT = frozenset({2, 3, 4, 5, 6})


def as_text(rehearsal: Rehearsal, width: int) -> str:
    """The bill line by line, then the totals."""
    rows = [_row(generation) for generation in rehearsal.generations]
    lines = [table(_HEADER, rows, right=_RIGHT, width=width), ""] if rows else []
    return "\n".join([*lines, *_totals(rehearsal)])


def _row(generation: Generation) -> tuple[str, ...]:
    made = generation.seconds * generation.samples
    name = generation.operation.rpartition("/")[2]
    return (
        generation.scene_id or "?",
        generation.mode,
        str(made),
        usd(generation.usd),
        clock(generation.sent_s),
        clock(generation.done_s),
        clock(generation.noticed_s),
        name if generation.outcome == "done" else f"{generation.outcome}: {name}",
    )


def clock(moment_s: float | None) -> str:
    """``mm:ss.t`` of emulated seconds; a dash where it did not happen."""
    if moment_s is None:
        return "-"
    tenths = round(moment_s * 10)
    return f"{tenths // 600:02}:{tenths // 10 % 60:02}.{tenths % 10}"


def _totals(rehearsal: Rehearsal) -> Iterator[str]:
    made = sum(g.seconds * g.samples for g in rehearsal.generations if g.usd)
    what = f"{count(len(rehearsal.generations), 'generation')}, {made} s paid"
    yield f"bill  {usd(rehearsal.billed_usd)} USD for {what}; the plan expects {usd(rehearsal.expected_usd)}"
    over = rehearsal.makespan_s - rehearsal.critical_s
    share = f", {over / rehearsal.critical_s:.1%} over it" if rehearsal.critical_s else ""
    yield (
        f"time  {clock(rehearsal.makespan_s)} from the first request to the last clip, emulated; "
        f"the longest path takes {clock(rehearsal.critical_s)}{share}"
    )
    dead = dead_times(rehearsal)
    if dead:
        middle, most = median(dead), max(dead)
        yield f"dead  {middle:.1f} s a clip (median), {most:.1f} s at most: done there, unseen here"
    film = rehearsal.film
    if film is not None:
        yield f"film  {film.path}  {seconds(film.frames)} s, {count(film.frames, 'frame')}"


def dead_times(rehearsal: Rehearsal) -> list[float]:
    """Emulated seconds between done there and noticed here, one a generation."""
    return [g.dead_s for g in rehearsal.generations if g.dead_s is not None]


def verdict(rehearsal: Rehearsal) -> tuple[str, bool] | None:
    """Why the bill is not what the plan expects, and whether that is a bug; None when it is."""
    if rehearsal.overpaid:
        return f"paid more than once: {', '.join(rehearsal.overpaid)}", True
    if rehearsal.billed_usd == rehearsal.expected_usd:
        return None
    what = f"the bill is {usd(rehearsal.billed_usd)} USD, the plan expects {usd(rehearsal.expected_usd)}"
    if rehearsal.run.failures or rehearsal.run.stopped:
        return f"{what}: the film was not finished", False
    if rehearsal.scripted:
        return f"{what}: the scripted faults kept something back", False
    return what, True


def as_data(film: str, platform: str, rehearsal: Rehearsal) -> dict[str, Any]:
    """The same for programs: money as decimal strings in USD, times in emulated seconds."""
    dead = dead_times(rehearsal)
    told = verdict(rehearsal)
    return {
        "film": film,
        "backend": platform,
        "path": None if rehearsal.film is None else str(rehearsal.film.path),
        "fps": FPS,
        "frames": None if rehearsal.film is None else rehearsal.film.frames,
        "bill": {
            "billed_usd": f"{rehearsal.billed_usd:f}",
            "expected_usd": f"{rehearsal.expected_usd:f}",
            "generations": [_line(generation) for generation in rehearsal.generations],
            "differs": None if told is None else told[0],
        },
        "time": {
            "makespan_s": round(rehearsal.makespan_s, 3),
            "critical_path_s": round(rehearsal.critical_s, 3),
            "dead_median_s": round(median(dead), 3) if dead else None,
            "dead_s": round(sum(dead), 3),
        },
        "failures": [
            {
                "scene": failure.scene_id,
                "kind": type(failure.error).__name__,
                "message": failure.error.message,
                "fix": failure.error.hint,
                "exit_code": failure.error.exit_code,
            }
            for failure in rehearsal.run.failures
        ],
        "skipped": list(rehearsal.run.skipped),
        "stopped": rehearsal.run.stopped,
    }


def _line(generation: Generation) -> dict[str, Any]:
    return {
        "scene": generation.scene_id,
        "operation": generation.operation,
        "mode": generation.mode,
        "seconds": generation.seconds,
        "samples": generation.samples,
        "usd": f"{generation.usd:f}",
        "outcome": generation.outcome,
        "sent_s": round(generation.sent_s, 3),
        "done_s": None if generation.done_s is None else round(generation.done_s, 3),
        "noticed_s": None if generation.noticed_s is None else round(generation.noticed_s, 3),
    }
