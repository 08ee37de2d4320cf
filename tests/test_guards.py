"""The guards of conftest.py work."""

from __future__ import annotations

import socket

import pytest


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
