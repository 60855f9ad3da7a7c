"""Faults in the content, as values: found in any stage, reported together, sorted, in two tongues.

A code's severity, wording and hint stand in ``messages/diagnostics.yml``; what it means and how to
mend it stands under a heading of its own in ``docs/checks.md``.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from fengqiao.messages import Value, catalogue, text
from fengqiao.where import Where


class Severity(StrEnum):
    """How bad it is: an error stops the build, a warning asks for a look, a note informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One fault. ``values`` fill the sentence of ``code``: what was found and what was expected;
    ``guess`` is the nearest thing the author may have meant, or empty."""

    where: Where
    code: str
    values: Mapping[str, Value] = field(default_factory=dict)
    guess: str = ""

    @property
    def severity(self) -> Severity:
        """As ``messages/diagnostics.yml`` says for the code."""
        return Severity(catalogue()[self.code]["severity"])

    def message(self, lang: str) -> str:
        """The sentence in ``lang``, with the guess behind it."""
        sentence = text(self.code, lang, **self.values)
        if self.guess:
            sentence += text("did-you-mean", lang, guess=self.guess)
        return sentence

    def line(self, lang: str) -> str:
        """``path:line:col: error[code] message``."""
        return f"{self.where}: {self.severity}[{self.code}] {self.message(lang)}"

    def as_dict(self, lang: str) -> dict[str, Value]:
        """For ``--json``."""
        return {
            "path": self.where.path,
            "line": self.where.line,
            "column": self.where.column,
            "severity": str(self.severity),
            "code": self.code,
            "message": self.message(lang),
        }


def in_order(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sorted by file, line and column, then code and wording; the same fault once."""
    unique = {(one.where, one.code, one.message("en")): one for one in found}
    return tuple(one for _, one in sorted(unique.items(), key=lambda item: item[0]))


def has_errors(found: Iterable[Diagnostic]) -> bool:
    """Whether a build must stop."""
    return any(one.severity is Severity.ERROR for one in found)


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like ``word``, or empty when nothing is near enough to suggest."""
    close = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return close[0] if close else ""
