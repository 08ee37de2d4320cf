"""Secrets that exist nowhere else, and a search for them in whatever was written."""

from __future__ import annotations

import base64
import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_PIECE = 12
_GOOGLE = re.compile(rb"ya29\.[\w-]{8}|PRIVATE KEY-----[^\"]{0,4}M|eyJ[\w-]{16,}\.[\w-]{16,}\.")
"""Access tokens, private keys and signed assertions, whosever they are."""


def canary() -> str:
    """A secret with characters that JSON, HTML and addresses spell otherwise, unlike any key of Google's."""
    return f"{secrets.token_urlsafe(18)}/+{secrets.token_urlsafe(18)}&="


@dataclass
class Canaries:
    """Secrets by name, in every spelling that something could write them down in."""

    values: dict[str, str] = field(default_factory=dict)

    def make(self, name: str) -> str:
        """A new one, to be looked for from now on."""
        self.values[name] = value = canary()
        return value

    def found_in(self, text: bytes) -> list[str]:
        """The names of those that ``text`` holds, whole or a part of at least 23 characters, or encoded."""
        found = [name for name, value in self.values.items() if any(n in text for n in _needles(value))]
        return found + [f"looks like {hit[0][:12]!r}" for hit in _GOOGLE.finditer(text)]

    def leaks(self, folders: Iterable[Path], apart_from: frozenset[str] = frozenset()) -> list[str]:
        """``file: secret`` for all files below the folders, their names too, but those of the names given."""
        return [
            f"{path}: {name}"
            for path in _files(folders)
            if path.name not in apart_from
            for name in self.found_in(str(path).encode() + b"\n" + path.read_bytes())
        ]


def _files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


def _needles(value: str) -> set[bytes]:
    raw = value.encode()
    spelled = {raw, quote(value, safe="").encode(), quote(value).encode(), raw.hex().encode()}
    for lead in range(3):  # base64 of it behind any number of other bytes
        coded = base64.b64encode(b"\0" * lead + raw)[4 if lead else 0 : -4]
        spelled |= {coded, coded.translate(bytes.maketrans(b"+/", b"-_"))}
    return {
        whole[at : at + _PIECE] for whole in spelled for at in range(0, len(whole) - _PIECE + 1, _PIECE)
    } | {raw}
