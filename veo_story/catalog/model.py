"""Facts of one model on one platform, as the compiler asks for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from veo_story.storyboard.model import Mode


@dataclass(frozen=True, slots=True)
class ChainLimits:
    """How far a chain may grow, in seconds. ``adds_s`` is what one extension adds."""

    adds_s: Decimal
    shortest_input_s: Decimal
    longest_input_s: Decimal
    longest_result_s: Decimal
    most_extensions: int


@dataclass(frozen=True, slots=True)
class Price:
    """USD a second of new footage, from a dated table."""

    resolution: str
    audio: bool
    usd_per_s: Decimal


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What one model on one platform takes, makes and costs.

    ``durations_s`` lists the lengths a mode may have; an absent mode means any whole number of frames
    up to ``longest_s``. ``returns`` says whether an extension comes back as one ``combined`` file or as
    its new footage only (``tail``); ``can_return`` lists the answers to choose from, where there is a choice.
    ``fixed_8s`` names what forces 8 s: a resolution, or ``references``. ``silent_extensions`` is False where
    an extension comes with sound whatever was asked. ``resize`` and ``compression`` say whether a request
    may ask for them. ``length_slack_frames`` is by how many frames a clip may be longer or shorter than
    asked. ``retention_s`` is how long the service keeps what it made, None where that is not known; with
    ``use_renews`` it begins anew when a clip is extended. No price at all means unknown, never free.
    """

    backend: str
    model: str
    tier: str
    stage: str
    modes: frozenset[Mode]
    durations_s: Mapping[Mode, tuple[Decimal, ...]]
    resolutions: tuple[str, ...]
    extend_resolutions: tuple[str, ...]
    aspects: tuple[str, ...]
    chain: ChainLimits | None
    returns: Literal["combined", "tail"]
    remade_frames: int
    references: int
    prompt_tokens: int
    prices: tuple[Price, ...]
    longest_s: Decimal = Decimal(60)
    fixed_8s: frozenset[str] = frozenset()
    image_bytes: int = 20_000_000
    seed: bool = True
    negative_prompt: bool = True
    silent: bool = True
    silent_extensions: bool = True
    samples: int = 1
    length_slack_frames: int = 0
    people: tuple[str, ...] = ("auto",)
    resize: bool = False
    compression: bool = False
    hints: bool = False
    windows: bool = False
    can_return: tuple[str, ...] = ()
    retention_s: int | None = None
    use_renews: bool = False
    requests_per_minute: int | None = None
    retired_on: date | None = None
    retired_note: str | None = None
    prices_from: date | None = None
    sources: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_free(self) -> bool:
        """Whether nothing it makes costs money. A model without known prices is not free."""
        return bool(self.prices) and all(p.usd_per_s == 0 for p in self.prices)

    def is_gone(self, today: date) -> bool:
        """Whether it is known to be switched off; a date with a note is only the earliest there can be."""
        return self.retired_on is not None and self.retired_on <= today and self.retired_note is None

    def usd_per_s(self, resolution: str, *, audio: bool) -> Decimal:
        """The price of a second. A missing silent price is the price with sound.

        Raises KeyError when the model does not make that resolution.
        """
        found = {p.audio: p.usd_per_s for p in self.prices if p.resolution == resolution}
        if not found:
            raise KeyError(resolution)
        return found.get(audio, found[True])
