"""``veo-story cost``: what a film, or all films of this user, have cost."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from veo_story.cli import options
from veo_story.cli.cost_view import CostView
from veo_story.cli.output import result, result_json, say, width
from veo_story.ledger.cost import entries, since
from veo_story.making import LEDGER
from veo_story.storyboard.finish import film_file

if TYPE_CHECKING:
    from datetime import datetime

    from veo_story.cli.shell import Shell
    from veo_story.ledger.account_rows import Booking
    from veo_story.ledger.cost import By, Entry


@click.command("cost", short_help="Show what films have cost.")
@click.argument("file", type=click.Path(path_type=Path), metavar="[FILE]", required=False)
@click.option(
    "--by",
    type=click.Choice(["scene", "day", "model", "film"]),
    help="A row for each of these; days are UTC.  [default: scene of a FILE, else film]",
)
@click.option(
    "--since",
    "begin",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Only what was asked for on that day (UTC) or later.",
)
@options.variant_option
@options.renders_option
@options.json_option
@click.pass_obj
def command(
    shell: Shell,
    file: Path | None,
    by: By | None,
    begin: datetime | None,
    variant: str | None,
    renders: Path,
    as_json: bool,
) -> None:
    """Show what a film has cost, or all paid films of this user: expected, billed, reserved, unknown.

    Of FILE only the name is used: the storyboard need not be sound, nor exist. Requests of unknown outcome
    count as spent until they are settled.
    """
    if file is None:
        view = _of_all(shell, by or "film")
    else:
        view = _of_film(film_file(file, variant), renders, by or "scene")
    if begin is not None:
        from dataclasses import replace

        day = begin.date()
        view = replace(view, found=since(view.found, day), since=day)
    if as_json:
        result_json(view.data())
    else:
        result(view.text(width()))


def _of_film(file: Path, renders: Path, by: By) -> CostView:
    """A film by its own ledger."""
    from veo_story.ledger.sqlite import SqliteLedger

    folder = renders / file.stem
    found: tuple[Entry, ...] = ()
    if (folder / LEDGER).exists():
        with SqliteLedger(folder / LEDGER) as ledger:
            found = entries(file.stem, ledger.attempts(), ledger.takes(gone=True))
    else:
        say(f"there is no ledger in {folder}: nothing was rendered there yet")
    way_on = f"veo-story reconcile {file}"
    return CostView(f"{file.stem} in {folder}", str(folder), file.stem, by, found, way_on)


def _of_all(shell: Shell, by: By) -> CostView:
    """All films of this user by the account, which knows what is paid."""
    from veo_story.ledger.account import Account

    path = shell.account
    if not path.exists():
        say(f"there is no account in {path.parent}: nothing was paid for yet")
    with Account(path) as account:
        bookings = account.bookings()
    names = _names(bookings)
    found = tuple(
        entry for booking in bookings for entry in entries(names[booking.film.id], (booking.attempt,))
    )
    return CostView(f"all paid films by {path}", str(path), None, by, found, "veo-story reconcile FILE")


def _names(bookings: tuple[Booking, ...]) -> dict[str, str]:
    """What to call each film: its name, with its folder where several films have that name."""
    refs = {booking.film.id: booking.film for booking in bookings}
    ids: dict[str, list[str]] = defaultdict(list)
    for ref in refs.values():
        ids[ref.name].append(ref.id)
    return {
        ref.id: ref.name if len(ids[ref.name]) == 1 else f"{ref.name} in {ref.folder}"
        for ref in refs.values()
    }
