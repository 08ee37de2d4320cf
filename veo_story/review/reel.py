"""The whole film of a preview, joined from its clips without decoding one."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from veo_story.errors import MediaError
from veo_story.film.finishing import finished
from veo_story.film.make_edit import make_edit
from veo_story.film.master import FINISHED
from veo_story.film.picture import stretches_of
from veo_story.film.sound import mix_of
from veo_story.media.join import join
from veo_story.media.opened import opened, video_stream
from veo_story.plan.takes import Take
from veo_story.storyboard.finish import Finish

if TYPE_CHECKING:
    from collections.abc import Mapping

    from veo_story.film.edit import Edit
    from veo_story.media.mix import Mix
    from veo_story.plan.model import Plan, Step
    from veo_story.review.drawing import Drawn
    from veo_story.review.shelf import Shelf
    from veo_story.storyboard.model import Scene

_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


def edit_of(
    plan: Plan, drawn: Mapping[str, Drawn], scenes: Mapping[str, Scene], size: tuple[int, int] | None = None
) -> Edit:
    """The cut list of the drawn film. Raises MediaError when a scene of the plan was not drawn."""
    return make_edit(plan, takes_of(plan, drawn), scenes, size=size)


def takes_of(plan: Plan, drawn: Mapping[str, Drawn]) -> dict[str, Take]:
    """The drawn clips as takes of the scenes that they show."""
    takes: dict[str, Take] = {}
    for step in plan.steps():
        if step.scene_id in drawn:
            takes[step.scene_id] = _take(step, drawn[step.scene_id], takes)
    return takes


def make_reel(edit: Edit, key: str, shelf: Shelf) -> bool:
    """Write the film unless the one that is there is this one already; whether it was written.

    ``key`` says what it is made of. It is counted, not decoded: a preview has to be quick. Raises MediaError
    when a clip cannot be used.
    """
    if shelf.film.exists() and shelf.read(shelf.film_key) == key:
        return False
    shelf.film_key.unlink(missing_ok=True)
    part = shelf.part(shelf.film)
    done = finished(edit, shelf.folder / FINISHED)
    # A finished scene is picture only: its sound is still in its clip, or in a file of its own.
    has_finished = any(cut.finished is not None for cut in done.cuts)
    sound: Mix | Literal["quick"] = mix_of(done, Finish()) if has_finished else "quick"
    join(stretches_of(done), part, size=edit.size, title=edit.title, chapters=edit.chapters, sound=sound)
    with opened(part) as container:
        frames = video_stream(container, part).frames
    if frames != edit.frames:
        raise MediaError(f"{part}: has {frames} frames, {edit.frames} were planned")
    part.replace(shelf.film)
    shelf.write(shelf.film_key, key)
    return True


def _take(step: Step, drawn: Drawn, takes: Mapping[str, Take]) -> Take:
    """A clip as the edit knows it. Its key says what is in it, so that stands for the digest."""
    return Take(
        scene_id=step.scene_id,
        fingerprint=drawn.key,
        number=1,
        clip=drawn.clip,
        sha256=drawn.key,
        frames=drawn.frames,
        new_start=0,
        new_end=drawn.frames,
        faithful=False,
        backend=step.backend,
        model=step.model,
        cost_usd=Decimal(0),
        stored_at=_NO_TIME,
        parts=MappingProxyType({}),
        parents=tuple(takes[scene].id for scene in step.needs if scene in takes),
        picked_frames=drawn.picked,
    )
