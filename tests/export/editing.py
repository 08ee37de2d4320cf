"""A film from storyboard to timeline, without media, and what an editor does there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import opentimelineio as otio

from tests.film.cutting import paper_take
from veo_story.catalog.catalog import load_catalog
from veo_story.export.edited import read_edit
from veo_story.export.hand_over import HandOver
from veo_story.export.import_edit import Imported, import_edit
from veo_story.export.timeline import timeline_of
from veo_story.film.make_edit import make_edit, scenes_of
from veo_story.plan.compile import compile_plan
from veo_story.plan.model import Plan
from veo_story.plan.takes import Take
from veo_story.storyboard.load import load_storyboard
from veo_story.storyboard.model import Storyboard

TODAY = date(2026, 11, 22)
CATALOG = load_catalog()

CARDS = """storyboard: 1
title: Cards            # every scene for itself
scenes:
  # the first
  - id: a               # A
    card: One
    trim: {out: 0.75}   # the handle
  - {id: b, card: Two, transition: {type: dissolve, duration: 0.75}}

  - id: c
    card: Three
    gap: 0.5
    trim:
      in: 0.5           # half a second
  - {id: d, card: Four, hold: 0.5}
"""
TALE = """storyboard: 1
title: Tale
sequences:
  - id: one
    scenes:
      - {id: a, mode: open, action: A ferry leaves}
      - {id: b, action: It crosses the bay}
      - {id: c, card: Night}
      - {id: d, mode: open, action: A light burns}
  - id: two
    scenes:
      - {id: e, mode: open, action: Morning}
      - {id: f, mode: open, action: Noon}
  - id: three
    scenes:
      - {id: g, mode: animate, duration: 8, first_frame: f.last_frame, action: Evening}
"""


def frames(count: int) -> Any:
    """A time of the timeline."""
    return otio.opentime.RationalTime(count, 24)


def planned(path: Path) -> tuple[Storyboard, Plan]:
    """A storyboard without errors, and its plan."""
    loaded = load_storyboard(path)
    assert loaded.ok, loaded.problems
    assert loaded.storyboard is not None
    compiled = compile_plan(loaded.storyboard, CATALOG, {}, today=TODAY)
    assert compiled.plan is not None, compiled.problems
    return loaded.storyboard, compiled.plan


def handed_over(path: Path, *, combined: bool = False, longer: int = 0) -> Any:
    """The film of a storyboard as a timeline. Its takes are only written down.

    ``combined``: a take of an extension begins with all that it extends. ``longer``: frames that takes have
    beyond what was asked for.
    """
    board, plan = planned(path)
    takes: dict[str, Take] = {}
    for step in plan.steps():
        take = paper_take(step, takes)
        if combined and step.parent is not None:
            start = takes[step.parent].new_end
            end = start + step.new_frames
            take = replace(take, frames=end, new_start=start, new_end=end, faithful=True)
        takes[step.scene_id] = replace(take, frames=take.frames + longer, new_end=take.new_end + longer)
    return timeline_of(HandOver(make_edit(plan, takes, scenes_of(board)), board))


def picture(timeline: Any) -> Any:
    """The track of the picture."""
    return timeline.video_tracks()[0]


def clip(timeline: Any, scene_id: str) -> Any:
    """The clip of a scene."""
    (found,) = (e for e in picture(timeline) if e.metadata.get("veo_story", {}).get("scene") == scene_id)
    return found


def trimmed(timeline: Any, scene_id: str, head: int = 0, tail: int = 0) -> None:
    """Take frames off both ends of a scene (negative: give back)."""
    there = clip(timeline, scene_id)
    was = there.source_range
    there.source_range = otio.opentime.TimeRange(
        was.start_time + otio.opentime.RationalTime(head, 24),
        was.duration - otio.opentime.RationalTime(head + tail, 24),
    )


def reordered(timeline: Any, *scene_ids: str) -> None:
    """Put scenes in another order. The track holds nothing but clips."""
    track = picture(timeline)
    clips = {scene_id: clip(timeline, scene_id) for scene_id in scene_ids}
    track.clear()
    track.extend(clips[scene_id] for scene_id in scene_ids)


def imported(timeline: Any, path: Path) -> Imported:
    """What comes back from a timeline, through a file."""
    file = path.with_suffix(".otio")
    otio.adapters.write_to_file(timeline, str(file))
    return import_edit(read_edit(file), path, CATALOG, today=TODAY)


def told(found: Imported) -> list[tuple[str, str, str]]:
    """Scene, key and new value of every change."""
    return [(change.scene_id, change.key, change.now) for change in found.changes]
