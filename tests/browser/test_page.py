"""The page in a browser, opened from the disk."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import axe_core_python
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.browser.conftest import MANY, Reader
from tests.support.previews import CHAIN
from veo_story.review.preview import Preview

AXE = Path(axe_core_python.__file__).with_name("axe.min.js")


def paused(reader: Reader) -> bool:
    return bool(reader.js("document.getElementById('film').paused"))


def test_it_needs_no_network(reader: Reader, walk: Preview) -> None:
    reader.open(walk.shelf.page)
    reader.until("document.getElementById('film').readyState >= 2")
    asked = reader.requests()
    assert any(url.endswith("index.html") for url in asked) and any("film.mp4" in url for url in asked)
    assert all(url.startswith(("file:", "data:", "about:")) for url in asked)
    assert reader.driver.title == "A walk · preview"


def test_the_film_plays_as_on_an_editing_desk(reader: Reader, walk: Preview) -> None:
    reader.open(walk.shelf.page)
    reader.until("document.getElementById('film').readyState >= 2")
    reader.press("l")
    reader.until("document.getElementById('film').currentTime > 0.4")
    reader.press("l")
    assert reader.js("document.getElementById('film').playbackRate") == 2
    assert reader.js("document.getElementById('speed').textContent") == "2×"
    reader.until("document.getElementById('film').currentTime > 2")
    reader.press("k")
    assert paused(reader)
    there = reader.time()
    reader.press("j")
    reader.until("document.getElementById('film').currentTime < arguments[0] - 0.4", there)
    reader.press("k")
    reader.press(" ")
    reader.until("!document.getElementById('film').paused")
    reader.press(" ")
    reader.until("document.getElementById('film').paused")


def test_single_frames_and_scenes(reader: Reader, walk: Preview) -> None:
    reader.open(walk.shelf.page)
    reader.until("document.getElementById('film').readyState >= 2")
    reader.press("n")
    reader.until("document.getElementById('strip').ariaValueNow === '96'")
    reader.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_LEFT)
    assert reader.frame() == 97
    assert reader.js("document.getElementById('clock').textContent").split() == ["0:04:01", "/", "0:22:00"]
    reader.press("p")
    reader.until("document.getElementById('strip').ariaValueNow === '0'")
    reader.press(Keys.END)
    reader.until("document.getElementById('strip').ariaValueNow === '527'")
    reader.press("n")
    assert reader.frame() == 527
    assert "s04" in reader.js("document.getElementById('strip').ariaValueText")


def test_a_click_on_the_bar_and_on_a_chapter_jumps(reader: Reader, walk: Preview) -> None:
    reader.open(walk.shelf.page)
    reader.until("document.getElementById('film').readyState >= 2")
    reader.driver.find_elements(By.CSS_SELECTOR, ".block")[2].click()
    reader.until("document.getElementById('now').textContent === 's03'")
    assert reader.frame() == pytest.approx(264 + 84, abs=2)
    reader.driver.find_elements(By.CSS_SELECTOR, ".chapters a")[1].click()
    reader.until("document.getElementById('strip').ariaValueNow === '96'")
    assert reader.js("document.querySelector('.chapters a[aria-current]').textContent").endswith("s02")


def test_clips_loop_where_they_are_looked_at(reader: Reader, walk: Preview) -> None:
    reader.open(walk.shelf.page)
    for scene in ("s04", "s01"):
        reader.js("document.getElementById(arguments[0]).scrollIntoView({block: 'center'})", f"scene-{scene}")
        video = f"document.querySelector('#scene-{scene} video')"
        reader.until(f"{video}.currentTime > 0.2 && !{video}.paused")
        assert reader.js("[...document.querySelectorAll('video')].filter((v) => !v.paused).length") == 1
    assert reader.js("document.querySelector('video.loop').muted")


def test_nothing_moves_for_those_who_want_it_still(reader: Reader, walk: Preview) -> None:
    reader.open(walk.shelf.page, still=True)
    reader.js("document.getElementById('scene-s04').scrollIntoView({block: 'center'})")
    reader.js("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert reader.js("[...document.querySelectorAll('video')].every((v) => v.paused)")


def test_help_and_themes(reader: Reader, walk: Preview) -> None:
    reader.open(walk.shelf.page)
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = reader.js(ground)
    reader.press("t")
    dark = reader.js(ground)
    assert light != dark
    reader.press("t")
    assert reader.js(ground) == light
    reader.press("?")
    assert reader.js("document.getElementById('help').open")
    reader.press(Keys.ESCAPE)
    assert not reader.js("document.getElementById('help').open")
    reader.js("sessionStorage.clear()")
    reader.open(walk.shelf.page, dark=True)
    assert reader.js(ground) == dark


def test_printed_it_is_a_shot_list(reader: Reader, walk: Preview) -> None:
    shown = "getComputedStyle(document.querySelector(arguments[0])).display"
    reader.open(walk.shelf.page)
    assert reader.js(shown, ".shotlist") == "none"
    reader.open(walk.shelf.page, media="print")
    assert reader.js(shown, ".shotlist") == "table" and reader.js(shown, "main") == "none"
    assert reader.js("document.querySelectorAll('.shotlist tbody tr').length") == 4
    images = "[...document.querySelectorAll('.shotlist img')]"
    reader.until(f"{images}.every((i) => i.complete && i.naturalWidth > 0)")
    assert reader.js(f"{images}.length") == 12


def test_an_open_page_follows_the_author(reader: Reader, writing: Callable[[str], Preview]) -> None:
    made = writing(CHAIN)
    made.shelf.tell([])  # from now on somebody is watching
    reader.open(made.shelf.page)
    reader.until("document.getElementById('film').readyState >= 2")
    reader.press("n", Keys.ARROW_RIGHT)
    reader.js("scrollTo(0, 700)")
    made.shelf.tell(["line 16: 'acton' is no key of a scene"])
    reader.until("!document.getElementById('banner').hidden")
    assert "acton" in reader.js("document.getElementById('banner').textContent")
    made = writing(CHAIN.replace("The gate", "The door"))
    reader.until("document.querySelector('.chapters').textContent.includes('The door')")
    reader.until("document.getElementById('strip').ariaValueNow === '97'")
    reader.until("scrollY > 650")
    assert reader.js("document.getElementById('banner').hidden")


def test_forty_scenes_scroll_smoothly(reader: Reader, long_walk: Preview) -> None:
    reader.open(long_walk.shelf.page)
    assert reader.js("document.querySelectorAll('.scene').length") == MANY
    reader.driver.set_script_timeout(60)
    times = reader.driver.execute_async_script(
        """
        const done = arguments[0], times = [];
        const step = (now) => {
          times.push(now);
          scrollBy(0, 90);
          if (scrollY + innerHeight < document.body.scrollHeight - 2 && times.length < 400) {
            requestAnimationFrame(step);
          } else done(times);
        };
        requestAnimationFrame(step);
        """
    )
    gaps = sorted(later - earlier for earlier, later in pairwise(times))
    assert len(gaps) > 100
    # A screen shows 60 frames a second: a machine that does other things may miss some, never most of them.
    assert gaps[len(gaps) // 2] < 50 and gaps[int(len(gaps) * 0.95)] < 250
    # What is out of sight holds no player.
    assert reader.js("[...document.querySelectorAll('video.loop')].filter((v) => v.src).length") <= 6
    assert reader.js("[...document.querySelectorAll('video')].filter((v) => !v.paused).length") <= 1


@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing_serious(reader: Reader, dark: bool, writing: Callable[[str], Preview]) -> None:
    long = "word " * 40
    made = writing(CHAIN.replace("Nobody there.", f'"{long}"'))
    reader.open(made.shelf.page, dark=dark)
    made.shelf.tell(["line 3: something is wrong"])
    reader.js("dispatchEvent(new Event('focus'))")
    reader.until("!document.getElementById('banner').hidden")
    reader.js("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    assert serious(reader) == []
    reader.press("?")
    assert serious(reader) == []


def serious(reader: Reader) -> list[str]:
    """What axe-core calls serious or critical, with the places."""
    reader.driver.execute_script(AXE.read_text("utf-8"))
    found: Any = reader.driver.execute_async_script("axe.run().then(arguments[0], arguments[0])")
    assert found["passes"], json.dumps(found)[:500]
    return [
        f"{rule['id']}: {node['html'][:120]} {node.get('failureSummary', '')}"
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]
