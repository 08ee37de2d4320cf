from __future__ import annotations

import sys
from dataclasses import replace
from decimal import Decimal
from subprocess import run
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from tests.film.finish.scenes import FIRST, a_clip, a_cut, effect, finished
from tests.support.clips import SIZE, Recipe, lumas_of, make, numbers_of
from veo_story.film import finishing
from veo_story.film.edit import Edit, Finished
from veo_story.film.picture import stretches_of
from veo_story.media.files import sha256_of
from veo_story.media.join import join
from veo_story.media.source import read_source
from veo_story.media.spans import Caption, Span
from veo_story.storyboard.finish import Overlay

if TYPE_CHECKING:
    from pathlib import Path

TITLE = Overlay(text="Ardmore", at="center", start_s=Decimal("0.5"), duration_s=Decimal("0.5"))


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_clip(tmp_path_factory.mktemp("finishing"))


def test_an_overlay_is_seen_in_its_time_and_nowhere_else(clip: Path, tmp_path: Path) -> None:
    made, sound = finished(a_cut(clip, 30, overlays=(TITLE,), span=(4, 34)), tmp_path)
    assert sound is None
    assert numbers_of(made) == list(range(FIRST + 4, FIRST + 34))
    pairs = list(zip(lumas_of(made), list(lumas_of(clip))[4:34], strict=True))
    apart = [np.abs(mine.astype(int) - source)[60:120, 100:220].mean() for mine, source in pairs]
    assert max(apart[:12] + apart[24:]) < 2
    assert min(apart[14:22]) > 10
    assert all(np.abs(mine.astype(int) - source)[140:].mean() < 2 for mine, source in pairs)


def test_captions_are_there_from_one_frame_to_another(clip: Path, tmp_path: Path) -> None:
    caption = Caption(6, 20, "The sea is not.")
    made, _ = finished(a_cut(clip, 36, captions=(caption,)), tmp_path)
    pairs = zip(lumas_of(made), lumas_of(clip), strict=True)
    foot = [np.abs(mine.astype(int) - source)[150:172, 130:190].mean() for mine, source in pairs]
    assert [n for n, value in enumerate(foot) if value > 10] == list(range(6, 20))


def test_what_is_laid_over_a_held_frame_comes_and_goes(clip: Path, tmp_path: Path) -> None:
    words = (Caption(2, 8, "The sea"), Caption(18, 24, "is not."))
    cut = a_cut(clip, 12, captions=words, span=(0, 12))
    assert cut.finishing is not None
    cut = replace(cut, hold=20, finishing=replace(cut.finishing, hold=20))
    made, _ = finished(cut, tmp_path)
    assert numbers_of(made) == [*range(FIRST, FIRST + 12), *[FIRST + 11] * 20]
    shown = [*range(12), *[11] * 20]
    sources = list(lumas_of(clip))
    pairs = [(mine, sources[k]) for mine, k in zip(lumas_of(made), shown, strict=True)]
    foot = [np.abs(mine.astype(int) - source)[150:172, 140:180].mean() for mine, source in pairs]
    assert [n for n, value in enumerate(foot) if value > 10] == [*range(2, 8), *range(18, 24)]
    done = replace(cut, finished=Finished(made))
    assert stretches_of(Edit("T", SIZE, (done,))) == (Span(made, 0, 32),)


def test_a_film_copies_what_is_finished(clip: Path, tmp_path: Path) -> None:
    made, _ = finished(a_cut(clip, 36, overlays=(TITLE,)), tmp_path)
    film = tmp_path / "film.mp4"
    joined = join((Span(clip, 0, 36), Span(made, 0, 36), Span(clip, 0, 36)), film, size=SIZE)
    assert joined.encoded_frames == 0
    numbers = list(range(FIRST, FIRST + 36))
    assert numbers_of(film) == numbers * 3
    fresh = read_source(made).fresh
    assert sum(fresh) == 2, "a key frame a second"


@pytest.mark.parametrize("profile", ["baseline", "main"])
def test_every_profile_that_is_copied_has_finished_scenes_beside_it(tmp_path: Path, profile: str) -> None:
    clip = make(tmp_path / "clip.mp4", Recipe(12, first=5, x264=(("profile", profile),)))
    made, _ = finished(a_cut(clip, 12, overlays=(TITLE,), span=(0, 12)), tmp_path)
    film = tmp_path / "film.mp4"
    assert join((Span(made, 0, 12), Span(clip, 0, 12)), film, size=SIZE).encoded_frames == 0
    assert numbers_of(film) == list(range(5, 17)) * 2


def test_a_clip_of_another_kind_is_finished_for_the_film_it_goes_into(clip: Path, tmp_path: Path) -> None:
    main = (("profile", "main"),)
    other = make(tmp_path / "other.mp4", Recipe(24, first=9, size=(256, 256), x264=main))
    cuts = (
        replace(a_cut(clip, 36), finishing=None),
        replace(a_cut(other, 24, overlays=(TITLE,), span=(0, 24)), scene_id="s2", start_frame=36),
    )
    edit = finishing.finished(Edit("F", SIZE, cuts), tmp_path / "finished")
    assert edit.cuts[0] == cuts[0]
    done = edit.cuts[1].finished
    assert done is not None
    joined = join((Span(clip, 0, 36), Span(done.clip, 0, 24)), tmp_path / "film.mp4", size=SIZE)
    assert joined.encoded_frames == 0
    lumas = list(lumas_of(tmp_path / "film.mp4"))
    assert len(lumas) == 60
    assert lumas[40][:, :60].max() <= 20, "black at the sides of a square picture"


