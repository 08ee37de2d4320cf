"""Building what all scenes share: cast, locations, look, camera, references, settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from veo_story.storyboard.model import Budget, Camera, CastMember, Location, Look, Reference, RenderSettings
from veo_story.storyboard.values import flag, mapping, number, sequence, text, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from veo_story.storyboard.manuscript import Manuscript
    from veo_story.storyboard.nodes import DataPath


def build_camera(ms: Manuscript, value: Any, path: DataPath) -> Camera | None:
    """A camera from prose or parts."""
    if isinstance(value, str):
        return Camera(text=ms.text(value, path))
    if not isinstance(value, dict):
        return None
    part = {k: ms.text(value.get(k), (*path, k)) for k in ("size", "angle", "move", "lens", "focus")}
    return Camera(**part)


def build_look(ms: Manuscript, value: Any, path: DataPath) -> Look | None:
    """A look from prose or parts."""
    if isinstance(value, str):
        return Look(text=ms.text(value, path))
    if not isinstance(value, dict):
        return None
    part = {k: ms.text(value.get(k), (*path, k)) for k in ("style", "lighting", "grade")}
    return Look(**part, palette=ms.texts(value.get("palette"), (*path, "palette")))


def build_refs(ms: Manuscript, value: Any, path: DataPath) -> tuple[Reference, ...]:
    """Reference images: paths, or mappings with a path and a role."""
    found = []
    for i, entry in enumerate(sequence(value)):
        at = (*path, i)
        if isinstance(entry, dict):
            file = ms.file(entry.get("path"), (*at, "path"), "reference")
            role = text(entry.get("role"))
        else:
            file, role = ms.file(entry, at, "reference"), None
        if file is not None:
            found.append(Reference(file, role))
    return tuple(found)


def build_cast(ms: Manuscript) -> dict[str, CastMember]:
    """The cast of one file."""
    found = {}
    for name, value in mapping(ms.source.data.get("cast")).items():
        at: DataPath = ("cast", name)
        data = mapping(value)
        part = {k: ms.text(data.get(k), (*at, k)) for k in ("wears", "voice", "says")}
        is_ = ms.text(data.get("is"), (*at, "is")) or ""
        found[name] = CastMember(name, is_, **part, refs=build_refs(ms, data.get("refs"), (*at, "refs")))
    return found


def build_locations(ms: Manuscript) -> dict[str, Location]:
    """The locations of one file."""
    found = {}
    for name, value in mapping(ms.source.data.get("locations")).items():
        at: DataPath = ("locations", name)
        data = mapping(value)
        part = {k: ms.text(data.get(k), (*at, k)) for k in ("when", "ambient")}
        is_ = ms.text(data.get("is"), (*at, "is")) or ""
        found[name] = Location(name, is_, **part, refs=build_refs(ms, data.get("refs"), (*at, "refs")))
    return found


def build_render(data: Mapping[str, Any]) -> RenderSettings:
    """The ``render:`` block with its defaults."""
    words = ("backend", "tier", "model", "aspect", "resolution", "people", "dialogue_style")
    given: dict[str, Any] = {k: text(data.get(k)) for k in words}
    given |= {k: whole(data.get(k)) for k in ("seed", "concurrency")}
    given |= {
        "audio": flag(data.get("audio")),
        "over_limit": text(mapping(data.get("chain")).get("over_limit")),
    }
    given |= {k: text(mapping(data.get("vertex")).get(k)) for k in ("resize", "compression")}
    return RenderSettings(**{k: v for k, v in given.items() if v is not None})


def build_budget(data: Mapping[str, Any]) -> Budget:
    """The ``budget:`` block with its defaults."""
    given: dict[str, Any] = {k: number(data.get(k)) for k in ("max_usd", "per_scene_usd", "confirm_over_usd")}
    given |= {"max_takes": whole(data.get("max_takes")), "basis": text(data.get("basis"))}
    return Budget(**{k: v for k, v in given.items() if v is not None})
