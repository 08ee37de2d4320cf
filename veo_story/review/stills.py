"""The frames of a clip that the page and the contact sheet show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.media.frames import decode_range, rgb
from veo_story.media.opened import opened
from veo_story.media.packets import scan

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.media.packets import PacketTable
    from veo_story.review.shelf import Shelf

SHOWN = ("first", "middle", "last")
_LONG_SIDE = 640
_QUALITY = 72


def make_stills(clip: Path, shelf: Shelf) -> tuple[Path, ...]:
    """Write the first, middle and last frame of a clip as small WebP files.

    The middle one is the key frame nearest to the middle, which is quick to find. Raises MediaError.
    """
    files = tuple(shelf.still(clip, which) for which in SHOWN)
    with opened(clip) as container:
        table = scan(container, clip)
    last = len(table) - 1
    keys = [shown for shown, key in zip(table.displays, table.keys, strict=True) if key]
    middle = min(keys, key=lambda frame: abs(frame - last / 2))
    for file, frame in zip(files, (0, middle or last // 2, last), strict=True):
        _write(table, frame, shelf.part(file))
        shelf.part(file).replace(file)
    return files


def _write(table: PacketTable, frame: int, into: Path) -> None:
    import cv2
    from PIL import Image

    with opened(table.path) as container:
        [(_, found)] = list(decode_range(container, table, frame, frame + 1))
        picture = rgb(found)
    height, width = picture.shape[:2]
    scale = min(1.0, _LONG_SIDE / max(width, height))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    Image.fromarray(small).save(into, format="WEBP", quality=_QUALITY, method=2)
