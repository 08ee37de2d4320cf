"""Lay scenes into chains, and keep every chain within what its platform can extend."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from veo_story.plan.draft import Draft, DraftChain
from veo_story.plan.wording import seconds
from veo_story.storyboard.codes import problem
from veo_story.storyboard.model import FrameOf, Mode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from veo_story.catalog.model import Capabilities, ChainLimits
    from veo_story.errors import Problem
    from veo_story.storyboard.model import Scene, Sequence, Storyboard

_WINDOW_S = Decimal(8)
"""The tail that a windowed extension sends: as long as an ordinary clip, small enough to travel inline."""


@dataclass(slots=True)
class Laid:
    """All chains in the order of their first scenes, and what stands in their way."""

    chains: list[DraftChain] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def lay_chains(storyboard: Storyboard, offers: Mapping[str, Capabilities]) -> Laid:
    """Chains as the storyboard writes them, split or windowed where ``render.chain.over_limit`` says so.

    Local scenes are chains of one, and nothing extends them. After a chain breaks only its first problem
    is told.
    """
    laid = Laid()
    for sequence in storyboard.sequences:
        _SequenceLayer(storyboard, offers, laid).lay(sequence)
    return laid


class _SequenceLayer:
    """Lays one sequence. ``_at`` is the place in ``laid.chains`` of the chain that can be extended."""

    def __init__(self, storyboard: Storyboard, offers: Mapping[str, Capabilities], laid: Laid) -> None:
        self._storyboard = storyboard
        self._offers = offers
        self._laid = laid
        self._at: int | None = None
        self._broken = False

    def lay(self, sequence: Sequence) -> None:
        for scene in sequence.scenes:
            if not scene.skip:
                self._lay_scene(scene, self._offers[scene.id])

    def _lay_scene(self, scene: Scene, caps: Capabilities) -> None:
        if not scene.mode.is_generated:
            self._laid.chains.append(DraftChain((_draft(scene, caps, scene.mode),)))
            self._at = None
        elif scene.mode is not Mode.EXTEND:
            self._start(_draft(scene, caps, scene.mode))
        elif self._at is None:
            message = "there is no generated scene right before it in its sequence to extend"
            self._laid.problems.append(
                problem("VS034", self._storyboard.where(scene), message, "use mode: open")
            )
            self._start(_draft(scene, caps, Mode.OPEN), broken=True)
        else:
            self._extend(scene, caps, self._at)

    def _start(self, draft: Draft, *, split_from: str | None = None, broken: bool = False) -> None:
        self._at = len(self._laid.chains)
        self._broken = broken
        self._laid.chains.append(DraftChain((draft,), split_from))

    def _extend(self, scene: Scene, caps: Capabilities, at: int) -> None:
        parent = self._laid.chains[at].drafts[-1]
        if caps.chain is None or Mode.EXTEND not in caps.modes:
            self._refuse_extension(scene, caps, parent)
            self._join(at, _draft(scene, caps, Mode.EXTEND, parent=parent.scene.id))
            return
        why = _over(caps.chain, parent)
        over_limit = self._storyboard.render.over_limit
        if why is None or self._broken:
            self._join(at, _extension(scene, caps, caps.chain, parent))
        elif over_limit == "window" and caps.windows and _window_helps(caps.chain, parent):
            self._note_window(scene, caps)
            self._join(at, _extension(scene, caps, caps.chain, parent, window_s=_WINDOW_S))
        elif over_limit == "split" and Mode.ANIMATE in caps.modes:
            self._split(scene, caps, parent)
        else:
            self._break(scene, "VS104", f"{caps.backend}: {why}", _way_out(over_limit, caps))
            self._join(at, _extension(scene, caps, caps.chain, parent))

    def _join(self, at: int, draft: Draft) -> None:
        chain = self._laid.chains[at]
        self._laid.chains[at] = DraftChain((*chain.drafts, draft), chain.split_from)

    def _split(self, scene: Scene, caps: Capabilities, parent: Draft) -> None:
        assert caps.chain is not None
        frame = FrameOf(parent.scene.id)
        length = max(caps.durations_s.get(Mode.ANIMATE, (scene.duration_s,)))
        self._start(Draft(scene, caps, Mode.ANIMATE, length, length, frame), split_from=parent.scene.id)
        where = self._storyboard.where(scene)
        message = (
            f"{caps.backend}: a chain ends at {seconds(caps.chain.longest_result_s)}, so a new one of "
            f"{seconds(length)} starts here on the last frame of {parent.scene.id}"
        )
        self._laid.problems.append(problem("VS350", where, message))
        if parent.scene.handoff.voice == "through":
            told = f"the voice of {parent.scene.id} cannot carry into {scene.id}: a new chain starts here"
            self._laid.problems.append(
                problem(
                    "VS253", where, told, "let the line end within its scene, or start a new sequence earlier"
                )
            )

    def _note_window(self, scene: Scene, caps: Capabilities) -> None:
        message = (
            f"{caps.backend}: the chain is too long to be sent whole, so only its last "
            f"{seconds(_WINDOW_S)} are sent from here on"
        )
        self._laid.problems.append(problem("VS351", self._storyboard.where(scene), message))

    def _refuse_extension(self, scene: Scene, caps: Capabilities, parent: Draft) -> None:
        hint = f"use mode: animate with first_frame: {parent.scene.id}.last_frame, or another tier"
        self._break(scene, "VS101", f"{caps.backend}: {caps.model} cannot extend a clip", hint)

    def _break(self, scene: Scene, code: str, message: str, hint: str) -> None:
        if not self._broken:
            self._laid.problems.append(problem(code, self._storyboard.where(scene), message, hint))
        self._broken = True


def _draft(scene: Scene, caps: Capabilities, mode: Mode, *, parent: str | None = None) -> Draft:
    offered = caps.durations_s.get(mode, ())
    length = scene.duration_s
    if not scene.duration_is_written and offered and length not in offered:
        length = max(offered)
    return Draft(scene, caps, mode, length, length, scene.first_frame, parent)


def _extension(
    scene: Scene, caps: Capabilities, limits: ChainLimits, parent: Draft, *, window_s: Decimal | None = None
) -> Draft:
    length = scene.duration_s if scene.duration_is_written else limits.adds_s
    clip_s = (parent.clip_s if window_s is None else window_s) + length
    extensions = parent.extensions + 1 if window_s is None else 1
    return Draft(
        scene, caps, Mode.EXTEND, length, clip_s,
        parent=parent.scene.id, extensions=extensions, window_s=window_s,
    )  # fmt: skip


def _over(limits: ChainLimits, parent: Draft) -> str | None:
    """Why a clip cannot be extended once more, or None."""
    ends = f"(a chain ends at {seconds(limits.longest_result_s)})"
    if parent.clip_s > limits.longest_input_s:
        needs, limit = seconds(parent.clip_s), seconds(limits.longest_input_s)
        return f"this extension needs a {needs} input, the limit is {limit} {ends}"
    if parent.clip_s + limits.adds_s > limits.longest_result_s:
        return f"this extension makes {seconds(parent.clip_s + limits.adds_s)} {ends}"
    if parent.extensions >= limits.most_extensions:
        return (
            f"this is extension {parent.extensions + 1} of its chain, the limit is {limits.most_extensions}"
        )
    if parent.clip_s < limits.shortest_input_s:
        return f"an extension needs at least {seconds(limits.shortest_input_s)} to go on from"
    return None


def _window_helps(limits: ChainLimits, parent: Draft) -> bool:
    fits = limits.longest_input_s >= _WINDOW_S and limits.longest_result_s >= _WINDOW_S + limits.adds_s
    return fits and parent.clip_s >= _WINDOW_S >= limits.shortest_input_s


def _way_out(over_limit: str, caps: Capabilities) -> str:
    if Mode.ANIMATE not in caps.modes:
        return f"start a new sequence here ({caps.model} cannot start on a frame, so nothing can be split)"
    if over_limit == "window":
        no_window = f"{caps.backend} takes no window here"
        return f"start a new sequence here, or set render.chain.over_limit: split ({no_window})"
    return "start a new sequence here, or set render.chain.over_limit: split"
