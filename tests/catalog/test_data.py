"""The data that ships: its shape, its completeness and the figures of the fact sheet."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest

from veo_story.catalog import catalog as catalog_module
from veo_story.catalog.catalog import ANY_TIER, load_catalog
from veo_story.storyboard.model import Mode

ROOT = Path(__file__).parents[2]
DATA = json.loads((Path(catalog_module.__file__).parent / "models.json").read_text("utf-8"))
SCHEMA = json.loads((ROOT / "schemas" / "catalog.v1.schema.json").read_text("utf-8"))
GENERATED = {Mode.OPEN, Mode.EXTEND, Mode.ANIMATE, Mode.INTERPOLATE}


def test_the_data_fits_its_schema() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    jsonschema.Draft7Validator(SCHEMA).validate(DATA)


@pytest.mark.parametrize(
    "break_it",
    [
        lambda d: d["models"][1]["facts"]["prices"].pop("from"),
        lambda d: d["models"][1]["facts"]["prices"].pop("source"),
        lambda d: d["models"][1]["facts"]["prices"]["rows"][0].update(usd_per_s=-1),
        lambda d: d["platforms"][0]["facts"]["chain"].pop("adds_s"),
        lambda d: d["platforms"][0]["facts"]["lengths"].update(durations=[4]),
        lambda d: d["models"][1].update(note="?"),
    ],
)
def test_the_schema_refuses_what_the_reader_could_not_use(break_it) -> None:
    data = json.loads(json.dumps(DATA))
    break_it(data)
    assert not jsonschema.Draft7Validator(SCHEMA).is_valid(data)


def test_every_group_of_facts_says_where_it_comes_from_and_when_it_was_checked() -> None:
    for row in (*DATA["platforms"], *DATA["models"]):
        for name, group in row["facts"].items():
            assert group["source"], (row["id"], name)
            assert date.fromisoformat(group["checked_on"]) <= date.fromisoformat(DATA["checked_on"])


def test_every_tier_names_a_model_of_its_platform() -> None:
    catalog = load_catalog()
    for platform in catalog.platforms:
        for tier, model in platform.tiers.items():
            row = catalog.capabilities(platform.id, tier)
            assert row.model == model
            assert row.tier in (tier, ANY_TIER)


def test_model_ids_are_unique_on_their_platform() -> None:
    ids = [(m.backend, m.model) for m in load_catalog().models()]
    assert len(ids) == len(set(ids)) == 13


PRICES = {
    "standard": (["0.40", "0.40", "0.60"], ["0.20", "0.20", "0.40"]),
    "fast": (["0.10", "0.12", "0.30"], ["0.08", "0.10", "0.25"]),
    "lite": (["0.05", "0.08"], ["0.03", "0.05"]),
}


@pytest.mark.parametrize("tier", PRICES)
def test_prices_of_the_sheet(tier: str) -> None:
    sound, silent = PRICES[tier]
    for backend in ("gemini", "vertex"):
        caps = load_catalog().capabilities(backend, tier)
        assert not caps.is_free
        for resolution, usd in zip(caps.resolutions, sound, strict=True):
            assert caps.usd_per_s(resolution, audio=True) == Decimal(usd)
    vertex, gemini = (load_catalog().capabilities(b, tier) for b in ("vertex", "gemini"))
    for resolution, usd in zip(vertex.resolutions, silent, strict=True):
        assert vertex.usd_per_s(resolution, audio=False) == Decimal(usd)
        # Gemini has no silent price: leaving sound out saves nothing there.
        assert gemini.usd_per_s(resolution, audio=False) == gemini.usd_per_s(resolution, audio=True)
    assert {p.audio for p in gemini.prices} == {True}


def test_a_resolution_that_is_not_made_has_no_price() -> None:
    with pytest.raises(KeyError):
        load_catalog().capabilities("vertex", "lite").usd_per_s("4k", audio=True)


def test_modes_references_and_resolutions_of_the_sheet() -> None:
    def facts(backend: str, tier: str) -> tuple[bool, int, bool, bool]:
        m = load_catalog().capabilities(backend, tier)
        return (
            Mode.EXTEND in m.modes and m.chain is not None,
            m.references,
            Mode.INTERPOLATE in m.modes,
            "4k" in m.resolutions,
        )

    assert facts("gemini", "standard") == (True, 3, True, True)
    assert facts("gemini", "fast") == (True, 3, True, True)
    assert facts("gemini", "lite") == (False, 0, True, False)
    assert facts("vertex", "standard") == (True, 3, True, True)
    assert facts("vertex", "fast") == (True, 3, True, True)
    assert facts("vertex", "lite") == (True, 0, True, False)


def test_settings_of_the_sheet() -> None:
    of = load_catalog().capabilities
    for tier in PRICES:
        assert not of("gemini", tier).seed
        assert not of("gemini", tier).silent
        assert of("vertex", tier).seed
        assert of("vertex", tier).silent
        assert not of("vertex", tier).silent_extensions
        assert of("vertex", tier).negative_prompt
        assert of("vertex", tier).samples == 4
        assert of("gemini", tier).samples == 1
    assert [of("gemini", t).negative_prompt for t in PRICES] == [True, True, False]
    assert (of("gemini").retention_s, of("gemini").use_renews) == (2 * 24 * 3600, True)
    assert (of("vertex").retention_s, of("vertex").use_renews) == (None, False)
    assert of("vertex").requests_per_minute == 50


@pytest.mark.parametrize(
    ("backend", "longest_input", "longest_result", "windows", "remade"),
    [("gemini", 141, 148, False, 24), ("vertex", 30, 37, True, 24), ("local", 141, 148, False, 0)],
)
def test_chain_limits(
    backend: str, longest_input: int, longest_result: int, windows: bool, remade: int
) -> None:
    caps = load_catalog().capabilities(backend)
    assert caps.chain is not None
    assert (caps.chain.longest_input_s, caps.chain.longest_result_s) == (longest_input, longest_result)
    assert (caps.chain.adds_s, caps.chain.most_extensions) == (7, 20)
    assert (caps.windows, caps.remade_frames) == (windows, remade)


def test_retirement_dates() -> None:
    by_id = {(m.backend, m.model): m for m in load_catalog().models()}
    assert by_id["gemini", "veo-3.1-generate-preview"].retired_on == date(2026, 10, 22)
    vertex = by_id["vertex", "veo-3.1-fast-generate-001"]
    assert (vertex.retired_on, vertex.retired_note) == (date(2026, 11, 17), "2026-11-17 or later")
    assert by_id["vertex", "veo-3.1-lite-generate-001"].retired_on is None
    assert by_id["vertex", "veo-2.0-generate-001"].retired_on == date(2026, 6, 30)


def test_the_local_backend_is_free_and_does_everything() -> None:
    caps = load_catalog().capabilities("local", "lite")
    assert caps.is_free
    assert caps.modes == frozenset(Mode)
    assert (caps.returns, set(caps.can_return)) == ("tail", {"tail", "combined"})
    assert caps.hints
    assert caps.resolutions == ("720p", "1080p")
    assert all(not m.modes - GENERATED for m in load_catalog().models() if m.backend != "local")


def test_a_model_without_a_price_is_not_free() -> None:
    old = load_catalog().capabilities("vertex", model="veo-3.0-generate-001")
    assert old.prices == ()
    assert not old.is_free


def test_facts_keep_their_sources() -> None:
    sources = load_catalog().capabilities("vertex").sources
    assert {"lengths", "chain", "prices", "retirement"} <= set(sources)
    assert all(sources.values())
    assert load_catalog().capabilities("vertex", "fast").prices_from == date(2026, 4, 7)
