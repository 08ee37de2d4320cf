"""Write the generated parts of the pages, or check all pages: ``python tools/docs.py [--check] [ROOT]``."""

from __future__ import annotations

import sys
from pathlib import Path

from handbook.checks import mistakes
from handbook.generated import written


def main(words: list[str]) -> int:
    """Return 0, or 1 when ``--check`` found something."""
    check = "--check" in words
    folders = [word for word in words if word != "--check"]
    root = Path(folders[0]) if folders else Path(__file__).resolve().parent.parent
    stale = {path: text for path, text in written(root).items() if path.read_text("utf-8") != text}
    if not check:
        for path, text in stale.items():
            path.write_text(text, "utf-8")
        return 0
    found = [f"{path.relative_to(root).as_posix()}: out of date: run make docs" for path in stale]
    found += mistakes(root)
    sys.stderr.write("".join(f"{line}\n" for line in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
