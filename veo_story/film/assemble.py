"""Write a film: joined, proven, synced, and only then in its place."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

import av

from veo_story.film.picture import stretches_of
from veo_story.film.proofs import read_proofs
from veo_story.film.prove import divided_at, prove, prove_clip
from veo_story.media.files import Disk, put_over, sha256_of, write_whole
from veo_story.media.join import write_whole_clip
from veo_story.media.labels import Labels
from veo_story.media.picture import Copied
from veo_story.media.whole_sound import WholeSound
from veo_story.media.writing import lay_out, write

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future
    from pathlib import Path

    from veo_story.film.master import Master
    from veo_story.film.proofs import Proofs
    from veo_story.media.join import Joined
    from veo_story.media.source import Source
    from veo_story.media.writing import Layout


PROOFS = "proofs.json"
"""The file beside the film that remembers which clips have been decoded without a fault."""


def assemble(master: Master, into: Path, disk: Disk | None = None) -> Joined:
    """Write a film at ``into``, replacing what was there only when the new one is proven.

    Each clip is decoded once to see that it is whole; what was found is kept in :data:`PROOFS` beside the
    film. Raises MediaError when a clip cannot be used or the result is not what was planned, OSError when
    the disk fails.
    """
    edit, proofs = master.edit, into.with_name(PROOFS)
    part = into.with_name(f".{into.name}.part")
    stretches = stretches_of(edit)
    known = read_proofs(proofs, _decoder())
    try:
        layout = lay_out(stretches, edit.size, master.sound or "own", into.parent)
        labels = Labels({"title": edit.title, **master.notes}, tuple(edit.chapters), master.captions)
        with ThreadPoolExecutor(os.cpu_count() or 1) as decoders:
            # The clips are tried while the film is written: its sound keeps only one core busy.
            tried = _tried(layout, known, decoders)
            try:
                is_clip = isinstance(layout.heard, WholeSound)
                if not (is_clip and write_whole_clip(stretches, part, edit.size, labels)):
                    write(layout, part, labels)
                try:
                    prove(part, stretches, layout, labels, edit.size, decoders)
                finally:
                    # Where a clip is at fault, that is what is said.
                    learnt = [result.result() for result in tried]
            except BaseException:
                decoders.shutdown(wait=False, cancel_futures=True)
                raise
        put_over(part, into, disk or Disk())
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    if any(learnt):
        for proof in filter(None, learnt):
            known.add(*proof)
        # The film is there; what cannot be remembered is tried again next time.
        with suppress(OSError):
            write_whole(proofs, known.as_bytes(), disk)
    return layout.joined


_Proof = tuple[str, int, int]


def _tried(layout: Layout, known: Proofs, decoders: Executor) -> list[Future[_Proof | None]]:
    """Every clip whose packets are copied, decoded as far as they are, unless that was done before."""
    ranges: dict[Path, list[tuple[int, int]]] = {}
    for part in layout.picture.parts:
        if isinstance(part, Copied):
            ranges.setdefault(part.clip, []).append((part.piece.start, part.piece.end))
    tried = []
    for clip, wanted in ranges.items():
        # Not by the ledger's word: these very bytes are what is copied.
        digest = decoders.submit(sha256_of, clip)
        source = layout.picture.material.sources[clip]
        tried += [decoders.submit(_try, source, known, digest, *part) for part in _portions(source, wanted)]
    return tried


def _portions(source: Source, wanted: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The frames of a clip from the first wanted to the last, in portions that several cores can share."""
    first, last = min(start for start, _ in wanted), max(end for _, end in wanted)
    fresh = [frame for frame, new in zip(source.table.displays, source.fresh, strict=True) if new]
    return divided_at(fresh, first, last)


def _try(source: Source, known: Proofs, digest: Future[str], start: int, end: int) -> _Proof | None:
    """What was learnt; None when it was known. Raises MediaError when a frame is damaged."""
    sha256 = digest.result()
    if known.covers(sha256, start, end):
        return None
    prove_clip(source, start, end)
    return sha256, start, end


def _decoder() -> str:
    """Which decoder it is; what another one has found does not count."""
    return " ".join(f"{name} {'.'.join(map(str, version))}" for name, version in av.library_versions.items())
