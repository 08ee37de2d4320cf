from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from veo_story.backends.local.figures.idling import lids_at, wander
from veo_story.backends.local.figures.speech import Said, mouth_at, syllables


@given(st.text(max_size=80))
def test_syllables_lie_behind_each_other_in_the_line(text: str) -> None:
    spans = syllables(text)
    assert spans
    assert all(0 <= begin < end <= 1 + 1e-9 for begin, end, _ in spans)
    assert all(a[1] <= b[0] + 1e-9 for a, b in pairwise(spans))


def test_a_mouth_opens_while_a_line_is_said_and_is_shut_otherwise() -> None:
    said = (Said("You are late. The sea is not.", 24, 84),)
    shapes = [mouth_at(said, frame)[0] for frame in range(120)]
    assert not any(shapes[:24])
    assert not any(shapes[84:])
    assert len(set(shapes[24:84])) >= 3


def test_a_mouth_shuts_between_sentences() -> None:
    said = (Said("You are late. The sea is not.", 0, 96),)
    shapes = [mouth_at(said, frame)[0] for frame in range(96)]
    assert 0 in shapes[10:80]


def test_other_alphabets_move_the_mouth() -> None:
    for text in ("今はあなたが番人です", "Ты опоздал", "أنت متأخر"):
        assert any(mouth_at((Said(text, 0, 48),), frame)[0] for frame in range(48))


def test_eyes_blink_every_few_seconds_and_are_mostly_open() -> None:
    lids = [lids_at(17, frame) for frame in range(24 * 40)]
    shut = sum(a < 2 and b == 2 for a, b in pairwise(lids))
    assert 8 <= shut <= 20
    assert lids.count(0) > 0.9 * len(lids)


@given(st.integers(0, 2**32 - 1), st.integers(0, 4000))
def test_a_head_does_not_jerk(seed: int, frame: int) -> None:
    a, b = wander(seed, frame), wander(seed, frame + 1)
    assert abs(a[0] - b[0]) < 2.5
    assert abs(a[1] - b[1]) < 1.0
