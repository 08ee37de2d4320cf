"""The order of scenes in an edited timeline, as orders of the storyboard's lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from veo_story.errors import StoryboardError
from veo_story.storyboard.rewriting import Ordering
from veo_story.storyboard.values import mapping, text

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from veo_story.storyboard.model import Scene, Storyboard
    from veo_story.storyboard.nodes import DataPath

_TOGETHER = "Keep the scenes of a sequence together in the editor, or write the sequences anew by hand."


def orderings(seen: Sequence[str], board: Storyboard) -> list[Ordering]:
    """The lists that have to be put in another order so that the film shows the scenes as in ``seen``.

    Scenes and sequences that are not seen keep their places. Raises StoryboardError where no order of the
    lists gives that film.
    """
    home = {scene.id: n for n, one in enumerate(board.sequences) for scene in one.scenes}
    runs: list[int] = []
    for name in seen:
        if not runs or runs[-1] != home[name]:
            runs.append(home[name])
    for run in runs:
        if runs.count(run) > 1:
            message = f"the scenes of the sequence {board.sequences[run].id} have others between them"
            raise StoryboardError(message, hint=_TOGETHER)
    found = []
    for number, one in enumerate(board.sequences):
        inside = ("sequences", number) if "sequences" in board.source.data else ()
        path: DataPath = (*inside, "scenes")
        order = _placed([s.id for s in one.scenes], [name for name in seen if home[name] == number])
        if order != sorted(order):
            found.append(Ordering(path, tuple(order)))
    across = _placed(list(range(len(board.sequences))), runs)
    if across != sorted(across):
        found.append(Ordering(("sequences",), tuple(across)))
    return found


def _placed(now: Sequence[Hashable], wanted: Sequence[Hashable]) -> list[int]:
    """For every place of a list the position now of what shall stand there; what is not wanted stays."""
    position = {name: n for n, name in enumerate(now)}
    following = iter(wanted)
    chosen = set(wanted)
    return [position[next(following)] if name in chosen else position[name] for name in now]


def same_names(seen: Sequence[str], again: Storyboard) -> None:
    """Refuse an order in which ids that come from a scene's place would go to other scenes."""
    if [scene.id for scene in again.scenes()] == list(seen):
        return
    unnamed = [scene.id for scene in again.scenes() if not _is_named(again, scene)]
    raise StoryboardError(
        f"the scenes have another order now, and {', '.join(unnamed)} are only named by their places",
        hint="Write their ids into the storyboard first, so that their takes stay with them.",
    )


def _is_named(board: Storyboard, scene: Scene) -> bool:
    value: Any = board.source.data
    for part in scene.path:
        value = value[part]
    return text(mapping(value).get("id")) is not None
