"""Each cluster gets a font that has it; a font is opened when it is needed."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.support.command import ROOT, environment
from veo_story.lettering.fonts import BASE, font_at, font_for
from veo_story.lettering.rows import text_ink
from veo_story.lettering.shaping import Style


@pytest.mark.parametrize(
    ("cluster", "name"),
    [
        ("a", "NotoSans["),
        ("Й", "NotoSans["),
        ("ش", "Arabic"),
        ("ש", "Hebrew"),
        ("क्ष", "Devanagari"),
        ("น้ำ", "Thai"),
        ("水", "CJK"),
        ("뷁", "CJK"),
        ("。", "CJK"),
        ("🌅", "Emoji"),
        ("👨‍👩‍👧", "Emoji"),
        ("1️⃣", "Emoji"),
        ("1", "NotoSans["),
        ("ℹ️", "Emoji"),
    ],
)
def test_a_font_that_has_it(cluster: str, name: str) -> None:
    assert name in font_for(cluster).name


def test_what_no_font_has_is_an_open_box_of_the_base_font() -> None:
    assert font_for("\U0010fffd") == BASE
    font = font_at(BASE, 40, 400)
    box = font.get_glyph_extents(0)
    assert box.width > 10 * 64
    assert -box.height > 20 * 64


def test_shapes_of_shared_signs_follow_the_language() -> None:
    assert len({font_for("直", language).index for language in ("ja", "ko", "zh")}) == 3


def test_a_heavier_weight_is_blacker() -> None:
    thin, bold = (text_ink("Hello", Style(40, weight)).mask.sum(dtype=int) for weight in (300, 700))
    assert bold > thin * 1.3


def test_the_large_file_is_not_touched_for_other_letters() -> None:
    code = (
        "import json, sys\n"
        "from veo_story.lettering import fonts\n"
        "for cluster in ('a', 'é', 'ش', '🌅', '→'):\n    fonts.font_for(cluster)\n"
        "print(json.dumps('manimgx_fonts_cjk' in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment(), capture_output=True, check=True
    )
    assert not json.loads(done.stdout)
