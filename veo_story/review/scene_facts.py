"""What the page tells of one scene. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import quote

from veo_story.money import usd
from veo_story.review.stills import SHOWN
from veo_story.storyboard.model import FPS, FrameOf
from veo_story.storyboard.prompt import estimate_tokens, speaker_name
from veo_story.storyboard.speech import speech_s
from veo_story.storyboard.wording import camera_words, display_name, one_line, place_name, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from veo_story.plan.model import Step
    from veo_story.review.drawing import Drawn
    from veo_story.review.facts import Place
    from veo_story.review.notes import Note
    from veo_story.review.shelf import Shelf
    from veo_story.review.study import Study
    from veo_story.storyboard.model import DialogueLine, Scene, Storyboard

_SHOWN_PARAMETERS = (
    ("aspect", "aspect"),
    ("resolution", "resolution"),
    ("duration_s", "duration"),
    ("seed", "seed"),
    ("people", "people"),
    ("resize", "resize"),
    ("compression", "compression"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A spoken line. ``at`` is when it begins in the scene, ``takes`` how long it is; seconds."""

    who: str
    text: str
    manner: str | None
    at: str | None
    takes: str


@dataclass(frozen=True, slots=True)
class Fit:
    """How the dialogue fits: ``speech`` seconds of ``scene`` seconds; ``share`` may be over 1.

    ``verdict`` is ``fits``, ``tight`` or ``over``.
    """

    speech: str
    scene: str
    share: float
    verdict: str


@dataclass(frozen=True, slots=True)
class Beat:
    """A shot within the scene."""

    time: str
    camera: str
    action: str


@dataclass(frozen=True, slots=True)
class SceneFacts:
    """One scene. ``start`` and ``length`` are its place in the film, ``frames`` what is generated, in frames.

    ``clip`` and ``stills`` are URLs, None and empty while it is not drawn.
    """

    id: str
    number: int
    title: str
    mode: str
    is_generated: bool
    joins: str
    start: int
    length: int
    frames: int
    tier: str
    cast: tuple[str, ...]
    place: str
    camera: str
    action: str
    beats: tuple[Beat, ...]
    lines: tuple[Line, ...]
    fit: Fit | None
    sounds: tuple[tuple[str, str], ...]
    prompt: str
    tokens: int
    token_limit: int
    parameters: tuple[tuple[str, str], ...]
    price: str | None
    takes: int
    remarks: str | None
    notes: tuple[Note, ...]
    clip: str | None
    stills: tuple[str, ...]
    line: int


def scene_facts(
    study: Study,
    scene: Scene,
    number: int,
    place: Place,
    drawn: Drawn | None,
    notes: tuple[Note, ...],
    shelf: Shelf,
) -> SceneFacts:
    """The facts of a scene whose clip may be on the shelf."""
    board, step = study.storyboard, study.shown.step(scene.id)
    caps = study.shown.capabilities.get(scene.id)
    lines = tuple(_lines(board, scene))
    return SceneFacts(
        id=scene.id,
        number=number,
        title=one_line(scene.title or scene.card or ""),
        mode=str(step.mode),
        is_generated=step.mode.is_generated,
        joins=_joins(study, scene, step),
        start=place.start,
        length=place.frames,
        frames=step.new_frames,
        tier=caps.tier if caps is not None and step.mode.is_generated else "",
        cast=tuple(display_name(who) for who in scene.cast),
        place=place_name(scene.location) if scene.location else "",
        camera=camera_words(scene.camera),
        action=one_line(scene.action or scene.prompt or scene.subtitle or ""),
        beats=tuple(
            Beat(f"{_s(s.start_s)}–{_s(s.end_s)} s", camera_words(s.camera), one_line(s.action))
            for s in scene.shots
        ),
        lines=lines,
        fit=_fit(scene, step.new_s),
        sounds=tuple(_sounds(scene)),
        prompt=step.prompt,
        tokens=estimate_tokens(step.prompt),
        token_limit=caps.prompt_tokens if caps is not None else 0,
        parameters=tuple(_parameters(step)),
        price=usd(step.expected_usd * step.takes) if step.expected_usd else None,
        takes=step.takes,
        remarks=scene.notes,
        notes=tuple(note for note in notes if scene.id in note.scenes),
        clip=None if drawn is None else quote(drawn.clip.relative_to(shelf.folder).as_posix()),
        stills=() if drawn is None else tuple(_stills(drawn, shelf)),
        line=board.where(scene).line,
    )


def _stills(drawn: Drawn, shelf: Shelf) -> Iterator[str]:
    for which in SHOWN:
        yield quote(shelf.still(drawn.clip, which).relative_to(shelf.folder).as_posix())


def _joins(study: Study, scene: Scene, step: Step) -> str:
    """How it comes after the scene before, in words."""
    if step.parent is not None:
        return f"goes on from {step.parent}"
    if isinstance(scene.first_frame, FrameOf):
        return f"begins on a frame of {scene.first_frame.scene_id}"
    for chain in study.shown.chains:
        if chain.split_from is not None and chain.steps[0].scene_id == scene.id:
            return f"split: begins on the last frame of {chain.split_from}"
    return ""


def _lines(board: Storyboard, scene: Scene) -> Iterator[Line]:
    for line in _spoken(scene):
        at = None if line.at is None else _s(line.at)
        takes = _s(speech_s(line.line))
        yield Line(speaker_name(board, line.who), one_line(line.line), line.manner, at, takes)


def _spoken(scene: Scene) -> list[DialogueLine]:
    return [*scene.dialogue, *(line for shot in scene.shots for line in shot.dialogue)]


def _fit(scene: Scene, seconds: Decimal) -> Fit | None:
    spoken = _spoken(scene)
    if not spoken:
        return None
    speech = sum((speech_s(line.line) for line in spoken), Decimal(0))
    share = float(speech / seconds)
    verdict = "over" if share > 1 else "tight" if share > 0.85 else "fits"
    return Fit(_s(speech), _s(seconds), share, verdict)


def _sounds(scene: Scene) -> Iterator[tuple[str, str]]:
    for effect in (*scene.sfx, *(effect for shot in scene.shots for effect in shot.sfx)):
        yield "SFX", sentence(effect)
    if scene.ambient:
        yield "Ambience", sentence(scene.ambient)
    if scene.music:
        yield "Music", sentence(scene.music)


def _parameters(step: Step) -> Iterator[tuple[str, str]]:
    if not step.mode.is_generated:
        return
    given = step.parameters
    for name, shown in _SHOWN_PARAMETERS:
        value = getattr(given, name)
        if value is None or (name == "people" and value == "auto"):
            continue
        yield shown, f"{_s(value)} s" if isinstance(value, Decimal) else str(value)
    yield "audio", "yes" if given.audio else "no"
    if given.negative_prompt:
        yield "avoid", given.negative_prompt


def _s(seconds: Decimal) -> str:
    """Seconds with at most one decimal."""
    return f"{seconds.quantize(Decimal('0.1')).normalize():f}"


def timecode(frames: int) -> str:
    """``1:07:15``: minutes, seconds and frames; with hours in front from an hour on."""
    seconds, frame = divmod(frames, FPS)
    hours, rest = divmod(seconds, 3600)
    short = f"{rest // 60}:{rest % 60:02}:{frame:02}"
    return f"{hours}:{rest // 60:02}:{rest % 60:02}:{frame:02}" if hours else short


def length(frames: int) -> str:
    """``7 s``, ``6.5 s``."""
    return f"{round(frames / FPS, 1):g} s"
