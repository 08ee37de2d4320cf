from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from tests.storyboard.films import EXAMPLES, codes, film, load, write
from veo_story.errors import MediaError, Problem, Severity, Where
from veo_story.storyboard.load import load_storyboard, silence
from veo_story.storyboard.source import Source, parse_source

RUSHED = "one two three four five six seven eight nine ten " * 3


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    loaded = load_storyboard(tmp_path / "nothing.yaml")
    assert (loaded.storyboard, codes(loaded), loaded.ok) == (None, ["VS001"], False)


def test_too_many_scenes_in_all_are_one_problem(tmp_path: Path) -> None:
    scenes = "\n".join(["      - {card: x}"] * 2600)
    text = "\n".join(["sequences:", *(f"  - id: q{n}\n    scenes:\n{scenes}" for n in range(2))])
    loaded = load(tmp_path, text)
    assert (loaded.storyboard, codes(loaded)) == (None, ["VS018"])
    assert "5,000 scenes" in loaded.problems[0].message


@pytest.mark.parametrize("name", [p.name for p in EXAMPLES.glob("*.yaml") if "bible" not in p.name])
def test_the_examples_have_no_problem(name: str) -> None:
    loaded = load_storyboard(EXAMPLES / name)
    assert loaded.problems == ()
    assert loaded.ok


def test_every_kind_of_problem_is_told_at_once_and_in_order(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        f"""bible: family.yaml
render: {{tier: standart}}
cast: {{al: {{is: a man, voice: dry}}}}
scenes:
  - {{id: a, cast: [all], action: $al waits}}
  - {{id: b, cast: [al], action: $al waits, dialogue: [{{al: {RUSHED}}}]}}
  - {{id: c, first_frame: no.png, action: "${{nothing}}"}}
""",
    )
    assert codes(loaded) == ["VS030", "VS011", "VS201", "VS060", "VS020"]
    assert loaded.storyboard is None


def test_a_name_that_is_wrong_still_leaves_a_film_to_plan(tmp_path: Path) -> None:
    loaded = load(tmp_path, "cast: {al: {is: a man}}\nscenes: [{cast: [al, bo], action: $al waits}]\n")
    assert codes(loaded) == ["VS022"]
    assert loaded.storyboard is not None
    assert not loaded.ok


@pytest.mark.parametrize(
    "scene",
    [
        "{first_frame: b.last_frame, action: x}",
        "{mode: extend, action: x}",
        "{mode: still, action: x}",
        "{card: x, clip: a.mp4}",
        "{action: x, skip: true}",
    ],
)
def test_scenes_that_are_no_film_are_not_handed_on(tmp_path: Path, scene: str) -> None:
    loaded = load(tmp_path, f"scenes: [{scene}]\n")
    assert loaded.storyboard is None
    assert any(p.severity is Severity.ERROR for p in loaded.problems)


def test_a_broken_scene_causes_no_further_problems(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        """cast: {al: {is: a man}}
scenes:
  - {id: a, acton: x, first_frame: nowhere.png}
  - {id: b, mode: extend, action: x}
  - {id: c, first_frame: a.last_frame, action: x, transition: wipe}
""",
    )
    assert codes(loaded) == ["VS010"]


def test_a_misspelt_section_does_not_make_its_names_unknown(tmp_path: Path) -> None:
    loaded = load(
        tmp_path, "cats: {al: {is: a man}}\nscenes: [{cast: [al], action: '$al ${x}', location: y}]\n"
    )
    assert codes(loaded) == ["VS010"]
    loaded = load(tmp_path, "vars: [x]\nscenes: [{action: '${x}'}]\n")
    assert codes(loaded) == ["VS012"]
    loaded = load(tmp_path, "cast: {al: {is: a man, hat: red}}\nscenes: [{cast: [al, bo], action: $al}]\n")
    assert codes(loaded) == ["VS010", "VS022"]


def test_scenes_of_the_wrong_kind(tmp_path: Path) -> None:
    assert codes(load(tmp_path, "scenes: none\n")) == ["VS012"]
    assert codes(load(tmp_path, "scenes: [x, {action: y}]\ncast: {al: {is: a man}}\n")) == ["VS012"]


