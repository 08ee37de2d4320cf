"""The files that are written of a finished film: names filled in, one for each variant. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from veo_story.storyboard.values import mapping, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from decimal import Decimal

    from veo_story.storyboard.finish import Finish, Output, Variant
    from veo_story.storyboard.model import Storyboard
    from veo_story.storyboard.nodes import DataPath

FIELD = re.compile(r"\{([^{}]*)\}")
"""What is filled in: ``{film}``, ``{variant}``, ``{locale}``."""
FILM = "film.mp4"
"""The film itself, whole, in its folder: everything else is made from it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One file beside the film. ``variant`` None: of the film as it is; ``path`` is where that is written."""

    name: str
    kind: str = "mp4"
    variant: Variant | None = None
    max_mb: Decimal | None = None
    path: DataPath = ()

    @property
    def is_film(self) -> bool:
        """Whether it is the film itself, that is there anyway."""
        return self.name == FILM and self.kind == "mp4"


def wanted_of(board: Storyboard) -> tuple[Wanted, ...]:
    """The files that a storyboard wants, in the order it names them."""
    return wanted(
        board.finish,
        board.source.path.stem,
        aspect=board.render.aspect,
        locale=default_locale(board.later),
        variant=board.variant,
    )


def wanted(
    finish: Finish, film: str, *, aspect: str = "16:9", locale: str | None = None, variant: str | None = None
) -> tuple[Wanted, ...]:
    """The files of a film that is called ``film`` and has this ``aspect``.

    Without ``outputs:`` that is the film, and ``{film}-{variant}.mp4`` for every variant of another shape
    that is enabled and cut from the film (``method: reframe``). With ``outputs:`` it is what they name: a
    name that holds ``{variant}`` is one file for each such variant, any other is of the film as it is.
    ``variant`` is what the film itself is, one that was made anew: that is ``{variant}`` then.
    Fields that nothing is known of stay as they are.
    """
    variants = (
        made_from_film(finish) if variant is None else tuple(v for v in finish.variants if v.id == variant)
    )
    if not finish.outputs:
        others = () if variant else tuple(v for v in variants if v.aspect != aspect)
        return (Wanted(FILM), *(Wanted(f"{film}-{other.id}.mp4", variant=other) for other in others))
    return tuple(
        file for output in finish.outputs for file in _files(output, film, variants, locale, variant is None)
    )


def made_from_film(finish: Finish) -> tuple[Variant, ...]:
    """The variants that are enabled and cut from the finished picture."""
    return tuple(v for v in finish.variants if v.enabled and v.method == "reframe")


def default_locale(later: Mapping[str, Any]) -> str | None:
    """The language that the storyboard is written in, if it says so."""
    return text(mapping(later.get("locales")).get("default"))


def _files(
    output: Output, film: str, variants: tuple[Variant, ...], locale: str | None, reframed: bool
) -> Iterator[Wanted]:
    known = {"film": film} | ({} if locale is None else {"locale": locale})
    if "{variant}" not in output.name:
        yield Wanted(_filled(output.name, known), output.kind, None, output.max_mb, output.path)
        return
    for variant in variants:
        name = _filled(output.name, {**known, "variant": variant.id})
        yield Wanted(name, output.kind, variant if reframed else None, output.max_mb, output.path)


def _filled(name: str, known: Mapping[str, str]) -> str:
    return FIELD.sub(lambda found: known.get(found[1], found[0]), name)
