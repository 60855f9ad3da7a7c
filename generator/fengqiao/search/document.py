"""What the search knows about one page or one article of a law."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """One thing that can be found. All texts are plain text, as the reader sees them."""

    id: str
    """Unique, ``kind/id`` or, for a part of a page, ``kind/id#anchor``."""
    url: str
    """Relative to the site root; may carry an anchor."""
    kind: str
    kind_label: str
    """The kind's name for the reader."""
    title: str
    aliases: tuple[str, ...] = ()
    """Other names, mottoes, mechanisms: finding one exactly counts as finding the title exactly."""
    summary: str = ""
    body: tuple[str, ...] = ()
    """Paragraphs, list items, cells. A phrase is found inside one of them, never across two."""
    sample: bool = False
    """Invented for training: every hit carries the sample mark."""
