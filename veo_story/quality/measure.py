"""Everything that is measured of a film, in one pass over it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from veo_story.media.opened import opened
from veo_story.media.packets import scan
from veo_story.media.probe import probe
from veo_story.media.sound import RATE
from veo_story.quality.figures import Container, Measured
from veo_story.quality.measure_picture import measure_picture
from veo_story.quality.measure_sound import measure_sound
from veo_story.quality.slips import measure_slips

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction
    from pathlib import Path

    from veo_story.media.packets import PacketTable
    from veo_story.media.probe import Probe
    from veo_story.quality.planned import Part


def measure_film(film: Path, parts: Sequence[Part] = ()) -> Measured:
    """Decode a film once and measure it; the sound of ``parts`` is looked for in their takes.

    Memory grows by about 70 kB a minute. Raises MediaError when it is not a readable video.
    """
    facts = probe(film)
    with opened(film) as container:
        table = scan(container, film)
    with ThreadPoolExecutor(1) as listener:
        samples = round(len(table) / facts.fps * RATE)
        listening = None if facts.audio is None else listener.submit(measure_sound, film, samples)
        picture = measure_picture(film, table)
        sound = None if listening is None else listening.result()
    slips = () if sound is None else measure_slips(film, sound, parts)
    return Measured(_container(facts, table), picture, sound, slips)


def _container(facts: Probe, table: PacketTable) -> Container:
    sound_s = None if facts.audio is None else float(facts.audio.start_s - facts.start_s)
    return Container(len(table), facts.fps, (facts.width, facts.height), _off_grid(table, facts.fps), sound_s)


def _off_grid(table: PacketTable, fps: Fraction) -> int | None:
    """The first frame that is more than a quarter of a frame away from its time."""
    if table.step is not None:
        return None
    step = 1 / (fps * table.time_base)
    for frame, shown in enumerate(table.shown):
        if abs(shown - table.shown[0] - frame * step) > step / 4:
            return frame
    return None
