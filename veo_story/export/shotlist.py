"""The shot list: every scene of a film in a row, for spreadsheets (CSV) and for paper (HTML)."""

from __future__ import annotations

import base64
import csv
import io
from dataclasses import astuple, dataclass
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from veo_story.money import usd
from veo_story.storyboard.model import FPS, Mode
from veo_story.storyboard.prompt import speaker_name
from veo_story.storyboard.wording import camera_words, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jinja2 import Template

    from veo_story.export.hand_over import HandOver
    from veo_story.film.edit import Cut
    from veo_story.storyboard.model import Scene

COLUMNS = (
    *("no", "scene", "title", "in", "out", "seconds", "mode", "camera", "action", "dialogue"),
    *("take", "model", "cost_usd", "notes"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula at the beginning of a cell."""


@dataclass(frozen=True, slots=True)
class Row:
    """One scene in the film; times count from the film's first frame. Texts may have several lines."""

    no: str
    scene: str
    title: str
    begins: str
    ends: str
    seconds: str
    mode: str
    camera: str
    action: str
    dialogue: str
    take: str
    model: str
    cost_usd: str
    notes: str


def rows_of(given: HandOver) -> Iterator[Row]:
    """The rows of a film, one for each cut."""
    for number, cut in enumerate(given.edit.cuts, 1):
        yield _row(given, number, cut)


def write_csv(given: HandOver, beside: Path) -> bytes:
    """RFC 4180 in UTF-8, with the mark at its beginning by which spreadsheets know that.

    A cell that a spreadsheet would take for a formula begins with an apostrophe.
    """
    del beside
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for row in rows_of(given):
        table.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in astuple(row)])
    return text.getvalue().encode("utf-8-sig", "replace")


def write_html(given: HandOver, beside: Path) -> bytes:
    """A page to be printed on A4, in one file. What an author wrote is escaped wherever it stands."""
    del beside
    edit, board = given.edit, given.storyboard
    total = sum((cut.cost_usd for cut in edit.cuts), start=Decimal(0))
    text = _template().render(
        title=one_line(edit.title),
        logline=one_line(board.logline or ""),
        scenes=len(edit.cuts),
        length=_minutes(edit.frames),
        size=f"{edit.size[0]} × {edit.size[1]}",
        cost=f"{usd(total)} USD" if total else "free",
        rows=[
            (row, _still(given, cut), cut.placeholder)
            for row, cut in zip(rows_of(given), edit.cuts, strict=True)
        ],
    )
    return text.encode("utf-8", "replace") + b"\n"


def _row(given: HandOver, number: int, cut: Cut) -> Row:
    scene = given.scene(cut.scene_id)
    mode = given.asked.get(cut.take_id, {}).get("mode") or (str(scene.mode) if scene is not None else "")
    return Row(
        no=str(number),
        scene=cut.scene_id,
        title="" if cut.title == cut.scene_id else cut.title,
        begins=_timecode(cut.start_frame),
        ends=_timecode(cut.end_frame),
        seconds=f"{round((cut.end_frame - cut.start_frame) / FPS, 2):g}",
        mode=str(mode),
        camera="" if scene is None else _camera(scene),
        action="" if scene is None else _action(scene),
        dialogue="" if scene is None else _dialogue(given, scene),
        take=cut.take_id or "none yet",
        model=f"{cut.model} ({cut.backend})" if cut.model else cut.backend,
        cost_usd=usd(cut.cost_usd),
        notes="" if scene is None else scene.notes or "",
    )


def _camera(scene: Scene) -> str:
    return "\n".join(
        filter(None, (camera_words(scene.camera), *(camera_words(s.camera) for s in scene.shots)))
    )


def _action(scene: Scene) -> str:
    if scene.mode is Mode.SLATE:
        return "\n".join(filter(None, (scene.card, scene.subtitle)))
    own = scene.action or scene.prompt or ""
    shots = (f"{shot.start_s:f}–{shot.end_s:f} s: {one_line(shot.action)}" for shot in scene.shots)
    return "\n".join(filter(None, (own.strip(), *shots)))


def _dialogue(given: HandOver, scene: Scene) -> str:
    spoken = [*scene.dialogue, *(line for shot in scene.shots for line in shot.dialogue)]
    return "\n".join(f"{speaker_name(given.storyboard, line.who)}: {one_line(line.line)}" for line in spoken)


def _timecode(frames: int) -> str:
    """``00:01:02:12``."""
    seconds, frame = divmod(frames, FPS)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}:{frame:02}"


def _minutes(frames: int) -> str:
    """``1:08 min``."""
    minutes, seconds = divmod(round(frames / FPS), 60)
    return f"{minutes}:{seconds:02} min"


def _still(given: HandOver, cut: Cut) -> str:
    """The scene's picture as a URL with all of it inside; empty where there is none."""
    jpeg = given.stills.get(cut.scene_id)
    return "" if jpeg is None else f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"


@lru_cache(maxsize=1)
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(files("veo_story.export").joinpath("shotlist.html").read_text("utf-8"))
