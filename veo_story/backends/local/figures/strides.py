"""Walking and running: legs and arms as a function of the way that is behind one, so that no foot slides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from veo_story.backends.local.figures.frame import SOLE
from veo_story.backends.local.figures.pose import Pose

if TYPE_CHECKING:
    from veo_story.backends.local.figures.look import PersonLook


def stride(look: PersonLook, gone: float, speed: float, runs: bool) -> tuple[Pose, float]:
    """The pose after ``gone`` heights at ``speed`` heights a second, and the share of a pair of steps (0..1).

    Slow walks take small steps.
    """
    leg = 0.565 * (1 - look.head)
    step = min(0.58 if runs else 0.37, max(0.10, speed * (0.42 if runs else 0.52)))
    reach = min(0.92, step / 2 / (leg - SOLE))
    phase = gone / (2 * step) % 1.0
    legs = [_leg(phase, reach, runs), _leg((phase + 0.5) % 1.0, reach, runs)]
    swing = float(np.degrees(reach)) * (1.0 if runs else 0.75) * float(np.cos(2 * np.pi * phase))
    bend = 78.0 if runs else 14.0
    pose = Pose(
        lean=9.0 if runs else 2.5,
        left_1=-swing + 3,
        left_2=6,
        left_3=-swing + bend,
        left_4=3,
        right_1=swing + 3,
        right_2=6,
        right_3=swing + bend,
        right_4=3,
        thigh_l=legs[0][0],
        wide_l=legs[0][1],
        shin_l=legs[0][2],
        thigh_r=legs[1][0],
        wide_r=legs[1][1],
        shin_r=legs[1][2],
    )
    return pose, phase


def _leg(phase: float, reach: float, runs: bool) -> tuple[float, float, float]:
    """One leg's angles: half of the time its foot rests on the ground, half of it comes forward again."""
    if phase < 0.5:
        # The body goes by evenly above the foot.
        thigh = float(np.degrees(np.arcsin(reach * (1 - 4 * phase))))
        return thigh, 2.0, thigh
    forward = (phase - 0.5) * 2
    thigh = float(np.degrees(np.arcsin(-reach * np.cos(np.pi * forward))))
    fold = (64.0 if runs else 40.0) * float(np.sin(np.pi * forward)) * min(1.0, reach / 0.4)
    return thigh + fold * 0.22, 2.0, thigh - fold
