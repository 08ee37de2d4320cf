"""Films to be handed over, and what is seen of them frame by frame, worked out in the slow and simple way."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.support.edits import lengths_of
from veo_story.export.hand_over import HandOver
from veo_story.film.edit import Cut, Edit
from veo_story.storyboard.finish import Finish
from veo_story.storyboard.model import Mode, Scene, Sequence, Storyboard
from veo_story.storyboard.source import parse_source

BLACK = (None, 0)
Shown = tuple[Path | None, int]


def board(edit: Edit, finish: Finish | None = None, **scene: Any) -> Storyboard:
    """A storyboard of an edit's scenes; ``scene`` are values that each of them has."""
    source = parse_source("storyboard: 1\n", Path("keeper.yaml"), "keeper.yaml").source
    assert source is not None
    scenes = [
        replace(Scene(cut.scene_id, (), Mode.OPEN, Decimal(2), title=cut.title), **scene) for cut in edit.cuts
    ]
    return Storyboard(edit.title, source, (Sequence("a", None, tuple(scenes)),), finish=finish or Finish())


def handed(edit: Edit, finish: Finish | None = None, **more: Any) -> HandOver:
    """What is handed over of an edit: ``more`` goes to :class:`HandOver`, with ``scene`` to each scene."""
    scene = more.pop("scene", {})
    return HandOver(edit, board(edit, finish, **scene), **{"frames": lengths_of(edit), **more})


def seen(edit: Edit, frame: int) -> tuple[Shown, ...]:
    """What is seen at a frame, the earlier scene first: (file, frame of the file), or black."""
    found = [
        (cut.clip, min(cut.in_frame + frame - cut.start_frame, cut.out_frame - 1))
        for cut in edit.cuts
        if cut.start_frame <= frame < cut.end_frame
    ]
    return tuple(found) or (BLACK,)


def dark(edit: Edit, frame: int) -> bool:
    """Whether a fade makes it darker at a frame than it is."""
    return any(_dark(edit, index, cut, frame) for index, cut in enumerate(edit.cuts))


def _dark(edit: Edit, index: int, cut: Cut, frame: int) -> bool:
    ends = cut.end_frame
    goes = min(cut.fade_out, cut.hold or cut.frames)
    return cut.start_frame <= frame < cut.start_frame + cut.fade_in or ends - goes <= frame < ends


def shifts(edit: Edit) -> set[int]:
    """Frames at which two scenes are seen."""
    return {frame for frame in range(edit.frames) if len(seen(edit, frame)) > 1}
