"""Run the command line with a backend that makes what it is asked for: ``python obliging.py words...``."""

from __future__ import annotations

import fcntl
import sys
import termios

from tests.support.cli import FakeBackend
from veo_story.cli.main import program
from veo_story.cli.shell import Shell

if __name__ == "__main__":
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # the terminal is ours, and its Ctrl-C
    backend = FakeBackend()
    program(sys.argv[1:], prog_name="veo-story", obj=Shell(open_backend=lambda _name: backend))
