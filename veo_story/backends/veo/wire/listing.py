"""A page of the list of a model's operations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, assert_never

from veo_story.backends.veo.wire.model import Broken, Finished, Pending, WireError, Withheld
from veo_story.backends.veo.wire.replies import read_operations, read_reply
from veo_story.backends.veo.wire.texts import fit_to_show

_LONGEST_TOKEN = 2000
_LONGEST_ABOUT = 160


@dataclass(frozen=True, slots=True)
class Listed:
    """One operation of the list. ``about`` says for a person how it stands."""

    name: str
    is_done: bool
    about: str


@dataclass(frozen=True, slots=True)
class Page:
    """Operations, and what to ask for the next page with; ``""``: this is the last one."""

    operations: tuple[Listed, ...]
    next_token: str


def read_page(answer: Any) -> Page:
    """One page of the list. Raises WireError when it is none."""
    named = read_operations(answer)
    entries = answer.get("operations") or ()
    listed = (Listed(*name, _about(entry)) for name, entry in zip(named, entries, strict=True))
    token = answer.get("nextPageToken")
    fits = isinstance(token, str) and len(token) <= _LONGEST_TOKEN
    return Page(tuple(listed), token if fits else "")


def _about(entry: dict[str, Any]) -> str:
    metadata = entry.get("metadata")
    began = metadata.get("createTime") if isinstance(metadata, dict) else None
    since = f", begun {fit_to_show(began, 40)}" if isinstance(began, str) and began else ""
    return f"{fit_to_show(_state(entry), _LONGEST_ABOUT)}{since}"


def _state(entry: dict[str, Any]) -> str:
    try:
        reply = read_reply(entry, "gemini")
    except WireError:
        return "finished" if entry.get("done") else "in a state that nobody understands"
    match reply:
        case Pending():
            return "still running"
        case Finished(clips):
            return "finished, 1 clip" if len(clips) == 1 else f"finished, {len(clips)} clips"
        case Withheld(reasons):
            return f"withheld by a filter: {'; '.join(reasons)}"
        case Broken(error):
            return f"failed: {error.message}"
        case _:
            assert_never(reply)
