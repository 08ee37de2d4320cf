"""What variants cost that are made anew."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from veo_story.catalog.catalog import load_catalog
from veo_story.errors import ConfigError
from veo_story.plan.check import check_storyboard
from veo_story.plan.variants import Priced, priced
from veo_story.storyboard.load import load_storyboard
from veo_story.storyboard.model import Storyboard

TODAY = date(2026, 6, 1)
BOARD = """\
storyboard: 1
title: T
render: {backend: vertex, tier: fast}
budget: {max_usd: 20}
scenes:
  - {id: t, card: Words, duration: 2}
  - {id: a, action: A boat leaves the harbour}
  - {id: b, action: It meets the open sea}
variants:
  - {id: tall, aspect: 9:16, method: regenerate}
  - {id: square, aspect: 1:1, method: regenerate, enabled: false}
  - {id: cropped, aspect: 1:1}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "boat.yaml").write_text(BOARD)
    return tmp_path / "boat.yaml"


def board_of(path: Path) -> Storyboard:
    board = load_storyboard(path).storyboard
    assert board is not None
    return board


def test_each_has_a_price_as_a_plan_of_its_own(path: Path) -> None:
    tall, square, cropped = priced(board_of(path), load_catalog(), today=TODAY)
    whole = check_storyboard(path, load_catalog(), today=TODAY).plan
    assert whole is not None
    assert tall.plan is not None
    assert tall.plan.film == "boat.tall"
    assert (tall.expected_usd, tall.worst_usd) == (whole.expected_usd, whole.worst_usd)
    assert tall.expected_usd > 0
    assert {step.parameters.size for step in tall.plan.steps()} == {(720, 1280)}
    assert cropped == Priced(cropped.variant)
    assert (cropped.expected_usd, cropped.worst_usd) == (Decimal(0), Decimal(0))
    assert square.plan is None
    assert [problem.code for problem in square.problems] == ["VS120"]


def test_it_is_the_same_plan_as_the_one_that_is_rendered(path: Path) -> None:
    checked = check_storyboard(path, load_catalog(), today=TODAY, variant="tall", with_digests=True)
    assert checked.ok
    assert checked.plan is not None
    [tall, *_] = priced(board_of(path), load_catalog(), today=TODAY)
    assert tall.plan is not None
    assert checked.plan.expected_usd == tall.plan.expected_usd
    prints = [step.fingerprint for step in checked.plan.steps()]
    assert prints == [step.fingerprint for step in tall.plan.steps()]


def test_another_backend_has_another_price(path: Path) -> None:
    [tall, *_] = priced(board_of(path), load_catalog(), today=TODAY, backend="local")
    assert tall.expected_usd == 0


def test_a_shape_that_nobody_makes_is_told_when_it_is_wanted(path: Path) -> None:
    path.write_text(BOARD.replace(", enabled: false", ""))
    found = check_storyboard(path, load_catalog(), today=TODAY)
    assert [problem.code for problem in found.problems] == ["VS125"]
    assert found.plan is None


@pytest.mark.parametrize(
    ("name", "told"), [("cropped", "is cut from the film"), ("tal", "no variant is called 'tal'")]
)
def test_only_what_is_made_anew_can_be_rendered(path: Path, name: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        check_storyboard(path, load_catalog(), today=TODAY, variant=name)
