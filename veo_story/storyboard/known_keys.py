"""What an author may have meant by a key that is not known where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from veo_story.spelling import nearest
from veo_story.storyboard.schema_files import load_schema

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

RESERVED: Final = frozenset(
    {
        *("acts", "chapters", "credits", "gates", "markers", "speed", "upscale", "lipsync", "stabilize"),
        *("branches", "music_cues", "voiceover", "reference_video"),
    }
)
"""Names set aside for later versions."""

# Words of other tools and of everyday speech.
_SYNONYMS: Final = {
    **dict.fromkeys(("characters", "character", "actors", "people", "who"), "cast"),
    **dict.fromkeys(("places", "sets", "settings"), "locations"),
    **dict.fromkeys(("place", "setting", "where"), "location"),
    **dict.fromkeys(("description", "describe", "content", "happens"), "action"),
    **dict.fromkeys(("seconds", "length", "secs", "time"), "duration"),
    **dict.fromkeys(("negative", "negative_prompt", "not", "without"), "avoid"),
    **dict.fromkeys(("references", "reference_images", "reference", "images"), "refs"),
    **dict.fromkeys(("start_frame", "start_image", "first"), "first_frame"),
    **dict.fromkeys(("end_frame", "end_image", "last"), "last_frame"),
    **dict.fromkeys(("video", "movie", "footage"), "clip"),
    **dict.fromkeys(("photo", "picture", "still"), "image"),
    **dict.fromkeys(("sounds", "sound_effects", "fx", "sound"), "sfx"),
    **dict.fromkeys(("says", "speech", "lines", "spoken"), "dialogue"),
    **dict.fromkeys(("name",), "title"),
    **dict.fromkeys(("variables",), "vars"),
    **dict.fromkeys(("aspect_ratio", "ratio"), "aspect"),
    **dict.fromkeys(("quality",), "tier"),
    **dict.fromkeys(("provider", "service", "platform"), "backend"),
    **dict.fromkeys(("comment", "comments", "note", "remark"), "notes"),
    **dict.fromkeys(("description_", "appearance", "looks_like", "desc"), "is"),
    **dict.fromkeys(("clothes", "clothing", "outfit"), "wears"),
    **dict.fromkeys(("visual_style",), "look"),
    **dict.fromkeys(("version",), "storyboard"),
    **dict.fromkeys(("path", "src", "source"), "file"),
    **dict.fromkeys(("max", "limit", "max_cost"), "max_usd"),
    **dict.fromkeys(("summary", "synopsis"), "logline"),
    **dict.fromkeys(("start", "begin", "from"), "in"),
    **dict.fromkeys(("end", "until"), "out"),
    **dict.fromkeys(("volume", "gain", "level"), "gain_db"),
    **dict.fromkeys(("pause", "black", "blank"), "gap"),
    **dict.fromkeys(("freeze", "freeze_frame"), "hold"),
    **dict.fromkeys(("thumbnail", "cover", "still_frame"), "poster"),
    **dict.fromkeys(("overlays", "lower_third", "logo"), "overlay"),
    **dict.fromkeys(("position", "anchor"), "at"),
    **dict.fromkeys(("title", "caption", "line"), "text"),
}

_WRITTEN: Final = {"overlayPart": "overlay"}
"""Blocks that authors write under another name than the schema's."""

_ANYWHERE: Final = frozenset({"start", "fade", "height"})
"""Keys that say nothing about where they belong."""


def did_you_mean(word: str, known: Collection[str], *, cutoff: float = 0.6) -> str | None:
    """The known word that is spelled most like ``word``."""
    plain = _plain(word)
    for name in known:
        if _plain(name) == plain:
            return name
    return nearest(plain, known, cutoff=cutoff)


def meant_key(key: str, known: Collection[str]) -> str | None:
    """The key of this block that was most likely meant: by spelling, or by sense."""
    if (near := did_you_mean(key, known, cutoff=0.8)) is not None:
        return near
    synonym = _SYNONYMS.get(_plain(key))
    if synonym in known:
        return synonym
    return None if next(_homes(key, known), None) else did_you_mean(key, known)


def home_of(key: str, known: Collection[str]) -> str | None:
    """Where a key belongs that is known elsewhere: ``'render:'`` for ``tier`` at the top of the file."""
    homes = list(_homes(key, known))
    below = (home for home in homes if home.strip("':").rpartition(".")[2] in known)
    return next(below, homes[0] if homes else None)


def _plain(word: str) -> str:
    return word.strip().lower().replace("-", "_").replace(" ", "_")


def _homes(key: str, known: Collection[str]) -> Iterator[str]:
    for place, keys in _blocks():
        if key in keys and keys is not known and key not in _ANYWHERE:
            yield place


def _blocks() -> Iterator[tuple[str, dict[str, Any]]]:
    """The blocks of a storyboard with their keys, those that most own their names first."""
    schema = load_schema()
    top, shared = schema["properties"], schema["definitions"]
    for name in ("render", "budget", "sound", "subtitles", "narration"):
        yield f"'{name}:'", top[name]["properties"]
    yield "'sound.music:'", top["sound"]["properties"]["music"]["properties"]
    for name in ("chain", "vertex"):
        yield f"'render.{name}:'", top["render"]["properties"][name]["properties"]
    yield "a scene", shared["scene"]["properties"]
    for name in ("mix", "trim"):
        yield f"'{name}:'", shared["scene"]["properties"][name]["properties"]
    yield "an entry of 'cast:'", shared["cast"]["additionalProperties"]["properties"]
    yield "an entry of 'locations:'", shared["locations"]["additionalProperties"]["properties"]
    for name in ("look", "camera", "handoff", "overlayPart"):
        yield f"'{_WRITTEN.get(name, name)}:'", shared[name]["properties"]
    yield "an entry of 'sequences:'", top["sequences"]["items"]["properties"]
    yield "the top of the file", top
