"""Questions: of a type that exists, with options that make a question of that type."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from fengqiao.casebook import Casebook
from fengqiao.check.finding import Finding, check
from fengqiao.diagnostics import nearest
from fengqiao.kinds.question.model import Question
from fengqiao.record import Record
from fengqiao.training.questions import find_types


@check
def question_fits_its_type(record: Record, casebook: Casebook, as_of: date) -> Iterator[Finding]:
    """The type is known, and its own rule about options and right answers holds."""
    if not isinstance(record, Question):
        return
    types = find_types()
    known = types.get(record.type)
    if known is None:
        guess = nearest(record.type, types)
        listed = "、".join(types)
        yield Finding(
            "unknown-question-type", ("type",), {"type": record.type, "known": listed}, guess
        )
        return
    fault = known.fault(record)
    if fault:
        yield Finding(
            "question-options",
            ("options",) if record.options else (),
            {"type": record.type, "rule": fault.zh, "rule_en": fault.en},
        )


@check
def options_differ(record: Record, casebook: Casebook, as_of: date) -> Iterator[Finding]:
    """No two options say the same."""
    if isinstance(record, Question):
        seen: set[str] = set()
        for index, option in enumerate(record.options):
            if option.text in seen:
                yield Finding("option-twice", ("options", index, "text"), {"text": option.text})
            seen.add(option.text)
