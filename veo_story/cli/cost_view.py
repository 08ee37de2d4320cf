"""What films have cost, as people and programs read it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from veo_story.cli.text import count, table, visible, wrapped
from veo_story.ledger.cost import costs, total
from veo_story.money import usd

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from veo_story.ledger.cost import By, Cost, Entry

_COUNTS = ("requests", "takes")
_MONEY = ("expected", "billed", "reserved", "unknown", "in vain")
_HEADER = (*_COUNTS, *_MONEY, "by the word of")
_NONE, _FREE = "-", "free"
_NOTHING = frozenset({_NONE, ""})
_WIDE = 90
"""Columns of a terminal that has room for all."""


@dataclass(frozen=True, slots=True)
class CostView:
    """The requests of a film, or of all films of a user, to be summed ``by`` something.

    ``title`` says in a line whose they are and where that is written, ``path`` is that place. ``since`` is
    the day that ``found`` begins with. ``way_on`` is the command that settles requests of unknown outcome.
    """

    title: str
    path: str
    film: str | None
    by: By
    found: tuple[Entry, ...]
    way_on: str
    since: date | None = None

    def text(self, width: int) -> str:
        """The title, the table with its total, and what should be known besides."""
        lines = [visible(self.title)]
        if self.since is not None:
            lines[0] += f", since {self.since.isoformat()} (UTC)"
        if not self.found:
            return "\n".join((*lines, "nothing was asked for"))
        lines.append(self._table(width))
        lines += [wrapped(line, width) for line in self._remarks()]
        return "\n".join(lines)

    def _table(self, width: int) -> str:
        """Columns in which nothing stands are left out, and on a narrow terminal those that only count."""
        whole = total(self.found)
        rows = [_cells(row) for row in (*costs(self.found, self.by), replace(whole, words=()))]
        header = [self.by, *_HEADER]
        shown = [
            n
            for n, name in enumerate(header)
            if any(row[n] not in _NOTHING for row in rows) and (width >= _WIDE or name not in _COUNTS)
        ]
        right = frozenset(place for place, n in enumerate(shown) if 0 < n < len(header) - 1)
        cells = [[row[n] for n in shown] for row in rows]
        return table([header[n] for n in shown], cells, right=right, width=width)

    def _remarks(self) -> Iterator[str]:
        for entry in self.found:
            if entry.in_vain_usd:
                why = visible(entry.error or "a clip of it was put aside, or is gone from the service")
                yield f"in vain: {self._name(entry)} cost {usd(entry.in_vain_usd)} USD: {why}"
        whole = total(self.found).spent
        if whole.reserved_usd:
            yield f"reserved: {usd(whole.reserved_usd)} USD for requests under way, counted as spent"
        if whole.unknown_usd:
            lost = [entry for entry in self.found if entry.spent.unknown_usd]
            films = ", ".join(dict.fromkeys(visible(entry.film) for entry in lost))
            whose = "" if self.film is not None else f" ({films})"
            what = f"{usd(whole.unknown_usd)} USD of {count(len(lost), 'request')} without an answer{whose}"
            yield f"unknown: {what}, counted as spent; {self.way_on} tells of each and settles it"

    def _name(self, entry: Entry) -> str:
        of = "" if self.film is not None else f"{visible(entry.film)} "
        return f"{of}{entry.scene_id} of {entry.day.isoformat()}"

    def data(self) -> dict[str, Any]:
        """The same for programs: money as decimal strings in USD, days in UTC."""
        whole = total(self.found)
        return {
            "film": self.film,
            "path": self.path,
            "by": self.by,
            "since": None if self.since is None else self.since.isoformat(),
            "rows": [_as_data(row) for row in costs(self.found, self.by)],
            "total": _as_data(whole),
            "in_vain": [
                {
                    "film": entry.film,
                    "scene": entry.scene_id,
                    "day": entry.day.isoformat(),
                    "usd": f"{entry.in_vain_usd:f}",
                    "error": entry.error,
                }
                for entry in self.found
                if entry.in_vain_usd
            ],
            "fix": self.way_on if whole.spent.unknown_usd else None,
        }


def _cells(row: Cost) -> list[str]:
    takes = _NONE if row.takes is None else str(row.takes)
    return [visible(row.key), str(row.requests), takes, *_amounts(row), ", ".join(row.words)]


def _amounts(row: Cost) -> list[str]:
    if row.is_free:
        return [_FREE, _FREE, *[_NONE] * (len(_MONEY) - 2)]
    spent = row.spent
    return [
        usd(row.expected_usd),
        usd(spent.settled_usd),
        *(_or_none(amount) for amount in (spent.reserved_usd, spent.unknown_usd, row.in_vain_usd)),
    ]


def _or_none(amount: Decimal) -> str:
    return usd(amount) if amount else _NONE


def _as_data(row: Cost) -> dict[str, Any]:
    return {
        "key": row.key,
        "requests": row.requests,
        "takes": row.takes,
        "expected_usd": f"{row.expected_usd:f}",
        "settled_usd": f"{row.spent.settled_usd:f}",
        "reserved_usd": f"{row.spent.reserved_usd:f}",
        "unknown_usd": f"{row.spent.unknown_usd:f}",
        "in_vain_usd": f"{row.in_vain_usd:f}",
        "settled_by": list(row.words),
        "free": row.is_free,
    }
