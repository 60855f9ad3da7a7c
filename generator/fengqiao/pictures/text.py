"""Widths and line breaks of short texts in a picture, without a font at hand.

Widths are upper estimates in px: what is said to fit does fit in the usual CJK sans fonts.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

# W3C, Requirements for Chinese Text Layout: what may not begin or end a line.
_CLOSING = frozenset("、，。．；：！？）》〉」』】〕〗”’…—～·,.;:!?)]}%％℃°")
_OPENING = frozenset("（《〈「『【〔〖“‘([{")
_SPACING = 0.125  # em that a browser may put between Han and Latin (text-autospace)
_CONNECTIVES = frozenset(("或", "及", "与", "并", "或者", "以及", "并且"))
_LONGEST_WORD = 12  # em: a Latin word up to here widens the line instead of being cut
# Advances in em of the semibold Latin of Noto Sans CJK, rounded up by class.
_LATIN = (
    dict.fromkeys("ijlItf.,:;'|!-()[]{}/\\", 0.42)
    | dict.fromkeys("rsczJx*?", 0.56)
    | dict.fromkeys("mwMW@%", 1.0)
)


def clean(text: str) -> str:
    """`text` with runs of white space as one space, without what XML 1.0 cannot hold."""
    kept = (c for c in text if c in "\t\n\r" or (c >= "\x20" and not _is_illegal(c)))
    return " ".join("".join(kept).split())


def _is_illegal(char: str) -> bool:
    return "\ud800" <= char <= "\udfff" or char in "\ufffe\uffff" or "\x7f" <= char <= "\x9f"


def width(text: str, size: float) -> float:
    """Width of one line in px at a font size of `size` px."""
    total = sum(_advance(c) for c in text)
    joins = sum(_is_join(a, b) for a, b in pairwise(text))
    return (total + joins * _SPACING) * size


@lru_cache(maxsize=4096)
def _advance(char: str) -> float:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0.0
    if _is_wide(char):
        return 1.4 if char >= "\U0001f000" and char < "\U00020000" else 1.0
    if char == " ":
        return 0.32
    return _LATIN.get(char, 0.77 if char.isupper() else 0.65)


@lru_cache(maxsize=4096)
def _is_wide(char: str) -> bool:
    # Ambiguous characters (“ ” — · ①) are full-width in CJK fonts; combining marks never are.
    return unicodedata.east_asian_width(char) in ("W", "F", "A")


def _is_join(left: str, right: str) -> bool:
    return _is_wide(left) != _is_wide(right) and left.isalnum() and right.isalnum()


@lru_cache(maxsize=1024)
def wrap(text: str, size: float, budget: float, most: int) -> tuple[str, ...]:
    """Break `text` into as few lines as `budget` px allow, at most `most`, where it reads well.

    Lines become wider than the budget only where `most` lines or one Latin word need it. Words
    and numbers with their unit stay whole, closing punctuation never begins a line, and lines are
    of about the same length.
    """
    text = clean(text)
    if not text:
        return ()
    units = tuple(_units(text))
    longest = max(width(u.strip(), size) for u in units)
    limit = max(budget, min(longest, _LONGEST_WORD * size))
    while len(lines := _fill(units, size, limit)) > most:
        limit += size / 2
    if len(lines) == 1 or longest > limit:
        return lines
    return _best(units, size, limit, len(lines))


def _fill(units: tuple[str, ...], size: float, limit: float) -> tuple[str, ...]:
    """Lines as full as can be; a unit that is too long for any is cut."""
    lines: list[str] = []
    line = ""
    for unit in units:
        if width((line + unit).rstrip(), size) <= limit:
            line += unit
            continue
        if line.strip():
            lines.append(line.rstrip())
        line = unit
        while width(line.rstrip(), size) > limit and len(line.rstrip()) > 1:
            cut = _longest_prefix(line, size, limit)
            lines.append(line[:cut])
            line = line[cut:]
    if line.strip():
        lines.append(line.rstrip())
    return tuple(lines)


def _longest_prefix(text: str, size: float, limit: float) -> int:
    cut = 1
    while cut + 1 < len(text) and width(text[: cut + 1], size) <= limit:
        cut += 1
    return cut


def _best(units: tuple[str, ...], size: float, limit: float, count: int) -> tuple[str, ...]:
    """The cheapest way to set `units` in `count` lines: uneven lines and poor breaks cost."""
    costs = _break_costs(units)
    # ways[n]: cost and lines of setting the first n units in as many lines as rounds have passed
    ways: dict[int, tuple[float, tuple[str, ...]]] = {0: (0.0, ())}
    for _ in range(count):
        longer: dict[int, tuple[float, tuple[str, ...]]] = {}
        for start, (cost, lines) in ways.items():
            for end in range(start + 1, len(units) + 1):
                line = "".join(units[start:end]).rstrip()
                em = width(line, size) / size
                if em * size > limit:
                    break
                total = cost + em * em + costs[end]
                if end not in longer or total < longer[end][0]:
                    longer[end] = (total, (*lines, line))
        ways = longer
    return ways[len(units)][1]


def _break_costs(units: tuple[str, ...]) -> list[int]:
    """Cost, in squared em, of a line break before each unit; the last is the end of the text.

    Most Chinese words have two characters: counted from the last sign or connective, a break after
    an even number of characters rarely cuts a word. That needs no dictionary and is often right.
    """
    costs, run, before = [0], 0, ""
    for unit, following in zip(units, (*units[1:], ""), strict=True):
        connects = unit in _CONNECTIVES or before + unit in _CONNECTIVES
        counts = len(unit) == 1 and _is_wide(unit) and not connects
        run = run + 1 if counts else 0
        if unit + following in _CONNECTIVES:
            cost = 12
        elif following in _CONNECTIVES:
            cost = 1
        elif counts:
            cost = 12 if run % 2 else 2
        else:
            cost = 0
        costs.append(cost if following else 0)
        before = unit
    return costs


def _units(text: str) -> Iterator[str]:
    """Pieces between two chances to break; their concatenation is `text`."""
    unit = ""
    for here, char in enumerate(text):
        unit += char
        following = text[here + 1 : here + 2]
        if not following or _breaks(unit, following):
            yield unit
            unit = ""


def _breaks(unit: str, following: str) -> bool:
    last = unit[-1]
    if following == " " or following in _CLOSING or last in _OPENING:
        return False
    if last in "’'" or following in "’'":
        return last.isspace() or (_is_wide(unit[-2:-1] or "x") and last in "’'")
    if unicodedata.combining(following) or "Cf" in map(unicodedata.category, (last, following)):
        return False
    if last == " ":
        # “30 日” keeps together: a number and its unit are read as one.
        return not (unit[-2:-1].isdigit() and _is_wide(following))
    if _is_wide(last) or _is_wide(following):
        return not (last.isdecimal() and _is_wide(following))
    return last in "-/" and following.isalpha() and len(unit) > 1
