"""A live display on a terminal: a row a chain, and a line with pace and cost."""

from __future__ import annotations

from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Self, cast

from veo_story.cli.output import Unheard, say
from veo_story.cli.progress.board import Board, ChainRow, duration
from veo_story.cli.progress.plain import ended, said
from veo_story.cli.text import clip
from veo_story.engine.events import Event, RunEnded, RunStarted, StepFailed, StepRemark, StepRetried
from veo_story.money import usd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from rich.console import RenderableType
    from rich.live import Live
    from rich.table import Table

_MOST_ROWS = 12


class LiveDisplay:
    """Draws on stderr while there is something to do; imports rich only then."""

    def __init__(self, now: Callable[[], datetime], *, width: int | None = None, colour: bool = True) -> None:
        self._now = now
        self._width = width
        self._colour = colour
        self._board = Board()
        self._live: Live | None = None
        self._is_wanted = False
        self._kept_back: list[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Take the display down and show the cursor again."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Take the display down for a question; what is remarked meanwhile is printed after it."""
        self.close()
        self._kept_back = []
        try:
            yield
        finally:
            remarks, self._kept_back = self._kept_back, None
            for text in remarks:
                self.remark(text)
            if self._is_wanted:
                self._start()

    def __call__(self, event: Event) -> None:
        """Take an event in; what must not be overlooked is printed above the display."""
        self._board.take(event)
        if isinstance(event, RunStarted) and event.to_do:
            self._is_wanted = True
            if self._live is None and self._kept_back is None:
                self._start()
        if isinstance(event, StepFailed):
            fix = f"\n  fix: {event.error.hint}" if event.error.hint else ""
            self.remark(f"{event.film}: {event.scene_id} failed: {event.error.message}{fix}")
        if isinstance(event, StepRetried | StepRemark):
            self.remark(f"{event.film}: {said(event)}")
        if isinstance(event, RunEnded):
            line = ended(event)
            if line is not None:
                self.remark(f"{event.film}: {line}")

    def remark(self, text: str) -> None:
        """Print a line above the display."""
        if self._kept_back is not None:
            self._kept_back.append(text)
        elif self._live is None:
            say(text)
        else:
            self._live.console.print(text, markup=False, highlight=False, soft_wrap=True)

    def _start(self) -> None:
        from rich.console import Console
        from rich.live import Live

        console = Console(file=cast("IO[str]", Unheard()), no_color=not self._colour, width=self._width)
        # Transient: when it is over, the lines that matter are the remarks and the result.
        self._live = Live(
            get_renderable=self.picture, console=console, refresh_per_second=5, transient=True,
            redirect_stdout=False, redirect_stderr=False,
        )  # fmt: skip
        self._live.start()

    def picture(self) -> RenderableType:
        """The display as it is now."""
        from rich.console import Group
        from rich.text import Text

        now = self._now()
        return Group(self._chains(now), Text(self._footer(now), style="dim"))

    def _chains(self, now: datetime) -> Table:
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        several = len({film for film, _ in self._board.rows}) > 1
        grid = Table.grid(padding=(0, 1))
        for ratio in (None, 1, None, None):
            grid.add_column(ratio=ratio, no_wrap=True, overflow="ellipsis")
        grid.expand = True
        for row in self._shown():
            name = f"{row.film} {row.chain_id}" if several else row.chain_id
            bar = ProgressBar(total=row.steps, completed=row.progress)
            grid.add_row(Text(clip(name, 24)), bar, Text(f"{row.done}/{row.steps}"), Text(_doing(row, now)))
        return grid

    def _shown(self) -> list[ChainRow]:
        """The chains that fit: those at work first, in the film's order."""
        rows = list(self._board.rows.values())
        if len(rows) <= _MOST_ROWS:
            return rows
        ranked = sorted(rows, key=lambda row: (row.doing is None, row.over))[:_MOST_ROWS]
        return [row for row in rows if row in ranked]

    def _footer(self, now: datetime) -> str:
        board = self._board
        parts = [f"{board.done}/{board.steps} scenes", duration(board.elapsed_s(now))]
        left = board.left_s(now)
        if left is not None:
            parts.append(f"about {duration(max(round(left), 1))} left")
        if board.cost_usd:
            parts.append(f"{usd(board.cost_usd)} USD")
        hidden = len(board.rows) - len(self._shown())
        if hidden:
            parts.append(f"{hidden} more chains")
        return " · ".join(parts)


def _doing(row: ChainRow, now: datetime) -> str:
    width = 24
    if row.doing is None:
        text = "failed" if row.failed else ("done" if row.over else "waits")
    else:
        took = "" if row.since is None else duration((now - row.since).total_seconds())
        text = f"{clip(row.doing, 10)} {row.mode} {took}"
    return clip(text, width).ljust(width)
