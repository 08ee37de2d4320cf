"""The service of the engine's fakes: what outlives a run, in a journal where it must outlive a process."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class FakeService:
    """What outlives a run: accepted operations and what was billed. ``lose`` makes it forget."""

    journal: Path | None = None
    operations: dict[str, tuple[str, list[str]]] = field(default_factory=dict)
    bills: Counter[str] = field(default_factory=Counter)
    samples: dict[str, int] = field(default_factory=dict)

    def accept(self, attempt_id: str, scene_id: str, lines: list[str], samples: int = 1) -> None:
        self._note(attempt_id, scene_id, lines, samples)
        if self.journal is not None:
            with self.journal.open("a") as file:
                file.write(json.dumps([attempt_id, scene_id, lines, samples]) + "\n")
                file.flush()
                os.fsync(file.fileno())

    @classmethod
    def from_journal(cls, journal: Path) -> FakeService:
        service = cls(journal)
        if journal.exists():
            for line in journal.read_text().splitlines():
                service._note(*json.loads(line))
        return service

    def _note(self, attempt_id: str, scene_id: str, lines: list[str], samples: int) -> None:
        self.operations[attempt_id] = (scene_id, lines)
        self.samples[attempt_id] = samples
        self.bills[attempt_id] += 1
