from __future__ import annotations

import cv2
import numpy as np
import pytest

from tests.backends.local.figures.troupe import BOLT, LENA, MERLIN, MIRA, NOOR, PEOPLE, RUST, YANN
from veo_story.backends.local.figures.body import body_shapes
from veo_story.backends.local.figures.creatures import creature_shapes
from veo_story.backends.local.figures.cutting import Patch, Shape, cut
from veo_story.backends.local.figures.head import head_shapes
from veo_story.backends.local.figures.outlines import oval
from veo_story.backends.local.figures.person import look_of
from veo_story.backends.local.figures.pose import named_pose
from veo_story.backends.local.figures.skull import HeadPose
from veo_story.backends.local.lexicon.vocabulary import vocabulary
from veo_story.backends.local.script import Person
from veo_story.backends.local.world.tint import yuv

TABLE = vocabulary("figures")


def _ink(colour: str, light: float) -> tuple[float, float, float]:
    y, u, v = yuv(colour)
    return 16 + (y - 16) * min(1.0, light), u, v


def _cut(shapes: list[Shape], scale: float) -> Patch:
    return cut(shapes, scale, _ink, (-1.0, 0.5, "#ffffff"))


def _frame_of(patch: Patch) -> np.ndarray:
    """What of the outermost rows and columns is covered."""
    sheet = patch.sheet
    hole = sheet.hole[sheet.spare :, sheet.spare :]
    return 255 - np.concatenate([hole[0], hole[-1], hole[:, 0], hole[:, -1]])


@pytest.mark.parametrize("scale", [60, 240, 700])
@pytest.mark.parametrize("name", list(TABLE["pose"]))
def test_no_pose_is_cut_off_at_the_edge_of_its_sheet(name: str, scale: int) -> None:
    for person, yaw in ((MIRA, 40.0), (MERLIN, -70.0)):
        look = look_of(person)
        shapes, _ = body_shapes(look, named_pose(name)._replace(yaw=yaw), look.carries, -1.0)
        patch = _cut(shapes, scale)
        assert not _frame_of(patch).any()
        assert (patch.sheet.hole == 0).any()


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.id)
@pytest.mark.parametrize("yaw", [-80, -35, 0, 35, 80])
def test_no_head_is_cut_off(person: Person, yaw: int) -> None:
    look = look_of(person)
    for mouth, lids, pitch in ((0, 0, 0), (3, 2, 20), (4, 1, -25)):
        pose = HeadPose(yaw=yaw, pitch=pitch, roll=6, mouth=mouth, lids=lids)
        assert not _frame_of(_cut(head_shapes(look, pose, 1.0), 700)).any()


@pytest.mark.parametrize("style", list(TABLE["style"]))
@pytest.mark.parametrize("hat", ["", *TABLE["hat"]])
def test_every_hair_goes_with_every_hat(style: str, hat: str) -> None:
    words = f"a woman with {TABLE['style'][style]['words'][0]}"
    worn = TABLE["hat"][hat]["words"][0].rstrip("*") if hat else ""
    look = look_of(Person("x", "x", words, worn))
    assert look.hat == hat
    for yaw in (-60, 0, 60):
        patch = _cut(head_shapes(look, HeadPose(yaw=yaw), -1.0), 200)
        assert not _frame_of(patch).any()


@pytest.mark.parametrize("kind", list(TABLE["creature"]))
def test_creatures_stand_and_lie_on_the_ground(kind: str) -> None:
    look = look_of(Person("c", "c", f"a {TABLE['creature'][kind]['words'][0]}"))
    assert look.kind == kind
    for yaw, gait, lies in ((1.0, 0.0, False), (-1.0, 0.3, False), (1.0, 0.0, True)):
        shapes = creature_shapes(look, HeadPose(yaw=yaw), gait, 1.0, lies=lies)
        patch = _cut(shapes, 200)
        assert not _frame_of(patch).any()
        low = min(float(shape.outline[:, 1].min()) for shape in shapes)
        assert abs(low) < 0.09


@pytest.mark.parametrize("thing", list(TABLE["held"]))
def test_things_are_held(thing: str) -> None:
    pose = named_pose("carry")._replace(yaw=30.0)
    look = look_of(LENA)
    with_thing = _cut(body_shapes(look, pose, thing, 1.0)[0], 300)
    without = _cut(body_shapes(look, pose, "", 1.0)[0], 300)
    assert _covered(with_thing) != _covered(without) or with_thing.sheet.y.sum() != without.sheet.y.sum()


def _covered(patch: Patch) -> int:
    return int((patch.sheet.hole < 128).sum())


def test_a_head_turns_to_the_side_it_is_turned_to() -> None:
    look = look_of(YANN)
    right = _cut(head_shapes(look, HeadPose(yaw=70), 1.0), 400).sheet
    left = _cut(head_shapes(look, HeadPose(yaw=-70), -1.0), 400).sheet
    # Hair is behind, the face in front: a mirror image of the other side, but for the parting.
    assert right.hole.shape[1] == pytest.approx(left.hole.shape[1], abs=4)
    shape = (left.hole.shape[1], left.hole.shape[0])
    same = cv2.resize(right.hole[right.spare :, right.spare :], shape).astype(int)
    mirrored = cv2.resize(left.hole[left.spare :, left.spare :][:, ::-1], shape).astype(int)
    assert np.abs(same - mirrored).mean() < 12


def test_an_open_mouth_changes_only_the_lower_half_of_the_face() -> None:
    look = look_of(NOOR)
    shut, wide = (_cut(head_shapes(look, HeadPose(mouth=m), 1.0), 500).sheet for m in (0, 3))
    assert shut.y.shape == wide.y.shape
    rows = np.flatnonzero((shut.y != wide.y).any(axis=1)) - shut.spare
    height = shut.y.shape[0] - shut.spare
    assert rows.min() > height * 0.5


def test_the_lit_side_is_brighter() -> None:
    look = look_of(BOLT)
    sheet = _cut(creature_shapes(look, HeadPose(yaw=1.0), 0.0, -1.0), 300).sheet
    luma = sheet.y[sheet.spare :, sheet.spare :].astype(float)
    cover = 255.0 - sheet.hole[sheet.spare :, sheet.spare :]
    half = luma.shape[1] // 2
    left, right = (luma[:, part].sum() / cover[:, part].sum() for part in (slice(0, half), slice(half, None)))
    assert left > right


def test_a_tint_stays_on_what_is_there() -> None:
    paper = Shape(oval((0, 0.5), 0.2, 0.2), "#ff0000")
    tint = Shape(oval((0.3, 0.5), 0.3, 0.3), "#0000ff", 1.0, 0.5, 0.05)
    plain, tinted = cut([paper], 200, _ink), cut([paper, tint], 200, _ink)
    assert np.array_equal(plain.sheet.hole, tinted.sheet.hole)
    assert not np.array_equal(plain.sheet.u, tinted.sheet.u)


def test_a_fox_and_a_child_have_other_outlines() -> None:
    child = _cut(body_shapes(look_of(LENA), named_pose("stand"), "", 1.0)[0], 200)
    fox = _cut(creature_shapes(look_of(RUST), HeadPose(yaw=1.0), 0.0, 1.0), 200)
    assert fox.sheet.y.shape[1] > 1.5 * child.sheet.y.shape[1] - fox.sheet.spare
