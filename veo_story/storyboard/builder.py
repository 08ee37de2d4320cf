"""The builder of nodes: takes the parser's events one by one, within bounds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import yaml

from veo_story.storyboard import prose, scalars
from veo_story.storyboard.codes import problem
from veo_story.storyboard.faults import as_problem, unspaced_colon
from veo_story.storyboard.nodes import BROKEN, Node, RefusedError, where

if TYPE_CHECKING:
    from veo_story.errors import Problem
    from veo_story.storyboard.nodes import Broken, Span

MAX_DEPTH: Final = 50
MAX_VALUES: Final = 100_000
"""Keys and values in one file, each use of an alias counted in full. A thousand scenes have about 25,000."""
MOST_PROBLEMS: Final = 1000

_TEXT_A_VALUE: Final = 64
# Keys that no file can have, because NUL never gets this far.
_DROPPED: Final = "\0"
_MERGE: Final = "\0<<"


@dataclass(slots=True)
class _Frame:
    """A list or mapping that is still being read. ``owner`` is the nearest key that holds it."""

    node: Node
    anchor: str | None
    is_flow: bool
    is_private: bool
    is_broken: bool
    owner: str | None
    end: tuple[int, int]
    key: str | None = None
    key_span: Span = (0, 0, 0, 0)
    merges: list[Node] = field(default_factory=list)
    last_was_text: bool = False
    is_cut: bool = False


class Builder:
    """Takes events; then ``root`` is the document (None: there was none), ``problems`` what is wrong in it.

    ``lines`` is the text that is parsed. :class:`RefusedError` is raised when a bound is passed.
    """

    def __init__(self, lines: list[str], display: str) -> None:
        self.lines = lines
        self.problems: list[Problem] = []
        self.root: Node | None = None
        self._display = display
        self._frames: list[_Frame] = []
        self._anchors: dict[str, Node | None] = {}
        self._values = 0

    def take(self, event: yaml.Event) -> None:
        """Take the next event."""
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._open(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close(event)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            hint = "keep one storyboard in a file, and delete the line of ---"
            raise self._refusal("VS005", _span(event), "a second document begins here", hint)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        span = _span(event)
        if event.style in ("|", ">"):
            span = self._without_blank_end(span)
        node = Node(self._value(event, span), span, written=event.value)
        node.is_plain_text = not event.style and isinstance(node.value, str)
        node.size += len(event.value) // _TEXT_A_VALUE
        if event.anchor:
            self._anchors[event.anchor] = node
        is_merge = event.value == "<<" and not event.style and event.tag is None
        self._attach(node, node.size, is_merge=is_merge)

    def _value(self, event: yaml.ScalarEvent, span: Span) -> scalars.Scalar | Broken:
        try:
            if event.tag is not None:
                return scalars.resolve_tagged(event.tag, event.value)
            return event.value if event.style else scalars.resolve(event.value)
        except scalars.BadNumberError as error:
            hint = "write an ordinary number such as 8 or 7.5; quotes make a text"
            self._add("VS051", span, f"'{event.value[:40]}' {error}", hint)
        except scalars.BadTagError as error:
            hint = "remove the tag, or put the whole text in quotes if it begins with !"
            self._add("VS053", span, str(error), hint)
        return BROKEN

    def _without_blank_end(self, span: Span) -> Span:
        """A block text without the blank lines that the parser counts to it."""
        line = min(span[2], len(self.lines) - 1)
        if span[3] == 0 and line > span[0]:
            line -= 1
        while line > span[0] and not self.lines[line].strip():
            line -= 1
        return (*span[:2], line, len(self.lines[line]))

    def _open(self, event: yaml.CollectionStartEvent) -> None:
        span = _span(event)
        if len(self._frames) >= MAX_DEPTH:
            raise self._too_deep(span, "")
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        node = Node({}, span, keys={}) if is_mapping else Node([], span, items=[])
        is_broken = event.tag not in (None, "!", scalars.MAP_TAG if is_mapping else scalars.SEQ_TAG)
        if is_broken:
            tag = scalars.short_tag(str(event.tag))
            self._add("VS053", span, f"the tag {tag} is not read here", "remove the tag")
        if event.anchor:
            self._anchors[event.anchor] = None
        owner, is_private = None, False
        if self._frames:
            above = self._frames[-1]
            owner = above.owner if above.key is None else above.key
            is_private = above.is_private or (owner or "").startswith("x-")
        frame = _Frame(node, event.anchor, bool(event.flow_style), is_private, is_broken, owner, span[2:])
        self._frames.append(frame)

    def _close(self, event: yaml.CollectionEndEvent) -> None:
        frame = self._frames.pop()
        node = frame.node
        for merged in frame.merges:
            _merge(node, merged)
        children = node.items if node.keys is None else [child for _, child in node.keys.values()]
        for child in children or ():
            node.size += child.size
            node.height = max(node.height, child.height)
        node.height += 1
        # The parser ends a block where the next thing begins; people see its end where its last value ends.
        end = _span(event)[2:] if frame.is_flow else frame.end
        node.span = (*node.span[:2], *end)
        if frame.is_broken:
            node = Node(BROKEN, node.span, size=node.size, height=node.height)
        if frame.anchor:
            self._anchors[frame.anchor] = node
        self._attach(node, 1)

    def _alias(self, event: yaml.AliasEvent) -> None:
        span, name = _span(event), event.anchor or ""
        target = self._anchors.get(name)
        if target is None:
            why = "is used inside itself" if name in self._anchors else "is not defined above"
            hint = f"define it first with &{name}, or put the whole text in quotes if it begins with a star"
            self._add("VS055", span, f"the anchor *{name} {why}", hint)
            self._attach(Node(BROKEN, span), 1)
            return
        if len(self._frames) + target.height > MAX_DEPTH:
            raise self._too_deep(span, f" through *{name}")
        self._attach(replace(target, span=span, is_plain_text=False), target.size)

    def _attach(self, node: Node, values: int, *, is_merge: bool = False) -> None:
        """Put a finished value where it belongs; ``values`` is what it adds to the count."""
        self._values += values
        if self._values > MAX_VALUES:
            message = (
                f"the file holds more than {MAX_VALUES:,} values, anchors (*name) counted where they are used"
            )
            raise self._refusal("VS050", node.span, message, "split the film, or repeat less through anchors")
        if not self._frames:
            self.root = node
            return
        frame = self._frames[-1]
        if frame.node.items is not None:
            frame.node.items.append(node)
            frame.node.value.append(node.value)
            self._look_behind(frame, node, None)
        elif frame.key is None:
            self._take_key(frame, node, is_merge)
        else:
            self._take_value(frame, node, frame.key)
            frame.key = None
        frame.end = node.span[2:]

    def _take_key(self, frame: _Frame, node: Node, is_merge: bool) -> None:
        key = node.value
        frame.key, frame.key_span = _DROPPED, node.span
        if is_merge:
            frame.key = _MERGE
        elif isinstance(key, str):
            if (first := (frame.node.keys or {}).get(key)) is None:
                frame.key = key
            else:
                message = f"'{key}' is already on line {first[0][0] + 1}"
                self._add("VS006", node.span, message, "remove one of the two, or merge them")
        elif key is not BROKEN:
            self._add("VS052", node.span, *_about_key(node))

    def _take_value(self, frame: _Frame, node: Node, key: str) -> None:
        is_empty = node.value is None and node.span[:2] == node.span[2:]
        if is_empty:
            # The parsers disagree on where nothing stands.
            node.span = (*frame.key_span[2:], *frame.key_span[2:])
        if key is _MERGE:
            self._take_merge(frame, node)
        elif key is not _DROPPED and not (is_empty and self._is_cut_by_comma(frame, key)):
            assert frame.node.keys is not None
            frame.node.keys[key] = (frame.key_span, node)
            frame.node.value[key] = node.value
            self._look_behind(frame, node, key)
            frame.last_was_text = node.is_plain_text

    def _take_merge(self, frame: _Frame, node: Node) -> None:
        for target in [node] if node.items is None else node.items:
            if target.keys is not None:
                frame.merges.append(target)
            elif target.value is not BROKEN:
                hint = "write '<<: *name' where &name marks a block of keys"
                self._add("VS056", target.span, "'<<' merges a block of keys, and this is none", hint)

    def _is_cut_by_comma(self, frame: _Frame, key: str) -> bool:
        if not frame.is_flow:
            return False
        behind = prose.behind_key(self.lines, frame.key_span)
        if behind[:1] == ":" and behind[1:] and behind[1:] in ",[]{}":
            line, column = frame.key_span[2:]
            colon = unspaced_colon(line, self.lines[line].index(":", column))
            raise RefusedError(as_problem(colon, self.lines, self._display))
        if frame.is_private or not frame.last_was_text or behind[:1] == ":" or not behind:
            return False
        if not frame.is_cut:
            message = f"the text before ends at the comma, and '{key}' is read as a key"
            self._add("VS009", frame.key_span, message, "put the whole text in quotes")
        frame.is_cut = True
        return True

    def _look_behind(self, frame: _Frame, node: Node, key: str | None) -> None:
        """Warn when a sentence goes on behind a #."""
        if not node.is_plain_text or frame.is_private or not prose.is_prose(key, frame.owner):
            return
        if (cut := prose.cut_by_comment(self.lines, node.span)) is not None:
            rest, span = cut
            message = f"'{rest[:40]}' is read as a comment and is no part of the text before it"
            hint = "put the whole text in quotes; write a comment with two spaces before # and one behind it"
            self._add("VS054", span, message, hint)

    def _add(self, code: str, span: Span, message: str, hint: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem(code, where(self._display, span), message, hint))

    def _refusal(self, code: str, span: Span, message: str, hint: str) -> RefusedError:
        return RefusedError(problem(code, where(self._display, span), message, hint))

    def _too_deep(self, span: Span, how: str) -> RefusedError:
        return self._refusal(
            "VS050", span, f"nested deeper than {MAX_DEPTH} levels{how}", "flatten the nesting here"
        )


def _span(event: yaml.Event) -> Span:
    start: Any = event.start_mark
    end: Any = event.end_mark
    return (start.line, start.column, end.line, end.column)


def _merge(node: Node, merged: Node) -> None:
    """Take over what ``<<`` names; keys of the block itself win, places stay at the anchor."""
    assert node.keys is not None and merged.keys is not None
    for key, entry in merged.keys.items():
        if key not in node.keys:
            node.keys[key] = entry
            node.value[key] = entry[1].value


def _about_key(node: Node) -> tuple[str, str]:
    if node.keys is not None or node.items is not None:
        return "a block or list stands where a key is expected", "a text needs quotes around the whole of it"
    if node.value is None:
        return "a key is missing before the colon", "write a name before the colon"
    return f"the key {node.written} is not text", f'put it in quotes: "{node.written}"'
