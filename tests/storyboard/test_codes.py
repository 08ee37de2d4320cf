"""Every problem code is explained, used, and shown by a case."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from veo_story.errors import Severity, Where
from veo_story.storyboard.codes import all_codes, explain, problem

ROOT = Path(__file__).parents[2]
CODE = re.compile(r"""["'](VS\d{3})["']""")
CASES = ROOT / "tests" / "cases" / "invalid"

# Codes that a file in cases/ cannot show, and the test that shows them instead.
ELSEWHERE = {
    "VS001": "test_source_hostile.py",
    "VS002": "test_source_hostile.py",
    # Every built-in model takes all values; only a backend from a plugin can refuse them.
    "VS114": "test_limits.py",
    "VS120": "test_limits.py",
}


def used() -> dict[str, str]:
    """Every code that the program names, with a file that does."""
    found = {}
    for path in sorted((ROOT / "veo_story").rglob("*.py")):
        found.update(dict.fromkeys(CODE.findall(path.read_text("utf-8")), path.name))
    return found


def test_every_code_has_a_title_a_reason_and_a_fix() -> None:
    assert len(all_codes()) > 30
    for code in all_codes():
        assert re.fullmatch(r"VS\d{3}", code.code)
        assert 8 < len(code.title) < 90, code.code
        assert not code.title.endswith("."), code.code
        for text in (code.why, code.fix):
            assert len(text) >= 12, code.code
            assert text.endswith((".", "?", "!")), code.code


def test_families_have_their_severity() -> None:
    family = {"VS0": Severity.ERROR, "VS1": Severity.ERROR, "VS2": Severity.WARNING, "VS3": Severity.NOTE}
    wrong = {c.code for c in all_codes() if c.severity is not family[c.code[:3]]}
    assert wrong == {"VS054"}  # a warning among the file's codes: the text may be cut on purpose


def test_codes_are_explained_in_any_case() -> None:
    assert explain("vs011") == explain("VS011")
    assert explain("VS011").severity is Severity.ERROR
    with pytest.raises(KeyError):
        explain("VS999")


def test_a_problem_takes_the_severity_of_its_code() -> None:
    where = Where("film.yaml", 3, 1, 3, 2)
    assert problem("VS054", where, "cut").severity is Severity.WARNING
    assert problem("VS010", where, "unknown", "mend it").hint == "mend it"


def test_every_code_that_is_used_is_registered() -> None:
    registered = {code.code for code in all_codes()}
    assert {code: file for code, file in used().items() if code not in registered} == {}


def test_every_registered_code_is_used() -> None:
    assert sorted({code.code for code in all_codes()} - set(used())) == []


def test_every_error_and_warning_is_shown_by_a_case() -> None:
    shown = {
        code for path in CASES.glob("*.expect") for code in re.findall(r"VS\d{3}", path.read_text("utf-8"))
    }
    told = {code.code for code in all_codes() if code.severity is not Severity.NOTE}
    assert sorted(told - shown - set(ELSEWHERE)) == []
    for code, test in ELSEWHERE.items():
        assert any(code in path.read_text("utf-8") for path in (ROOT / "tests").rglob(test)), code
