"""The shot list in a browser, on screen and on paper."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from tests.browser.conftest import Reader
from tests.export.handed import handed
from tests.support.edits import TITLES, random_edit
from veo_story.export.shotlist import write_html

_ACROSS = 1047
"""The width of A4 across without its margins, in CSS pixels."""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    edit = random_edit(0)
    named = [
        replace(cut, title=title * 3) for cut, title in zip(edit.cuts, TITLES[: len(edit.cuts)], strict=True)
    ]
    jpeg = io.BytesIO()
    Image.new("RGB", (480, 270), "teal").save(jpeg, "JPEG")
    given = handed(
        replace(edit, cuts=tuple(named)),
        scene={"action": "<script>alert(1)</script> " + "unbroken" * 40, "notes": "=1+1"},
        stills={cut.scene_id: jpeg.getvalue() for cut in edit.cuts[1:]},
    )
    into = tmp_path_factory.mktemp("list") / "film.html"
    into.write_bytes(write_html(given, into.parent))
    return into


@pytest.mark.parametrize("media", ["screen", "print"])
def test_it_fits_its_page(reader: Reader, page: Path, media: str) -> None:
    reader.driver.set_window_size(_ACROSS, 760)
    try:
        reader.open(page, media=media)
        assert reader.js("document.documentElement.scrollWidth <= innerWidth")
        cells = "[...document.querySelectorAll('td')].filter((c) => c.scrollWidth > c.clientWidth + 1).length"
        assert reader.js(cells) == 0
        assert reader.js("[...document.images].every((i) => i.complete && i.naturalWidth === 480)")
        assert reader.js("document.scripts.length") == 0
        assert reader.js("getComputedStyle(document.querySelector('td span[dir=auto]')).display") == "block"
    finally:
        reader.driver.set_window_size(1360, 1000)
