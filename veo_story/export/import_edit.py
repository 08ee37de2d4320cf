"""Trims, order and joins that were changed in an editing program come back into the storyboard.

Only what the editor changed is written. What would make paid takes stale (another parent of an extension)
or what the format cannot say is refused, and then nothing is written at all.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from veo_story.errors import ConfigError, MediaError, Severity, StoryboardError
from veo_story.export.changes import Change, wishes_of
from veo_story.export.reordered import orderings, same_names
from veo_story.media.files import MAKE_ROOM, write_whole
from veo_story.plan.compile import compile_plan
from veo_story.storyboard.load import load_source, load_storyboard
from veo_story.storyboard.rewriting import rewritten
from veo_story.storyboard.source import parse_source

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from veo_story.catalog.catalog import Catalog
    from veo_story.errors import Problem
    from veo_story.export.edited import Edited
    from veo_story.plan.model import Plan
    from veo_story.storyboard.model import Storyboard


@dataclass(frozen=True, slots=True)
class Imported:
    """What comes back into the storyboard at ``path``: its bytes ``before`` and ``after``.

    ``remarks`` are warnings that the storyboard has now and had not before.
    """

    path: Path
    before: bytes
    after: bytes
    changes: tuple[Change, ...]
    remarks: tuple[str, ...] = ()


def import_edit(
    edited: Edited, path: Path, catalog: Catalog, *, today: date, allow_outside: bool = False
) -> Imported:
    """What a timeline changes in the storyboard at ``path``. Writes nothing.

    Raises MediaError for a timeline of another film, or one that the format cannot follow; StoryboardError
    for a storyboard with errors and for changes that it cannot take.
    """
    loaded = load_storyboard(path, allow_outside=allow_outside)
    board = loaded.storyboard
    if board is None or not loaded.ok:
        raise StoryboardError(f"{path}: has errors", loaded.problems, hint="veo-story check shows them.")
    compiled = compile_plan(board, catalog, {}, today=today)
    plan = compiled.plan
    if plan is None:
        raise StoryboardError(f"{path}: has errors", compiled.problems, hint="veo-story check shows them.")
    _belongs(edited, board)
    wishes = list(wishes_of(edited, board, plan))
    order = [seen.scene_id for seen in edited.scenes]
    ordered = orderings(order, board)
    before = path.read_bytes()
    if not wishes and not ordered:
        return Imported(path, before, before, ())
    after = rewritten(before, board.source, [*(wish.setting for wish in wishes), *ordered])
    again, problems = _again(after, board, allow_outside=allow_outside)
    same_names(order, again)
    planned = _plan(again, catalog, today)
    _same_takes(plan, planned)
    _says_it_all(edited, again, planned)
    changes = [wish.change for wish in wishes]
    if ordered:
        was = [scene.id for scene in board.scenes()]
        changes.append(Change("", "order", ", ".join(was), ", ".join(order)))
    known = {(p.code, p.message) for p in loaded.problems}
    warnings = (p for p in problems if p.severity is Severity.WARNING and (p.code, p.message) not in known)
    return Imported(path, before, after, tuple(changes), tuple(f"{p.message} ({p.code})" for p in warnings))


def storyboard_of(edited: Edited, here: Path) -> Path:
    """The storyboard that a timeline was made of: in the folder ``here``, or up to three above the timeline.

    Raises ConfigError when there is none.
    """
    around = edited.path.resolve().parents[:4]
    for folder in (here, *around):
        for ending in (".yaml", ".yml"):
            if edited.film is not None and (path := folder / f"{edited.film}{ending}").is_file():
                return path
    raise ConfigError(
        f"{edited.path}: its storyboard {f'{edited.film}.yaml ' if edited.film else ''}is not found near it",
        hint=f"Name it: veo-story import-edit {edited.path} STORYBOARD.yaml",
    )


def write(imported: Imported) -> None:
    """Put the new text in the place of the old one, whole or not at all. Raises StoryboardError."""
    try:
        path = imported.path.resolve()
        mode = stat.S_IMODE(path.stat().st_mode)
        if path.read_bytes() != imported.before:
            raise StoryboardError(f"{imported.path}: was changed in the meantime; nothing was written")
        if not mode & 0o222:
            raise StoryboardError(f"{imported.path}: may not be written to", hint="Allow it: chmod u+w FILE.")
        write_whole(path, imported.after)
        path.chmod(mode)
    except OSError as error:
        raise StoryboardError(f"{imported.path}: {error.strerror or error}", hint=MAKE_ROOM) from error


def _plan(board: Storyboard, catalog: Catalog, today: date) -> Plan:
    compiled = compile_plan(board, catalog, {}, today=today)
    if compiled.plan is None:
        raise _impossible(compiled.problems)
    return compiled.plan


def _impossible(problems: tuple[Problem, ...]) -> StoryboardError:
    errors = [p for p in problems if p.severity is Severity.ERROR]
    first = errors[0] if errors else None
    said = "the storyboard has no film then" if first is None else f"{first.message} ({first.code})"
    hint = first.hint if first is not None else None
    hint = hint or "Change that in the editor, and hand it back again."
    return StoryboardError(f"the storyboard cannot say this edit: {said}", hint=hint)


def _belongs(edited: Edited, board: Storyboard) -> None:
    """Refuse a timeline of another film, scenes that are not known, used twice or run at another speed."""
    timeline = edited.path
    if edited.film is not None and edited.film != board.name:
        raise MediaError(
            f"{timeline}: is an edit of '{edited.film}', not of '{board.name}'",
            hint="Name the storyboard of that film.",
        )
    ids = [seen.scene_id for seen in edited.scenes]
    known = {scene.id for sequence in board.sequences for scene in sequence.scenes}
    if strange := [name for name in ids if name not in known]:
        raise MediaError(
            f"{timeline}: the storyboard has no scene {', '.join(dict.fromkeys(strange))}",
            hint="It was renamed or removed since the film was handed over: hand it over again.",
        )
    if twice := [name for name in dict.fromkeys(ids) if ids.count(name) > 1]:
        raise MediaError(
            f"{timeline}: in several pieces: {', '.join(twice)}; a scene is in the film once, in one piece",
            hint="Join the pieces in the editor, or make another scene of one of them.",
        )
    if retimed := [seen.scene_id for seen in edited.scenes if seen.is_retimed]:
        raise MediaError(
            f"{timeline}: runs at another speed: {', '.join(retimed)}",
            hint="Take that off in the editor and write effects: [{name: MultiplySpeed, factor: 2}].",
        )


def _again(after: bytes, board: Storyboard, *, allow_outside: bool) -> tuple[Storyboard, tuple[Problem, ...]]:
    text = after.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    source = board.source
    loaded = load_source(parse_source(text, source.path, source.display), allow_outside=allow_outside)
    if loaded.storyboard is None or not loaded.ok:
        raise _impossible(loaded.problems)
    return loaded.storyboard, loaded.problems


def _same_takes(before: Plan, after: Plan) -> None:
    """Refuse what would make takes stale: that is for the author to decide, not for a trim."""
    prints = {step.scene_id: step.fingerprint for step in before.steps()}
    stale = [s.scene_id for s in after.steps() if prints.get(s.scene_id, s.fingerprint) != s.fingerprint]
    if stale:
        raise StoryboardError(
            f"this edit would need new takes of {', '.join(stale)}: {_why(stale, before, after)}",
            hint="Put that back in the editor, or change the storyboard by hand and render it.",
        )


def _says_it_all(edited: Edited, again: Storyboard, plan: Plan) -> None:
    """Refuse what the storyboard would not say although it was written: the film would be another one."""
    left = [wish.change for wish in wishes_of(edited, again, plan)]
    if left:
        told = ", ".join(f"{change.scene_id} {change.key} {change.now}" for change in left[:5])
        raise StoryboardError(
            f"the storyboard cannot say this edit: it would still lack {told}",
            hint="Write that into the storyboard by hand, and hand the film over again.",
        )


def _why(stale: list[str], before: Plan, after: Plan) -> str:
    was = {step.scene_id: step.parent for step in before.steps()}
    now = {step.scene_id: step.parent for step in after.steps()}
    for scene_id in stale:
        old, new = was[scene_id], now[scene_id]
        if old != new:
            stands = f"goes on from {old}" if old else "stands for itself"
            return f"{scene_id} {stands}, and would {f'go on from {new}' if new else 'stand for itself'}"
    return f"{stale[0]} would be asked for in other words"
