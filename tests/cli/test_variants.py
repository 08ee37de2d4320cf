"""Variants on the command line: priced in the plan, rendered as films of their own, under the same rules."""

from __future__ import annotations

from pathlib import Path

import pytest

import veo_story
from tests.support.cli import PAID, FakeBackend, run, write
from veo_story.errors import ConfigError, OutcomeUnknown
from veo_story.media.probe import probe

VARIANTS = """
variants:
  - {id: tall, aspect: 9:16, method: regenerate}
  - {id: off, aspect: 9:16, method: regenerate, enabled: false}
  - {id: cropped, aspect: 1:1}
"""


@pytest.fixture
def film(folder: Path) -> Path:
    return write(folder / "paid.yaml", PAID + VARIANTS)


def test_the_plan_prices_what_is_made_anew(film: Path) -> None:
    ran = run("plan", "paid.yaml")
    assert ran.code == 0
    tall = "variant tall (made anew, 9:16): 2 scenes, 0.40 USD, 0.40 at worst; render --variant tall"
    assert tall in ran.out
    assert "cost    0.40 USD for the whole film" in ran.out
    assert "off" not in ran.out
    assert "cropped" not in ran.out


def test_programs_are_told_of_all_of_them(film: Path) -> None:
    variants = run("plan", "paid.yaml", "--json").json["variants"]
    told = [(v["variant"], v["method"], v["enabled"], v["scenes"], v["expected_usd"]) for v in variants]
    assert told == [
        ("tall", "regenerate", True, 2, "0.40"),
        ("off", "regenerate", False, 2, "0.40"),
        ("cropped", "reframe", True, 0, "0"),
    ]


def test_a_variant_has_a_plan_of_its_own(film: Path) -> None:
    data = run("plan", "paid.yaml", "--variant", "tall", "--json").json
    assert data["film"] == "paid.tall"
    assert data["variants"] == []
    wide = run("plan", "paid.yaml", "--json").json
    assert [s["fingerprint"] for s in data["scenes"]] != [s["fingerprint"] for s in wide["scenes"]]
    assert run("plan", "paid.yaml", "--variant", "off", "--json").json["film"] == "paid.off"


def test_what_is_no_variant_made_anew_is_refused(film: Path) -> None:
    ran = run("render", "paid.yaml", "--variant", "tal")
    assert ran.code != 0
    assert "no variant is called 'tal'" in ran.err
    assert "did you mean 'tall'?" in ran.err
    ran = run("plan", "paid.yaml", "--variant", "cropped")
    assert ran.code != 0
    assert "the variant 'cropped' is cut from the film" in ran.err


def test_the_plan_of_a_variant_is_not_saved(film: Path, folder: Path) -> None:
    ran = run("plan", "paid.yaml", "--variant", "tall", "-o", "saved.json")
    assert ran.code == 2
    assert not (folder / "saved.json").exists()
    run("plan", "paid.yaml", "-o", "saved.json")
    ran = run("render", "saved.json", "--variant", "tall")
    assert ran.code == 2
    assert "--variant" in ran.err


def test_a_variant_is_paid_under_the_same_rules(film: Path, backend: FakeBackend) -> None:
    ran = run("render", "paid.yaml", "--variant", "tall", "--max-usd", "0.10", "--yes", backend=backend)
    assert ran.code != 0
    assert backend.sent == []


def test_a_variant_is_a_film_of_its_own(folder: Path, film: Path, backend: FakeBackend) -> None:
    ran = run("render", "paid.yaml", "--variant", "tall", "--yes", backend=backend)
    assert ran.code == 0, ran.err
    assert ran.out.startswith("renders/paid.tall/film.mp4  8 s, 192 frames, 0.40 USD")
    tall = probe(folder / "renders" / "paid.tall" / "film.mp4")
    assert (tall.width, tall.height) == (720, 1280)
    status = run("status", "paid.yaml", "--variant", "tall")
    assert "renders/paid.tall" in status.out
    assert "kept      2 of 2 scenes" in status.out
    assert run("cost", "paid.yaml", "--variant", "tall", "--json").json["film"] == "paid.tall"
    assert not (folder / "renders" / "paid").exists()
    assert "cost    0.40 USD" in run("plan", "paid.yaml").out


def test_a_lost_answer_is_settled_by_the_variants_name(film: Path, backend: FakeBackend) -> None:
    backend.trouble["a1"] = OutcomeUnknown("the answer was lost")
    ran = run("render", "paid.yaml", "--variant", "tall", "--yes", backend=backend)
    assert "veo-story reconcile paid.yaml --variant tall" in ran.err
    ran = run("reconcile", "paid.yaml", "--variant", "tall", "--settle", "0")
    assert ran.code == 0, ran.err
    assert run("reconcile", "paid.yaml").code == 0


def test_the_library_takes_a_variant_too(film: Path) -> None:
    tall, wide = veo_story.make_plan(film, variant="tall"), veo_story.make_plan(film)
    assert (tall.film, wide.film) == ("paid.tall", "paid")
    with pytest.raises(ConfigError):
        veo_story.make_plan(film, variant="cropped")
