"""``fengqiao show``: one record as an edition has it, with everything resolved."""

from __future__ import annotations

from typing import Any

from fengqiao import address
from fengqiao.casebook import Casebook
from fengqiao.diagnostics import nearest
from fengqiao.edition import for_edition
from fengqiao.errors import UsageError
from fengqiao.record import Audience, Part, Record, Ref, anatomy


def resolved(casebook: Casebook, key: str, audience: Audience, lang: str) -> dict[str, Any]:
    """The record ``key`` as JSON: references with title and address, controlled terms with their
    names, and what names it. Raises :class:`UsageError` where the edition has no such record."""
    key = key.partition("#")[0]
    edition = for_edition(casebook, audience, lang)
    record = edition.records.get(key)
    if record is None:
        if key in casebook.records:
            raise UsageError("not-in-edition", key=key, edition=audience)
        raise UsageError("no-such-record", key=key, guess=nearest(key, casebook.records))
    shown: dict[str, Any] = {
        "kind": record.kind.name,
        "sample": record.is_sample,
        # Of the whole record: an edition cuts away the reviews and consents that rules ask for.
        "visible_to": str(casebook.records[key].visible_to()),
        "address": address.page_path(record.kind, record.id),
        "source": casebook.places[key].path,
        **_part(edition, record, lang),
    }
    shown["cited_by"] = [
        {"record": mention.source, "field": ".".join(map(str, mention.keys))}
        for mention in edition.cited_by.get(key, ())
    ]
    return shown


def _part(casebook: Casebook, part: Part, lang: str) -> dict[str, Any]:
    shown = {}
    for declared in anatomy(type(part)):
        value = getattr(part, declared.name)
        if value is None or value == ():
            continue
        members = (
            [_value(casebook, declared.coded, one, lang) for one in value]
            if (declared.many)
            else _value(casebook, declared.coded, value, lang)
        )
        shown[declared.name] = members
    return shown


def _value(casebook: Casebook, coded: Any, value: Any, lang: str) -> Any:
    if isinstance(value, Part):
        return _part(casebook, value, lang)
    if isinstance(value, Ref):
        record: Record | None = casebook.get(value)
        if record is None:
            return {"text": str(value)}
        return {"ref": str(value), "title": record.title, "sample": record.is_sample}
    if coded is not None:
        term = casebook.term(coded.vocabulary, value)
        return {"code": term.code, "name": term.label(lang)} if term else value
    return value if isinstance(value, bool | int) else str(value)
