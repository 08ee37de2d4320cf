"""Run the command line with its clock sped up: ``python -m tests.acceptance.hurried SPEED words...``."""

from __future__ import annotations

import sys

from veo_story.cli.main import program
from veo_story.cli.shell import Shell
from veo_story.times import sped_up

if __name__ == "__main__":
    time = sped_up(float(sys.argv[1]))
    program(sys.argv[2:], prog_name="veo-story", obj=Shell(now=time.now, tempo=time))
