"""From a clip in which somebody speaks to a subtitle file, read back by another library."""

from __future__ import annotations

from pathlib import Path

import srt

from tests.backends.rendering import SIZE, make
from veo_story.backends.local.script import Beat, Line, Script, write_script
from veo_story.film.edit import Cut, Edit
from veo_story.film.hearing import Hearing, heard
from veo_story.film.words import captions, speaking
from veo_story.media.files import sha256_of
from veo_story.media.subtitles import subtitles
from veo_story.storyboard.load import load_storyboard
from veo_story.storyboard.model import Mode

LATE_S = 2.2
BOARD = """\
storyboard: 1
title: The keeper
cast:
  mira: {is: a woman}
scenes:
  - {id: s01, duration: 4, action: She turns, dialogue: [{mira: You are late.}]}
subtitles: {from: dialogue}
"""


def test_a_line_that_comes_late_has_its_subtitle_late(tmp_path: Path) -> None:
    (tmp_path / "film.yaml").write_text(BOARD)
    board = load_storyboard(tmp_path / "film.yaml").storyboard
    assert board is not None
    line = Line("mira", "Mira", "You are late.", LATE_S, 1.2)
    script = Script(4.0, ambient="wind", lines=(line,), beats=(Beat(0, 4),))
    clip = make(tmp_path / "s01.mp4", Mode.OPEN, 96, hints={"script": write_script(script)})
    cut = Cut("s01", "s01", clip, sha256_of(clip), 12, 96, 0, take_id="s01/t", head=12)
    edit = Edit("The keeper", SIZE, (cut,))
    found = heard(edit.cuts, speaking(board), Hearing(tmp_path / "heard.json"))
    [cue] = srt.parse(subtitles(captions(edit, board, heard=found), "srt"))
    assert abs(cue.start.total_seconds() - (LATE_S - 0.5)) < 0.13
    assert cue.content == "You are late."
    [guessed] = captions(edit, board)
    assert guessed.start < (LATE_S - 1) * 24
