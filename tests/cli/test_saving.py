"""``plan -o`` and ``render plan.json``: that plan is paid for, or nothing is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.cli import NOW, PAID, FakeBackend, run, write
from veo_story.errors import FilteredError, OutcomeUnknown
from veo_story.ledger.sqlite import SqliteLedger
from veo_story.plan.takes import AttemptState

CHAIN = """\
storyboard: 1
title: Chain
render: {backend: vertex, tier: fast}
budget: {max_usd: 50, confirm_over_usd: 0.5}
scenes:
  - {id: s01, duration: 8, action: A small boat leaves the harbour at dawn and turns to the sea}
  - {id: s02, first_frame: s01.last_frame, action: The boat meets the first high waves and slows down}
  - {id: s03, first_frame: s02.last_frame, action: The boat turns back to the harbour}
"""
EXTENDED = CHAIN.replace("first_frame: s01.last_frame, ", "").replace("first_frame: s02.last_frame, ", "")
NEW = "  - {id: s04, first_frame: s02.last_frame, action: An old man waits with a lamp}\n"


@pytest.fixture
def chain(folder: Path) -> Path:
    return write(folder / "chain.yaml", CHAIN)


def save(*words: str, into: str = "plan.json") -> None:
    ran = run("plan", *(words or ("chain.yaml",)), "-o", into)
    assert ran.code == 0, ran.err


def render(backend: FakeBackend, *words: str) -> tuple[int, str]:
    ran = run("render", "plan.json", "--yes", *words, backend=backend)
    return ran.code, ran.err


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    write(file, text.replace(old, new))


def test_a_saved_plan_is_rendered(chain: Path, backend: FakeBackend) -> None:
    ran = run("plan", "chain.yaml", "-o", "plan.json")
    assert "saved to plan.json: veo-story render plan.json pays for this plan only, 2.40 USD" in ran.err
    told = json.loads(Path("plan.json").read_text())
    assert next(iter(told)) == "veo_story_plan"
    assert told["storyboard"]["path"] == "chain.yaml"
    assert told["to_pay"] == {"expected_usd": "2.40", "worst_usd": "2.40"}
    assert [scene["missing_takes"] for scene in told["scenes"]] == [1, 1, 1]
    code, err = render(backend)
    assert code == 0, err
    assert backend.sent == ["s01", "s02", "s03"]
    assert Path("renders/chain/film.mp4").exists()
    assert render(backend)[0] == 0  # nothing is left of it, and that is fine
    assert len(backend.sent) == 3


def test_it_does_not_say_yes_by_itself(chain: Path, backend: FakeBackend) -> None:
    save()
    ran = run("render", "plan.json", backend=backend)
    assert (ran.code, backend.sent) == (4, [])
    assert "nobody is here to say yes" in ran.err


def test_what_changed_is_said_and_nothing_is_sent(chain: Path, backend: FakeBackend) -> None:
    save()
    edit(chain, "first high waves", "first low waves")
    edit(chain, "  - {id: s03, first_frame: s02", f"{NEW}  - {{id: s03, first_frame: s04")
    code, err = render(backend)
    assert (code, backend.sent) == (4, [])
    assert "plan.json is not the plan of today, so nothing was sent:" in err
    assert "s02: prompt changed (0.80 -> 0.80 USD)" in err
    assert "s04 is new (0.80 USD)" in err
    assert "s03: follows s04 (0.80 -> 0.80 USD)" in err
    assert "fix: to pay for the plan of today, save it: veo-story plan chain.yaml -o plan.json" in err


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{id: s02,", "{id: s02, notes: the second one,"),
        ("{id: s02,", "{id: s02, title: Waves,"),
        ("{id: s03,", "{id: s03, trim: {in: 1},"),
        ("max_usd: 50", "max_usd: 5"),
    ],
)
def test_what_no_model_sees_may_change(old: str, new: str, chain: Path, backend: FakeBackend) -> None:
    save()
    edit(chain, old, new)
    code, err = render(backend)
    assert code == 0, err


def test_the_basis_of_the_budget_is_part_of_it(chain: Path, backend: FakeBackend) -> None:
    write(chain, EXTENDED)
    save()
    edit(chain, "budget: {", "budget: {basis: assembled, ")
    code, err = render(backend)
    assert (code, backend.sent) == (4, [])
    assert "budget.basis was new, is assembled" in err
    assert "price of s02 was 0.70, is 1.50 USD" in err


def test_an_interrupted_run_of_it_goes_on(chain: Path, backend: FakeBackend) -> None:
    save()
    assert render(backend, "--only", "s01")[0] == 0
    backend.trouble["s03"] = FilteredError("no")
    assert render(backend)[0] == 8
    del backend.trouble["s03"]
    code, err = render(backend)
    assert code == 0, err
    assert backend.sent == ["s01", "s02", "s03", "s03"]


def test_a_take_that_was_paid_for_in_vain_needs_another_plan(chain: Path, backend: FakeBackend) -> None:
    save()
    assert render(backend, "--only", "s01")[0] == 0
    (clip,) = Path("renders/chain/takes/s01").glob("*/clip.mp4")
    clip.unlink()
    code, err = render(backend)
    assert (code, backend.sent) == (4, ["s01"])
    assert "0.80 USD more than the plan says would be paid for the film since it was made" in err


def test_paying_again_for_a_lost_answer_needs_another_plan(chain: Path, backend: FakeBackend) -> None:
    save()
    backend.trouble["s02"] = OutcomeUnknown("the line went dead")
    assert render(backend)[0] == 9
    assert render(backend)[0] == 9  # it may have been paid: it is not sent again by itself
    assert backend.sent == ["s01", "s02"]
    with SqliteLedger(Path("renders/chain/ledger.sqlite")) as ledger:
        (lost,) = [a.id for a in ledger.attempts() if a.state is AttemptState.UNKNOWN]
        ledger.again(lost, now=NOW)
    code, err = render(backend)
    assert (code, backend.sent) == (4, ["s01", "s02"])
    assert "0.80 USD more than the plan says" in err


def test_a_rejected_take_needs_another_plan(chain: Path, backend: FakeBackend) -> None:
    assert run("render", "chain.yaml", "--yes", "--only", "s01", backend=backend).code == 0
    save()
    assert run("reject", "chain.yaml", "s01").code == 0
    code, err = render(backend)
    assert (code, backend.sent) == (4, ["s01"])
    assert "was rejected, replaced or is gone: nothing serves now" in err


def test_a_plan_is_a_cap_of_its_own(folder: Path, backend: FakeBackend) -> None:
    write(folder / "chain.yaml", CHAIN.replace("max_usd: 50, ", ""))
    save()
    code, err = render(backend)
    assert code == 0, err
    assert "(cap 2.40)" in err


def test_a_tighter_cap_holds_too(chain: Path, backend: FakeBackend) -> None:
    save()
    code, _err = render(backend, "--max-usd", "1.70")
    assert (code, backend.sent) == (5, ["s01", "s02"])


def test_the_options_of_the_plan_come_with_it(chain: Path, backend: FakeBackend) -> None:
    save("chain.yaml", "--for", "local", "--local-result", "combined", "--tier", "lite")
    told = json.loads(Path("plan.json").read_text())
    assert told["options"] == {"backend": "local", "tier": "lite", "local_result": "combined"}
    for words in (("--backend", "vertex"), ("--tier", "fast"), ("--local-result", "tail")):
        code, err = render(backend, *words)
        assert code == 2
        assert f"says itself what {words[0]} is" in err
    assert backend.sent == []


def test_a_plan_below_another_folder(chain: Path, folder: Path, backend: FakeBackend) -> None:
    (folder / "films").mkdir()
    chain.rename(folder / "films" / "chain.yaml")
    save("films/chain.yaml")
    assert json.loads(Path("plan.json").read_text())["storyboard"]["path"] == "films/chain.yaml"
    assert render(backend)[0] == 0
    assert Path("renders/chain/film.mp4").exists()


def test_a_plan_outside_needs_a_word(chain: Path, folder: Path, backend: FakeBackend) -> None:
    (folder / "plans").mkdir()
    ran = run("plan", "chain.yaml", "-o", "plans/p.json")
    assert ran.code == 2
    assert "lies outside of the folder of plans/p.json" in ran.err
    save("chain.yaml", "--allow-outside", into="plans/p.json")
    ran = run("render", "plans/p.json", "--yes", backend=backend)
    assert (ran.code, backend.sent) == (3, [])
    assert "names a storyboard outside of its folder: '../chain.yaml'" in ran.err
    assert run("render", "plans/p.json", "--yes", "--allow-outside", backend=backend).code == 0


def test_saving_never_harms_another_file(chain: Path) -> None:
    before = chain.read_bytes()
    ran = run("plan", "chain.yaml", "-o", "chain.yaml")
    assert ran.code == 2
    assert "is there and is no saved plan" in ran.err
    assert chain.read_bytes() == before
    save()
    save()  # an older plan gives way
    assert sorted(path.name for path in Path().iterdir()) == ["chain.yaml", "plan.json"]


def test_plans_and_storyboards_side_by_side(chain: Path, paid: Path, backend: FakeBackend) -> None:
    save()
    ran = run("render", "plan.json", "paid.yaml", "--yes", backend=backend)
    assert ran.code == 0, ran.err
    assert sorted(backend.sent) == ["a1", "b1", "s01", "s02", "s03"]
    ran = run("render", "plan.json", "chain.yaml", "--yes", backend=backend)
    assert ran.code == 2
    assert "several films would be called chain" in ran.err


def test_json_that_is_a_storyboard_is_one(folder: Path, backend: FakeBackend) -> None:
    import yaml

    write(folder / "paid.json", json.dumps(yaml.safe_load(PAID)))
    assert run("render", "paid.json", "--yes", backend=backend).code == 0
