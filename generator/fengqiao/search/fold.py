"""Fold a text so that spellings of the same thing become equal: one table, Python and browser.

A folded text consists of *Han* (code points compared one by one) and *word* characters (letters
and digits of all other scripts). Whatever separates is dropped, except between two word
characters, where one space stays: ``"1-2 月，調解"`` → ``"1 2月调解"``.

The table maps each code point by itself — compatibility forms (NFKD, general diacritics dropped),
case, traditional → simplified by single characters, never by phrase — so that both sides need no
Unicode library of the same version, composed and decomposed spellings agree, and an offset map is
exact. Folding twice changes nothing.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from typing import Final

import opencc

HAN_RANGES: Final[tuple[tuple[int, int], ...]] = (
    (0x2E80, 0x2FDF),  # radicals
    (0x3005, 0x3005),  # 々
    (0x3007, 0x3007),  # 〇
    (0x3400, 0x4DBF),  # Extension A
    (0x4E00, 0x9FFF),
    (0xE000, 0xFAFF),  # private use (rare characters of names in older systems), compatibility
    (0x20000, 0x3FFFF),  # Extensions B and later
    (0xF0000, 0x10FFFF),  # private use
)
"""Code points treated as Han, inclusive; by range, so that characters newer than this Python's
Unicode data are Han as well."""

HAN: Final = "".join(f"{chr(first)}-{chr(last)}" for first, last in HAN_RANGES)
"""The inside of a regular expression's character class."""

_HAN_BOUNDS: Final = [bound for first, last in HAN_RANGES for bound in (first, last + 1)]

_DIACRITICS: Final = frozenset(
    code
    for first, last in (
        (0x300, 0x36F),
        (0x1AB0, 0x1AFF),
        (0x1DC0, 0x1DFF),
        (0x20D0, 0x20FF),
        (0x3099, 0x309A),
        (0xFE20, 0xFE2F),
    )
    for code in range(first, last + 1)
)
"""Marks that fold away; vowel signs of scripts that write vowels as marks stay."""
_SELECTORS: Final = frozenset(
    (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
)
_HANGUL: Final = range(0xAC00, 0xD7A4)
_MAPPED: Final = range(0x323B0)  # nothing above it changes but the ignorables of plane 14
_IGNORABLE_PLANE: Final = range(0xE0000, 0xE0200)

_WORD_GAP: Final = re.compile(rf" (?<=[^{HAN} ] ) *(?=[^{HAN} ])")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and, for each of its characters, where it came from: character ``i`` of
    ``text`` stands for ``source[starts[i]:ends[i]]``."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]


def fold(text: str) -> str:
    """``text`` folded. Line breaks separate as spaces do: fold one paragraph at a time."""
    spaced = text.translate(_TABLE)
    if " " not in spaced:
        return spaced
    return _WORD_GAP.sub("\n", spaced).replace(" ", "").replace("\n", " ")


def fold_with_offsets(text: str) -> Folded:
    """As ``fold``, with the way back to the source."""
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    gap = False
    for at, source in enumerate(text):
        for char in _TABLE[ord(source)]:
            if char == " ":
                gap = True
                continue
            if gap and out and not is_han(out[-1]) and not is_han(char):
                out.append(" ")
                starts.append(min(ends[-1], at))  # at: a gap inside one character, as in ½
                ends.append(at if starts[-1] < at else at + 1)
            gap = False
            out.append(char)
            starts.append(at)
            ends.append(at + 1)
    return Folded("".join(out), tuple(starts), tuple(ends))


def is_han(char: str) -> bool:
    """Whether one folded character is Han (else it is a word character or the space)."""
    return bool(bisect_right(_HAN_BOUNDS, ord(char)) & 1)


def contains(folded: str, needle: str) -> bool:
    """Whether the folded text contains the folded, non-empty ``needle``; letters and digits
    match from the start of their run (``113`` is in ``1136工作法``, ``136`` is not)."""
    at = folded.find(needle)
    if is_han(needle[0]):
        return at >= 0
    while at > 0 and folded[at - 1] != " " and not is_han(folded[at - 1]):
        at = folded.find(needle, at + 1)
    return at >= 0


@cache
def browser_table() -> dict[str, object]:
    """The same table for ``fold.js``: ``han`` and ``word`` are inclusive ranges flattened, the
    latter as differences; ``from``/``to`` pair single characters; ``many`` holds lines of one
    character and its replacement, empty for ignored ones. All else separates."""
    single: list[tuple[str, str]] = []
    many: list[str] = []
    words: list[int] = []
    for code in (*_MAPPED, *_IGNORABLE_PLANE):
        source = chr(code)
        han = is_han(source)
        if han and source not in _simplified() and not unicodedata.decomposition(source):
            continue
        target = _fold_character(source)
        if target == " ":
            continue
        if len(target) != 1:
            many.append(source + target)
        elif target != source:
            single.append((source, target))
        elif not han:
            if words and words[-1] == code - 1:
                words[-1] = code
            else:
                words += (code, code)
    return {
        "han": [bound for pair in HAN_RANGES for bound in pair],
        "word": [now - before for before, now in zip([0, *words], words, strict=False)],
        "from": "".join(pair[0] for pair in single),
        "to": "".join(pair[1] for pair in single),
        "many": "\n".join(many),
    }


class _Table(dict[int, str]):
    """Fills itself with the characters that occur: ``str.translate`` then runs at C speed."""

    def __missing__(self, code: int) -> str:
        folded = sys.intern(_fold_character(chr(code)))
        self[code] = folded
        return folded


_TABLE: Final = _Table()


def _fold_character(char: str) -> str:
    before = ""
    now = char
    while now != before:
        before, now = now, "".join(map(_fold_once, now))
    return "".join(map(_classify, now))


def _fold_once(char: str) -> str:
    if ord(char) in _HANGUL:
        return char
    folded = unicodedata.normalize("NFKD", char).casefold()
    simplified = _simplified()
    return "".join([simplified.get(part, part) for part in folded])


def _classify(char: str) -> str:
    code = ord(char)
    if code in _DIACRITICS or code in _SELECTORS:
        return ""
    if is_han(char):
        return char
    category = unicodedata.category(char)
    if category == "Cf":
        return ""
    return char if category[0] in "LMN" else " "


@cache
def _simplified() -> dict[str, str]:
    """Traditional → simplified for every single Han character that has another form.

    One call for all of them, a line each: opencc's phrases never cross a line.
    """
    chars = [
        chr(code)
        for first, last in HAN_RANGES
        for code in range(first, min(last + 1, _MAPPED.stop))
        if not 0xE000 <= code < 0xF900
    ]
    converted = opencc.OpenCC("t2s").convert("\n".join(chars)).split("\n")
    return {old: new for old, new in zip(chars, converted, strict=True) if old != new}
