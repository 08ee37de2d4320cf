"""Is a file that shall be heard a sound at all: its first bytes tell; reading it would load FFmpeg."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_OTHERS = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"),
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"MThd", "MIDI notes, not sound"),
    (b"<", "a page of text"),
    (b"{", "text"),
)
_HEAD = 64


def no_sound(path: Path) -> str | None:
    """What a file is instead of a sound, as far as its beginning tells; None where it may well be one.

    Raises OSError when it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        return "empty"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "a WebP picture"
    known = next((what for sign, what in _OTHERS if head.startswith(sign)), None)
    if known is not None:
        return known
    is_text = all(byte in b"\t\n\r" or 32 <= byte < 127 for byte in head)
    # AMR and a few others begin with letters, but not with 64 of them.
    return "text" if is_text and len(head) == _HEAD else None
