"""Facts about this machine that decide whether a film can be made; ``doctor`` shows them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

from veo_story.cli.credentials import credentials, endpoints
from veo_story.cli.finding import Finding
from veo_story.errors import VeoStoryError
from veo_story.media.children import environ_of_child

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from veo_story.catalog.model import Capabilities

PACKAGES = (
    "av", "click", "cryptography", "ffmpeg-python", "filelock", "google-auth", "httpx", "imageio-ffmpeg",
    "jinja2", "jsonschema", "manimgx-fonts", "manimgx-fonts-cjk", "moviepy", "numpy",
    "opencv-python-headless", "opentimelineio", "otio-cmx3600-adapter", "otio-fcpx-xml-adapter", "pillow",
    "platformdirs", "pysubs2", "pyyaml", "rich", "starlette", "uharfbuzz", "uvicorn", "watchfiles",
)  # fmt: skip
"""What a source tree needs that was never installed; an installed one says it itself."""

ENCODERS = ("libx264", "aac")

_LEAST_FREE = 300_000_000
_GOOD_FREE = 3_000_000_000


def python(version: tuple[int, int, int]) -> Finding:
    """Whether this Python is new enough."""
    text = ".".join(map(str, version))
    if version < (3, 11):
        return Finding("python", "fail", text, "install Python 3.11 or newer")
    return Finding("python", "ok", f"{text} ({sys.executable})")


def needed_packages(distribution: str = "veo-story") -> tuple[str, ...]:
    """The packages that the installed program says it needs."""
    from importlib.metadata import PackageNotFoundError, requires

    try:
        needs = requires(distribution) or ()
    except PackageNotFoundError:
        return PACKAGES
    names = (re.match(r"[\w.-]+", need) for need in needs if "extra ==" not in need)
    return tuple(name[0] for name in names if name is not None)


def packages(names: tuple[str, ...] | None = None) -> Iterator[Finding]:
    """The versions of what the program needs."""
    from importlib.metadata import PackageNotFoundError, version

    found, missing = [], []
    for name in needed_packages() if names is None else names:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        yield Finding("packages", "fail", f"missing: {', '.join(missing)}", "pip install veo-story")
    yield Finding("packages", "ok", ", ".join(found))


def ffmpeg(environ: Mapping[str, str]) -> Finding:
    """The ffmpeg program and whether it has the encoders."""
    from veo_story.media.ffmpeg import find_ffmpeg

    fix = "unset FFMPEG_BINARY to use the one that comes with veo-story, or pip install imageio-ffmpeg"
    try:
        program = find_ffmpeg(environ)
        version = _output([program, "-hide_banner", "-version"]).split("\n", 1)[0]
        listed = _output([program, "-hide_banner", "-encoders"]).split()
    except ImportError:
        return Finding("ffmpeg", "fail", "the package imageio-ffmpeg is missing", "pip install veo-story")
    except (VeoStoryError, OSError, subprocess.SubprocessError) as error:
        return Finding("ffmpeg", "fail", str(error), fix)
    missing = [name for name in ENCODERS if name not in listed]
    if missing:
        return Finding("ffmpeg", "fail", f"{program} has no encoder {', '.join(missing)}", fix)
    return Finding("ffmpeg", "ok", f"{version} ({program})")


def av_encoders() -> Finding:
    """Whether PyAV can be loaded and encodes what clips are made of."""
    try:
        import av
    except ImportError as error:
        return Finding("av", "fail", str(error), "pip install --force-reinstall av")
    missing = [name for name in ENCODERS if name not in av.codecs_available]
    if missing:
        return Finding("av", "fail", f"no encoder {', '.join(missing)}", "pip install --force-reinstall av")
    return Finding("av", "ok", f"PyAV {av.__version__} encodes {', '.join(ENCODERS)}")


def font() -> Finding:
    """Whether there is a font for slates."""
    try:
        from PIL import ImageFont

        found = ImageFont.load_default(size=24)
    except (ImportError, OSError, TypeError) as error:
        return Finding("font", "fail", str(error), "pip install 'pillow>=10.1'")
    if not isinstance(found, ImageFont.FreeTypeFont):
        return Finding("font", "fail", "Pillow came without FreeType", "pip install --force-reinstall pillow")
    return Finding("font", "ok", f"{found.getname()[0]} (comes with Pillow)")


def renders(folder: Path) -> Finding:
    """Whether films can be written there. Nothing is left behind."""
    place = _existing(folder)
    try:
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        text = f"{place} cannot be written: {error.strerror}"
        return Finding("renders", "fail", text, "choose another place with --renders DIR")
    return Finding("renders", "ok", f"{folder} can be written")


def disk(folder: Path) -> Finding:
    """Whether there is room: a minute of 720p takes about 50 MB with its takes."""
    free = shutil.disk_usage(_existing(folder)).free
    text = f"{free / 1e9:,.1f} GB free"
    if free < _LEAST_FREE:
        return Finding("disk", "fail", text, "free some space, or choose another place with --renders DIR")
    if free < _GOOD_FREE:
        return Finding("disk", "warn", text, "enough for a short film; free some space for a long one")
    return Finding("disk", "ok", text)


def clock(now: datetime) -> Finding:
    """Whether the clock can be right: deadlines and retirement dates hang on it."""
    from veo_story.catalog.catalog import load_catalog

    text = now.isoformat(timespec="seconds")
    if now.date() < load_catalog().checked_on:
        return Finding("clock", "fail", f"{text} is before this version was made", "set the machine's clock")
    return Finding("clock", "ok", text)


def models(now: datetime) -> Iterator[Finding]:
    """Which backends still have a model that can be used."""
    from veo_story.catalog.catalog import load_catalog

    catalog = load_catalog()
    today = now.date()
    for backend in catalog.backends():
        rows = catalog.models(backend)
        alive = [row for row in rows if not row.is_gone(today)]
        if not alive:
            last = max(row.retired_on for row in rows if row.retired_on is not None)
            yield Finding("models", "warn", f"{backend}: all retired by {last}", "render on another backend")
            continue
        yield Finding("models", "ok", f"{backend}: {', '.join(_with_its_end(row) for row in alive)}")


def _with_its_end(model: Capabilities) -> str:
    if model.retired_on is None:
        return model.model
    return f"{model.model} (retires {model.retired_note or model.retired_on})"


def examine(environ: Mapping[str, str], folder: Path, now: datetime) -> Iterator[Finding]:
    """All findings, one after another as they are made."""
    yield python(sys.version_info[:3])
    yield from packages()
    yield ffmpeg(environ)
    yield av_encoders()
    yield font()
    yield renders(folder)
    yield disk(folder)
    yield clock(now)
    yield from models(now)
    yield from credentials(environ)
    yield from endpoints(environ)


def _existing(folder: Path) -> Path:
    place = folder.absolute()
    while not place.exists():
        place = place.parent
    return place


def _output(command: list[str]) -> str:
    done = subprocess.run(  # noqa: S603 (no shell; the program is the user's own)
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
        timeout=30,
        env=environ_of_child(),
    )
    return done.stdout.decode("utf-8", "replace")
