"""Where in the authors' files something stands."""

from __future__ import annotations

from dataclasses import dataclass

KeyPath = tuple[str | int, ...]
"""The way from a record's root to a value in it: ``("metrics", 3, "rate", "stated")``."""


@dataclass(frozen=True, slots=True, order=True)
class Where:
    """A position a person can open: ``path`` is relative to the project and slashed, line and
    column count from 1. Line 0 means “the whole file” (it could not be read as text)."""

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record was written: its file, and which record of that file (a roster has many)."""

    path: str
    index: int = 0
    roster: bool = False

    @property
    def root(self) -> KeyPath:
        """The way from the file's root to the record's root."""
        return (self.index,) if self.roster else ()
