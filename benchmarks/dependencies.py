"""What each dependency costs: time to import it, memory it holds, bytes on disk."""

from __future__ import annotations

import statistics
import subprocess
from importlib.metadata import distribution
from pathlib import Path

from benchmarks.measure import python
from benchmarks.report import Table, mb, ms

# Distribution name -> module.
_MODULES = {
    "click": "click",
    "PyYAML": "yaml",
    "jsonschema": "jsonschema",
    "filelock": "filelock",
    "rich": "rich.progress",
    "numpy": "numpy",
    "pillow": "PIL.Image",
    "opencv-python-headless": "cv2",
    "av": "av",
    "ffmpeg-python": "ffmpeg",
    "imageio-ffmpeg": "imageio_ffmpeg",
    "httpx": "httpx",
    "uharfbuzz": "uharfbuzz",
    "manimgx-fonts": "manimgx_fonts",
    "manimgx-fonts-cjk": "manimgx_fonts_cjk",
    "google-auth": "google.oauth2.service_account",
    "cryptography": "cryptography.hazmat.primitives.asymmetric.rsa",
    "starlette": "starlette.applications",
    "uvicorn": "uvicorn",
    "jinja2": "jinja2",
    "watchfiles": "watchfiles",
    "moviepy": "moviepy",
    "opentimelineio": "opentimelineio",
    "otio-cmx3600-adapter": "otio_cmx3600_adapter",
    "otio-fcpx-xml-adapter": "otio_fcpx_xml_adapter",
    "pysubs2": "pysubs2",
}
_PROBE = """
import os, time
def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
before, start = resident(), time.perf_counter()
import {module}
print(time.perf_counter() - start, resident() - before)
"""


def table(runs: int) -> Table:
    """One row a dependency; each is imported alone in a fresh Python (with what it imports itself)."""
    rows = []
    for name, module in _MODULES.items():
        seconds, held = zip(*(_import(module) for _ in range(runs + 1)), strict=True)
        version = distribution(name).version
        size = _size(name)
        rows.append(
            (
                name,
                version,
                ms(statistics.median(seconds[1:])),
                mb(statistics.median(held[1:]) / 1e6),
                mb(size / 1e6),
            )
        )
    return Table(
        "dependencies",
        "What they cost",
        ("library", "version", "import", "memory", "on disk"),
        rows,
        "Each imported alone in a fresh Python, with all that it imports itself.",
    )


def _import(module: str) -> tuple[float, float]:
    done = subprocess.run(
        python("-c", _PROBE.format(module=module)), capture_output=True, text=True, check=True
    )
    seconds, held = done.stdout.split()
    return float(seconds), float(held)


def _size(name: str) -> int:
    found = distribution(name)
    paths = (Path(str(found.locate_file(file))) for file in found.files or ())
    return sum(path.stat().st_size for path in paths if path.is_file())
