"""Taking in what a request brings: its bytes to files, its names to files, and the rules on both."""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING
from uuid import uuid4

from veo_story.emulator.ask import SIZES, Medium
from veo_story.emulator.model import Footage, Wanted
from veo_story.emulator.records import FootageRecord, Operation, Order
from veo_story.emulator.refusals import Refused, invalid
from veo_story.emulator.rules_media import check_image, check_parent, check_video_type
from veo_story.errors import MediaError

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.catalog.model import Capabilities
    from veo_story.emulator.ask import Ask
    from veo_story.emulator.model import ClipMaker
    from veo_story.emulator.state import State

_ENDINGS = {"image/jpeg": ".jpg", "image/jpg": ".jpg", "video/mp4": ".mp4"}


async def order_of(ask: Ask, folder: Path) -> Order:
    """Put a request's bytes into files of ``folder``, named by their digest, and say what is to be made."""
    media = {"image": ask.image, "last_frame": ask.last_frame, "video": ask.video}
    media |= {f"reference{number}": image for number, (image, _) in enumerate(ask.references)}
    kept = {name: await _keep(medium, folder) for name, medium in media.items() if medium is not None}
    size = ask.size if ask.made_resolution in SIZES else SIZES["720p"]
    return Order(
        size=list(size),
        audio=ask.audio is not False or ask.video is not None,
        seed=ask.seed,
        aspect=ask.aspect,
        media=kept,
        storage_uri=ask.storage_uri,
    )


async def _keep(medium: Medium, folder: Path) -> list[str]:
    mime = medium.mime or ""
    if medium.data is None:
        return [medium.uri or "", mime]
    return [await asyncio.to_thread(_write, medium.data, folder, _ENDINGS.get(mime, ".png")), mime]


def _write(data: bytes, folder: Path, ending: str) -> str:
    place = f"inputs/{hashlib.sha256(data).hexdigest()}{ending}"
    path = folder / place
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Several requests may bring the same picture at once: it is there whole, or not at all.
        part = path.with_name(f".{uuid4().hex}{ending}")
        part.write_bytes(data)
        part.replace(path)
    return place


async def check_order(order: Order, model: Capabilities, state: State, maker: ClipMaker, now: float) -> None:
    """Find and judge every medium of an order; what it names is replaced by what was found.

    Raises Refused for the first that may not be used.
    """
    for name, (place, mime) in order.media.items():
        path = _find(place, state, now)
        order.media[name] = [str(path.relative_to(state.folder)), mime]
        if name != "video":
            await asyncio.to_thread(check_image, path, mime, model)
            continue
        check_video_type(mime)
        order.parent = await _footage_at(path, place, state, maker)
    if order.parent is not None:
        parent = order.parent.read(state.folder)
        size = turned((order.size[0], order.size[1]), parent.size)
        check_parent(parent, order.aspect, size, model, order.parent_extensions)
        order.size = list(parent.size)


def turned(size: tuple[int, int], like: tuple[int, int]) -> tuple[int, int]:
    """A size, upright or lying as another one is."""
    short, long = sorted(size)
    return (short, long) if like[1] > like[0] else (long, short)


def _find(place: str, state: State, now: float) -> Path:
    if not place.startswith("gs://"):
        return state.folder / place
    bucket, _, name = place.removeprefix("gs://").partition("/")
    found = state.object_at(bucket, name, now)
    if found is None:
        raise invalid(f"The Cloud Storage object {place[:300]} cannot be read: it does not exist.")
    return state.folder / found.path


async def _footage_at(path: Path, place: str, state: State, maker: ClipMaker) -> FootageRecord:
    if place.startswith("gs://"):
        bucket, _, name = place.removeprefix("gs://").partition("/")
        known = state.objects[bucket, name].footage
    else:
        known = state.footage.get(path.stem)
    if known is not None:
        return known
    try:
        return FootageRecord.of(await maker.look_at(path), state.folder)
    except MediaError:
        raise invalid("Unable to process input video. Please retry or report it.") from None


def wanted_of(operation: Operation, folder: Path) -> Wanted:
    """What the clip maker is asked for: an order whose media were found and judged."""
    order = operation.order
    paths = {name: folder / place for name, (place, _) in order.media.items() if name != "video"}
    parent: Footage | None = None if order.parent is None else order.parent.read(folder)
    references = [path for name, path in paths.items() if name.startswith("reference")]
    return Wanted(
        platform=operation.platform,
        model=operation.model,
        prompt=operation.prompt,
        seconds=operation.seconds,
        size=(order.size[0], order.size[1]),
        audio=order.audio,
        seed=order.seed,
        samples=operation.samples,
        first_frame=paths.get("image"),
        last_frame=paths.get("last_frame"),
        references=tuple(references),
        parent=parent,
    )


def fail(operation: Operation, refused: Refused, now: float) -> None:
    """End an operation with an error: sooner than it would have taken to make it."""
    operation.fate = "failed"
    operation.failure = [refused.rpc_code, refused.message]
    operation.due_at = min(
        operation.due_at, operation.accepted_at + (operation.due_at - operation.accepted_at) / 10
    )
    operation.made_at = now
