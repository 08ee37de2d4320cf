"""Building what an author wants of the finished film from data. Never fails: odd values count as absent."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from veo_story.storyboard.finish import (
    LOUDNESS_LUFS,
    Finish,
    Moment,
    Music,
    Narration,
    NarrationLine,
    Output,
    Overlay,
    SceneMix,
    Sound,
    Subtitles,
    Variant,
)
from veo_story.storyboard.values import flag, mapping, number, sequence, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from veo_story.storyboard.manuscript import Manuscript
    from veo_story.storyboard.nodes import DataPath

_Choice = TypeVar("_Choice", bound=str)

_ZERO = Decimal(0)
_WORDS: Final[tuple[Literal["dialogue", "narration", "both"], ...]] = ("dialogue", "narration", "both")
_WAYS: Final[tuple[Literal["sidecar", "burn", "both"], ...]] = ("sidecar", "burn", "both")
_METHODS: Final[tuple[Literal["reframe", "regenerate"], ...]] = ("reframe", "regenerate")
_MOMENT = re.compile(r"(?P<scene>[a-z0-9][a-z0-9_-]*)(?:\+(?P<at>\d{1,6}(?:\.\d{1,6})?))?")


def build_finish(ms: Manuscript) -> Finish:
    """The finishing keys at the top of a storyboard."""
    written = ms.source.data
    return Finish(
        sound=_sound(ms, written.get("sound")),
        narration=_narration(ms, written.get("narration")),
        subtitles=_subtitles(written.get("subtitles")),
        variants=tuple(_variants(sequence(written.get("variants")))),
        outputs=tuple(_outputs(sequence(written.get("outputs")))),
        poster=moment_of(written.get("poster")),
    )


def build_overlays(ms: Manuscript, value: Any, path: DataPath) -> tuple[Overlay, ...]:
    """The overlays of a scene: one, or a list of them."""
    if isinstance(value, dict):
        return (_overlay(ms, value, path),)
    return tuple(
        _overlay(ms, part, (*path, i)) for i, part in enumerate(sequence(value)) if isinstance(part, dict)
    )


def build_mix(value: Any) -> SceneMix:
    """A scene's ``mix:``."""
    given = mapping(value)
    return SceneMix(_amount(given, "gain_db"), _amount(given, "lead"), _amount(given, "tail"))


def moment_of(value: Any) -> Moment | None:
    """``s03+1``: a second after the start of s03. None for anything else."""
    match = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    return Moment(match["scene"], Decimal(match["at"] or 0)) if match else None


def _amount(given: Mapping[str, Any], key: str, default: Decimal = _ZERO) -> Decimal:
    found = number(given.get(key))
    return default if found is None else found


def _overlay(ms: Manuscript, given: Mapping[str, Any], path: DataPath) -> Overlay:
    plain = Overlay()
    return Overlay(
        text=ms.text(given.get("text"), (*path, "text")),
        subtitle=ms.text(given.get("subtitle"), (*path, "subtitle")),
        image=ms.file(given.get("image"), (*path, "image"), "overlay"),
        at=text(given.get("at")) or plain.at,
        start_s=_amount(given, "start"),
        duration_s=number(given.get("duration")),
        fade_s=_amount(given, "fade", plain.fade_s),
        height=_amount(given, "height", plain.height),
        path=path,
    )


def _sound(ms: Manuscript, value: Any) -> Sound | None:
    if not isinstance(value, dict):
        return None
    music = mapping(value.get("music"))
    file = ms.file(music.get("file"), ("sound", "music", "file"), "sound")
    return Sound(
        music=None
        if file is None
        else Music(file, _amount(music, "gain_db"), _amount(music, "duck_db"), _amount(music, "fade")),
        native_gain_db=_amount(value, "native_gain_db"),
        loudness_lufs=_amount(value, "loudness_lufs", LOUDNESS_LUFS),
    )


def _narration(ms: Manuscript, value: Any) -> Narration | None:
    if not isinstance(value, dict):
        return None
    lines = []
    for i, given in enumerate(sequence(value.get("lines"))):
        path: DataPath = ("narration", "lines", i)
        line = mapping(given)
        said = ms.text(line.get("text"), (*path, "text"))
        file = ms.file(line.get("file"), (*path, "file"), "sound")
        moment = moment_of(line.get("at"))
        if moment is not None and (said or file):
            name = text(line.get("id")) or f"n{i + 1}"
            lines.append(NarrationLine(name, moment.scene_id, moment.at_s, said, file, path))
    voice = ms.text(value.get("voice"), ("narration", "voice"))
    return Narration(tuple(lines), voice, _amount(value, "gain_db"))


def _choice(value: Any, choices: tuple[_Choice, ...]) -> _Choice:
    """The value if it is one of the choices, else the first of them."""
    return next((choice for choice in choices if choice == value), choices[0])


def _subtitles(value: Any) -> Subtitles | None:
    # Which words were meant by an odd 'from:' nobody knows.
    if not isinstance(value, dict) or value.get("from", _WORDS[0]) not in _WORDS:
        return None
    formats = tuple(dict.fromkeys(f for f in sequence(value.get("formats")) if isinstance(f, str)))
    return Subtitles(
        _choice(value.get("from"), _WORDS),
        _choice(value.get("deliver"), _WAYS),
        formats or ("srt",),
    )


def _variants(given: Any) -> Iterator[Variant]:
    plain = Variant("")
    for i, entry in enumerate(given):
        variant = mapping(entry)
        if name := text(variant.get("id")):
            enabled = flag(variant.get("enabled"))
            yield Variant(
                name,
                text(variant.get("aspect")) or plain.aspect,
                _choice(variant.get("method"), _METHODS),
                text(variant.get("focus")) or plain.focus,
                enabled if enabled is not None else True,
                ("variants", i),
            )


def _outputs(given: Any) -> Iterator[Output]:
    for i, entry in enumerate(given):
        output = mapping(entry)
        if name := text(output.get("name")):
            kind = text(output.get("kind")) or "mp4"
            yield Output(name, kind, number(output.get("max_mb")), ("outputs", i))
