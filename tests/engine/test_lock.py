from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from veo_story.engine.lock import held
from veo_story.errors import LedgerError

ROOT = Path(__file__).parents[2]

_HOLDS = """
import sys
from pathlib import Path
from veo_story.engine.lock import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLDS, str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_process_is_told_who_holds_the_folder(tmp_path: Path) -> None:
    first = holder(tmp_path)
    with pytest.raises(LedgerError, match=rf"Another run holds .* \(pid {first.pid} on "), held(tmp_path):
        pass
    with pytest.raises(LedgerError, match=f"pid {first.pid}"), held(tmp_path):
        pass  # being refused takes nothing away
    first.communicate("")
    with held(tmp_path):
        pass
    assert not (tmp_path / ".runner").exists()


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    first = holder(tmp_path)
    first.kill()
    first.communicate()
    with held(tmp_path):
        pass


def test_one_process_cannot_hold_it_twice(tmp_path: Path) -> None:
    with held(tmp_path), pytest.raises(LedgerError, match="Another run"), held(tmp_path):
        pass


def test_a_runner_file_that_says_nothing(tmp_path: Path) -> None:
    with held(tmp_path):
        (tmp_path / ".runner").write_text("?")
        with pytest.raises(LedgerError, match="pid unknown"), held(tmp_path):
            pass


def test_a_folder_that_cannot_be_locked(tmp_path: Path) -> None:
    (tmp_path / ".lock").mkdir()
    with pytest.raises(LedgerError, match="cannot be locked"), held(tmp_path):
        pass


def test_who_waits_gets_the_folder_when_the_other_lets_go(tmp_path: Path) -> None:
    first = holder(tmp_path)
    assert first.stdin is not None
    first.stdin.close()  # it needs a while to end
    with held(tmp_path, wait_s=60):
        assert (tmp_path / ".runner").exists()
    first.wait()


def test_who_waits_in_vain_is_told_who_holds_the_folder(tmp_path: Path) -> None:
    first = holder(tmp_path)
    with pytest.raises(LedgerError, match=rf"pid {first.pid} on "), held(tmp_path, wait_s=0.1):
        pass
    first.communicate()
