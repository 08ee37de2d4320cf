"""Problems of a storyboard as the page shows them: with their place, beside their scenes. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from veo_story.errors import Problem, Where
    from veo_story.storyboard.model import Storyboard


@dataclass(frozen=True, slots=True)
class Note:
    """One problem. ``place`` is ``line 12`` (of another file: with its name), empty for the file as a whole.

    ``scenes`` are the ids of the scenes in whose lines it stands; none: it is about the film.
    """

    code: str
    severity: str
    place: str
    message: str
    hint: str | None
    scenes: tuple[str, ...] = ()


def notes_of(board: Storyboard, problems: Iterable[Problem]) -> tuple[Note, ...]:
    """The problems of a storyboard, each with the scenes that it stands in."""
    spans = {scene.id: board.where(scene) for scene in board.scenes()}
    return tuple(
        Note(
            problem.code,
            str(problem.severity),
            _place(problem.where, board.source.display),
            problem.message,
            problem.hint,
            tuple(scene for scene, span in spans.items() if _is_in(problem.where, span)),
        )
        for problem in problems
    )


def _place(where: Where, file: str) -> str:
    if not where.line:
        return "" if where.file == file else where.file
    line = f"line {where.line}"
    return line if where.file == file else f"{where.file}, {line}"


def _is_in(where: Where, span: Where) -> bool:
    if where.file != span.file or not where.line:
        return False
    begins = (span.line, span.column) <= (where.line, where.column)
    return begins and (where.line, where.column) < (span.end_line, span.end_column)
