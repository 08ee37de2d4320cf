"""``render`` on the paid backends: their options, their refusals, and a run on an emulator."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.cli import PAID, Ran, run, write
from veo_story.emulator.model import EmulatorSettings
from veo_story.emulator.server import RunningEmulator, running_emulator
from veo_story.times import Time, sped_up

SPEED = 300.0
NO_LOGIN = {"NO_GCE_CHECK": "true"}


@pytest.fixture
def emulator() -> Iterator[RunningEmulator]:
    with running_emulator(EmulatorSettings(speed=SPEED, picture="numbers")) as running:
        yield running


@pytest.fixture
def tempo(emulator: RunningEmulator) -> Time:
    return sped_up(SPEED, emulator.now())


def render(*words: str, environ: dict[str, str], tempo: Time | None = None) -> Ran:
    return run("render", "paid.yaml", "--yes", *words, environ=environ, tempo=tempo)


def test_without_a_key_nothing_is_sent(paid: Path) -> None:
    ran = render("--backend", "gemini", "--allow-retired", environ={"GEMINI_API_KEY": ""})
    assert ran.code == 6
    assert "neither GOOGLE_API_KEY nor GEMINI_API_KEY is set" in ran.err
    ran = render(environ=NO_LOGIN)
    assert ran.code == 6
    assert "gcloud auth application-default login" in ran.err
    assert "Traceback" not in ran.err


def test_a_retired_model_is_refused_before_anything_is_sent(paid: Path) -> None:
    ran = render("--backend", "gemini", environ={"GEMINI_API_KEY": "not-a-real-key"})
    assert ran.code == 6
    assert "was switched off on 2026-10-22, and a1, b1 would be asked of it. Nothing was sent." in ran.err
    assert "--allow-retired" in ran.err
    assert "warning VS250" in ran.err


def test_a_film_on_gemini(paid: Path, folder: Path, emulator: RunningEmulator, tempo: Time) -> None:
    environ = {**emulator.environ("gemini", folder), "GOOGLE_API_KEY": "emulated-key"}
    ran = render("--backend", "gemini", environ=environ, tempo=tempo)
    assert ran.code == 0, ran.err
    assert "renders/paid/film.mp4  8 s, 192 frames, 0.40 USD, cut now" in ran.out
    # Opened by the run once, said once.
    assert ran.err.count("Both GOOGLE_API_KEY and GEMINI_API_KEY are set") == 1
    assert emulator.bill()["total"] == {"generations": 2, "seconds": 8, "usd": "0.40"}
    again = render("--backend", "gemini", environ=environ, tempo=tempo)
    assert (again.code, len(emulator.bill()["charges"])) == (0, 2)


def test_a_film_on_vertex_with_storage_labels_and_a_log(
    paid: Path, folder: Path, emulator: RunningEmulator, tempo: Time
) -> None:
    write(paid, PAID.replace("{id: a1,", "{id: a1, takes: 2,"))
    words = ("--gcs", "gs://my-bucket/films", "--label", "team=story", "--log-level", "debug")
    ran = render(*words, environ=emulator.environ("vertex", folder), tempo=tempo)
    assert ran.code == 0, ran.err
    assert emulator.bill()["total"] == {"generations": 2, "seconds": 12, "usd": "0.60"}
    sent = [line for line in ran.err.splitlines() if ":predictLongRunning" in line and "> POST" in line]
    assert len(sent) == 2
    assert all('"labels": {"team": "story"}' in line for line in sent)
    assert all('"storageUri": "gs://my-bucket/films/' in line for line in sent)
    takes = run("takes", "paid.yaml", "a1", "--json").json
    assert [take["number"] for take in takes] == [1, 2]
