"""Postings: which units hold which terms. Arrays throughout; a term is never a Python object here
unless it is a word or a whole name.

Pairs, the bulk, are known by their *hash*, the CRC-32 of their four bytes (two UTF-16 code units,
as in the browser). The CRC of four bytes is one-to-one, so the hash stands for the pair itself
(``pairs_of`` leads back); its upper bits name the file that the pair stands in. Sorted by hash,
postings therefore lie in the order of the files, and any range of hashes merges and is written by
itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from fengqiao.search.arrays import Codes, Mask, NDArray, Places, np, text_of
from fengqiao.search.fold import FoldedTexts

_SURROGATES: Final = 0xD800
_SPACE: Final = 0x20
_LINE_END: Final = 0x0A


@dataclass(frozen=True, slots=True, eq=False)
class Lists:
    """Terms by number, ascending, and the units that hold each, ascending, end to end."""

    terms: Codes
    counts: Codes
    """How many of the units are each term's."""
    units: Codes | NDArray[np.uint16]

    @classmethod
    def gather(cls, terms: Codes, units: Codes) -> Lists:
        """From postings in any order, repeated or not."""
        both = _both(terms, units)
        both.sort()
        return cls._of(both[_changes(both)])

    @classmethod
    def merge(cls, parts: Iterable[tuple[Lists, Codes]]) -> Lists:
        """The postings of several chunks; each comes with the final numbers of its units."""
        joined = [np.empty(0, np.uint64)]
        for part, numbers in parts:
            joined.append(_both(np.repeat(part.terms, part.counts), numbers[part.units]))
        both = np.concatenate(joined)
        both.sort(kind="stable")  # this sort makes use of what is sorted already: each chunk
        return cls._of(both)

    @classmethod
    def _of(cls, both: NDArray[np.uint64]) -> Lists:
        terms = (both >> np.uint64(32)).astype(np.uint32)
        starts = np.flatnonzero(_changes(terms))
        counts = np.diff(starts, append=terms.size).astype(np.uint32)
        return cls(terms[starts], counts, both.astype(np.uint32))

    def compact(self) -> Lists:
        """The same in fewer bytes, where the units of a chunk are few, for the way to another
        process."""
        few = self.units.max(initial=0) <= np.iinfo(np.uint16).max
        return Lists(self.terms, self.counts, self.units.astype(np.uint16) if few else self.units)


def _both(terms: Codes, units: Codes) -> NDArray[np.uint64]:
    """Postings as one number each, which orders them by term, then by unit."""
    both = terms.astype(np.uint64)
    both <<= np.uint64(32)
    both |= units
    return both


def _changes(numbers: NDArray[Any]) -> Mask:
    """Whether each differs from the one before it; the first does."""
    changes = np.ones(numbers.size, np.bool_)
    np.not_equal(numbers[1:], numbers[:-1], out=changes[1:])
    return changes


@dataclass(frozen=True, slots=True, eq=False)
class PartialArea:
    """One chunk's share of an area; its units are numbered within the chunk."""

    per_document: Places
    """Units of each document."""
    pairs: Lists
    """By hash."""
    names: tuple[str, ...]
    """Terms that are no pairs."""
    named: Lists
    """By place in ``names``."""


def read_area(
    texts: FoldedTexts, unit_of_text: Places, per_document: Sequence[int], titles: bool
) -> PartialArea:
    """The terms of ``texts``, see ``index.py``. With ``titles`` each text is a title or a name,
    found by its first and single characters and as a whole as well."""
    lengths = np.diff(texts.ends, prepend=0)
    unit_of_code = np.repeat(unit_of_text.astype(np.uint32), lengths)
    hashes, units = _pairs(texts, unit_of_code)
    names, holders = _runs(texts, unit_of_code)
    if titles:
        more, held = _titles(texts, unit_of_text, unit_of_code)
        names += more
        holders += held
    numbers: dict[str, int] = {}
    numbered = [numbers.setdefault(name, len(numbers)) for name in names]
    named = Lists.gather(np.array(numbered, np.uint32), np.array(holders, np.uint32))
    return PartialArea(
        np.array(per_document, np.intp),
        Lists.gather(hashes, units).compact(),
        tuple(numbers),
        named.compact(),
    )


