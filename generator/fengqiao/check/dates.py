"""Dates: in order, reviews in time, terms of office not run out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache

from fengqiao.casebook import Casebook
from fengqiao.check.finding import Finding, check
from fengqiao.people import TermOfOffice
from fengqiao.record import Part, Record, anatomy
from fengqiao.walk import all_parts, parts_of


@check
def dates_are_in_order(record: Record, casebook: Casebook, as_of: date) -> Iterator[Finding]:
    """A date declared to come ``after`` another does, as far as both are written."""
    for keys, part in all_parts(record):
        for name, before in _ordered(type(part)):
            later, earlier = getattr(part, name), getattr(part, before)
            if later and earlier and later[: len(earlier)] < earlier[: len(later)]:
                yield Finding("date-order", (*keys, name), {"later": later, "earlier": earlier})


@cache
def _ordered(model: type[Part]) -> tuple[tuple[str, str], ...]:
    """The fields of ``model`` that have to come after another, each with that other."""
    return tuple(
        (declared.name, declared.marks["after"])
        for declared in anatomy(model)
        if "after" in declared.marks
    )


@check
def review_is_not_overdue(record: Record, casebook: Casebook, as_of: date) -> Iterator[Finding]:
    """The day of the next review has not passed."""
    review = record.reviewed
    if review is not None and review.next < as_of.isoformat():
        yield Finding("review-overdue", ("reviewed", "next"), {"next": review.next, "as_of": as_of})


@check
def term_has_not_ended(record: Record, casebook: Casebook, as_of: date) -> Iterator[Finding]:
    """Somebody whose term has run out is not shown as serving."""
    if getattr(record, "status", None) != "serving":
        return
    for keys, term in parts_of(record, TermOfOffice):
        if term.end < as_of.isoformat():
            yield Finding("term-ended", (*keys, "end"), {"end": term.end, "as_of": as_of})
