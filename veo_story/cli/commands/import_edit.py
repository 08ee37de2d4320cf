"""``veo-story import-edit``: trims and order from an editing program."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from veo_story.cli import options

if TYPE_CHECKING:
    from veo_story.cli.shell import Shell
    from veo_story.export.changes import Change
    from veo_story.export.import_edit import Imported


@click.command("import-edit", short_help="Bring trims and order from an editing program into the storyboard.")
@click.argument("timeline", type=click.Path(path_type=Path, dir_okay=False), metavar="TIMELINE")
@click.argument("file", type=click.Path(path_type=Path), metavar="[FILE]", required=False)
@click.option("--dry-run", is_flag=True, help="Show what would change in the storyboard, and write nothing.")
@options.allow_outside_option
@options.json_option
@options.quiet_option
@click.pass_obj
def command(
    shell: Shell,
    timeline: Path,
    file: Path | None,
    dry_run: bool,
    allow_outside: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Write what was changed in an editing program into the storyboard FILE.

    TIMELINE is a film that was handed over (outputs: kind otio) and edited: trims, the order of scenes, gaps,
    holds, dissolves and wipes come back; a scene that is gone gets skip: true. Comments and layout of the
    storyboard stay, and nothing is written that would make a paid take stale. Sound tracks and fades are
    not read. Without FILE the storyboard is looked for by the film's name.
    """
    from veo_story.catalog.catalog import load_catalog
    from veo_story.cli.output import result, result_json, say
    from veo_story.export.edited import read_edit
    from veo_story.export.import_edit import import_edit, storyboard_of, write

    edited = read_edit(timeline)
    path = file or storyboard_of(edited, Path())
    imported = import_edit(edited, path, load_catalog(), today=shell.today, allow_outside=allow_outside)
    if not dry_run and imported.changes:
        write(imported)
    if as_json:
        result_json(_data(imported, written=not dry_run and bool(imported.changes)))
    elif dry_run and imported.changes:
        result(_difference(imported))
    elif not quiet:
        for change in imported.changes:
            say(_line(change))
        result(f"{path}: {_summary(imported)}")
    if not as_json:
        for remark in imported.remarks:
            say(f"warning: {remark}")


def _line(change: Change) -> str:
    return f"  {f'{change.scene_id} ' if change.scene_id else ''}{change.key}: {change.was} -> {change.now}"


def _summary(imported: Imported) -> str:
    from veo_story.cli.text import count

    return count(len(imported.changes), "change") if imported.changes else "nothing has changed"


def _data(imported: Imported, *, written: bool) -> dict[str, object]:
    changes = [
        {"scene": change.scene_id or None, "key": change.key, "was": change.was, "now": change.now}
        for change in imported.changes
    ]
    return {
        "storyboard": str(imported.path),
        "written": written,
        "changes": changes,
        "warnings": [*imported.remarks],
    }


def _difference(imported: Imported) -> str:
    """The two texts as a unified diff. Line ends and a byte order mark, which stay, are left out."""
    from difflib import unified_diff

    before, after = (
        data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        for data in (imported.before, imported.after)
    )
    name = imported.path.as_posix()
    return "\n".join(unified_diff(before, after, name, name, lineterm=""))
