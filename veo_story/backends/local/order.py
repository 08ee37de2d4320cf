"""One clip to render, as plain data that goes to a worker process and can be printed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from veo_story.errors import MediaError
from veo_story.storyboard.model import Mode

if TYPE_CHECKING:
    from veo_story.backends.base import Inputs
    from veo_story.plan.model import Step


@dataclass(frozen=True, slots=True)
class RenderOrder:
    """What a worker needs: the step's words and settings, its files, and where the clip goes.

    ``lineage`` are the clips of the chain so far, the parent last; ``before`` is what
    :func:`~veo_story.backends.local.state.write_state` wrote of the chain to go on with, where its clips
    are not there. ``size`` is even and may be anything: the plan asks for 720p and 1080p only. ``overlay``
    are the parts of the writing that are wanted (None: all), ``take`` the number on the slate (0: none),
    ``voice`` what speaks. ``ffmpeg`` is the program to use, if not ours.
    """

    scene_id: str
    mode: Mode
    size: tuple[int, int]
    frames: int
    into: Path
    prompt: str = ""
    hints: dict[str, str] = field(default_factory=dict)
    seed: int | None = None
    audio: bool = True
    first_frame: Path | None = None
    last_frame: Path | None = None
    references: tuple[Path, ...] = ()
    image: Path | None = None
    clip: Path | None = None
    lineage: tuple[Path, ...] = ()
    returns: Literal["tail", "combined"] = "tail"
    ffmpeg: str | None = None
    before: str | None = None
    overlay: tuple[str, ...] | None = None
    take: int = 0
    voice: str = "auto"

    def need(self, role: Literal["first_frame", "last_frame", "image", "clip"]) -> Path:
        """The file of a role. Raises :class:`MediaError` naming the scene when it was not given."""
        path: Path | None = getattr(self, role)
        if path is None:
            raise MediaError(f"scene {self.scene_id}: mode {self.mode} needs a file for {role}")
        return path

    def to_json(self) -> str:
        """One line of text for :func:`order_from_json`."""
        return json.dumps(asdict(self), default=str)


def order_of(
    step: Step,
    inputs: Inputs,
    into: Path,
    returns: Literal["tail", "combined"],
    *,
    ffmpeg: str | None = None,
) -> RenderOrder:
    """The order for a step. Raises :class:`MediaError` when an extension comes without its parent."""
    parent = inputs.parent
    if step.mode is Mode.EXTEND and parent is None:
        raise MediaError(f"scene {step.scene_id}: an extension needs the clip it goes on from")
    lineage: tuple[Path, ...] = ()
    if parent is not None:
        earlier = (r.path for r in parent.lineage if r.path != parent.path)
        lineage = tuple(dict.fromkeys((*earlier, parent.path)))
    return RenderOrder(
        scene_id=step.scene_id,
        mode=step.mode,
        size=step.parameters.size,
        frames=step.new_frames,
        into=into,
        prompt=step.prompt,
        hints=dict(step.hints or {}),
        seed=step.parameters.seed,
        audio=step.parameters.audio,
        first_frame=inputs.first_frame,
        last_frame=inputs.last_frame,
        references=inputs.references,
        image=inputs.image,
        clip=inputs.clip,
        lineage=lineage,
        returns=returns,
        ffmpeg=ffmpeg,
    )


def order_from_json(text: str) -> RenderOrder:
    """The order that :meth:`RenderOrder.to_json` wrote."""
    data: dict[str, Any] = json.loads(text)

    def path(name: str) -> Path | None:
        return Path(data[name]) if data[name] is not None else None

    return RenderOrder(
        **{
            **data,
            "mode": Mode(data["mode"]),
            "size": tuple(data["size"]),
            "into": Path(data["into"]),
            "references": tuple(Path(p) for p in data["references"]),
            "lineage": tuple(Path(p) for p in data["lineage"]),
            "overlay": None if data["overlay"] is None else tuple(data["overlay"]),
            **{name: path(name) for name in ("first_frame", "last_frame", "image", "clip")},
        }
    )
