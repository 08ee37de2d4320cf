"""Speech that does not fit into its time, voices that do not reach the end."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from veo_story.storyboard.codes import problem
from veo_story.storyboard.rules.common import at_key, generated, plain
from veo_story.storyboard.speech import count_signs, count_words, speech_s
from veo_story.storyboard.values import mapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from veo_story.errors import Problem, Where
    from veo_story.storyboard.build import Draft
    from veo_story.storyboard.model import DialogueLine

_HEARD_S = Decimal("1.5")
"""How early a line may end, by estimate, and still count as heard in the last second."""

_SOURCES = {
    "dialogue": ("dialogue",),
    "narration": ("narration",),
    "both": ("dialogue", "narration"),
}
"""What subtitles are made of, by ``from``."""


def too_much_speech(draft: Draft) -> Iterator[Problem]:
    """More words than the time of their scene or shot takes."""
    source = draft.storyboard.source
    for scene in generated(draft):
        if scene.dialogue:
            where = at_key(draft, scene, "dialogue")
            yield from _fit(scene.dialogue, Decimal(0), scene.duration_s, where)
        for i, shot in enumerate(scene.shots):
            where = source.where((*scene.path, "shots", i, "dialogue"), key=True)
            yield from _fit(shot.dialogue, shot.start_s, shot.end_s, where)


def _fit(lines: tuple[DialogueLine, ...], start: Decimal, end: Decimal, where: Where) -> Iterator[Problem]:
    for begins, ends, text in _runs(lines, start, end):
        needed, there = speech_s(text), ends - begins
        if needed > there > 0:
            words, signs = count_words(text), count_signs(text)
            counted = f"{signs} characters" if signs > words else f"{words} words"
            message = (
                f"{counted} in {plain(there)} s: about {needed:.1f} s of speech; it will be rushed or cut"
            )
            yield problem("VS201", where, message, "shorten it, or move a part into the next scene")


def _runs(
    lines: tuple[DialogueLine, ...], start: Decimal, end: Decimal
) -> Iterator[tuple[Decimal, Decimal, str]]:
    """Stretches of speech: from one line with ``at`` to the next, with all that is said in between."""
    begins, said = start, ""
    for line in lines:
        if line.at is not None and said:
            yield begins, line.at, said
            said = ""
        begins = begins if line.at is None else line.at
        said = f"{said} {line.line}"
    yield begins, end, said


def voice_to_the_end(draft: Draft) -> Iterator[Problem]:
    """``handoff.voice: through`` needs somebody who speaks in the last second."""
    for scene in generated(draft):
        if scene.handoff.voice != "through":
            continue
        lines = (*scene.dialogue, *(line for shot in scene.shots[-1:] for line in shot.dialogue))
        where = at_key(draft, scene, "handoff")
        hint = "put a line at the end of this scene, or remove 'voice'"
        if not lines:
            yield problem("VS206", where, "nobody speaks here, so no voice can carry over", hint)
        elif lines[-1].at is not None:
            ends = lines[-1].at + speech_s(lines[-1].line)
            if ends < scene.duration_s - _HEARD_S:
                message = f"the last line ends at about {ends:.1f} s, too early to carry over"
                yield problem("VS206", where, message, "let it begin later")


def voiceless(draft: Draft) -> Iterator[Problem]:
    """Somebody speaks whose voice is not described, so that it may differ from clip to clip."""
    board = draft.storyboard
    spoken = {
        line.who
        for scene in generated(draft)
        for line in (*scene.dialogue, *(line for shot in scene.shots for line in shot.dialogue))
    }
    for name in mapping(board.source.data.get("cast")):
        if name in spoken and name in board.cast and board.cast[name].voice is None:
            where = board.source.where(("cast", name), key=True)
            message = f"{name} speaks but has no 'voice'; it may sound different in each clip"
            yield problem("VS302", where, message, "add voice:, such as 'low, unhurried alto'")


def words_for_subtitles(draft: Draft) -> Iterator[Problem]:
    """Subtitles of what is said are wanted, but nobody wrote what that is."""
    board = draft.storyboard
    wanted, narration = board.finish.subtitles, board.finish.narration
    sources = _SOURCES.get(wanted.words if wanted is not None else "", ())
    told = narration.lines if narration is not None and "narration" in sources else ()
    for line in told:
        if line.text is None:
            where = board.source.where(line.path)
            message = f"{line.id} has a recording but no 'text', so it gets no subtitles"
            yield problem("VS303", where, message, "add text: with what is said")
    spoken = "dialogue" in sources and any(
        scene.dialogue or any(shot.dialogue for shot in scene.shots) for scene in board.scenes()
    )
    if sources and not told and not spoken:
        where = board.source.where(("subtitles",), key=True)
        message = f"there is nothing to write in the subtitles: the film has no {' or '.join(sources)}"
        yield problem("VS303", where, message, "name other words with 'from:', or remove 'subtitles'")


RULES = (too_much_speech, voice_to_the_end, voiceless, words_for_subtitles)
