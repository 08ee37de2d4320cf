"""Scenes that begin with the author's own material."""

from __future__ import annotations

from pathlib import Path

import ffmpeg
import numpy as np
import pytest

from tests.backends.rendering import SIZE, TALL, fitted, image, lumas, make, rms_db, samples, ssim, steps
from veo_story.backends.local.framecode import BITS, block_size, read_frame_code
from veo_story.errors import MediaError
from veo_story.media.ffmpeg import run_graph
from veo_story.media.frames import usable_last_frame
from veo_story.media.probe import probe
from veo_story.storyboard.model import Mode


@pytest.fixture
def warm(tmp_path: Path) -> Path:
    return image(tmp_path / "warm.png", (180, 110, 60))


@pytest.fixture
def cold(tmp_path: Path) -> Path:
    return image(tmp_path / "cold.jpg", (40, 90, 150), (300, 500))


def test_an_animation_begins_on_its_image_and_moves(warm: Path, tmp_path: Path) -> None:
    clip = make(tmp_path / "a.mp4", Mode.ANIMATE, 48, first_frame=warm, hints={"camera.move": "pan left"})
    shown = lumas(clip)
    assert _likeness(shown[0], fitted(warm)) > 0.95
    assert _likeness(shown[-1], fitted(warm)) < 0.95


def test_an_animation_can_be_extended_without_a_jump(warm: Path, tmp_path: Path) -> None:
    hints = {"camera.move": "push-in"}
    first = make(tmp_path / "a.mp4", Mode.ANIMATE, 48, first_frame=warm, hints=hints)
    warm.unlink()
    second = make(tmp_path / "b.mp4", Mode.EXTEND, 48, lineage=(first,), hints=hints)
    frames = [*lumas(first), *lumas(second)]
    assert [read_frame_code(frame) for frame in frames] == list(range(96))
    difference = steps(frames)
    # The seam is a key frame: it is measured against the key frames on both sides.
    assert difference[47] < 1.5 * max(difference[23], difference[71])


def test_an_interpolation_meets_both_images(warm: Path, cold: Path, tmp_path: Path) -> None:
    clip = make(tmp_path / "i.mp4", Mode.INTERPOLATE, 40, first_frame=warm, last_frame=cold)
    shown = lumas(clip)
    assert len(shown) == 40
    assert _likeness(shown[0], fitted(warm)) > 0.95
    assert _likeness(shown[-1], fitted(cold)) > 0.95
    middle = shown[20]
    assert 0.2 < _likeness(middle, fitted(warm)) < 0.95
    assert steps(shown).max() < 8


def _likeness(a: np.ndarray, b: np.ndarray) -> float:
    """SSIM without the bottom rows, where the code takes much of so small a picture."""
    rows = a.shape[0] - 2 * block_size(*SIZE)
    return ssim(a[:rows], b[:rows])


def test_at_full_size_the_writing_hardly_counts(warm: Path, cold: Path, tmp_path: Path) -> None:
    size = (1280, 720)
    shown = lumas(make(tmp_path / "i.mp4", Mode.INTERPOLATE, 3, size=size, first_frame=warm, last_frame=cold))
    assert ssim(shown[0], fitted(warm, size)) > 0.95
    assert ssim(shown[-1], fitted(cold, size)) > 0.95


def test_references_are_pinned_into_the_picture(warm: Path, cold: Path, tmp_path: Path) -> None:
    bare = lumas(make(tmp_path / "bare.mp4", frames=40))
    pinned = lumas(make(tmp_path / "pinned.mp4", frames=40, references=(warm, cold)))
    changed = np.abs(bare[20].astype(int) - pinned[20]) > 25
    rows, columns = np.nonzero(changed)
    assert changed.sum() > 300
    assert rows.max() < 90
    assert columns.min() > 160
    # At the clip's ends nothing of them is left.
    for end in (0, -1):
        assert np.abs(bare[end].astype(int) - pinned[end]).mean() < 0.5


