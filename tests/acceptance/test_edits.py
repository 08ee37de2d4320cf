"""Random edits of clips of every kind: each frame of the film is the planned one, each sound to the sample.

Run on 12 edits; SOAK=1 makes it 300.
"""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from tests.support.clips import SAMPLES_A_FRAME, SIZE, Recipe, lumas_of, make, noise, samples_of, slip
from tests.support.soak import runs
from veo_story.film.edit import Cut, Edit
from veo_story.film.picture import stretches_of
from veo_story.film.prove import prove
from veo_story.film.sound import mix_of
from veo_story.media.blend import wipe_weights
from veo_story.media.labels import Labels
from veo_story.media.writing import lay_out, write
from veo_story.plan.model import Join
from veo_story.storyboard.finish import Finish

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_GROUPS = "keyint=24:min-keyint=24:scenecut=0"
_LOCAL = (("preset", "ultrafast"), ("x264-params", f"{_GROUPS}:bframes=0"))
_PYRAMID = (("x264-params", f"{_GROUPS}:bframes=3:b-pyramid=normal"),)
_RECIPES = {
    "local": Recipe(72, first=0, seed=81, x264=_LOCAL),
    "local too": Recipe(60, first=1000, seed=82, x264=_LOCAL),
    "pyramid": Recipe(72, first=2000, seed=83, x264=_PYRAMID),
    "pyramid too": Recipe(72, first=3000, seed=84, x264=_PYRAMID),
    "one group": Recipe(66, first=4000, seed=85, x264=(("x264-params", "keyint=250:scenecut=0"),)),
    "large": Recipe(40, first=5000, seed=86, size=(640, 360)),
    "thirty": Recipe(75, first=6000, seed=87, fps=Fraction(30)),
    "mono": Recipe(60, first=7000, seed=88, rate=44_100, channels=1, x264=_PYRAMID),
    "silent": Recipe(60, first=8000, seed=89, rate=None, x264=_LOCAL),
    "uneven": Recipe(60, first=9000, seed=90, times=tuple(25 * k + (k % 3) * 6 for k in range(60))),
}
_FAMILIES = (("local", "local too", "silent"), ("pyramid", "pyramid too", "mono"), tuple(_RECIPES))
_LEVELS = 12
"""How far the blocks of a number may be off; a number off by one is 27 levels off even in a dissolve."""
_WINDOW = 5_000


@dataclass(frozen=True)
class Layer:
    """A frame of a clip as one frame of the film shows it."""

    name: str
    frame: int


@dataclass(frozen=True)
class Due:
    """What a frame of the film has to show: ``over`` lies over ``under`` with a share, all of it with so much
    light. Nothing is black."""

    under: Layer | None = None
    over: Layer | None = None
    share: float = 0.0
    kind: str = "cut"
    light: float = 1.0


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("clips")
    return {name: make(folder / f"{name.replace(' ', '-')}.mp4", recipe) for name, recipe in _RECIPES.items()}


def _frames(name: str) -> int:
    """Frames of a clip at 24 a second."""
    recipe = _RECIPES[name]
    return recipe.frames if recipe.times is not None else int(recipe.frames * 24 / recipe.fps)


def _random_cuts(rng: random.Random, clips: dict[str, Path]) -> list[tuple[str, Cut]]:
    named: list[tuple[str, Cut]] = []
    names = rng.choice(_FAMILIES)
    for number in range(rng.randint(2, 5)):
        name = rng.choice(names)
        first = rng.choice([0, rng.randrange(_frames(name) - 20)])
        last = rng.choice([_frames(name), rng.randint(first + 16, _frames(name))])
        cut = Cut(f"s{number}", f"S{number}", clips[name], "", first, last, 0, take_id=f"s{number}/x-1")
        if named:
            before = named[-1][1]
            cut, before = _random_join(rng, cut, before)
            named[-1] = (named[-1][0], before)
            cut = replace(cut, start_frame=before.end_frame + cut.gap - cut.join.overlap)
        elif rng.random() < 0.3:
            cut = replace(cut, fade_in=rng.randint(1, 5))
        if rng.random() < 0.2:
            cut = replace(cut, hold=rng.randint(1, 8))
        named.append((name, cut))
    if rng.random() < 0.3 and not named[-1][1].hold:
        named[-1] = (named[-1][0], replace(named[-1][1], fade_out=rng.randint(1, 5)))
    return named


