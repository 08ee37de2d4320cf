"""Where each request goes: paths after the version (``/v1beta/``, ``/v1/``), without a leading slash."""

from __future__ import annotations

from urllib.parse import quote


def gemini_submit(model: str) -> str:
    """Where a generation is asked for: ``models/M:predictLongRunning``."""
    return f"{_gemini_model(model)}:predictLongRunning"


def gemini_operations(model: str) -> str:
    """The list of a model's operations."""
    return f"{_gemini_model(model)}/operations"


def vertex_model(model: str, project: str | None, location: str) -> str:
    """A model's own path. ``project`` None is express mode, whose paths name neither project nor location."""
    path = f"publishers/google/models/{_last_name(model)}"
    if project is None:
        return path
    # A domain-scoped project id ("example.com:film") keeps its colon, as Google writes it.
    return f"projects/{quote(project, safe=':')}/locations/{quote(location, safe='')}/{path}"


def vertex_submit(model_path: str) -> str:
    """Where a generation is asked for; ``model_path`` comes from :func:`vertex_model`."""
    return f"{model_path}:predictLongRunning"


def vertex_poll(model_path: str) -> str:
    """Where an operation is looked at, by a POST with ``{"operationName": name}``."""
    return f"{model_path}:fetchPredictOperation"


def gcs_upload(bucket: str, name: str) -> tuple[str, dict[str, str]]:
    """Path and query of an upload in one piece. No version: Cloud Storage has it inside the path."""
    return f"upload/storage/v1/b/{quote(bucket, safe='')}/o", {"uploadType": "media", "name": name}


def gcs_download(bucket: str, name: str) -> tuple[str, dict[str, str]]:
    """Path and query of an object's bytes; the slashes of its name are encoded too."""
    return f"storage/v1/b/{quote(bucket, safe='')}/o/{quote(name, safe='')}", {"alt": "media"}


def gcs_list(bucket: str, prefix: str) -> tuple[str, dict[str, str]]:
    """Path and query of the list of objects whose names begin with ``prefix``."""
    return f"storage/v1/b/{quote(bucket, safe='')}/o", {"prefix": prefix}


def _gemini_model(model: str) -> str:
    return f"models/{_last_name(model)}"


def _last_name(model: str) -> str:
    """``models/veo`` and ``publishers/google/models/veo`` name the same model as ``veo``."""
    return quote(model.rpartition("/")[2], safe="")
