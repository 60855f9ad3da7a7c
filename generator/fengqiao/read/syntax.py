"""Why a text is no YAML, in the words of the person who has to mend it.

A parser says where it stopped and what it missed there; the cause often stands before that, and is
mostly one of a dozen: a full-width colon, no blank after the colon, a tab, a quotation mark left
open. The rules below know both parsers' wordings, so that either leads to the same diagnostic.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import yaml

from fengqiao.messages import Value
from fengqiao.read.text import points, position, split_lines
from fengqiao.read.tree import Refused

Spot = tuple[int, int]
"""Line and column, both from 0, as the parsers count."""

_STOPS = r"""\s:：,，。；;、'"“”‘’(（)）\[\]{}<>《》"""
_LEAD_AND_NAME = rf"[ \t]*(?:- +)*(?![-&*!|%@`#?\d]|https?:)([^{_STOPS}]{{1,40}})"
_WIDE_COLON = re.compile(rf"{_LEAD_AND_NAME}[ \t]*：")
_GLUED_COLON = re.compile(rf"{_LEAD_AND_NAME}:(?=[^\s:])")
_NO_CODE_POINT = re.compile(r"\\U(?!000|0010)[0-9A-Fa-f]{8}")


@dataclass(frozen=True, slots=True)
class _Stop:
    """Where a parser gave up (``at``), where the thing it was reading began, and its words."""

    lines: list[str]
    at: Spot
    begun: Spot
    problem: str
    context: str

    def character(self, spot: Spot) -> str:
        return self.lines[spot[0]][spot[1] : spot[1] + 1]

    @property
    def met(self) -> str:
        """The character that stopped it; empty at the end of a line."""
        return self.character(self.at)

    @property
    def before(self) -> str:
        """The line up to there."""
        return self.lines[self.at[0]][: self.at[1]]


