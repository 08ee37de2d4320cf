"""Write a film's hand-over files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from veo_story.export.formats import FORMATS
from veo_story.export.gather import gather
from veo_story.media.files import make_folder, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from veo_story.film.edit import Edit
    from veo_story.media.files import Disk
    from veo_story.plan.takes import Take
    from veo_story.storyboard.model import Storyboard


@dataclass(frozen=True, slots=True)
class Delivered:
    """A file that was written, and in words what of the film it does not hold."""

    format: str
    path: Path
    lost: tuple[str, ...]


def deliver(
    edit: Edit,
    board: Storyboard,
    folder: Path,
    files: Mapping[Path, str],
    *,
    takes: Iterable[Take] = (),
    disk: Disk | None = None,
) -> tuple[Delivered, ...]:
    """Write ``files`` (path to the name of its format), each whole or not at all; same film, same bytes.

    ``folder`` is the film's. Raises MediaError when media cannot be read, LedgerError when another run hands
    over there for long, OSError when the disk fails, KeyError for a format that is none.
    """
    given = gather(edit, board, folder, tuple(files.values()), takes=takes)
    written = []
    for path, name in files.items():
        form = FORMATS[name]
        make_folder(path.parent)
        write_whole(path, form.write(given, path.parent), disk)
        written.append(Delivered(name, path, form.lost(given)))
    return tuple(written)
