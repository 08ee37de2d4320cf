"""Find a backend by its name, built in or brought by another package.

Other packages offer one through the entry-point group ``veo_story.backends``: a function that takes
:class:`BackendSettings` and returns a :class:`~veo_story.backends.base.Backend`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Literal

from veo_story.errors import ConfigError
from veo_story.spelling import nearest
from veo_story.times import REAL_TIME, Time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from pathlib import Path

    from veo_story.backends.base import Backend

GROUP = "veo_story.backends"

# The same line stands in pyproject.toml; this one serves a source tree that was never installed.
_BUILT_IN = {
    "local": "veo_story.backends.local:open_backend",
    "gemini": "veo_story.backends.veo:open_gemini",
    "vertex": "veo_story.backends.veo:open_vertex",
}


def _say_nothing(_text: str) -> None:
    return


@dataclass(frozen=True, slots=True)
class BackendSettings:
    """What a backend gets to know about this run.

    ``folder`` is the film's folder: backends may keep temporary files in ``folder/.work``. ``workers`` is how
    many chains are rendered side by side. ``returns`` is how a backend that can do both answers an
    extension. ``environ`` is the environment to take keys and endpoints from. ``time`` is the clock to wait
    by; ``today`` the date to read retirements at (None: the clock's). ``allow_retired`` sends requests to
    models known to be switched off. ``storage`` is a place at the service for inputs and results
    (``gs://bucket/prefix``). ``labels`` go with every request, for the bill. ``remark`` tells a person
    something worth knowing. ``is_stopping`` says whether the run is to send nothing more.
    """

    folder: Path
    workers: int = 2
    returns: Literal["tail", "combined"] = "tail"
    environ: Mapping[str, str] = field(default_factory=dict)
    time: Time = REAL_TIME
    today: date | None = None
    allow_retired: bool = False
    storage: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    remark: Callable[[str], None] = _say_nothing
    is_stopping: Callable[[], bool] = lambda: False


def backend_names() -> tuple[str, ...]:
    """The names of all backends found here, sorted."""
    return tuple(sorted({*_BUILT_IN, *(e.name for e in entry_points(group=GROUP))}))


def open_backend(name: str, settings: BackendSettings) -> Backend:
    """Open the backend called ``name``.

    Raises :class:`ConfigError` when there is none of that name or it cannot be loaded.
    """
    # Looking through all installed packages takes time; what is built in does without.
    if name not in _BUILT_IN and name not in (names := backend_names()):
        near = nearest(name, names)
        hint = f"did you mean '{near}'?" if near else f"known backends: {', '.join(names)}"
        raise ConfigError(f"no backend is called '{name}'", hint=hint)
    return _opener(name)(settings)


def _opener(name: str) -> Callable[[BackendSettings], Backend]:
    if name in _BUILT_IN:
        module, _, function = _BUILT_IN[name].partition(":")
        opener: Callable[[BackendSettings], Backend] = getattr(import_module(module), function)
        return opener
    entry = next(e for e in entry_points(group=GROUP) if e.name == name)
    try:
        opener = entry.load()
    except Exception as error:
        raise ConfigError(
            f"the backend '{name}' of {entry.value} cannot be loaded: {error}",
            hint="reinstall the package that brings it",
        ) from error
    return opener
