"""Dates: in order, reviews in time, terms of office not run out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from fengqiao.casebook import Casebook
from fengqiao.check.finding import Finding, check
from fengqiao.people import TermOfOffice
from fengqiao.record import Record, anatomy
from fengqiao.walk import all_parts, parts_of


@check
def dates_are_in_order(record: Record, casebook: Casebook, as_of: date) -> Iterator[Finding]:
    """A date declared to come ``after`` another does, as far as both are written."""
    for keys, part in all_parts(record):
        for declared in anatomy(type(part)):
            before = declared.marks.get("after")
            if before is None:
                continue
            later, earlier = getattr(part, declared.name), getattr(part, before)
            if later and earlier and later[: len(earlier)] < earlier[: len(later)]:
                yield Finding(
                    "date-order", (*keys, declared.name), {"later": later, "earlier": earlier}
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
