"""A promotion that an edit of the storyboard has made impossible can be taken back."""

from __future__ import annotations

from pathlib import Path

from tests.cli.chain_film import CHAIN, Counting, listed, rendered_chain
from tests.support.cli import run, write


def test_a_tier_that_cannot_be_any_more_is_named_and_taken_back(folder: Path) -> None:
    rendered_chain(folder)
    service = Counting()
    assert run("promote", "chain.yaml", "a2", "--to", "lite", "--yes", backend=service).code == 0
    large = CHAIN.replace("tier: fast", "tier: fast, resolution: 4k").replace("duration: 4", "duration: 8")
    write(folder / "chain.yaml", large)
    assert run("check", "chain.yaml").code == 0
    refused = run("status", "chain.yaml")
    assert refused.code == 3
    assert "promoted scenes: a2 (lite); veo-story promote FILE SCENES --undo" in " ".join(refused.err.split())
    assert run("promote", "chain.yaml", "a2", "--undo", backend=service).code == 0
    assert run("status", "chain.yaml").code == 0
    assert service.asked == {"a2": 1}


def test_a_renamed_scene_is_promoted_before_its_next_render(folder: Path) -> None:
    rendered_chain(folder)
    service = Counting()
    assert run("retake", "chain.yaml", "a2", "--cut", "--yes", backend=service).code == 0
    write(folder / "chain.yaml", CHAIN.replace("id: a3", "id: z3"))
    assert run("promote", "chain.yaml", "a2", "--yes", backend=service).code == 0
    assert [take["pinned"] for take in listed("z3")] == ["cut"]
    assert run("promote", "chain.yaml", "a2", "--undo", backend=service).code == 0
    assert service.asked == {"a2": 2}


def test_a_promoted_scene_that_is_renamed_is_told_until_it_is_taken_back(folder: Path) -> None:
    rendered_chain(folder)
    service = Counting()
    assert run("promote", "chain.yaml", "a3", "--yes", backend=service).code == 0
    write(folder / "chain.yaml", CHAIN.replace("id: a3", "id: z3"))
    told = " ".join(run("plan", "chain.yaml").err.split())
    assert "warning: a3 was promoted to standard, and the film has no such scene now" in told
    assert run("promote", "chain.yaml", "z3", "--yes", backend=service).code == 0
    assert service.asked == {"a3": 1}  # its take came along
    assert run("promote", "chain.yaml", "a3", "--undo", backend=service).code == 0
    assert "was promoted" not in run("plan", "chain.yaml").err
    assert run("promote", "chain.yaml", "b9", "--undo", backend=service).code == 2
