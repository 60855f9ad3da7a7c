"""Documents → files under ``search/``.

Two *areas* are indexed alike: ``head`` (each title and each alias is a unit) and ``body`` (a unit
is about a paragraph, see ``UNIT_CHARS``). Within a unit the terms are

- every pair of neighbours (UTF-16 code units, as in the browser) of which one is Han: what touches
  in the query touches in every text that contains it, so all pairs in one unit are the phrase but
  for rare accidents;
- every run of letters and digits, and its first character followed by ``*``;
- in the head also single Han characters, ``^`` and the first character, ``=`` and the whole.

Units are numbered through all documents, sorted by kind and id, so that the bytes do not depend on
how the documents were split into chunks.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise, repeat
from typing import Final

from fengqiao.search import shards
from fengqiao.search.document import SearchDocument
from fengqiao.search.fold import HAN, browser_table, fold
from fengqiao.search.weights import FREQUENCY_SHARE, MATCH_WEIGHTS, kind_rank, kind_weight

FORMAT: Final = 1
UNIT_CHARS: Final = 240
"""Paragraphs share a unit until it has this many folded characters."""
HEADERS_PER_SHARD: Final = 64
TEXT_BYTES: Final = 96 * 1024
TEXT_DOCUMENTS: Final = 16
"""A shard of texts is closed when it has both this many bytes and this many documents."""

SLICES: Final = 8
Run = Callable[..., Iterable[dict[str, str]]]
"""As ``map``: calls a function for each item, here or in other processes, results in order."""

_LITTLE: Final = sys.byteorder == "little"
_UTF16: Final = "utf-16-le" if _LITTLE else "utf-16-be"
_WORDS: Final = re.compile(rf"[^{HAN}]+")


@dataclass(frozen=True, slots=True)
class PartialArea:
    """One chunk's share of an area. ``per_document`` counts each document's units; the postings
    are split by term into ``SLICES`` parts that merge independently of each other."""

    per_document: array[int]
    slices: tuple[PartialSlice, ...]


@dataclass(frozen=True, slots=True)
class PartialSlice:
    """Postings first of the ``pairs`` (two code units in 32 bits), then of the ``terms`` (a line
    each); ``counts`` tells how many of the ``units``, end to end, are each one's. Units are
    numbered within the chunk."""

    pairs: array[int]
    terms: str
    counts: array[int]
    units: array[int]


@dataclass(frozen=True, slots=True)
class PartialIndex:
    """What a worker process hands back for its chunk; picklable. Sequences run parallel."""

    keys: tuple[tuple[tuple[int, str], str], ...]
    """Sort key of each document: rank of its kind, id."""
    kind_labels: tuple[str, ...]
    headers: tuple[str, ...]
    texts: tuple[str, ...]
    """Paragraphs as JSON."""
    digests: tuple[bytes, ...]
    text_bytes: int
    """Size of what is indexed, in UTF-8."""
    head: PartialArea
    body: PartialArea


def index_chunk(documents: Iterable[SearchDocument]) -> PartialIndex:
    """Read some documents; any split of all of them leads to the same files."""
    keys: list[tuple[tuple[int, str], str]] = []
    labels: list[str] = []
    headers: list[str] = []
    texts: list[str] = []
    digests: list[bytes] = []
    size = 0
    head = _AreaBuilder(_head_terms)
    body = _AreaBuilder(_body_terms)
    for document in documents:
        keys.append((kind_rank(document.kind), document.id))
        labels.append(document.kind_label)
        header = shards.compact_json(
            [
                document.id,
                document.url,
                document.title,
                document.aliases,
                document.summary,
                int(document.sample),
            ]
        )
        text = shards.compact_json(document.body)
        headers.append(header)
        texts.append(text)
        content = f"{header}\n{document.kind}\n{document.kind_label}\n{text}"
        encoded = content.encode("utf-8", "surrogatepass")
        digests.append(hashlib.sha256(encoded).digest())
        size += len(encoded)
        head.add([fold(name)] for name in (document.title, *document.aliases))
        body.add(_units(document))
    return PartialIndex(
        tuple(keys),
        tuple(labels),
        tuple(headers),
        tuple(texts),
        tuple(digests),
        size,
        head.finish(),
        body.finish(),
    )


def merge(partials: Sequence[PartialIndex], run: Run = map) -> dict[str, bytes]:
    """The files, by name below ``search/``. ``ValueError`` if two documents share an id.

    ``run`` may be an executor's ``map``: the slices of the postings merge independently.
    """
    order = sorted(
        (key, part, local)
        for part, one in enumerate(partials)
        for local, key in enumerate(one.keys)
    )
    for (key, _, _), (following, _, _) in pairwise(order):
        if key == following:
            raise ValueError(f"two search documents are {key[1]}")
    places = [(part, local) for _, part, local in order]
    build = _build_id(partials[part].digests[local] for part, local in places)

    files: dict[str, bytes] = {}
    areas: dict[str, dict[str, int]] = {}
    columns: dict[str, str] = {}
    for name in ("head", "body"):
        parts: list[PartialArea] = [getattr(one, name) for one in partials]
        counts = [parts[part].per_document[local] for part, local in places]
        columns[name] = shards.encode_counts(counts)
        postings = _merge_postings(parts, places, counts, run)
        written = _write_buckets(name, build, postings)
        areas[name] = {"buckets": len(written)}
        files.update(written)

    headers = [partials[part].headers[local] for part, local in places]
    for number, first in enumerate(range(0, len(headers), HEADERS_PER_SHARD)):
        name = f"documents/{number:x}"
        listed = ",".join(headers[first : first + HEADERS_PER_SHARD])
        files[f"{name}.js"] = shards.script(name, build, shards.literal(f"[{listed}]"))

    groups = list(_text_groups([partials[part].texts[local] for part, local in places]))
    columns["texts"] = shards.encode_counts(list(map(len, groups)))
    files.update(_write_texts(build, groups))

    files["columns.js"] = shards.script(
        "columns", build, *(shards.literal(columns[key]) for key in ("head", "body", "texts"))
    )
    files["fold-table.js"] = shards.script(
        "fold-table", build, shards.json_literal(browser_table())
    )
    manifest = {
        "format": FORMAT,
        "documents": len(places),
        "textBytes": sum(one.text_bytes for one in partials),
        "kinds": _kinds(partials, order),
        "matches": MATCH_WEIGHTS,
        "frequencyShare": FREQUENCY_SHARE,
        "documentsPerShard": HEADERS_PER_SHARD,
        "areas": areas,
    }
    files["manifest.js"] = shards.script("manifest", build, shards.json_literal(manifest))
    return dict(sorted(files.items()))


class _AreaBuilder:
    """Collects the postings of one area, unit by unit."""

    def __init__(self, terms: Callable[[list[str]], set[str]]) -> None:
        self._terms = terms
        # Pairs are kept as integers: sets of them cost a third of sets of strings.
        self._pairs: defaultdict[int, list[int]] = defaultdict(list)
        self._postings: defaultdict[str, list[int]] = defaultdict(list)
        self._per_document = array("I")
        self._next = 0

    def add(self, units: Iterable[list[str]]) -> None:
        """The units of the next document, each a list of folded paragraphs."""
        first = self._next
        pairs = self._pairs
        postings = self._postings
        for number, unit in enumerate(units, first):
            for pair in _pairs(unit):
                pairs[pair].append(number)
            for term in self._terms(unit):
                postings[term].append(number)
            self._next = number + 1
        self._per_document.append(self._next - first)

    def finish(self) -> PartialArea:
        """The postings so far."""
        pairs: list[list[int]] = [[] for _ in range(SLICES)]
        terms: list[list[str]] = [[] for _ in range(SLICES)]
        for pair in self._pairs:
            pairs[pair % SLICES].append(pair)
        for term in self._postings:
            terms[ord(term[-1]) % SLICES].append(term)
        return PartialArea(self._per_document, tuple(map(self._slice, pairs, terms)))

    def _slice(self, pairs: list[int], terms: list[str]) -> PartialSlice:
        values = [
            *map(self._pairs.__getitem__, pairs),
            *map(self._postings.__getitem__, terms),
        ]
        return PartialSlice(
            array("I", pairs),
            "\n".join(terms),
            array("I", map(len, values)),
            array("I", chain.from_iterable(values)),
        )


def _pairs(unit: list[str]) -> set[int]:
    pairs: set[int] = set()
    for folded in unit:
        pairs.update(*_neighbours(folded))
    for folded in unit:
        for run in _WORDS.findall(folded):
            # Pairs inside a run are no terms: the run itself is, found by its beginning.
            pairs.difference_update(*_neighbours(run))
    return pairs


def _neighbours(text: str) -> tuple[memoryview, memoryview]:
    """Each two neighbouring UTF-16 code units as one integer: from even and from odd places."""
    units = memoryview(text.encode(_UTF16))
    size = len(units)
    return units[: size & ~3].cast("I"), units[2 : 2 + (size - 2 & ~3)].cast("I")


def _pair_text(pair: int) -> str:
    first, second = pair & 0xFFFF, pair >> 16
    return chr(first) + chr(second) if _LITTLE else chr(second) + chr(first)


def _units(document: SearchDocument) -> Iterator[list[str]]:
    """Folded paragraphs, grouped. The id leads, so that it is found as well."""
    unit: list[str] = []
    size = 0
    identity = document.id.partition("/")[2]
    for folded in map(fold, (identity, document.summary, *document.body)):
        if not folded:
            continue
        unit.append(folded)
        size += len(folded)
        if size >= UNIT_CHARS:
            yield unit
            unit = []
            size = 0
    if unit:
        yield unit


def _body_terms(unit: list[str]) -> set[str]:
    terms: set[str] = set()
    for folded in unit:
        for run in _WORDS.findall(folded):
            for word in run.split(" "):
                terms.add(word)
                terms.add(f"{word[0]}*")
    return terms


def _head_terms(unit: list[str]) -> set[str]:
    terms = _body_terms(unit)
    for folded in unit:
        if folded:
            # Beyond U+FFFF a single character is a pair already.
            terms.update(char for char in _WORDS.sub("", folded) if char <= "\uffff")
            terms.add(f"^{folded[0]}")
            terms.add(f"={folded}")
    return terms


def _merge_postings(
    parts: Sequence[PartialArea],
    places: Sequence[tuple[int, int]],
    counts: Sequence[int],
    run: Run,
) -> dict[str, str]:
    """Term → its units, numbered in the order of ``places``, encoded."""
    firsts = [0, *accumulate(counts)]
    moved: list[list[Iterable[int]]] = [[()] * len(part.per_document) for part in parts]
    for (part, local), first, count in zip(places, firsts, counts, strict=False):
        moved[part][local] = range(first, first + count)
    numbers = [array("I", chain.from_iterable(ranges)) for ranges in moved]
    slices = [[part.slices[number] for part in parts] for number in range(SLICES)]
    merged: dict[str, str] = {}
    for encoded in run(_merge_slice, slices, repeat(numbers, SLICES)):
        merged.update(encoded)
    return merged


def _merge_slice(parts: Sequence[PartialSlice], numbers: Sequence[array[int]]) -> dict[str, str]:
    """Merge one slice of all chunks; ``numbers`` tells each chunk's units their final number."""
    merged: dict[str, list[int]] = {}
    for part, renumber in zip(parts, numbers, strict=True):
        units = list(map(renumber.__getitem__, part.units))
        end = 0
        terms = [*map(_pair_text, part.pairs), *(part.terms.split("\n") if part.terms else ())]
        for term, count in zip(terms, part.counts, strict=True):
            start, end = end, end + count
            known = merged.get(term)
            if known is None:
                merged[term] = units[start:end]
            else:
                known += units[start:end]
    for found in merged.values():
        found.sort()
    return {term: shards.encode_postings(found) for term, found in merged.items()}


