"""What the commands that decide about takes share: a film's standing, and its takes by name."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from veo_story.cli.consequence_view import ConsequenceView
from veo_story.cli.text import count
from veo_story.errors import LedgerError
from veo_story.making import LEDGER
from veo_story.plan import consequences
from veo_story.plan.bridge import no_bridge
from veo_story.plan.changes import changed, listed, own_parts
from veo_story.plan.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from veo_story.cli.consequence_view import Act
    from veo_story.ledger.model import Ledger
    from veo_story.making import Opened
    from veo_story.plan.consequences import Consequences
    from veo_story.plan.renamed import Move
    from veo_story.plan.takes import Seam, Take

AUTO = "auto"


def standing_of(opened: Opened) -> Standing:
    """The film as it stands in its folder."""
    stored = opened.stored
    return Standing(opened.compiled, stored.takes, stored.attempts, stored.picks or {}, stored.pins)


@contextmanager
def deciding(folder: Path, moved: tuple[Move, ...] = ()) -> Iterator[Ledger]:
    """The film's ledger, to write decisions into; what scenes that were renamed keep is written first.

    Raises LedgerError when nothing was rendered yet.
    """
    if not (folder / LEDGER).exists():
        raise LedgerError(f"nothing was rendered yet in {folder}", hint="veo-story render makes the film")
    from veo_story.ledger.opening import open_ledger

    with open_ledger(folder, None) as ledger:  # decisions move no money: the account has no part in them
        if moved:
            ledger.move(moved)
        yield ledger


def take_of(film: Standing, scene_id: str, written: str) -> Take:
    """The take that a person means: by its number, or by its id. Raises UsageError.

    A number counts among the takes of the scene as it is written now, those that fit what comes before first.
    """
    known = [take for take in film.takes if take.scene_id == scene_id]
    step = film.unpinned({scene_id}).spliced().step(scene_id)
    if not (written.isascii() and written.isdigit()):
        named = [take for take in known if written in (take.id, take.id.partition("/")[2])]
        if not named:
            raise click.UsageError(f"scene {scene_id!r} has no take {written!r}{_those(known)}")
        other = changed(own_parts(step.parts), own_parts(named[0].parts))
        if other:
            raise click.UsageError(f"{named[0].id} was made from other words: {listed(other)} changed since")
        return named[0]
    same = [t for t in known if t.number == int(written) and consequences.says_the_same(step, t)]
    fitting = [take for take in same if take.fingerprint == step.fingerprint]
    found = fitting or same
    if not found:
        raise click.UsageError(f"scene {scene_id!r} has no take {written} that fits{_those(known)}")
    if len(found) > 1:
        ids = ", ".join(take.id for take in found)
        raise click.UsageError(f"scene {scene_id!r} has several takes {written}; say which by its id: {ids}")
    return found[0]


def _those(takes: list[Take]) -> str:
    if not takes:
        return "; nothing of it was rendered yet"
    return f"; there are {', '.join(take.id for take in takes[:20])}"


def serving_take(film: Standing, scene_id: str) -> Take:
    """The take that serves a scene. Raises UsageError when there is none."""
    take = film.statuses()[scene_id].take
    if take is None:
        raise click.UsageError(f"scene {scene_id!r} has no take that serves; name one by its number or id")
    return take


def view_of(film: Standing, act: Act, title: str, first: str, told: Consequences) -> ConsequenceView:
    """The table of what a decision costs."""
    order = [placed.scene_id for placed in film.spliced().placements]
    return ConsequenceView(act, title, first, told, order, film.plan.basis)


def hold_bridge(film: Standing, scenes: frozenset[str], told: Consequences, seam: Seam | None) -> None:
    """Raise UsageError when a bridge is asked for and none can lead on."""
    if seam != "bridge" or told.bridge is not None:
        return
    raise click.UsageError(f"--bridge: {_why_no_bridge(film, scenes)}")


def _why_no_bridge(film: Standing, scenes: frozenset[str]) -> str:
    reason = ""
    for placed in film.plan.placements:
        following = film.next_of(placed.scene_id)
        if placed.scene_id not in scenes or following in scenes:
            continue
        if following is None:
            reason = reason or f"nothing comes after {placed.scene_id} in the film"
            continue
        before, kept = film.plan.step(placed.scene_id), film.plan.step(following)
        why = no_bridge(before, kept, film.plan.capabilities[following])
        stays = consequences.kept_on(film, scenes, "bridge").get(following)
        if why is not None:
            return f"none can lead to {following}: {why}"
        what = "was made from that very take" if stays else "has no take that could stay"
        return f"{following} {what}"
    return reason


def takes_word(number: int) -> str:
    """``1 take``, ``2 takes``."""
    return count(number, "take")
