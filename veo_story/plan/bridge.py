"""A bridge: generated footage from the last frame of a new take to the first of one that is kept."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING

from veo_story.plan.fingerprint import AFTER, content_parts, fingerprint_of
from veo_story.plan.frames import frames_of
from veo_story.plan.model import FrameInput, Parameters, Step
from veo_story.storyboard.model import FPS, FrameOf, Mode
from veo_story.storyboard.prompt import KEEPS_STYLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from veo_story.catalog.model import Capabilities
    from veo_story.plan.model import Placement

_ENDING = "+bridge"
"""No id of an author's scene can have it: ids are letters, digits, ``-`` and ``_``."""
_PROMPT = f"The same continuous shot moves on. {KEEPS_STYLE}"
_HINTS = frozenset({"place", "when", "ambient", "look"})


def bridge_of(scene_id: str) -> str:
    """The id of the bridge that leads to a scene: ``s05+bridge``."""
    return f"{scene_id}{_ENDING}"


def bridged_scene(step_id: str) -> str | None:
    """The scene that a bridge leads to; None for the id of a scene."""
    return step_id.removesuffix(_ENDING) if step_id.endswith(_ENDING) else None


def no_bridge(before: Step | None, kept: Step, caps: Capabilities) -> str | None:
    """Why no bridge can lead from the scene before in the film to ``kept``, or None.

    ``kept`` is the step as it was compiled: only what went on from the scene before has a join to mend.
    """
    if before is None:
        return "nothing comes before it in the film"
    if before.scene_id not in kept.needs:
        return f"it does not go on from {before.scene_id}"
    if Mode.INTERPOLATE not in caps.modes or not caps.durations_s.get(Mode.INTERPOLATE):
        return f"{caps.backend}: {caps.model} cannot interpolate between two frames"
    return None


def make_bridge(before: Step, leaves: Placement, kept: Step, enters: Placement, caps: Capabilities) -> Step:
    """The step from the frame where the film ``leaves`` one scene to that where it ``enters`` another.

    ``caps`` and the settings are those of the kept scene. Both scenes must have their fingerprints.
    """
    parameters = _parameters(kept.parameters, caps)
    frames = frames_of(parameters.duration_s)
    # The last frame of a whole clip is the latest sharp one, as wherever a chain starts on it.
    leaving = None if leaves.out_frame == before.new_frames else _at(leaves.out_frame - 1)
    inputs = (
        FrameInput("first_frame", FrameOf(before.scene_id, leaving)),
        FrameInput("last_frame", FrameOf(kept.scene_id, _at(enters.in_frame))),
    )
    hints = _hints(kept.hints) if caps.hints else None
    parts = content_parts(caps, Mode.INTERPOLATE, _PROMPT, parameters, frames, inputs, hints, None)
    sources = (before, kept)
    fingerprint = fingerprint_of(parts, [source.fingerprint for source in sources])
    parts |= {f"{AFTER}{source.scene_id}": source.fingerprint for source in sources}
    price = Decimal(0)
    if not caps.is_free:
        price = caps.usd_per_s(parameters.resolution, audio=parameters.audio) * parameters.duration_s
    return Step(
        scene_id=bridge_of(kept.scene_id),
        mode=Mode.INTERPOLATE,
        backend=caps.backend,
        model=caps.model,
        prompt=_PROMPT,
        parameters=parameters,
        new_frames=frames,
        fingerprint=fingerprint,
        parts=MappingProxyType(parts),
        inputs=inputs,
        hints=hints,
        expected_usd=price,
        worst_usd=price,
    )


def _parameters(kept: Parameters, caps: Capabilities) -> Parameters:
    offered = caps.durations_s[Mode.INTERPOLATE]
    length = max(offered) if kept.resolution in caps.fixed_8s else min(offered)
    return Parameters(
        aspect=kept.aspect,
        resolution=kept.resolution,
        duration_s=length,
        audio=kept.audio,
        seed=kept.seed,
        people=kept.people,
        negative_prompt=kept.negative_prompt,
        resize=kept.resize,
        compression=kept.compression,
    )


def _hints(kept: Mapping[str, str] | None) -> Mapping[str, str]:
    return MappingProxyType({name: text for name, text in (kept or {}).items() if name in _HINTS})


def _at(frame: int) -> Decimal:
    """Seconds that name a frame; rounded up, so that three decimals still fall on it."""
    return (Decimal(frame) / FPS).quantize(Decimal("0.001"), ROUND_CEILING)
