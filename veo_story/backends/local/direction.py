"""What a clip will show and sound like, decided from words and the chain's state before anything is painted.

Cheap: no picture is opened or drawn, except the one that a chain of pictures begins with. So what a whole
chain leaves behind can be known scene by scene, and its scenes can be drawn side by side.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from veo_story.backends.local.camerawork.path import Path, plan_path
from veo_story.backends.local.camerawork.view import moving_of
from veo_story.backends.local.figures.staging import Acting, cast_of, shown_by_cast, stage_cast
from veo_story.backends.local.lexicon.reading import place_sounds, read_change, read_setting
from veo_story.backends.local.lexicon.setting import Setting, setting_of
from veo_story.backends.local.lexicon.vocabulary import seed_of
from veo_story.backends.local.prompted import script_of
from veo_story.backends.local.soundtrack.state import sound_of
from veo_story.backends.local.soundtrack.track import Track, plan_sound
from veo_story.backends.local.state import ChainState, check_values
from veo_story.backends.local.stills.images import covering, pack
from veo_story.backends.local.stills.moves import StillState, image_move, still_state_of
from veo_story.backends.local.world.lights import Lights, lights_from, read_lights
from veo_story.backends.local.world.palette import palette_of
from veo_story.backends.local.world.staging import stage_of
from veo_story.errors import MediaError
from veo_story.storyboard.model import FPS, Mode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from veo_story.backends.local.order import RenderOrder
    from veo_story.backends.local.script import Script

_LONGEST_REASON = 120
_SOONEST, _LATEST = 0.06, 0.45
"""Shares of a clip at which it may begin to get to another place."""


@dataclass(frozen=True, slots=True)
class DrawnShow:
    """A scene in the drawn world."""

    setting: Setting
    acting: Acting
    path: Path
    lights: Lights

    def as_rooms(self) -> dict[str, Any]:
        """What an extension has to know."""
        return {
            "cast": self.acting.end.as_data(),
            "camera": self.path.end.as_data(),
            "lights": self.lights.end().as_data(),
        }


@dataclass(frozen=True, slots=True)
class Crossing:
    """A scene that gets from one drawn place to another; people and camera go on as they were.

    The clip's frame ``start`` is the last that shows only the first place, ``frames`` later only the second
    is seen.
    """

    old: DrawnShow
    new: DrawnShow
    start: int
    frames: int = round(1.25 * FPS)

    @property
    def path(self) -> Path:
        """The camera's, in the place it gets to."""
        return self.new.path

    def share(self, frame: int) -> float:
        """How much of the second place is seen at the clip's frame, 0..1; eased at both ends."""
        share = min(1.0, max(0.0, (frame - self.start) / self.frames))
        return share * share * (3 - 2 * share)

    def as_rooms(self) -> dict[str, Any]:
        """What an extension has to know."""
        return self.new.as_rooms()


@dataclass(frozen=True, slots=True)
class StillShow:
    """A scene that shows the author's ``image`` (packed), its camera coming from ``before``."""

    image: str
    before: StillState | None
    end: StillState
    last: str | None = None

    def as_rooms(self) -> dict[str, Any]:
        """What an extension has to know: it goes on from the picture that is seen at the end."""
        return {"image": self.last or self.image, "still": self.end.as_data()}


@dataclass(frozen=True, slots=True)
class Direction:
    """A clip of a chain from its frame ``first`` on; ``end`` is what an extension goes on with."""

    script: Script
    setting: Setting
    seed: int
    first: int
    show: DrawnShow | Crossing | StillShow
    track: Track
    end: ChainState


def direct(order: RenderOrder, before: ChainState | None) -> Direction:
    """Decide on the clip of an order that belongs to a chain; ``before`` is what an extension goes on from.

    Raises :class:`MediaError` when the order does not fit the chain or its picture cannot be used.
    """
    before = _fitting(order, before) if order.mode is Mode.EXTEND else None
    script = script_of(order.prompt, order.hints, order.frames)
    if before is None:
        setting = _setting(script)
        return _directed(_Asked(order, script, _seed(order, script, setting), 0, {}), setting)
    try:
        asked = _Asked(order, script, before.seed, before.next, before.rooms)
        direction = _directed(asked, setting_of(before.rooms["setting"]))
        check_values(dict(direction.end.rooms))
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        reason = f"{type(error).__name__}: {error}"[:_LONGEST_REASON]
        raise MediaError(
            f"scene {order.scene_id} cannot go on: the clip before it does not say how it ends ({reason})",
            hint="render the scene before it again",
        ) from error
    return direction


def end_state(order: RenderOrder, before: ChainState | None) -> ChainState:
    """What the clip of an order leaves to its extension, without drawing it. Raises as :func:`direct`."""
    return direct(order, before).end


