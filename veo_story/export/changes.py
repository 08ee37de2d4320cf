"""What an editor changed in a film, scene by scene, as keys of the storyboard. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from veo_story.errors import MediaError
from veo_story.plan.frames import frames_of
from veo_story.storyboard.model import FPS
from veo_story.storyboard.rewriting import Setting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from veo_story.export.edited import Edited, Seen
    from veo_story.plan.model import Plan
    from veo_story.storyboard.model import Scene, Storyboard

    Value = str | bool | Decimal | Mapping[str, str | bool | Decimal]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that the editor changed: the key of a scene, as it was and as it is now."""

    scene_id: str
    key: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Wish:
    """A change, and what has to be written for it."""

    change: Change
    setting: Setting


def wishes_of(edited: Edited, board: Storyboard, plan: Plan) -> Iterator[Wish]:
    """Every key that has another value in the timeline than in the storyboard.

    Raises MediaError where a scene shows footage that it does not have.
    """
    scenes = {scene.id: scene for sequence in board.sequences for scene in sequence.scenes}
    for seen, following in zip(edited.scenes, (*edited.scenes[1:], None), strict=True):
        yield from _wishes(seen, following, scenes[seen.scene_id], board, plan)
    shown = {seen.scene_id for seen in edited.scenes}
    for scene in board.scenes():
        if scene.id not in shown:
            yield _wish(scene, "skip", "false", value=True)


def _wishes(
    seen: Seen, following: Seen | None, scene: Scene, board: Storyboard, plan: Plan
) -> Iterator[Wish]:
    if scene.skip:
        yield _wish(scene, "skip", "true", value=False)
    trim = _trim(seen, scene, following, plan)
    if trim:
        was = {"in": scene.trim.in_s, "out": scene.trim.out_s}
        yield _wish(scene, "trim", _told({key: was[key] for key in trim}), trim)
    yield from _joins(seen, scene, board)
    # What the next scene is seen together with comes off the hold first.
    shared = following.into.frames if following is not None and following.into is not None else 0
    if seen.hold != max(frames_of(scene.hold_s) - shared, 0):
        yield _wish(scene, "hold", f"{scene.hold_s}", _seconds(seen.hold + shared if seen.hold else 0))


def _joins(seen: Seen, scene: Scene, board: Storyboard) -> Iterator[Wish]:
    """The gap before a scene, and the dissolve or wipe into it."""
    if seen.gap != frames_of(scene.gap_s):
        yield _wish(scene, "gap", f"{scene.gap_s}", _seconds(seen.gap))
    join: Any = seen.facts.get("join") or {}
    was_together = join.get("kind") in ("dissolve", "wipe")
    handed_over = (str(join["kind"]), int(join.get("frames", 0))) if was_together else ("cut", 0)
    now = ("cut", 0) if seen.into is None else (seen.into.kind, seen.into.frames)
    written = (scene.transition.type, frames_of(scene.transition.duration_s))
    if now in (handed_over, written):
        return
    own = _data_at(board, scene).get("transition")
    value: Any = {"type": now[0], "duration": _seconds(now[1])}
    if seen.into is None:
        value = {"type": "cut"} if isinstance(own, dict) else "cut"
    was = scene.transition
    yield _wish(scene, "transition", f"{was.type} {was.duration_s} s" if was.duration_s else was.type, value)


def _trim(seen: Seen, scene: Scene, following: Seen | None, plan: Plan) -> dict[str, Decimal]:
    """The ends that the editor moved, in seconds of trim. Raises MediaError where there is no such frame."""
    into = following.into if following is not None else None
    shared = 0 if into is None else into.frames
    hold = frames_of(scene.hold_s)
    start = seen.start - (seen.into.before if seen.into is not None else 0)
    end = seen.end + (max(into.after - hold, 0) if into is not None else 0)
    first, last = seen.facts["new_start"], seen.facts["new_end"]
    if seen.facts.get("retimed"):
        return _still_as_it_was(seen, end - start)
    if start < first or end > last or end <= start:
        raise MediaError(
            f"{seen.scene_id}: frames {start} to {end} are shown, and the scene has {first} to {last}",
            hint="What lies outside is another scene's, or not there: trim it back in the editor.",
        )
    found = {}
    if start != seen.facts.get("in_frame") and start - first != frames_of(scene.trim.in_s):
        found["in"] = _seconds(start - first)
    was = frames_of(scene.trim.out_s)
    asked = next((step.new_frames for step in plan.steps() if step.scene_id == scene.id), last - first)
    ends = _End(asked, last - first, shared)
    is_as_it_was = end == seen.facts.get("out_frame") and not was
    if not is_as_it_was and ends.of(was) != end - first:
        out = ends.trim(end - first, was)
        if out != was:
            found["out"] = _seconds(out)
    return found


@dataclass(frozen=True, slots=True)
class _End:
    """How far a scene is shown, and what its ``trim: out`` has to do with it. Frames.

    It was ``asked`` to be that long, and is ``there``: without a trim it is shown to its end. Where it is
    seen together with the next scene for ``shared`` frames it goes on into its trim.
    """

    asked: int
    there: int
    shared: int

    def of(self, trim: int) -> int:
        """To where it is shown (exclusive) with a trim."""
        planned = self.asked - trim + min(trim, self.shared)
        return self.there if planned == self.asked else min(planned, self.there)

    def trim(self, end: int, was: int) -> int:
        """The trim with which it is shown to ``end``; of several that do, the one nearest to ``was``."""
        rest = max(self.asked - end, 0) if end < self.there else 0
        return rest + self.shared if rest else min(was, self.shared)


def _still_as_it_was(seen: Seen, frames: int) -> dict[str, Decimal]:
    if frames == seen.facts.get("frames") and seen.start in (0, seen.facts.get("in_frame")):
        return {}
    raise MediaError(
        f"{seen.scene_id}: its effects change its length, so a trim made in the editor cannot be read",
        hint="Undo that trim in the editor, and write 'trim:' of the scene in the storyboard.",
    )


def _data_at(board: Storyboard, scene: Scene) -> Mapping[str, Any]:
    value: Any = board.source.data
    for part in scene.path:
        value = value[part]
    found: Mapping[str, Any] = value
    return found


def _seconds(frames: int) -> Decimal:
    """Seconds with at most three decimals, which fall on the frame."""
    return round(Decimal(frames) / FPS, 3).normalize() + 0


def _told(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in values.items())


def _wish(scene: Scene, key: str, was: str, value: Value) -> Wish:
    now = str(value).lower() if isinstance(value, (bool, str, Decimal)) else _told(value)
    return Wish(Change(scene.id, key, was, now), Setting((*scene.path, key), value))