def _pairs(texts: FoldedTexts, unit_of_code: Codes) -> tuple[Codes, Codes]:
    """The hash of each two neighbours of which one is Han, and their unit."""
    codes, han, ends = texts.codes, texts.han, texts.ends
    if codes.max(initial=0) > 0xFFFF:
        copies = 1 + (codes > 0xFFFF)
        after = np.cumsum(copies)
        ends = np.concatenate(([0], after))[ends]
        han = np.repeat(han, copies)
        unit_of_code = np.repeat(unit_of_code, copies)
        high = after[copies == 2] - 2
        codes = np.repeat(codes, copies)
        beyond = codes[high] - 0x10000
        codes[high] = _SURROGATES + (beyond >> 10)
        codes[high + 1] = 0xDC00 + (beyond & 0x3FF)
    met = han[:-1] | han[1:]
    met[ends[(ends > 0) & (ends < codes.size)] - 1] = False
    at = np.flatnonzero(met)
    return hashes_of(codes[at], codes[at + 1]), unit_of_code[at]


def _runs(texts: FoldedTexts, unit_of_code: Codes) -> tuple[list[str], list[int]]:
    """Each run of letters and digits and its first character followed by ``*``."""
    at = np.flatnonzero(~texts.han & (texts.codes != _SPACE))
    if not at.size:
        return [], []
    first = np.ones(at.size, np.bool_)
    first[1:] = at[1:] != at[:-1] + 1
    first[np.isin(at, texts.ends)] = True
    starts = np.flatnonzero(first)
    runs = text_of(np.insert(texts.codes[at], starts[1:], np.uint32(_LINE_END))).split("\n")
    units = unit_of_code[at[starts]].tolist()
    return [*runs, *(f"{run[0]}*" for run in runs)], [*units, *units]


def _titles(
    texts: FoldedTexts, unit_of_text: Places, unit_of_code: Codes
) -> tuple[list[str], list[int]]:
    """Single Han characters, ``^`` and the first character, ``=`` and the whole."""
    # Beyond U+FFFF a single character is a pair already.
    single = texts.han & (texts.codes <= 0xFFFF)
    names = list(text_of(texts.codes[single]))
    units = unit_of_code[single].tolist()
    whole = text_of(texts.codes)
    start = 0
    for end, unit in zip(texts.ends.tolist(), unit_of_text.tolist(), strict=True):
        if start < end:
            names += (f"^{whole[start]}", f"={whole[start:end]}")
            units += (unit, unit)
        start = end
    return names, units


def hashes_of(first: Codes, second: Codes) -> Codes:
    """CRC-32 of pairs of UTF-16 code units, low byte first."""
    table = _crc_table()
    state = table[first ^ 0xFFFF] ^ 0xFFFF
    hashes: Codes = ~(state >> 16 ^ table[(state ^ second) & 0xFFFF])
    return hashes


def pairs_of(hashes: Codes) -> str:
    """The pairs with these hashes, each followed by a line end; lone surrogates are possible."""
    table, undo = _crc_table(), _crc_undo()
    index = undo[~hashes >> 16]
    first = undo[(~hashes ^ table[index]) & 0xFFFF]
    second = index ^ table[first] ^ 0xFFFF
    lines = np.full((hashes.size, 3), _LINE_END, "<u2")
    lines[:, 0] = first ^ 0xFFFF
    lines[:, 1] = second & 0xFFFF
    return lines.tobytes().decode("utf-16-le", "surrogatepass")


@cache
def _crc_table() -> Codes:
    """What each 16 low bits of the register do to it as they are shifted out."""
    table = np.arange(0x10000, dtype=np.uint32)
    for _ in range(16):
        table = np.where(table & 1, table >> 1 ^ np.uint32(0xEDB88320), table >> 1)
    return table


@cache
def _crc_undo() -> Codes:
    """The index of each entry of the table by its upper 16 bits, which all differ."""
    undo = np.empty(0x10000, np.uint32)
    undo[_crc_table() >> 16] = np.arange(0x10000, dtype=np.uint32)
    return undo
