"""The words of cameras, in many phrasings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veo_story.backends.local.camerawork.words import MoveWords, read_camera, read_moves, says_camera
from veo_story.backends.local.lexicon.vocabulary import vocabulary
from veo_story.backends.local.script import CameraWords


@pytest.mark.parametrize(
    ("words", "size"),
    [
        ("wide", "wide"),
        ("Wide shot", "wide"),
        ("establishing", "wide"),
        ("extreme wide", "extreme_wide"),
        ("very wide establishing shot", "extreme_wide"),
        ("aerial", "extreme_wide"),
        ("full", "full"),
        ("full shot", "full"),
        ("medium wide", "medium_wide"),
        ("cowboy", "medium_wide"),
        ("medium", "medium"),
        ("mid shot", "medium"),
        ("waist-up", "medium"),
        ("medium two-shot", "two_shot"),
        ("two-shot", "two_shot"),
        ("over-the-shoulder", "over_shoulder"),
        ("over her shoulder", "over_shoulder"),
        ("medium close-up", "medium_close_up"),
        ("close-up", "close_up"),
        ("Closeup", "close_up"),
        ("close", "close_up"),
        ("tight", "close_up"),
        ("extreme close-up", "extreme_close_up"),
        ("ECU", "extreme_close_up"),
        ("macro", "insert"),
        ("insert", "insert"),
        ("", None),
        ("something else", None),
    ],
)
def test_sizes(words: str, size: str | None) -> None:
    assert read_camera(CameraWords(size=words)).size == size
    assert read_camera(CameraWords(text=words)).size == size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("shot on a wide-angle lens", None),
        ("a long take", None),
        ("slow push-in on her hands, then drift left", None),
        ("starts as a close-up of the lamp", "close_up"),
        ("Wide shot, crane up.", "wide"),
    ],
)
def test_sizes_in_prose(text: str, size: str | None) -> None:
    assert read_camera(CameraWords(text=text)).size == size


@pytest.mark.parametrize(
    ("words", "angle"),
    [
        ("eye-level", "eye_level"),
        ("low", "low"),
        ("low angle", "low"),
        ("from below", "low"),
        ("worm's-eye view", "low"),
        ("high angle", "high"),
        ("from above", "high"),
        ("bird's eye", "bird"),
        ("top-down", "bird"),
        ("overhead", "bird"),
        ("dutch", "dutch"),
        ("canted", "dutch"),
        ("", None),
    ],
)
def test_angles(words: str, angle: str | None) -> None:
    assert read_camera(CameraWords(angle=words)).angle == angle


@pytest.mark.parametrize(
    ("words", "moves"),
    [
        ("static", ["static"]),
        ("static camera", ["static"]),
        ("locked-off tripod", ["static"]),
        ("pan left", ["pan <"]),
        ("Pan right", ["pan"]),
        ("slow pan to the left", ["pan <"]),
        ("the camera pans left across the pans", ["pan <"]),
        ("panning right", ["pan"]),
        ("leftward pan", ["pan <"]),
        ("tilt up", ["tilt"]),
        ("tilts down to her boots", ["tilt <"]),
        ("push-in", ["push_in"]),
        ("slow push-in", ["push_in"]),
        ("dolly in", ["push_in"]),
        ("slow dolly in", ["push_in"]),
        ("creeps closer", ["push_in"]),
        ("pull back to reveal the valley", ["pull_out"]),
        ("dolly out", ["pull_out"]),
        ("pulls away slowly", ["pull_out"]),
        ("dolly left", ["track <"]),
        ("tracking right", ["track"]),
        ("tracking left", ["track <"]),
        ("truck left", ["track <"]),
        ("lateral tracking shot", ["track"]),
        ("crane up", ["crane"]),
        ("crane down", ["crane <"]),
        ("jib rises", ["crane"]),
        ("pedestal down", ["pedestal <"]),
        ("arc left", ["orbit <"]),
        ("slow arc right", ["orbit"]),
        ("orbit around the statue", ["orbit"]),
        ("circles her", ["orbit"]),
        ("handheld", ["handheld"]),
        ("hand-held, shaky", ["handheld"]),
        ("zoom in", ["zoom"]),
        ("slow zoom out", ["zoom <"]),
        ("crash zoom", ["crash_zoom"]),
        ("whip pan left", ["whip_pan <"]),
        ("dolly zoom", ["dolly_zoom"]),
        ("aerial tracking", ["aerial", "track"]),
        ("drone shot", ["aerial"]),
        ("follow her from behind", ["follow"]),
        ("camera follows him", ["follow"]),
        ("gimbal glides left", ["float <"]),
        ("dolly", ["dolly"]),
        ("pan right and tilt up", ["pan", "tilt"]),
        ("tilt down while pushing in", ["tilt <", "push_in"]),
        ("handheld, slow push in", ["handheld", "push_in"]),
        ("slow push-in on her hands, then drift left", ["push_in", "float < later"]),
        ("crane down, then holds", ["crane <"]),
        ("", []),
        ("none to speak of", []),
    ],
)
def test_moves(words: str, moves: list[str]) -> None:
    def short(move: MoveWords) -> str:
        return f"{move.name}{' <' * move.turned}{' later' * move.later}"

    assert [short(move) for move in read_moves(words)] == moves
    assert [short(move) for move in read_camera(CameraWords(text=words)).moves] == moves


def test_the_pace_of_a_move() -> None:
    slow, usual, fast = (read_moves(words)[0].pace for words in ("slow pan", "pan", "fast pan"))
    assert slow < usual < fast
    first, second = read_moves("slow push-in, then a quick pan left")
    assert (first.pace < 1 < second.pace, second.turned, second.later) == (True, True, True)


def test_a_longer_lens_zooms_more() -> None:
    walks = [read_camera(CameraWords(lens=lens)).walk for lens in ("14mm", "24 mm", "35mm", "50mm", "85mm")]
    walks += [read_camera(CameraWords(lens=lens)).walk for lens in ("100mm macro", "200mm", "1200mm")]
    assert walks == sorted(walks, reverse=True)
    named = [read_camera(CameraWords(lens=lens)).walk for lens in ("wide-angle", "", "telephoto")]
    assert named == sorted(named, reverse=True)


def test_focus() -> None:
    shallow, deep, rack = (
        read_camera(CameraWords(focus=focus)) for focus in ("shallow", "deep focus", "rack focus")
    )
    assert deep.blur < 0 < shallow.blur
    assert (shallow.rack, rack.rack) == (False, True)
    assert read_camera(CameraWords(text="close-up, bokeh behind her")).blur > 0


@pytest.mark.parametrize(
    "text", ["Wide shot, crane up.", "Slow push-in.", "85mm lens", "The camera circles her."]
)
def test_what_is_said_of_cameras(text: str) -> None:
    assert says_camera(text)


@pytest.mark.parametrize(
    "text", ["A man crosses the wide sea", "The moon rises", "1970s 35mm film", "She follows him", "It falls"]
)
def test_what_is_not(text: str) -> None:
    assert not says_camera(text)


@given(*[st.text(max_size=30)] * 3)
def test_any_words_are_read(size: str, move: str, text: str) -> None:
    asked = read_camera(CameraWords(size, size, move, text, text, text))
    assert len(asked.moves) <= 2
    assert 0 < asked.walk <= 1


def test_every_word_of_the_tables_is_found() -> None:
    table = vocabulary("camera")
    for kind, part in (("sizes", "size"), ("angles", "angle")):
        for name, entry in table[kind].items():
            for word in (*entry["words"], *entry.get("loose", ())):
                found = getattr(read_camera(CameraWords(**{part: word.rstrip("*")})), part)
                assert found == name, (kind, word)
    for name, entry in table["moves"].items():
        for word in (*entry["words"], *entry.get("loose", ())):
            moves = [move.name for move in read_moves(word.rstrip("*"))]
            assert name in moves, (name, word, moves)
