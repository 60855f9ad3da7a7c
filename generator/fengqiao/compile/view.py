"""What a template sees: one record's page and the ways to print what is in it.

In templates it is called ``v``: ``{{ v.md(record.facts) }}``, ``{{ v.link(record.lead) }}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from html import escape
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from fengqiao import address, prose
from fengqiao.casebook import Mention
from fengqiao.compile.lists import Group, grouped
from fengqiao.messages import Value, catalogue, text
from fengqiao.record import NOT_STATED, Audience, Declared, Part, Record, Ref, anatomy
from fengqiao.training.questions import QuestionType, find_types
from fengqiao.vocab import VocabTerm

if TYPE_CHECKING:
    from fengqiao.compile import Compiler

MOST_CITING = 24
"""How many records of one kind a page lists that name it; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Row:
    """A field of a record, ready to print."""

    label: str
    html: Markup
    block: bool
    """Whether it is more than a line: prose, lists and groups."""


@dataclass(frozen=True, slots=True)
class Citing:
    """The records of one kind that name this one."""

    kind: str
    label: str
    records: tuple[tuple[Record, str], ...]
    """Each with the name of the field it names this one in; at most :data:`MOST_CITING`."""
    more: int = 0
    """How many others there are."""


@cache
def _field(model: type[Part], name: str) -> Declared:
    return next(one for one in anatomy(model) if one.name == name)