def test_digests_are_of_the_files_that_reach_a_fingerprint(tmp_path: Path) -> None:
    picture = (EXAMPLES / "stills" / "bay-day.png").read_bytes()
    for name in ("a.png", "b.png", "face.png", "skipped.png", "song.wav", "voice.wav"):
        # Every file is another one, and of its kind.
        content = picture if name.endswith(".png") else b"RIFF\0\0\0\0WAVE"
        (tmp_path / name).write_bytes(content + name.encode())
    text = """scenes:
  - {id: a, first_frame: a.png, last_frame: b.png, action: x}
  - {first_frame: a.last_frame, action: x}
  - {refs: [face.png], action: x}
  - {image: a.png}
  - {image: skipped.png, skip: true}
sound: {music: {file: song.wav}}
narration: {lines: [{id: n, at: a, text: x, file: voice.wav}]}
"""
    loaded = load(tmp_path, text)
    assert loaded.ok, loaded.problems
    assert dict(loaded.digests()) == {
        tmp_path / name: hashlib.sha256(picture + name.encode()).hexdigest()
        for name in ("a.png", "b.png", "face.png")
    }
    (tmp_path / "b.png").unlink()
    with pytest.raises(MediaError, match=r"b\.png: No such file"):
        loaded.digests()


def test_a_film_without_files_has_no_digests(tmp_path: Path) -> None:
    assert load(tmp_path, "scenes: [{action: x}]\n").digests() == {}


def source_of(text: str) -> Source:
    source = parse_source(text, Path("film.yaml"), "film.yaml").source
    assert source is not None
    return source


def warning(code: str, line: int, end: int = 0) -> Problem:
    return Problem(code, Severity.WARNING, Where("film.yaml", line, 1, end or line, 9), "m")


MARKED = source_of(
    """storyboard: 1
a: x  # lint: off VS201
b: y  #lint:off vs202, VS203 because we mean it
c: "# lint: of VS204"
d: z  # lint: off
e: {f: g}
"""
)


@pytest.mark.parametrize(
    ("problem", "kept"),
    [
        (warning("VS201", 2), False),
        (warning("VS202", 2), True),
        (warning("VS202", 3), False),
        (warning("VS203", 3), False),
        (warning("VS204", 3), True),
        (warning("VS204", 4), True),
        (warning("VS201", 5), True),
        (warning("VS201", 1, 3), False),
        (warning("VS201", 3, 6), True),
        (warning("VS201", 6), True),
        (replace(warning("VS201", 2), severity=Severity.NOTE), False),
        (replace(warning("VS201", 2), severity=Severity.ERROR), True),
        (replace(warning("VS201", 2), where=Where("other.yaml", 2)), True),
    ],
)
def test_what_an_author_means_is_not_told(problem: Problem, kept: bool) -> None:
    assert bool(silence([problem], MARKED)) is kept


def test_without_marks_everything_is_told() -> None:
    plain = source_of("a: lint\n")
    assert silence([warning("VS201", 1)], plain) == (warning("VS201", 1),)


def test_silence_holds_for_loading(tmp_path: Path) -> None:
    scene = f"  - cast: [al]\n    action: $al waits\n    dialogue:\n      - al: {RUSHED}"
    head = "cast: {al: {is: a man, voice: dry}}\nscenes:\n"
    assert codes(load(tmp_path, f"{head}{scene}\n")) == ["VS201"]
    assert codes(load(tmp_path, f"{head}{scene}  # lint: off VS201\n")) == []
    assert codes(load(tmp_path, f"{head}{scene}  # lint: off VS202\n")) == ["VS201"]


def test_a_bible_has_its_own_marks(tmp_path: Path) -> None:
    small = (EXAMPLES.parent / "tests" / "cases" / "invalid" / "assets-files" / "small.png").read_bytes()
    (tmp_path / "small.png").write_bytes(small)
    bible = "storyboard_bible: 1\ncast:\n  al: {is: a man, refs: [small.png]}"
    text = "bible: bible.yaml\nscenes: [{cast: [al], action: $al waits}]\n"
    (tmp_path / "bible.yaml").write_text(bible)
    (found,) = load(tmp_path, text).problems
    assert (found.code, found.where.file, found.where.line) == ("VS214", str(tmp_path / "bible.yaml"), 3)
    (tmp_path / "bible.yaml").write_text(f"{bible}  # lint: off VS214\n")
    assert load(tmp_path, text).problems == ()


def test_a_thousand_scenes_have_their_ids_and_chains(tmp_path: Path) -> None:
    board = film(tmp_path, "scenes:\n" + "  - action: a door opens\n" * 1000)
    found = list(board.scenes())
    assert (found[0].id, found[99].id, found[-1].id) == ("s01", "s100", "s1000")
    assert [scene.mode.value for scene in found] == ["open"] + ["extend"] * 999


def test_loading_twice_gives_the_same(tmp_path: Path) -> None:
    path = write(tmp_path, "cast: {al: {is: a man}}\nscenes: [{cast: [bo], action: $x}]\n")
    assert load_storyboard(path).problems == load_storyboard(path).problems