def _write_buckets(area: str, build: str, encoded: dict[str, str]) -> dict[str, bytes]:
    size = sum(map(len, encoded)) * 4 + sum(map(len, encoded.values())) * 2
    count = shards.bucket_count(size)
    buckets: list[list[str]] = [[] for _ in range(count)]
    for term, bucket in zip(encoded, map(shards.bucket_of, encoded, repeat(count)), strict=True):
        buckets[bucket].append(term)
    files: dict[str, bytes] = {}
    for number, terms in enumerate(buckets):
        terms.sort()
        name = f"{area}/{number:x}"
        lists = " ".join(map(encoded.__getitem__, terms))
        files[f"{name}.js"] = shards.script(
            name, build, shards.literal("\n".join(terms)), f'"{lists}"'
        )
    return files


def _text_groups(texts: Sequence[str]) -> Iterator[list[str]]:
    group: list[str] = []
    size = 0
    for text in texts:
        group.append(text)
        size += 3 * len(text)
        if size >= TEXT_BYTES and len(group) >= TEXT_DOCUMENTS:
            yield group
            group = []
            size = 0
    if group:
        yield group


def _write_texts(build: str, groups: Sequence[Sequence[str]]) -> dict[str, bytes]:
    def write(number: int, group: Sequence[str]) -> tuple[str, bytes]:
        name = f"texts/{number:x}"
        content = shards.utf8_json(f"[{','.join(group)}]")
        return f"{name}.js", shards.deflated_script(name, build, content)

    with ThreadPoolExecutor(os.cpu_count()) as threads:  # zlib works outside the interpreter's lock
        return dict(threads.map(write, range(len(groups)), groups))


def _kinds(
    partials: Sequence[PartialIndex], order: Sequence[tuple[tuple[tuple[int, str], str], int, int]]
) -> list[dict[str, object]]:
    """Kinds in the order of the documents; ``end`` is the number after a kind's last document."""
    kinds: dict[str, dict[str, object]] = {}
    for number, (((_, kind), _), part, local) in enumerate(order):
        if kind not in kinds:
            label = partials[part].kind_labels[local]
            kinds[kind] = {"kind": kind, "label": label, "weight": kind_weight(kind)}
        kinds[kind]["end"] = number + 1
    return list(kinds.values())


def _build_id(digests: Iterable[bytes]) -> str:
    """A name for this content and this format, weights and fold table."""
    table = shards.compact_json([FORMAT, MATCH_WEIGHTS, FREQUENCY_SHARE, browser_table()])
    build = hashlib.sha256(table.encode())
    for digest in digests:
        build.update(digest)
    return build.hexdigest()[:16]
