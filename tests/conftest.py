"""What holds for every test: no socket leaves this machine, nothing of its user is touched, and a slow
machine fails no property."""

from __future__ import annotations

import ipaddress
import os
import socket
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from tests.support.command import CLIPS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STATE = "VEO_STORY_STATE"
_numbers = count()

# Other examples on every run at home; on CI the same ones, so that a red run is about the change.
settings.register_profile("house", deadline=None, derandomize="CI" in os.environ, print_blob=True)
settings.load_profile("house")


class OffLoopback(AssertionError):
    """A test tried to reach another machine."""


def _refuse_off_loopback(address: Any) -> None:
    if not isinstance(address, tuple):  # a Unix socket
        return
    host = str(address[0])
    if host == "localhost":
        return
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise OffLoopback(f"a test opened a socket to {host}")


class _LoopbackSocket(socket.socket):
    """A socket that connects to this machine only."""

    def connect(self, address: Any) -> None:
        _refuse_off_loopback(address)
        super().connect(address)

    def connect_ex(self, address: Any) -> int:
        _refuse_off_loopback(address)
        return super().connect_ex(address)

    def sendto(self, data: Any, *rest: Any) -> int:
        _refuse_off_loopback(rest[-1])
        return super().sendto(data, *rest)


@pytest.fixture(scope="session", autouse=True)
def _states(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """No test touches what the real user has spent; children of this process inherit it."""
    folder = tmp_path_factory.mktemp("states")
    kept = os.environ.get(STATE)
    os.environ[STATE] = str(folder / "shared")
    os.environ[CLIPS] = str(folder / "clips")
    yield folder
    del os.environ[CLIPS]
    if kept is None:
        del os.environ[STATE]
    else:
        os.environ[STATE] = kept


@pytest.fixture(autouse=True)
def state_folder(_states: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user of its own for every test. The folder is made when something is written."""
    folder = _states / str(next(_numbers))
    monkeypatch.setenv(STATE, str(folder))
    return folder


@pytest.fixture(scope="session", autouse=True)
def _loopback_only() -> Iterator[None]:
    real, real_lookup = socket.socket, socket.getaddrinfo

    def lookup(host: Any, *rest: Any, **named: Any) -> Any:
        if host not in (None, "", "localhost", b"localhost"):
            _refuse_off_loopback((host if isinstance(host, str) else bytes(host).decode(), 0))
        return real_lookup(host, *rest, **named)

    socket.socket = _LoopbackSocket
    socket.getaddrinfo = lookup
    yield
    socket.socket, socket.getaddrinfo = real, real_lookup
