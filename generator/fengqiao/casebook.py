"""The casebook: all records, linked, with their vocabularies — an immutable value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from fengqiao.kinds import Kinds
from fengqiao.record import Anchor, Audience, Count, Line, Part, Record, Ref, WebAddress, public
from fengqiao.vocab import VocabTerm, Vocabularies
from fengqiao.where import KeyPath, Place

SCHEMA_VERSION = 1
"""The version of the record format that this package reads."""


class CasebookInfo(Part):
    """``casebook/casebook.yml``: what the casebook is, and who answers for it."""

    title: Line = public("标题", "Title", example="某某县人民调解知识库")
    subtitle: Line | None = public("副题", "Subtitle", default=None)
    office: Line = public("编写单位", "Office that answers for it", example="某某县司法局")
    jurisdiction: Line = public("适用地区", "Where it applies", example="某某县")
    contact: Line | None = public("联系方式", "How to reach the office", default=None)
    email: Line | None = public("邮箱", "Where errors are reported", default=None)
    url: WebAddress | None = public("网址", "Web address", default=None)
    note: Line | None = public("说明", "What a reader should know first", default=None)
    schema_version: Count = public(
        "格式版本", "Version of the record format", default=SCHEMA_VERSION
    )


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in a record that names another record."""

    source: str
    """Key of the record that names."""
    keys: KeyPath
    label_zh: str
    label_en: str
    """The field's name, in both tongues: “used in: 法律依据”."""
    ref: Ref
    inline: bool
    """Whether it is a ``[[…]]`` in prose rather than a field of its own."""
    audience: Audience
    """Who sees the place, the record's own audience aside."""


@dataclass(frozen=True)
class Casebook:
    """Everything an office wrote, linked. ``records`` and all indexes are sorted by key."""

    info: CasebookInfo
    kinds: Kinds
    vocabularies: Vocabularies
    records: Mapping[str, Record]
    places: Mapping[str, Place]
    mentions: Mapping[str, tuple[Mention, ...]]
    """Key → what the record names."""
    cited_by: Mapping[str, tuple[Mention, ...]]
    """Key → where the record is named."""
    edition: Audience | None = None
    """Who this casebook was cut for; ``None`` for the whole."""

    def get(self, ref: Ref) -> Record | None:
        """The record that a reference names, or ``None``."""
        return self.records.get(ref.key)

    @cached_property
    def anchors(self) -> Mapping[str, Mapping[str, Anchor]]:
        """Key → anchor id → anchor, of the records that have any."""
        found = ((key, record.anchors()) for key, record in self.records.items())
        return {key: {one.id: one for one in anchors} for key, anchors in found if anchors}

    def of_kind(self, kind: str) -> Iterator[Any]:
        """The records of a kind, by id."""
        prefix = f"{kind}/"
        return (record for key, record in self.records.items() if key.startswith(prefix))

    def term(self, vocabulary: str, word: str) -> VocabTerm | None:
        """The controlled term written as ``word``."""
        known = self.vocabularies.get(vocabulary)
        return known.find(word) if known else None
