"""Veo 3.1 on the Gemini API and on Vertex AI, over one wire format and one HTTP layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from veo_story.backends.base import Backend
    from veo_story.backends.registry import BackendSettings


def open_gemini(settings: BackendSettings) -> Backend:
    """Open the Gemini API. Raises ConfigError without a key, or when the endpoint may not get it."""
    from veo_story.backends.veo.gemini import GeminiBackend

    return GeminiBackend(settings)


def open_vertex(settings: BackendSettings) -> Backend:
    """Open Vertex AI. Raises ConfigError without project and credentials, or for an unsafe endpoint."""
    from veo_story.backends.veo.vertex import VertexBackend

    return VertexBackend(settings)
