from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.film.making import an_edit
from tests.support.clips import packets_of
from veo_story.errors import MediaError
from veo_story.film.assemble import PROOFS, assemble
from veo_story.film.master import Master
from veo_story.film.proofs import Proofs, read_proofs
from veo_story.media.files import sha256_of

if TYPE_CHECKING:
    from pathlib import Path

_RANGES = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=8)


@given(_RANGES, st.integers(0, 79), st.integers(1, 20))
def test_what_is_covered_was_proven_frame_by_frame(ranges: list[tuple[int, int]], start: int, n: int) -> None:
    proofs = Proofs("any")
    for first, length in ranges:
        proofs.add("a", first, first + length)
    known = {frame for first, length in ranges for frame in range(first, first + length)}
    assert proofs.covers("a", start, start + n) == (set(range(start, start + n)) <= known)
    assert not proofs.covers("b", start, start + n)


@given(_RANGES)
def test_a_file_of_proofs_is_read_back(ranges: list[tuple[int, int]]) -> None:
    proofs = Proofs("x 1.2")
    for first, length in ranges:
        proofs.add("a", first, first + length)

    @dataclass
    class File:
        data: bytes

        def read_bytes(self) -> bytes:
            return self.data

    assert read_proofs(File(proofs.as_bytes()), "x 1.2") == proofs
    assert read_proofs(File(proofs.as_bytes()), "x 1.3") == Proofs("x 1.3")


ENDLESS = '{"version": 1, "decoder": "x", "clips": {"a": [[0, Infinity]]}}'


@pytest.mark.parametrize(
    "text",
    ["", "[]", "null", '{"version": 1, "decoder": "x", "clips": [1]}', "{", '"a"', ENDLESS, "[" * 100_000],
)
def test_a_broken_file_proves_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "proofs.json").write_text(text, "utf-8")
    assert read_proofs(tmp_path / "proofs.json", "x") == Proofs("x")
    assert read_proofs(tmp_path / "absent.json", "x") == Proofs("x")


def test_each_clip_is_decoded_once(tmp_path: Path) -> None:
    edit = an_edit(tmp_path)
    film = tmp_path / "film.mp4"
    assemble(Master(edit), film)
    known = json.loads((tmp_path / PROOFS).read_bytes())["clips"]
    assert known == {sha256_of(cut.clip): [[0, 24]] for cut in edit.cuts}
    before = (tmp_path / PROOFS).stat()
    assemble(Master(edit), film)
    assert (tmp_path / PROOFS).stat() == before


def test_a_clip_that_changed_is_decoded_again(tmp_path: Path) -> None:
    """Whatever the ledger says of it: the bytes count."""
    edit, film = an_edit(tmp_path), tmp_path / "film.mp4"
    assemble(Master(edit), film)
    clip = edit.cuts[1].clip
    data, packet = clip.read_bytes(), packets_of(clip)[0]
    at = data.index(packet) + len(packet) // 2
    clip.write_bytes(data[:at] + bytes(200) + data[at + 200 :])
    before = sha256_of(film)
    with pytest.raises(MediaError, match=r"1\.mp4"):
        assemble(Master(edit), film)
    assert sha256_of(film) == before
    assert not list(tmp_path.glob(".*.part"))
