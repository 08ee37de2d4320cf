"""A folder of its own for each SDK, below ``.conformance/``, filled by pip and npm as they are set up."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1] / ".conformance"
REQUIREMENTS = HERE / "requirements"


def python_environment(name: str) -> Path:
    """The interpreter of a virtual environment with what ``requirements/NAME.txt`` pins."""
    wanted = REQUIREMENTS / f"{name}.txt"
    folder = ROOT / name

    def fill() -> None:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--requirement", wanted], check=True)

    _filled(folder, wanted.read_bytes() + sys.version.encode(), fill)
    return folder / "bin" / "python"


def node_environment(name: str) -> Path | None:
    """A folder with the packages of ``requirements/NAME/package-lock.json``; None without node and npm."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        return None
    wanted = REQUIREMENTS / name
    files = [wanted / "package.json", wanted / "package-lock.json"]
    folder = ROOT / name

    def fill() -> None:
        folder.mkdir(parents=True)
        for file in files:
            shutil.copy(file, folder)
        npm = ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error", "--ignore-scripts"]
        subprocess.run(npm, cwd=folder, check=True)

    _filled(folder, b"".join(file.read_bytes() for file in files), fill)
    return folder


def _filled(folder: Path, content: bytes, fill: Callable[[], None]) -> None:
    """Fill the folder anew, unless it was filled with the same before."""
    stamp = folder.with_name(f"{folder.name}.installed")
    digest = hashlib.sha256(content).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    print(f"installing {folder.name} ...", flush=True)
    stamp.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    fill()
    stamp.write_text(digest)
