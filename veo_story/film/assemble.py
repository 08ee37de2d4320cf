"""Write a film: joined, proven, synced, and only then in its place."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from veo_story.film.picture import stretches_of
from veo_story.film.verify import verify
from veo_story.media.files import Disk, put_over
from veo_story.media.join import join

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.film.edit import Edit
    from veo_story.media.join import Joined


def assemble(edit: Edit, into: Path, disk: Disk | None = None) -> Joined:
    """Make the film of an edit at ``into``, replacing what was there only when the new one is proven.

    Raises MediaError when a clip cannot be used or the result is not what was planned, OSError when the
    disk fails.
    """
    part = into.with_name(f".{into.name}.part")
    stretches = stretches_of(edit)
    try:
        joined = join(stretches, part, size=edit.size, title=edit.title, chapters=edit.chapters)
        cuts = tuple(accumulate(stretch.frames for stretch in stretches))
        verify(part, frames=edit.frames, size=edit.size, chapters=edit.chapters, cuts=cuts)
        put_over(part, into, disk or Disk())
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return joined
