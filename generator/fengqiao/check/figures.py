"""Figures against themselves: rates and their bases, sums and parts, counts and lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from fengqiao.casebook import Casebook
from fengqiao.check.finding import Finding, check
from fengqiao.figures import ListClaim, Metric, Rate
from fengqiao.record import Record, SourceWork, decimal, is_relative
from fengqiao.walk import parts_of


@check
def rate_follows_from_its_base(
    record: Record, casebook: Casebook, as_of: date
) -> Iterator[Finding]:
    """The stated rate is numerator ÷ denominator, rounded half up at its own precision."""
    for keys, rate in parts_of(record, Rate):
        if rate.agrees is False:
            yield Finding(
                "rate-differs",
                (*keys, "stated"),
                {
                    "numerator": rate.numerator,
                    "denominator": rate.denominator,
                    "stated": rate.stated,
                    "computed": rate.computed(),
                },
            )


@check
def rate_has_a_base(record: Record, casebook: Casebook, as_of: date) -> Iterator[Finding]:
    """A stated rate gives both its numerator and its denominator, as exact numbers."""
    for keys, rate in parts_of(record, Rate):
        if rate.stated is not None and not rate.has_base:
            yield Finding("rate-without-base", (*keys, "stated"), {"stated": rate.stated})


@check
def rate_base_is_a_number(record: Record, casebook: Casebook, as_of: date) -> Iterator[Finding]:
    """Nothing is divided by zero."""
    for keys, rate in parts_of(record, Rate):
        if rate.denominator is not None and decimal(rate.denominator) == 0:
            yield Finding("rate-base-zero", (*keys, "denominator"))


@check
def sum_equals_its_parts(record: Record, casebook: Casebook, as_of: date) -> Iterator[Finding]:
    """A value with parts is their sum, unless it is approximate."""
    for keys, metric in parts_of(record, Metric):
        if not metric.parts or metric.value is None or metric.approximate:
            continue
        total = sum((decimal(part.value) for part in metric.parts), Decimal(0))
        if total != decimal(metric.value):
            yield Finding(
                "sum-differs",
                (*keys, "value"),
                {"label": metric.label, "value": metric.value, "sum": total},
            )


@check
def count_equals_its_list(record: Record, casebook: Casebook, as_of: date) -> Iterator[Finding]:
    """As many things are listed as the number word says; an open list (等) is only noted."""
    for keys, claim in parts_of(record, ListClaim):
        listed = len(claim.items)
        if listed == claim.stated:
            continue
        code = "list-open" if claim.open and listed < claim.stated else "list-count-differs"
        yield Finding(
            code,
            (*keys, "stated"),
            {"claim": claim.claim, "stated": claim.stated, "listed": listed},
        )


@check
def relative_period_has_a_dated_source(
    record: Record, casebook: Casebook, as_of: date
) -> Iterator[Finding]:
    """今年以来 means something only when the source says when it was written."""
    own = getattr(record, "period", None)
    if isinstance(own, str) and is_relative(own) and not _dated(record.sources[:1]):
        yield Finding("relative-period", ("period",), {"period": own})
    for keys, metric in parts_of(record, Metric):
        if metric.period is not None and is_relative(metric.period):
            index = (metric.source or 1) - 1
            if not _dated(record.sources[index : index + 1]):
                yield Finding("relative-period", (*keys, "period"), {"period": metric.period})


@check
def metric_names_a_source_that_is_there(
    record: Record, casebook: Casebook, as_of: date
) -> Iterator[Finding]:
    """``source: 2`` needs a second source."""
    for keys, metric in parts_of(record, Metric):
        if metric.source is not None and not 1 <= metric.source <= len(record.sources):
            yield Finding(
                "unknown-source",
                (*keys, "source"),
                {"source": metric.source, "count": len(record.sources)},
            )


def _dated(sources: Sequence[SourceWork]) -> bool:
    return bool(sources) and sources[0].date is not None
