"""Subtitles as files beside a film: SRT and VTT, at times that come back as the same frames."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from veo_story.media.files import write_whole
from veo_story.media.grid import FRAME_SAMPLES, RATE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from veo_story.media.files import Disk
    from veo_story.media.spans import Caption

    Format = Literal["srt", "vtt"]

_ARROW = "-->"


def write_subtitles(
    captions: Iterable[Caption], into: Path, disk: Disk | None = None, *, title: str = ""
) -> Path:
    """Write captions to ``into`` (``.srt`` or ``.vtt``), whole or not at all. Raises OSError."""
    form: Format = "vtt" if into.suffix == ".vtt" else "srt"
    write_whole(into, subtitles(captions, form, title).encode(), disk)
    return into


def subtitles(captions: Iterable[Caption], form: Format, title: str = "") -> str:
    """The text of an SRT or VTT file. A VTT begins with the ``title`` of the film."""
    import pysubs2

    file = pysubs2.SSAFile()
    for caption in captions:
        lines = _lines(caption.text, form)
        if lines:
            file.append(pysubs2.SSAEvent(_ms(caption.start), _ms(caption.end), r"\N".join(lines)))
    # What the text says is shown as it stands: braces and tags have no meaning of ours.
    written = file.to_string(form, keep_ssa_tags=True)
    if form == "srt":
        return written
    heading = " ".join(title.replace(_ARROW, "→").split())
    return written.replace("WEBVTT", f"WEBVTT - {heading}", 1) if heading else written


def _ms(frame: int) -> int:
    """When a frame is shown, in milliseconds."""
    return round(frame * 1000 * FRAME_SAMPLES / RATE)


def _lines(text: str, form: Format) -> list[str]:
    # An empty line would end the caption.
    lines = [line.strip() for line in re.split(r"[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+", text)]
    return [_safe(line, form) for line in lines if line]


def _safe(line: str, form: Format) -> str:
    """A line that no reader takes for something else."""
    if form == "vtt":
        line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # An arrow would be read as times, and pysubs2 takes \N for a line's end.
    return re.sub(r"\\(?=[Nnh])", "\\\\\u2060", line.replace(_ARROW, "→"))
