"""Merging an area's postings and writing its buckets: files of terms whose hashes begin alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final

from fengqiao.search import shards
from fengqiao.search.arrays import Codes, NDArray, Places, np, starts_of, text_of
from fengqiao.search.postings import Lists, PartialArea, pairs_of

SLICE: Final = 1 << 19
"""Postings merged at a time, about: bounds the memory that a merge takes."""
POSTING_BYTES: Final = 2
"""What a posting takes in a file, about, its share of the term included."""

_SURROGATES: Final = range(0xD800, 0xE000)
_FIRST_GAP: Final = 0x22  # gap 1 is "#": below it stand the separators and the quote
_BIG_GAP: Final = 1_000_000  # "!" adds that much; the code of the rest fits one code point


class AreaMerge:
    """One area of all chunks. ``places`` tells chunk and place in it of each document, in their
    final order. The slices are independent of each other."""

    per_document: Places
    """Units of each document, in the final order."""
    buckets: int
    slices: int

    def __init__(
        self, name: str, parts: Sequence[PartialArea], places: Sequence[tuple[int, int]]
    ) -> None:
        self._name = name
        self.per_document, self._numbers = _renumber(parts, places)
        names = set(chain.from_iterable(part.names for part in parts))
        postings = sum(part.pairs.units.size + part.named.units.size for part in parts)
        self.buckets = shards.bucket_count(POSTING_BYTES * (postings + sum(map(len, names))))
        self.slices = self.buckets
        while self.slices > 1 and postings < self.slices * SLICE:
            self.slices //= 2
        self._names = _Names(names, self.buckets)
        self._named = self._names.merge(parts, self._numbers)
        bounds = _bounds(range(self.slices), self.slices)
        self._cuts = [_split(part.pairs, bounds) for part in parts]

    def files(self, build: str, slice_number: int) -> dict[str, bytes]:
        """The files of one slice, by name."""
        parts = [cuts[slice_number] for cuts in self._cuts]
        pairs = Lists.merge(zip(parts, self._numbers, strict=True))
        lists, starts = encode_lists(pairs)
        share = self.buckets // self.slices
        buckets = range(slice_number * share, (slice_number + 1) * share)
        first = 0
        written: dict[str, bytes] = {}
        ends = np.searchsorted(pairs.terms, _bounds(buckets, self.buckets)).tolist()
        for bucket, end in zip(buckets, ends, strict=True):
            names, named = self._named[bucket]
            terms = pairs_of(pairs.terms[first:end]) + names
            postings = lists[starts[first] : starts[end]] + named
            name = f"{self._name}/{bucket:x}"
            written[f"{name}.js"] = shards.script(
                name, build, shards.literal(terms[:-1]), shards.literal(postings[:-1])
            )
            first = end
        return written


def encode_lists(lists: Lists) -> tuple[str, Places]:
    """Units as one character a gap, before escaping as a literal, each list followed by a space;
    and where each list begins in the text, then the text's length.

    A list's first gap counts from -1, so every gap is at least 1. ``!`` adds a million to the gap
    after it.
    """
    starts = starts_of(lists.counts.astype(np.intp))
    units = lists.units.astype(np.int64)
    gaps = np.diff(units, prepend=-1)
    gaps[starts] = units[starts] + 1
    gaps -= 1
    if gaps.max(initial=0) < _BIG_GAP:
        codes = _codes(gaps)
    else:
        more, gaps = np.divmod(gaps, _BIG_GAP)
        at = np.repeat(np.arange(gaps.size), more)
        codes = np.insert(_codes(gaps), at, np.uint32(ord("!")))
        starts += np.searchsorted(at, starts)
    codes = np.insert(codes, np.append(starts, codes.size)[1:], np.uint32(ord(" ")))
    starts += np.arange(starts.size)
    return text_of(codes), np.append(starts, codes.size)


def encode_counts(counts: Sequence[int] | Places) -> str:
    """Small numbers (0 and up) as one character each, before escaping as a literal."""
    return text_of(_codes(np.array(counts, np.int64)))


def _codes(numbers: NDArray[np.int64]) -> Codes:
    codes = (numbers + (_FIRST_GAP + 1)).astype(np.uint32)
    codes[codes >= _SURROGATES.start] += len(_SURROGATES)
    return codes


def _renumber(
    parts: Sequence[PartialArea], places: Sequence[tuple[int, int]]
) -> tuple[Places, list[Codes]]:
    """Units of each document in the order of ``places``, and each chunk's units' final numbers."""
    counts = np.concatenate([np.empty(0, np.intp), *(part.per_document for part in parts)])
    before = starts_of(np.array([part.per_document.size for part in parts], np.intp)).tolist()
    order = np.array([before[part] + local for part, local in places], np.intp)
    ordered = counts[order]
    first = np.empty_like(counts)
    first[order] = starts_of(ordered)
    numbers = np.arange(counts.sum()) + np.repeat(first - starts_of(counts), counts)
    ends = np.cumsum([part.per_document.sum() for part in parts], dtype=np.intp)
    units = np.split(numbers.astype(np.uint32), ends)
    return ordered, units[: len(parts)]


def _bounds(stretches: range, count: int) -> NDArray[np.uint64]:
    """The hash at which each of these ends, of ``count`` equal stretches of all hashes."""
    return np.array([(number + 1) * (2**32 // count) for number in stretches], np.uint64)


def _split(lists: Lists, bounds: NDArray[np.uint64]) -> list[Lists]:
    """What lies below the first bound, between it and the second …"""
    ends = np.searchsorted(lists.terms, bounds).tolist()
    ends_of_units = np.append(0, np.cumsum(lists.counts, dtype=np.intp))[[0, *ends]].tolist()
    return [
        Lists(lists.terms[first:end], lists.counts[first:end], lists.units[unit:last])
        for first, end, unit, last in zip(
            [0, *ends], ends, ends_of_units, ends_of_units[1:], strict=False
        )
    ]


class _Names:
    """The terms that are no pairs, in the order of the buckets."""

    def __init__(self, names: Iterable[str], buckets: int) -> None:
        self._buckets = buckets
        places = sorted((shards.bucket_of(shards.hash_of(name), buckets), name) for name in names)
        self._sorted = [name for _, name in places]
        self._ends = np.searchsorted([bucket for bucket, _ in places], range(1, buckets + 1))

    def merge(
        self, parts: Sequence[PartialArea], numbers: Sequence[Codes]
    ) -> list[tuple[str, str]]:
        """Each bucket's names and lists of postings, each followed by line end or space."""
        number_of = {name: number for number, name in enumerate(self._sorted)}
        moved = []
        for part, known in zip(parts, numbers, strict=True):
            final = np.array([number_of[name] for name in part.names], np.uint32)
            named = Lists(final[part.named.terms], part.named.counts, part.named.units)
            moved.append((named, known))
        lists, starts = encode_lists(Lists.merge(moved))
        out = []
        first = 0
        for end in self._ends.tolist():
            names = "".join(f"{name}\n" for name in self._sorted[first:end])
            out.append((names, lists[starts[first] : starts[end]]))
            first = end
        return out
