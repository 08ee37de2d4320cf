"""Media of the engine's fakes: a clip is a text file of one line a frame, which says who drew it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from veo_story.engine.media import MediaTools
from veo_story.errors import MediaError


def frames_of(clip: Path) -> list[str]:
    return clip.read_text().splitlines()


@dataclass(frozen=True)
class FakeProbe:
    frames: int


@dataclass(frozen=True)
class FakeRepeat:
    join_frame: int
    faithful: bool


def fake_probe(clip: Path) -> FakeProbe:
    return FakeProbe(len(frames_of(clip)))


def fake_repeat(parent: Path, start: int, end: int, child: Path, expected: int) -> FakeRepeat:
    tail = frames_of(parent)[start:end]
    if frames_of(child)[expected - len(tail) : expected] != tail:
        raise MediaError(f"{child.name} does not contain {parent.name}")
    return FakeRepeat(expected, True)


def fake_last_frame(clip: Path, start: int, end: int) -> int:
    """The last frame that is not marked as soft."""
    lines = frames_of(clip)
    return max(n for n in range(start, end) if not lines[n].endswith("soft"))


def fake_png(clip: Path, frame: int, into: Path) -> Path:
    into.write_text(frames_of(clip)[frame])
    return into


FAKE_MEDIA = MediaTools(fake_probe, fake_repeat, fake_last_frame, fake_png)
