"""Where the sound of a film comes from, and its packets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from veo_story.errors import MediaError
from veo_story.media.copied import add_copied, copied_sound
from veo_story.media.grid import FRAME_SAMPLES
from veo_story.media.picture import Copied
from veo_story.media.spans import Span, heard
from veo_story.media.whole_sound import whole_sound

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.packet import Packet

    from veo_story.media.mix import Mix
    from veo_story.media.picture import Picture
    from veo_story.media.sound import Samples
    from veo_story.media.spans import Stretch


class Heard(Protocol):
    """The sound of a film."""

    @property
    def is_work(self) -> bool:
        """Whether it is encoded, and so better made in a thread of its own."""
        ...

    def add_to(self, container: OutputContainer) -> AudioStream:
        """The film's sound stream."""
        ...

    def packets(self, stream: AudioStream) -> Iterator[Packet[AudioStream]]:
        """Its packets, in order; times are samples of the film."""
        ...


def heard_in(
    stretches: tuple[Stretch, ...],
    picture: Picture,
    sound: Mix | Literal["own", "quick"],
    folder: Path | None = None,
) -> Heard:
    """The sound of a film. Raises MediaError when it does not go with the picture.

    ``folder`` is where a long mix may lie until its loudness is known.
    """
    if sound == "quick":
        return _Quick(heard(stretches))
    if sound == "own":
        return _own(stretches, picture)
    if sound.samples != picture.frames * FRAME_SAMPLES:
        raise MediaError(f"the film has {picture.frames} frames, its sound {sound.samples} samples")
    return Anew(sound, folder)


def _own(stretches: tuple[Stretch, ...], picture: Picture) -> Heard:
    spans = tuple(stretch for stretch in stretches if isinstance(stretch, Span))
    if len(spans) < len(stretches):
        raise MediaError("a film with transitions, gaps or holds needs a mix of its sound")
    if len(picture.parts) == 1 and isinstance(picture.parts[0], Copied):
        source = picture.material.sources[spans[0].clip]
        whole = whole_sound(source) if spans[0].frames == source.frames else None
        if whole is not None:
            return whole
    return Anew(spans)


@dataclass(frozen=True)
class _Quick:
    spans: tuple[tuple[int, Span], ...]
    is_work: bool = False

    def add_to(self, container: OutputContainer) -> AudioStream:
        return add_copied(container, self.spans)

    def packets(self, stream: AudioStream) -> Iterator[Packet[AudioStream]]:
        return copied_sound(stream, self.spans)


@dataclass(frozen=True)
class Anew:
    """Sound that goes through the encoder: a mix, or spans in a row.

    ``remarks`` say, when its packets were taken, what a person should know of it.
    """

    source: Mix | tuple[Span, ...]
    folder: Path | None = None
    remarks: list[str] = field(default_factory=list)
    is_work: bool = True

    def add_to(self, container: OutputContainer) -> AudioStream:
        """See :class:`Heard`."""
        # NumPy takes its time to load, and a film that is copied whole has no use for it.
        from veo_story.media.aac import add_sound

        return add_sound(container)

    def packets(self, stream: AudioStream) -> Iterator[Packet[AudioStream]]:
        """See :class:`Heard`."""
        from veo_story.media.aac import encode_sound, film_sound

        if isinstance(self.source, tuple):
            return encode_sound(stream, film_sound(self.source))
        return encode_sound(stream, self._mixed(self.source))

    def _mixed(self, mix: Mix) -> Iterator[Samples]:
        from veo_story.media.mixing import mixed_down

        # Not before the first packet is wanted: by then a thread of its own does it.
        down = mixed_down(mix, self.folder)
        if down.remark is not None:
            self.remarks.append(down.remark)
        yield from down.chunks
