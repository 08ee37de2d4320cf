"""The free renderer: drawn pictures and ambience on this machine, by the rules of the paid services.

What it makes is honest, not real: every picture says which scene, prompt and frame it stands for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from veo_story.backends.base import Backend
    from veo_story.backends.registry import BackendSettings


def open_backend(settings: BackendSettings) -> Backend:
    """The local backend for a film's folder. Starts nothing until the first step is submitted."""
    from veo_story.backends.local.backend import LocalBackend

    return LocalBackend(settings)
