"""A storyboard turned into one of its variants: the same film, made anew in another shape. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from veo_story.errors import ConfigError
from veo_story.storyboard.manuscript import did_you_mean, one_of

if TYPE_CHECKING:
    from veo_story.storyboard.finish import Variant
    from veo_story.storyboard.model import Storyboard


def as_variant(board: Storyboard, variant: Variant) -> Storyboard:
    """The storyboard with the variant's shape; its film has a name and a folder of its own."""
    return replace(board, render=replace(board.render, aspect=variant.aspect), variant=variant.id)


def variant_named(board: Storyboard, name: str) -> Variant:
    """The variant that is rendered as a film of its own under this name, enabled or not.

    Raises ConfigError when there is none, or when it is cut from the film.
    """
    anew = [variant for variant in board.finish.variants if variant.method == "regenerate"]
    for variant in anew:
        if variant.id == name:
            return variant
    file = board.source.display
    if any(variant.id == name for variant in board.finish.variants):
        raise ConfigError(
            f"{file}: the variant '{name}' is cut from the film, so it is not rendered",
            hint="it is written when the film is; 'method: regenerate' has it made anew",
        )
    known = [variant.id for variant in anew]
    hint = did_you_mean(name, known) or (
        f"those made anew are {one_of(known)}" if known else "no variant has 'method: regenerate'"
    )
    raise ConfigError(f"{file}: no variant is called '{name}'", hint=hint)