def _random_join(rng: random.Random, cut: Cut, before: Cut) -> tuple[Cut, Cut]:
    """A cut with the way into it, and the one before with its way out."""
    kind = rng.choice(["cut", "cut", "gap", "dissolve", "wipe", "fade"])
    frames = rng.randint(2, 7)
    if kind in ("dissolve", "wipe") and not before.hold:
        return replace(cut, join=Join("dissolve" if kind == "dissolve" else "wipe", frames)), before
    if kind == "fade" and not before.hold:
        up = replace(cut, join=Join("fade", frames), fade_in=frames - frames // 2)
        return up, replace(before, fade_out=frames // 2)
    return (replace(cut, gap=frames) if kind == "gap" else cut), before


def _due(named: list[tuple[str, Cut]], frames: int) -> list[Due]:
    """What every frame of the film shows, straight from the cuts."""
    film = [Due() for _ in range(frames)]
    for name, cut in named:
        for number in range(cut.frames):
            at = cut.start_frame + number
            layer = Layer(name, cut.in_frame + number)
            overlap = cut.join.overlap
            if number < overlap:
                film[at] = replace(
                    film[at], over=layer, share=(number + 1) / (overlap + 1), kind=cut.join.kind
                )
                continue
            light = 1.0
            if number - overlap < cut.fade_in:
                light = (number - overlap + 1) / (cut.fade_in + 1)
            if (gone := number - (cut.frames - cut.fade_out)) >= 0:
                light = 1 - (gone + 1) / (cut.fade_out + 1)
            film[at] = Due(layer, light=light)
        for number in range(cut.hold):
            film[cut.start_frame + cut.frames + number] = Due(Layer(name, cut.out_frame - 1))
    return film


def _number(layer: Layer) -> int:
    """The number of the clip's own frame that is on the screen at a film frame."""
    recipe = _RECIPES[layer.name]
    moment = Fraction(4 * layer.frame + 1, 96)
    if recipe.times is not None:
        return recipe.first + max(k for k, time in enumerate(recipe.times) if Fraction(time, 600) <= moment)
    return recipe.first + (layer.frame if recipe.fps == 24 else int(moment * recipe.fps))


def _strip(layer: Layer | None) -> NDArray[np.float64]:
    """The luma that two rows have which lie in the number of a clip, shown whole or at half its size.

    NaN where it is not known: at the edges of the number's blocks, and beside it.
    """
    if layer is None:
        return np.full(SIZE[0], 16.0)
    columns = np.full(SIZE[0], np.nan)
    width, edge = (8, 3) if layer.name == "large" else (16, 4)
    for bit in range(16):
        columns[bit * width + edge : (bit + 1) * width - edge] = 235 if _number(layer) >> bit & 1 else 16
    return columns


def _expected(due: Due) -> NDArray[np.float64]:
    levels = _strip(due.under)
    if due.over is not None:
        share = np.full(SIZE[0], due.share)
        if due.kind == "wipe":
            share = wipe_weights(SIZE[0], due.share) / 256
        levels = levels * (1 - share) + _strip(due.over) * share
    return 16 + (levels - 16) * due.light


def _check_picture(film: Path, due: list[Due]) -> None:
    lumas = list(lumas_of(film))
    assert len(lumas) == len(due)
    for at, (luma, wanted) in enumerate(zip(lumas, due, strict=True)):
        levels = _expected(wanted)
        known = ~np.isnan(levels)
        off = np.abs(luma[9:11].mean(axis=0) - levels)[known]
        assert known.any()
        assert off.max() <= _LEVELS, (at, wanted)
        if wanted.under is None and wanted.over is None:
            assert luma.max() < 20, at


def _check_sound(film: Path, named: list[tuple[str, Cut]]) -> int:
    """Where a cut is heard alone, at its beginning and at its end, it stands where it belongs."""
    heard = samples_of(film)[0]
    found = 0
    after = [cut for _, cut in named[1:]]
    for (name, cut), following in zip(named, [*after, None], strict=True):
        recipe = _RECIPES[name]
        first = max(cut.join.overlap, cut.fade_in) * SAMPLES_A_FRAME + 400
        overlap = following.join.overlap if following is not None else 0
        last = (cut.frames - max(overlap, cut.fade_out)) * SAMPLES_A_FRAME - 400
        at = cut.start_frame * SAMPLES_A_FRAME
        if recipe.rate is None:
            assert np.abs(heard[at + first + 2_000 : at + last - 2_000]).max(initial=0) < 0.02, name
        elif last - first >= _WINDOW:
            begin = (recipe.first % 500 + cut.in_frame) * SAMPLES_A_FRAME
            own = noise(recipe.seed, 40 * 48_000, recipe.channels)[0, begin:]
            for inside in (slice(first, first + _WINDOW), slice(last - _WINDOW, last)):
                assert abs(slip(heard[at:][inside], own[inside])) <= 1, (name, inside)
                found += 1
        if cut.gap:
            assert np.abs(heard[at - cut.gap * SAMPLES_A_FRAME + 2_000 : at - 2_000]).max(initial=0) < 0.02
    return found


def _packets(path: Path) -> dict[int, tuple[bytes, bool]]:
    """Packets by the number of their frame, and whether it is a key frame."""
    with av.open(str(path)) as file:
        taken = [
            (p.pts, bytes(p), p.is_keyframe) for p in file.demux(video=0) if p.size and p.pts is not None
        ]
    return {frame: (data, key) for frame, (_, data, key) in enumerate(sorted(taken))}


def _check_groups(film: Path, named: list[tuple[str, Cut]], own: frozenset[Path]) -> int:
    """Every group of pictures that nothing is done to is the clip's own, bit for bit."""
    written = _packets(film)
    same = 0
    after = [cut for _, cut in named[1:]]
    for (_, cut), following in zip(named, [*after, None], strict=True):
        if cut.clip not in own:
            continue
        overlap = following.join.overlap if following is not None else 0
        first = cut.in_frame + cut.join.overlap + cut.fade_in
        last = cut.out_frame - max(overlap, cut.fade_out)
        packets = _packets(cut.clip)
        keys = [frame for frame, (_, key) in packets.items() if key]
        for begin, end in zip(keys, [*keys[1:], len(packets)], strict=True):
            if first <= begin and end <= last:
                moved = cut.start_frame - cut.in_frame
                assert all(written[frame + moved][0] == packets[frame][0] for frame in range(begin, end))
                same += end - begin
    return same


@pytest.mark.parametrize("seed", range(runs(300, in_suite=12)))
def test_random_edits(seed: int, tmp_path: Path, clips: dict[str, Path]) -> None:
    """Pictures, sound and copied packets of a film whose joins, gaps, holds and fades are random."""
    named = _random_cuts(random.Random(seed), clips)
    edit = Edit("Edit", SIZE, tuple(cut for _, cut in named))
    stretches = stretches_of(edit)
    assert sum(stretch.frames for stretch in stretches) == edit.frames
    layout = lay_out(stretches, SIZE, mix_of(edit, Finish()))
    film, labels = tmp_path / "film.mp4", Labels({"title": edit.title}, edit.chapters)
    write(layout, film, labels)
    with ThreadPoolExecutor(2) as decoders:
        prove(film, stretches, layout, labels, SIZE, decoders)
    _check_picture(film, _due(named, edit.frames))
    _check_sound(film, named)
    assert _check_groups(film, named, layout.picture.material.own) <= layout.joined.copied_frames


def test_the_random_edits_are_worth_something(clips: dict[str, Path]) -> None:
    """They have all kinds of joins and most kinds of clips."""
    named = [one for seed in range(12) for one in _random_cuts(random.Random(seed), clips)]
    cuts = [cut for _, cut in named]
    assert {cut.join.kind for cut in cuts} == {"cut", "dissolve", "wipe", "fade"}
    assert any(cut.gap for cut in cuts)
    assert any(cut.hold for cut in cuts)
    assert len({name for name, _ in named}) >= len(_RECIPES) - 2
