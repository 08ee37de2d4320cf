"""Stages, scripts and words of cameras for tests of camera work."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import strategies as st

from veo_story.backends.local.script import Beat, CameraWords, Line, Person, Script
from veo_story.backends.local.world.sheets import Canvas
from veo_story.backends.local.world.stage import Mark, Stage

WIDE, UPRIGHT = Canvas(320, 180), Canvas(180, 320)
PEOPLE = (Person("mira", "Mira"), Person("old_tom", "Old Tom"), Person("ann", "Ann"))

SIZES = (
    "extreme wide", "wide", "establishing shot", "full shot", "medium wide", "cowboy shot", "medium",
    "two-shot", "over-the-shoulder", "medium close-up", "close-up", "extreme close-up",
)  # fmt: skip
ANGLES = ("eye-level", "low angle", "high angle", "bird's eye", "dutch angle")
SLOW_MOVES = (
    "static", "pan left", "pan right", "tilt up", "tilt down", "slow push-in", "dolly out", "tracking left",
    "crane up", "crane down", "orbit right", "handheld", "zoom in", "zoom out", "drone rising", "follow",
    "slow push-in, then pan left", "dolly zoom", "steadicam drifting left", "pedestal down",
)  # fmt: skip
QUICK_MOVES = ("whip pan left", "crash zoom")


def stage(canvas: Canvas, *xs: float, things: dict[str, Mark] | None = None) -> Stage:
    """A stage with the first of :data:`PEOPLE` at these columns."""
    aspect = canvas.width / canvas.height
    tall = 0.46 if aspect > 1 else 0.30
    people = {person.id: Mark(x, 0.9, tall) for person, x in zip(PEOPLE, xs, strict=False)}
    return Stage(0.9, tall, 0.55, False, aspect, people, things or {})


def script(camera: CameraWords, action: str = "Mira winds the clock", seconds: float = 8.0) -> Script:
    """One beat of that camera."""
    return Script(seconds, people=PEOPLE, beats=(Beat(0.0, seconds, action, camera),))


CANVASES = st.sampled_from((WIDE, UPRIGHT))
ACTIONS = st.sampled_from(
    ("Mira winds the clock", "Old Tom runs past Mira", "A boat", "A hand takes a key", "Ann waves")
)


@st.composite
def stages(draw: st.DrawFn, canvas: Canvas) -> Stage:
    """Up to three people and a thing, anywhere that a world would put them."""
    foot = draw(st.floats(0.75, 0.97))
    tall = draw(st.floats(0.2, 0.6))
    places = st.floats(-0.45, 0.45).map(lambda share: share * canvas.width / canvas.height)
    people = {
        person.id: Mark(draw(places), foot, tall * draw(st.floats(0.6, 1.05)), draw(st.floats(0.99, 1.02)))
        for person in PEOPLE[: draw(st.integers(0, 3))]
    }
    mark = st.builds(Mark, places, st.floats(0.5, 0.95), st.floats(0.05, 0.5), st.floats(0.1, 1.0))
    things = draw(st.dictionaries(st.just("boat"), mark))
    horizon, indoors = draw(st.floats(0.3, 0.7)), draw(st.booleans())
    return Stage(foot, tall, horizon, indoors, canvas.width / canvas.height, people, things)


def cameras(moves: tuple[str, ...] = SLOW_MOVES) -> st.SearchStrategy[CameraWords]:
    """Words of cameras, some without a size or without any words."""
    parts = st.builds(
        CameraWords,
        size=st.sampled_from(("", *SIZES)),
        angle=st.sampled_from(("", *ANGLES)),
        move=st.sampled_from(("", *moves)),
        lens=st.sampled_from(("", "24mm", "50mm", "100mm macro")),
        focus=st.sampled_from(("", "shallow", "deep focus", "rack focus")),
    )
    return st.one_of(
        parts, st.just(CameraWords()), st.sampled_from(moves).map(lambda text: CameraWords(text=text))
    )


@st.composite
def scripts(draw: st.DrawFn, moves: tuple[str, ...] = SLOW_MOVES) -> Script:
    """One to three beats, and perhaps a line."""
    seconds = draw(st.sampled_from((4.0, 6.0, 7.0, 8.0)))
    cuts = draw(st.lists(st.sampled_from((1.5, 2.0, 3.0)), max_size=2, unique=True).map(sorted))
    edges = [0.0, *cuts, seconds]
    beats = tuple(Beat(start, end, draw(ACTIONS), draw(cameras(moves))) for start, end in pairwise(edges))
    lines = draw(st.sampled_from(((), (Line("mira", "Mira", "You are late.", 0.8, 1.2),))))
    return Script(seconds, people=PEOPLE, beats=beats, lines=lines)
