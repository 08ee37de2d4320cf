"""Changing a storyboard's text where a value stands, and nowhere else.

Comments, layout, quotes, anchors, line ends and a byte order mark stay as the author left them. What was
written is read again: the data must be the same but for what was wanted, else nothing is handed back.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from veo_story.errors import StoryboardError
from veo_story.storyboard.lines import Lines, Splice
from veo_story.storyboard.reordering import moved
from veo_story.storyboard.source import Source, parse_source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from veo_story.storyboard.nodes import DataPath, Node, Span

    Scalar = str | bool | Decimal

_BOM = b"\xef\xbb\xbf"
_WORD = re.compile(r"(?!(?:true|false|null)\b)[a-z][a-z_-]*", re.ASCII | re.IGNORECASE)
"""A text that means itself without quotes."""
_BY_HAND = "Change the storyboard by hand, then run the command again with --dry-run to see what is left."


@dataclass(frozen=True, slots=True)
class Setting:
    """The value at ``path`` (its last part a key; what holds it exists) shall be ``value``.

    Keys with values are set one by one in a block that stands there already; its other keys stay.
    """

    path: DataPath
    value: Scalar | Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class Ordering:
    """The entries of the list at ``path`` shall stand in ``order`` (their positions now)."""

    path: DataPath
    order: tuple[int, ...]


def rewritten(raw: bytes, source: Source, changes: Iterable[Setting | Ordering]) -> bytes:
    """The file ``raw``, which ``source`` was read from, with these changes.

    Raises StoryboardError when a change cannot be made without touching anything else.
    """
    changes = tuple(changes)
    mark, body = (_BOM, raw[len(_BOM) :]) if raw.startswith(_BOM) else (b"", raw)
    lines = Lines(body.decode("utf-8"))
    if _plain(lines.text) != source.text:
        raise _refused("it was changed in the meantime")
    settings = [change for change in changes if isinstance(change, Setting)]
    text = lines.with_splices([splice for each in settings for splice in _set(lines, source, each)])
    for ordering in changes:
        if isinstance(ordering, Ordering):
            again = _read(text, source)
            text = moved(Lines(text), again.root.find(ordering.path)[0], ordering.order)
    found, wanted = _read(text, source).data, _wanted(source.data, changes)
    if found != wanted:
        line = source.root.find(_apart(found, wanted))[0].span[0] + 1
        raise _refused(f"what stands on line {line} cannot be changed alone (an anchor, an alias?)")
    return mark + text.encode("utf-8")


def in_flow(value: Any) -> str:
    """A value (a scalar, a list, a map) as it is written on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{in_flow(key)}: {in_flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(in_flow, value)) + "]"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, str) and _WORD.fullmatch(value):
        return value
    return json.dumps(value, ensure_ascii=False)


def _refused(why: str) -> StoryboardError:
    return StoryboardError(f"the storyboard cannot be rewritten: {why}", hint=_BY_HAND)


def _read(text: str, source: Source) -> Source:
    found = parse_source(_plain(text), source.path, source.display).source
    if found is None:
        raise _refused("something that stands further up is needed further down (an anchor?)")
    return found


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _wanted(data: Any, changes: Sequence[Setting | Ordering]) -> Any:
    """The data with the changes. What an alias shares is copied, so that a change stays where it is."""
    wanted = _copied(data)
    for change in changes:
        holder = wanted
        for part in change.path[:-1]:
            holder = holder[part]
        last = change.path[-1]
        if isinstance(change, Ordering):
            holder[last] = [holder[last][n] for n in change.order]
        elif not isinstance(change.value, dict):
            holder[last] = _as_data(change.value)
        else:
            there = holder.get(last)
            holder[last] = (there if isinstance(there, dict) else {}) | {
                key: _as_data(part) for key, part in change.value.items()
            }
    return wanted


def _apart(one: Any, other: Any) -> DataPath:
    """Where two data that differ do so first."""
    if isinstance(one, dict) and isinstance(other, dict):
        pairs = [(key, one.get(key), other.get(key)) for key in {**one, **other}]
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = list(zip(range(len(one)), one, other, strict=True))
    else:
        return ()
    return next(((key, *_apart(a, b)) for key, a, b in pairs if a != b), ())


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(part) for key, part in value.items()}
    return [_copied(part) for part in value] if isinstance(value, list) else value


