"""The guards of conftest.py work."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import ROOT, environment
from veo_story.cli.shell import Shell


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.org", 443)])
def test_a_socket_off_the_loopback_fails(address: tuple[str, int]) -> None:
    with socket.socket() as s, pytest.raises(AssertionError, match="opened a socket to"):
        s.connect(address)
    with pytest.raises(AssertionError, match="opened a socket to"):
        socket.getaddrinfo(*address)


def test_the_loopback_is_open() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        with socket.create_connection(server.getsockname(), timeout=5) as client:
            assert client.getpeername() == server.getsockname()


_TELL = "from veo_story.cli.shell import Shell; print(Shell().account)"


def test_the_account_of_the_real_user_is_out_of_reach(state_folder: Path) -> None:
    assert Shell().account == state_folder / "account.sqlite"
    assert Shell(environ=environment()).account == state_folder / "account.sqlite"
    for environ in (None, environment()):
        told = subprocess.check_output([sys.executable, "-c", _TELL], env=environ, cwd=ROOT)
        assert Path(os.fsdecode(told).strip()) == state_folder / "account.sqlite"
