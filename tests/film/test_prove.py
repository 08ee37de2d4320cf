"""What is wrong with a film is found though most of it is not decoded."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clips import SIZE, Recipe, make, packets_of
from veo_story.errors import MediaError
from veo_story.film.prove import divided_at, prove, prove_clip, to_decode
from veo_story.media.heard import Heard
from veo_story.media.join import Joined
from veo_story.media.labels import Labels
from veo_story.media.mix import Mix, Sounding
from veo_story.media.source import read_source
from veo_story.media.spans import Blend, Caption, Chapter, Span, Stretch
from veo_story.media.writing import Layout, lay_out, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_GROUPS = (("x264-params", "keyint=12:scenecut=0:bframes=2"),)
_LABELS = Labels({"title": "Film"}, (Chapter("one", 0, 30), Chapter("two", 30, 60)), (Caption(2, 9, "Ja."),))


@dataclass(frozen=True)
class Planned:
    """A film of two clips with a dissolve, as it was written."""

    film: Path
    stretches: tuple[Stretch, ...]
    layout: Layout

    def prove(
        self, film: Path | None = None, *, layout: Layout | None = None, labels: Labels = _LABELS
    ) -> None:
        with ThreadPoolExecutor(2) as decoders:
            prove(film or self.film, self.stretches, layout or self.layout, labels, SIZE, decoders)


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("clips")
    one, two = Recipe(36, seed=61, x264=_GROUPS), Recipe(36, first=100, seed=62, x264=_GROUPS)
    return make(folder / "one.mp4", one), make(folder / "two.mp4", two)


@pytest.fixture(scope="module")
def planned(clips: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Planned:
    one, two = clips
    stretches = (Span(one, 0, 24), Blend(Span(one, 24, 30), Span(two, 0, 6)), Span(two, 6, 36))
    sounds = (Sounding(one, 0, 60_000, 0, fade_out=12_000), Sounding(two, 0, 72_000, 48_000, fade_in=12_000))
    layout = lay_out(stretches, SIZE, Mix(120_000, sounds))
    film = tmp_path_factory.mktemp("film") / "film.mp4"
    write(layout, film, _LABELS)
    assert layout.joined == Joined(60, 48, 12)
    return Planned(film, stretches, layout)


def test_a_film_as_planned_is_proven(planned: Planned, clips: tuple[Path, Path]) -> None:
    planned.prove()
    assert packets_of(planned.film)[:24] == packets_of(clips[0])[:24]
    # The dissolve, and from the last IDR picture before it to a little after it.
    assert to_decode(planned.layout.picture, read_source(planned.film)) == [(12, 40)]


def _remuxed(film: Path, into: Path, change: Callable[[Any, int], bool]) -> Path:
    """The film again, each picture packet changed, or left out where ``change`` says False."""
    with av.open(str(film)) as source, av.open(str(into), "w", options={"movflags": "faststart"}) as file:
        chosen: list[Any] = [*source.streams.video, *source.streams.audio, *source.streams.subtitles]
        streams = {stream.index: file.add_stream_from_template(stream) for stream in chosen}
        file.metadata.update(source.metadata)
        file.set_chapters(source.chapters())
        number = 0
        for packet in source.demux(chosen):
            if packet.dts is None:
                continue
            if packet.stream_index == 0:
                number += 1
                if not change(packet, number - 1):
                    continue
            packet.stream = streams[packet.stream_index]
            file.mux(packet)
    return into


def _kept(packet: Any, number: int) -> bool:
    return True


def _moved(packet: Any, number: int) -> bool:
    packet.pts += 3 if number >= 20 else 0
    packet.dts += 3 if number >= 20 else 0
    return True


@pytest.mark.parametrize(
    ("change", "complaint"),
    [(_moved, "not on the grid"), (lambda _, number: number != 55, "59 frames, not 60")],
    ids=["moved", "left out"],
)
def test_times_and_frames(
    planned: Planned, tmp_path: Path, change: Callable[[Any, int], bool], complaint: str
) -> None:
    planned.prove(_remuxed(planned.film, tmp_path / "same.mp4", _kept))
    with pytest.raises(MediaError, match=complaint):
        planned.prove(_remuxed(planned.film, tmp_path / "film.mp4", change))


def _changed(film: Path, into: Path, packet: int, count: int) -> Path:
    """The film with some bytes of a picture packet changed."""
    data = film.read_bytes()
    wanted = packets_of(film)[packet]
    at = data.index(wanted) + len(wanted) // 2
    into.write_bytes(data[:at] + bytes(255 - byte for byte in data[at : at + count]) + data[at + count :])
    return into


@pytest.mark.parametrize("packet", [3, 23, 59])
def test_one_byte_of_what_was_copied(planned: Planned, tmp_path: Path, packet: int) -> None:
    with pytest.raises(MediaError, match=r"are not those of .*(one|two)\.mp4"):
        planned.prove(_changed(planned.film, tmp_path / "film.mp4", packet, 1))


@pytest.mark.parametrize("packet", [24, 26, 30])
def test_what_was_encoded_is_decoded(planned: Planned, tmp_path: Path, packet: int) -> None:
    with pytest.raises(MediaError, match=r"film\.mp4: "):
        planned.prove(_changed(planned.film, tmp_path / "film.mp4", packet, 40))


def test_a_plan_that_copies_the_wrong_frames(planned: Planned, clips: tuple[Path, Path]) -> None:
    other = replace(planned, stretches=(Span(clips[0], 0, 23), *planned.stretches[1:]))
    with pytest.raises(MediaError, match=r"were not to be copied from .*; it has 60 frames, not 59"):
        other.prove()


def test_labels(planned: Planned) -> None:
    with pytest.raises(MediaError, match="its captions are not the 0 planned"):
        planned.prove(labels=replace(_LABELS, captions=()))
    with pytest.raises(MediaError, match="its chapters are not the 1 planned"):
        planned.prove(labels=replace(_LABELS, chapters=_LABELS.chapters[:1]))


def test_a_film_whose_sound_was_copied(clips: tuple[Path, Path], tmp_path: Path) -> None:
    film, stretches = tmp_path / "film.mp4", (Span(clips[0], 0, 36),)
    layout = lay_out(stretches, SIZE)
    write(layout, film, Labels())
    whole = Planned(film, stretches, layout)
    whole.prove(labels=Labels())
    sound: Heard = lay_out((Span(clips[1], 0, 36),), SIZE).heard
    with pytest.raises(MediaError, match="its sound is not that of the clip"):
        whole.prove(layout=replace(layout, heard=sound), labels=Labels())


def test_a_clip_with_a_fault_is_told(clips: tuple[Path, Path], tmp_path: Path) -> None:
    prove_clip(read_source(clips[0]), 0, 36)
    broken = _changed(clips[0], tmp_path / "broken.mp4", 12, 400)
    with pytest.raises(MediaError, match=r"broken\.mp4"):
        prove_clip(read_source(broken), 12, 36)


@given(st.sets(st.integers(0, 3_000)), st.integers(0, 2_000), st.integers(1, 2_000))
def test_portions_are_the_whole_and_begin_at_fresh_frames(fresh: set[int], first: int, frames: int) -> None:
    portions = divided_at(sorted(fresh), first, first + frames)
    assert [portions[0][0], portions[-1][1]] == [first, first + frames]
    assert all(end == begin for (_, end), (begin, _) in pairwise(portions))
    assert all(begin in fresh and begin - earlier >= 240 for (earlier, begin), _ in pairwise(portions))
