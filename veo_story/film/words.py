"""The words of a film: what is said when, from the storyboard, the cut list and what is heard. Pure."""

from __future__ import annotations

from itertools import combinations, pairwise
from math import comb
from types import MappingProxyType
from typing import TYPE_CHECKING

from veo_story.film.captioning import LINE, Said, captioned
from veo_story.plan.script import SHORTEST_LINE_S, lines_of
from veo_story.storyboard.model import FPS
from veo_story.storyboard.speech import speech_s

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from veo_story.film.edit import Cut, Edit
    from veo_story.media.spans import Caption
    from veo_story.storyboard.model import Scene, Storyboard

    Times = Sequence[tuple[float, float]]

_NOTHING: Mapping[str, Times] = MappingProxyType({})
_NARROW_LINE = LINE * 2 // 3
"""Units of a line in films that are square or upright."""
_LEAST_HEARD = 0.35
"""A line of which less than this share is in the film is cut away."""
_FARTHEST = 4 * FPS
"""A line is not moved further than this to where somebody is heard."""
_LIKENESS = (0.4, 2.5)
"""How long a line is heard, beside what was estimated, if it is that line."""
_CRY, _ALONE = 8, 16
"""What is shorter, with more than that much silence around it, is hardly a part of a line."""
_BEFORE = 2
_WAYS = 5000


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


def matched(lines: Times, heard: Times) -> Times:
    """Where lines are said: where somebody is heard, if that fits all of them, else where they were guessed.

    Each line takes one stretch of what is heard or several in a row, and all of them are taken but one at
    the very beginning: that may be the end of what was said before.
    """
    heard = _without_strays(heard, len(lines))
    ways = [*_ways(len(lines), heard)]
    if heard and heard[0][0] <= _BEFORE:
        ways += _ways(len(lines), heard[1:])
    if not ways:
        return lines
    best = min(ways, key=lambda way: _distance(lines, way))
    return best if all(map(_alike, lines, best)) else lines


def _without_strays(heard: Times, count: int) -> Times:
    """What is heard without short cries far from all else, where enough is left for ``count`` lines."""
    edges = [(-_FARTHEST, -_FARTHEST), *heard, (1e9, 1e9)]
    kept = [
        one
        for before, one, after in zip(edges, edges[1:], edges[2:], strict=False)
        if one[1] - one[0] >= _CRY or min(one[0] - before[1], after[0] - one[1]) <= _ALONE
    ]
    return kept if len(kept) >= count else heard


def _ways(count: int, heard: Times) -> Iterator[Times]:
    """All ways to share what is heard among so many lines."""
    if 0 < count <= len(heard) and comb(len(heard) - 1, count - 1) <= _WAYS:
        for cuts in combinations(range(1, len(heard)), count - 1):
            yield _shared(heard, cuts)


def _shared(heard: Times, cuts: Sequence[int]) -> list[tuple[float, float]]:
    """What is heard, parted before the stretches ``cuts``."""
    firsts, lasts = [0, *cuts], [*(cut - 1 for cut in cuts), len(heard) - 1]
    return [(heard[first][0], heard[last][1]) for first, last in zip(firsts, lasts, strict=True)]


def _distance(lines: Times, way: Times) -> float:
    """How far the lines would have to move and stretch; between two of them there is rather a long pause."""
    moved = sum(
        abs(start - at) + abs(end - until) for (start, end), (at, until) in zip(lines, way, strict=True)
    )
    return moved - 2 * sum(after[0] - before[1] for before, after in pairwise(way))


def _alike(line: tuple[float, float], found: tuple[float, float]) -> bool:
    least, most = _LIKENESS
    length = line[1] - line[0]
    near = abs(found[0] - line[0]) <= _FARTHEST
    return near and least * length <= found[1] - found[0] <= most * length
