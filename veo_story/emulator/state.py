"""All that the emulator remembers, and its file."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from veo_story.emulator.records import (
    FootageRecord,
    Operation,
    StoredFile,
    StoredObject,
    file_from,
    footage_from,
    object_from,
    operation_from,
    to_json,
)
from veo_story.errors import ConfigError
from veo_story.media.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_VERSION = 1
FILE = "state.json"


class State:
    """Operations, files, objects and known footage, in ``folder``. ``changes`` counts what was altered.

    Whoever alters a record calls :meth:`changed`, so that it is saved in time.
    """

    def __init__(self, folder: Path, seed: int = 0, born: str = "") -> None:
        self.folder = folder
        self.operations: dict[str, Operation] = {}
        self.files: dict[str, StoredFile] = {}
        self.objects: dict[tuple[str, str], StoredObject] = {}
        self.footage: dict[str, FootageRecord] = {}
        self.changes = 0
        self._seed = f"{seed}:{born}"
        self._drawn = 0

    def changed(self) -> None:
        """Say that a record is not as it was."""
        self.changes += 1

    def draw(self, kind: str) -> str:
        """A new identifier: 32 hexadecimal digits, never the same again in this emulator's life."""
        self._drawn += 1
        text = f"{self._seed}:{self._drawn}:{kind}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def add_operation(self, operation: Operation) -> None:
        """Take in an accepted generation."""
        self.operations[operation.name] = operation
        self.changed()

    def put_object(self, stored: StoredObject) -> None:
        """Write an object; one of the same name is replaced."""
        self.objects[stored.bucket, stored.name] = stored
        self.changed()

    def object_at(self, bucket: str, name: str, now: float) -> StoredObject | None:
        """The object of that name, if it is there by now."""
        found = self.objects.get((bucket, name))
        return found if found is not None and found.created_at <= now else None

    def remove_object(self, gcs_uri: str) -> None:
        """Delete an object, if it is there."""
        bucket, _, name = gcs_uri.removeprefix("gs://").partition("/")
        if self.objects.pop((bucket, name), None) is not None:
            self.changed()

    def objects_under(self, bucket: str, prefix: str, now: float) -> Iterable[StoredObject]:
        """A bucket's objects whose names begin with ``prefix``, by name."""
        names = sorted(n for b, n in self.objects if b == bucket and n.startswith(prefix))
        return [o for o in (self.objects[bucket, name] for name in names) if o.created_at <= now]

    def as_json(self) -> dict[str, Any]:
        """Everything, in JSON's types. No key or token is among it."""
        return {
            "emulator": _VERSION,
            "seed": self._seed,
            "drawn": self._drawn,
            "operations": [to_json(each) for each in self.operations.values()],
            "files": [to_json(each) for each in self.files.values()],
            "objects": [to_json(each) for each in self.objects.values()],
            "footage": {digest: to_json(each) for digest, each in self.footage.items()},
        }

    def take_over(self, data: dict[str, Any]) -> None:
        """Become what was saved. Raises TypeError, KeyError or AttributeError for what is no state."""
        if data["emulator"] != _VERSION:
            raise KeyError("emulator")
        self._seed = str(data["seed"])
        self._drawn = int(data["drawn"])
        self.operations = {each["name"]: operation_from(each) for each in data["operations"]}
        self.files = {each["id"]: file_from(each) for each in data["files"]}
        self.objects = {(each["bucket"], each["name"]): object_from(each) for each in data["objects"]}
        known = {digest: footage_from(each) for digest, each in data["footage"].items()}
        self.footage = {digest: each for digest, each in known.items() if each is not None}


def save(state: State, clock: dict[str, float]) -> None:
    """Write the state file whole. Raises OSError."""
    data = {"clock": clock, **state.as_json()}
    write_whole(state.folder / FILE, json.dumps(data, allow_nan=False).encode("ascii"))


def load(state: State) -> dict[str, float] | None:
    """Read the state file, if there is one, and return its clock. Raises ConfigError when it is damaged."""
    path = state.folder / FILE
    if not path.exists():
        return None
    try:
        data = json.loads(path.read_bytes())
        state.take_over(data)
        return {"now": float(data["clock"]["now"])}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ConfigError(
            f"{path} is not the state of an emulator: {error!r}", hint="move it away, or give another folder"
        ) from error
