"""Which transitions, gaps, holds, leads, tails and moments fit; what does not is among the cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.storyboard.films import codes, load

if TYPE_CHECKING:
    from pathlib import Path

CARD = "{id: a, card: x, duration: 2, %s}"
OTHER = "{id: b, card: y, duration: 2, %s}"


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        # A dissolve uses what the earlier scene's trim left, and then what is shown of it.
        ("trim: {out: 1}", "transition: {type: dissolve, duration: 2}", []),
        ("trim: {out: 1.5}", "transition: {type: wipe, duration: 2}", []),
        ("trim: {in: 0.5}", "transition: {type: dissolve, duration: 1.5}", []),
        ("trim: {in: 0.5}", "transition: {type: dissolve, duration: 2}", ["VS040"]),
        # Three decimals are exact enough: 28 frames of 28 frames.
        ("", "trim: {in: 0.417, out: 0.417}, transition: {type: dissolve, duration: 1.167}", []),
        ("", "trim: {in: 0.417, out: 0.458}, transition: {type: dissolve, duration: 1.167}", ["VS040"]),
        # A fade has half of its length on either side.
        ("trim: {in: 0.5}", "transition: {type: fade, duration: 3}", []),
        ("trim: {in: 1}", "transition: {type: fade, duration: 3}", ["VS040"]),
        ("", "gap: 0.5, transition: {type: fade, duration: 1}", []),
        ("hold: 1", "gap: 1", []),
        ("", "gap: 0.5, transition: {type: dissolve, duration: 1}", ["VS040"]),
        # As much sound as was trimmed off the picture, less what a dissolve shows of it.
        ("trim: {out: 1}, mix: {tail: 1}", "", []),
        ("trim: {out: 1}, mix: {tail: 1.25}", "", ["VS047"]),
        ("trim: {out: 1}, mix: {tail: 0.5}", "transition: {type: dissolve, duration: 0.5}", []),
        ("trim: {out: 1}, mix: {tail: 0.5}", "transition: {type: dissolve, duration: 0.75}", ["VS047"]),
        ("trim: {out: 1}, mix: {tail: 1}", "transition: {type: fade, duration: 0.5}", []),
        ("", "trim: {in: 1}, mix: {lead: 1}", []),
        ("", "trim: {in: 1}, mix: {lead: 1.25}", ["VS047"]),
        ("trim: {out: 1.5}", "trim: {in: 1}, mix: {lead: 1}", ["VS047"]),
        ("trim: {out: 1.5}", "trim: {in: 1}, gap: 0.5, mix: {lead: 1}", []),
        ("trim: {out: 1.5}, hold: 1", "trim: {in: 1}, mix: {lead: 1}", []),
        ("trim: {in: 1}, gap: 1, mix: {lead: 1}", "", []),
        ("trim: {in: 1}, mix: {lead: 1}", "", ["VS047"]),
    ],
)
def test_what_fits_between_two_scenes(tmp_path: Path, first: str, second: str, found: list[str]) -> None:
    assert codes(load(tmp_path, f"scenes: [{CARD % first}, {OTHER % second}]\n")) == found


@pytest.mark.parametrize(
    ("second", "found"),
    [("gap: 1", ["VS048"]), ("mode: open, gap: 1", []), ("first_frame: a.last_frame, gap: 1", [])],
)
def test_black_never_lies_within_a_shot(tmp_path: Path, second: str, found: list[str]) -> None:
    text = f"scenes: [{{id: a, action: x}}, {{id: b, action: y, {second}}}]\n"
    assert codes(load(tmp_path, text)) == found


@pytest.mark.parametrize(
    ("poster", "found"),
    [
        ("a", []),
        ("a+2.75", []),
        ("a+3", ["VS037"]),
        ("slow+7", []),  # how long effects make a scene is not known here
        ("off", ["VS024"]),
        ("nobody+1", ["VS024"]),
    ],
)
def test_a_poster_is_a_moment_of_the_film(tmp_path: Path, poster: str, found: list[str]) -> None:
    text = f"""poster: {poster}
scenes:
  - {{id: a, card: x, duration: 3, trim: {{in: 0.5}}, hold: 0.5}}
  - {{id: slow, card: y, effects: [{{name: MultiplySpeed, factor: 0.5}}]}}
  - {{id: off, card: z, skip: true}}
"""
    assert codes(load(tmp_path, text)) == found
