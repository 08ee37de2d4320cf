"""The author's images, clips and sounds: there, inside of the project, whole, and of use."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

from veo_story.errors import MediaError, Severity
from veo_story.media.images import ImageTooLargeError, image_facts
from veo_story.storyboard.codes import problem
from veo_story.storyboard.model import FPS, Mode
from veo_story.storyboard.paths import check_file
from veo_story.storyboard.sounds import no_sound

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from veo_story.errors import Problem
    from veo_story.media.images import ImageFacts
    from veo_story.storyboard.manuscript import Asset
    from veo_story.storyboard.model import RenderSettings, Scene, Storyboard

MODEL_BYTES = 20_000_000
"""The largest picture that a service takes."""

MODEL_FORMATS = ("PNG", "JPEG")
_SMALL_SIDE = 360
_ASPECT = {"16:9": 16 / 9, "9:16": 9 / 16}
_ASPECT_SLACK = 0.02

Fault = tuple[str, str, str | None]


@dataclass(frozen=True, slots=True)
class CheckedAssets:
    """Problems of files, and the paths that cannot be used at all."""

    problems: tuple[Problem, ...]
    unusable: frozenset[Path]


def check_assets(
    assets: Iterable[Asset], render: RenderSettings, root: Path, *, allow_outside: bool
) -> CheckedAssets:
    """Look at the files that a storyboard names, at each of them once."""
    known: dict[tuple[Path, str], tuple[Fault, ...]] = {}
    problems: list[Problem] = []
    unusable: set[Path] = set()
    for asset in assets:
        key = (asset.path, asset.kind)
        if key not in known:
            known[key] = tuple(_faults(asset, render, root, allow_outside=allow_outside))
        found = [problem(code, asset.where, message, hint) for code, message, hint in known[key]]
        problems += found
        if any(p.severity is Severity.ERROR for p in found):
            unusable.add(asset.path)
    return CheckedAssets(tuple(problems), frozenset(unusable))


def _faults(asset: Asset, render: RenderSettings, root: Path, *, allow_outside: bool) -> Iterator[Fault]:
    fault = check_file(asset.path, asset.written, root, allow_outside=allow_outside)
    if fault is not None:
        yield fault
    elif asset.kind in ("frame", "reference", "still", "overlay"):
        yield from _image_faults(asset, render)
    elif asset.kind == "sound":
        yield from _sound_faults(asset)


def _sound_faults(asset: Asset) -> Iterator[Fault]:
    try:
        other = no_sound(asset.path)
    except OSError as error:
        other = f"not readable ({error.strerror})"
    if other is not None:
        message = f"'{asset.written}' shall be heard, and is {other}"
        yield "VS068", message, "name a sound file, such as WAV, MP3, M4A or FLAC"


def _image_faults(asset: Asset, render: RenderSettings) -> Iterator[Fault]:
    try:
        facts = image_facts(asset.path)
    except ImageTooLargeError as error:
        yield "VS064", _about(asset, error), "scale the picture down"
        return
    except MediaError as error:
        yield "VS063", _about(asset, error), "save the picture again as PNG or JPEG"
        return
    if asset.kind in ("frame", "reference"):
        yield from _model_faults(asset, facts)
    if asset.kind != "overlay":  # a logo has whatever size and shape
        yield from _picture_faults(asset, facts, render)


def _about(asset: Asset, error: MediaError) -> str:
    """The message of a media error, with the path as the author wrote it."""
    return f"'{asset.written}': {error.message.removeprefix(f'{asset.path}: ')}"


def _model_faults(asset: Asset, facts: ImageFacts) -> Iterator[Fault]:
    if facts.format not in MODEL_FORMATS:
        message = f"'{asset.written}' is {facts.format}; a model takes PNG or JPEG"
        yield "VS065", message, "convert it to PNG or JPEG"
    if facts.bytes > MODEL_BYTES:
        message = f"'{asset.written}' has {facts.bytes / 1e6:.0f} MB; a service takes at most 20 MB"
        yield "VS064", message, "save it as JPEG, or scale it down"


def _picture_faults(asset: Asset, facts: ImageFacts, render: RenderSettings) -> Iterator[Fault]:
    size = f"{facts.width} x {facts.height}"
    if min(facts.width, facts.height) < _SMALL_SIDE:
        message = f"'{asset.written}' has only {size} pixels; it will look soft"
        yield "VS214", message, f"use a picture of at least {_SMALL_SIDE} pixels on its short side"
    wanted = _ASPECT.get(render.aspect)
    # A reference shows a face or a thing, in whatever shape.
    if asset.kind != "reference" and wanted and abs(facts.width / facts.height / wanted - 1) > _ASPECT_SLACK:
        message = f"'{asset.written}' is {size}, the film is {render.aspect}: it will be cropped or get bars"
        yield "VS213", message, f"crop it to {render.aspect}"


def measure_clips(
    storyboard: Storyboard, unusable: frozenset[Path]
) -> tuple[Storyboard, tuple[Problem, ...]]:
    """Give imports the length of their clips, in whole frames; ``unusable`` ones are left alone.

    Clips are read only when a scene that is not skipped imports one, and each once.
    """
    imports = (s for s in storyboard.scenes() if s.mode is Mode.IMPORT and s.clip is not None)
    wanted = [s for s in imports if s.clip not in unusable]
    if not wanted:
        return storyboard, ()
    lengths: dict[Path, Decimal | None] = {}
    problems: list[Problem] = []
    measured: dict[str, Scene] = {}
    for scene in wanted:
        assert scene.clip is not None
        if scene.clip not in lengths:
            lengths[scene.clip] = _clip_length(scene.clip)
        length = lengths[scene.clip]
        if length is None:
            message = f"'{_as_written(storyboard, scene)}' cannot be read as video"
            hint = "check that the file plays; convert it to MP4 (H.264)"
            problems.append(problem("VS066", storyboard.where(scene, "clip"), message, hint))
        elif not scene.duration_is_written:
            measured[scene.id] = replace(scene, duration_s=length)
        elif scene.duration_s > length:
            message = f"the clip is {length:.3f} s long, 'duration' asks for {scene.duration_s} s"
            hint = "leave 'duration' out to use all of the clip"
            problems.append(problem("VS067", storyboard.where(scene, "duration"), message, hint))
    return _with_scenes(storyboard, measured), tuple(problems)


def _clip_length(path: Path) -> Decimal | None:
    """Seconds of a clip in whole frames; None when there are none to be read."""
    from veo_story.media.probe import probe

    try:
        frames = round(probe(path).duration_s * FPS)
    except MediaError:
        return None
    with localcontext(prec=50):  # so that frames come out whole again when others multiply by 24
        return Decimal(frames) / FPS if frames else None


def _as_written(storyboard: Storyboard, scene: Scene) -> str:
    return storyboard.source.written((*scene.path, "clip"))


def _with_scenes(storyboard: Storyboard, changed: Mapping[str, Scene]) -> Storyboard:
    if not changed:
        return storyboard
    sequences = tuple(
        replace(q, scenes=tuple(changed.get(s.id, s) for s in q.scenes)) for q in storyboard.sequences
    )
    return replace(storyboard, sequences=sequences)
