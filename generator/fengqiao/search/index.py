"""Documents → files under ``search/``.

Two *areas* are indexed alike: ``head`` (each title and each alias is a unit) and ``body`` (a unit
is about a paragraph, see ``UNIT_CHARS``). Within a unit the terms are

- every pair of neighbours (UTF-16 code units, as in the browser) of which one is Han: what touches
  in the query touches in every text that contains it, so all pairs in one unit are the phrase but
  for rare accidents;
- every run of letters and digits, and its first character followed by ``*``;
- in the head also single Han characters, ``^`` and the first character, ``=`` and the whole.

Units are numbered through all documents, sorted by kind and id, so that the bytes do not depend on
how the documents were split into chunks. What costs time is done for all texts of a chunk at once,
as arrays (``fold.fold_all``, ``postings``); a document by itself costs its JSON and its digest.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import chain, pairwise
from typing import Final

from fengqiao.search import shards
from fengqiao.search.arrays import np
from fengqiao.search.buckets import AreaMerge, encode_counts
from fengqiao.search.document import SearchDocument
from fengqiao.search.fold import browser_table, fold_all
from fengqiao.search.postings import PartialArea, read_area
from fengqiao.search.weights import FREQUENCY_SHARE, MATCH_WEIGHTS, kind_rank, kind_weight

FORMAT: Final = 2
UNIT_CHARS: Final = 240
"""Paragraphs share a unit until it has this many folded characters."""
HEADERS_PER_SHARD: Final = 64
TEXT_BYTES: Final = 64 * 1024
TEXT_DOCUMENTS: Final = 16
"""A shard of texts is closed when it has both this many bytes, before deflating, and this many
documents."""


@dataclass(frozen=True, slots=True)
class PartialIndex:
    """What a worker process hands back for its chunk; picklable. Sequences run parallel."""

    keys: tuple[tuple[tuple[int, str], str], ...]
    """Sort key of each document: rank of its kind, id."""
    kind_labels: tuple[str, ...]
    headers: tuple[str, ...]
    texts: tuple[bytes, ...]
    """Paragraphs as JSON in UTF-16."""
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
    texts: list[bytes] = []
    digests: list[bytes] = []
    size = 0
    names: list[tuple[str, ...]] = []
    paragraphs: list[tuple[str, ...]] = []
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
        body = shards.compact_json(document.body)
        headers.append(header)
        texts.append(shards.utf16_json(body))
        content = f"{header}\n{document.kind}\n{document.kind_label}\n{body}"
        encoded = content.encode("utf-8", "surrogatepass")
        digests.append(hashlib.sha256(encoded).digest())
        size += len(encoded)
        names.append((document.title, *document.aliases))
        # The id leads, so that it is found as well.
        identity = document.id.partition("/")[2]
        paragraphs.append((identity, document.summary, *document.body))
    return PartialIndex(
        tuple(keys),
        tuple(labels),
        tuple(headers),
        tuple(texts),
        tuple(digests),
        size,
        _read_names(names),
        _read_paragraphs(paragraphs),
    )


def merge(partials: Sequence[PartialIndex]) -> dict[str, bytes]:
    """The files, by name below ``search/``. ``ValueError`` if two documents share an id."""
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
    groups = list(_text_groups([partials[part].texts[local] for part, local in places]))
    columns["texts"] = encode_counts(list(map(len, groups)))
    # Deflating and sorting work outside the interpreter's lock.
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        packed = threads.map(partial(_text_file, build), range(len(groups)), groups)
        for name in ("head", "body"):
            parts: list[PartialArea] = [getattr(one, name) for one in partials]
            area = AreaMerge(name, parts, places)
            areas[name] = {"buckets": area.buckets}
            columns[name] = encode_counts(area.per_document)
            for written in threads.map(partial(area.files, build), range(area.slices)):
                files.update(written)

        headers = [partials[part].headers[local] for part, local in places]
        for number, first in enumerate(range(0, len(headers), HEADERS_PER_SHARD)):
            name = f"documents/{number:x}"
            listed = ",".join(headers[first : first + HEADERS_PER_SHARD])
            files[f"{name}.js"] = shards.script(name, build, shards.literal(f"[{listed}]"))
        files.update(packed)

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


def _read_names(names: Sequence[Sequence[str]]) -> PartialArea:
    texts = fold_all(list(chain.from_iterable(names)))
    return read_area(texts, np.arange(texts.ends.size), list(map(len, names)), titles=True)


def _read_paragraphs(paragraphs: Sequence[Sequence[str]]) -> PartialArea:
    texts = fold_all(list(chain.from_iterable(paragraphs)))
    lengths = iter(np.diff(texts.ends, prepend=0).tolist())
    units: list[int] = []
    per_document: list[int] = []
    first = number = 0
    for document in paragraphs:
        size = 0
        for length in (next(lengths) for _ in document):
            units.append(number)
            size += length
            if size >= UNIT_CHARS:
                number += 1
                size = 0
        number += size > 0
        per_document.append(number - first)
        first = number
    return read_area(texts, np.array(units, np.intp), per_document, titles=False)


def _text_groups(texts: Sequence[bytes]) -> Iterator[list[bytes]]:
    group: list[bytes] = []
    size = 0
    for text in texts:
        group.append(text)
        size += len(text)
        if size >= TEXT_BYTES and len(group) >= TEXT_DOCUMENTS:
            yield group
            group = []
            size = 0
    if group:
        yield group


def _text_file(build: str, number: int, group: Sequence[bytes]) -> tuple[str, bytes]:
    name = f"texts/{number:x}"
    opening, comma, closing = map(shards.utf16_json, "[,]")
    content = opening + comma.join(group) + closing
    return f"{name}.js", shards.deflated_script(name, build, content)


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
