"""Lists: one page to 200 records, beyond that a static index by shelves (type → year → page)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from fengqiao.casebook import Casebook
from fengqiao.messages import catalogue, text
from fengqiao.record import Record, Ref, anatomy

ONE_PAGE = 200
"""Up to this many records stand on one page."""
ENTRIES = 150
"""A page of a longer list holds at most this many entries."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A page of a list: ``code`` are the ASCII parts of its address, ``labels`` what they mean;
    either records or narrower shelves."""

    code: tuple[str, ...]
    labels: tuple[str, ...]
    count: int
    records: tuple[Record, ...] = ()
    shelves: tuple[Shelf, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Records of a list that share a value of a field; ``code`` is ASCII."""

    code: str
    label: str
    records: tuple[Record, ...]


def grouped(
    casebook: Casebook, records: Sequence[Record], name: str, lang: str, *, widest: bool = False
) -> tuple[Group, ...]:
    """``records`` (of one kind) by the field ``name`` in the order of its vocabulary or of its
    declared values, those without a value last; of several values the first counts. With
    ``widest`` a controlled term stands with the widest above it."""
    groups: dict[tuple[str, str], list[Record]] = {}
    for record in records:
        groups.setdefault(_facet(casebook, record, name, lang, widest), []).append(record)
    ranks = _ranks(casebook, type(records[0]), name) if records else {}
    ordered = sorted(
        groups.items(), key=lambda entry: (ranks.get(entry[0][0], len(ranks)), entry[0])
    )
    return tuple(Group(code, label, tuple(members)) for (code, label), members in ordered)


def _ranks(casebook: Casebook, model: type[Record], name: str) -> dict[str, int]:
    """The place of each value of a field among its values."""
    declared = next(one for one in anatomy(model) if one.name == name)
    if declared.coded is None:
        values = _declared_values(model.model_fields[name].annotation)
    else:
        vocabulary = casebook.vocabularies.get(declared.coded.vocabulary)
        values = [term.code for term in vocabulary.terms] if vocabulary else []
    return {_ascii(value): rank for rank, value in enumerate(values)}


def _declared_values(annotation: Any) -> list[str]:
    if get_origin(annotation) is Literal:
        return [str(value) for value in get_args(annotation)]
    return [value for inner in get_args(annotation) for value in _declared_values(inner)]


def arrange(
    casebook: Casebook, records: Sequence[Record], fields: Sequence[str], lang: str
) -> Shelf:
    """The top shelf of a list, narrower ones below it where it would be too long."""
    return _shelf(casebook, tuple(records), tuple(fields), lang, (), ())


def every_shelf(shelf: Shelf) -> Iterator[Shelf]:
    """The shelf and all below it."""
    yield shelf
    for narrower in shelf.shelves:
        yield from every_shelf(narrower)


def _shelf(
    casebook: Casebook,
    records: tuple[Record, ...],
    fields: tuple[str, ...],
    lang: str,
    code: tuple[str, ...],
    labels: tuple[str, ...],
) -> Shelf:
    if len(records) <= (ENTRIES if code else ONE_PAGE):
        return Shelf(code, labels, len(records), records=records)
    groups: dict[tuple[str, str], list[Record]] = {}
    if fields:
        for record in records:
            groups.setdefault(_facet(casebook, record, fields[0], lang), []).append(record)
        if len(groups) > ENTRIES:
            groups = {}
    if not groups:
        return _numbered(records, code, labels, lang)
    shelves = tuple(
        _shelf(casebook, tuple(group), fields[1:], lang, (*code, name), (*labels, label))
        for (name, label), group in sorted(groups.items())
    )
    return Shelf(code, labels, len(records), shelves=shelves)


def _numbered(
    records: tuple[Record, ...], code: tuple[str, ...], labels: tuple[str, ...], lang: str
) -> Shelf:
    """Equal runs in the order of the list; runs of runs where there are too many."""
    size = ENTRIES
    while len(records) > size * ENTRIES:
        size *= ENTRIES
    shelves = []
    for number, start in enumerate(range(0, len(records), size), 1):
        run = records[start : start + size]
        here = (*code, str(number))
        name = (*labels, text("list-part", lang, number=number))
        if size > ENTRIES:
            shelves.append(_numbered(run, here, name, lang))
        else:
            shelves.append(Shelf(here, name, len(run), records=run))
    return Shelf(code, labels, len(records), shelves=tuple(shelves))


def _facet(
    casebook: Casebook, record: Record, name: str, lang: str, widest: bool = False
) -> tuple[str, str]:
    """The shelf that a record belongs on: an ASCII code and its label."""
    declared = next(one for one in anatomy(type(record)) if one.name == name)
    value: Any = getattr(record, name)
    if declared.many:
        value = value[0] if value else None
    if value is None:
        return "0", text("not-stated", lang)
    if isinstance(value, Ref):
        target = casebook.get(value)
        return (value.id, target.title) if target else ("0", value.text or str(value))
    if declared.coded is not None:
        term = casebook.term(declared.coded.vocabulary, value)
        if term and widest:
            term = next(casebook.vocabularies[declared.coded.vocabulary].lineage(value))
        return (_ascii(term.code), term.label(lang)) if term else (_ascii(value), value)
    if declared.marks.get("year"):
        return value[:4], value[:4]
    entry = catalogue().get(f"value-{name}-{value}")
    return _ascii(str(value)), entry[lang] if entry else str(value)


def _ascii(code: str) -> str:
    """A code as it may stand in a file name."""
    return code if code.isascii() and code.replace("-", "").isalnum() else code.encode().hex()[:40]
