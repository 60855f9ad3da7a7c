"""What a check is, and what it finds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from fengqiao.casebook import Casebook
from fengqiao.messages import Value
from fengqiao.record import Record
from fengqiao.where import KeyPath


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault at ``keys`` of the record being checked; ``values`` fill the code's sentence."""

    code: str
    keys: KeyPath = ()
    values: Mapping[str, Value] = field(default_factory=dict)
    guess: str = ""


class Check(Protocol):
    """Looks at one record in its casebook and says what is wrong on the day ``as_of``."""

    __name__: str

    def __call__(self, record: Record, casebook: Casebook, as_of: date) -> Iterator[Finding]:
        """The findings, in any order."""


_CHECKS: dict[str, Check] = {}


def check(function: Check) -> Check:
    """Marks a function as a check."""
    _CHECKS[function.__name__] = function
    return function


def registered() -> Iterable[Check]:
    """The checks marked so far."""
    return _CHECKS.values()
