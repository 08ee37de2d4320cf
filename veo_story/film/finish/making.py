"""Make a finished scene: its frames through effects and under overlays, its sound through effects."""

from __future__ import annotations

from contextlib import ExitStack, closing
from itertools import repeat
from typing import TYPE_CHECKING

from veo_story.errors import MediaError
from veo_story.film.finish.captions import caption_layers
from veo_story.film.finish.effects import changed, changes_picture, reach_of
from veo_story.film.finish.footage import Footage
from veo_story.film.finish.layers import overlaid
from veo_story.film.finish.overlays import overlay_layers
from veo_story.film.finish.writing import write_clip, write_sound
from veo_story.media.sound import FRAME_SAMPLES
from veo_story.media.source import read_source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from av.video.frame import VideoFrame

    from veo_story.film.edit import Cut, Finishing
    from veo_story.film.finish.effects import Changed
    from veo_story.film.finish.family import Family
    from veo_story.film.finish.tape import Tape


def make(cut: Cut, finishing: Finishing, family: Family, clip: Path, sound: Path | None) -> None:
    """Write the scene's picture to ``clip`` and, where an effect changes it, its sound to ``sound``.

    Raises MediaError when the clip is too short, an effect cannot be applied, a picture cannot be read or
    nothing can be written; the files are then half written.
    """
    source = read_source(cut.clip)
    if not 0 <= cut.in_frame < cut.out_frame <= source.frames:
        raise MediaError(
            f"{cut.clip}: the film wants its frames {cut.in_frame} to {cut.out_frame}, it has {source.frames}"
        )
    with ExitStack() as stack:
        reach = reach_of(finishing.effects)
        footage = Footage(source, cut.in_frame, cut.out_frame, family.size, family.colour, reach)
        stack.enter_context(closing(footage))
        tape = None if sound is None else _tape(cut, sound, stack)
        moved = changed(finishing.effects, footage, tape, cut.scene_id) if finishing.effects else None
        wanted = finishing.frames + finishing.hold
        layers = overlay_layers(finishing.overlays, wanted, family.size, family.colour)
        layers += caption_layers(finishing.captions, layers, family.size)
        made = write_clip(
            overlaid(_held(_frames(finishing, footage, moved), finishing.hold), layers), family, clip
        )
        if made != wanted:
            raise MediaError(
                f"scene {cut.scene_id}: its effects make {made - finishing.hold} frames, "
                f"{finishing.frames} were planned"
            )
        if sound is not None and moved is not None:
            write_sound(moved.sound(finishing.frames * FRAME_SAMPLES), sound)


def _frames(finishing: Finishing, footage: Footage, moved: Changed | None) -> Iterator[VideoFrame]:
    if moved is None or not changes_picture(finishing.effects):
        yield from footage.all()
        return
    from veo_story.film.finish.colour import to_frame

    for picture in moved.pictures(finishing.frames, footage.size):
        yield to_frame(picture, footage.colour)


def _held(frames: Iterable[VideoFrame], hold: int) -> Iterator[VideoFrame]:
    """The frames, and the last of them ``hold`` times more."""
    last: VideoFrame | None = None
    for last in frames:
        yield last
    if last is not None:
        yield from repeat(last, hold)


def _tape(cut: Cut, beside: Path, stack: ExitStack) -> Tape:
    from veo_story.film.finish.tape import Tape

    place = beside.with_suffix(".tape")
    stack.callback(lambda: place.unlink(missing_ok=True))
    return Tape(cut.clip, cut.in_frame * FRAME_SAMPLES, cut.out_frame * FRAME_SAMPLES, place)
