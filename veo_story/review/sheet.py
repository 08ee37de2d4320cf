"""The contact sheet: all scenes of a film in one picture, to be printed or sent around."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from PIL import Image

from veo_story.errors import MediaError
from veo_story.lettering.rows import draw_rows, set_at_most
from veo_story.lettering.shaping import Style
from veo_story.media.files import MAKE_ROOM
from veo_story.review.scene_facts import length, timecode

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.review.facts import PageFacts
    from veo_story.review.preview import Preview
    from veo_story.review.scene_facts import SceneFacts

_PAPER, _INK, _SOFT, _LINE = (247, 244, 238), (31, 28, 24), (100, 93, 83), (221, 214, 201)
_MODES = {
    "open": (47, 125, 107),
    "extend": (74, 120, 173),
    "animate": (185, 132, 42),
    "interpolate": (138, 99, 179),
    "still": (155, 111, 81),
    "slate": (125, 122, 116),
    "import": (102, 121, 74),
}
_MARGIN, _GAP = 64, 36
_WIDTH = 2000
_TITLE, _LOGLINE, _NAME, _SMALL = Style(54, 500), Style(26), Style(24, 600), Style(20)
_WORDS_HIGH = 142
_HEAD_HIGH = 150
_MOST_HIGH = 60_000
_COLUMNS = ((6, 3), (12, 4), (40, 5))
"""Up to so many scenes, so many columns; 6 for more."""


@dataclass(frozen=True, slots=True)
class _Grid:
    """Where cells stand, in pixels."""

    columns: int
    cell: int
    picture: int

    @property
    def row(self) -> int:
        """From one row to the next."""
        return self.picture + _WORDS_HIGH + _GAP

    def place(self, index: int) -> tuple[int, int]:
        """Left and top of a cell."""
        row, column = divmod(index, self.columns)
        return _MARGIN + column * (self.cell + _GAP), _MARGIN + _HEAD_HIGH + row * self.row


def write_sheet(made: Preview, into: Path) -> Path:
    """Write the contact sheet of a preview as a PNG: of every scene its middle frame between first and last.

    Raises MediaError when it cannot be written or the film has too many scenes for one picture.
    """
    image = draw_sheet(made.facts, made.shelf.folder)
    part = into.with_name(f".{into.name}.part")
    try:
        image.save(part, format="PNG", optimize=False, compress_level=6)
        part.replace(into)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise MediaError(f"{into} cannot be written: {error.strerror or error}", hint=MAKE_ROOM) from error
    return into


def draw_sheet(facts: PageFacts, folder: Path) -> Image.Image:
    """The sheet as a picture. ``folder`` is where the scenes' stills lie."""
    grid = _grid(facts)
    rows = -(-len(facts.scenes) // grid.columns)
    high = grid.place(0)[1] + rows * grid.row + _MARGIN - _GAP
    if high > _MOST_HIGH:
        raise MediaError(f"{len(facts.scenes)} scenes are too many for one contact sheet")
    sheet = Image.new("RGB", (_WIDTH, high), _PAPER)
    _head(sheet, facts)
    for index, scene in enumerate(facts.scenes):
        _cell(sheet, scene, grid, grid.place(index), folder)
    return sheet


def _grid(facts: PageFacts) -> _Grid:
    columns = next((many for most, many in _COLUMNS if len(facts.scenes) <= most), 6)
    if facts.size[1] > facts.size[0]:
        columns += 1
    cell = (_WIDTH - 2 * _MARGIN - (columns - 1) * _GAP) // columns
    return _Grid(columns, cell, _high(facts, cell))


def _high(facts: PageFacts, wide: int) -> int:
    """The height of a cell's pictures: the middle frame, and half as wide below it the first and the last."""
    ratio = facts.size[1] / facts.size[0]
    return round(wide * ratio) + 6 + round((wide - 6) / 2 * ratio)


def _head(sheet: Image.Image, facts: PageFacts) -> None:
    wide = _WIDTH - 2 * _MARGIN
    _write(sheet, facts.title, _TITLE, _INK, (_MARGIN, _MARGIN), wide - 420)
    told = f"{timecode(facts.frames)} · {len(facts.scenes)} scenes"
    _write(sheet, told, _LOGLINE, _SOFT, (_MARGIN, _MARGIN + 18), wide, align="right")
    if facts.logline:
        _write(sheet, facts.logline, _LOGLINE, _SOFT, (_MARGIN, _MARGIN + 76), wide)


def _cell(sheet: Image.Image, scene: SceneFacts, grid: _Grid, at: tuple[int, int], folder: Path) -> None:
    left, top = at
    half = (grid.cell - 6) // 2
    if scene.stills:
        first, middle, last = (_picture(folder, url) for url in scene.stills)
        big = _fitted(middle, grid.cell)
        below = top + big.height + 6
        sheet.paste(big, (left, top))
        sheet.paste(_fitted(first, half), (left, below))
        sheet.paste(_fitted(last, half), (left + grid.cell - half, below))
    else:
        sheet.paste(_LINE, (left, top, left + grid.cell, top + grid.picture))
    top += grid.picture + 12
    sheet.paste(_MODES.get(scene.mode, _SOFT), (left, top + 6, left + 14, top + 20))
    seconds = length(scene.length or scene.frames)
    _write(sheet, seconds, _SMALL, _SOFT, (left, top), grid.cell, align="right")
    name = f"{scene.id}  {scene.title}" if scene.title else scene.id
    _write(sheet, name, _NAME, _INK, (left + 24, top - 2), grid.cell - 24 - 80)
    _write(sheet, scene.action, _SMALL, _SOFT, (left, top + 36), grid.cell, lines=3)


def _picture(folder: Path, url: str) -> Image.Image:
    with Image.open(folder / unquote(url)) as opened:
        image: Image.Image = opened.convert("RGB")
    return image


def _fitted(image: Image.Image, wide: int) -> Image.Image:
    return image.resize((wide, round(wide * image.height / image.width)), Image.Resampling.LANCZOS)


def _write(
    sheet: Image.Image,
    text: str,
    style: Style,
    colour: tuple[int, int, int],
    at: tuple[int, int],
    wide: int,
    *,
    lines: int = 1,
    align: str = "left",
) -> None:
    """Write text in at most so many lines; a rest ends in dots. ``at`` is left and top of the first line."""
    if not text.strip():
        return
    ink = draw_rows(set_at_most(text, style, wide, lines))
    mask = Image.fromarray(ink.mask)
    left, top = at
    x = left + wide - mask.width + ink.left if align == "right" else left - ink.left
    sheet.paste(colour, (x, top + style.size - ink.base), mask)
