"""Pinned scenes, bridges and tiers as the commands show and render them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import veo_story
from tests.cli.chain_film import CHAIN, Counting, copied, rendered_chain, serving
from tests.support.cli import NOW, run, write
from veo_story.ledger.sqlite import SqliteLedger
from veo_story.media.probe import probe
from veo_story.plan.takes import Pin, Seam

LEDGER = "renders/chain/ledger.sqlite"
SNOW = CHAIN.replace("Rain begins to fall", "Snow begins to fall")


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rendered_chain(tmp_path_factory.mktemp("rendered"))


@pytest.fixture
def chain(rendered: Path, folder: Path) -> Path:
    copied(rendered, folder)
    return folder / "chain.yaml"


def pin(scene: str, seam: Seam) -> str:
    """Let a scene stay on the take that it has in the film."""
    with SqliteLedger(Path(LEDGER)) as ledger:
        take = next(take.id for take in ledger.takes() if take.scene_id == scene)
        ledger.choose(pins={scene: Pin(scene, take, seam)}, now=NOW)
    return take


def promote(scene: str, tier: str) -> None:
    with SqliteLedger(Path(LEDGER)) as ledger:
        ledger.promote([scene], tier, now=NOW)


def scenes(*words: str) -> dict[str, dict[str, Any]]:
    return {scene["scene"]: scene for scene in run("plan", "chain.yaml", *words, "--json").json["scenes"]}


def test_a_kept_scene_is_told_and_costs_nothing(chain: Path) -> None:
    write(chain, SNOW)
    assert {name: scene["state"] for name, scene in scenes().items()} == {
        "a1": "kept",
        "a2": "stale",
        "a3": "stale",
    }
    take = pin("a3", "cut")
    ran = run("plan", "chain.yaml")
    assert "a2 stale: prompt changed" in ran.out
    assert "a3 stale" not in ran.out
    assert f"kept: a3 stays on {take}: hard cut after a2" in ran.out
    assert "to do   1 scene, 4 s" in ran.out
    assert scenes()["a3"]["kept"] == scenes()["a3"]["take"] == take
    service = Counting()
    ran = run("render", "chain.yaml", "--yes", backend=service)
    assert ran.code == 0, ran.err
    assert service.asked == {"a2": 1}
    assert serving()["a3"] == take
    # a2 is shown whole: what follows does not begin on its last frame.
    assert probe(Path("renders/chain/film.mp4")).frames == 95 + 96 + 96


def test_a_scene_that_still_goes_on_from_the_one_before_is_cut_nowhere(chain: Path) -> None:
    before = probe(Path("renders/chain/film.mp4")).frames
    take = pin("a3", "cut")
    ran = run("plan", "chain.yaml")
    assert f"kept: a3 stays on {take}: it goes on from {serving()['a2']}" in " ".join(ran.out.split())
    assert run("film", "chain.yaml").code == 0
    assert probe(Path("renders/chain/film.mp4")).frames == before


def test_a_bridge_is_a_step_of_its_own(chain: Path) -> None:
    write(chain, SNOW)
    take = pin("a3", "bridge")
    ran = run("plan", "chain.yaml")
    assert f"kept: a3 stays on {take}: a bridge of 8 s leads to it" in ran.out
    told = scenes()
    assert list(told) == ["a1", "a2", "a3+bridge", "a3"]
    assert (told["a3+bridge"]["mode"], told["a3+bridge"]["expected_usd"]) == ("interpolate", "0.80")
    service = Counting()
    ran = run("render", "chain.yaml", "--yes", backend=service)
    assert ran.code == 0, ran.err
    assert service.asked == {"a2": 1, "a3+bridge": 1}
    assert service.paid == Decimal("1.20")
    again = Counting()
    assert run("render", "chain.yaml", "--yes", backend=again).code == 0
    assert not again.asked


def test_a_pin_that_no_longer_applies_is_a_warning(chain: Path) -> None:
    take = pin("a3", "cut")
    write(chain, CHAIN.replace("The boat comes to rest", "The boat runs aground"))
    ran = run("plan", "chain.yaml")
    assert f"warning: a3 no longer stays on {take}: prompt changed" in ran.err
    assert "a3 stale: prompt changed" in ran.out
    assert "no longer stays" not in run("plan", "chain.yaml", "--quiet").err
    told = run("plan", "chain.yaml", "--json").json["warnings"]
    assert f"a3 no longer stays on {take}: prompt changed" in told


def test_a_draft_on_another_tier_and_what_was_promoted(chain: Path) -> None:
    assert "tiers" not in run("plan", "chain.yaml").out
    promote("a2", "standard")
    ran = run("plan", "chain.yaml")
    assert "tiers   fast (a1, a3), standard (a2)" in ran.out
    assert "a2 stale: model changed" in ran.out
    told = scenes()
    assert [told[name]["tier"] for name in ("a1", "a2", "a3")] == ["fast", "standard", "fast"]
    assert told["a2"]["model"] == "veo-3.1-generate-001"
    drafted = scenes("--tier", "lite")
    assert [drafted[name]["tier"] for name in ("a1", "a2", "a3")] == ["lite", "standard", "lite"]
    assert run("plan", "chain.yaml", "--tier", "gold").code == 2
    assert run("check", "chain.yaml", "--tier", "standard").code == 0


@pytest.mark.parametrize("command", ["status", "takes", "film"])
def test_every_command_reads_the_film_on_the_tier_that_is_asked(chain: Path, command: str) -> None:
    assert run(command, "chain.yaml", "--tier", "fast").code == 0
    ran = run(command, "chain.yaml", "--tier", "lite")
    if command == "status":
        assert "stale" in ran.out
    elif command == "takes":
        assert "in the film" not in ran.out
    else:
        assert (ran.code, "no take of a1, a2, a3" in ran.err) == (11, True)


def test_the_library_goes_the_same_way(chain: Path) -> None:
    write(chain, SNOW)
    take = pin("a3", "cut")
    service = Counting()
    made = veo_story.render_film("chain.yaml", open_backend=lambda _name: service)
    assert service.asked == {"a2": 1}
    assert made.plan.step("a3").kept == take
    assert made.film is not None
    assert not veo_story.cut_film("chain.yaml").made
    promote("a1", "standard")
    made = veo_story.render_film("chain.yaml", open_backend=lambda _name: service, only=["a1", "a2"])
    assert made.plan.step("a1").model == "veo-3.1-generate-001"
    assert veo_story.make_plan("chain.yaml", tier="lite").step("a1").model == "veo-3.1-lite-generate-001"
