"""Take the pictures of the preview's page for the handbook: ``python tools/screenshots.py [FOLDER]``.

Wants Chromium and its chromedriver on this machine.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.wait import WebDriverWait

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
_STORYBOARD = Path("storyboards/keeper.yaml")
_BACKEND = "vertex"
"""Whose price the page shows."""
_SIZE = (1360, 1000)
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
_MOST_BYTES = 250_000
_MOMENT_S = 14.5
_TOP, _SCENE = "scrollTo(0, 0)", "document.getElementById('scene-s02').scrollIntoView()"
_SEEN = """[...document.images].filter((i) => {
  const box = i.getBoundingClientRect();
  return box.width && box.bottom > 0 && box.top < innerHeight;
})"""
_DRAWN = "new Promise((is) => requestAnimationFrame(() => requestAnimationFrame(() => is(true))))"
# File name, light or dark, on screen or printed, where on the page.
_PICTURES = (
    ("preview-light", "light", "screen", _TOP),
    ("preview-dark", "dark", "screen", _SCENE),
    ("preview-print", "light", "print", _TOP),
)


def take(folder: Path) -> None:
    """Preview the example and write its pictures into ``folder``, as WebP of less than 250 kB each."""
    with tempfile.TemporaryDirectory() as renders:
        words = [sys.executable, "-m", "veo_story", "preview", str(_STORYBOARD), "--for", _BACKEND]
        subprocess.run([*words, "--renders", renders, "--quiet"], cwd=ROOT, check=True)  # noqa: S603 - our own words
        page = Path(renders, _STORYBOARD.stem, "preview", "index.html")
        folder.mkdir(parents=True, exist_ok=True)
        for name, image in _pictures(page):
            _write(image, folder / f"{name}.webp")


def _pictures(page: Path) -> Iterator[tuple[str, Image.Image]]:
    driver = _driver()
    try:
        for name, scheme, media, there in _PICTURES:
            features = [{"name": "prefers-color-scheme", "value": scheme}]
            driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})
            driver.get("about:blank")
            driver.get(page.resolve().as_uri())
            film = "document.getElementById('film')"
            _until(driver, f"{film}.readyState >= 2")
            driver.execute_script(f"{film}.currentTime = {_MOMENT_S}; {there}")
            _until(driver, f"!{film}.seeking && {_SEEN}.every((i) => i.complete)")
            _until(driver, _DRAWN)
            yield name, Image.open(io.BytesIO(driver.get_screenshot_as_png())).convert("RGB")
    finally:
        driver.quit()


def _driver() -> webdriver.Chrome:
    browser, steering = next(filter(None, map(shutil.which, _BROWSERS)), None), shutil.which("chromedriver")
    if browser is None or steering is None:
        raise SystemExit("no Chromium with its chromedriver on this machine")
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    width, height = _SIZE
    for word in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars",
                 f"--window-size={width},{height}"):  # fmt: skip
        options.add_argument(word)
    return webdriver.Chrome(options=options, service=Service(steering))


def _until(driver: webdriver.Chrome, script: str) -> None:
    WebDriverWait(driver, 20).until(lambda _: driver.execute_script(f"return {script}"), script)


def _write(image: Image.Image, into: Path) -> None:
    for quality in (86, 78, 70, 60):
        image.save(into, quality=quality, method=6)
        if into.stat().st_size < _MOST_BYTES:
            return
    raise SystemExit(f"{into} stays larger than {_MOST_BYTES} bytes")


if __name__ == "__main__":
    take(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images")