def test_a_still_zooms_towards_its_side(warm: Path, tmp_path: Path) -> None:
    hints = {"zoom": "1.5", "towards": "left"}
    shown = lumas(make(tmp_path / "s.mp4", Mode.STILL, 24, image=warm, hints=hints))
    assert _likeness(shown[0], fitted(warm)) > 0.95
    # At 1.5 towards the left, the left two thirds of the middle rows are seen.
    import cv2

    part = fitted(warm)[30:150, :213]
    assert _likeness(shown[-1], cv2.resize(part, SIZE)) > 0.85


def test_a_still_without_a_move_stands_still_and_is_silent(warm: Path, tmp_path: Path) -> None:
    clip = make(tmp_path / "s.mp4", Mode.STILL, 12, image=warm)
    assert steps(lumas(clip)).max() < 0.6
    assert np.abs(samples(clip)).max() < 1e-4
    assert [read_frame_code(luma) for luma in lumas(clip)] == list(range(12))


@pytest.mark.parametrize("mode", [Mode.ANIMATE, Mode.STILL, Mode.INTERPOLATE])
def test_an_unreadable_image_is_named(mode: Mode, tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 64)
    with pytest.raises(MediaError, match=r"broken\.png"):
        make(tmp_path / "x.mp4", mode, 4, first_frame=broken, last_frame=broken, image=broken)


@pytest.mark.parametrize("mode", [Mode.ANIMATE, Mode.STILL, Mode.IMPORT])
def test_a_mode_without_its_file_says_so(mode: Mode, tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="s01"):
        make(tmp_path / "x.mp4", mode, 4)


