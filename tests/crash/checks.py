"""What must hold when a history is over."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from tests.crash.filming import Filming
from tests.crash.folder import digest_of
from tests.crash.person import usd
from tests.support.decoded import Decoded, decode


def check(filming: Filming, whole: Decoded) -> None:
    """Write down everything that is wrong. ``whole`` is the film as it is when nobody kills anything."""
    for found in (_payments(filming), _clips(filming), _ledger(filming), _film(filming, whole)):
        filming.told.wrong += found


def _payments(filming: Filming) -> list[str]:
    """No scene was charged more often than it was asked for, but where somebody agreed to it."""
    told, left = filming.told, filming.look()
    asked = {left.prompt(attempt): attempt["scene_id"] for attempt in left.attempts}
    charges = filming.service.charges()
    told.bill_usd = str(usd(charges))
    wrong = []
    for prompt, paid in _times_paid(charges).items():
        scene = asked.get(prompt)
        if scene is None:
            wrong.append(f"something was charged that the ledger never heard of: {prompt[:80]}")
            continue
        wanted, consented = filming.asked[prompt], filming.consents[prompt]
        more = paid - wanted
        told.consented += max(0, min(more, consented))
        if more > consented:
            told.paid_twice += more - consented
            wrong.append(f"{scene} was charged {paid} times, {wanted} asked for, {consented} risked")
    return wrong


def _times_paid(charges: list[dict[str, object]]) -> Counter[str]:
    paid: Counter[str] = Counter()
    for charge in charges:
        if Decimal(str(charge["usd"])) > 0:
            paid[str(charge["prompt"])] += int(str(charge["samples"]))
    return paid


def _clips(filming: Filming) -> list[str]:
    """Whatever take was seen once is still there, byte for byte, and in the ledger; nothing was put aside."""
    left = filming.look()
    rows = {take["id"] for take in left.takes}
    at = {str(take["clip"]).removesuffix("/clip.mp4") for take in left.takes}
    wrong = [f"the ledger lost the take {row}" for row in sorted(filming.rows - rows)]
    for name, digest in sorted(filming.folders.items()):
        if name not in at:
            wrong.append(f"the ledger does not know {name}")
        if not (filming.film / name).is_dir():
            wrong.append(f"{name} is gone")
        elif digest_of(filming.film / name) != digest:
            wrong.append(f"{name} was changed")
    filming.told.clips_lost += len(wrong)
    aside = [path.name for path in filming.film.glob("takes/*/rejected-*")]
    return wrong + [f"a paid clip was put aside: {name}" for name in aside]


def _ledger(filming: Filming) -> list[str]:
    """Nothing is open, and the ledger's sum is the bill's, to the cent."""
    left = filming.look()
    wrong = [
        f"{a['scene_id']} ({a['id'][:8]}) was left {a['state']}"
        for a in left.in_state("intended", "sent", "answered", "unknown")
    ]
    cost = filming.ask("cost", "film.yaml")["total"]
    caps = filming.ask("caps")["month"]
    told = {
        "the ledger": left.settled_usd,
        "cost": Decimal(cost["settled_usd"]) + Decimal(cost["reserved_usd"]) + Decimal(cost["unknown_usd"]),
        "the account": Decimal(caps["spent_usd"]),
    }
    for who, says in told.items():
        if says != Decimal(filming.told.bill_usd):
            filming.told.other_cost = True
            wrong.append(f"{who} says {says} USD, the bill {filming.told.bill_usd}")
    return wrong


def _film(filming: Filming, whole: Decoded) -> list[str]:
    """The same frames and the same sound. How the ground is shaded may differ: by it takes are told apart."""
    filming.told.other_film = True
    if not filming.cut.exists():
        return ["there is no film"]
    ours = decode(filming.cut)
    if (ours.codes, ours.times) != (whole.codes, whole.times):
        return [f"another film came out: {ours.codes}"]
    if ours.sound.shape != whole.sound.shape or not (ours.sound == whole.sound).all():
        return ["the film sounds otherwise"]
    filming.told.other_film = False
    return []
