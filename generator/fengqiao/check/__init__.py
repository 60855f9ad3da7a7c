"""Fourth stage: what the casebook says is held against itself.

A check is one function marked with :func:`check`; it is found by looking into the modules of this
folder. Its code's severity and wording stand in ``messages/diagnostics.yml``, its explanation in
``docs/checks.md``.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from datetime import date

from fengqiao.casebook import Casebook
from fengqiao.check.finding import Check, Finding, registered
from fengqiao.diagnostics import Diagnostic
from fengqiao.parse import Locate


def checks() -> tuple[Check, ...]:
    """Every check there is, by name."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return tuple(sorted(registered(), key=lambda one: one.__name__))


def run(casebook: Casebook, as_of: date, locate: Locate) -> Iterator[Diagnostic]:
    """All findings of all checks on the whole casebook (not on an edition of it)."""
    every = checks()
    for key, record in casebook.records.items():
        for one in every:
            for finding in one(record, casebook, as_of):
                yield _diagnostic(finding, casebook, key, locate)


def _diagnostic(finding: Finding, casebook: Casebook, key: str, locate: Locate) -> Diagnostic:
    where = locate(casebook.places[key], finding.keys, False)
    return Diagnostic(where, finding.code, {"key": key, **finding.values}, finding.guess)
