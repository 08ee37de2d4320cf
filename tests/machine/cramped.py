"""Places where writing fails for real: a small file system, a limit on files, a folder that is read-only."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache


@cache
def can_mount() -> bool:
    """Whether this machine lets us mount a file system that nobody else sees."""
    if shutil.which("unshare") is None:
        return False
    script = "mount -t tmpfs -o size=1m t /mnt"
    done = subprocess.run(["unshare", "-rm", "sh", "-c", script], capture_output=True, check=False)
    return done.returncode == 0


def on_growing_disks(words: list[str], sizes_kb: list[int], folder: str) -> list[str]:
    """A command that runs ``words`` again and again on a file system at ``folder`` that grows.

    What it prints on stdout: ``code N`` after each run.
    """
    first, *_ = sizes_kb
    lines = [f"mount -t tmpfs -o size={first}k t {folder}"]
    for size in sizes_kb:
        lines += [f"mount -o remount,size={size}k {folder}", '"$@" >&2', "echo code $?"]
    # What was made is to be looked at when the file system is gone.
    lines += [f"cp -r {folder}/. {folder}.kept"]
    return ["unshare", "-rm", "sh", "-c", "\n".join(lines), "sh", *words]


def under_growing_limits(words: list[str], sizes_kb: list[int], folder: str) -> list[str]:
    """The same where nothing can be mounted: no file may become larger than so much."""
    lines = [f'(ulimit -f {size * 2}; "$@" >&2)\necho code $?' for size in sizes_kb]
    lines += [f"cp -r {folder}/. {folder}.kept"]
    return ["sh", "-c", "\n".join(lines), "sh", *words]


def on_a_read_only_folder(words: list[str], folder: str) -> list[str] | None:
    """A command that runs ``words`` where ``folder`` cannot be written; None where that cannot be had."""
    if can_mount():
        script = f'mount --bind {folder} {folder} && mount -o remount,bind,ro {folder} && "$@"'
        return ["unshare", "-rm", "sh", "-c", script, "sh", *words]
    if os.geteuid() == 0:  # nothing is read-only to root
        return None
    script = f'chmod -R a-w {folder}; "$@"; code=$?; chmod -R u+w {folder}; exit $code'
    return ["sh", "-c", script, "sh", *words]
