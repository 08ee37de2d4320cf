"""The table at the end: what was killed where, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tests.crash.phases import PHASES, Phase
from tests.crash.told import Told

_TELLING = 300
_LEAST: dict[Phase, float] = {
    "before the first request": 0.02,
    "POST in flight": 0.2,
    "polling": 0.02,
    "downloading": 0.02,
    "storing": 0.02,
    "joining the film": 0.02,
    "after": 0.02,
}
"""The share of the kills that each phase must have; the others last too short for that."""


def line(told: Told) -> str:
    """A history in one line, and below it what a person was asked and what is wrong."""
    kills = Counter(death.phase for death in told.deaths)
    phases = ", ".join(f"{kills[phase]} {phase}" for phase in PHASES if kills[phase])
    first = f"{told.history}: {len(told.deaths)} kills ({phases}), {told.bill_usd} USD, {told.seconds:.1f} s"
    asked = [f"    unknown: {unknown}" for unknown in told.unknowns]
    return "\n".join([first, *asked, *(f"    WRONG: {wrong}" for wrong in told.wrong)])


def table(histories: Sequence[Told], seconds: float) -> str:
    """All histories together."""
    deaths = [death for told in histories for death in told.deaths]
    at_random = [death for death in deaths if death.moment.startswith("time ")]
    runs = sum(told.runs for told in histories)
    lines = [
        f"{len(histories)} histories, {len(deaths)} kills, {runs} runs, {seconds:.0f} s",
        "",
        f"  {'killed':28}{'kills':>6}{'share':>8}{'of those at a random time':>28}",
    ]
    for phase in PHASES:
        kills = sum(death.phase == phase for death in deaths)
        natural = sum(death.phase == phase for death in at_random)
        lines.append(f"  {phase:28}{kills:6}{_share(kills, deaths):>8}{_share(natural, at_random):>28}")
    answers = Counter(unknown.answer for told in histories for unknown in told.unknowns)
    unknowns = len({unknown.attempt for told in histories for unknown in told.unknowns})
    told = ", ".join(f"{count} {answer}" for answer, count in answers.most_common()) or "none"
    rows = (
        ("unknown outcomes", f"{unknowns} ({told})"),
        ("retakes", sum(t.retakes for t in histories)),
        ("paid again with consent", sum(t.consented for t in histories)),
        ("paid twice without consent", sum(t.paid_twice for t in histories)),
        ("clips lost", sum(t.clips_lost for t in histories)),
        ("another film than undisturbed", sum(t.other_film for t in histories)),
        ("cost other than the bill", sum(t.other_cost for t in histories)),
        ("histories with something wrong", sum(bool(t.wrong) for t in histories)),
    )
    return "\n".join([*lines, "", *(f"  {name:32}{value}" for name, value in rows)])


def unfair(histories: Sequence[Told]) -> list[str]:
    """Phases that were killed in too seldom; nothing where there are too few kills to tell."""
    deaths = Counter(death.phase for told in histories for death in told.deaths)
    if deaths.total() < _TELLING:
        return []
    return [
        f"only {_share(deaths[phase], list(deaths.elements()))} of the kills: {phase}"
        for phase, least in _LEAST.items()
        if deaths[phase] < least * deaths.total()
    ]


def _share(part: int, of: Sequence[object]) -> str:
    return f"{part / len(of):.1%}" if of else "-"
