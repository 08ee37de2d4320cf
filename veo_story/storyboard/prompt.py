"""The words that reach a model, made from a scene.

The order: camera, subject (the cast's own words), action, place and time, look, speech, ``SFX:``, ``Ambient
noise:``, ``Music:``, the hand-over sentence. An extension says that it is the same continuous shot. A picture
that is given (animate, interpolate) is not described again: no cast, no place, no look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.storyboard.model import Mode
from veo_story.storyboard.tokens import estimate_tokens
from veo_story.storyboard.wording import (
    camera_words,
    clock,
    display_name,
    look_words,
    sentence,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from veo_story.storyboard.model import DialogueLine, Scene, Shot, Storyboard

__all__ = ["compile_prompt", "estimate_tokens"]

CONTINUES = "The same continuous shot."
KEEPS_STYLE = "Maintain the style of the image."
HOLDS = "everything holds still"


def compile_prompt(storyboard: Storyboard, scene: Scene, mode: Mode, *, extended: bool) -> str:
    """The prompt of ``scene`` rendered as ``mode``; empty for the modes that are made on this machine.

    ``mode`` may differ from the scene's when the plan splits a chain. ``extended``: an extension follows, so
    the last second has to be one that it can go on from. A ``prompt:`` of the author's is sent as it stands.
    """
    if not mode.is_generated:
        return ""
    if scene.prompt is not None:
        written = scene.prompt.strip()
    else:
        written = _compiled(storyboard, scene, mode, extended=extended)
    return f"{written} {scene.extra.strip()}".strip() if scene.extra else written


def _compiled(storyboard: Storyboard, scene: Scene, mode: Mode, *, extended: bool) -> str:
    described = mode in (Mode.OPEN, Mode.EXTEND)
    pieces = [
        CONTINUES if mode is Mode.EXTEND else "",
        sentence(camera_words(scene.camera)),
        *(_subjects(storyboard, scene) if described else ()),
        sentence(scene.action or ""),
        *(_shot(storyboard, shot) for shot in scene.shots),
        "\n" if scene.shots else "",
        _place(storyboard, scene) if described else "",
        sentence(look_words(scene.look)) if described else KEEPS_STYLE,
        *(_speech(storyboard, line) for line in scene.dialogue),
        *_sounds(scene),
        *_hand_over(storyboard, scene, extended=extended),
    ]
    return _run_on(pieces)


def _run_on(pieces: list[str]) -> str:
    text = ""
    for piece in filter(None, pieces):
        text += piece if not text or text.endswith("\n") or piece.startswith("\n") else f" {piece}"
    return text.strip()


def _subjects(storyboard: Storyboard, scene: Scene) -> Iterator[str]:
    for who in scene.cast:
        member = storyboard.cast.get(who)
        if member is not None:
            wears = f", wearing {member.wears}" if member.wears else ""
            yield sentence(f"{display_name(who)} is {member.is_}{wears}")


def _place(storyboard: Storyboard, scene: Scene) -> str:
    location = storyboard.locations.get(scene.location or "")
    if location is None:
        return ""
    return sentence(f"The setting is {location.is_}{f', {location.when}' if location.when else ''}")


def _shot(storyboard: Storyboard, shot: Shot) -> str:
    spoken = (_speech(storyboard, line) for line in shot.dialogue)
    pieces = [sentence(camera_words(shot.camera)), sentence(shot.action), *spoken, _effects(shot.sfx)]
    return f"\n[{clock(shot.start_s)}-{clock(shot.end_s)}] {' '.join(filter(None, pieces))}"


def _speech(storyboard: Storyboard, line: DialogueLine) -> str:
    member = storyboard.cast.get(line.who)
    manner = "; ".join(filter(None, (member.voice if member else None, line.manner)))
    who = speaker_name(storyboard, line.who)
    speaker = f"{who} ({manner})" if manner else who
    if line.at is not None:
        speaker = f"At {line.at.normalize():f} seconds, {speaker}"
    speaker = speaker[0].upper() + speaker[1:]
    if storyboard.render.dialogue_style == "quotes":
        spoken = line.line.replace('"', "'")
        return f'{speaker} says, "{sentence(spoken)}"'
    return f"{speaker} says: {sentence(line.line)}"


def speaker_name(storyboard: Storyboard, who: str) -> str:
    """What stands before a spoken line: the cast's ``says``, its name, or the author's plain name."""
    member = storyboard.cast.get(who)
    return who if member is None else member.says or display_name(who)


def _effects(sfx: tuple[str, ...]) -> str:
    return " ".join(f"SFX: {sentence(sound, capital=False)}" for sound in sfx)


def _sounds(scene: Scene) -> Iterator[str]:
    yield _effects(scene.sfx)
    if scene.ambient:
        yield f"Ambient noise: {sentence(scene.ambient, capital=False)}"
    if scene.music:
        yield f"Music: {sentence(scene.music, capital=False)}"


def _hand_over(storyboard: Storyboard, scene: Scene, *, extended: bool) -> Iterator[str]:
    hold = scene.handoff.hold
    through = extended and scene.handoff.voice == "through"
    if hold is None and extended and not through:
        hold = HOLDS
    if hold:
        yield sentence(f"In the last second, {hold.rstrip('.')}")
    if through:
        yield sentence(f"{_last_speaker(storyboard, scene)} can still be heard in the last second")


def _last_speaker(storyboard: Storyboard, scene: Scene) -> str:
    lines = [*scene.dialogue, *(line for shot in scene.shots for line in shot.dialogue)]
    if not lines:
        return "the voice"
    return speaker_name(storyboard, lines[-1].who)
