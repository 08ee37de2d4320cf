"""A bible: cast, locations and look in a file of their own, shared by many films."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from veo_story.storyboard.codes import problem
from veo_story.storyboard.marks import silence
from veo_story.storyboard.paths import check_file
from veo_story.storyboard.schema import check_schema
from veo_story.storyboard.source import read_source

if TYPE_CHECKING:
    from veo_story.errors import Problem
    from veo_story.storyboard.source import Source


@dataclass(frozen=True, slots=True)
class Bible:
    """What reading a bible gave; not ``is_sound`` when it is named but cannot be read or is misshapen."""

    source: Source | None = None
    problems: tuple[Problem, ...] = ()
    is_sound: bool = True


def read_bible(source: Source, *, allow_outside: bool) -> Bible:
    """The bible that a storyboard names, if any. Its own problems carry its own file name."""
    written = source.data.get("bible")
    if not isinstance(written, str) or not written:
        return Bible()
    where = source.where(("bible",))
    folder = source.path.parent
    path = folder / written
    fault = check_file(path, written, folder, allow_outside=allow_outside)
    if fault is not None:
        code, message, hint = fault
        found = problem(
            "VS030" if code == "VS060" else code, where, f"the bible cannot be read: {message}", hint
        )
        return Bible(None, (found,), is_sound=False)
    if _is_same(path, source.path):
        message = "a storyboard cannot be its own bible"
        hint = "name another file, with 'storyboard_bible: 1', or put cast and locations here"
        return Bible(None, (problem("VS030", where, message, hint),), is_sound=False)
    result = read_source(path, display=str(Path(source.display).parent / written))
    if result.source is None:
        return Bible(None, result.problems, is_sound=False)
    shape = check_schema(result.source, "bible")
    return Bible(result.source, (*result.problems, *shape), is_sound=not shape)


def check_bible(path: Path) -> tuple[Problem, ...] | None:
    """The problems of a bible looked at by itself; None when the file cannot be read or is no bible."""
    result = read_source(path)
    source = result.source
    if source is None or "storyboard_bible" not in source.data or "storyboard" in source.data:
        return None
    return tuple(silence((*result.problems, *check_schema(source, "bible")), source))


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False
