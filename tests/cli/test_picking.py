"""``pick``, ``approve``, ``reject`` and ``takes``: decisions about takes, of which none sends anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.chain_film import CHAIN, Counting, copied, listed, rendered_chain, serving
from tests.support.cli import run, write

TABLE = """\
pick of a2, take 2
  now     0.00 USD  nothing is sent by picking
  later   0.40 USD  a3 is made from another take: the next render makes it anew
  bridge  0.80 USD  or an 8 s interpolation leads from the new take to a3; a3 stays (--bridge)
  cut     0.00 USD  or a hard cut: a3 stays as it is (--cut)
"""


@pytest.fixture(scope="module")
def retaken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The chain with a second take of a2 that nothing was made from."""
    folder = rendered_chain(tmp_path_factory.mktemp("retaken"))
    with pytest.MonkeyPatch.context() as at:
        at.chdir(folder)
        assert run("retake", "chain.yaml", "a2", "--why", "too wet", backend=Counting()).code == 0
    return folder


@pytest.fixture
def chain(retaken: Path, folder: Path) -> Path:
    copied(retaken, folder)
    return folder / "chain.yaml"


@pytest.fixture
def service() -> Counting:
    return Counting()


def test_a_pick_tells_what_it_costs(chain: Path, service: Counting) -> None:
    before = serving()
    ran = run("pick", "chain.yaml", "a2", "2")
    assert ran.code == 0, ran.err
    # The table goes to stderr, what was decided to stdout.
    assert ran.err == TABLE
    assert "a2: take 2 (a2/" in ran.out and "to render now: a3, 0.40 USD; nothing was sent" in ran.out
    assert set(serving()) == {"a1", "a2"}
    back = run("pick", "chain.yaml", "a2", "auto", "--json").json
    assert (back["to_render"], back["take"], back["consequences"]["later"]["usd"]) == ({}, None, "0")
    assert serving() == before


@pytest.mark.parametrize(
    ("seam", "price", "to_render"), [("cut", "0", {}), ("bridge", "0.80", {"a3+bridge": 1})]
)
def test_a_pick_with_a_seam_keeps_what_follows(
    chain: Path, service: Counting, seam: str, price: str, to_render: dict[str, int]
) -> None:
    before = serving()
    told = run("pick", "chain.yaml", "a2", "2", f"--{seam}", "--json").json
    assert (told["to_render"], told["to_render_usd"]) == (to_render, price)
    assert told["pinned"] == {"a3": before["a3"]}
    assert serving()["a3"] == before["a3"]
    assert run("render", "chain.yaml", backend=service).code == 0
    assert service.asked == to_render
    # An older take whose children are there brings them back, and the pin goes.
    assert run("pick", "chain.yaml", "a2", "1", "-q").out == ""
    assert (serving(), [t["pinned"] for t in listed("a3")]) == (before, [None])


def test_an_older_take_brings_its_chain_back(chain: Path, service: Counting) -> None:
    before = serving()
    run("pick", "chain.yaml", "a2", "2")
    assert run("render", "chain.yaml", backend=service).code == 0
    onward = serving()
    assert onward["a3"] != before["a3"] and service.asked == {"a3": 1}
    assert run("pick", "chain.yaml", "a2", before["a2"]).code == 0
    assert serving() == before
    # The take of the other chain can be had too: the film cuts to it.
    ran = run("pick", "chain.yaml", "a3", onward["a3"])
    assert f"a3: stays on {onward['a3']}; the film cuts to it" in ran.out
    assert serving() == before | {"a3": onward["a3"]}
    assert run("pick", "chain.yaml", "a3", "auto").code == 0
    assert serving() == before
    assert run("takes", "chain.yaml", "--pick", "a2=2", "--pick", "a1=auto").code == 0
    assert serving() == onward


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("a2", "3"), "scene 'a2' has no take 3 that fits; there are a2/"),
        (("a2", "a2/ffffffff-1"), "scene 'a2' has no take 'a2/ffffffff-1'"),
        (("a7", "1"), "there is no scene 'a7'"),
        (("a3", "1", "--bridge"), "--bridge: nothing comes after a3 in the film"),
        (("a2", "1", "--bridge"), "--bridge: a3 was made from that very take"),
    ],
)
def test_what_cannot_be_picked(chain: Path, words: tuple[str, ...], told: str) -> None:
    ran = run("pick", "chain.yaml", *words)
    assert (ran.code, told in ran.err) == (2, True), ran.err


