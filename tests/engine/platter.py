"""A disk that forgets at a power cut what was not synced: it watches a folder and rebuilds what is left.

Files are known by their number on the real disk. Of a file that was never synced anything may be left:
nothing, half of it, all of it. Of a folder whose names changed since it was synced, each change is on the
disk or is not. SQLite is trusted to sync what it commits: the ledger is what it is at the moment of the cut.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from veo_story.media.files import Disk

LEDGER = "ledger.sqlite"


@dataclass
class Platter:
    """What is safe: the bytes of files and the names in folders, by number."""

    content: dict[int, bytes] = field(default_factory=dict)
    names: dict[int, dict[str, int]] = field(default_factory=dict)
    held: list[BinaryIO] = field(default_factory=list)

    def disk(self, cut: Callable[[str], None]) -> Disk:
        """A disk for the engine; ``cut`` is called before and after each of its calls."""
        real = Disk()

        def fsync_file(path: Path) -> None:
            cut(f"before file {path.name}")
            real.fsync_file(path)
            self.content[path.stat().st_ino] = path.read_bytes()
            self.held.append(path.open("rb"))  # so that its number is given to no other file
            cut(f"after file {path.name}")

        def fsync_folder(path: Path) -> None:
            cut(f"before folder {path.name}")
            real.fsync_folder(path)
            self.names[path.stat().st_ino] = numbers_in(path)
            cut(f"after folder {path.name}")

        def rename(old: Path, new: Path) -> None:
            cut(f"before rename {new.name}")
            real.rename(old, new)
            cut(f"after rename {new.name}")

        return Disk(fsync_file, fsync_folder, rename)

    def left(self, folder: Path, into: Path, seed: int) -> None:
        """What is left of ``folder`` after a power cut now, written to ``into``. Seed 0 loses all it may."""
        into.mkdir()
        self._rebuild(folder, into, random.Random(seed) if seed else None)
        if (folder / LEDGER).exists():
            (into / LEDGER).write_bytes((folder / LEDGER).read_bytes())

    def _rebuild(self, folder: Path, into: Path, chance: random.Random | None) -> None:
        now, safe = numbers_in(folder), self.names.get(folder.stat().st_ino, {})
        placed: set[int] = set()
        for name in sorted(now.keys() | safe.keys()):
            if name.startswith(LEDGER) or name in (".lock", ".runner"):
                continue
            was, is_now = safe.get(name), now.get(name)
            kept = is_now if was == is_now or (chance is not None and chance.random() < 0.5) else was
            source = self._path(folder, kept, now)
            if kept is None or kept in placed or (source is None and kept not in self.content):
                continue
            placed.add(kept)
            if source is None:  # another file has taken its place since
                (into / name).write_bytes(self.content[kept])
            elif source.is_dir():
                (into / name).mkdir()
                self._rebuild(source, into / name, chance)
            else:
                (into / name).write_bytes(self._bytes(source, chance))

    @staticmethod
    def _path(folder: Path, number: int | None, now: dict[str, int]) -> Path | None:
        """Where a file or folder stands now that may have had another name in the same folder."""
        return next((folder / name for name, found in now.items() if found == number), None)

    def _bytes(self, file: Path, chance: random.Random | None) -> bytes:
        whole, safe = file.read_bytes(), self.content.get(file.stat().st_ino)
        if safe == whole:
            return whole
        return b"" if chance is None else chance.choice((b"", whole[: len(whole) // 2], whole))


def numbers_in(folder: Path) -> dict[str, int]:
    """The names in a folder with the numbers of what they stand for."""
    with os.scandir(folder) as found:
        return {entry.name: entry.inode() for entry in found}
