"""Laws: every article stands once, so that a citation leads to one place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from fengqiao.casebook import Casebook
from fengqiao.check.finding import Finding, check
from fengqiao.kinds.law.model import Law
from fengqiao.record import Record


@check
def articles_are_unique(record: Record, casebook: Casebook, as_of: date) -> Iterator[Finding]:
    """No two articles share number and sub-number."""
    if isinstance(record, Law):
        seen: set[str] = set()
        for index, article in enumerate(record.articles):
            if article.anchor in seen:
                yield Finding(
                    "article-twice", ("articles", index, "number"), {"name": article.name}
                )
            seen.add(article.anchor)