def test_a_take_of_other_words_cannot_be_picked(chain: Path) -> None:
    old = serving()["a2"]
    write(chain, CHAIN.replace("Rain begins", "Snow begins"))
    ran = run("pick", "chain.yaml", "a2", old)
    assert (ran.code, f"{old} was made from other words: prompt changed since" in ran.err) == (2, True)
    assert run("pick", "chain.yaml", "a2", "1").code == 2


def test_nothing_was_rendered_yet(folder: Path) -> None:
    write(folder / "chain.yaml", CHAIN)
    assert run("pick", "chain.yaml", "a2", "auto").code == 12
    assert run("approve", "chain.yaml", "a2").code == 2
    assert run("promote", "chain.yaml", "a2").code == 12


def test_approved(chain: Path) -> None:
    ran = run("approve", "chain.yaml", "a1,a3")
    assert (ran.code, ran.out.count("is approved")) == (0, 2)
    assert [t["approved"] for t in listed()] == [True, False, False, True]
    assert run("approve", "chain.yaml", "--all", "--json").json["to_render"] == []
    assert [t["approved"] for t in listed()] == [True, True, False, True]
    assert "in the film, approved" in run("takes", "chain.yaml", "a1..a2").out
    for words in ((), ("a1", "--all"), ("--take", "2"), ("a1..a2", "--take", "1")):
        assert run("approve", "chain.yaml", *words).code == 2


def test_an_approved_take_goes_before_one_that_others_were_made_from(chain: Path) -> None:
    told = run("approve", "chain.yaml", "a2", "--take", "2").out.splitlines()
    assert [line.partition(": ")[0] for line in told] == ["a2", "a2", "to render anew"]
    assert told[2] == "to render anew: a3, 0.40 USD; nothing was sent"


def test_rejected(chain: Path, folder: Path) -> None:
    before = serving()
    clips = sorted(folder.glob("renders/chain/takes/*/*/clip.mp4"))
    ran = run("reject", "chain.yaml", "a2", "--why", "the boat is blue")
    assert ran.code == 0, ran.err
    assert "is rejected" in ran.out and "take 2 (a2/" in ran.out
    assert "to render anew: a3, 0.40 USD; nothing was sent" in ran.out
    assert serving()["a2"] == listed("a2")[1]["take"]
    table = run("takes", "chain.yaml", "a2").out
    assert "rejected: the boat is blue" in table and "asked for: too wet" in table
    refused = run("pick", "chain.yaml", "a2", "1")
    assert (refused.code, "was rejected" in refused.err) == (2, True)
    assert run("reject", "chain.yaml", "a2", "--undo", "--json").json["decision"] == "no longer rejected"
    assert serving() == before
    assert run("reject", "chain.yaml", "a2", "--undo").code == 2
    assert run("reject", "chain.yaml", "a2", "1", "--undo").code == 2
    assert sorted(folder.glob("renders/chain/takes/*/*/clip.mp4")) == clips


def test_a_word_takes_the_other_back(chain: Path) -> None:
    run("approve", "chain.yaml", "a3")
    told = run("reject", "chain.yaml", "a3", "--json").json
    assert (told["to_render"], told["to_render_usd"], told["to_render_other_usd"]) == (["a3"], "0.40", "0.40")
    assert [(t["approved"], t["rejected"]) for t in listed("a3")] == [(False, "")]
    assert run("approve", "chain.yaml", "a3", "--take", "1").code == 0
    assert [(t["approved"], t["rejected"]) for t in listed("a3")] == [(True, None)]


def test_a_rejected_take_is_pinned_no_longer(chain: Path, service: Counting) -> None:
    run("pick", "chain.yaml", "a2", "2", "--cut")
    told = run("reject", "chain.yaml", "a3", "--json").json
    assert told["to_render"] == ["a3"]
    assert run("render", "chain.yaml", backend=service).code == 0
    assert service.asked == {"a3": 1}


def test_a_bridge_is_approved_and_rejected_like_a_scene(chain: Path, service: Counting) -> None:
    run("pick", "chain.yaml", "a2", "2", "--bridge")
    ran = run("render", "chain.yaml", "--gate", "film", backend=service)
    assert (ran.code, service.asked) == (4, {"a3+bridge": 1})
    [_, named] = ran.err.split("veo-story approve chain.yaml ")
    assert run("approve", "chain.yaml", *named.split()).code == 0
    assert run("render", "chain.yaml", "--gate", "film", backend=service).code == 0
    told = run("reject", "chain.yaml", "a3+bridge", "--why", "a cut in it", "--json").json
    assert (told["to_render"], told["to_render_usd"]) == (["a3+bridge"], "0.80")
    assert run("reject", "chain.yaml", "a3+bridge", "--undo").code == 0
    assert run("render", "chain.yaml", backend=service).code == 0
    assert service.asked == {"a3+bridge": 1}