def test_a_transparent_image_stands_on_black(tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGBA", (64, 36), (255, 255, 255, 0)).save(tmp_path / "clear.png")
    shown = lumas(make(tmp_path / "s.mp4", Mode.STILL, 2, image=tmp_path / "clear.png"))
    assert shown[0][:100].max() < 20


def _clip(into: Path, *, size: str, rate: int, seconds: float, tone: bool) -> Path:
    picture = ffmpeg.input(f"testsrc2=size={size}:rate={rate}:duration={seconds}", format="lavfi")
    streams = [picture]
    if tone:
        streams.append(
            ffmpeg.input(f"sine=frequency=440:sample_rate=44100:duration={seconds}", format="lavfi")
        )
    run_graph(ffmpeg.output(*streams, str(into), pix_fmt="yuv420p", vcodec="libx264", preset="ultrafast"))
    return into


@pytest.mark.parametrize(
    ("size", "rate", "seconds", "tone", "wanted"),
    [
        ("200x200", 30, 2.0, True, (320, 180)),
        ("320x180", 25, 0.5, False, (320, 180)),
        ("320x180", 24, 1.0, True, (180, 320)),
    ],
)
def test_an_import_is_conformed(
    size: str, rate: int, seconds: float, tone: bool, wanted: tuple[int, int], tmp_path: Path
) -> None:
    source = _clip(tmp_path / "own.mp4", size=size, rate=rate, seconds=seconds, tone=tone)
    clip = make(tmp_path / "in.mp4", Mode.IMPORT, 30, size=wanted, clip=source)
    found = probe(clip)
    assert (found.frames, found.fps, found.width, found.height) == (30, 24, *wanted)
    assert found.constant
    assert found.moov_first
    assert found.audio is not None
    assert (found.audio.samples, found.audio.rate, found.audio.channels) == (60_000, 48_000, 2)
    assert bool(np.abs(samples(clip)).max() > 0.01) is tone


@pytest.mark.parametrize("layout", ["mono", "stereo"])
def test_an_import_is_as_loud_as_it_was(layout: str, tmp_path: Path) -> None:
    picture = ffmpeg.input("color=c=gray:size=320x180:rate=24:duration=1", format="lavfi")
    tone = ffmpeg.input(f"aevalsrc=0.5*sin(2760*t):d=1:s=48000:c={layout}", format="lavfi")
    run_graph(ffmpeg.output(picture, tone, str(tmp_path / "own.mov"), acodec="pcm_s16le"))
    heard = samples(make(tmp_path / "in.mp4", Mode.IMPORT, 24, clip=tmp_path / "own.mov"))
    for channel in heard[:, 10_000:40_000]:
        assert abs(rms_db(channel) + 9.03) < 0.3


@pytest.mark.parametrize(("picture_at", "sound_at"), [(0.0, 0.25), (0.25, 0.0), (0.0, 0.0), (0.5, 0.25)])
@pytest.mark.parametrize("kind", ["mov", "mkv"])
def test_an_import_keeps_sound_and_picture_together(
    picture_at: float, sound_at: float, kind: str, tmp_path: Path
) -> None:
    own = tmp_path / f"own.{kind}"
    picture = ffmpeg.input(
        "color=c=gray:size=320x180:rate=24:duration=1", format="lavfi", itsoffset=picture_at
    )
    # Loud from half a second after the sound begins.
    tone = ffmpeg.input(
        "aevalsrc=gte(t\\,0.5)*0.5*sin(2760*t):d=1:s=48000", format="lavfi", itsoffset=sound_at
    )
    run_graph(ffmpeg.output(picture, tone, str(own), acodec="pcm_s16le"))
    heard = samples(make(tmp_path / "in.mp4", Mode.IMPORT, 24, clip=own))
    first = int(np.argmax(np.abs(heard[0]) > 0.1)) / 48_000
    assert abs(first - (sound_at + 0.5 - picture_at)) < 0.01


def test_an_import_carries_no_writing(tmp_path: Path) -> None:
    picture = ffmpeg.input("color=c=gray:size=320x180:rate=24:duration=1", format="lavfi")
    run_graph(ffmpeg.output(picture, str(tmp_path / "grey.mp4"), pix_fmt="yuv420p"))
    for luma in lumas(make(tmp_path / "in.mp4", Mode.IMPORT, 24, clip=tmp_path / "grey.mp4")):
        assert np.ptp(luma) < 6


def test_a_broken_clip_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.mp4").write_bytes(b"nothing")
    with pytest.raises(MediaError, match=r"broken\.mp4"):
        make(tmp_path / "x.mp4", Mode.IMPORT, 4, clip=tmp_path / "broken.mp4")


CARDS = [
    ("THE KEEPER OF ARDMORE", ""),
    ("An extraordinarily long title " * 8, "and a subtitle that is no shorter than it should be " * 3),
    ("Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft", "gjpqy"),
    ("שלום עולם", "日本語"),
    ("\n\t ", "only below"),
    ("i", ""),
]


@pytest.mark.parametrize("size", [SIZE, TALL])
@pytest.mark.parametrize(("title", "subtitle"), CARDS)
def test_a_card_keeps_its_words_inside(
    title: str, subtitle: str, size: tuple[int, int], tmp_path: Path
) -> None:
    clip = make(tmp_path / "c.mp4", Mode.SLATE, 2, size=size, hints={"card": title, "subtitle": subtitle})
    luma = lumas(clip)[0]
    luma[-block_size(*size) :, : BITS * block_size(*size)] = 16
    rows, columns = np.nonzero(luma > 110)
    assert len(rows) > 5
    assert rows.min() >= 4
    assert rows.max() < size[1] - 4
    assert columns.min() >= 4
    assert columns.max() < size[0] - 4
    # In the middle, left and right.
    assert abs((columns.min() + columns.max()) / 2 - size[0] / 2) < size[0] * 0.06


def test_an_empty_card_is_an_empty_card(tmp_path: Path) -> None:
    luma = lumas(make(tmp_path / "c.mp4", Mode.SLATE, 2, prompt="", hints={"card": ""}))[0]
    assert luma[:100].max() < 70


def test_a_chain_can_start_on_the_last_frame_though_much_was_written_before(tmp_path: Path) -> None:
    words = "Close-up, static camera. Inside the lamp room of a lighthouse, dusk, " + "a woman waits " * 20
    clip = make(tmp_path / "clip.mp4", frames=96, size=(640, 360), prompt=words)
    assert usable_last_frame(clip, 72, 96) == 95
