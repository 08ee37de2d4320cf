"""The programs that we start get no keys."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

from veo_story.backends.local.crew import Worker
from veo_story.media.children import environ_of_child
from veo_story.media.ffmpeg import run_ffmpeg

NEEDED = {
    "PATH": "/bin",
    "HOME": "/home/me",
    "TMPDIR": "/var/tmp",
    "LC_ALL": "C.UTF-8",
    "LD_LIBRARY_PATH": "/opt/lib",
    "PYTHONPATH": "/opt/python",
    "FFMPEG_BINARY": "/opt/ffmpeg",
    "SYSTEMROOT": "C:/Windows",
}
WITHHELD = (
    "GEMINI_API_KEY",
    "GOOGLE_API_KEY",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "GOOGLE_CLOUD_PROJECT",
    "GOOGLE_GEMINI_BASE_URL",
    "CLOUDSDK_CONFIG",
    "AWS_SECRET_ACCESS_KEY",
    "https_proxy",
    "HTTPS_PROXY",
    "GITHUB_TOKEN",
    "DB_PASSWORD",
    "NPM_CONFIG__AUTH",
)


def test_what_they_need_stays_and_keys_go() -> None:
    assert environ_of_child({**NEEDED, **dict.fromkeys(WITHHELD, "canary")}) == NEEDED


def test_ffmpeg_gets_no_key(tmp_path: Path) -> None:
    told = tmp_path / "told.json"
    program = tmp_path / "ffmpeg"
    program.write_text(
        f"#!{sys.executable}\nimport json, os\njson.dump(dict(os.environ), open({str(told)!r}, 'w'))\n"
    )
    program.chmod(0o755)
    os.environ["GEMINI_API_KEY"] = "canary-ffmpeg"
    try:
        run_ffmpeg([], environ={"FFMPEG_BINARY": str(program)})
    finally:
        del os.environ["GEMINI_API_KEY"]
    heard = json.loads(told.read_text())
    assert heard["PATH"] == os.environ["PATH"]
    assert "canary-ffmpeg" not in heard.values()


def test_a_worker_gets_no_key() -> None:
    async def play() -> bytes:
        worker = await Worker.start()
        try:
            # Empty while the program is being put in place.
            while not (heard := await asyncio.to_thread(Path(f"/proc/{worker.pid}/environ").read_bytes)):
                await asyncio.sleep(0)
            return heard
        finally:
            worker.kill()
            await worker.gone()

    os.environ["GOOGLE_API_KEY"] = "canary-worker"
    try:
        heard = asyncio.run(play())
    finally:
        del os.environ["GOOGLE_API_KEY"]
    assert b"PATH=" in heard
    assert b"canary-worker" not in heard
