"""The engine with the real looks at media, on clips of a few small frames."""

from __future__ import annotations

import asyncio
from pathlib import Path
from zlib import crc32

import av
import numpy as np
import pytest

from tests.engine.fakes import FakeBackend, Ticking, chain_of, failed_with, no_sleep, plan_of, step
from veo_story.backends.base import Done, Inputs
from veo_story.engine.run import RunResult, render
from veo_story.media.frames import read_frame
from veo_story.plan.model import Chain, Plan, Step
from veo_story.storyboard.model import Budget

WIDTH, HEIGHT, NEW = 160, 90, 24


def picture(number: int, seed: str) -> np.ndarray:
    """A frame that looks like no other: a bright bar that walks over blocks drawn by the seed."""
    chance = np.random.default_rng(crc32(seed.encode()))
    blocks = chance.integers(30, 120, (9, 16), dtype=np.uint8)
    image = np.repeat(np.repeat(blocks, 10, axis=0), 10, axis=1)
    image[:, (number * 6) % WIDTH : (number * 6) % WIDTH + 12] = 230
    return np.stack([image] * 3, axis=2)


def write_clip(path: Path, frames: list[np.ndarray], crf: int) -> None:
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.options = {"preset": "ultrafast", "crf": str(crf)}
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())


class Filming(FakeBackend):
    """Answers with real clips; an extension has its parent's pictures, encoded anew, before it."""

    def __init__(self, *, wrong: bool = False) -> None:
        super().__init__(combined=True)
        self.wrong = wrong

    def draw(self, step: Step, inputs: Inputs) -> list[str]:
        before = []
        if inputs.parent is not None:
            before = [f"{r.path}" for r in inputs.parent.lineage]
        names = [Path(name).parents[1].name for name in before] + [step.scene_id]
        return ["x" + name if self.wrong and name != step.scene_id else name for name in names]

    async def fetch(self, done: Done, into: Path, *, sample: int = 0) -> Path:
        _, names = self.service.operations[done.handles[0].removeprefix("handle-")]
        # As a service does, each answer encodes what it repeats in its own way.
        write_clip(into, [picture(n, name) for name in names for n in range(NEW)], 16 + 2 * len(names))
        return into


def film(plan: Plan, folder: Path, backend: Filming) -> RunResult:
    return asyncio.run(
        render(
            plan,
            folder,
            budget=Budget(),
            open_backend=lambda name: backend,
            on_event=lambda event: None,
            clock=Ticking(),
            sleep=no_sleep,
        )
    )


def test_combined_files_are_measured_by_their_pictures(tmp_path: Path) -> None:
    plan = plan_of(chain_of(3, new_frames=NEW), returns="combined")
    result = film(plan, tmp_path / "film", Filming())
    assert result.ok, result.failures
    takes = result.takes
    assert [(t.frames, t.new_start, t.new_end) for t in takes.values()] == [
        (24, 0, 24),
        (48, 24, 48),
        (72, 48, 72),
    ]
    assert not takes["s03"].faithful  # encoded anew


def test_a_file_that_only_claims_its_parent_is_refused(tmp_path: Path) -> None:
    plan = plan_of(chain_of(2, new_frames=NEW), returns="combined")
    result = film(plan, tmp_path / "film", Filming(wrong=True))
    assert "does not contain its parent" in failed_with(result, "s02").message
    assert list((tmp_path / "film" / "takes" / "s02").glob("rejected-*/clip.mp4"))


def test_a_frame_of_another_take_becomes_an_image(tmp_path: Path) -> None:
    s1 = step("s01", new_frames=NEW)
    s2 = step("s02", new_frames=NEW, frames=(("first_frame", s1, "0.5"), ("last_frame", s1, None)))
    result = film(plan_of(Chain("a", (s1,)), Chain("b", (s2,))), tmp_path / "film", Filming())
    assert result.ok, result.failures
    take = result.takes["s02"]
    assert dict(take.picked_frames) == {"first_frame": 12, "last_frame": 23}
    from PIL import Image

    with Image.open(take.clip.parent / "first_frame.png") as image:
        shown = np.asarray(image.convert("RGB"), dtype=int)
    assert np.abs(shown - read_frame(result.takes["s01"].clip, 12).astype(int)).max() <= 1
    assert np.abs(shown - picture(12, "s01")).mean() < 8


def test_a_file_that_is_no_video_is_kept_aside(tmp_path: Path) -> None:
    class Broken(Filming):
        async def fetch(self, done: Done, into: Path, *, sample: int = 0) -> Path:
            into.write_bytes(b"<html>not a film</html>" * 40)
            return into

    result = film(plan_of(chain_of(1, new_frames=NEW)), tmp_path / "film", Broken())
    assert failed_with(result, "s01").exit_code == 11
    (aside,) = (tmp_path / "film" / "takes" / "s01").glob("rejected-*")
    assert (aside / "clip.mp4").read_bytes().startswith(b"<html>")


@pytest.mark.parametrize("number", [0, 23])
def test_the_test_pictures_differ(number: int) -> None:
    assert np.abs(picture(number, "s01").astype(int) - picture(number, "xs01")).mean() > 20
