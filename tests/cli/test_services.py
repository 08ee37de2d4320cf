"""What a paid service is told besides the steps, and how it is asked for on the command line."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.cli import FakeBackend, run
from veo_story import making
from veo_story.cli.logs import logged
from veo_story.cli.shell import Shell
from veo_story.errors import ConfigError
from veo_story.making import Service

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_what_a_backend_gets_to_know() -> None:
    shell = Shell(environ={"GEMINI_API_KEY": "k", "VEO_STORY_TODAY": "2026-12-24"}, now=lambda: NOW)
    said: list[str] = []
    settings = making.settings(
        Path("film"),
        shell.environ,
        workers=3,
        service=Service("gs://bucket/films", {"team": "story"}, allow_retired=True),
        time=shell.time,
        today=shell.today,
        remark=said.append,
    )
    assert (settings.folder, settings.workers, settings.returns) == (Path("film"), 3, "tail")
    assert (settings.storage, dict(settings.labels)) == ("gs://bucket/films", {"team": "story"})
    assert settings.allow_retired
    assert (settings.today, settings.time.now()) == (date(2026, 12, 24), NOW)
    assert settings.environ["GEMINI_API_KEY"] == "k"
    settings.remark("hello")
    assert said == ["hello"]
    plain = making.settings(Path("film"), {})
    assert (plain.storage, dict(plain.labels), plain.allow_retired, plain.today) == (None, {}, False, None)


def test_a_backend_that_is_not_installed_is_told() -> None:
    making.require_backends({"local", "vertex"})
    with pytest.raises(ConfigError, match="nothing installed here renders on 'nobody'"):
        making.require_backends({"local", "nobody"})


def test_a_remark_is_made_once() -> None:
    said: list[str] = []
    once = making.Once(said.append)
    for text in ("two keys are set", "two keys are set", "another"):
        once(text)
    assert said == ["two keys are set", "another"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--gcs", "bucket/films"), "is no place in Cloud Storage: it does not begin with gs://"),
        (("--gcs", "gs://B/films"), "names no bucket"),
        (("--gcs", "gs://"), "names no bucket"),
        (("--label", "team"), "'team' has no '='"),
        (("--label", "Team=story"), "'Team' is no name of a label"),
        (("--label", "team=Story"), "'Story' is no value of a label"),
        (("--label", "=story"), "'' is no name of a label"),
        (("--log-level", "all"), "'all' is not one of"),
    ],
)
def test_options_that_cannot_be(words: tuple[str, ...], told: str, cards: Path) -> None:
    ran = run("render", "cards.yaml", *words)
    assert ran.code == 2
    assert told in ran.err
    assert not Path("renders").exists()


def test_options_that_can_be(paid: Path, backend: FakeBackend) -> None:
    words = ("--label", "team=story", "--label", "film=", "--allow-retired", "--log-level", "debug")
    ran = run("render", "paid.yaml", "--yes", "--gcs", "gs://my-bucket/films/", *words, backend=backend)
    assert ran.code == 0, ran.err
    again = run("render", "paid.yaml", "--yes", backend=backend, environ={"VEO_STORY_GCS": "nowhere"})
    assert again.code == 2
    assert "is no place" in again.err


@given(st.text(max_size=70), st.text(max_size=70))
def test_a_label_that_is_taken_fits_the_rules_of_google_cloud(key: str, value: str) -> None:
    letters = set("abcdefghijklmnopqrstuvwxyz0123456789_-")
    fits = 1 <= len(key) <= 63 and key[0].isalpha() and set(key) <= letters
    fits = fits and len(value) <= 63 and set(value) <= letters
    try:
        Service(labels={key: value})
    except ConfigError:
        assert not fits
    else:
        assert fits


def test_too_many_labels() -> None:
    assert len(Service(labels={f"l{n}": "" for n in range(64)}).labels) == 64
    with pytest.raises(ConfigError, match="65 labels"):
        Service(labels={f"l{n}": "" for n in range(65)})


def test_only_our_own_logger_is_switched_on_and_off_again() -> None:
    said: list[str] = []
    ours, below, other = (
        logging.getLogger(name) for name in ("veo_story.http", "veo_story.http.retry", "veo_story.other")
    )
    with logged(None, said.append):
        ours.error("not asked for")
    with logged("info", said.append):
        ours.info("POST %s", "/v1")
        ours.debug("too much")
        below.warning("again in 2 s")
        other.error("not ours")
        assert not logging.getLogger("httpx").isEnabledFor(logging.INFO)
    ours.error("over")
    assert [line.partition(" ")[2] for line in said] == [
        "INFO veo_story.http: POST /v1",
        "WARNING veo_story.http.retry: again in 2 s",
    ]
