"""Controlled terms: known, and in trees that do not turn back on themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from fengqiao.casebook import Casebook
from fengqiao.check.finding import Finding, check
from fengqiao.diagnostics import nearest
from fengqiao.record import NOT_STATED, Record
from fengqiao.walk import is_coded, leaves


@check
def terms_are_known(record: Record, casebook: Casebook, as_of: date) -> Iterator[Finding]:
    """Every coded value is a term of its vocabulary, by code, name or alias."""
    for leaf in leaves(record, is_coded):
        coded = leaf.declared.coded
        if coded is None or (coded.not_stated and leaf.value == NOT_STATED):
            continue
        vocabulary = casebook.vocabularies.get(coded.vocabulary)
        if vocabulary is None or vocabulary.find(leaf.value) is None:
            words = vocabulary.by_word if vocabulary else ()
            yield Finding(
                "unknown-term",
                leaf.keys,
                {"term": leaf.value, "vocabulary": coded.vocabulary},
                nearest(leaf.value, words),
            )
