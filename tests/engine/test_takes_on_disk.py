from __future__ import annotations

import asyncio
from pathlib import Path

from tests.engine.fakes import FakeBackend, chain_of, plan_of, run
from veo_story.engine.takes_on_disk import found_on_disk, highest_number, read_take
from veo_story.ledger.sqlite import SqliteLedger
from veo_story.media.files import Disk
from veo_story.plan.takes import AttemptState


class WrittenDown:
    """A disk that writes down the order of its calls, and what the ledger said at each."""

    def __init__(self, film: Path) -> None:
        self.film = film
        self.calls: list[str] = []

    def disk(self) -> Disk:
        real = Disk()

        def fsync_file(path: Path) -> None:
            self.calls.append(f"file {self._name(path)}")
            real.fsync_file(path)

        def fsync_folder(path: Path) -> None:
            self.calls.append(f"folder {self._name(path)}")
            real.fsync_folder(path)

        def rename(old: Path, new: Path) -> None:
            with SqliteLedger(self.film / "ledger.sqlite") as ledger:
                assert ledger.attempts()[-1].state is AttemptState.ANSWERED
            assert not new.exists()
            self.calls.append(f"rename {self._name(old)} {self._name(new)}")
            real.rename(old, new)

        return Disk(fsync_file, fsync_folder, rename)

    def _name(self, path: Path) -> str:
        return path.relative_to(self.film).as_posix()


def test_a_take_is_synced_before_and_after_it_is_renamed(tmp_path: Path) -> None:
    film, plan = tmp_path / "film", plan_of(chain_of(1))
    written = WrittenDown(film)
    result = asyncio.run(run(plan, film, FakeBackend(), disk=written.disk()))
    fp = result.takes["s01"].fingerprint[:8]
    part, final = f"takes/s01/.{fp}.part", f"takes/s01/{fp}-1"
    assert written.calls == [
        f"file {part}/clip.mp4",
        f"file {part}/probe.json",
        f"file {part}/request.json",
        f"folder {part}",
        f"rename {part} {final}",
        "folder takes/s01",
        "folder takes",
        "folder .",
    ]


def test_a_refused_clip_is_synced_too(tmp_path: Path) -> None:
    class Short(FakeBackend):
        def draw(self, step, inputs):
            return super().draw(step, inputs)[:-1]

    film = tmp_path / "film"
    written = WrittenDown(film)
    asyncio.run(run(plan_of(chain_of(1)), film, Short(), disk=written.disk()))
    kinds = [call.split()[0] for call in written.calls]
    assert kinds == ["file", "file", "file", "folder", "rename", "folder", "folder", "folder"]


def test_a_take_is_read_back_as_it_was_stored(tmp_path: Path) -> None:
    film, plan = tmp_path / "film", plan_of(chain_of(2))
    takes = asyncio.run(run(plan, film, FakeBackend())).takes
    read = [read_take(folder)[0] for folder in found_on_disk(film)]
    assert sorted(read, key=lambda t: t.id) == sorted(takes.values(), key=lambda t: t.id)
    with SqliteLedger(film / "ledger.sqlite") as ledger:
        assert {take.attempt_id for take in read} == {a.id for a in ledger.attempts()}


def test_other_folders_are_nobodys_takes(tmp_path: Path) -> None:
    for name in ("0123abcd-2", "0123abcd-11", "0123abcd-x", "rejected-0123abcd-1", "89abcdef-40"):
        (tmp_path / "takes" / "s01" / name).mkdir(parents=True)
    assert highest_number(tmp_path, "s01", "0123abcd99") == 11
    assert highest_number(tmp_path, "s02", "0123abcd99") == 0
    assert [f.name for f in found_on_disk(tmp_path)] == ["0123abcd-11", "0123abcd-2", "89abcdef-40"]
