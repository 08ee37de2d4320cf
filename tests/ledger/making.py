"""Steps and takes for the ledger's tests."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from veo_story.plan.model import FileInput, FrameInput, Parameters, Step
from veo_story.plan.takes import Take
from veo_story.storyboard.model import FrameOf, Mode

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DOLLAR = Decimal(1)


def a_step(scene_id: str = "s01", words: str = "", price: str = "1") -> Step:
    return Step(
        scene_id=scene_id,
        mode=Mode.INTERPOLATE,
        backend="fake",
        model="fake-1",
        prompt=words or scene_id,
        parameters=Parameters("16:9", "720p", Decimal(8)),
        new_frames=192,
        fingerprint=sha256((scene_id + words).encode()).hexdigest(),
        parts={"prompt": "abc"},
        inputs=(
            FileInput("first_frame", Path("stills/one.png"), "00ff"),
            FrameInput("last_frame", FrameOf("s00", Decimal("2.5"))),
        ),
        expected_usd=Decimal(price),
        worst_usd=Decimal(price),
    )


def a_take(step: Step, folder: Path, number: int = 1, cost: str = "1", *, there: bool = True) -> Take:
    clip = folder / "takes" / step.scene_id / f"{step.fingerprint[:8]}-{number}" / "clip.mp4"
    if there:
        clip.parent.mkdir(parents=True, exist_ok=True)
        clip.write_bytes(b"clip")
    return Take(
        scene_id=step.scene_id,
        fingerprint=step.fingerprint,
        number=number,
        clip=clip,
        sha256="11aa",
        frames=360,
        new_start=168,
        new_end=360,
        faithful=True,
        backend=step.backend,
        model=step.model,
        cost_usd=Decimal(cost),
        stored_at=NOW,
        parts=step.parts,
        parents=("s00/12345678-1",),
        picked_frames={"last_frame": 60},
        handle="files/abc",
        expires_at=datetime(2026, 11, 24, tzinfo=UTC),
    )
