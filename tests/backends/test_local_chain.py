"""A chain on the local renderer: opening and extensions, as tails and as one file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import av
import numpy as np
import pytest

from tests.backends.rendering import lumas, make, rms_db, samples, steps, video_packets
from veo_story.backends.local.direction import direct
from veo_story.backends.local.framecode import read_frame_code
from veo_story.backends.local.joined import comment_of
from veo_story.backends.local.order import RenderOrder
from veo_story.backends.local.state import read_state, write_state
from veo_story.backends.local.writer import GOP
from veo_story.errors import MediaError
from veo_story.media.probe import probe
from veo_story.storyboard.model import Mode

OPENING, ADDED = 48, 42
HINTS = {"camera.move": "pan right", "camera.size": "medium"}
MOVES = [{"camera.move": "slow push-in"}, {"camera.move": "crane up", "camera.size": "wide"}]


@dataclass(frozen=True)
class Chain:
    opening: Path
    tails: list[Path]
    wholes: list[Path]

    @property
    def pieces(self) -> list[Path]:
        return [self.opening, *self.tails]


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    folder = tmp_path_factory.mktemp("chain")
    opening = make(folder / "open.mp4", frames=OPENING, hints=HINTS)
    tails: list[Path] = []
    wholes: list[Path] = []
    for n, move in enumerate(MOVES):
        tail = folder / f"tail{n}.mp4"
        tails.append(make(tail, Mode.EXTEND, ADDED, hints=move, lineage=(opening, *tails)))
        whole = folder / f"whole{n}.mp4"
        before = wholes[-1] if wholes else opening
        wholes.append(make(whole, Mode.EXTEND, ADDED, hints=move, lineage=(before,), returns="combined"))
    return Chain(opening, tails, wholes)


def test_lengths_are_exact(chain: Chain) -> None:
    for path, frames in [
        (chain.opening, OPENING),
        (chain.tails[1], ADDED),
        (chain.wholes[1], OPENING + 2 * ADDED),
    ]:
        found = probe(path)
        assert found.frames == frames
        assert found.constant
        assert found.moov_first
        assert found.start_s == 0
        assert found.audio is not None
        assert found.audio.start_s == 0
        assert 0 <= found.audio.samples - frames * 2000 < 1024
        assert 0 <= samples(path).shape[1] - frames * 2000 < 1024


def test_frame_numbers_run_on_over_the_seams(chain: Chain) -> None:
    shown = [read_frame_code(luma) for path in chain.pieces for luma in lumas(path)]
    assert shown == list(range(OPENING + 2 * ADDED))
    assert [read_frame_code(luma) for luma in lumas(chain.wholes[-1])] == shown


def test_the_stream_is_as_promised(chain: Chain) -> None:
    with av.open(str(chain.opening)) as container:
        video = container.streams.video[0]
        assert video.codec_context.pix_fmt == "yuv420p"
        assert (video.codec_context.color_range, video.codec_context.colorspace) == (1, 1)
        assert not video.codec_context.has_b_frames
        keys = [packet.pts * packet.time_base * 24 for packet in container.demux(video) if packet.is_keyframe]
        assert keys == [0, 24]


def test_all_clips_share_their_parameter_sets(chain: Chain) -> None:
    def sets(path: Path) -> bytes:
        with av.open(str(path)) as container:
            return bytes(container.streams.video[0].codec_context.extradata or b"")

    assert len({sets(path) for path in (*chain.pieces, *chain.wholes)}) == 1


def test_nothing_jumps_at_a_seam(chain: Chain) -> None:
    frames = [luma for path in chain.pieces for luma in lumas(path)]
    difference = steps(frames)
    seams = [OPENING, OPENING + ADDED]
    # A clip begins with a key frame, and every key frame differs a little more, also in the middle of a clip.
    starts = [0, *seams]
    keys = [start + GOP * n for start in starts for n in (1, 2) if start + GOP * n < len(frames)]
    inside = max(difference[key - 1] for key in keys if key not in seams)
    for seam in seams:
        assert 0.3 * np.median(difference) < difference[seam - 1] < 1.5 * inside


def test_a_whole_file_holds_its_parent_bit_for_bit(chain: Chain) -> None:
    first, second = (video_packets(path) for path in chain.wholes)
    assert first[:OPENING] == video_packets(chain.opening)
    assert second[: len(first)] == first
    assert len(second) == OPENING + 2 * ADDED


def test_tails_and_whole_files_are_the_same_film(chain: Chain, tmp_path: Path) -> None:
    mixed = make(
        tmp_path / "mixed.mp4",
        Mode.EXTEND,
        ADDED,
        hints=MOVES[1],
        lineage=(chain.opening, chain.tails[0]),
        returns="combined",
    )
    assert video_packets(mixed) == video_packets(chain.wholes[1])
    assert np.array_equal(samples(mixed), samples(chain.wholes[1]))


def test_sound_goes_on_to_the_sample(chain: Chain) -> None:
    length = (OPENING + ADDED) * 2000
    prompt, size = "A boat at sea in the wind at dawn", (320, 180)
    first = direct(RenderOrder("s01", Mode.OPEN, size, OPENING, chain.opening, prompt, HINTS), None)
    second = direct(RenderOrder("s01", Mode.EXTEND, size, ADDED, chain.opening, prompt, MOVES[0]), first.end)
    seam_at = OPENING * 2000
    true = np.concatenate([first.track.samples(0, seam_at), second.track.samples(seam_at, length)], axis=1)
    tails = np.concatenate([samples(chain.opening)[:, : OPENING * 2000], samples(chain.tails[0])], axis=1)
    seam = slice(OPENING * 2000 - 600, OPENING * 2000 + 600)
    for heard in (tails[:, :length], samples(chain.wholes[0])[:, :length]):
        # What AAC loses is far below the sound everywhere, and no worse at the seam.
        assert rms_db(heard - true) < rms_db(true) - 15
        assert rms_db(heard[:, seam] - true[:, seam]) < rms_db(true[:, seam]) - 12


def test_the_sound_is_soft_and_there(chain: Chain) -> None:
    assert -36 < rms_db(samples(chain.opening)) < -20


def test_without_audio_the_track_is_silent(tmp_path: Path) -> None:
    heard = samples(make(tmp_path / "mute.mp4", frames=8, audio=False))
    assert np.abs(heard).max() < 1e-4


def test_the_same_order_gives_the_same_file(chain: Chain, tmp_path: Path) -> None:
    again = make(tmp_path / "again.mp4", frames=OPENING, hints=HINTS)
    assert again.read_bytes() == chain.opening.read_bytes()


def test_another_seed_gives_another_picture(tmp_path: Path) -> None:
    one, two = (lumas(make(tmp_path / f"{seed}.mp4", frames=2, seed=seed))[0] for seed in (1, 2))
    assert not np.array_equal(one, two)


def test_an_extension_needs_no_hints(chain: Chain, tmp_path: Path) -> None:
    tail = make(
        tmp_path / "plain.mp4", Mode.EXTEND, 4, prompt="It goes on. Pan left.", lineage=(chain.opening,)
    )
    assert [read_frame_code(luma) for luma in lumas(tail)] == list(range(OPENING, OPENING + 4))


def test_a_clip_from_elsewhere_cannot_be_extended(chain: Chain, tmp_path: Path) -> None:
    foreign = make(tmp_path / "still.mp4", Mode.SLATE, 4)
    with pytest.raises(MediaError, match=r"still\.mp4") as caught:
        make(tmp_path / "x.mp4", Mode.EXTEND, 4, lineage=(foreign,))
    assert "first_frame" in str(caught.value.hint)


def test_a_parent_that_is_no_film_is_named(tmp_path: Path) -> None:
    (tmp_path / "torn.mp4").write_bytes(b"not a film")
    with pytest.raises(MediaError, match=r"torn\.mp4"):
        make(tmp_path / "x.mp4", Mode.EXTEND, 4, lineage=(tmp_path / "torn.mp4",))


def test_a_chain_keeps_its_size(chain: Chain, tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="320x180"):
        make(tmp_path / "x.mp4", Mode.EXTEND, 4, size=(180, 320), lineage=(chain.opening,))


def test_a_gap_in_the_chain_is_refused(chain: Chain, tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="missing"):
        make(tmp_path / "x.mp4", Mode.EXTEND, 4, lineage=(chain.tails[0],), returns="combined")


def test_state_comes_back_as_written(chain: Chain) -> None:
    state = read_state(comment_of(chain.tails[1]), chain.tails[1])
    assert (state.first, state.next) == (OPENING + ADDED, OPENING + 2 * ADDED)
    assert read_state(write_state(state), chain.tails[1]) == state
    moved = replace(state, rooms={"image": "abc"})
    assert read_state(write_state(moved), chain.tails[1]) == moved


@pytest.mark.parametrize(
    "comment",
    [
        None,
        "",
        "{}",
        "[]",
        "7",
        '{"veo-story-local": 99}',
        '{"veo-story-local": 2}',
        '{"veo-story-local": 2, "size": 5}',
    ],
)
def test_other_comments_are_no_state(comment: str | None) -> None:
    with pytest.raises(MediaError):
        read_state(comment, Path("clip.mp4"))
