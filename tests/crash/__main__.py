"""``python -m tests.crash --kills 1000 --seed 1``: kill renders at random moments, and look what is left.

``--only 23`` plays one history of a seed alone, and keeps its folder. Leaves with 1 when anything is wrong.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.crash.history import History
from tests.crash.report import line, table, unfair
from tests.crash.workers import played_by_workers

A_HISTORY = 10
"""How many kills one film has to bear."""


def main() -> int:
    """Play them all."""
    told = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    told.add_argument("--kills", type=int, default=100, help="how many in all  [default: 100]")
    told.add_argument("--seed", type=int, default=1, help="decides everything  [default: 1]")
    told.add_argument("--only", type=int, help="play only the history of this number")
    told.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="histories side by side")
    wish = told.parse_args()
    numbers = range(-(-wish.kills // A_HISTORY)) if wish.only is None else [wish.only]
    histories = [History(wish.seed, number, A_HISTORY) for number in numbers]
    print(f"seed {wish.seed}, {len(histories)} histories of {A_HISTORY} kills")
    began = time.monotonic()
    kept = Path(tempfile.mkdtemp(prefix="veo-story-crash-"))
    ended = []
    for one in played_by_workers(histories, kept, wish.workers):
        print(line(one), flush=True)
        ended.append(one)
    print(f"\n{table(ended, time.monotonic() - began)}")
    for seldom in (uneven := unfair(ended)):
        print(f"  {seldom}")
    if any(one.wrong for one in ended):
        print(f"  what went wrong is kept in {kept}")
        return 1
    shutil.rmtree(kept)
    return int(bool(uneven))


if __name__ == "__main__":
    sys.exit(main())
