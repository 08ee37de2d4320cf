"""A finished film in a browser: it plays from its first frame to its last, and to any place in between."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.browser.conftest import Reader
from tests.support.clips import Recipe, make
from veo_story.film.cut_film import cut_film
from veo_story.film.edit import Cut, Edit, Finishing
from veo_story.media.files import sha256_of
from veo_story.plan.model import Join
from veo_story.storyboard.finish import Overlay

_VIDEO = "document.querySelector('video')"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with a film of all that is made anew: fades, a dissolve, a gap, a hold, an overlay."""
    folder = tmp_path_factory.mktemp("film")
    clips = [make(folder / f"{n}.mp4", Recipe(36, first=100 * n, seed=n)) for n in range(3)]
    digests = [sha256_of(clip) for clip in clips]
    title = Finishing(24, overlays=(Overlay("Ardmore", at="center"),))
    a, b, c = (
        Cut(str(n), f"Scene {n}", clips[n], digests[n], 0, 36, 0, take_id=f"{n}/x-1") for n in range(3)
    )
    cuts = (
        replace(a, fade_in=6),
        replace(b, start_frame=24, join=Join("dissolve", 12), hold=6),
        replace(c, start_frame=72, out_frame=24, gap=6, finishing=title, fade_out=12),
    )
    edit = Edit("A film", (320, 180), cuts)
    assert edit.frames == 96
    film = cut_film(edit, folder).path
    page = folder / "index.html"
    page.write_text(f"<!doctype html><body style='margin:0'><video src='{film.name}' muted></video>", "utf-8")
    return page


def test_it_plays_to_its_end(reader: Reader, page: Path) -> None:
    reader.open(page)
    reader.until(f"{_VIDEO}.readyState >= 2")
    assert reader.js(f"[{_VIDEO}.videoWidth, {_VIDEO}.videoHeight]") == [320, 180]
    assert abs(reader.js(f"{_VIDEO}.duration") - 4.0) < 0.03
    reader.js(f"void ({_VIDEO}.playbackRate = 4, {_VIDEO}.play())")
    reader.until(f"{_VIDEO}.ended")
    assert reader.js(f"{_VIDEO}.error") is None
    assert reader.js(f"{_VIDEO}.getVideoPlaybackQuality().corruptedVideoFrames") == 0


def test_every_place_can_be_gone_to(reader: Reader, page: Path) -> None:
    reader.open(page)
    reader.until(f"{_VIDEO}.readyState >= 2")
    light = {}
    for frame in (0, 20, 30, 60, 69, 80, 95):
        reader.js(f"void ({_VIDEO}.currentTime = ({frame} + 0.5) / 24)")
        reader.until(f"!{_VIDEO}.seeking && {_VIDEO}.readyState >= 2")
        light[frame] = _light(reader)
    assert reader.js(f"{_VIDEO}.error") is None
    assert light[69] < 4  # the gap
    assert light[0] < 30 < min(light[frame] for frame in (20, 30, 60, 80))
    assert light[95] < 30


def _light(reader: Reader) -> float:
    """The mean brightness of what is seen."""
    png = reader.driver.find_element("css selector", "video").screenshot_as_png
    return float(np.asarray(Image.open(io.BytesIO(png)).convert("L")).mean())
