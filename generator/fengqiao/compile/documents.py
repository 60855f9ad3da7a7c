"""What the search gets to read of a record: the same words that its page prints."""

from __future__ import annotations

from collections.abc import Iterator

from fengqiao import address
from fengqiao.casebook import Casebook
from fengqiao.messages import catalogue
from fengqiao.prose import plain_paragraphs
from fengqiao.record import NOT_STATED, Anchor, Declared, Part, Record, Ref, anatomy
from fengqiao.search.document import SearchDocument


def documents_of(record: Record, casebook: Casebook, lang: str) -> Iterator[SearchDocument]:
    """One document for the record and one for each anchor that has text of its own."""
    reader = _Reader(casebook, lang)
    path = address.page_path(record.kind, record.id)
    anchored = [anchor for anchor in record.anchors() if anchor.paragraphs]
    aliases, body = reader.read(record, bool(anchored))
    yield SearchDocument(
        id=record.key,
        url=path,
        kind=record.kind.name,
        kind_label=record.kind.label(lang),
        title=record.title,
        aliases=(*aliases, record.id),
        summary=record.summary or "",
        body=body,
        sample=record.is_sample,
    )
    for anchor in anchored:
        yield reader.anchor(record, anchor, path)


class _Reader:
    def __init__(self, casebook: Casebook, lang: str) -> None:
        self.casebook = casebook
        self.lang = lang

    def title_of(self, ref: Ref) -> str:
        record = self.casebook.get(ref)
        return record.title if record else str(ref)

    def read(self, record: Record, anchored: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Aliases and paragraphs of a record."""
        aliases: dict[str, None] = {}
        body: list[str] = []
        self._part(record, anchored, aliases, body)
        return tuple(aliases), tuple(body)

    def _part(self, part: Part, anchored: bool, aliases: dict[str, None], body: list[str]) -> None:
        for declared in anatomy(type(part)):
            if declared.name in ("title", "summary") and isinstance(part, Record):
                continue
            value = getattr(part, declared.name)
            if value is None or value == () or declared.marks.get("quiet"):
                continue
            for one in value if declared.many else (value,):
                if declared.part is None:
                    self._value(declared, one, aliases, body)
                elif not (anchored and declared.marks.get("anchored")):
                    self._part(one, anchored, aliases, body)

    def _value(
        self, declared: Declared, value: object, aliases: dict[str, None], body: list[str]
    ) -> None:
        if declared.reference is not None or not isinstance(value, str) or value == NOT_STATED:
            return
        if declared.marks.get("alias"):
            aliases[value] = None
        elif declared.prose:
            body += plain_paragraphs(value, self.title_of)
        elif declared.coded is not None:
            term = self.casebook.term(declared.coded.vocabulary, value)
            body.append(term.label(self.lang) if term else value)
        elif declared.text:
            body.append(value)
        else:
            entry = catalogue().get(f"value-{declared.name}-{value}")
            if entry:
                body.append(entry[self.lang])

    def anchor(self, record: Record, anchor: Anchor, path: str) -> SearchDocument:
        paragraphs = [
            line for text in anchor.paragraphs for line in plain_paragraphs(text, self.title_of)
        ]
        return SearchDocument(
            id=f"{record.key}#{anchor.id}",
            url=f"{path}#{anchor.id}",
            kind=record.kind.name,
            kind_label=record.kind.label(self.lang),
            title=anchor.title,
            aliases=anchor.aliases,
            summary=anchor.summary,
            body=tuple(paragraphs),
            sample=record.is_sample,
        )