def explain(error: Exception, text: str) -> Refused:
    """What to tell about ``error``, which a parser raised over ``text``, and where to look."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        lines = [*split_lines(text), ""]
        at = _not_past(lines, (error.problem_mark.line, error.problem_mark.column))
        mark = error.context_mark or error.problem_mark
        begun = _not_past(lines, (mark.line, mark.column))
        stop = _Stop(lines, at, begun, error.problem or "", error.context or "")
        for rule in _RULES:
            refused = rule(stop)
            if refused is not None:
                return refused
        return _refused("yaml-syntax", at, problem=stop.problem)
    wrong = _NO_CODE_POINT.search(text)  # the parser in Python hands such an escape to chr()
    if wrong:
        return Refused("yaml-escape", *position(text, wrong.start()), escape=wrong[0])
    return Refused("yaml-syntax", 1, 1, problem=str(error).partition("\n")[0])


def mistaken_colon(text: str, line: int) -> Refused | None:
    """The full-width colon, or the one without a blank, for which ``line`` (from 1) of a text that
    parsed became no field."""
    return _mistaken_colon(split_lines(text), line - 1)


def _refused(code: str, at: Spot, /, **values: Value) -> Refused:
    return Refused(code, at[0] + 1, at[1] + 1, **values)


def _not_past(lines: list[str], spot: Spot) -> Spot:
    """``spot``, or the end of the last line with something on it: nobody looks below that."""
    line, column = spot
    if any(one.strip() for one in lines[line:]):
        return spot
    while line > 0 and not lines[line].strip():
        line, column = line - 1, len(lines[line - 1].rstrip())
    return line, column


# ---------------------------------------------------------------- rules, the first that knows wins


def _tab(stop: _Stop) -> Refused | None:
    if stop.met == "\t" and ("tab" in stop.problem or "cannot start" in stop.problem):
        return _refused("yaml-tab", stop.at)
    return None


def _directive(stop: _Stop) -> Refused | None:
    if "directive" not in stop.context + stop.problem:
        return None
    # one before the first document is refused before any parser sees it
    second = "..." in stop.lines[: stop.begun[0]]
    return _refused("several-documents" if second else "directive", stop.begun)


def _tag(stop: _Stop) -> Refused | None:
    if "tag" not in stop.context and "tag handle" not in stop.problem:
        return None
    line, column = stop.begun
    return _refused("tag", stop.begun, name=stop.lines[line][column:].split(" ")[0])


def _quoted(stop: _Stop) -> Refused | None:
    if "quoted scalar" not in stop.context:
        return None
    if "unexpected" in stop.problem:
        return _refused("yaml-quote", stop.begun, quote=stop.character(stop.begun))
    start = stop.before.rfind("\\") if stop.met != "\\" else stop.at[1]
    escape = re.match(r"\\(?:U.{0,8}|u.{0,4}|x.{0,2}|.?)", stop.lines[stop.at[0]][start:])
    written = escape[0] if escape else ""
    if re.fullmatch(r"\\u[dD][89a-fA-F].{2}|\\U0000[dD][89a-fA-F].{2}", written):
        # as the tree says it where the parser in Python let the escape through
        lone = points(chr(int(written[2:], 16)))
        return _refused("surrogate-character", stop.begun, point=lone)
    return _refused("yaml-escape", (stop.at[0], start), escape=written)


def _reserved(stop: _Stop) -> Refused | None:
    if "scanning an a" in stop.context or "block scalar" in stop.context:
        # an anchor or alias without a name; | or > with text behind it
        return _refused("yaml-reserved", stop.begun, character=stop.character(stop.begun))
    if "cannot start" in stop.problem or "mapping keys are not" in stop.problem:
        return _refused("yaml-reserved", stop.at, character=stop.met)
    return None


def _colon(stop: _Stop) -> Refused | None:
    if "mapping values are not allowed" in stop.problem:
        return _colon_in_text(stop)
    if "could not find expected ':'" in stop.problem:
        known = _mistaken_colon(stop.lines, stop.begun[0])
        return known or _refused("yaml-no-colon", stop.begun)
    if stop.met == ":" and ("node content" in stop.problem or not stop.before.strip()):
        return _refused("empty-key", stop.at)
    return None


def _dash(stop: _Stop) -> Refused | None:
    return _refused("yaml-dash", stop.at) if "entries are not allowed" in stop.problem else None


def _bracket(stop: _Stop) -> Refused | None:
    if stop.met in ("]", "}") and ("flow" not in stop.context or "node content" in stop.problem):
        return _refused("yaml-bracket-extra", stop.at, bracket=stop.met)
    if "flow" not in stop.context:
        return None
    spot = stop.begun
    if stop.character(spot) not in ("[", "{"):  # it stopped where a value should have begun
        spot = stop.at[0], max(stop.before.rfind("["), stop.before.rfind("{"))
        if spot[1] < 0 or stop.met.strip():
            return None
    opened = stop.character(spot)
    close = "]" if opened == "[" else "}"
    return _refused("yaml-bracket", spot, opened=opened, close=close, line=stop.at[0] + 1)


def _content(stop: _Stop) -> Refused | None:
    if "node content" in stop.problem and stop.met.strip():
        return _refused("yaml-reserved", stop.at, character=stop.met)
    return None


def _trailing(stop: _Stop) -> Refused | None:
    before = stop.before.rstrip()
    if before.endswith(("'", '"', "]", "}")):
        return _refused("yaml-trailing-text", stop.at, after=before[-1])
    return None


def _indent(stop: _Stop) -> Refused | None:
    # a key, a dash or the end of the document was expected: the line stands in the wrong column
    if "expected" not in stop.problem:
        return None
    return _mistaken_colon(stop.lines, stop.at[0]) or _refused("yaml-indent", stop.at)


_RULES: tuple[Callable[[_Stop], Refused | None], ...] = (
    _tab,
    _directive,
    _tag,
    _quoted,
    _reserved,
    _colon,
    _dash,
    _bracket,
    _content,
    _trailing,
    _indent,
)


def _colon_in_text(stop: _Stop) -> Refused:
    """A ``: `` met in the middle of a text: it belongs to the text, or an earlier line failed to
    become a field and took this one in."""
    if ": " in stop.before:
        return _refused("yaml-colon-in-text", stop.at)
    cause, taken_in = None, False
    for above in range(stop.at[0] - 1, -1, -1):
        if not _has_content(stop.lines[above]):
            continue
        taken_in = True
        earlier = _mistaken_colon(stop.lines, above)
        if earlier is None:
            break
        cause = earlier
    if cause is not None:
        return cause
    if not taken_in:
        return _refused("yaml-colon-in-text", stop.at)
    return _refused("yaml-indent", (stop.at[0], len(stop.before) - len(stop.before.lstrip(" "))))


def _mistaken_colon(lines: list[str], at: int) -> Refused | None:
    for code, pattern in (("yaml-wide-colon", _WIDE_COLON), ("yaml-glued-colon", _GLUED_COLON)):
        match = pattern.match(lines[at])
        if match:
            column = match.end() - 1
            return _refused(code, (at, column), key=match[1])
    return None


def _has_content(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#") and line.strip() != "---"
