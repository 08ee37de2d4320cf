"""The contact sheet: every scene in its place, whatever its words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.support.previews import CHAIN, Numbers, preview
from veo_story.errors import MediaError
from veo_story.review.sheet import draw_sheet, write_sheet


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "walk.yaml"
    path.write_text(CHAIN.replace("The gate", "雪の夜 بوابة"), "utf-8")
    return path


def test_it_is_a_picture_of_all_scenes(film: Path) -> None:
    made = preview(film, Numbers())
    write_sheet(made, film.with_name("sheet.png"))
    with Image.open(film.with_name("sheet.png")) as image:
        assert image.format == "PNG" and image.size[0] == 2000
        sheet = np.asarray(image.convert("L"), np.float32)
    # Four cells of three columns: two rows, the second with one cell.
    assert sheet[:, 1400:1900].std() > 10
    assert sheet[-300:, 900:1900].std() < 1


def test_a_scene_that_is_not_drawn_has_an_empty_place(film: Path) -> None:
    made = preview(film, Numbers(), only=("s04",))
    assert draw_sheet(made.facts, made.shelf.folder).size[0] == 2000


def test_it_must_fit_one_picture(film: Path) -> None:
    made = preview(film, Numbers(), only=("s04",))
    many = replace(made.facts, scenes=made.facts.scenes * 500)
    with pytest.raises(MediaError, match="2000 scenes are too many"):
        draw_sheet(many, made.shelf.folder)


def test_a_place_that_cannot_be_written(film: Path, tmp_path: Path) -> None:
    made = preview(film, Numbers(), only=("s04",))
    with pytest.raises(MediaError, match="cannot be written"):
        write_sheet(made, tmp_path / "nowhere" / "sheet.png")