def _fitting(order: RenderOrder, before: ChainState | None) -> ChainState:
    if before is None or not before.is_drawn:
        raise MediaError(
            f"scene {order.scene_id}: the clip before it does not say what it shows",
            hint="render the scene before it with the local backend again",
        )
    if before.size != order.size:
        raise MediaError(
            f"scene {order.scene_id}: the clip before it is {before.size[0]}x{before.size[1]}, wanted is "
            f"{order.size[0]}x{order.size[1]}",
            hint="render the chain again from its first scene",
        )
    return before


def _setting(script: Script) -> Setting:
    """What the words ask for, without the things that come with the people."""
    setting, brought = read_setting(script), shown_by_cast(script)
    return replace(setting, props=tuple(name for name in setting.props if name not in brought))


def _seed(order: RenderOrder, script: Script, setting: Setting) -> int:
    """The author's own seed, else one of the place: a place looks the same whenever it is seen."""
    if order.seed is not None:
        return order.seed % 2**32
    return seed_of(script.place or setting.place, script.when)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A clip that is to be decided on; ``rooms`` is what the one before it left, empty for a first one."""

    order: RenderOrder
    script: Script
    seed: int
    first: int
    rooms: Mapping[str, Any]


def _directed(asked: _Asked, setting: Setting) -> Direction:
    """Decide on a clip that begins in a setting. Raises what damaged ``rooms`` lead to."""
    setting, show = _shown(asked, setting)
    order, track = asked.order, _track(asked, setting)
    told = {"setting": setting.as_data(), "sound": track.end.as_data(), **show.as_rooms()}
    end = ChainState(asked.seed, order.size, asked.first, asked.first + order.frames, order.audio, told)
    return Direction(asked.script, setting, asked.seed, asked.first, show, track, end)


def _shown(asked: _Asked, setting: Setting) -> tuple[Setting, DrawnShow | Crossing | StillShow]:
    """What is seen, and the setting that it ends in."""
    if "image" in asked.rooms or asked.order.mode in (Mode.ANIMATE, Mode.INTERPOLATE):
        return setting, _still(asked)
    show = _drawn(asked, setting)
    if asked.rooms:
        change = read_change(asked.script, setting)
        if change is None:
            return setting, show
        return change[0], _crossing(asked.order, show, _drawn(asked, change[0]), change[1])
    held = {part.held_at(asked.first) for part in show.acting.parts.values()}
    if held.isdisjoint(setting.props):
        return setting, show
    # What is in a hand does not stand there as well.
    setting = replace(setting, props=tuple(name for name in setting.props if name not in held))
    return setting, _drawn(asked, setting)


def _still(asked: _Asked) -> StillShow:
    """What is seen of the author's pictures."""
    order, rooms = asked.order, asked.rooms
    if "image" in rooms:
        before = still_state_of(rooms["still"])
        return StillShow(rooms["image"], before, image_move(asked.script, before, order.frames).end)
    image = pack(covering(order.need("first_frame"), order.size))
    if order.mode is Mode.ANIMATE:
        return StillShow(image, None, image_move(asked.script, None, order.frames).end)
    return StillShow(image, None, StillState(), pack(covering(order.need("last_frame"), order.size)))


def _drawn(asked: _Asked, setting: Setting) -> DrawnShow:
    """A setting, with the people and the camera of a clip."""
    palette_of(setting)  # which knows all the words of a setting
    order, script, seed, first, rooms = asked.order, asked.script, asked.seed, asked.first, asked.rooms
    stage = stage_of(setting, order.size[0] / order.size[1])
    cast = cast_of(rooms["cast"]) if rooms else None
    acting = stage_cast(script, cast, stage, first, order.frames, seed)
    view = moving_of(rooms["camera"]) if rooms else None
    path = plan_path(
        script, acting.stage, view, order.frames, lambda who, frame: acting.where(who, first + frame)
    )
    lights = read_lights(script, seed, first, lights_from(rooms["lights"]) if rooms else None)
    return DrawnShow(setting, acting, path, lights)


def _crossing(order: RenderOrder, old: DrawnShow, new: DrawnShow, share: float) -> Crossing:
    """The later the words name the place, the later one gets there; but it is to be seen for a while."""
    return Crossing(old, new, round(order.frames * (_SOONEST + (_LATEST - _SOONEST) * share)))


def _track(asked: _Asked, setting: Setting) -> Track:
    order, rooms = asked.order, asked.rooms
    before = sound_of(rooms["sound"]) if rooms else None
    return plan_sound(
        asked.script,
        place_sounds(setting),
        before,
        asked.first,
        order.frames,
        asked.seed,
        audible=order.audio,
        engine=order.voice,
    )
