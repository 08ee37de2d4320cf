"""Scripts: what the plan writes is what the renderer reads, and a prompt alone tells nearly as much."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.plan.boards import board, plan_of, scene
from veo_story.backends.local.prompted import script_of
from veo_story.backends.local.script import Beat, CameraWords, Line, Person, Script, Spot, write_script
from veo_story.errors import MediaError
from veo_story.plan.hints import scene_hints
from veo_story.storyboard.load import load_storyboard
from veo_story.storyboard.model import Camera, CastMember, DialogueLine, Location, Look, Mode, Scene, Shot
from veo_story.storyboard.prompt import compile_prompt

FOLDER = Path(__file__).parents[3] / "storyboards"
FILMS = sorted(path for path in FOLDER.glob("*.yaml") if not path.stem.endswith(".bible"))


def sound(script: Script, length: float) -> bool:
    """Whether beats cover the length, and everything lies in it."""
    edges = [0.0, *(beat.end_s for beat in script.beats)]
    return (
        script.length_s == edges[-1] == length
        and [beat.start_s for beat in script.beats] == edges[:-1]
        and edges == sorted(set(edges))
        and all(line.length_s > 0 and line.text for line in script.lines)
        and [line.start_s for line in script.lines] == sorted(line.start_s for line in script.lines)
        and all(0 <= spot.start_s <= length for spot in script.spots)
    )


@pytest.mark.parametrize("path", FILMS, ids=lambda path: path.stem)
def test_what_the_plan_writes_is_what_the_renderer_reads(path: Path) -> None:
    film = load_storyboard(path).storyboard
    assert film is not None
    scenes = [one for one in film.scenes() if one.mode.is_generated]
    assert scenes
    for one in scenes:
        length = float(one.duration_s)
        prompt = compile_prompt(film, one, one.mode, extended=True)
        script = script_of(prompt, scene_hints(film, one), int(one.duration_s * 24))
        assert sound(script, length)
        assert script.prompt == prompt
        assert [person.id for person in script.people] == list(one.cast)
        assert len(script.beats) == max(1, len(one.shots))
        assert (one.action or one.shots[0].action) in script.action
        alone = script_of(prompt, {}, int(one.duration_s * 24))
        assert sound(alone, length)
        assert [(line.who, line.text, line.start_s) for line in alone.lines] == [
            (line.who, line.text, line.start_s) for line in script.lines
        ]
        assert [spot.start_s for spot in alone.spots] == [spot.start_s for spot in script.spots]
        if one.mode in (Mode.OPEN, Mode.EXTEND):
            assert [(p.id, p.about, p.wears) for p in alone.people] == [
                (p.id, p.about, p.wears) for p in script.people
            ]


def told(one: Scene, style: str = "colon") -> Script:
    """The script out of the compiled prompt alone."""
    film = board(
        one,
        cast={
            "mira": CastMember(
                "mira", "a woman of sixty, silver hair", "a coat", "low alto", says="the woman"
            ),
            "old_tom": CastMember("old_tom", "a shaggy dog", voice="hoarse"),
        },
        locations={"room": Location("room", "a glass room, brass clockwork", when="dusk")},
        dialogue_style=style,
    )
    step = plan_of(film).step(one.id)
    return script_of(step.prompt, {}, step.new_frames)


@pytest.mark.parametrize("style", ["colon", "quotes"])
def test_a_prompt_alone(style: str) -> None:
    script = told(
        scene(
            "s01",
            cast=("mira", "old_tom"),
            location="room",
            look=Look(style="noir", palette=("amber", "blue")),
            camera=Camera(size="close-up", move="slow push-in", lens="50mm"),
            action="Mira winds the clock. Tom sleeps",
            dialogue=(
                DialogueLine("mira", "You are late. Very late!", "dry"),
                DialogueLine("old_tom", "Woof.", at=Decimal(5)),
                DialogueLine("A voice", "Sorry.", manner="off screen"),
            ),
            sfx=("a ratchet", "a bell"),
            ambient="wind, clocks",
            music="a fiddle",
        ),
        style,
    )
    assert script.people == (
        Person("mira", "Mira", "a woman of sixty, silver hair", "a coat"),
        Person("old_tom", "Old Tom", "a shaggy dog"),
    )
    words = CameraWords(text="Close-up, slow push-in, 50mm lens.")
    assert script.beats == (Beat(0.0, 8.0, "Mira winds the clock. Tom sleeps.", words),)
    assert (script.place, script.when) == ("a glass room, brass clockwork, dusk", "dusk")
    assert script.look == "Noir, palette of amber and blue."
    assert (script.ambient, script.music) == ("wind, clocks", "a fiddle")
    assert script.spots == (Spot("a ratchet", 0.3), Spot("a bell", 4.3))
    assert [(line.name, line.text, line.voice, line.manner) for line in script.lines] == [
        ("Mira", "You are late. Very late!", "low alto", "dry"),
        ("Old Tom", "Woof.", "hoarse", ""),
        ("A voice", "Sorry.", "", "off screen"),
    ]
    assert [line.start_s for line in script.lines] == [0.8, 5.0, 5.75]


def test_the_shots_of_a_prompt_are_beats() -> None:
    shots = (
        Shot(Decimal(0), Decimal("2.5"), "He crosses", Camera(text="crane down")),
        Shot(Decimal("2.5"), Decimal(8), "He stops", None, (DialogueLine("Mira", "Stop."),), ("a hiss",)),
    )
    script = told(scene("s01", action=None, shots=shots, location="room", look=Look(text="Muted colours")))
    assert script.beats == (
        Beat(0.0, 2.5, "He crosses.", CameraWords(text="Crane down.")),
        Beat(2.5, 8.0, "He stops."),
    )
    assert script.lines == (Line("Mira", "Mira", "Stop.", 2.8, 0.4),)
    assert script.spots == (Spot("a hiss", 2.8),)
    assert script.look == "Muted colours."


@pytest.mark.parametrize(
    ("prompt", "text", "manner"),
    [
        ('A man at a bar. The barman whispers: "Not here." He looks away.', "Not here.", "whispers"),
        ("A man at a bar. The barman says: Not here, sir.", "Not here, sir.", ""),
        ("A bar. The barman (young) shouts, “Closing time!” Music: jazz.", "Closing time!", "shouts"),
        ("她走进来。 她 says: 你好。", "你好。", ""),
    ],
)
def test_prompts_by_hand(prompt: str, text: str, manner: str) -> None:
    (line,) = script_of(prompt, {}, 96).lines
    assert (line.text, line.manner) == (text, manner)


@pytest.mark.parametrize(
    ("prompt", "camera", "action"),
    [
        ("Wide shot, crane up. A sea.", "Wide shot, crane up.", "A sea."),
        (
            "A close-up of a weathered sailor lighting a pipe, slow push-in.",
            "A close-up of a weathered sailor lighting a pipe, slow push-in.",
            "A close-up of a weathered sailor lighting a pipe, slow push-in.",
        ),
        ("A sea at night.", "", "A sea at night."),
        ("The great lens begins to turn by itself.", "", "The great lens begins to turn by itself."),
        (
            "A fox. It stops. The camera circles it.",
            "The camera circles it.",
            "A fox. It stops. The camera circles it.",
        ),
    ],
)
def test_the_camera_of_a_prompt(prompt: str, camera: str, action: str) -> None:
    (beat,) = script_of(prompt, {}, 96).beats
    assert (beat.camera.text, beat.action) == (camera, action)


def test_a_prompt_by_hand_tells_what_the_scene_does_not() -> None:
    one = scene("s01", action=None, prompt="Slow pan left. A boat. SFX: a horn.", cast=("mira",))
    step = plan_of(board(one, cast={"mira": CastMember("mira", "a keeper")})).step("s01")
    script = script_of(step.prompt, step.hints or {}, step.new_frames)
    assert script.people == (Person("mira", "Mira", "a keeper"),)
    assert script.beats == (Beat(0.0, 8.0, "A boat.", CameraWords(text="Slow pan left.")),)
    assert script.spots == (Spot("a horn", 0.3),)


def test_a_clip_of_another_length_than_its_scene() -> None:
    words = Script(7.0, beats=(Beat(0.0, 3.0, "One"), Beat(3.0, 7.0, "Two")))
    longer = script_of("", {"script": write_script(words)}, 192)
    assert [(beat.start_s, beat.end_s) for beat in longer.beats] == [(0.0, 3.0), (3.0, 8.0)]
    shorter = script_of("", {"script": write_script(words)}, 48)
    assert [(beat.start_s, beat.end_s) for beat in shorter.beats] == [(0.0, 2.0)]


def test_hints_without_a_script() -> None:
    script = script_of("The same continuous shot moves on.", {"place": "a harbour", "ambient": "gulls"}, 96)
    assert (script.place, script.ambient) == ("a harbour", "gulls")


@pytest.mark.parametrize(
    "broken", ["", "{}", "[]", "5", '{"length_s": 8, "beats": [], "people": []}', "null"]
)
def test_a_broken_script_is_refused(broken: str) -> None:
    with pytest.raises(MediaError, match="script of the scene cannot be read"):
        script_of("A boat.", {"script": broken}, 96)


PIECES = st.sampled_from(
    [
        "The same continuous shot.",
        "\n[00:00-00:03]",
        "[00:05-00:02]",
        "[99:99-99:99.5]",
        'says, "',
        "says:",
        "SFX:",
        "Music:",
        "“",
        "\n",
        "A",
        ".",
        "。",
        "In the last second,",
        "Mira",
        "is a",
        "wearing",
        "The setting is",
        "(low; ",
        ")",
        "At 99 seconds,",
        "Ambient noise:",
        "wide shot,",
        "50mm",
    ]
)


@given(st.lists(PIECES | st.text(max_size=12), max_size=30).map(" ".join), st.integers(1, 400))
def test_any_text_is_read(prompt: str, frames: int) -> None:
    script = script_of(prompt, {}, frames)
    assert sound(script, frames / 24)
    assert script.prompt == prompt
