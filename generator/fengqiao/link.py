"""Third stage: records become a casebook; every name of another record is looked up."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from fengqiao.casebook import Casebook, CasebookInfo, Mention
from fengqiao.diagnostics import Diagnostic, nearest
from fengqiao.kinds import Kinds
from fengqiao.parse import Locate
from fengqiao.record import KEY, Audience, Record, Ref
from fengqiao.vocab import Vocabularies
from fengqiao.walk import leaves, names_others
from fengqiao.where import Place

INLINE = re.compile(r"\[\[([^\[\]|\n]+)(?:\|([^\[\]\n]+))?\]\]")
"""``[[case/id]]`` and ``[[case/id|text]]`` in prose."""


def inline_ref(written: str, text: str | None) -> Ref | None:
    """The reference in a ``[[…]]``, or ``None`` when it is not written like one."""
    match = KEY.fullmatch(written.strip())
    return Ref(match[1], match[2], match[3] or "", text or "") if match else None


def mentions_of(record: Record) -> Iterator[Mention]:
    """Everything that ``record`` names, in the order of its fields. An inline link that is not
    written like a reference is a mention of the impossible key ``/…``, so that it is reported."""
    key = record.key
    for leaf in leaves(record, names_others):
        declared = leaf.declared
        if declared.reference is not None:
            if not leaf.value.dropped:
                yield Mention(
                    key, leaf.keys, declared.zh, declared.en, leaf.value, False, leaf.audience
                )
        elif declared.prose and "[[" in leaf.value:
            for match in INLINE.finditer(leaf.value):
                ref = inline_ref(match[1], match[2]) or Ref("", match[1])
                yield Mention(key, leaf.keys, declared.zh, declared.en, ref, True, leaf.audience)


def link(
    info: CasebookInfo,
    kinds: Kinds,
    vocabularies: Vocabularies,
    placed: Iterable[tuple[Record, Place]],
    edition: Audience | None = None,
    known: Mapping[str, tuple[Mention, ...]] | None = None,
) -> Casebook:
    """The casebook of these records; of two with the same key the first is kept (see
    :func:`duplicates`)."""
    first: dict[str, tuple[Record, Place]] = {}
    for record, place in placed:
        first.setdefault(record.key, (record, place))
    keys = sorted(first)
    records = {key: first[key][0] for key in keys}
    known = known or {}
    mentions = {
        key: known[key] if key in known else tuple(mentions_of(record))
        for key, record in records.items()
    }
    cited: dict[str, list[Mention]] = {}
    for named in mentions.values():
        for mention in named:
            if mention.ref.key in records:
                cited.setdefault(mention.ref.key, []).append(mention)
    return Casebook(
        info=info,
        kinds=kinds,
        vocabularies=vocabularies,
        records=records,
        places={key: first[key][1] for key in keys},
        mentions={key: named for key, named in mentions.items() if named},
        cited_by={key: tuple(named) for key, named in sorted(cited.items())},
        edition=edition,
    )


def duplicates(placed: Iterable[tuple[Record, Place]], locate: Locate) -> Iterator[Diagnostic]:
    """Records that repeat the id of another of their kind."""
    first: dict[str, Place] = {}
    for record, place in placed:
        other = first.setdefault(record.key, place)
        if other is not place:
            yield Diagnostic(
                locate(place, ("id",), False),
                "duplicate-id",
                {"key": record.key, "other": locate(other, ("id",), False)},
            )


def dangling(casebook: Casebook, broken: Collection[str], locate: Locate) -> Iterator[Diagnostic]:
    """References to records and anchors that are not there. ``broken`` are keys of records that
    exist but could not be parsed: naming one of them is no fault of its own."""
    ids = _ids_by_kind(casebook)
    for key, named in casebook.mentions.items():
        for mention in named:
            if mention.ref.key in broken:
                continue
            fault = _dangles(casebook, ids, mention.ref)
            if fault:
                where = locate(casebook.places[key], mention.keys, False)
                code, guess = fault
                yield Diagnostic(where, code, {"ref": str_of(mention.ref)}, guess)


def str_of(ref: Ref) -> str:
    """A reference as written, also when it is not one."""
    return str(ref) if ref.kind else ref.id


def fault_of(casebook: Casebook, ref: Ref) -> tuple[str, str] | None:
    """The code of what is wrong with a reference and a guess at what was meant; ``None`` where it
    leads somewhere."""
    return _dangles(casebook, _ids_by_kind(casebook), ref)


def _ids_by_kind(casebook: Casebook) -> dict[str, list[str]]:
    ids: dict[str, list[str]] = {}
    for key in casebook.records:
        kind, _, identity = key.partition("/")
        ids.setdefault(kind, []).append(identity)
    return ids


def _dangles(casebook: Casebook, ids: Mapping[str, list[str]], ref: Ref) -> tuple[str, str] | None:
    record = casebook.get(ref)
    if record is None:
        if ref.kind in ids:
            identity = nearest(ref.id, ids[ref.kind])
            return "unknown-reference", f"{ref.kind}/{identity}" if identity else ""
        kind = nearest(ref.kind, casebook.kinds)
        return "unknown-reference", f"{kind}/{ref.id}" if kind and kind != ref.kind else ""
    if ref.anchor:
        anchors = casebook.anchors.get(ref.key, {})
        if ref.anchor not in anchors:
            anchor = nearest(ref.anchor, anchors)
            return "unknown-anchor", f"{ref.key}#{anchor}" if anchor else ""
    return None
