"""Draw the pictures and the sound of the example storyboards: ``python tools/make_assets.py [FOLDER]``."""

from __future__ import annotations

import sys
from pathlib import Path

from assets import people, salt, scenes
from assets.drone import write_drone

_PICTURES = {
    "stills/crystals.png": salt.crystals,
    "stills/bowl.png": salt.bowl,
    "stills/packshot.png": salt.packshot,
    "stills/table.png": salt.table,
    "stills/bay-day.png": scenes.bay_day,
    "stills/bay-night.png": scenes.bay_night,
    "stills/mug.png": scenes.mug,
    "refs/pan.png": salt.pan,
    "refs/rake.png": salt.rake,
    "refs/yann.png": people.yann,
    "refs/noor-front.png": people.noor_front,
    "refs/noor-side.png": people.noor_side,
    "refs/noor-full.png": people.noor_full,
}


def make_assets(folder: Path) -> None:
    """Write every picture and the sound below ``folder``."""
    for name, paint in _PICTURES.items():
        paint().save(folder / name)
    write_drone(folder / "audio/drone.wav")


if __name__ == "__main__":
    make_assets(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / "storyboards")
