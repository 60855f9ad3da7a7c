"""``[[kind/id]]`` in the hand-written pages: found, checked and replaced; code is left alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

from fengqiao.casebook import Casebook
from fengqiao.diagnostics import Diagnostic
from fengqiao.link import INLINE, fault_of, inline_ref, str_of
from fengqiao.record import Audience, Ref
from fengqiao.where import Where

_FENCED = r"^ {0,3}(?P<fence>`{3,}|~{3,})[^\n]*\n.*?(?:^ {0,3}(?P=fence)|\Z)"
_SPAN = r"(?P<tick>`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=tick)(?!`)"
_CODE_OR_LINK = re.compile(
    rf"(?P<code>{_FENCED}|{_SPAN})|{INLINE.pattern}", re.MULTILINE | re.DOTALL
)
_SPECIAL = frozenset("&<>\"'\\`*_[]()!~^=|{}#")
_FRONT_MATTER = re.compile(r"---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*\n", re.DOTALL)


def faults(
    path: str, source: str, casebook: Casebook, broken: Collection[str]
) -> Iterator[Diagnostic]:
    """What is wrong with the links in the file ``path``, whose whole text is ``source``. Its
    readers are the public: every edition shows it.
    ``broken`` are keys of records that exist but could not be parsed."""
    front = _FRONT_MATTER.match(source)
    for match in _CODE_OR_LINK.finditer(source, front.end() if front else 0):
        if match["code"] is not None:
            continue
        ref = _ref(match) or Ref("", _written(match)[0])
        line = source.count("\n", 0, match.start()) + 1
        column = match.start() - source.rfind("\n", 0, match.start())
        where = Where(path, line, column)
        fault = fault_of(casebook, ref)
        record = casebook.get(ref)
        if fault and ref.key not in broken:
            code, guess = fault
            yield Diagnostic(where, code, {"ref": str_of(ref)}, guess)
        elif record is not None and record.sealed():
            yield Diagnostic(where, "names-sealed", {"ref": ref})
        elif record is not None and record.visible_to() is not Audience.PUBLIC:
            values = {"ref": ref, "own": Audience.PUBLIC, "other": record.visible_to()}
            yield Diagnostic(where, "names-less-public", values)


def replaced(markdown: str, link: Callable[[Ref], str]) -> str:
    """``markdown`` with every link as ``link`` writes it; what is not written like one stays."""

    def write(match: re.Match[str]) -> str:
        ref = None if match["code"] is not None else _ref(match)
        return match[0] if ref is None else link(ref)

    return _CODE_OR_LINK.sub(write, markdown) if "[[" in markdown else markdown


def escaped(text: str) -> str:
    """``text`` as Markdown prints it: letter by letter, neither tags nor emphasis."""
    return "".join(f"&#{ord(letter)};" if letter in _SPECIAL else letter for letter in text)


def _written(match: re.Match[str]) -> tuple[str, str | None]:
    """Target and text: the last two groups, behind those for code."""
    target, text = match.groups()[-2:]
    return str(target), text


def _ref(match: re.Match[str]) -> Ref | None:
    return inline_ref(*_written(match))
