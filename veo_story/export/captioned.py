"""The words of a film as subtitle files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.media.subtitles import subtitles

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.export.hand_over import HandOver


def write_srt(given: HandOver, beside: Path) -> bytes:
    """SubRip."""
    del beside
    return subtitles(given.captions, "srt", given.edit.title).encode()


def write_vtt(given: HandOver, beside: Path) -> bytes:
    """WebVTT."""
    del beside
    return subtitles(given.captions, "vtt", given.edit.title).encode()


def lost_in_srt(given: HandOver) -> tuple[str, ...]:
    """Says so when there is nothing in the file."""
    return () if given.captions else ("anything: nobody says a word in this film",)


lost_in_vtt = lost_in_srt
