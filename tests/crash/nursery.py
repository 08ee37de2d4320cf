"""A fork server: imports the program once, then forks one process for each command.

Started as ``python -m tests.crash.nursery FD``; :class:`~tests.crash.victims.Victims` talks to it over that
socket. It has one thread, so that a child begins as a new process would. What it does not do is wait for its
children by itself: a dead one keeps its number until somebody asks how it ended, so nobody kills a stranger.
"""

from __future__ import annotations

import array
import importlib
import json
import os
import random
import socket
import sys
import traceback
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

MOST_BYTES, MOST_FDS = 65536, 2
# What a command imports by and by; whatever these import themselves comes with them.
_NEEDED = (
    "anyio._backends._asyncio", "av", "cryptography.hazmat.primitives.serialization", "cv2", "filelock",
    "google.auth.crypt", "google.oauth2.service_account", "httpcore._backends.anyio", "httpx", "jsonschema",
    "numpy", "sqlite3", "ssl", "yaml", "veo_story.backends.local", "veo_story.backends.veo.gemini",
    "veo_story.backends.veo.vertex", "veo_story.cli.commands.render", "veo_story.cli.rendering",
    "veo_story.engine.run", "veo_story.film.assemble", "veo_story.film.cut_film", "veo_story.film.make_edit",
    "veo_story.ledger.sqlite", "veo_story.plan.check",
)  # fmt: skip


def preload() -> None:
    """Import all that a command may need, in one thread: a process with more cannot be forked safely."""
    for name in _NEEDED:
        importlib.import_module(name)
    threads = Path("/proc/self/task")
    assert not threads.exists() or len(list(threads.iterdir())) == 1, "the fork server has threads"


def serve(line: socket.socket) -> None:
    """Bear and bury children until the other end goes away."""
    preload()
    line.sendall(b"{}\n")
    while True:
        data, fds = _receive(line)
        if not data:
            return
        told = json.loads(data)
        answer = {"code": _bury(told["bury"])} if "bury" in told else {"pid": _bear(told, fds, line)}
        line.sendall(json.dumps(answer).encode() + b"\n")


def _receive(line: socket.socket) -> tuple[bytes, list[int]]:
    data, fds = b"", array.array("i")
    while not data.endswith(b"\n"):
        part, extra, _, _ = line.recvmsg(MOST_BYTES, socket.CMSG_LEN(MOST_FDS * fds.itemsize))
        if not part:
            return b"", []
        data += part
        for _, _, handles in extra:
            fds.frombytes(handles)
    return data, list(fds)


def _bear(told: dict[str, Any], fds: list[int], line: socket.socket) -> int:
    pid = os.fork()
    if pid == 0:
        line.close()
        _live(told, fds)
    for handle in fds:
        os.close(handle)
    return pid


def _bury(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _live(told: dict[str, Any], fds: list[int]) -> NoReturn:
    """Be the command. ``fds`` stay open as long as we live; the second one, if any, says when to begin."""
    code = 70
    try:
        os.setpgid(0, 0)
        for number, path in enumerate(("/dev/null", told["out"], told["err"])):
            flags = os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_APPEND
            os.dup2(os.open(path, flags, 0o600), number)
        os.chdir(told["cwd"])
        os.environ.clear()
        os.environ.update(told["environ"])
        random.seed()
        if len(fds) > 1:
            os.read(fds[1], 1)
        code = _run(told)
    except Exception:  # noqa: BLE001 - shown; no second fork server may begin here
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)


def _run(told: dict[str, Any]) -> int:
    from veo_story.cli.main import program
    from veo_story.cli.shell import Shell
    from veo_story.times import sped_up

    time = sped_up(told["speed"], datetime.fromisoformat(told["began"]))
    try:
        program(told["words"], prog_name="veo-story", obj=Shell(now=time.now, tempo=time))
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
