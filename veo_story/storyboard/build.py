"""Building the storyboard that the rest of the house sees from data. Pure: the disk is not touched.

It never fails. What the schema has complained about counts as absent, so that all else can still be checked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from veo_story.storyboard.build_finish import build_finish
from veo_story.storyboard.build_scene import Surroundings, build_scene
from veo_story.storyboard.build_world import (
    build_budget,
    build_cast,
    build_locations,
    build_look,
    build_render,
)
from veo_story.storyboard.ids import scene_ids
from veo_story.storyboard.manuscript import Manuscript
from veo_story.storyboard.model import Sequence, Storyboard
from veo_story.storyboard.modes import infer_mode
from veo_story.storyboard.values import mapping, sequence, text
from veo_story.storyboard.variables import Words
from veo_story.storyboard.wording import display_name, place_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from veo_story.errors import Problem
    from veo_story.storyboard.manuscript import Asset
    from veo_story.storyboard.model import Look, Mode, Scene
    from veo_story.storyboard.nodes import DataPath
    from veo_story.storyboard.source import Source

LATER = ("locales",)
"""Top-level keys that are checked and carried for later versions."""

_NAMED_IN = {"vars": "VS020", "cast": "VS021", "locations": "VS021"}


@dataclass(frozen=True, slots=True)
class Draft:
    """A storyboard just built, with what the rules need besides.

    ``known_ids`` are those of all scenes, also of the ones that a mistake of shape keeps out of the
    storyboard, which then is not ``is_whole``. ``mentions`` maps a scene's data path to the cast and location
    ids that its texts name. ``blurred`` names the sections (``cast``, ``vars``) whose entries cannot be
    trusted to be complete.
    """

    storyboard: Storyboard
    bible: Source | None
    problems: tuple[Problem, ...]
    assets: tuple[Asset, ...]
    mentions: Mapping[DataPath, frozenset[str]]
    used_variables: frozenset[str]
    known_ids: frozenset[str]
    is_whole: bool = True
    blurred: frozenset[str] = frozenset()


def build(
    source: Source,
    bible: Source | None = None,
    *,
    broken: frozenset[DataPath] = frozenset(),
    blurred: frozenset[str] = frozenset(),
    is_whole: bool = True,
) -> Draft:
    """Build a film from its storyboard and its bible. Scenes at ``broken`` paths are left out."""
    draft = _Build(source, bible, broken).draft()
    # A name may well stand in the section that cannot be read.
    unsure = {code for section, code in _NAMED_IN.items() if section in blurred}
    problems = tuple(p for p in draft.problems if p.code not in unsure)
    return replace(draft, problems=problems, blurred=blurred, is_whole=is_whole)


def scene_paths(data: Mapping[str, Any]) -> Iterator[DataPath]:
    """Where the scenes of a film stand, in order."""
    for path in sequence_paths(data):
        yield from scenes_of(data, path)


def scenes_of(data: Mapping[str, Any], path: DataPath) -> Iterator[DataPath]:
    """Where the scenes of one sequence stand."""
    holder = data["sequences"][path[1]] if path else data
    for i, scene in enumerate(sequence(holder.get("scenes"))):
        if isinstance(scene, dict):
            yield (*path, "scenes", i)


def sequence_paths(data: Mapping[str, Any]) -> Iterator[DataPath]:
    """Where the sequences stand; the top of the file is the one sequence of a film without any."""
    if "sequences" not in data:
        yield ()
    for i, entry in enumerate(sequence(data.get("sequences"))):
        if isinstance(entry, dict):
            yield ("sequences", i)


class _Build:
    def __init__(self, source: Source, bible: Source | None, broken: frozenset[DataPath]) -> None:
        self.source = source
        self.data = source.data
        self.bible = bible
        self.broken = broken
        self.words = Words(self._variables(), self._names())
        self.ms = Manuscript(source, self.words)
        self.bible_ms = Manuscript(bible, self.words) if bible else None
        self.mentions: dict[DataPath, frozenset[str]] = {}
        self.opens_film = True

    def draft(self) -> Draft:
        self._check_variables()
        around = self._surroundings()
        sequences = tuple(self._sequences(around))
        board = Storyboard(
            title=self.ms.text(self.data.get("title"), ("title",)) or "",
            source=self.source,
            sequences=sequences,
            render=build_render(mapping(self.data.get("render"))),
            budget=build_budget(mapping(self.data.get("budget"))),
            logline=self.ms.text(self.data.get("logline"), ("logline",)),
            cast=MappingProxyType(dict(around.cast)),
            locations=MappingProxyType(dict(around.locations)),
            finish=build_finish(self.ms),
            later=MappingProxyType(self._later()),
        )
        problems, assets = self.ms.problems, self.ms.assets
        if self.bible_ms:
            problems, assets = problems + self.bible_ms.problems, assets + self.bible_ms.assets
        return Draft(
            storyboard=board,
            bible=self.bible,
            # What many scenes inherit is read for each of them.
            problems=tuple(dict.fromkeys(problems)),
            assets=tuple(dict.fromkeys(assets)),
            mentions=MappingProxyType(self.mentions),
            used_variables=frozenset(
                self.ms.variables | (self.bible_ms.variables if self.bible_ms else set())
            ),
            known_ids=frozenset(self.ids.values()),
        )

    def _variables(self) -> dict[str, str]:
        data = mapping(self.data.get("vars"))
        written = {name: self.source.written(("vars", name)) or str(value) for name, value in data.items()}
        return {name: value if isinstance(value, str) else written[name] for name, value in data.items()}

    def _names(self) -> dict[str, str]:
        names: dict[str, str] = {}
        for source in filter(None, (self.bible, self.source)):
            names |= {name: place_name(name) for name in mapping(source.data.get("locations"))}
            names |= {name: display_name(name) for name in mapping(source.data.get("cast"))}
        return names

    def _check_variables(self) -> None:
        """Report what is wrong in the values of variables, once and where they stand."""
        for name in self.words.variables:
            self.ms.note(self.words.variable(name), ("vars", name))
        self.ms.names.clear()

    def _surroundings(self) -> Surroundings:
        cast, locations = {}, {}
        look: Look | None = None
        if self.bible_ms:
            cast, locations = build_cast(self.bible_ms), build_locations(self.bible_ms)
            look = build_look(self.bible_ms, self.bible_ms.source.data.get("look"), ("look",))
        own = build_look(self.ms, self.data.get("look"), ("look",))
        own_places = build_locations(self.ms)
        return Surroundings(
            layers=((mapping(self.data.get("defaults")), ("defaults",)),),
            look=own or look,
            look_path=("look",) if own else None,
            cast=cast | build_cast(self.ms),
            locations=locations | own_places,
            local_places=frozenset(own_places),
        )

    def _sequences(self, around: Surroundings) -> Iterator[Sequence]:
        paths = list(scene_paths(self.data))
        self.ids = dict(zip(paths, scene_ids(self._at(path) for path in paths), strict=True))
        for path in sequence_paths(self.data):
            data = self._at(path) if path else {}
            name = text(data.get("id")) or f"sequence{int(path[1]) + 1 if path else 1:02}"
            title = self.ms.text(data.get("title"), (*path, "title")) if path else None
            yield Sequence(name, title, tuple(self._scenes(path, data, around)))

    def _scenes(self, path: DataPath, data: Mapping[str, Any], around: Surroundings) -> Iterator[Scene]:
        """The scenes of a sequence; a skipped or broken one leaves no trace in the modes of the others."""
        shared = {key: data[key] for key in ("look", "location") if key in data}
        first = shared | {key: data[key] for key in ("transition",) if key in data}
        before: Mode | None = None
        for at in scenes_of(self.data, path):
            scene = self._at(at)
            layer = shared if before else first
            mode = infer_mode(scene, before)
            if scene.get("skip") is not True:
                before = mode
            if at in self.broken:
                continue
            nearer = replace(around, layers=((layer, path), *around.layers), opens_film=self.opens_film)
            self.opens_film = self.opens_film and scene.get("skip") is True
            self.ms.names.clear()
            yield build_scene(self.ms, scene, at, self.ids[at], mode, nearer)
            self.mentions[at] = frozenset(self.ms.names)

    def _at(self, path: DataPath) -> Mapping[str, Any]:
        value: Any = self.data
        for key in path:
            value = value[key]
        return mapping(value)

    def _later(self) -> dict[str, Any]:
        found = {key: self.ms.deep(self.data[key], (key,)) for key in LATER if key in self.data}
        for name, locale in mapping(self.data.get("locales")).items():
            self.ms.file(mapping(locale).get("strings"), ("locales", name, "strings"), "file")
        return found
