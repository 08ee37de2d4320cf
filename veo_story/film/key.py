"""What decides how a film comes out, besides its cut list: told by one digest, so that it is made once."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from veo_story.media.files import sha256_of

if TYPE_CHECKING:
    from veo_story.film.edit import Edit
    from veo_story.storyboard.model import Storyboard

_FORMAT = 1
"""Counts up when the same wishes would be made into another film."""


def film_key(edit: Edit, board: Storyboard | None = None, *, voice: str = "") -> str:
    """SHA-256 of the cut list and of all that the storyboard wants of the finished film.

    Files count by what is in them, not by where they lie. ``voice`` says what speaks narration without a
    recording on this machine. Without any wishes it is the cut list's own digest. Raises OSError when a file
    cannot be read.
    """
    wishes = [] if board is None else _wishes(board, voice)
    if not wishes:
        return edit.digest
    written = json.dumps([_FORMAT, edit.digest, wishes], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def _wishes(board: Storyboard, voice: str) -> list[Any]:
    finish = board.finish
    scenes = list(board.scenes())
    found: list[Any] = []
    # What is written about an output or a variant changes other files, not the film.
    for name in ("sound", "narration", "subtitles"):
        wish = getattr(finish, name)
        if wish is not None:
            found.append([name, _plain(wish)])
    if finish.narration is not None and any(line.file is None for line in finish.narration.lines):
        found.append(["voice", voice])
    if found:
        # Captions and the ducking of music follow what is said.
        found.append([[scene.id, _plain(scene.dialogue), _plain(scene.shots)] for scene in scenes])
    pictures = [_plain(overlay.image) for scene in scenes for overlay in scene.overlays if overlay.image]
    if pictures:
        found.append(["pictures", pictures])
    if board.logline:
        found.append(["logline", board.logline])
    return found


def _plain(value: Any) -> Any:
    """The value as JSON has it; a file as the digest of what is in it."""
    if isinstance(value, Path):
        return sha256_of(value)
    if isinstance(value, Decimal):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        # Where a wish is written in the storyboard does not change it.
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value) if f.name != "path"}
    if isinstance(value, (tuple, list)):
        return [_plain(one) for one in value]
    return value
