"""The library's verbs with options; the plain way is the example in ``veo_story``'s docstring."""

from __future__ import annotations

import asyncio
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

import veo_story
from tests.support.cli import CARDS, FakeBackend, write
from veo_story.engine.stop import StopSignal
from veo_story.errors import BudgetError, ConfigError, GenerationError, MediaError, StoryboardError

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.engine.events import Event


def test_a_storyboard_is_loaded(cards: Path) -> None:
    storyboard = veo_story.load_storyboard(cards)
    assert isinstance(storyboard, veo_story.Storyboard)
    assert [scene.id for scene in storyboard.scenes()] == ["hello", "bye"]


def test_errors_carry_all_problems(broken: Path) -> None:
    with pytest.raises(StoryboardError, match="in line 3") as caught:
        veo_story.load_storyboard(broken)
    assert [problem.code for problem in caught.value.problems] == ["VS011"]
    with pytest.raises(StoryboardError):
        veo_story.make_plan(str(broken))
    with pytest.raises(StoryboardError):
        veo_story.render_film(broken)


def test_options_of_a_check(cards: Path, paid: Path) -> None:
    assert veo_story.check_storyboard(cards, today=date(2030, 1, 1)).ok
    with pytest.raises(ConfigError):
        veo_story.check_storyboard(cards, backend="vertx")
    assert veo_story.make_plan(paid, catalog=veo_story.load_catalog()).expected_usd == Decimal("0.40")


def test_a_gate_leaves_what_waits_for_a_person(paid: Path, folder: Path, backend: FakeBackend) -> None:
    rendered = veo_story.render_film(paid, gate="film", open_backend=lambda _name: backend)
    assert rendered.film is not None
    assert [take.scene_id for take in rendered.run.waiting] == ["a1", "b1"]
    gated = veo_story.render_film(paid, gate="chain", renders="x", open_backend=lambda _name: backend)
    assert gated.film is None
    assert [take.scene_id for take in gated.run.waiting] == ["a1"]


def test_a_paid_film(paid: Path, folder: Path, backend: FakeBackend) -> None:
    events: list[Event] = []
    rendered = veo_story.render_film(
        paid,
        renders=folder / "there",
        max_usd=Decimal(1),
        on_event=events.append,
        open_backend=lambda _name: backend,
        concurrency=1,
    )
    assert rendered.film is not None
    assert rendered.film.path == folder / "there" / "paid" / "film.mp4"
    assert rendered.run.spent_usd == Decimal("0.40")
    assert isinstance(rendered.run.takes["a1"], veo_story.Take)
    assert type(events[-1]).__name__ == "RunEnded"
    again = veo_story.cut_film(paid, renders=folder / "there")
    assert not again.made


def test_a_cap_of_the_caller_holds(paid: Path, backend: FakeBackend) -> None:
    with pytest.raises(BudgetError):
        veo_story.render_film(paid, max_usd=Decimal("0.10"), open_backend=lambda _name: backend)
    assert backend.sent == []


def test_a_failed_scene_is_raised_when_the_others_are_done(paid: Path, backend: FakeBackend) -> None:
    backend.trouble["a1"] = GenerationError("internal")
    with pytest.raises(GenerationError):
        veo_story.render_film(paid, open_backend=lambda _name: backend)
    assert sorted(backend.sent) == ["a1", "b1"]
    with pytest.raises(MediaError, match="no take of a1"):
        veo_story.cut_film(paid)


def test_a_film_in_parts_and_a_film_that_is_stopped(paid: Path, backend: FakeBackend) -> None:
    part = veo_story.render_film(paid, only=["b1"], open_backend=lambda _name: backend)
    assert part.film is None
    assert set(part.run.takes) == {"b1"}

    async def stopped() -> object:
        stop = StopSignal()
        stop.set()
        return await veo_story.render_film_async(paid, stop=stop, open_backend=lambda _name: backend)

    rendered = asyncio.run(stopped())
    assert rendered.film is None
    assert backend.sent == ["b1"]


def test_clips_outside_of_the_folder_need_a_word(folder: Path) -> None:
    (folder / "board").mkdir()
    path = write(
        folder / "board" / "film.yaml",
        CARDS.replace("{id: hello, card: Hello,", "{id: hello, image: ../x.png,"),
    )
    from PIL import Image

    Image.new("RGB", (1280, 720)).save(folder / "x.png")
    assert not veo_story.check_storyboard(path).ok
    assert veo_story.check_storyboard(path, allow_outside=True).ok


def test_what_a_service_is_told_is_checked_before_anything_is_sent(paid: Path, folder: Path) -> None:
    with pytest.raises(ConfigError, match="'Team' is no name of a label"):
        veo_story.render_film(paid, labels={"Team": "story"})
    with pytest.raises(ConfigError, match="is no place in Cloud Storage"):
        veo_story.render_film(paid, gcs="my-bucket")
    assert not (folder / "renders").exists()
