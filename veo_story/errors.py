"""What can go wrong, as values and as exceptions.

Mistakes of an author are values: every :class:`Problem` of a storyboard is collected and reported at
once. Everything that stops a run is an exception of one tree, and each branch has an exit code::

    VeoStoryError                  1
    |-- StoryboardError            3   the storyboard has errors (carries the problems)
    |-- ApprovalNeeded             4   an unattended run met a gate
    |-- BudgetError                5   a cap would be passed, or a paid run has none
    |-- ConfigError                6   credentials, endpoints, tools, options of this machine
    |-- QuotaError                 7   the service says: too much, too often
    |-- FilteredError              8   the service refused to show what it made
    |-- GenerationError            9   the service tried and failed
    |   |-- OutcomeUnknown         9   it may have been accepted and paid; never sent again by itself
    |   `-- ExpiredError           9   what we want to build on is gone from the service
    |-- MediaError                11   a media file or tool: the command and the tail of its stderr
    `-- LedgerError               12   the ledger cannot be read, written or trusted

0 is success, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Severity(StrEnum):
    """How bad a problem is: errors stop a run, warnings do with ``--strict``, notes never do."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, order=True)
class Where:
    """A place in a file.

    Lines and columns count from 1; the end is exclusive. Line 0: the file as a whole.
    """

    file: str
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake of an author: what is wrong, where, and how to mend it.

    ``code`` is stable (``VS011``) and explained by ``veo-story explain CODE``; ``hint`` is the fix.
    """

    code: str
    severity: Severity
    where: Where
    message: str
    hint: str | None = None


class VeoStoryError(Exception):
    """Root of the tree. ``hint`` says what to do next; it is shown below the message."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class StoryboardError(VeoStoryError):
    """The storyboard has errors. ``problems`` holds all of them, warnings and notes included."""

    exit_code = 3

    def __init__(self, message: str, problems: Iterable[Problem] = (), *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.problems = tuple(problems)


class ApprovalNeeded(VeoStoryError):
    """A gate or a confirmation is in the way and nobody is there to ask."""

    exit_code = 4


class BudgetError(VeoStoryError):
    """A cap would be passed, or a paid run has no cap."""

    exit_code = 5


class ConfigError(VeoStoryError):
    """Credentials, endpoints, tools or options of this machine are missing or wrong."""

    exit_code = 6


class QuotaError(VeoStoryError):
    """The service refused for quota. Nothing was accepted."""

    exit_code = 7


class FilteredError(VeoStoryError):
    """The service's safety filter withheld the result."""

    exit_code = 8


class GenerationError(VeoStoryError):
    """The service accepted the step and failed to make it."""

    exit_code = 9


class OutcomeUnknown(GenerationError):
    """The answer to a submit was lost: it may have been accepted and paid."""


class ExpiredError(GenerationError):
    """The service no longer has the operation or the clip."""


class MediaError(VeoStoryError):
    """A media file cannot be read, a media tool failed, or ``qc --strict`` found faults."""

    exit_code = 11


class LedgerError(VeoStoryError):
    """The ledger cannot be read, written or trusted, or another run holds the film's folder."""

    exit_code = 12
