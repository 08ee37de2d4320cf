"""What a retake, a pick or a promotion costs at once, and what it costs to go on from it. Pure.

A scene that is made anew leaves what was made after it behind. There are three ways on: make all of that anew
(``later``), interpolate from the new take to the next scene (``bridge``), or cut hard (``cut``, free).
Each way is priced by planning it: what a run would send then is what it costs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from veo_story.errors import ConfigError
from veo_story.plan.bridge import bridge_of
from veo_story.plan.changes import own_parts
from veo_story.plan.price import other_usd
from veo_story.plan.standing import Choice
from veo_story.plan.takes import Pin, Take

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from veo_story.plan.model import Plan, Step
    from veo_story.plan.standing import Standing
    from veo_story.plan.takes import Seam

_LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Price:
    """USD by the reading of the price page that the budget goes by, and by the other one."""

    usd: Decimal = Decimal(0)
    other_usd: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Bridge:
    """Interpolations that lead to ``scenes``; ``new_s`` is how long each is, in seconds."""

    scenes: tuple[str, ...]
    new_s: tuple[Decimal, ...]
    price: Price


@dataclass(frozen=True, slots=True)
class Consequences:
    """``now`` is what is sent at once, for ``sent`` (takes by scene).

    ``later`` is what is made anew when nothing is pinned, of the scenes ``stale``: a hard cut leaves them as
    they are. They are empty when nothing that is paid for hangs on it. ``bridge`` is None where no bridge can
    lead on. ``due`` are other scenes that a render makes whichever way is taken, for ``rest``.
    """

    sent: Mapping[str, int]
    now: Price
    stale: tuple[str, ...]
    later: Price
    bridge: Bridge | None
    due: tuple[str, ...]
    rest: Price


def retake(standing: Standing, scene_id: str, takes: int) -> Consequences:
    """What so many more takes of a scene cost, and using the newest of them.

    Raises ConfigError when a scene that it is made from has no take: it cannot be sent then.
    """
    after = taken(standing, scene_id)
    return _weighed(standing, after, {scene_id}, {scene_id: takes})


def pick(standing: Standing, scene_id: str, take: Take | None) -> Consequences:
    """What it costs to go on from a take that is there (None: from the one that serves unpicked)."""
    after = standing.chosen(picked(standing, scene_id, take))
    return _weighed(standing, after, {scene_id}, {})


def promotion(before: Standing, after: Standing, scene_ids: Collection[str]) -> Consequences:
    """What it costs to make scenes anew on another tier; ``after`` has the plan compiled with it."""
    after = after.unpinned({*scene_ids, *after.hanging(scene_ids)})
    pinned = after.chosen(Choice({}, kept_on(before, scene_ids, "cut")))
    missing = pinned.missing()
    return _weighed(before, after, scene_ids, {s: missing[s] for s in scene_ids if s in missing})


def more(before: Standing, after: Standing) -> tuple[tuple[str, ...], Price]:
    """The scenes of which a render makes more after a decision than before it, and their price."""
    plan = after.spliced()
    missing = _more(after.missing(), before.missing(), ())
    return tuple(p.scene_id for p in plan.placements if p.scene_id in missing), _price(plan, missing)


def taken(standing: Standing, scene_id: str) -> Standing:
    """The film as if a scene had a new take, picked, and no pin of its own."""
    bare = standing.unpinned({scene_id})
    new = _imagined(bare, scene_id)
    return replace(bare, takes=(*bare.takes, new)).chosen(Choice({scene_id: new.id}, {}))


def held_pick(standing: Standing, scene_id: str) -> str | None:
    """The take to be picked so that a further one does not get into the film by itself, if need be."""
    serving = standing.statuses()[scene_id].take
    if serving is None or scene_id in standing.pins:
        return None
    further = replace(standing, takes=(*standing.takes, _imagined(standing, scene_id)))
    then = further.statuses()[scene_id].take
    return None if then is not None and then.id == serving.id else serving.id


def picked(standing: Standing, scene_id: str, take: Take | None) -> Choice:
    """The choice that lets a take serve (None: lets the program choose again).

    Pins of scenes that hang on it are taken back where a take of the new lineage is there. A take that was
    made after another take of what the scene is made from is pinned instead: the film cuts to it.
    """
    free = standing.unpinned({scene_id})
    pin = None if take is None or _fits(free, take) else Pin(scene_id, take.id, _seam_of(standing, scene_id))
    pick = take.id if take is not None and pin is None else None
    choice = Choice({scene_id: pick}, {scene_id: pin})
    return Choice(choice.picks, {**choice.pins, **unneeded(standing.chosen(choice), {scene_id})})


def unneeded(standing: Standing, scene_ids: Collection[str]) -> dict[str, Pin | None]:
    """Pins to be taken back: of scenes that hang on these and have a take that fits without."""
    dropped: dict[str, Pin | None] = {}
    for scene_id in standing.after(scene_ids):
        if scene_id in standing.pins and (free := standing.unpinned({scene_id})).is_kept(scene_id):
            standing = free
            dropped[scene_id] = None
    return dropped


def kept_on(standing: Standing, changed: Collection[str], seam: Seam) -> dict[str, Pin | None]:
    """Pins that let what is made directly from the changed scenes stay on the takes it has.

    The scene that follows one of them in the film is joined by ``seam``, others by cuts. A scene without a
    take that could stay is left out.
    """
    statuses = standing.statuses()
    following = {standing.next_of(scene_id) for scene_id in changed}
    pins: dict[str, Pin | None] = {}
    for step in standing.plan.steps():
        scene_id = step.scene_id
        if scene_id in changed or not set(step.needs) & set(changed):
            continue
        take = statuses[scene_id].take or _latest_own(step, standing.takes)
        if take is not None:
            pins[scene_id] = Pin(scene_id, take.id, seam if scene_id in following else "cut")
    return pins


def _weighed(
    before: Standing, after: Standing, changed: Collection[str], now: Mapping[str, int]
) -> Consequences:
    by_cut = after.chosen(Choice({}, kept_on(before, changed, "cut")))
    cut = by_cut.missing()
    whole, plan = after.spliced(), by_cut.spliced()
    stale = _more(after.missing(), cut, changed)
    due = {scene: n for scene, n in cut.items() if scene not in changed}
    return Consequences(
        sent=now,
        now=_price(plan, now),
        stale=tuple(placed.scene_id for placed in whole.placements if placed.scene_id in stale),
        later=_price(whole, stale),
        bridge=_bridge(before, after, changed, cut),
        due=tuple(placed.scene_id for placed in plan.placements if placed.scene_id in due),
        rest=_price(plan, due),
    )


def _bridge(
    before: Standing, after: Standing, changed: Collection[str], cut: Mapping[str, int]
) -> Bridge | None:
    pins, then = kept_on(before, changed, "bridge"), after.statuses()
    joined = after.chosen(Choice({}, pins))
    plan = joined.spliced()
    known = {step.scene_id: step for step in plan.steps()}
    led: list[str] = []
    for scene_id, pin in pins.items():
        if pin is None or pin.seam != "bridge" or bridge_of(scene_id) not in known:
            continue
        take = then[scene_id].take
        # What goes on from the new take by itself needs no bridge.
        if scene_id in after.pins or take is None or take.id != pin.take_id:
            led.append(scene_id)
    if not led:
        return None
    lengths = tuple(known[bridge_of(scene)].new_s for scene in led)
    return Bridge(tuple(led), lengths, _price(plan, _more(joined.missing(), cut, changed)))


def _more(missing: Mapping[str, int], than: Mapping[str, int], but: Collection[str]) -> dict[str, int]:
    """By how many takes more are missing, by scene."""
    more = {scene: n - than.get(scene, 0) for scene, n in missing.items() if scene not in but}
    return {scene: n for scene, n in more.items() if n > 0}


def _price(plan: Plan, takes: Mapping[str, int]) -> Price:
    steps = [(plan.step(scene), n) for scene, n in takes.items()]
    usd = sum((step.expected_usd * n for step, n in steps), Decimal(0))
    return Price(usd, sum((other_usd(step, plan) * n for step, n in steps), Decimal(0)))


def _imagined(standing: Standing, scene_id: str) -> Take:
    """A take of a scene as the next request would give it."""
    plan = standing.spliced()
    step, statuses = plan.step(scene_id), standing.statuses()
    parents = []
    for needed in step.needs:
        take = statuses[needed].take
        if take is None:
            raise ConfigError(
                f"{scene_id} is made from {needed}, which has no take that fits.",
                hint=f"Nothing was sent. Render {needed} first.",
            )
        parents.append(take.id)
    numbers = [t.number for t in standing.takes if t.scene_id == scene_id]
    return Take(
        scene_id=scene_id,
        fingerprint=step.fingerprint,
        number=max(numbers, default=0) + 1,
        clip=Path("clip.mp4"),
        sha256="",
        frames=step.new_frames,
        new_start=0,
        new_end=step.new_frames,
        faithful=False,
        backend=step.backend,
        model=step.model,
        cost_usd=step.expected_usd,
        stored_at=_LATEST,
        parts=step.parts,
        parents=tuple(parents),
    )


def _fits(standing: Standing, take: Take) -> bool:
    """Whether the take would serve if it were picked, without a pin."""
    status = standing.chosen(Choice({take.scene_id: take.id}, {})).statuses()[take.scene_id]
    return status.take is not None and status.take.id == take.id


def _seam_of(standing: Standing, scene_id: str) -> Seam:
    pin = standing.pins.get(scene_id)
    return "cut" if pin is None else pin.seam


def says_the_same(step: Step, take: Take) -> bool:
    """Whether a take is what the step itself asks for, whatever it was made from."""
    return own_parts(step.parts) == own_parts(take.parts)


def _latest_own(step: Step, takes: Collection[Take]) -> Take | None:
    """The latest take that could be pinned to the step; approved ones come first."""
    mine = (t for t in takes if t.scene_id == step.scene_id and t.rejected is None)
    fitting = [t for t in mine if says_the_same(step, t)]
    return max(fitting, key=lambda t: (t.approved, t.stored_at, t.number), default=None)
