"""How long a user waits for ``--help``, ``check`` and ``plan``."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.measure import medians, python, veo_story
from benchmarks.report import Table, mb, ms

_SEQUENCE = """\
  - id: q{q:02}
    title: Sequence {q}
    scenes:
"""
_SCENE = """\
      - id: q{q:02}s{s:02}
        title: Scene {s}
        cast: [mira]
        location: pier
        camera: {{size: medium, move: slow push-in}}
        action: $mira walks past bollard {s} of {q}, ${{weather}}
        sfx: [footsteps on planks]
"""
_HEAD = """\
storyboard: 1
title: Many scenes
vars: {weather: a light rain}
look: {style: 35mm documentary, palette: [grey, amber]}
cast: {mira: {is: a woman in a navy coat, voice: low}}
locations: {pier: {is: a long wooden pier, when: dawn, ambient: gulls}}
defaults: {avoid: [text, logos]}
sequences:
"""


def many_scenes(count: int, per_sequence: int = 20) -> str:
    """A storyboard of ``count`` scenes in chains of ``per_sequence``."""
    out = [_HEAD]
    for number in range(count):
        q, s = divmod(number, per_sequence)
        if s == 0:
            out.append(_SEQUENCE.format(q=q + 1))
        out.append(_SCENE.format(q=q + 1, s=s + 1))
    return "".join(out)


def table(runs: int) -> Table:
    """Times against bare Python, measured in turn."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for count in (20, 1000):
            (folder / f"film{count}.yaml").write_text(many_scenes(count), "utf-8")
        commands = {
            "`python -c pass`": python("-c", "pass"),
            "`veo-story --help`": veo_story("--help"),
            "`check`, 20 scenes": veo_story("check", "film20.yaml"),
            "`plan`, 20 scenes": veo_story("plan", "film20.yaml"),
            "`check`, 1,000 scenes": veo_story("check", "film1000.yaml"),
            "`plan`, 1,000 scenes": veo_story("plan", "film1000.yaml"),
        }
        found = medians(commands, folder, runs)
    aims = {
        "`veo-story --help`": "under +120 ms",
        "`check`, 20 scenes": "under +350 ms",
        "`check`, 1,000 scenes": "under 2 s",
        "`plan`, 1,000 scenes": "under 2 s",
    }
    bare = found["`python -c pass`"].wall_s
    rows = [
        (name, ms(cost.wall_s), f"+{ms(cost.wall_s - bare)}", aims.get(name, ""), mb(cost.peak_mb))
        for name, cost in found.items()
    ]
    rows[0] = (rows[0][0], rows[0][1], "", "", rows[0][4])
    return Table("startup", "Start-up", ("command", "time", "over bare Python", "aim", "peak memory"), rows)
