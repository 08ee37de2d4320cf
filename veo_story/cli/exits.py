"""The one place where exceptions become messages and exit codes.

======  ====================================================================
0       fine
1       a bug in this program: a traceback and where to report it
2       wrong usage
3..12   :mod:`veo_story.errors`
130     interrupted
141     the reader of our output went away (``| head``)
======  ====================================================================
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from veo_story.cli.output import error_line, say, silence
from veo_story.errors import ConfigError, VeoStoryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

INTERRUPTED = 130
OUTPUT_CLOSED = 141

# Which of several films' codes to end with: the one that needs a person soonest comes first. Money that may
# be lost (9) goes before a refusal that cost nothing (8, 7, 5, 6); a missing approval (4) is the mildest.
_WORST_FIRST = (INTERRUPTED, 1, 12, 9, 8, 7, 5, 6, 11, 3, 4, 2)


class OutputClosedError(Exception):
    """The reader of our output went away."""


def worst(codes: Iterable[int]) -> int:
    """Of several exit codes the first of 130, 1, 12, 9, 8, 7, 5, 6, 11, 3, 4 that occurs, else 0."""
    found = set(codes)
    return next((code for code in _WORST_FIRST if code in found), max(found, default=0))


def run_to_exit_code(action: Callable[[], object]) -> int:
    """Do the action and turn whatever it raises into words on stderr and an exit code."""
    code = _run(action)
    try:
        sys.stdout.flush()
    except OSError as error:  # the disk behind it is full, or nobody reads any more
        silence(sys.stdout)
        if code == 0:
            return OUTPUT_CLOSED if isinstance(error, BrokenPipeError) else show(error)
    return code


def _run(action: Callable[[], object]) -> int:
    try:
        outcome = action()
        return outcome if isinstance(outcome, int) else 0
    except OutputClosedError:
        silence(sys.stdout)
        return OUTPUT_CLOSED
    except (click.Abort, KeyboardInterrupt):
        say("interrupted")
        return INTERRUPTED
    except click.ClickException as error:
        return _usage(error)
    except (VeoStoryError, OSError) as error:
        return show(error)
    except Exception as error:  # noqa: BLE001 - the outermost frame: a bug is shown whole, with where to report it
        return show(error)


def show(error: BaseException) -> int:
    """Print an error for people and return its exit code. Only a bug shows a traceback."""
    if isinstance(error, OSError):
        error = from_os_error(error)
    if isinstance(error, VeoStoryError):
        say(error_line(error.message, error.hint))
        return error.exit_code
    import traceback

    say("".join(traceback.format_exception(error)).rstrip())
    say(
        error_line(
            "this is a bug in veo-story, not in your storyboard",
            "please report it to the maintainers, with the lines above and the command",
        )
    )
    return 1


def from_os_error(error: OSError) -> VeoStoryError:
    """The machine's refusal (disk full, permission, too many files) as an error of this machine (6)."""
    import errno

    what = error.strerror or str(error)
    place = f"{error.filename}: " if error.filename else ""
    hints = {
        errno.ENOSPC: "free some space, or put the renders elsewhere with --renders DIR",
        errno.EDQUOT: "free some space, or put the renders elsewhere with --renders DIR",
        errno.EACCES: "check who owns it, or put the renders elsewhere with --renders DIR",
        errno.EROFS: "put the renders elsewhere with --renders DIR",
        errno.EMFILE: "raise the limit of open files (ulimit -n)",
    }
    hint = hints.get(error.errno) if error.errno is not None else None
    return ConfigError(f"{place}{what}", hint=hint)


def _usage(error: click.ClickException) -> int:
    if isinstance(error, click.UsageError) and error.ctx is not None:
        say(error.ctx.get_usage())
        path = error.ctx.command_path
        say(error_line(error.format_message(), f"see {path} --help"))
        return 2
    say(error_line(error.format_message()))
    return 2