def _as_data(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def _set(lines: Lines, source: Source, setting: Setting) -> Iterator[Splice]:
    *above, key = setting.path
    holder = source.root.find(tuple(above))[0]
    if not isinstance(key, str) or holder.keys is None or not _is_here(lines, holder):
        raise _refused(f"line {holder.span[0] + 1} stands for something that is written elsewhere")
    yield from _set_key(lines, holder, key, setting.value)


def _set_key(lines: Lines, holder: Node, key: str, value: Scalar | Mapping[str, Scalar]) -> Iterator[Splice]:
    assert holder.keys is not None
    entry = holder.keys.get(key)
    if entry is None or not _within(entry[0], holder.span):
        # The block's own value hides a merged one.
        value = _with_all(value, entry[1].value if entry is not None else None)
        yield _inserted(lines, holder, f"{key}: {in_flow(value)}")
        return
    key_span, child = entry
    if not isinstance(value, (str, bool, Decimal)) and child.keys is not None and _is_here(lines, child):
        if not child.keys:  # {}: nothing stands there that a key could come behind
            at = lines.text.index("{", lines.offset(*child.span[:2])) + 1
            yield Splice(at, at, in_flow(value)[1:-1])
            return
        for name, part in value.items():
            if child.value.get(name) != _as_data(part):
                yield from _set_key(lines, child, name, part)
    elif child.span[:2] == child.span[2:]:
        colon = lines.content(key_span[2]).index(":", key_span[3]) + 1
        yield Splice(lines.offset(key_span[2], colon), lines.offset(key_span[2], colon), f" {in_flow(value)}")
    else:
        line, column, end_line, end_column = child.span
        new = in_flow(_with_all(value, child.value))
        yield Splice(lines.offset(line, column), lines.offset(end_line, end_column), new)


def _with_all(value: Scalar | Mapping[str, Scalar], there: Any) -> Any:
    """A block that takes the place of one written elsewhere says all that this one said."""
    if isinstance(value, (str, bool, Decimal)) or not isinstance(there, dict):
        return value
    return {**there, **value}


def _within(inner: Span, outer: Span) -> bool:
    return outer[:2] <= inner[:2] and inner[2:] <= outer[2:]


def _is_here(lines: Lines, node: Node) -> bool:
    """Whether a block is written where it stands, not an alias for one that is written elsewhere."""
    line, column = node.span[:2]
    return not lines.content(line)[column:].startswith("*")


def _needs_its_end(lines: Lines, span: Span) -> bool:
    """Whether a value is a text of many lines to which the end of the file, or empty lines, belong."""
    header = lines.content(span[0])[span[1] :]
    return header[:1] in ("|", ">") and ("+" in header or span[2] == len(lines) - 1)


def _inserted(lines: Lines, holder: Node, written: str) -> Splice:
    """A new key at the end of a block, in the block's own style."""
    line, column, end_line, end_column = holder.span
    start, end = lines.offset(line, column), lines.offset(end_line, end_column)
    own = sorted((key, node.span) for key, node in (holder.keys or {}).values() if _within(key, holder.span))
    if not lines.is_flow(start):
        indent = " " * (own[0][0][1] if own else column)
        if own and own[-1][0][0] > line and _needs_its_end(lines, own[-1][1]):
            at = lines.offset(own[-1][0][0], 0)
            return Splice(at, at, f"{indent}{written}{lines.newline}")
        at = lines.offset(end_line, len(lines.content(end_line)))
        return Splice(at, at, f"{lines.newline}{indent}{written}")
    last = max((span[2:] for _, span in own), default=None)
    if last is None:
        at = lines.text.index("{", start) + 1
        only_merged = lines.text[at : end - 1].strip()
        return Splice(at, at, f"{written}, " if only_merged else written)
    at = lines.behind_merge(lines.offset(*last), end)
    behind_comma = lines.behind_comma(at, end)
    if behind_comma is not None:
        return Splice(behind_comma, behind_comma, f" {written}")
    return Splice(at, at, f", {written}")
