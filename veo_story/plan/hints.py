"""Words for the local renderer: what a paid model reads from the prompt, kept apart and named.

Keys of a generated scene: ``script``, the whole scene as :mod:`veo_story.plan.script` describes it, and as
plain words ``camera.size``, ``camera.angle``, ``camera.move``, ``camera.lens``, ``camera.focus``,
``camera.text``, ``place``, ``when``, ``ambient``, ``sfx``, ``music``, ``cast``, ``action``, ``look`` and
``dialogue``. ``card``, ``subtitle`` of a slate; ``zoom``, ``towards`` of a still. Values are text; what is
empty is absent.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from veo_story.plan.script import script_text
from veo_story.plan.wording import plain
from veo_story.storyboard.model import Mode
from veo_story.storyboard.wording import display_name, look_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from veo_story.storyboard.model import Camera, DialogueLine, Scene, Storyboard


def scene_hints(storyboard: Storyboard, scene: Scene) -> Mapping[str, str]:
    """The words of one scene, by name. Titles, notes and tags are never among them."""
    if scene.mode.is_generated:
        found = _generated(storyboard, scene)
    elif scene.mode is Mode.SLATE:
        found = {"card": scene.card, "subtitle": scene.subtitle}
    elif scene.mode is Mode.STILL:
        found = {"zoom": plain(scene.move.zoom), "towards": scene.move.to}
    else:
        found = {}
    return MappingProxyType({name: text for name, text in found.items() if text})


def _generated(storyboard: Storyboard, scene: Scene) -> dict[str, str | None]:
    place = storyboard.locations.get(scene.location or "")
    spoken = (*scene.dialogue, *(line for shot in scene.shots for line in shot.dialogue))
    return {
        "script": script_text(storyboard, scene),
        **_camera(scene),
        "place": place.is_ if place else None,
        "when": place.when if place else None,
        "ambient": scene.ambient,
        "sfx": _listed((*scene.sfx, *(sound for shot in scene.shots for sound in shot.sfx))),
        "music": scene.music,
        "cast": "; ".join(_people(storyboard, scene)),
        "action": " ".join(filter(None, (scene.action, *(shot.action for shot in scene.shots)))),
        "look": look_words(scene.look),
        "dialogue": "\n".join(_line(storyboard, line) for line in spoken),
    }


def _camera(scene: Scene) -> dict[str, str | None]:
    camera = scene.camera or next((shot.camera for shot in scene.shots if shot.camera), None)
    return {} if camera is None else _parts(camera)


def _parts(camera: Camera) -> dict[str, str | None]:
    return {
        "camera.size": camera.size,
        "camera.angle": camera.angle,
        "camera.move": camera.move,
        "camera.lens": camera.lens,
        "camera.focus": camera.focus,
        "camera.text": camera.text,
    }


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)


def _people(storyboard: Storyboard, scene: Scene) -> Iterable[str]:
    for who in scene.cast:
        member = storyboard.cast.get(who)
        described = ", ".join(filter(None, (member.is_, member.wears))) if member else ""
        yield f"{display_name(who)}: {described}" if described else display_name(who)


def _line(storyboard: Storyboard, line: DialogueLine) -> str:
    who = display_name(line.who) if line.who in storyboard.cast else line.who
    return f"{who}: {line.line}"
