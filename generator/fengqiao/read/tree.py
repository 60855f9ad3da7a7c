"""Text to tree: built from the event stream of YAML, with everything refused that a record never
needs and that can blow up, hide or surprise.

The composers of both parsers follow aliases and recurse; their event streams do neither. Scalars
stay the text that the author wrote: the models give them types, YAML 1.1 would turn ``no``,
``12:30:45`` or an 18-digit number into something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias, cast

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from fengqiao.messages import Value
from fengqiao.read.text import position, read_text, unclean
from fengqiao.where import KeyPath

Record: TypeAlias = "dict[str, Tree]"
Tree: TypeAlias = "dict[str, Tree] | list[Tree] | str | None"

MAX_DEPTH = 20
"""Mappings and lists inside one another, the root counted."""

PARSER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""libyaml where PyYAML was built with it, else the slow one in Python: same trees, same faults."""

_DIRECTIVE = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?[\r\n])*%")


class Refused(Exception):  # noqa: N818 -- never leaves this package
    """The first thing in a text that may not stand there; line and column count from 1."""

    def __init__(self, code: str, line: int, column: int, **values: Value) -> None:
        super().__init__(code)
        self.code, self.line, self.column, self.values = code, line, column, values


def build(text: str) -> Tree:
    """The tree of the one document in a clean ``text``: dicts, lists, strings, and ``None`` for a
    value left empty. Raises :class:`Refused` at the first violation and ``yaml.YAMLError`` (the
    parser in Python also ``ValueError``) where the text is no YAML."""
    directive = _DIRECTIVE.match(text)
    if directive:
        raise Refused("directive", *position(text, directive.end() - 1))
    may_escape = "\\" in text
    document: list[Tree] = []  # the root goes where an item of a list would
    node: Any = document  # the mapping or list being filled
    key: str | None = None  # the key that waits for its value
    above: list[Any] = []
    for event in yaml.parse(text, Loader=PARSER):
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
        elif kind is DocumentStartEvent:
            if document:
                raise _refused("several-documents", event)
            if event.version or event.tags:
                raise _refused("directive", event)
    return document[0] if document else None


def locate(data: bytes, keys: KeyPath, *, key: bool = False) -> tuple[int, int]:
    """Line and column, from 1, of the value at ``keys`` in a file that could be read (of its key
    with ``key=True``; an empty value stands where its key does). Where the way ends early, the
    nearest parent. Reads the file again: for faults only."""
    text, _ = read_text(data, "")
    return _locate(text or "", keys, key=key)


def _locate(text: str, keys: KeyPath, *, key: bool) -> tuple[int, int]:
    place = (1, 1)
    events = iter(yaml.parse(text, Loader=PARSER))
    try:
        for event in events:
            if type(event) is DocumentStartEvent:
                break
        event = next(events)
        place = _mark(event)
        for at, wanted in enumerate(keys):
            found = _child(events, event, wanted)
            if found is None:
                break
            of_key, event = found
            empty = type(event) is ScalarEvent and not event.value and not event.style
            place = _mark(of_key if key or empty else event)
    except (yaml.YAMLError, ValueError, StopIteration):
        pass  # the part before the fault has been walked; the nearest place so far is the answer
    return place


def _child(
    events: Iterator[Event], parent: Event, wanted: str | int
) -> tuple[Event, Event] | None:
    """The events of the key (or, in a list, of the item) and of the value at ``wanted``."""
    if type(parent) is MappingStartEvent:
        for event in events:
            if type(event) is MappingEndEvent:
                return None
            if type(event) is ScalarEvent and event.value == wanted:
                return event, next(events)
            _skip(events, event)
            _skip(events, next(events))
    elif type(parent) is SequenceStartEvent:
        for index, event in enumerate(events):
            if type(event) is SequenceEndEvent:
                return None
            if index == wanted:
                return event, event
            _skip(events, event)
    return None


def _skip(events: Iterator[Event], event: Event) -> None:
    """Past the end of the value that ``event`` starts."""
    depth = 0
    while True:
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth <= 0:
            return
        event = next(events)


def _mark(event: Event) -> tuple[int, int]:
    # libyaml counts code points and takes \r\n for one break, and so does the parser in Python
    return event.start_mark.line + 1, event.start_mark.column + 1


def _refused(code: str, event: Event, **values: Value) -> Refused:
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
        line, _ = _locate(text, (*cast(KeyPath, tuple(way)), key), key=True)
        raise _refused("duplicate-key", event, key=key, first=line)


def _check_escapes(value: str, event: Event) -> None:
    """What a file may not hold may not come from an escape (``"\\u202e"``) either."""
    found = unclean(value)
    if found:
        raise _refused(found[0].code, event, **found[0].values)
