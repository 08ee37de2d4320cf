"""What a retake, a pick or a promotion costs and leads to, as people and programs read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from veo_story.cli.selection import ranges
from veo_story.cli.text import count, pad, wrapped
from veo_story.money import usd
from veo_story.plan.consequences import Price

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from veo_story.plan.consequences import Bridge, Consequences

_OTHER = {
    "new": "if extensions bill the assembled clip",
    "assembled": "if extensions bill only their new seconds",
}

_FREE = Price()

Act = Literal["retake", "pick", "promotion"]


@dataclass(frozen=True, slots=True)
class ConsequenceView:
    """What is told before anything is sent.

    ``title`` says what is done, ``first`` what is sent at once. ``order`` holds the ids of the film's scenes,
    ``basis`` is the reading that the budget goes by.
    """

    act: Act
    title: str
    first: str
    told: Consequences
    order: Sequence[str]
    basis: str

    def text(self, width: int) -> str:
        """A line for each way, with its price."""
        rows = [*self._rows()]
        wide = max(len(usd(price.usd)) for _, price, _ in rows)
        lines = [self.title]
        for way, price, words in rows:
            lines.append(wrapped(f"  {way:<6}  {pad(usd(price.usd), wide, right=True)} USD  {words}", width))
        lines += [wrapped(f"  {line}", width) for line in self._remarks()]
        return "\n".join(lines)

    def _rows(self) -> Iterator[tuple[str, Price, str]]:
        told = self.told
        yield "now", told.now, self.first
        words = _ONE if len(told.stale) == 1 else _MANY
        stale = ranges(self.order, told.stale)
        if told.stale:
            yield "later", told.later, _LATER[self.act].format(stale=stale, **words)
        if told.bridge is not None:
            stay = f"; {stale} {words['stay']}" if told.stale else ""
            yield "bridge", told.bridge.price, f"{_led(told.bridge)}{stay} (--bridge)"
        if told.stale:
            yield "cut", _FREE, _CUT[self.act].format(stale=stale, **words)

    def _remarks(self) -> Iterator[str]:
        told = self.told
        if told.due:
            due = ranges(self.order, told.due)
            yield f"in any case {due} are to be rendered: {usd(told.rest.usd)} USD"
        ways = (("now", told.now), ("later", told.later), ("in any case", told.rest))
        other = [f"{way} {usd(price.other_usd)}" for way, price in ways if price.other_usd != price.usd]
        if other:
            yield f"{_OTHER.get(self.basis, 'by the other reading')}: {', '.join(other)} USD"

    def data(self) -> dict[str, Any]:
        """The same for programs; money is a decimal string in USD."""
        told, bridge = self.told, self.told.bridge
        return {
            "act": self.act,
            "sent": dict(told.sent),
            "now": _money(told.now),
            "later": {**_money(told.later), "scenes": list(told.stale)},
            "bridge": None
            if bridge is None
            else {
                **_money(bridge.price),
                "scenes": list(bridge.scenes),
                "seconds": [_plain(length) for length in bridge.new_s],
            },
            "cut": _money(_FREE),
            "in_any_case": {**_money(told.rest), "scenes": list(told.due)},
            "basis": self.basis,
        }


_ONE = {"are": "is", "them": "it", "stay": "stays", "they_are": "it is"}
_MANY = {"are": "are", "them": "them", "stay": "stay", "they_are": "they are"}
_LATER: dict[Act, str] = {
    "retake": "{stale} {are} made from the old take: made anew when you pick the new one",
    "pick": "{stale} {are} made from another take: the next render makes {them} anew",
    "promotion": "{stale} {are} made from the old takes: or made anew too (--onward)",
}
_CUT: dict[Act, str] = {
    "retake": "or a hard cut: {stale} {stay} as {they_are} (--cut)",
    "pick": "or a hard cut: {stale} {stay} as {they_are} (--cut)",
    "promotion": "hard cuts: {stale} {stay} as {they_are} (this is done unless you say otherwise)",
}


def _led(bridge: Bridge) -> str:
    lengths = [_plain(length) for length in bridge.new_s]
    if len(lengths) == 1:
        article = "an" if lengths[0].startswith("8") else "a"
        return f"or {article} {lengths[0]} s interpolation leads from the new take to {bridge.scenes[0]}"
    many = count(len(lengths), "interpolation")
    return f"or {many} of {', '.join(dict.fromkeys(lengths))} s lead to {', '.join(bridge.scenes)}"


def _plain(seconds: Decimal) -> str:
    return f"{seconds.normalize():f}"


def _money(price: Price) -> dict[str, str]:
    return {"usd": f"{price.usd:f}", "other_usd": f"{price.other_usd:f}"}