def test_what_is_there_is_not_made_again(clip: Path, tmp_path: Path) -> None:
    cut = a_cut(clip, 36, (effect("TimeMirror"),), (TITLE,))
    made, _ = finished(cut, tmp_path)
    before = {path: path.stat().st_mtime_ns for path in made.parent.iterdir()}
    assert len(before) == 3
    assert finished(cut, tmp_path)[0] == made
    assert {path: path.stat().st_mtime_ns for path in made.parent.iterdir()} == before


@pytest.mark.parametrize("suffix", [".mp4", ".wav", ".json"])
@pytest.mark.parametrize("how", ["gone", "cut off", "changed"])
def test_a_damaged_file_is_made_again(clip: Path, tmp_path: Path, suffix: str, how: str) -> None:
    cut = a_cut(clip, 12, (effect("TimeMirror"),), span=(0, 12))
    made, sound = finished(cut, tmp_path)
    assert sound is not None
    heard = sound.read_bytes()
    victim = made.with_suffix(suffix)
    data = victim.read_bytes()
    victim.unlink()
    if how != "gone":
        victim.write_bytes(data[: len(data) // 2] + (b"" if how == "cut off" else bytes(len(data) // 2 + 1)))
    assert finished(cut, tmp_path)[0] == made
    assert numbers_of(made) == list(range(FIRST + 11, FIRST - 1, -1))
    assert sound.read_bytes() == heard
    assert len(list(made.parent.iterdir())) == 3


def test_everything_that_is_seen_counts(clip: Path, tmp_path: Path) -> None:
    logo = tmp_path / "logo.png"
    Image.new("RGBA", (8, 8), "red").save(logo)
    cut = a_cut(clip, 12, overlays=(Overlay(image=logo),), span=(0, 12))
    assert cut.finishing is not None
    first, _ = finished(cut, tmp_path)
    Image.new("RGBA", (8, 8), "blue").save(logo)
    others = [
        cut,
        replace(cut, in_frame=1, out_frame=13),
        replace(cut, finishing=replace(cut.finishing, captions=(Caption(0, 5, "x"),))),
        replace(cut, finishing=replace(cut.finishing, overlays=(TITLE,))),
        replace(cut, finishing=replace(cut.finishing, effects=(effect("InvertColors"),))),
    ]
    names = {first, *(finished(other, tmp_path)[0] for other in others)}
    assert len(names) == 6


def test_only_what_a_film_uses_is_kept(clip: Path, tmp_path: Path) -> None:
    folder = tmp_path / "finished"
    old, _ = finished(a_cut(clip, 12, overlays=(TITLE,), span=(0, 12)), tmp_path)
    (folder / ".half.part").write_bytes(b"x")
    cut = a_cut(clip, 12, (effect("TimeMirror"),), span=(0, 12))
    edit = finishing.finished(Edit("F", SIZE, (cut,)), folder)
    assert not old.exists()
    used = edit.cuts[0].finished
    assert used is not None
    assert {path.suffix for path in folder.iterdir()} == {".mp4", ".wav", ".json"}
    assert finishing.finished(edit, folder) == edit
    finishing.tidy(folder, [Finished(used.clip)])
    assert used.clip.exists()
    finishing.tidy(folder, [])
    assert not list(folder.iterdir())
    finishing.tidy(tmp_path / "nowhere", [])


def test_a_cut_without_finishing_stays_as_it_is(clip: Path, tmp_path: Path) -> None:
    cut = replace(a_cut(clip, 36), finishing=None)
    assert finishing.finish(cut, SIZE, tmp_path / "finished") is cut
    edit = Edit("F", SIZE, (cut,))
    assert finishing.finished(edit, tmp_path / "finished") is edit
    assert not (tmp_path / "finished").exists()
    kept, _ = finished(a_cut(clip, 12, overlays=(TITLE,), span=(0, 12)), tmp_path)
    assert finishing.finished(edit, kept.parent) is edit
    assert not kept.exists()


def test_moviepy_is_loaded_for_effects_only(clip: Path, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from tests.film.finish.scenes import *;"
        "from veo_story.storyboard.finish import Overlay;"
        f"clip = Path({str(clip)!r}); folder = Path({str(tmp_path)!r});"
        "finished(a_cut(clip, 12, overlays=(Overlay(text='x'),), span=(0, 12)), folder);"
        "assert 'moviepy' not in sys.modules;"
        "finished(a_cut(clip, 12, (effect('TimeMirror'),), span=(0, 12)), folder);"
        "assert 'moviepy' in sys.modules"
    )
    done = run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_take_is_left_alone(clip: Path, tmp_path: Path) -> None:
    before = sha256_of(clip)
    finished(a_cut(clip, 36, (effect("MirrorX"),)), tmp_path)
    assert sha256_of(clip) == before
