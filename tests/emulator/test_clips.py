"""Both makers of clips do what the emulator promises."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.emulator.making import SHELF, SMALL, chain, looked_at, make, wanted
from tests.support import clips
from tests.support.clips import Recipe, packets_of
from tests.support.decoded import decode
from veo_story.emulator.clips import LocalClips, NumberClips, open_maker
from veo_story.emulator.model import EmulatorSettings
from veo_story.errors import MediaError
from veo_story.media.align import find_repeat
from veo_story.media.join import join
from veo_story.media.probe import probe
from veo_story.media.spans import Span

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.emulator.model import Footage


def test_the_settings_choose_the_maker() -> None:
    assert isinstance(open_maker(EmulatorSettings(picture="numbers")), NumberClips)
    assert isinstance(open_maker(EmulatorSettings()), LocalClips)


@pytest.mark.parametrize("size", [SMALL, (180, 320)])
def test_a_clip_has_the_size_and_length_that_were_asked_for(tmp_path: Path, size: tuple[int, int]) -> None:
    footage = make(wanted(6, size), tmp_path / "clip.mp4")
    found = probe(footage.path)
    assert (found.frames, found.width, found.height) == (144, *size)
    assert (footage.frames, footage.size, footage.first) == (144, size, 0)


def test_samples_of_one_request_differ(tmp_path: Path) -> None:
    made = [make(wanted(4), tmp_path / f"{k}.mp4", sample=k) for k in range(4)]
    assert len({tuple(packets_of(footage.path)) for footage in made}) == 4


def test_an_image_begins_a_chain_at_nought(tmp_path: Path) -> None:
    Image.new("RGB", SMALL, "navy").save(tmp_path / "image.png")
    footage = make(wanted(4, first_frame=tmp_path / "image.png"), tmp_path / "clip.mp4")
    assert decode(footage.path).codes == list(range(96))


def test_a_tail_that_was_uploaded_counts_on(tmp_path: Path) -> None:
    whole = chain(tmp_path, (8, 7))
    join([Span(whole.path, 360 - 192, 360)], tmp_path / "tail.mp4", size=SMALL)
    tail = looked_at(tmp_path / "tail.mp4")
    assert (tail.frames, tail.first) == (192, 168)
    longer = make(wanted(7, parent=tail), tmp_path / "window.mp4")
    assert decode(longer.path).codes == list(range(168, 528))
    again = make(wanted(7, parent=longer), tmp_path / "again.mp4")
    assert decode(again.path).codes == list(range(168, 696))


def test_nothing_is_left_beside_a_clip(tmp_path: Path) -> None:
    chain(tmp_path, (4, 7))
    tail = looked_at(clips.make(tmp_path / "sent.mp4", Recipe(30)))
    make(wanted(7, parent=tail), tmp_path / "out.mp4")
    assert {p.name for p in tmp_path.iterdir()} == {"0.mp4", "1.mp4", "sent.mp4", "out.mp4"}


@pytest.mark.parametrize(
    ("recipe", "words"),
    [(Recipe(30, fps=clips.Fraction(30)), "30.000 frames a second"), (Recipe(24, size=(322, 180)), "")],
)
def test_footage_is_measured(tmp_path: Path, recipe: Recipe, words: str) -> None:
    path = clips.make(tmp_path / "clip.mp4", recipe)
    if words:
        with pytest.raises(MediaError, match=words):
            looked_at(path)
    else:
        assert looked_at(path).size == recipe.size


@pytest.fixture(scope="module")
def small_clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return clips.make(tmp_path_factory.mktemp("small") / "clip.mp4", Recipe(12, rate=None)).read_bytes()


@given(data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_uploads_are_measured_or_refused(
    tmp_path: Path, small_clip: bytes, data: st.DataObject
) -> None:
    damaged = bytearray(small_clip)
    for at in data.draw(st.lists(st.integers(0, len(damaged) - 1), max_size=8)):
        damaged[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(damaged)))
    (tmp_path / "clip.mp4").write_bytes(damaged[:cut])
    try:
        footage = looked_at(tmp_path / "clip.mp4")
    except MediaError:
        return
    assert footage.frames > 0


@pytest.mark.parametrize("content", [b"", b"no video", b"\x00\x00\x00\x18ftypmp42"])
def test_what_is_no_video_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "clip.mp4").write_bytes(content)
    with pytest.raises(MediaError):
        looked_at(tmp_path / "clip.mp4")


def test_many_clips_at_once(tmp_path: Path) -> None:
    async def all_of_them() -> list[Footage]:
        maker = NumberClips(SHELF)
        wishes = [maker.make(wanted(4), tmp_path / f"{k}.mp4", sample=k % 2) for k in range(8)]
        return await asyncio.gather(*wishes)

    for footage in asyncio.run(all_of_them()):
        assert probe(footage.path).frames == 96


def test_the_local_renderer_draws_chains(tmp_path: Path) -> None:
    async def rendered() -> Footage:
        maker = LocalClips()
        try:
            opening = await maker.make(wanted(4, prompt="a rainy street at night"), tmp_path / "0.mp4")
            second = await maker.make(wanted(7, parent=opening), tmp_path / "1.mp4")
            return await maker.make(wanted(7, parent=second), tmp_path / "2.mp4")
        finally:
            await maker.aclose()

    footage = asyncio.run(rendered())
    assert footage.frames == 96 + 2 * 168
    assert decode(footage.path).codes == list(range(footage.frames))
    assert packets_of(tmp_path / "2.mp4")[:240] == packets_of(tmp_path / "1.mp4")[:240]
    repeat = find_repeat(tmp_path / "1.mp4", 0, 264, tmp_path / "2.mp4", 264)
    assert (repeat.join_frame, repeat.faithful) == (264, False)
    audio = probe(footage.path).audio
    assert audio is not None and audio.samples == footage.frames * 2000


def test_the_local_renderer_goes_on_from_a_clip_made_elsewhere(tmp_path: Path) -> None:
    clips.make(tmp_path / "sent.mp4", Recipe(48))

    async def rendered() -> Footage:
        maker = LocalClips()
        try:
            parent = await maker.look_at(tmp_path / "sent.mp4")
            first = await maker.make(wanted(7, parent=parent), tmp_path / "1.mp4")
            return await maker.make(wanted(7, parent=first), tmp_path / "2.mp4")
        finally:
            await maker.aclose()

    footage = asyncio.run(rendered())
    assert footage.frames == probe(footage.path).frames == 48 + 2 * 168
    assert find_repeat(tmp_path / "sent.mp4", 0, 48, footage.path, 48).join_frame == 48
    assert find_repeat(tmp_path / "1.mp4", 0, 216, footage.path, 216).join_frame == 216


def test_the_local_renderer_takes_images_and_references(tmp_path: Path) -> None:
    for name in ("first", "last", "thing"):
        Image.new("RGB", SMALL, "teal").save(tmp_path / f"{name}.png")
    wish = wanted(
        4,
        first_frame=tmp_path / "first.png",
        last_frame=tmp_path / "last.png",
        references=(tmp_path / "thing.png",),
        audio=False,
        seed=7,
    )

    async def rendered() -> list[Footage]:
        maker = LocalClips()
        try:
            return [await maker.make(wish, tmp_path / f"{k}.mp4", sample=k) for k in range(2)]
        finally:
            await maker.aclose()

    assert [probe(footage.path).frames for footage in asyncio.run(rendered())] == [96, 96]


def test_an_image_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "image.png").write_bytes(b"no image")
    maker = LocalClips()

    async def rendered() -> None:
        try:
            await maker.make(wanted(4, first_frame=tmp_path / "image.png"), tmp_path / "0.mp4")
        finally:
            await maker.aclose()

    with pytest.raises(MediaError, match=r"the image cannot be used: .*image\.png"):
        asyncio.run(rendered())
