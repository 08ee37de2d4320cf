"""The words of a film: what is said when, from the storyboard, the cut list and what is heard. Pure."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from veo_story.film.captioning import LINE, Said, captioned
from veo_story.film.matching import matched
from veo_story.plan.script import SHORTEST_LINE_S, lines_of
from veo_story.storyboard.model import FPS
from veo_story.storyboard.speech import speech_s

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from veo_story.film.edit import Cut, Edit
    from veo_story.film.matching import Times
    from veo_story.media.spans import Caption
    from veo_story.storyboard.model import Scene, Storyboard


_NOTHING: Mapping[str, Times] = MappingProxyType({})
_NARROW_LINE = LINE * 2 // 3
"""Units of a line in films that are square or upright."""
_LEAST_HEARD = 0.35
"""A line of which less than this share is in the film is cut away."""


def captions(
    edit: Edit,
    board: Storyboard,
    spoken: Mapping[str, tuple[float, float]] = MappingProxyType({}),
    heard: Mapping[str, Times] = _NOTHING,
) -> tuple[Caption, ...]:
    """The subtitles that the storyboard asks for, in order, in frames of the film; () where it asks for none.

    ``spoken`` tells by line from which frame of the film to which its recording says the words; other lines
    of narration take as long as their words do. ``heard`` tells by scene where somebody speaks, in frames of
    the scene's own footage: the lines of a scene go there where that is clear.
    """
    wanted = board.finish.subtitles
    if wanted is None:
        return ()
    said: list[Said] = []
    if wanted.words in ("dialogue", "both"):
        said += dialogue(edit, board, heard)
    if wanted.words in ("narration", "both"):
        said += narration(edit, board, spoken)
    width, height = edit.size
    line = LINE if 2 * width > 3 * height else _NARROW_LINE
    # Where scenes go over into each other, nothing changes at once.
    shots = [cut.start_frame for cut in edit.cuts if not cut.join.overlap and not cut.continuous]
    return captioned(said, edit.frames, line, shots)


def speaking(board: Storyboard) -> tuple[str, ...]:
    """The scenes in which there are lines to be heard."""
    return tuple(
        scene.id for scene in board.scenes() if scene.dialogue or any(shot.dialogue for shot in scene.shots)
    )


def dialogue(edit: Edit, board: Storyboard, heard: Mapping[str, Times] = _NOTHING) -> Iterator[Said]:
    """The lines of all scenes that are in the film, in its frames. What is cut away is left out."""
    scenes = {scene.id: scene for scene in board.scenes()}
    for cut in edit.cuts:
        if cut.scene_id in scenes:
            yield from _lines(cut, board, scenes[cut.scene_id], heard.get(cut.scene_id, ()))


def narration(edit: Edit, board: Storyboard, spoken: Mapping[str, tuple[float, float]]) -> Iterator[Said]:
    """The lines of narration that have words, in frames of the film."""
    starts = {cut.scene_id: cut.start_frame for cut in edit.cuts}
    told = board.finish.narration
    for line in told.lines if told else ():
        if line.text is None or line.scene_id not in starts:
            continue
        start = starts[line.scene_id] + float(line.at_s) * FPS
        length = max(SHORTEST_LINE_S, float(speech_s(line.text))) * FPS
        first, end = spoken.get(line.id, (start, start + length))
        if first < edit.frames:
            yield Said(first, min(end, edit.frames), line.text)


def _lines(cut: Cut, board: Storyboard, scene: Scene, heard: Times) -> Iterator[Said]:
    lines = lines_of(board, scene, float(scene.duration_s))
    guessed = [(one["start_s"] * FPS, (one["start_s"] + one["length_s"]) * FPS) for one in lines]
    shown = cut.out_frame - cut.in_frame
    pace = cut.frames / shown
    first, last = cut.head - cut.lead, cut.head + shown + cut.tail
    for line, (start, end) in zip(lines, matched(guessed, heard), strict=True):
        begins, ends = max(start, first), min(end, last)
        if ends - begins < _LEAST_HEARD * (end - start) or ends <= begins:
            continue
        yield Said(
            cut.start_frame + (begins - cut.head) * pace,
            cut.start_frame + (ends - cut.head) * pace,
            line["text"],
            line["who"],
        )
