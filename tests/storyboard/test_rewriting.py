"""A storyboard's text is changed where a value stands, and nowhere else, however it is laid out."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veo_story.errors import StoryboardError
from veo_story.storyboard.rewriting import Ordering, Setting, in_flow, rewritten
from veo_story.storyboard.source import Source, parse_source

GAP = Decimal(2)
HEAD = "storyboard: 1\ntitle: T  # a film\nscenes:\n"
Trim = tuple[int, int] | None
Layout = Callable[[str, Trim, bool], str]
Laid = tuple[Layout, Trim, Trim, str]


def read(raw: bytes) -> Source:
    text = raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    source = parse_source(text, Path("f.yaml"), "f.yaml").source
    assert source is not None
    return source


def changed(raw: bytes | str, *changes: Setting | Ordering) -> str:
    data = raw.encode() if isinstance(raw, str) else raw
    return rewritten(data, read(data), changes).decode("utf-8")


def seconds(frames: int) -> Decimal:
    return round(Decimal(frames) / 24, 3)


def parts(trim: tuple[int, int]) -> dict[str, str | bool | Decimal]:
    return {"in": seconds(trim[0]), "out": seconds(trim[1])}


# Layouts of a scene: its lines without and with a trim. "was" says that the trim stood there before.
def block(name: str, trim: Trim, was: bool) -> str:
    end = f"    trim: {in_flow(parts(trim))}{'   # cut' if was else ''}\n" if trim else ""
    return f"  - id: {name}   # {name}: # the best\n    card: 'it''s'\n{end}"


def text_last(name: str, trim: Trim, _was: bool) -> str:
    end = f"    trim: {in_flow(parts(trim))}\n" if trim else ""
    return f"  - id: {name}\n    card: x\n    notes: |\n      one\n\n      trim: two\n{end}"


def flow(name: str, trim: Trim, _was: bool) -> str:
    end = f", trim: {in_flow(parts(trim))}" if trim else ""
    return f'  - {{id: {name}, card: "a, {{b"{end}}}  # {{flow}}\n'


def wide_flow(name: str, trim: Trim, _was: bool) -> str:
    end = f" trim: {in_flow(parts(trim))}" if trim else ""
    return f"  - {{ id: {name}, # why\n      card: a b ,{end}  # last\n    }}\n"


def dash_alone(name: str, trim: Trim, _was: bool) -> str:
    end = f"      trim: {in_flow(parts(trim))}\n" if trim else ""
    return f"  -   # below\n      id: {name}\n      card: x\n{end}"


def anchored(name: str, trim: Trim, was: bool) -> str:
    if trim and was:
        nested = f"    trim:\n      in: {in_flow(seconds(trim[0]))}   # first\n"
        nested += f"      out: {in_flow(seconds(trim[1]))}\n"
        return f"  - &at_{name}\n    id: {name}\n{nested}    card: x\n"
    end = f"    trim: {in_flow(parts(trim))}\n" if trim else ""
    return f"  - &at_{name}\n    id: {name}\n    card: x\n{end}"


LAYOUTS = (block, text_last, flow, wide_flow, dash_alone, anchored)
BETWEEN = ("", "\n", "  # about the next\n", "      # deeper\n", "\n# --- act two ---\n\n", "   \n")
trims = st.tuples(st.integers(0, 90), st.integers(0, 90))
laid_out = st.tuples(st.sampled_from(LAYOUTS), st.none() | trims, st.none() | trims, st.sampled_from(BETWEEN))


@given(
    st.lists(laid_out, min_size=1, max_size=6),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
    st.booleans(),
)
def test_trims_and_nothing_else(scenes: list[Laid], newline: str, mark: bool, ends: bool) -> None:
    before, after, wanted = HEAD, HEAD, []
    for number, (layout, was, now, between) in enumerate(scenes):
        if layout is text_last and "deeper" in between:
            between = ""  # that would be a line of the text
        before += layout(f"s{number}", was, True) + between
        after += layout(f"s{number}", now or was, was is not None) + between
        if now:
            wanted.append(Setting(("scenes", number, "trim"), parts(now)))
    if not ends and scenes[-1][0] is not text_last:  # whose text the end of the file belongs to
        before, after = before.rstrip("\n "), after.rstrip("\n ")
    start = b"\xef\xbb\xbf" if mark else b""
    raw = start + before.replace("\n", newline).encode()
    assert rewritten(raw, read(raw), wanted) == start + after.replace("\n", newline).encode()


ABOVE = ("", "  # about it\n", "  # about it\n  # in two lines\n")
PLACES = ("", "\n", "\n# --- act ---\n\n", "\n\n")
entries = st.tuples(st.sampled_from(LAYOUTS), st.none() | trims, st.sampled_from(ABOVE))


@given(st.lists(entries, min_size=2, max_size=6), st.randoms(use_true_random=False), st.booleans())
def test_entries_move_with_their_comments(
    scenes: list[tuple[Layout, Trim, str]], pick: Random, crlf: bool
) -> None:
    bodies = [above + layout(f"s{n}", trim, True) for n, (layout, trim, above) in enumerate(scenes)]
    places = [pick.choice(PLACES) for _ in bodies]
    order = list(range(len(bodies)))
    pick.shuffle(order)
    before = HEAD + "".join(body + place for body, place in zip(bodies, places, strict=True))
    after = HEAD + "".join(bodies[n] + place for n, place in zip(order, places, strict=True))
    newline = "\r\n" if crlf else "\n"
    found = changed(before.replace("\n", newline), Ordering(("scenes",), tuple(order)))
    assert found == after.replace("\n", newline)


def test_a_file_that_is_another_one_by_now_is_refused() -> None:
    with pytest.raises(StoryboardError, match="in the meantime"):
        rewritten(b"scenes:\n- {id: b}\n", read(b"scenes:\n- {id: a}\n"), [])


def test_a_list_in_brackets() -> None:
    text = "scenes: [{id: a, card: x}, {id: b, card: y},  # two\n  {id: c, card: z}]\n"
    assert changed(text, Ordering(("scenes",), (2, 0, 1))) == (
        "scenes: [{id: c, card: z}, {id: a, card: x},  # two\n  {id: b, card: y}]\n"
    )


@pytest.mark.parametrize(
    ("line", "value", "after"),
    [
        ("skip: false # not now", True, "skip: true # not now"),
        ("skip:   # empty", True, "skip: true   # empty"),
        ("gap: 0.50", Decimal("0.25"), "gap: 0.25"),
        ("transition: fade", {"type": "wipe", "duration": GAP}, "transition: {type: wipe, duration: 2}"),
        ("transition: {type: wipe, x-why: no}", {"type": "cut"}, "transition: {type: cut, x-why: no}"),
        ("trim: {in: 0.50, out: 1}", {"in": Decimal("0.5"), "out": Decimal(2)}, "trim: {in: 0.50, out: 2}"),
        ("trim: {}", {"out": Decimal(2)}, "trim: {out: 2}"),
        ("{trim: {out: 1,}}", {"in": Decimal(2)}, "{trim: {out: 1, in: 2}}"),
    ],
)  # fmt: skip
def test_a_value_is_replaced_in_its_place(line: str, value: Any, after: str) -> None:
    key = line.strip("{").split(":")[0]
    text = f"scenes:\n  - {line}\n"
    assert changed(text, Setting(("scenes", 0, key), value)) == f"scenes:\n  - {after}\n"


def test_what_is_merged_in_is_said_again() -> None:
    text = "x-m: &m {trim: {in: 0.5, out: 1}}\nscenes:\n  - {id: a, <<: *m}\n  - <<: *m\n    id: b\n"
    wanted = [Setting(("scenes", n, "trim"), {"out": Decimal(2)}) for n in range(2)]
    assert changed(text, *wanted) == text.replace("<<: *m}", "<<: *m, trim: {in: 0.5, out: 2}}").replace(
        "id: b\n", "id: b\n    trim: {in: 0.5, out: 2}\n"
    )


def test_an_alias_gives_way_to_what_it_stood_for() -> None:
    text = "x-t: &t {in: 0.5, out: 1}\nscenes:\n- {id: a, trim: *t}\n- {id: b, trim: *t}\n"
    found = changed(text, Setting(("scenes", 1, "trim"), {"out": Decimal(0)}))
    assert found == text.replace("id: b, trim: *t", "id: b, trim: {in: 0.5, out: 0}")


@pytest.mark.parametrize(
    ("text", "change"),
    [
        # An anchor's value is used elsewhere too.
        ("scenes:\n- {trim: &t {in: 1}}\n- {trim: *t}\n", Setting(("scenes", 0, "trim"), {"in": GAP})),
        ("scenes:\n- {id: a, gap: &g 1}\n- {id: b, gap: *g}\n", Setting(("scenes", 0, "gap"), Decimal(2))),
        # The scene itself is written elsewhere.
        ("x-a: &a {id: a}\nscenes:\n- *a\n", Setting(("scenes", 0, "gap"), Decimal(2))),
        # An anchor would come to stand below its alias.
        ("scenes:\n- {id: a, gap: &g 1}\n- {id: b, gap: *g}\n", Ordering(("scenes",), (1, 0))),
        ("x-s: &s [{id: a}, {id: b}]\nscenes: *s\n", Ordering(("scenes",), (1, 0))),
        # The empty lines belong to the text.
        ("scenes:\n- notes: |+\n    x\n\n\n- id: b\n", Setting(("scenes", 0, "gap"), GAP)),
    ],
)  # fmt: skip
def test_what_cannot_be_changed_alone_is_refused(text: str, change: Setting | Ordering) -> None:
    with pytest.raises(StoryboardError, match="cannot be rewritten"):
        changed(text, change)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{}", "{in: 1, out: 0.5}"),
        ("{<<: *t}", "{in: 1, out: 0.5, <<: *t}"),
        ("{ # why\n     <<: *t}", "{in: 1, out: 0.5,  # why\n     <<: *t}"),
        ("*t", "{x-why: [a b, null], in: 1, x-is: true, out: 0.5}"),
    ],
)
def test_both_ends_where_no_end_is_written(before: str, after: str) -> None:
    head = "x-t: &t {x-why: [a b, null], in: 0.25, x-is: true}\n"
    change = Setting(("trim",), {"in": Decimal(1), "out": Decimal("0.5")})
    expected = after.replace("a b", '"a b"') if before == "*t" else after
    assert changed(f"{head}trim: {before}  # z\n", change) == f"{head}trim: {expected}  # z\n"


def test_the_line_that_cannot_be_changed_alone_is_named() -> None:
    text = "scenes:\n- {id: a, trim: &t {in: 1}}\n- {id: b}\n- id: c\n  trim: *t\n"
    with pytest.raises(StoryboardError, match="what stands on line 2 cannot be changed alone"):
        changed(text, Setting(("scenes", 0, "trim"), {"in": GAP}))


@pytest.mark.parametrize("sign", ["|+", "|", ">-"])
def test_a_text_keeps_the_end_of_the_file(sign: str) -> None:
    lines = "\n\n\n" if "+" in sign else ""
    text = f"scenes:\n- id: a\n  notes: {sign}  # long\n    x{lines}"
    found = changed(text, Setting(("scenes", 0, "gap"), GAP))
    assert found == text.replace("  notes", "  gap: 2\n  notes")
