"""One author's file while a film is built from it: texts filled in, files noted, problems placed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from veo_story.spelling import nearest
from veo_story.storyboard.codes import problem
from veo_story.storyboard.values import sequence
from veo_story.storyboard.variables import LONGEST_TEXT, Fault

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from veo_story.errors import Problem, Where
    from veo_story.storyboard.nodes import DataPath
    from veo_story.storyboard.source import Source
    from veo_story.storyboard.variables import Filled, Slip, Words

AssetKind = Literal["frame", "reference", "still", "overlay", "clip", "sound", "file"]
"""``frame`` and ``reference``: images that are sent to a model; ``still`` and ``overlay``: images that are
only shown, all of the frame or in it. ``file``: only has to be there."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that the author names: where it leads, how and where it is written, what it serves as."""

    path: Path
    written: str
    where: Where
    kind: AssetKind


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """A hint when ``name`` looks like one of ``known``."""
    near = nearest(name, known)
    return f"did you mean '{near}'?" if near else None


def one_of(known: Iterable[str], *, most: int = 12) -> str:
    """``a, b, c`` for a hint, cut where it gets long."""
    names = sorted(known)
    return ", ".join(names[:most]) + (", ..." if len(names) > most else "")


class Manuscript:
    """Reads values out of one file. Several files of one film share ``words``.

    ``problems``, ``assets``, ``names`` (cast and location ids that texts mention) and ``variables`` (those
    that texts use) grow while reading.
    """

    def __init__(self, source: Source, words: Words) -> None:
        self.source = source
        self.words = words
        self.lines = source.lines
        self.problems: list[Problem] = []
        self.assets: list[Asset] = []
        self.names: set[str] = set()
        self.variables: set[str] = set()

    def report(
        self, code: str, path: DataPath, message: str, hint: str | None = None, *, key: bool = False
    ) -> None:
        """Note a problem at a value, or with ``key`` at its key."""
        self.problems.append(problem(code, self.source.where(path, key=key), message, hint))

    def text(self, value: Any, path: DataPath) -> str | None:
        """A text with its marks filled in; None when it is none. Numbers are taken as they are written."""
        if not isinstance(value, str):
            plain = isinstance(value, (int, float, bool))
            return (self.source.written(path) or str(value)) if plain else None
        filled = self.words.fill(value)
        self.note(filled, path)
        return filled.text

    def texts(self, value: Any, path: DataPath) -> tuple[str, ...]:
        """A list of texts, or a single one, filled in."""
        if isinstance(value, str):
            return tuple(filter(None, (self.text(value, path),)))
        found = (self.text(entry, (*path, i)) for i, entry in enumerate(sequence(value)))
        return tuple(t for t in found if t)

    def deep(self, value: Any, path: DataPath) -> Any:
        """Data with every text in it filled in."""
        if isinstance(value, dict):
            return {key: self.deep(entry, (*path, key)) for key, entry in value.items()}
        if isinstance(value, list):
            return [self.deep(entry, (*path, i)) for i, entry in enumerate(value)]
        return self.text(value, path) if isinstance(value, str) else value

    def file(self, value: Any, path: DataPath, kind: AssetKind) -> Path | None:
        """A path, relative to this file, noted as an asset. The disk is not touched."""
        if not isinstance(value, str) or not value:
            return None
        found = self.source.path.parent / value
        self.assets.append(Asset(found, value, self.source.where(path), kind))
        return found

    def note(self, filled: Filled, path: DataPath) -> None:
        """Keep what a filled text used, and report what was wrong with it."""
        self.names |= filled.names
        self.variables |= filled.variables
        for slip in filled.slips:
            self._slip(slip, path)

    def _slip(self, slip: Slip, path: DataPath) -> None:
        code, message, hint = _explain(slip, self.words)
        where = self._place(path, slip.mark)
        self.problems.append(problem(code, where, message, hint))

    def _place(self, path: DataPath, mark: str) -> Where:
        """Where ``mark`` itself stands inside a text, as far as it can be found there."""
        where = self.source.where(path)
        for line in range(where.line, max(where.end_line, where.line) + 1) if mark else ():
            start = where.column - 1 if line == where.line else 0
            found = self.lines[line - 1].find(mark, start) + 1 if 0 < line <= len(self.lines) else 0
            if found:
                return replace(where, line=line, column=found, end_line=line, end_column=found + len(mark))
        return where


def _explain(slip: Slip, words: Words) -> tuple[str, str, str | None]:
    """Code, message and hint of a slip."""
    known = (*words.names, *(f"{{{v}}}" for v in words.variables))
    dollar = "write $$ for a plain dollar"
    match slip.fault:
        case Fault.UNKNOWN_VARIABLE:
            hint = did_you_mean(slip.name, words.variables) or f"add it to 'vars:', or {dollar}"
            return "VS020", f"no variable called '{slip.name}' in vars", hint
        case Fault.UNKNOWN_NAME:
            near = did_you_mean(slip.name, known) or ""
            hint = near.replace("'", "'$", 1) or f"add it to 'cast:' or 'locations:', or {dollar}"
            return "VS021", f"'{slip.mark}' is nobody in cast and no location", hint
        case Fault.OPEN_BRACE:
            return "VS028", f"'{slip.mark}' is not closed", f"add the closing brace, or {dollar}"
        case Fault.CYCLE:
            return "VS027", f"the variable '{slip.name}' contains itself", "write the text out once"
        case Fault.TOO_LONG:
            hint = "write one of the variables out"
            if slip.name:
                return "VS027", f"'{slip.mark}' lies more than 20 variables deep", hint
            return "VS027", f"the text has more than {LONGEST_TEXT:,} characters", "shorten it, or " + hint
