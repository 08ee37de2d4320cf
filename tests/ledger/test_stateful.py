"""Whatever is done in whatever order: the caps hold, and no attempt takes an arrow that is not drawn."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from tests.ledger.making import NOW, a_step, a_take
from veo_story.errors import BudgetError, LedgerError, OutcomeUnknown
from veo_story.ledger.model import ARROWS, Caps, Spent
from veo_story.ledger.sqlite import SqliteLedger
from veo_story.plan.takes import AttemptState as S

FILM, SCENE = Decimal(5), Decimal(2)
MONEY = st.decimals("0.01", "1.5", places=2)
SHARE = st.sampled_from([Decimal(0), Decimal("0.5"), Decimal(1)])


class Spending(RuleBasedStateMachine):
    attempts = Bundle("attempts")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "ledger.sqlite"
        self.ledger = SqliteLedger(self.path)
        self.model: dict[str, tuple[S, str, Decimal]] = {}  # id -> state, scene, what counts
        self.lost: set[tuple[str, str]] = set()
        self.words: dict[str, str] = {}
        self.takes = 0

    def teardown(self) -> None:
        self.ledger.close()
        self.folder.cleanup()

    @rule(
        target=attempts,
        scene=st.sampled_from(["s01", "s02", "s03"]),
        worst=MONEY,
        words=st.sampled_from("ab"),
    )
    def intend(self, scene: str, worst: Decimal, words: str) -> str:
        film = sum(money for _, _, money in self.model.values())
        of_scene = sum(money for _, s, money in self.model.values() if s == scene)
        lost = any(
            state is S.UNKNOWN and (s, self.words[a]) == (scene, words)
            for a, (state, s, _) in self.model.items()
        )
        try:
            attempt = self.ledger.intend(
                a_step(scene, words), expected=worst, worst=worst, caps=Caps(FILM, SCENE), now=NOW
            )
        except OutcomeUnknown:
            assert lost
            return "refused"
        except BudgetError:
            assert film + worst > FILM or of_scene + worst > SCENE
            return "refused"
        assert not lost
        assert film + worst <= FILM
        assert of_scene + worst <= SCENE
        self.model[attempt.id] = (S.INTENDED, scene, worst)
        self.words[attempt.id] = words
        return attempt.id

    @rule(attempt=attempts, to=st.sampled_from(sorted(S)), share=SHARE)
    def move(self, attempt: str, to: S, share: Decimal) -> None:
        if attempt == "refused" or to is S.INTENDED:
            return
        before, scene, counted = self.model[attempt]
        cost = counted * share
        try:
            self._walk(attempt, scene, to, cost)
        except LedgerError:
            assert to not in ARROWS[before]
            return
        assert to in ARROWS[before]
        ends = {S.STORED: cost, S.FAILED: cost, S.RELEASED: Decimal(0)}
        self.model[attempt] = (to, scene, ends.get(to, counted))

    def _walk(self, attempt: str, scene: str, to: S, cost: Decimal) -> None:
        match to:
            case S.SENT:
                self.ledger.sent(attempt, now=NOW)
            case S.ANSWERED:
                self.ledger.answered(attempt, "op", now=NOW)
            case S.STORED:
                self.takes += 1
                take = a_take(a_step(scene, self.words[attempt]), self.path.parent, self.takes, str(cost))
                self.ledger.stored(attempt, take, cost=cost, now=NOW)
            case S.FAILED:
                self.ledger.fail(attempt, error="failed", billed=cost, now=NOW)
            case S.RELEASED:
                self.ledger.release(attempt, error="refused", now=NOW)
            case _:
                self.ledger.lose(attempt, error="reset", now=NOW)

    @rule()
    def another_process(self) -> None:
        self.ledger.close()
        self.ledger = SqliteLedger(self.path)

    @invariant()
    def money_is_as_modelled_and_under_the_caps(self) -> None:
        for scene in (None, "s01", "s02", "s03"):
            mine = [(s, m) for s, of, m in self.model.values() if scene in (None, of)]
            open_states = (S.INTENDED, S.SENT, S.ANSWERED)
            assert self.ledger.spent(scene) == Spent(
                sum((m for s, m in mine if s in (S.STORED, S.FAILED, S.RELEASED)), Decimal(0)),
                sum((m for s, m in mine if s in open_states), Decimal(0)),
                sum((m for s, m in mine if s is S.UNKNOWN), Decimal(0)),
            )
            assert self.ledger.spent(scene).counted_usd <= (FILM if scene is None else SCENE)

    @invariant()
    def states_are_as_modelled(self) -> None:
        assert {a.id: a.state for a in self.ledger.attempts()} == {
            a: s for a, (s, _, _) in self.model.items()
        }


TestSpending = Spending.TestCase
TestSpending.settings = settings(max_examples=25, stateful_step_count=25)
