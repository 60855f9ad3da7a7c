"""Text to tree: built from the event stream of YAML, with everything refused that a record never
needs and that can blow up, hide or surprise.

The composers of both parsers follow aliases and recurse; their event streams do neither. Scalars
stay the text that the author wrote: the models give them types, YAML 1.1 would turn ``no``,
``12:30:45`` or an 18-digit number into something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from fengqiao.messages import Value
from fengqiao.read.text import position, read_text, unclean
from fengqiao.where import KeyPath

Record: TypeAlias = "dict[str, Tree]"
Tree: TypeAlias = "dict[str, Tree] | list[Tree] | str | None"

Position: TypeAlias = tuple[int, int]
"""Line and column, both from 1 and in characters."""

MAX_DEPTH = 20
"""Mappings and lists inside one another, the root counted."""

PARSER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""libyaml where PyYAML was built with it, else the one in Python: slower, and stricter with tabs
between a colon and its value; otherwise the same trees and the same faults."""

_DIRECTIVE = re.compile(r"(?:[ \t]*+(?:#[^\r\n]*+)?+[\r\n])*+%")


class Refused(Exception):  # noqa: N818 -- never leaves this package
    """The first thing in a text that may not stand there; line and column count from 1."""

    def __init__(self, code: str, line: int, column: int, /, **values: Value) -> None:
        super().__init__(code)
        self.code, self.line, self.column, self.values = code, line, column, values


def build(text: str) -> Tree:  # noqa: PLR0912 -- the one hot loop: no calls
    """The tree of the one document in a clean ``text``: dicts, lists, strings, and ``None`` for a
    value left empty. Raises :class:`Refused` at the first violation and ``yaml.YAMLError`` (the
    parser in Python also ``ValueError`` or ``OverflowError``) where the text is no YAML."""
    directive = _DIRECTIVE.match(text)
    if directive:
        raise Refused("directive", *position(text, directive.end() - 1))
    may_escape = "\\" in text
    document: list[Tree] = []  # the root goes where an item of a list would
    node: Any = document  # the mapping or list being filled
    key: str | None = None  # the key that waits for its value
    above: list[Any] = []
    events: Iterator[Any] = yaml.parse(text, Loader=PARSER)
    for event in events:
        kind = type(event)
        if kind is ScalarEvent:
            if event.anchor is not None or event.tag is not None:
                raise _decorated(event)
            value: str = event.value
            if may_escape and event.style == '"':
                _check_escapes(value, event)
            if type(node) is list:
                node.append(value if value or event.style else None)
            elif key is None:
                key = value
                if not event.style or key in node:
                    _check_key(key, node, event, text, above)
            else:
                node[key] = value if value or event.style else None
                key = None
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            if event.anchor is not None or event.tag is not None:
                raise _decorated(event)
            if len(above) >= MAX_DEPTH:
                raise _refused("too-deep", event, most=MAX_DEPTH)
            inner: Tree = {} if kind is MappingStartEvent else []
            if type(node) is list:
                node.append(inner)
            elif key is None:
                raise _refused("key-not-text", event)
            else:
                node[key] = inner
                key = None
            above.append(node)
            node = inner
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            node = above.pop()
        elif kind is AliasEvent:
            raise _refused("alias", event, name=event.anchor)
        elif kind is DocumentStartEvent and document:
            raise _refused("several-documents", event)
    return document[0] if document else None


def locate(data: bytes, keys: KeyPath, *, key: bool = False) -> Position:
    """Where the value at ``keys`` stands in a file (its key with ``key=True``; a value left empty
    stands where its key does). Where the way ends early, the nearest parent. Reads the file again:
    for faults only; the last files asked for are remembered, as faults come in crowds."""
    known = _remembered(data)
    for end in range(len(keys), -1, -1):
        place = known.get(keys[:end])
        if place:
            return place[0 if key else 1]
    return 1, 1


@lru_cache(maxsize=4)
def _remembered(data: bytes) -> dict[KeyPath, tuple[Position, Position]]:
    text, _ = read_text(data, "")
    return places(text or "")


@dataclass(slots=True)
class _Open:
    """A mapping or list that :func:`places` is inside of."""

    path: KeyPath
    is_list: bool
    items: int = 0
    key: str | None = None  # waits for its value
    key_at: Position = (1, 1)


def places(text: str, until: KeyPath | None = None) -> dict[KeyPath, tuple[Position, Position]]:
    """Every way into the document, as far as it is a tree and up to the way ``until``: where its
    last key (in a list: its item) stands, and where its value does."""
    found: dict[KeyPath, tuple[Position, Position]] = {}
    above: list[_Open] = []
    try:
        for event in yaml.parse(text, Loader=PARSER):
            if isinstance(event, CollectionEndEvent):
                above.pop()
                continue
            if not isinstance(event, NodeEvent):
                continue
            at = key_at = _mark(event)
            path: KeyPath = ()
            if above and above[-1].is_list:
                path = (*above[-1].path, above[-1].items)
                above[-1].items += 1
            elif above and above[-1].key is None:
                if not isinstance(event, ScalarEvent):
                    break
                above[-1].key, above[-1].key_at = event.value, at
                continue
            elif above:
                path, key_at = (*above[-1].path, above[-1].key or ""), above[-1].key_at
                above[-1].key = None
            empty = isinstance(event, ScalarEvent) and not event.value and not event.style
            found.setdefault(path, (key_at, key_at if empty else at))
            if path == until:
                break
            if isinstance(event, CollectionStartEvent):
                if len(above) >= MAX_DEPTH:
                    break
                above.append(_Open(path, isinstance(event, SequenceStartEvent)))
    except (yaml.YAMLError, ValueError, OverflowError):
        pass  # what stands before the fault has been walked
    return found


def _mark(event: Any) -> Position:
    # libyaml counts code points and takes \r\n for one break, and so does the parser in Python
    return event.start_mark.line + 1, event.start_mark.column + 1


def _refused(code: str, event: Any, /, **values: Value) -> Refused:
    return Refused(code, *_mark(event), **values)


def _decorated(event: Any) -> Refused:
    """For a node with an anchor or a tag."""
    if event.anchor is not None:
        return _refused("anchor", event, name=event.anchor)
    tag = event.tag.replace("tag:yaml.org,2002:", "!!", 1)
    return _refused("tag", event, name=tag)


def _check_key(
    key: str, siblings: dict[str, Tree], event: Any, text: str, above: list[Any]
) -> None:
    """Raises :class:`Refused` for a key that may not be one."""
    if not event.style:
        if not key:
            raise _refused("empty-key", event)
        if key == "<<":
            raise _refused("merge-key", event)
        if key[0].isspace():  # YAML knows only the ASCII blank: others become part of the key
            raise _refused("yaml-wide-space", event)
    if key in siblings:
        way = [next(reversed(node)) if type(node) is dict else len(node) - 1 for node in above[1:]]
        first, _ = places(text, (*way, key))[(*way, key)]
        raise _refused("duplicate-key", event, key=key, first=first[0])


def _check_escapes(value: str, event: Any) -> None:
    """What a file may not hold may not come from an escape (``"\\u202e"``) either."""
    found = unclean(value)
    if found:
        raise _refused(found[0].code, event, **found[0].values)
