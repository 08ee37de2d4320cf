"""A command at a terminal that a test plays: what it shows is waited for, and then something is typed."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

from tests.support.command import environment

OBLIGING = Path(__file__).with_name("obliging.py")
_PATIENCE_S = 60


class Terminal:
    """Runs the command line with a backend that makes what it is asked for. Ctrl-C, typed, is a signal.

    ``program`` runs instead of that backend's, with ``environ`` on top of the usual environment.
    """

    def __init__(
        self,
        folder: Path,
        *words: str,
        program: Sequence[str | Path] = (OBLIGING,),
        environ: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._main, other = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, *program, *words],
            cwd=folder,
            env={**environment(), "TERM": "xterm-256color", **environ},
            stdin=other,
            stdout=other,
            stderr=other,
            start_new_session=True,
        )
        os.close(other)
        self.shown = ""
        self._seen = 0

    def until(self, text: str) -> None:
        """Read on until a text is shown, after the one that was waited for last."""
        while text not in self.shown[self._seen :]:
            self._read()
        self._seen = self.shown.index(text, self._seen) + len(text)

    def type(self, text: str) -> None:
        os.write(self._main, text.encode())

    def press_ctrl_c(self) -> None:
        """Until it ends: a press between a question's text and its reading is seen only at the next key."""
        while self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=2)

    def end(self) -> int:
        """The exit code; what is shown until then is read."""
        try:
            while True:
                self._read()
        except EOFError:
            os.close(self._main)
        return self.process.wait(timeout=_PATIENCE_S)

    def _read(self) -> None:
        ready, _, _ = select.select([self._main], [], [], _PATIENCE_S)
        assert ready, f"nothing more is shown after {self.shown!r}"
        try:
            part = os.read(self._main, 65536)
        except OSError:  # Linux says so when the last writer has gone
            part = b""
        if not part:
            raise EOFError(self.shown)
        self.shown += part.decode("utf-8", "replace").replace("\r\n", "\n")
