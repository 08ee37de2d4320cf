"""The poster frame of a film: the one its author names, else one that shows it at its best."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from veo_story.media.files import write_whole
from veo_story.storyboard.model import FPS, Mode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from veo_story.film.edit import Cut, Edit
    from veo_story.media.files import Disk
    from veo_story.storyboard.model import Storyboard

_MOST = 32
"""So many frames are looked at."""


def write_poster(edit: Edit, board: Storyboard, film: Path, into: Path, disk: Disk | None = None) -> int:
    """Write the poster of a film that is there as a PNG, whole or not at all; the frame it shows.

    Raises MediaError when the film cannot be read, OSError when the disk fails.
    """
    from PIL import Image

    from veo_story.media.frames import read_frame

    frame = named_frame(edit, board)
    if frame is None:
        frame = picked_frame(edit, board, film)
    written = io.BytesIO()
    Image.fromarray(read_frame(film, frame)).save(written, format="PNG", compress_level=6)
    write_whole(into, written.getvalue(), disk)
    return frame


def named_frame(edit: Edit, board: Storyboard) -> int | None:
    """The frame that ``poster:`` names; None where it names none, or a scene that is not in the film."""
    moment = board.finish.poster
    if moment is None:
        return None
    cut = next((cut for cut in edit.cuts if cut.scene_id == moment.scene_id), None)
    if cut is None:
        return None
    return min(cut.start_frame + int(moment.at_s * FPS), cut.end_frame - 1)


def picked_frame(edit: Edit, board: Storyboard, film: Path) -> int:
    """The best of a film's frames: sharp, well lit, full of contrast and colour; the same one every time.

    Transitions, fades, black and cards are not looked at where there is anything else.
    Raises MediaError when the film cannot be read.
    """
    from veo_story.media.looks import best_frame

    cards = {scene.id for scene in board.scenes() if scene.mode is Mode.SLATE}
    shown = [cut for cut in edit.cuts if cut.scene_id not in cards and not cut.placeholder]
    clear = [*clear_frames(edit, shown)] or [*clear_frames(edit, edit.cuts)]
    return best_frame(film, clear or [(0, edit.frames)], [*written_over(edit)], _MOST)


def clear_frames(edit: Edit, shown: Sequence[Cut]) -> Iterator[tuple[int, int]]:
    """Frames of the film (the end exclusive) in which some cuts are seen alone and in full light."""
    follows = dict(zip([cut.scene_id for cut in edit.cuts], [*edit.cuts[1:], None], strict=True))
    for cut in shown:
        after = follows[cut.scene_id]
        out = 0 if after is None else after.join.overlap or (after.join.frames // 2)
        into = cut.join.overlap or (cut.join.frames - cut.join.frames // 2)
        start = cut.start_frame + into + cut.fade_in
        end = cut.start_frame + cut.frames - max(out, cut.fade_out)
        if start < end:
            yield start, end


def written_over(edit: Edit) -> Iterator[tuple[int, int]]:
    """Frames of the film (the end exclusive) with titles, pictures or captions over them."""
    for cut in edit.cuts:
        if cut.finishing is None:
            continue
        for caption in cut.finishing.captions:
            yield cut.start_frame + caption.start, cut.start_frame + caption.end
        for overlay in cut.finishing.overlays:
            first = cut.start_frame + int(overlay.start_s * FPS)
            lasts = None if overlay.duration_s is None else int(overlay.duration_s * FPS) + 1
            yield first, cut.end_frame if lasts is None else first + lasts
