"""From a path to a storyboard, with every problem on the way at once."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from veo_story.errors import MediaError, Severity
from veo_story.media.files import sha256_of
from veo_story.storyboard.assets import check_assets, measure_clips
from veo_story.storyboard.bible import read_bible
from veo_story.storyboard.build import build, scene_paths
from veo_story.storyboard.codes import problem
from veo_story.storyboard.marks import silence
from veo_story.storyboard.model import FrameOf
from veo_story.storyboard.rules import run_rules
from veo_story.storyboard.schema import check_schema
from veo_story.storyboard.source import read_source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from veo_story.errors import Problem, Where
    from veo_story.storyboard.bible import Bible
    from veo_story.storyboard.build import Draft
    from veo_story.storyboard.model import Scene, Storyboard
    from veo_story.storyboard.nodes import DataPath
    from veo_story.storyboard.source import Source, SourceResult

__all__ = ["Loaded", "load_source", "load_storyboard", "silence"]

_NO_FILM = frozenset({"VS024", "VS025", "VS026", "VS031", "VS032", "VS033", "VS034", "VS044", "VS066"})
"""Errors after which the scenes do not form a film that could be planned."""

_MOST_SCENES = 5000
"""Scenes in one film, as the schema bounds one list: some ten hours of it. Beyond, nothing is built."""

_SECTIONS = frozenset({"cast", "locations", "vars"})
_BIBLE = frozenset({"cast", "locations"})


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading gave. ``storyboard`` is None when its errors leave no film that could be planned.

    With a storyboard there may still be errors among the ``problems`` (a name, a file), which forbid
    rendering it. ``files`` are the author's pictures and clips that fingerprints count; those of skipped
    scenes are left out.
    """

    storyboard: Storyboard | None
    problems: tuple[Problem, ...]
    files: tuple[Path, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether there is a storyboard and no error."""
        broken = any(p.severity is Severity.ERROR for p in self.problems)
        return self.storyboard is not None and not broken

    def digests(self) -> Mapping[Path, str]:
        """SHA-256 of each of ``files``, by its path as scenes name it. Reads each file whole, once.

        Raises MediaError when a file cannot be read.
        """
        return MappingProxyType({path: _sha256(path) for path in self.files})


def load_storyboard(path: Path, *, allow_outside: bool = False, variant: str | None = None) -> Loaded:
    """Read, check and build. Never raises for what an author wrote; problems come in file order.

    ``variant`` names one that is made anew: then the storyboard is that. Raises ConfigError when it is none.
    """
    return load_source(read_source(path), allow_outside=allow_outside, variant=variant)


def load_source(result: SourceResult, *, allow_outside: bool = False, variant: str | None = None) -> Loaded:
    """Check and build what has been read already. Files are looked for beside the source's path."""
    if result.source is None:
        return Loaded(None, result.problems)
    source = result.source
    shape = check_schema(source, "storyboard")
    if sum(1 for _ in scene_paths(source.data)) > _MOST_SCENES:
        return Loaded(None, (*result.problems, *(shape or (_too_many(source),))))
    bible = read_bible(source, allow_outside=allow_outside)
    draft = _build(source, shape, bible)
    problems = [*result.problems, *shape, *bible.problems, *draft.problems]
    if variant is not None:
        draft = replace(draft, storyboard=_turned(draft.storyboard, variant))
    draft, found = _look_at_files(draft, source, allow_outside=allow_outside)
    problems += found
    problems += run_rules(draft)
    told = tuple(sorted(dict.fromkeys(_silenced(problems, source, bible)), key=_order))
    lengths = all(scene.duration_s > 0 for scene in draft.storyboard.scenes())
    whole = lengths and not shape and bible.is_sound and not any(p.code in _NO_FILM for p in told)
    if not whole:
        return Loaded(None, told)
    files = dict.fromkeys(path for scene in draft.storyboard.scenes() for path in _files_of(scene))
    return Loaded(draft.storyboard, told, tuple(files))


def _files_of(scene: Scene) -> Iterator[Path]:
    """The files whose content a fingerprint of the scene counts."""
    references = (reference.path for reference in scene.refs)
    for source in (scene.first_frame, scene.last_frame, *references, scene.image, scene.clip):
        if source is not None and not isinstance(source, FrameOf):
            yield source


def _too_many(source: Source) -> Problem:
    message = f"a film may have {_MOST_SCENES:,} scenes, counted over all its sequences"
    return problem("VS018", source.where(("sequences",), key=True), message, "make several storyboards of it")


def _order(problem: Problem) -> tuple[Where, str, str]:
    return problem.where, problem.code, problem.message


def _build(source: Source, shape: tuple[Problem, ...], bible: Bible) -> Draft:
    """Build what has no mistake of shape; the rest is left out, so that it does not cause more problems."""
    data, places = source.data, sorted((p.where.line, p.where.column) for p in shape)
    paths = list(scene_paths(data))
    broken = frozenset(path for path in paths if _holds(source, path, places))
    in_scenes = any(_holds(source, (key,), places) for key in ("scenes", "sequences"))
    return build(
        source,
        bible.source,
        broken=broken,
        blurred=_blurred(source, shape) | _blurred_by_bible(bible),
        is_whole=bool(paths) and not in_scenes,
    )


def _blurred(source: Source, shape: tuple[Problem, ...]) -> frozenset[str]:
    """Sections that are no mapping; all of them when a key at the top is unknown: it may be one misspelt."""
    places = {(p.where.line, p.where.column) for p in shape if p.code == "VS010"}
    tops = {(w.line, w.column) for w in (source.where((key,), key=True) for key in source.data)}
    if places & tops:
        return _SECTIONS
    return frozenset(key for key in _SECTIONS if not isinstance(source.data.get(key, {}), dict))


def _blurred_by_bible(bible: Bible) -> frozenset[str]:
    if bible.source is not None and "storyboard_bible" in bible.source.data:
        return _blurred(bible.source, bible.problems) & _BIBLE
    return frozenset() if bible.is_sound else _BIBLE


def _holds(source: Source, path: DataPath, places: list[tuple[int, int]]) -> bool:
    """Whether one of the sorted places lies on a value or, for a top-level key, on that key."""
    if not places or path[0] not in source.data:
        return False
    value, start = source.where(path), source.where(path, key=len(path) == 1)
    first = bisect_left(places, (start.line, start.column))
    return first < len(places) and places[first] <= (value.end_line, value.end_column)


def _turned(board: Storyboard, variant: str) -> Storyboard:
    from veo_story.storyboard.variants import as_variant, variant_named

    return as_variant(board, variant_named(board, variant))


def _look_at_files(draft: Draft, source: Source, *, allow_outside: bool) -> tuple[Draft, tuple[Problem, ...]]:
    board = draft.storyboard
    checked = check_assets(draft.assets, board.render, source.path.parent, allow_outside=allow_outside)
    measured, problems = measure_clips(board, checked.unusable)
    return replace(draft, storyboard=measured), (*checked.problems, *problems)


def _silenced(problems: list[Problem], source: Source, bible: Bible) -> Iterable[Problem]:
    kept = silence(problems, source)
    return kept if bible.source is None else silence(kept, bible.source)


def _sha256(path: Path) -> str:
    try:
        return sha256_of(path)
    except OSError as error:
        raise MediaError(f"{path}: {error.strerror or error}") from error
