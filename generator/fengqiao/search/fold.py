"""Fold a text so that spellings of the same thing become equal: one table, Python and browser.

A folded text consists of *Han* (code points compared one by one) and *word* characters (letters
and digits of all other scripts). Whatever separates is dropped, except between two word
characters, where one space stays: ``"1-2 月，調解"`` → ``"1 2月调解"``.

The table maps each code point by itself — compatibility forms (NFKD, general diacritics dropped),
case, traditional → simplified by single characters, never by phrase — so that composed and
decomposed spellings agree and an offset map is exact. Folding twice changes nothing. It is a file,
``fold_table.json``, made by ``scripts/fold_table.py``: what a site holds does not depend on the
Unicode data of the Python that built it.

``fold`` does one text; ``fold_all`` does many at once, as arrays, for the index.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import accumulate
from typing import Any, Final

from fengqiao.search.arrays import Codes, Mask, Places, codes_of, np

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

_CODE_POINTS: Final = 0x110000
_SEPARATOR: Final = ord(" ")
_SEVERAL: Final = 0xFFFFFFFF  # stands for none or several characters

_WORD_GAP: Final = re.compile(rf" (?<=[^{HAN} ] ) *(?=[^{HAN} ])")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and, for each of its characters, where it came from: character ``i`` of
    ``text`` stands for ``source[starts[i]:ends[i]]``."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class FoldedTexts:
    """Many folded texts end to end, as code points."""

    codes: Codes
    han: Mask
    """Of each code whether it is Han."""
    ends: Places
    """Of each text the place after its last code."""


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


def fold_all(texts: Sequence[str]) -> FoldedTexts:
    """``fold`` for each of ``texts``, in one pass."""
    arrays = _arrays()
    source = codes_of("".join(texts))
    codes = arrays.target[source]
    lengths = np.fromiter(map(len, texts), np.intp, len(texts))
    ends = np.cumsum(lengths)
    if np.any(codes == _SEVERAL):
        codes, ends = _spell_out(source, codes, ends)
    kept = np.flatnonzero(codes != _SEPARATOR)
    codes = codes[kept]
    ends = np.searchsorted(kept, ends)
    han = arrays.han[codes]
    words = np.flatnonzero(~han)
    # Two word characters that stand side by side now and did not before, of the same text.
    apart = (words[1:] == words[:-1] + 1) & (kept[words[1:]] != kept[words[:-1]] + 1)
    gaps = words[1:][apart]
    gaps = gaps[np.searchsorted(ends, gaps - 1, "right") == np.searchsorted(ends, gaps, "right")]
    if gaps.size:
        codes = np.insert(codes, gaps, np.uint32(_SEPARATOR))
        han = np.insert(han, gaps, False)
        ends += np.searchsorted(gaps, ends)
    return FoldedTexts(codes, han, ends)


def _spell_out(source: Codes, codes: Codes, ends: Places) -> tuple[Codes, Places]:
    """Replace each ``_SEVERAL`` by the characters, or by the nothing, that its source folds to."""
    at = np.flatnonzero(codes == _SEVERAL)
    spelled = [_TABLE[code] for code in source[at].tolist()]
    copies = np.ones(codes.size, np.intp)
    copies[at] = list(map(len, spelled))
    after = np.concatenate(([0], np.cumsum(copies)))
    codes = np.repeat(codes, copies)
    codes[codes == _SEVERAL] = codes_of("".join(spelled))
    return codes, after[ends]


@cache
def browser_table() -> dict[str, Any]:
    """The table, as ``fold.js`` reads it: ``han`` and ``word`` are inclusive ranges flattened, the
    latter as differences; ``from``/``to`` pair single characters; ``many`` holds lines of one
    character and its replacement, empty for ignored ones. All else separates."""
    file = resources.files("fengqiao.search") / "fold_table.json"
    table: dict[str, Any] = json.loads(file.read_text(encoding="ascii"))
    return table


class _Table(dict[int, str]):
    """Fills itself with the characters that occur: ``str.translate`` then runs at C speed."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = _replacements().get(char)
        if folded is None:
            known = is_han(char) or bisect_right(_word_bounds(), code) & 1
            folded = char if known else " "
        self[code] = folded
        return folded


_TABLE: Final = _Table()


@cache
def _replacements() -> dict[str, str]:
    table = browser_table()
    many = {line[0]: line[1:] for line in table["many"].split("\n")}
    return dict(zip(table["from"], table["to"], strict=True)) | many


@cache
def _word_bounds() -> list[int]:
    """Ranges of word characters that stay as they are, half open, flattened."""
    return [bound + at % 2 for at, bound in enumerate(accumulate(browser_table()["word"]))]


@dataclass(frozen=True, slots=True)
class _Arrays:
    """The table by code point."""

    target: Codes
    han: Mask


@cache
def _arrays() -> _Arrays:
    target = np.full(_CODE_POINTS, _SEPARATOR, np.uint32)
    han = np.zeros(_CODE_POINTS, np.bool_)
    for first, last in HAN_RANGES:
        han[first : last + 1] = True
        target[first : last + 1] = np.arange(first, last + 1)
    words = _word_bounds()
    for first, end in zip(words[::2], words[1::2], strict=True):
        target[first:end] = np.arange(first, end)
    for char, folded in _replacements().items():
        target[ord(char)] = ord(folded) if len(folded) == 1 else _SEVERAL
    return _Arrays(target, han)
