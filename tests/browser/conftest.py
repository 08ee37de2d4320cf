"""A headless Chromium of this machine; where there is none, the tests of the page are left out and say so."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.support.wait import WebDriverWait

from tests.support.previews import CHAIN, Numbers, preview
from veo_story.review.preview import Preview

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
_PATIENCE_S = 20
MANY = 40


class Reader:
    """Somebody who looks at a page."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def open(self, page: Path, *, dark: bool = False, still: bool = False, media: str = "screen") -> None:
        """Open a file as a person with these wishes would."""
        features = [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce" if still else "no-preference"},
        ]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})
        self.driver.get("about:blank")  # the same page again would keep where it was
        self.driver.get(page.resolve().as_uri())
        self.until("document.readyState === 'complete'")

    def js(self, script: str, *given: Any) -> Any:
        """What an expression gives there."""
        return self.driver.execute_script(f"return {script}", *given)

    def until(self, script: str, *given: Any) -> Any:
        """The first truth that an expression gives."""
        return WebDriverWait(self.driver, _PATIENCE_S, 0.02).until(lambda _: self.js(script, *given), script)

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        ActionChains(self.driver).send_keys(*keys).perform()

    def time(self) -> float:
        """Where the film stands, in seconds."""
        return float(self.js("document.getElementById('film').currentTime"))

    def frame(self) -> int:
        """Which frame of the film is seen."""
        return int(self.js("Number(document.getElementById('strip').ariaValueNow)"))

    def requests(self) -> list[str]:
        """What was asked for over any wire or from the disk, since it was asked last."""
        told = (json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance"))
        return [t["params"]["request"]["url"] for t in told if t["method"] == "Network.requestWillBeSent"]

    def complaints(self) -> list[str]:
        """What the console says, since it was asked last."""
        return [f"{entry['level']}: {entry['message']}" for entry in self.driver.get_log("browser")]


@pytest.fixture(scope="session")
def driver() -> Iterator[webdriver.Chrome]:
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    steering = shutil.which("chromedriver")
    if browser is None or steering is None:
        pytest.skip("no Chromium with its chromedriver on this machine: the page is not tried in a browser")
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for word in (
        "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--mute-audio", "--hide-scrollbars",
        "--autoplay-policy=no-user-gesture-required", "--window-size=1360,1000", "--lang=en",
    ):  # fmt: skip
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    chrome = webdriver.Chrome(options=options, service=Service(steering))
    yield chrome
    chrome.quit()


@pytest.fixture
def reader(driver: webdriver.Chrome) -> Iterator[Reader]:
    one = Reader(driver)
    yield one
    assert one.complaints() == []


def storyboard(folder: Path, text: str) -> Preview:
    path = folder / "walk.yaml"
    path.write_text(text, "utf-8")
    return preview(path, Numbers())


@pytest.fixture(scope="session")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Preview:
    """A film of four scenes, two of them extensions."""
    return storyboard(tmp_path_factory.mktemp("walk"), CHAIN)


@pytest.fixture(scope="session")
def long_walk(tmp_path_factory: pytest.TempPathFactory) -> Preview:
    """A film of forty scenes."""
    scene = "id: s{n:02}, duration: 4, title: Scene {n}, action: A path in a wood number {n}"
    line = f"  - {{{{id: q{{n:02}}, scenes: [{{{{{scene}}}}}]}}}}\n"
    scenes = "".join(line.format(n=n) for n in range(1, MANY + 1))
    text = f"storyboard: 1\ntitle: A long walk\nrender: {{backend: local}}\nsequences:\n{scenes}"
    return storyboard(tmp_path_factory.mktemp("long"), text)


@pytest.fixture
def writing(tmp_path: Path) -> Callable[[str], Preview]:
    """Writes a storyboard and brings its preview up to date, in one folder."""
    artist = Numbers()

    def write(text: str) -> Preview:
        path = tmp_path / "walk.yaml"
        path.write_text(text, "utf-8")
        return preview(path, artist)

    return write
