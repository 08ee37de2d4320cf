"""A film that fits into so many megabytes: smaller steps first, encoded anew only when it must be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_UP, Context, Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from veo_story.errors import MediaError
from veo_story.media.ffmpeg import run_graph
from veo_story.media.files import copy_file
from veo_story.media.grid import RATE
from veo_story.media.probe import probe
from veo_story.media.repicture import reworded
from veo_story.media.source import FPS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from veo_story.media.probe import Probe

MB = 1_000_000
"""Bytes. The smaller reading of the word: what fits it fits the other (1,048,576) too."""
_EDGES = (2160, 1440, 1080, 720, 540, 480, 360, 270, 180)
"""Short edges to scale down to, in pixels."""
_GOOD_BITS = 0.04
"""Bits a pixel from which a picture is worth its size; below, a smaller picture looks better."""
_LEAST_BITS = 0.025
"""Bits a pixel that the smallest picture must have."""
_SHRINKS = 6
"""By how much more a film that was encoded finely can still be pressed, where it has few details."""
_SOUNDS = (192, 160, 128, 96, 64, 48, 32)
"""Kbit/s of the sound; from 48 down it is mono."""
_MONO = 48
_SOUND_SHARE = 0.2
"""The sound gets no more than this share, if there is less to be had."""
_BESIDES = 2_000
"""Bytes of a file's index besides its entries for frames and packets."""
_A_FRAME, _A_PACKET = 14, 6
"""Bytes of index that a frame and a packet of sound take."""
_AIM, _AIM_AGAIN = 0.985, 0.99
_FULL = 0.9
"""A file is to use this share of what it may have."""
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a film is pressed: ``size`` in pixels, kbit/s of picture and sound.

    ``sound_kbps`` None copies the sound.
    """

    size: tuple[int, int]
    picture_kbps: float
    sound_kbps: int | None

    def picture_bits(self) -> float:
        """Bits a pixel."""
        return self.picture_kbps * 1000 / (self.size[0] * self.size[1] * FPS)


@dataclass(frozen=True, slots=True)
class Squeezed:
    """What was written. ``recipe`` is None where the film fitted as it was."""

    size_bytes: int
    recipe: Recipe | None


def squeeze(film: Path, into: Path, *, max_mb: Decimal, environ: Mapping[str, str] | None = None) -> Squeezed:
    """Write ``film`` so that it has at most ``max_mb`` megabytes (of 1,000,000 bytes).

    One that fits already is written as it is. Else it is encoded in two passes to nearly that size, in
    a smaller picture where there would be too few bits for this one. Chapters, captions and words about it
    are kept. Raises MediaError when it cannot be that small, naming the smallest size that makes sense.
    """
    most = int(max_mb * MB)
    if film.stat().st_size <= most:
        copy_file(film, into)
        return Squeezed(film.stat().st_size, None)
    found = probe(film)
    recipe = recipe_of(found, film.stat().st_size, most)
    if recipe is None:
        least = least_mb(found, film.stat().st_size)
        raise MediaError(
            f"{float(found.duration_s):.1f} s do not fit into {max_mb} MB",
            hint=f"from about {least:f} MB on it can be watched; write max_mb: {least:f} or more",
        )
    with TemporaryDirectory(prefix="veo-story-") as folder:
        return _pressed(film, into, recipe, most, Path(folder) / "passes", environ)


def recipe_of(found: Probe, size_bytes: int, most: int) -> Recipe | None:
    """How a film of ``size_bytes`` gets below ``most``; None when that would not be watchable. Pure."""
    seconds = float(found.duration_s)
    packets = 0 if found.audio is None else found.audio.samples / 1024
    fixed = _BESIDES + _A_FRAME * found.frames + _A_PACKET * packets
    kbps = (most - fixed) * 8 / 1000 / seconds * _AIM
    sound = _sound(found, kbps)
    picture = kbps - sound
    own = size_bytes * 8 / seconds / (found.width * found.height * FPS)
    recipes = [Recipe(size, picture, sound if found.audio is not None else None) for size in _sizes(found)]
    for recipe in recipes:
        if recipe.picture_bits() >= min(_GOOD_BITS, own / _SHRINKS):
            return recipe
    smallest = recipes[-1]
    return smallest if smallest.picture_bits() >= min(_LEAST_BITS, own / _SHRINKS) else None


def least_mb(found: Probe, size_bytes: int) -> Decimal:
    """The smallest size for which there is a recipe, in megabytes, two digits, rounded up."""
    low, high = 0, size_bytes
    while high - low > max(high // 200, 1):
        middle = (low + high) // 2
        low, high = (low, middle) if recipe_of(found, size_bytes, middle) else (middle, high)
    return Context(prec=2, rounding=ROUND_UP).create_decimal(Decimal(high) / MB)


def _sound(found: Probe, kbps: float) -> int:
    if found.audio is None:
        return 0
    return next((rate for rate in _SOUNDS if rate <= kbps * _SOUND_SHARE), _SOUNDS[-1])


def _sizes(found: Probe) -> list[tuple[int, int]]:
    """The film's own size and what it can be scaled down to, the largest first, all even."""
    short = min(found.width, found.height)
    sizes = [(found.width, found.height)]
    for edge in _EDGES:
        if edge < short:
            scale = edge / short
            sizes.append((_even(found.width * scale), _even(found.height * scale)))
    return sizes


def _even(length: float) -> int:
    return max(round(length / 2) * 2, 2)


def _pressed(
    film: Path, into: Path, recipe: Recipe, most: int, log: Path, environ: Mapping[str, str] | None
) -> Squeezed:
    """Two passes; the second one again when it missed its aim."""
    run_graph(_pass(film, recipe, log, 1, None), environ=environ)
    material, seconds = log.with_name("material.mp4"), float(probe(film).duration_s)
    for attempt in range(_TRIES):
        run_graph(_pass(film, recipe, log, 2, material), environ=environ)
        reworded(material, film, into)
        size = into.stat().st_size
        # One that came out small is tried once more; if it stays so, it has nothing to spend more bits on.
        if size <= most and (attempt or size >= _FULL * most):
            return Squeezed(size, recipe)
        aim = recipe.picture_kbps + (most * _AIM_AGAIN - size) * 8 / 1000 / seconds
        recipe = replace(recipe, picture_kbps=max(aim, recipe.picture_kbps / 4))
    raise MediaError(
        f"the film does not fit into {most / MB:g} MB, it came to {into.stat().st_size / MB:.2f} MB",
        hint="Allow a little more (max_mb).",
    )


def _pass(film: Path, recipe: Recipe, log: Path, number: int, into: Path | None) -> Any:
    import ffmpeg

    source = ffmpeg.input(str(film))
    options: dict[str, Any] = {
        "c:v": "libx264",
        "preset": "fast",
        "b:v": f"{recipe.picture_kbps:.1f}k",
        "pix_fmt": "yuv420p",
        "g": 48,
        "pass": number,
        "passlogfile": str(log),
        "vf": f"scale={recipe.size[0]}:{recipe.size[1]}:flags=area+accurate_rnd",
    }
    if into is None:
        return ffmpeg.output(source["v:0"], "-", f="null", an=None, **options)
    streams = [source["v:0"]]
    if recipe.sound_kbps is not None:
        streams.append(source["a:0"])
        options |= {"c:a": "aac", "b:a": f"{recipe.sound_kbps}k", "ar": RATE}
        options |= {"ac": 1} if recipe.sound_kbps <= _MONO else {}
    options |= {"movie_timescale": RATE, "f": "mp4"}
    return ffmpeg.output(*streams, str(into), **options)