class View:
    """One page being compiled. Not shared: it remembers which terms it has explained."""

    def __init__(self, compiler: Compiler, path: str, key: str = "") -> None:
        self._compiler = compiler
        self.casebook = compiler.casebook
        self.lang = compiler.lang
        self.path = path
        self.key = key
        self._explained = {key}

    # ------------------------------------------------------------ words

    def t(self, key: str, **values: Value) -> str:
        """A word of the interface."""
        return text(key, self.lang, **values)

    def value(self, field: str, value: object) -> str:
        """The word for a fixed value of a field: ``v.value("level", "county")`` → 县级."""
        entry = catalogue().get(f"value-{field}-{value}")
        return entry[self.lang] if entry else str(value)

    def label(self, part: Part, name: str) -> str:
        """The name of a field."""
        return _field(type(part), name).label(self.lang)

    def code(self, vocabulary: str, word: str) -> str:
        """The name of a controlled term; ``not-stated`` says so."""
        if word == NOT_STATED:
            return self.t("not-stated")
        term = self.casebook.term(vocabulary, word)
        return term.label(self.lang) if term else word

    def lineage(self, vocabulary: str, word: str) -> tuple[VocabTerm, ...]:
        """A controlled term with everything above it, the widest first."""
        known = self.casebook.vocabularies.get(vocabulary)
        return tuple(known.lineage(word)) if known else ()

    def stated(self, written: str | None) -> str:
        """A limit or period as written, with the words for one that the source does not state;
        ``2019/2021-08`` is a period from and to, ``2019/..`` one that goes on."""
        if written is None or written == NOT_STATED:
            return self.t("not-stated")
        start, slash, end = written.partition("/")
        if not slash or not re.fullmatch(r"[\d-]+", start):
            return written
        return (
            self.t("since", start=start) if end == ".." else self.t("from-to", start=start, end=end)
        )

    # ------------------------------------------------------------ links

    def url(self, target: str) -> str:
        """The address of a page of the site, from this one."""
        return address.link(self.path, target)

    def to(self, record: Record, anchor: str = "") -> str:
        """The address of a record's page, from this one."""
        path = address.page_path(record.kind, record.id)
        return self.url(f"{path}#{anchor}" if anchor else path)

    def file(self, record: Record, name: str) -> str:
        """The address of a file that belongs to a record."""
        return self.url(address.attachment_path(record.kind, record.id, name))

    def title(self, ref: Ref) -> str:
        """What a reference is called: the record's title, an anchor's, or the words for a record
        that this edition does not have."""
        return self._compiler.title_of(ref)

    def link(self, ref: Ref | Record, words: str | None = None) -> Markup:
        """A link to a record, or its words where this edition has no such record."""
        if isinstance(ref, Record):
            ref = Ref(ref.kind.name, ref.id)
        return Markup(self._link(ref, words))

    def _link(self, ref: Ref, words: str | None = None) -> str:
        record = self.casebook.get(ref)
        shown = escape(words or ref.text or self.title(ref), quote=False)
        if record is None:
            return shown
        target = address.page_path(record.kind, record.id)
        href = self.url(f"{target}#{ref.anchor}" if ref.anchor else target)
        mark = self.sample_mark(record) if record.is_sample and not words else ""
        return f'<a href="{href}">{shown}</a>{mark}'

    def sample_mark(self, record: Record) -> Markup:
        """The word that marks an invented record, or nothing."""
        if not record.is_sample:
            return Markup("")
        return Markup(f'<span class="fq-sample">{escape(self.t("sample"))}</span>')

    # ------------------------------------------------------------ prose

    def md(self, written: str | None) -> Markup:
        """Authors' Markdown, cleaned, linked, with terms explained at their first appearance."""
        if not written:
            return Markup("")
        html = prose.render(written, self._link)
        words = self._compiler.term_words
        return Markup(prose.explain_terms(html, words, self._explain, self._explained))

    def line(self, written: str | None) -> Markup:
        """Prose of one paragraph without the ``<p>`` around it, for lists and cells."""
        html = self.md(written)
        if html.startswith("<p>") and html.count("<p>") == 1 and html.endswith("</p>"):
            return Markup(html[3:-4])
        return html

    def _explain(self, key: str) -> str:
        path, tip = self._compiler.term_tip(key)
        return f'<a class="fq-term" href="{self.url(path)}" title="{tip}">'

    # ------------------------------------------------------------ whole fields

    def rows(self, part: Part, *skip: str, audience: str = "") -> Iterator[Row]:
        """The fields of ``part`` that say something, in the order of their declaration, without
        those named in ``skip``: a page for a kind that has no better one. With ``audience`` only
        the fields declared for it (which no more public edition has)."""
        for declared in anatomy(type(part)):
            value = getattr(part, declared.name)
            if declared.name in skip or value is None or value == ():
                continue
            if audience and declared.audience is not Audience(audience):
                continue
            block = declared.prose or declared.many or declared.part is not None
            yield Row(declared.label(self.lang), self._shown(declared, value), block)

    def _shown(self, declared: Declared, value: Any) -> Markup:
        if not declared.many:
            return self._one(declared, value)
        items = Markup("").join(
            Markup("<li>{}</li>").format(self._one(declared, one)) for one in value
        )
        return Markup("<ul>{}</ul>").format(items)

    def _one(self, declared: Declared, value: Any) -> Markup:
        if declared.part is not None:
            rows = list(self.rows(value))
            return Markup('<dl class="fq-group">{}</dl>').format(
                Markup("").join(
                    Markup("<dt>{}</dt><dd>{}</dd>").format(row.label, row.html) for row in rows
                )
            )
        if declared.reference is not None:
            return self.link(value)
        if declared.coded is not None:
            return Markup(escape(self.code(declared.coded.vocabulary, value)))
        if declared.prose:
            return self.md(value)
        if value == NOT_STATED:
            return Markup(escape(self.t("not-stated")))
        if isinstance(value, bool):
            return Markup(escape(self.t("yes" if value else "no")))
        return Markup(escape(self.value(declared.name, value)))

    # ------------------------------------------------------------ what is derived

    def cited_by(self) -> tuple[Citing, ...]:
        """The records that name this page's record, by kind; each once, with its first field."""
        return self._citing(self._named_here)

    def cited_at(self, anchor: str) -> tuple[Citing, ...]:
        """The records that name this anchor of the page; with ``""``, the page as a whole."""
        return self._citing(self._named_at.get(anchor, ()))

    def naming(self, kind: str, field: str) -> tuple[Any, ...]:
        """The records of ``kind`` whose ``field`` names this page's record, by id."""
        found = dict.fromkeys(
            mention.source
            for mention in self._named_here
            if mention.keys[0] == field and mention.source.startswith(f"{kind}/")
        )
        return tuple(self.casebook.records[key] for key in found)

    @cached_property
    def _named_here(self) -> tuple[Mention, ...]:
        named = self.casebook.cited_by.get(self.key, ())
        return tuple(mention for mention in named if mention.source != self.key)

    @cached_property
    def _named_at(self) -> Mapping[str, list[Mention]]:
        by_anchor: dict[str, list[Mention]] = {}
        for mention in self._named_here:
            by_anchor.setdefault(mention.ref.anchor, []).append(mention)
        return by_anchor

    def _citing(self, mentions: Iterable[Mention]) -> tuple[Citing, ...]:
        by_kind: dict[str, dict[str, tuple[Record, str]]] = {}
        for mention in mentions:
            record = self.casebook.records[mention.source]
            label = mention.label_zh if self.lang == "zh" else mention.label_en
            by_kind.setdefault(record.kind.name, {}).setdefault(record.key, (record, label))
        kinds = self.casebook.kinds
        return tuple(
            Citing(
                name,
                kinds[name].kind.label(self.lang),
                tuple(by_kind[name].values())[:MOST_CITING],
                max(0, len(by_kind[name]) - MOST_CITING),
            )
            for name in kinds
            if name in by_kind
        )

    def above(self, record: Record, field: str) -> tuple[Record, ...]:
        """What ``record`` belongs to by ``field`` (a reference to its own kind), and what that
        belongs to, the widest first; stops where a chain turns back."""
        chain: list[Record] = []
        ref = getattr(record, field)
        while ref is not None:
            higher = self.casebook.get(ref)
            if higher is None or higher is record or higher in chain:
                break
            chain.append(higher)
            ref = getattr(higher, field)
        return tuple(reversed(chain))

    def grouped(
        self, records: Sequence[Record], field: str, *, widest: bool = False
    ) -> tuple[Group, ...]:
        """Records by a field, in the order of its vocabulary or of its declared values; with
        ``widest``, by the widest term above it (a town by its province)."""
        return grouped(self.casebook, records, field, self.lang, widest=widest)

    def with_term(self, vocabulary: str) -> Mapping[str, Mapping[str, Sequence[Record]]]:
        """Code → kind → the records that name the term or a narrower one, each once."""
        return self._compiler.with_term(vocabulary)

    def question_type(self, name: str) -> QuestionType:
        """A type of question by its name."""
        return find_types()[name]

    def records(self, refs: Iterable[Ref]) -> tuple[Record, ...]:
        """The records that these references name, as far as this edition has them."""
        found = (self.casebook.get(ref) for ref in refs)
        return tuple(record for record in found if record is not None)

    def of_kind(self, kind: str) -> tuple[Any, ...]:
        """All records of a kind."""
        return tuple(self.casebook.of_kind(kind))

    @property
    def words(self) -> Mapping[str, str]:
        """Every word that a term explains."""
        return self._compiler.term_words
