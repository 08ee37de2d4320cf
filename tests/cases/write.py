"""Write ``.expect`` files: ``python -m tests.cases.write NAME...`` (no name: all). Review what it writes!"""

from __future__ import annotations

import sys

from tests.cases.running import CASES, lines_of


def main(names: list[str]) -> None:
    for path in sorted((CASES / "invalid").glob("*.yaml")):
        if names and path.stem not in names:
            continue
        lines = lines_of(path)
        expect = path.with_suffix(".expect")
        text = "".join(f"{line}\n" for line in lines)
        if not lines:
            print(f"{path.stem}: no problem found; nothing written")
        elif not expect.exists() or expect.read_text("utf-8") != text:
            expect.write_text(text, "utf-8")
            print(f"{path.stem}:\n  " + "\n  ".join(lines))


if __name__ == "__main__":
    main(sys.argv[1:])
