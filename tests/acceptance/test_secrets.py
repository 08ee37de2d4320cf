"""No key or token in any file, log, error or list of processes, and none for another host.

Searched is every byte that a command could write: its films with their ledger, its home, its temporary files,
what it printed, what the emulator keeps and answers, and the list of processes while it ran.
"""

from __future__ import annotations

import base64
import os
import signal
import sqlite3
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.acceptance.canaries import Canaries
from tests.acceptance.secret_world import DOWNLOADS, POLLS, SUBMITS, World, world
from tests.acceptance.tattler import Trouble
from tests.acceptance.watched import Ended
from veo_story.backends.veo.logs import HIDDEN


def rendered_with_troubles(on: World, troubles: dict[str, Trouble], *words: str) -> Ended:
    """Render a film of which each scene meets one trouble, and one scene none; all troubles come."""
    on.tattler.troubles = {word: replace(trouble) for word, trouble in troubles.items()}
    on.film(["fine", "dropped", *troubles])
    ended = on.run("render", "film.yaml", "--yes", "-j", "16", *words)
    assert set(on.tattler.struck) == set(troubles), ended.err
    return ended


def strangers_heard_no_key(on: World) -> None:
    """Everybody who came from another host came without a key, home again, too."""
    assert on.elsewhere.heard
    for heard in on.elsewhere.heard:
        assert "X-Goog-Signature" in heard
        assert "authorization" not in heard.lower()
        assert "x-goog-api-key" not in heard.lower()
    back = [sent for path, sent in on.tattler.heard if path.startswith("/signed")]
    assert back
    assert not any(back)
    assert all(sent for path, sent in on.tattler.heard if not path.startswith(("/signed", "/token")))


def looked_at_afterwards(on: World) -> list[Ended]:
    """All commands that look at what a render left."""
    asked = (
        ("status", "film.yaml"),
        ("plan", "film.yaml", "--json"),
        ("doctor",),
        ("takes", "film.yaml", "s00"),
    )
    return [on.run(*words) for words in asked]


def test_gemini(tmp_path: Path) -> None:
    with world(tmp_path, "gemini") as on:
        first = rendered_with_troubles(on, SUBMITS | POLLS | DOWNLOADS, "--log-level", "debug")
        assert first.code == 9
        assert first.err.count(HIDDEN) > 100
        assert f"sent: {HIDDEN}" in first.out + first.err
        strangers_heard_no_key(on)
        assert not any("POST" in heard for heard in on.elsewhere.heard)
        on.tattler.troubles = {}
        second = on.run("render", "film.yaml", "--yes", "--json", "-j", "16")
        assert second.out.count('"event"') > 20
        assert on.leaks(first, second, *looked_at_afterwards(on)) == []


def test_vertex_with_storage(tmp_path: Path) -> None:
    looks = {name: POLLS[name] for name in ("pforbidden", "pmalformed", "pfailed", "pwithheld")}
    troubles = {**SUBMITS, **looks, "paway": Trouble("poll", "away", 307), **DOWNLOADS}
    with world(tmp_path, "vertex") as on:
        first = rendered_with_troubles(on, troubles, "--gcs", "gs://films/a", "--log-level", "debug")
        assert first.code == 9
        assert [name for name in on.canaries.values if name.endswith(" real")]
        assert f"sent: Bearer {HIDDEN}" in first.out + first.err
        strangers_heard_no_key(on)
        assert not any("POST" in heard for heard in on.elsewhere.heard)
        assert on.leaks(first, *looked_at_afterwards(on)) == []


@pytest.mark.parametrize("express", [False, True], ids=["account", "express"])
def test_vertex_without_storage(express: bool, tmp_path: Path) -> None:
    looks = {name: POLLS[name] for name in ("pforbidden", "pmalformed", "pfailed", "pwithheld")}
    with world(tmp_path, "vertex", express=express) as on:
        prefix = "" if express else "Bearer "
        first = rendered_with_troubles(on, SUBMITS | looks, "--log-level", "debug")
        assert first.code == 9
        assert f"sent: {prefix}{HIDDEN}" in first.out + first.err
        assert on.elsewhere.heard == []
        assert on.leaks(first) == []


