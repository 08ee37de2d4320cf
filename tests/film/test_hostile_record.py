"""A record that somebody has changed or damaged: what it says is told, or refused in words, never a crash."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.edits import random_edit
from tests.support.soak import runs
from veo_story.cli.moment_view import moment_data, moment_page
from veo_story.errors import MediaError
from veo_story.film.cut_film import FilmReport
from veo_story.film.moments import frame_at, moment_of, read_record
from veo_story.film.record import asked_of, written
from veo_story.media.files import sha256_of

if TYPE_CHECKING:
    from pathlib import Path

ODD: tuple[Any, ...] = (
    *(None, True, -1, 0, 10**30, 1e300, float("nan"), float("inf"), 0.5),
    *("", "x", "NaN", "1e999999", "\0\x1b[31m", "[00:00-00:99] x", f"[{'9' * 5000}:00-00:01] x"),
    *([], {}, [1], {"a": 1}),
)


def paths_of(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [here] if here else []
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return found + [path for key, part in parts for path in paths_of(part, (*here, key))]


@pytest.fixture
def film(tmp_path: Path) -> Path:
    film = tmp_path / "film.mp4"
    film.write_bytes(b"a film")
    edit = random_edit(3, folder=tmp_path)
    report = FilmReport(film, edit.frames, edit.frames, 0, sha256_of(film), True)
    (tmp_path / "film.json").write_bytes(written(edit, report, ()))
    return film


@settings(
    max_examples=runs(5_000, in_suite=60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.data())
def test_whatever_stands_there(film: Path, data: st.DataObject) -> None:
    record = film.with_suffix(".json")
    whole = record.read_bytes()
    changed = json.loads(whole)
    path = data.draw(st.sampled_from(paths_of(changed)))
    holder = changed
    for key in path[:-1]:
        holder = holder[key]
    odd = data.draw(st.sampled_from((*ODD, film)))
    if odd is film:
        del holder[path[-1]]
    else:
        holder[path[-1]] = deepcopy(odd)
    try:
        record.write_text(json.dumps(changed), "utf-8")
        for frame in range(0, 200, 7):
            moment = moment_of(read_record(film), frame)
            assert "\x1b[31m" not in moment_page(moment)
            json.dumps(moment_data(moment), allow_nan=False)
    except MediaError as error:
        assert error.hint
    finally:
        record.write_bytes(whole)


@pytest.mark.parametrize(
    "damaged",
    [
        *(
            '{"prompt": 5}',
            '{"prompt": "\\ud800"}',
            '{"mode": []}',
            '{"parameters": [1]}',
            '{"parents": true}',
        ),
        *('{"parents": [1]}', '{"parameters": {"seed": NaN}}', '{"parameters": {"seed": 1e999}}', "[]"),
        *(f'{{"parameters": {{"seed": {10**30}}}}}', f'{{"sample": {"9" * 5_000}}}', "[" * 100_000),
    ],
)
def test_a_damaged_request_tells_nothing(tmp_path: Path, damaged: str) -> None:
    edit = random_edit(3, folder=tmp_path)
    take = next(cut.take_id for cut in edit.cuts if cut.take_id)
    request = tmp_path / "takes" / take / "request.json"
    request.parent.mkdir(parents=True)
    request.write_text(damaged, "utf-8")
    assert asked_of(edit, tmp_path) == {}
    request.write_text('{"mode": "open", "parents": ["a/x-1"], "parameters": {"seed": 7}}', "utf-8")
    assert asked_of(edit, tmp_path)[take]["parameters"] == {"seed": 7}


@pytest.mark.parametrize("content", [b"[" * 100_000, b'{"version": ' + b"9" * 5_000 + b"}"])
def test_what_no_reader_can_read(film: Path, content: bytes) -> None:
    film.with_suffix(".json").write_bytes(content)
    with pytest.raises(MediaError, match="not the record"):
        read_record(film)


@pytest.mark.parametrize("name", ["", ".", "/", ".."])
def test_no_file_is_named(film: Path, name: str) -> None:
    with pytest.raises(MediaError, match="no such film"):
        read_record(type(film)(name))


def test_a_partial_film_has_a_record_of_its_own(film: Path) -> None:
    partial = film.with_name("partial.mp4")
    partial.write_bytes(b"another film")
    with pytest.raises(MediaError, match=r"there is no partial\.json beside it"):
        read_record(partial)


@pytest.mark.parametrize("text", ["9" * 5_000, f"{'9' * 5_000}:00", f"{'9' * 5_000}:00:00:00"])
def test_times_that_are_far_too_long(text: str) -> None:
    with pytest.raises(MediaError, match="is no time") as raised:
        frame_at(text)
    assert len(raised.value.message) < 200


@given(st.integers(0, 10**7))
def test_a_frame_is_found_again_by_its_rounded_second(frame: int) -> None:
    assert frame_at(f"{frame / 24:.3f}") == frame
