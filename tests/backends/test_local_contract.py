from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.backends.contract import BackendContract, finish, rendered, step
from veo_story.backends.base import Backend, Done, Failed, Inputs, Operation
from veo_story.backends.local.backend import LocalBackend
from veo_story.backends.local.crew import Crew, WorkerLost
from veo_story.backends.local.order import order_of
from veo_story.backends.registry import BackendSettings, open_backend
from veo_story.errors import ConfigError, ExpiredError
from veo_story.storyboard.model import Mode


class TestLocal(BackendContract):
    def open(self, folder: Path) -> Backend:
        return open_backend("local", BackendSettings(folder))


class TestLocalCombined(BackendContract):
    returns = "combined"

    def open(self, folder: Path) -> Backend:
        return open_backend("local", BackendSettings(folder, returns="combined"))


def test_closing_leaves_no_files_and_loses_what_ran(tmp_path: Path) -> None:
    async def use() -> Failed:
        backend = open_backend("local", BackendSettings(tmp_path))
        operation = await backend.submit(step("s01", frames=240), Inputs(), attempt_id="a")
        await backend.status(operation)
        await backend.aclose()
        status = await backend.status(operation)
        assert isinstance(status, Failed)
        return status

    assert asyncio.run(use()).lost
    assert list(tmp_path.iterdir()) == []


def test_an_operation_of_another_run_is_lost_and_free(tmp_path: Path) -> None:
    async def use() -> object:
        backend = open_backend("local", BackendSettings(tmp_path))
        return await backend.status(Operation("local-1-x"))

    status = asyncio.run(use())
    assert isinstance(status, Failed)
    assert status.lost
    assert status.billed_usd is None


def test_a_handle_outlives_no_run(tmp_path: Path) -> None:
    async def use() -> None:
        backend = open_backend("local", BackendSettings(tmp_path))
        operation = await backend.submit(step("s01", frames=2), Inputs(), attempt_id="a")
        done = await finish(backend, operation)
        assert done == Done((operation.name,))
        assert (await backend.fetch(done, tmp_path / "a.mp4")).is_file()
        with pytest.raises(ExpiredError, match="local-9-x"):
            await backend.fetch(Done(("local-9-x",)), tmp_path / "b.mp4")
        await backend.aclose()
        with pytest.raises(ExpiredError, match=operation.name):
            await backend.fetch(done, tmp_path / "b.mp4")

    asyncio.run(use())
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]


def test_the_chosen_ffmpeg_makes_the_imports(tmp_path: Path) -> None:
    absent = str(tmp_path / "no-such-ffmpeg")

    async def use() -> Failed:
        backend = open_backend("local", BackendSettings(tmp_path, environ={"FFMPEG_BINARY": absent}))
        try:
            await rendered(backend, step("s01", frames=2), tmp_path / "own.mp4")
            inputs = Inputs(clip=tmp_path / "own.mp4")
            operation = await backend.submit(step("s02", Mode.IMPORT, 2), inputs, attempt_id="b")
            status = await finish(backend, operation)
        finally:
            await backend.aclose()
        assert isinstance(status, Failed)
        return status

    error = asyncio.run(use()).error
    assert isinstance(error, ConfigError)
    assert absent in error.message


def test_a_killed_worker_loses_its_order_and_the_next_one_is_rendered(tmp_path: Path) -> None:
    async def use() -> Path:
        crew = Crew(1)
        order = order_of(step("s01", frames=2400), Inputs(), tmp_path / "lost.mp4", "tail")
        begun = asyncio.Event()
        task = asyncio.create_task(crew.render(order, lambda share: begun.set()))
        await begun.wait()
        crew.workers[0].kill()
        try:
            await task
        except WorkerLost as lost:
            assert "worker" in str(lost)
        else:
            raise AssertionError("the worker was killed and nobody noticed")
        short = order_of(step("s01", frames=24), Inputs(), tmp_path / "made.mp4", "tail")
        await crew.render(short, lambda share: None)
        await crew.close()
        return short.into

    assert asyncio.run(use()).is_file()


def test_a_lost_worker_is_a_lost_step(tmp_path: Path) -> None:
    async def use() -> Failed:
        backend = LocalBackend(BackendSettings(tmp_path))
        operation = await backend.submit(step("s01", frames=2400), Inputs(), attempt_id="a")
        await backend.status(operation)
        for worker in backend.crew.workers:
            worker.kill()
        status = await finish(backend, operation)
        await backend.aclose()
        assert isinstance(status, Failed)
        return status

    assert asyncio.run(use()).lost


_PARENT = """
import asyncio, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from tests.backends.contract import step
from veo_story.backends.base import Inputs
from veo_story.backends.registry import BackendSettings, open_backend

async def main():
    backend = open_backend("local", BackendSettings(Path(sys.argv[2])))
    await backend.submit(step("s01", frames=24000), Inputs(), attempt_id="a")
    while not backend.crew.workers:
        await asyncio.sleep(0)
    print(backend.crew.workers[0].pid, flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


def test_workers_end_with_their_parent(tmp_path: Path) -> None:
    root = str(Path(__file__).resolve().parents[2])
    command = [sys.executable, "-c", _PARENT, root, str(tmp_path)]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    assert _ended(worker)


def _ended(pid: int) -> bool:
    """Wait for a process that is nobody's child of ours: only its disappearance can be seen."""
    stat = Path(f"/proc/{pid}/stat")
    for _ in range(10_000_000):
        try:
            if stat.read_text().rpartition(")")[2].split()[0] in "ZX":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
    return False


def test_the_same_step_gives_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    async def use(folder: Path) -> bytes:
        backend = open_backend("local", BackendSettings(folder, workers=1))
        try:
            return (await rendered(backend, step("s01", Mode.OPEN, 26), folder / "a.mp4")).read_bytes()
        finally:
            await backend.aclose()

    folders = [tmp_path / name for name in "ab"]
    for folder in folders:
        folder.mkdir()
    assert asyncio.run(use(folders[0])) == asyncio.run(use(folders[1]))