def test_no_token_for_these_credentials(tmp_path: Path) -> None:
    with world(tmp_path, "vertex") as on:
        ended = rendered_with_troubles(
            on, {"token": Trouble("token", "error", 400, times=99)}, "--log-level", "debug"
        )
        assert ended.code == 6
        assert "Google gives no token" in ended.err + ended.out
        assert on.leaks(ended) == []


@pytest.mark.parametrize("platform", ["gemini", "vertex"])
def test_killed_and_interrupted(platform: str, tmp_path: Path) -> None:
    with world(tmp_path, "gemini" if platform == "gemini" else "vertex", latency_s=1e6) as on:
        on.film(["fine", "too"])

        def ended_by(number: int) -> Callable[[subprocess.Popen[bytes]], None]:
            def during(process: subprocess.Popen[bytes]) -> None:
                assert on.tattler.polled.wait(60)
                process.send_signal(number)

            return during

        words = ("render", "film.yaml", "--yes", "--log-level", "debug")
        killed = on.run(*words, during=ended_by(signal.SIGKILL))
        assert killed.code == -signal.SIGKILL
        on.tattler.polled.clear()
        stopped = on.run(*words, during=ended_by(signal.SIGINT))
        assert stopped.code == 130
        assert on.leaks(killed, stopped) == []


def test_a_rehearsal_and_its_workers(tmp_path: Path) -> None:
    """It looks at no key of the user's, and what it makes up for itself is gone with it."""
    with world(tmp_path, "vertex") as on:
        on.film(["fine"])
        words = ("--backend", "vertex", "--speed", "500", "--log-level", "debug")
        ended = on.run("rehearse", "film.yaml", *words)
        assert ended.code == 0, ended.err
        assert any(b"PATH=" in environ for environ in ended.seen.environs), "no worker was seen"
        for environ in ended.seen.environs:
            assert b"GOOGLE_" not in environ
            assert b"GEMINI_" not in environ
        assert on.tattler.heard == []
        assert list((on.machine.folder / "tmp").iterdir()) == []
        assert on.leaks(ended) == []


SPELLINGS: tuple[Callable[[str], str], ...] = (
    str,
    lambda secret: secret[9:35],
    lambda secret: quote(secret, safe=""),
    lambda secret: base64.b64encode(secret.encode()).decode(),
    lambda secret: base64.urlsafe_b64encode(f"Bearer {secret}".encode()).decode(),
    lambda secret: base64.b64encode(f"a:{secret}:b".encode()).decode(),
    lambda secret: secret.encode().hex(),
)


@pytest.mark.parametrize("spell", SPELLINGS)
def test_the_search_finds_what_is_planted(spell: Callable[[str], str], tmp_path: Path) -> None:
    canaries = Canaries()
    secret = canaries.make("planted")
    assert canaries.leaks([tmp_path]) == []
    with sqlite3.connect(tmp_path / "ledger.sqlite") as ledger:
        ledger.execute("CREATE TABLE takes (handle TEXT)")
        ledger.execute("INSERT INTO takes VALUES (?)", (f"https://example.org/?{spell(secret)}",))
    (tmp_path / "film.mp4").write_bytes(os.urandom(9999) + spell(secret).encode() + os.urandom(9999))
    assert len(canaries.leaks([tmp_path])) == 2


@pytest.mark.parametrize(
    "text", ["ya29.c0AYnqXliVq5", '"-----BEGIN PRIVATE KEY-----\\nMIIEvQ"', f"eyJ{'a' * 20}.{'b' * 20}.c"]
)
def test_the_search_finds_google_s_own(text: str) -> None:
    assert Canaries().found_in(text.encode())
