"""Turning the parts of a scene into plain sentences."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from veo_story.storyboard.model import Camera, Look

_ENDS = ".!?…。！？"
_CLOSING = "\"'”’»)]"
_WIDE_END = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]$")
_BARE_SIZES = frozenset({"wide", "medium", "long", "full", "close", "establishing", "two", "american"})


def one_line(text: str) -> str:
    """The text without line breaks and double spaces."""
    return " ".join(text.split())


def sentence(text: str, *, capital: bool = True) -> str:
    """One sentence: a capital in front unless told otherwise, a full stop unless it ends itself."""
    text = one_line(text)
    if not text:
        return ""
    if capital:
        text = text[0].upper() + text[1:]
    if text.rstrip(_CLOSING).endswith(tuple(_ENDS)):
        return text
    text = text.rstrip(",;: ")
    return text + ("。" if _WIDE_END.search(text) else ".")


def join_and(words: Sequence[str]) -> str:
    """``a, b and c``."""
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1]))) if words else ""


def display_name(name: str) -> str:
    """What a reader or a model sees for a cast id: ``old_tom`` is Old Tom."""
    return " ".join(word[:1].upper() + word[1:] for word in re.split(r"[_\-]+", name))


def place_name(name: str) -> str:
    """What a reader or a model sees for a location id: ``lamp_room`` is the lamp room."""
    return "the " + " ".join(re.split(r"[_\-]+", name))


def clock(seconds: Decimal) -> str:
    """``00:03``, ``01:07.5``: how a prompt marks time."""
    minutes, rest = divmod(seconds, 60)
    whole, _, part = f"{rest.normalize():f}".partition(".")
    return f"{int(minutes):02}:{int(whole):02}{f'.{part}' if part else ''}"


def camera_words(camera: Camera | None) -> str:
    """``close-up, eye-level, slow push-in, 50mm lens``."""
    if camera is None:
        return ""
    if camera.text is not None:
        return camera.text
    move = "static camera" if camera.move == "static" else camera.move
    parts = (_size(camera.size), camera.angle, move, _with(camera.lens, "lens"), _with(camera.focus, "focus"))
    return ", ".join(filter(None, parts))


def look_words(look: Look | None) -> str:
    """``period drama, one warm lamp, palette of amber and brass, ...``."""
    if look is None:
        return ""
    if look.text is not None:
        return look.text
    palette = f"palette of {join_and(look.palette)}" if look.palette else ""
    return ", ".join(filter(None, (look.style, look.lighting, palette, look.grade)))


def _size(size: str | None) -> str | None:
    return f"{size} shot" if size and size.split()[-1].lower() in _BARE_SIZES else size


def _with(words: str | None, noun: str) -> str | None:
    return words if not words or noun in words.lower() else f"{words} {noun}"
