"""The one table of weights. It travels to the browser in the manifest."""

from __future__ import annotations

from typing import Final

KIND_WEIGHTS: Final[dict[str, float]] = {
    "practice": 1.6,
    "playbook": 1.4,
    "organisation": 1.3,
    "law": 1.2,
    "term": 1.2,
    "case": 1.15,
    "mediator": 1.1,
    "expert": 1.1,
    "course": 1.05,
}
"""A kind's factor. Between equal scores the order of this table decides, then the id."""

DEFAULT_KIND_WEIGHT: Final = 1.0
"""Kinds not listed come after the listed ones, in alphabetical order."""

MATCH_WEIGHTS: Final[dict[str, float]] = {
    "exact": 10_000,  # the whole title or the whole alias
    "prefix": 2_000,  # a title or alias begins with the query
    "title": 1_000,  # … or contains it
    "phrase": 200,  # one paragraph contains the whole query
    "all": 20,  # the document contains every part of it
}
"""By what matched. Neighbours differ by more than any two kinds do, so that a kind's weight
orders hits of the same sort and never lifts a passing mention over a title."""

FREQUENCY_SHARE: Final = 0.2
"""How much of a match's weight many matching paragraphs may add."""


def kind_weight(kind: str) -> float:
    """The factor of ``kind``."""
    return KIND_WEIGHTS.get(kind, DEFAULT_KIND_WEIGHT)


def kind_rank(kind: str) -> tuple[int, str]:
    """Sort key of a kind: the table's order, then the alphabet."""
    return (_RANKS.get(kind, len(_RANKS)), kind)


_RANKS: Final = {kind: rank for rank, kind in enumerate(KIND_WEIGHTS)}
