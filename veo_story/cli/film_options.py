"""FILE and the options that say how its film is read, for every command about what a film's folder holds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

from veo_story.cli import options
from veo_story.cli.checking import Wanted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from veo_story.cli.shell import Shell
    from veo_story.making import Opened

_OPTIONS = (
    options.renders_option,
    options.for_option,
    options.tier_option,
    options.variant_option,
    options.local_result_option,
    options.allow_outside_option,
)


@dataclass(frozen=True, slots=True)
class FilmFile:
    """The storyboard that a command was given, and how it wants it read."""

    file: Path
    renders: Path
    wanted: Wanted

    def open(self, shell: Shell, *, quiet: bool = True) -> Opened:
        """Its film. See :func:`veo_story.cli.opened.open_film`."""
        from veo_story.cli.opened import open_film

        return open_film(self.file, shell, self.wanted, self.renders, quiet=quiet)


def film_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command these options; it gets them, and its FILE, as one :class:`FilmFile` called ``film``.

    ``options.file_argument`` stands above it, before the command's own arguments.
    """

    @wraps(command)
    def called(
        *,
        file: Path,
        renders: Path,
        backend: str | None,
        tier: str | None,
        variant: str | None,
        local_result: options.Returns | None,
        allow_outside: bool,
        **own: Any,
    ) -> Any:
        wanted = Wanted(backend, local_result, allow_outside, tier=tier, variant=variant)
        return command(film=FilmFile(file, renders, wanted), **own)

    for option in reversed(_OPTIONS):
        called = option(called)
    return called
