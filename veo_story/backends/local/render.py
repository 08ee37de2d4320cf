"""Render one order to a file: choose what is seen and heard, and encode it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, assert_never

from veo_story.backends.local.camera import Camera, image_move, next_move, opening_move
from veo_story.backends.local.images import covering, pack, swatch, unpack
from veo_story.backends.local.joined import Part, comment_of, join, parts_of
from veo_story.backends.local.overlay import Overlay
from veo_story.backends.local.pictures import MARGIN, Dissolve, Drawn, Moved, Picture, card, still_move
from veo_story.backends.local.sound import FRAME_SAMPLES, Ambience
from veo_story.backends.local.state import ChainState, read_state, write_state
from veo_story.backends.local.words import place_sounds, read_sounds, read_world, seed_of
from veo_story.backends.local.world import World
from veo_story.backends.local.writer import Clip, write_clip
from veo_story.errors import MediaError
from veo_story.storyboard.model import Mode

if TYPE_CHECKING:
    from collections.abc import Callable

    from veo_story.backends.local.order import RenderOrder
    from veo_story.backends.local.window import Planes, Scratch
    from veo_story.backends.local.words import WorldWords

_SILENCE = Ambience(0, {}, {})


def render(order: RenderOrder, progress: Callable[[float], None] = lambda share: None) -> None:
    """Make the clip of ``order`` at ``order.into``.

    Raises :class:`MediaError` naming the file when an image or clip cannot be used.
    """
    match order.mode:
        case Mode.IMPORT:
            from veo_story.backends.local.conform import conform

            conform(order)
        case Mode.SLATE:
            title = order.hints.get("card", order.prompt)
            _write_plain(order, card(order.size, title, order.hints.get("subtitle", "")), progress)
        case Mode.STILL:
            _write_plain(order, _still(order), progress)
        case Mode.OPEN | Mode.ANIMATE | Mode.INTERPOLATE:
            state, picture = _begin(order)
            _write_chained(order, state, picture, {}, progress)
        case Mode.EXTEND:
            _extend(order, progress)
        case _:
            assert_never(order.mode)


@lru_cache(maxsize=1)
def _world(words: WorldWords, seed: int, size: tuple[int, int]) -> World:
    """A worker mostly goes on with the chain that it has just worked on."""
    return World(words, seed, size)


def _still(order: RenderOrder) -> Picture:
    image = unpack(pack(covering(order.need("image"), order.size)), MARGIN)
    move = still_move(float(order.hints.get("zoom", "1")), order.hints.get("towards", "center"), order.frames)
    return Moved(image, move)


def _write_plain(order: RenderOrder, picture: Picture, progress: Callable[[float], None]) -> None:
    """A clip that stands alone: silent, nothing written on it but the frame number."""
    overlay = Overlay(order.size, order.frames, timecode=False)
    clip = Clip(order.size, order.frames, 0, _drawing(picture, overlay, 0), _SILENCE)
    write_clip(clip, order.into, progress)


def _begin(order: RenderOrder) -> tuple[ChainState, Picture]:
    """The first clip of a chain: the state at its end, and what it shows."""
    words = read_world(order.prompt, order.hints)
    place = order.hints.get("place", order.prompt)
    seed = order.seed % 2**32 if order.seed is not None else seed_of(place, order.hints.get("when", ""))
    sounds = read_sounds(order.prompt, order.hints) or place_sounds(words)
    state = ChainState(seed, order.size, 0, order.frames, Camera((0.0,) * 4), sounds, order.audio)
    if order.mode is Mode.OPEN:
        move = opening_move(order.hints, order.prompt, order.frames)
        picture: Picture = Drawn(_world(words, seed, order.size), move)
        return state.with_world(words, move.end), picture
    first = pack(covering(order.need("first_frame"), order.size))
    if order.mode is Mode.ANIMATE:
        move = image_move(None, order.hints, order.prompt, order.frames)
        return state.with_image(first, move.end), Moved(unpack(first, MARGIN), move)
    last = pack(covering(order.need("last_frame"), order.size))
    drift = image_move(None, order.hints, order.prompt, order.frames).end.place[:2]
    picture = Dissolve(unpack(first, MARGIN), unpack(last, MARGIN), order.frames, drift)
    return state.with_image(last, Camera((0.0,) * 4)), picture


def _extend(order: RenderOrder, progress: Callable[[float], None]) -> None:
    parent = order.lineage[-1]
    before = read_state(comment_of(parent), parent)
    if before.size != order.size:
        raise MediaError(
            f"{parent} is {before.size[0]}x{before.size[1]}, scene {order.scene_id} wants "
            f"{order.size[0]}x{order.size[1]}",
            hint="render the chain again from its first scene",
        )
    own = read_sounds("", {k: v for k, v in order.hints.items() if k in ("ambient", "sfx")})
    sounds = own or before.sounds
    picture: Picture
    if before.world is not None:
        move = next_move(before.camera, order.hints, order.prompt, order.frames)
        picture = Drawn(_world(before.world, before.seed, order.size), move)
    elif before.image is not None:
        move = image_move(before.camera, order.hints, order.prompt, order.frames)
        picture = Moved(unpack(before.image, MARGIN), move)
    else:
        raise MediaError(f"{parent} does not say what it shows")
    state = before.after(before.next, before.next + order.frames, move.end, sounds)
    _write_chained(order, state, picture, before.sounds, progress)


def _write_chained(
    order: RenderOrder,
    state: ChainState,
    picture: Picture,
    heard: dict[str, float],
    progress: Callable[[float], None],
) -> None:
    """A clip of a chain, with its state in it; whole chains get the clips before in front."""
    sound = Ambience(
        state.seed, heard if state.first else state.sounds, state.sounds, state.first * FRAME_SAMPLES
    )
    end = state.after(state.first, state.next, state.camera, sound.gains_at(state.next * FRAME_SAMPLES))
    swatches = [swatch(path, max(16, min(order.size) // 7 // 2 * 2)) for path in order.references[:3]]
    overlay = Overlay(
        order.size,
        order.frames,
        title=f"{order.scene_id}   {order.mode}",
        prompt=order.prompt,
        swatches=swatches,
    )
    combined = order.returns == "combined" and state.first > 0
    into = order.into.with_suffix(".tail.mp4") if combined else order.into
    audible = sound if order.audio else _SILENCE
    drawing = _drawing(picture, overlay, state.first)
    write_clip(
        Clip(order.size, order.frames, state.first, drawing, audible, write_state(end)), into, progress
    )
    if combined:
        parts = [*parts_of(order.lineage), Part(into, state.first, state.next)]
        join(parts, order.into, write_state(end.after(0, end.next, end.camera, end.sounds)))
        into.unlink()


def _drawing(picture: Picture, overlay: Overlay, first: int) -> Callable[[int, Planes, Scratch], None]:
    def draw(frame: int, into: Planes, scratch: Scratch) -> None:
        picture.draw(frame, first + frame, into, scratch)
        overlay.lay(into, frame, first + frame)

    return draw
