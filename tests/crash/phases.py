"""What a victim was about when it died: by what it left and what the service saw, not by what we aimed at."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Literal, get_args

from tests.crash.folder import Snapshot

Phase = Literal[
    "before the first request",
    "POST in flight",
    "polling",
    "downloading",
    "storing",
    "between requests",
    "joining the film",
    "after",
    "settling a question",
]
PHASES: tuple[Phase, ...] = get_args(Phase)


def phase_of(left: Snapshot, film: Path, told: Counter[str], *, is_complete: bool, is_cut: bool) -> Phase:
    """The phase in which a run died.

    ``told`` are the service's events of this run; ``is_complete``: every scene has its takes; ``is_cut``: the
    film is there. With chains side by side the phase that is most dangerous counts.
    """
    if left.in_state("sent"):
        return "POST in flight"
    if is_complete:
        return "after" if is_cut else "joining the film"
    if not any(event.endswith("under way") for event in told):
        return "before the first request"
    under_way = left.in_state("answered")
    if not under_way:
        return "between requests"
    clips = list(film.glob("takes/*/.*.part/*clip.mp4*"))
    known = {str(Path(take["clip"]).parent) for take in left.takes}
    # A clip has this name only when it came whole; then it is measured and written up.
    if set(left.folders) - known or any(clip.name == "clip.mp4" for clip in clips):
        return "storing"
    if clips or told["download under way"] > told["download answered"]:
        return "downloading"
    return "polling"
