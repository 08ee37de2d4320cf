"""Random cut lists: trims, transitions, fades, gaps, holds, and files that serve several scenes."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from veo_story.film.edit import Cut, Edit
from veo_story.plan.model import HARD, Join

SIZE = (1280, 720)
FOLDER = Path("/films/keeper")
TITLES = (
    "The keeper",
    'Say "no"',
    "Ende; Anfang, 'so'",
    "بداية الفيلم",
    "🎬 Klappe\nzwei",
    "<script>alert(1)</script>",
    "a & b\u2028c",
    "=1+1",
)


def random_edit(seed: int, *, most: int = 8, folder: Path = FOLDER) -> Edit:
    """A film of one to ``most`` scenes; the same for the same seed. Its clips do not exist."""
    pick = random.Random(seed)
    cuts: list[Cut] = []
    end = 0
    for number in range(pick.randint(1, most)):
        cut = _cut(pick, number, folder, cuts[-1] if cuts else None)
        start = max(end - cut.join.overlap, 0) + cut.gap
        cut = replace(cut, start_frame=start)
        if cut.join.overlap:
            cuts[-1] = replace(cuts[-1], fade_out=0)
        elif cut.join.kind == "fade" and cuts:
            cuts[-1] = _darkened(cuts[-1], cut.join.frames // 2)
        cuts.append(cut)
        end = cut.end_frame
    return Edit(pick.choice(TITLES), SIZE, tuple(cuts))


def lengths_of(edit: Edit) -> dict[Path, int]:
    """Frames of each clip: as many as are needed."""
    found: dict[Path, int] = {}
    for cut in edit.cuts:
        found[cut.clip] = max(found.get(cut.clip, 0), cut.out_frame + cut.rest)
    return found


def _cut(pick: random.Random, number: int, folder: Path, before: Cut | None) -> Cut:
    frames = pick.randint(2, 60)
    name = f"s{number:02}"
    shared = before is not None and not before.placeholder and pick.random() < 0.3
    clip = before.clip if shared and before is not None else folder / f"takes/{name}/1a2b3c4d-1/clip.mp4"
    first = before.out_frame + before.rest if shared and before is not None else pick.choice((0, 0, 7))
    head, rest = pick.choice((0, 0, 5)), pick.choice((0, 0, 9, 40))
    gap = 0
    join = HARD
    fade_in = 0
    match pick.choice(("cut", "cut", "dissolve", "wipe", "fade", "fade_in", "gap")):
        case "gap":
            gap = pick.randint(1, 30)
        case "fade_in":
            fade_in = pick.randint(1, frames)
        case "fade":
            join = Join("fade", pick.randint(2, frames))
            fade_in = join.frames - join.frames // 2
        case "dissolve" | "wipe" as kind if before is not None:
            room = min(before.frames - before.join.overlap - before.fade_in, frames)
            join = Join(kind, pick.randint(1, room)) if room > 0 else HARD
        case _:
            pass
    return Cut(
        scene_id=name,
        title=pick.choice(TITLES),
        clip=clip,
        clip_sha256=f"{number:064x}",
        in_frame=first + head,
        out_frame=first + head + frames,
        start_frame=0,
        take_id=f"{name}/1a2b3c4d-1" if pick.random() < 0.9 else "",
        backend="vertex",
        model="veo",
        cost_usd=Decimal("0.80"),
        join=join,
        fade_in=fade_in,
        fade_out=pick.choice((0, 0, 0, min(4, frames - fade_in))),
        gap=gap,
        hold=pick.choice((0, 0, 0, 1, 24)),
        lead=0,
        tail=min(rest, pick.choice((0, 0, 6))),
        head=head,
        rest=rest,
    )


def _darkened(cut: Cut, frames: int) -> Cut:
    return replace(cut, fade_out=max(cut.fade_out, min(frames, cut.frames - cut.fade_in)))
