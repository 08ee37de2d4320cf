"""Walking and running: legs and arms as a function of the way that is behind one, so that no foot slides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from veo_story.backends.local.figures.pose import Pose

if TYPE_CHECKING:
    from veo_story.backends.local.figures.look import PersonLook


def stride(look: PersonLook, gone: float, speed: float, runs: bool) -> tuple[Pose, float]:
    """The pose after ``gone`` heights at ``speed`` heights a second, and the share of a pair of steps (0..1).

    Slow walks take small steps.
    """
    leg = 0.565 * (1 - look.head)
    step = min(0.58 if runs else 0.37, max(0.10, speed * (0.42 if runs else 0.52)))
    reach = float(np.degrees(np.arcsin(min(0.92, step / 2 / leg))))
    phase = gone / (2 * step) % 1.0
    turn = 2 * np.pi * phase
    legs = []
    for shift in (0.0, np.pi):
        thigh = reach * float(np.sin(turn + shift))
        # The knee bends while its leg comes forward.
        fold = (58.0 if runs else 34.0) * max(0.0, float(np.cos(turn + shift))) * min(1.0, reach / 24)
        legs.append((thigh + fold * 0.22, 2.0, thigh - fold))
    swing = reach * (1.0 if runs else 0.75) * float(np.sin(turn))
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
