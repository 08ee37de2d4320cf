"""Join stretches of clips into one film: packets copied where they can be, sound exact to the sample."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from veo_story.errors import MediaError
from veo_story.media.files import MAKE_ROOM
from veo_story.media.labels import Labels
from veo_story.media.rewrap import rewrap
from veo_story.media.spans import Span, clips_of, merged

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from veo_story.media.mix import Mix
    from veo_story.media.spans import Caption, Chapter, Stretch

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Joined:
    """What went into a film, in frames. ``remarks`` say what a person should know of it."""

    frames: int
    copied_frames: int
    encoded_frames: int
    remarks: tuple[str, ...] = ()


def join(
    stretches: Sequence[Stretch],
    into: Path,
    *,
    size: tuple[int, int],
    sound: Mix | Literal["own", "quick"] = "own",
    title: str = "",
    chapters: Sequence[Chapter] = (),
    captions: Sequence[Caption] = (),
    language: str = "und",
    notes: Mapping[str, str] = _NOTHING,
) -> Joined:
    """Write the stretches, in order, as an MP4 at 24 frames a second with 48 kHz stereo sound.

    ``size`` is width and height in pixels. ``sound`` is a mix; or the spans' ``own``, faded where it breaks
    off (only for films of nothing but spans); or ``quick``, the clips' own packets: see
    :mod:`veo_story.media.copied`. ``captions`` become a track in ``language`` (ISO 639-2) that is off until
    somebody wants it, ``notes`` metadata (description, comment ...). Memory does not grow with the film's
    length. Raises MediaError when a clip cannot be read or is shorter than what is wanted of it; ``into`` is
    then left half written.
    """
    if into.exists() and any(into.samefile(clip) for clip in clips_of(stretches) if clip.exists()):
        raise MediaError(f"{into}: a film cannot be written over one of its clips")
    labels = Labels({"title": title, **notes}, tuple(chapters), tuple(captions), language)
    if sound == "own" and write_whole_clip(stretches, into, size, labels):
        frames = sum(stretch.frames for stretch in stretches)
        return Joined(frames, frames, 0)
    # av and numpy are loaded only when there is something to do for them.
    from veo_story.media.writing import lay_out, write

    layout = lay_out(stretches, size, sound, into.parent)
    write(layout, into, labels)
    return layout.joined


def write_whole_clip(stretches: Sequence[Stretch], into: Path, size: tuple[int, int], labels: Labels) -> bool:
    """Write a film that is one clip as it is, from its first frame to its last; whether it is that.

    Raises MediaError when it cannot be written.
    """
    whole = merged(stretches)
    if len(whole) != 1 or not isinstance(whole[0], Span) or whole[0].start or labels.captions:
        return False
    try:
        return rewrap(whole[0].clip, into, size, whole[0].end, labels)
    except OSError as error:
        raise MediaError(f"{into}: cannot be written: {error}", hint=MAKE_ROOM) from error
