"""``retake`` and ``promote`` with a service that obeys a script."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.cli.chain_film import CHAIN, Clock, Counting, at, copied, listed, rendered_chain, serving
from tests.support.cli import run, write
from veo_story.backends.base import Filtered
from veo_story.errors import OutcomeUnknown


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rendered_chain(tmp_path_factory.mktemp("rendered"))


@pytest.fixture
def chain(rendered: Path, folder: Path) -> Path:
    copied(rendered, folder)
    return folder / "chain.yaml"


@pytest.fixture
def service() -> Counting:
    return Counting()


def film(folder: Path) -> bytes:
    return (folder / "renders/chain/film.mp4").read_bytes()


def test_a_retake_leaves_the_film_as_it_is(chain: Path, folder: Path, service: Counting) -> None:
    before, cut = serving(), film(folder)
    ran = run("retake", "chain.yaml", "a2", "--why", "too wet", backend=service)
    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[0] == "retake of a2 (fast, 4 s), 1 take"
    assert "veo-story pick chain.yaml a2 2 [--cut|--bridge] puts it into the film" in ran.out
    assert service.asked == {"a2": 1}
    assert (serving(), film(folder)) == (before, cut)
    assert [(t["number"], t["why"]) for t in listed("a2")] == [(1, None), (2, "too wet")]
    run("render", "chain.yaml", backend=service)
    assert (service.asked, film(folder)) == ({"a2": 1}, cut)


def test_a_retake_of_the_last_scene_waits_for_a_pick_too(
    chain: Path, folder: Path, service: Counting
) -> None:
    before, cut = serving(), film(folder)
    ran = run("retake", "chain.yaml", "a3", "--takes", "2", "-q", backend=service)
    assert ran.code == 0, ran.err
    paths = ran.out.splitlines()
    assert len(paths) == 2 and all(Path(path).is_file() for path in paths)
    run("render", "chain.yaml", backend=service)
    assert (serving(), film(folder)) == (before, cut)
    assert run("pick", "chain.yaml", "a3", "3").code == 0
    assert serving() == before | {"a3": listed("a3")[2]["take"]}


def test_by_a_cut(chain: Path, service: Counting) -> None:
    before = serving()
    ran = run("retake", "chain.yaml", "a2", "--cut", "--json", backend=service)
    assert ran.code == 0, ran.err
    told = {line["event"]: line for line in ran.lines}
    assert next(iter(told)) == "consequences" and list(told)[-1] == "film_cut"
    assert told["retaken"]["picked"] is True
    assert serving() == before | {"a2": told["retaken"]["takes"][0]["take"]}
    assert [t["pinned"] for t in listed("a3")] == ["cut"]
    assert run("render", "chain.yaml", backend=service).code == 0
    assert service.asked == {"a2": 1}


def test_by_a_bridge(chain: Path, service: Counting) -> None:
    ran = run("retake", "chain.yaml", "a2", "--bridge", backend=service)
    assert ran.code == 0, ran.err
    assert service.asked == {"a2": 1, "a3+bridge": 1}
    assert "2 paid scenes on vertex" in ran.err
    # Three clips of 4 s and a bridge of 8 s; at each of the three joins one frame is shown once.
    frames = re.search(r"(\d+) frames", ran.out)
    assert frames is not None and int(frames[1]) == 5 * 96 - 3


def test_the_words_have_changed(chain: Path, service: Counting) -> None:
    write(chain, CHAIN.replace("Rain begins", "Snow begins"))
    before = serving()
    assert set(before) == {"a1"}
    ran = run("retake", "chain.yaml", "a2", "--cut", backend=service)
    assert ran.code == 0, ran.err
    assert service.asked == {"a2": 1}
    assert "film.mp4" in ran.out
    assert set(serving()) == {"a1", "a2", "a3"}


@pytest.mark.parametrize("seam", [(), ("--cut",), ("--bridge",)])
def test_what_failed_is_gone_on_with(chain: Path, seam: tuple[str, ...]) -> None:
    service = Counting(trouble={"a2": Filtered(("no",))})
    words = ("retake", "chain.yaml", "a2", *seam)
    assert run(*words, backend=service).code == 8
    service.trouble.clear()
    ran = run(*words, backend=service)
    assert ran.code == 0, ran.err
    assert "a2: going on with the retake that was ordered at" in ran.err
    assert len(listed("a2")) == 2
    # Done: the next one is another retake.
    assert run(*words, backend=service).code == 0
    assert len(listed("a2")) == 3


def test_a_bridge_that_failed_costs_no_other_take(chain: Path) -> None:
    service = Counting(trouble={"a3+bridge": Filtered(("no",))})
    words = ("retake", "chain.yaml", "a2", "--bridge")
    assert run(*words, backend=service).code == 8
    service.trouble.clear()
    ran = run(*words, backend=service)
    assert (ran.code, service.asked["a2"]) == (0, 1)
    assert "nothing is sent" in ran.out


def test_an_answer_that_was_lost(chain: Path) -> None:
    service = Counting(trouble={"a2": OutcomeUnknown("the line went dead")})
    for _ in range(2):
        ran = run("retake", "chain.yaml", "a2", "--cut", backend=service)
        assert ran.code == 9, ran.err
    assert service.sent == ["a2"]
    assert "veo-story reconcile" in ran.err
    service.trouble.clear()
    settled = run("reconcile", "chain.yaml", "a2", "--again", backend=service)
    assert settled.code == 0, settled.err
    ran = run("retake", "chain.yaml", "a2", "--cut", backend=service)
    assert (ran.code, service.sent) == (0, ["a2", "a2"]), ran.err
    assert serving()["a2"] == listed("a2")[1]["take"]


def test_another_seam_of_an_order_that_is_open(chain: Path) -> None:
    service = Counting(trouble={"a2": Filtered(("no",))})
    assert run("retake", "chain.yaml", "a2", backend=service).code == 8
    service.trouble.clear()
    assert run("retake", "chain.yaml", "a2", "--cut", backend=service).code == 0
    assert len(listed("a2")) == 2
    assert serving()["a2"] == listed("a2")[1]["take"]


def test_a_pick_ends_an_order(chain: Path) -> None:
    service = Counting(trouble={"a2": Filtered(("no",))})
    assert run("retake", "chain.yaml", "a2", backend=service).code == 8
    picked = run("pick", "chain.yaml", "a2", "1")
    assert (picked.code, picked.err) == (0, "a2: the retake that was not finished is dropped\n")


def test_limits_hold_before_anything_is_sent(chain: Path, service: Counting) -> None:
    ran = run("retake", "chain.yaml", "a2", "--takes", "3", backend=service)
    assert ran.code == 5
    assert "a2 has 1 take of these words, 3 takes more would pass budget.max_takes (3)" in ran.err
    ran = run("retake", "chain.yaml", "a2", "--bridge", "--max-usd", "1.90", backend=service)
    assert ran.code == 5
    assert "this costs 1.20 USD, 1.20 are spent" in ran.err
    write(chain, CHAIN.replace("confirm_over_usd: 5", "confirm_over_usd: 0.1"))
    assert run("retake", "chain.yaml", "a2", backend=service).code == 4
    assert run("retake", "chain.yaml", "a2", "--dry-run", backend=service).code == 0
    assert (service.sent, len(listed("a2"))) == ([], 1)
    write(chain, CHAIN)
    assert "going on" not in run("retake", "chain.yaml", "a2", backend=service).err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("a9",), "there is no scene 'a9'"),
        (("a1..a2",), "names 2 scenes; say one"),
        (("a3", "--bridge"), "--bridge: nothing comes after a3 in the film"),
    ],
)
def test_what_cannot_be_meant(chain: Path, service: Counting, words: tuple[str, ...], told: str) -> None:
    ran = run("retake", "chain.yaml", *words, backend=service)
    assert (ran.code, service.sent) == (2, [])
    assert told in ran.err


def test_the_storyboards_own_pick_is_the_authors(chain: Path, service: Counting) -> None:
    write(chain, CHAIN.replace("id: a2\n", "id: a2\n    takes: 2\n    pick: 1\n"))
    for words in (("retake", "a2"), ("pick", "a2", "1")):
        ran = run(words[0], "chain.yaml", *words[1:], backend=service)
        assert (ran.code, "the storyboard picks take 1 of a2" in ran.err) == (2, True)


def test_promoted_and_taken_back(chain: Path, folder: Path, service: Counting) -> None:
    before, cut = serving(), film(folder)
    ran = run("promote", "chain.yaml", "a2", backend=service)
    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[0] == "promotion of a2 to standard"
    assert service.asked == {"a2": 1}
    after = serving()
    assert {s for s in before if before[s] != after[s]} == {"a2"}
    assert "nothing is sent: the takes are there" in run("promote", "chain.yaml", "a2", backend=service).out
    assert run("promote", "chain.yaml", "a2", "--undo", backend=service).code == 0
    assert (serving(), film(folder), service.asked) == (before, cut, {"a2": 1})


def test_promoted_and_all_that_follows(chain: Path, service: Counting) -> None:
    ran = run("promote", "chain.yaml", "a1", "--to", "standard", "--onward", backend=service)
    assert ran.code == 0, ran.err
    assert service.asked == {"a1": 1, "a2": 1, "a3": 1}
    assert [t["model"].count("fast") for t in listed() if t["in_film"]] == [0, 1, 1]


def test_promoted_with_a_bridge(chain: Path, service: Counting) -> None:
    ran = run("promote", "chain.yaml", "a2", "--bridge", backend=service)
    assert ran.code == 0, ran.err
    assert service.asked == {"a2": 1, "a3+bridge": 1}
    # Said once more without a way, it leaves the bridge.
    assert run("promote", "chain.yaml", "a2", backend=service).code == 0
    assert [take["pinned"] for take in listed("a3")] == ["bridge"]


def test_what_cannot_be_promoted(chain: Path, service: Counting) -> None:
    ran = run("promote", "chain.yaml", "a2", "--to", "fast", backend=service)
    assert (ran.code, "a2 is on fast already" in ran.err) == (2, True)
    ran = run("promote", "chain.yaml", "a3", "--bridge", backend=service)
    assert (ran.code, "nothing comes after a3" in ran.err) == (2, True)
    ran = run("promote", "chain.yaml", "a2", "--backend", "local", backend=service)
    assert (ran.code, "the local backend, which has no tiers" in ran.err) == (2, True)
    assert service.sent == []


UNMADE = "  - {id: z1, mode: open, duration: 4, action: The island lies empty under the first stars}\n"
COMMANDS = {
    "retake": ("retake", "chain.yaml", "a2"),
    "bridge": ("retake", "chain.yaml", "a2", "--bridge"),
    "promote": ("promote", "chain.yaml", "a2", "--bridge"),
}


BY_CUT = ("retake", "chain.yaml", "a2", "--cut")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_crash_at_any_moment_pays_for_nothing_twice(
    name: str, rendered: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process ends at every look at the clock in turn; the same command then finishes the work."""
    environ = {"VEO_STORY_STATE": os.environ["VEO_STORY_STATE"]}
    wanted = {"a2": 1} | ({"a3+bridge": 1} if "--bridge" in COMMANDS[name] else {})
    unknown = last = 0
    while True:
        last += 1
        copied(rendered, tmp_path / str(last))
        monkeypatch.chdir(tmp_path / str(last))
        write(Path("chain.yaml"), CHAIN + UNMADE)  # cutting the film over and over would take long
        service = Counting()
        first = at(Clock(last), *COMMANDS[name], backend=service, environ=environ)
        if first is not None:
            break
        again = at(Clock(), *COMMANDS[name], backend=service, environ=environ)
        assert again is not None
        if again.code == 9:  # it was sent, and the answer died with the process
            unknown += 1
            assert service.asked in ({"a2": 1}, wanted), last
            assert "reconcile" in again.err or "nobody knows" in again.err, again.err
            continue
        assert (again.code, service.asked) == (0, wanted), (last, again.err)
        takes = [take for take in listed("a2") if take["in_film"]]
        assert [t["number"] for t in takes] == [1 if name == "retake" else 2 if name != "promote" else 1]
    assert first.code == 0, first.err
    assert unknown == len(wanted) and last > 10


def test_a_crash_around_the_cutting_of_the_film(
    rendered: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environ = {"VEO_STORY_STATE": os.environ["VEO_STORY_STATE"]}
    films, whole = set(), Clock()
    for name, before_the_end in (("whole", None), ("c", 2), ("b", 1), ("a", 0)):
        copied(rendered, tmp_path / name)
        monkeypatch.chdir(tmp_path / name)
        service, clock = Counting(), whole
        if before_the_end is not None:
            assert at(Clock(whole.looks - before_the_end), *BY_CUT, backend=service, environ=environ) is None
            clock = Clock()
        ran = at(clock, *BY_CUT, backend=service, environ=environ)
        assert ran is not None and (ran.code, service.asked) == (0, {"a2": 1}), ran
        films.add(film(tmp_path / name))
    assert len(films) == 1
