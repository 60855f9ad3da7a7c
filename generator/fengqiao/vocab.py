"""Controlled terms: dispute types, places, roles … — data, versioned, with the words people use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from fengqiao.record import Day, Figure, Line, Part, Prose, public

VOCABULARIES = (
    "dispute-types",
    "places",
    "roles",
    "specialities",
    "languages",
    "outcomes",
    "synonyms",
)
"""The files of ``casebook/vocab/``."""


class VocabTerm(Part):
    """One term: what records write, what pages print, what else it is called."""

    code: Line = public("代码", "Code, never changed once used", example="neighbourhood")
    name: Line = public("名称", "Name that pages print", example="邻里纠纷")
    en: Line | None = public("英文", "English name", default=None)
    aliases: tuple[Line, ...] = public("别名", "Other words for it", default=())
    parent: Line | None = public("上级", "Code of the wider term", default=None)
    note: Prose | None = public("说明", "What belongs here", default=None)
    since: Day | None = public("启用", "In use since", default=None)
    until: Day | None = public("停用", "In use until", default=None, after="since")
    means: tuple[Line, ...] = public("指向", "Terms of the trade (synonyms only)", default=())
    weight: Figure | None = public("权重", "How near in meaning, 0 to 1", default=None)

    def label(self, lang: str) -> str:
        """The name in ``lang``, the Chinese one where there is no other."""
        return self.name if lang == "zh" else self.en or self.name


@dataclass(frozen=True)
class Vocabulary:
    """The terms of one file, in its order."""

    name: str
    terms: tuple[VocabTerm, ...] = ()
    children: Mapping[str, tuple[VocabTerm, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        children: dict[str, list[VocabTerm]] = {}
        for term in self.terms:
            children.setdefault(term.parent or "", []).append(term)
        object.__setattr__(
            self, "children", {code: tuple(terms) for code, terms in children.items()}
        )

    @cached_property
    def by_word(self) -> Mapping[str, VocabTerm]:
        """Code, name or alias → term; a code wins over a name, a name over an alias."""
        words: dict[str, VocabTerm] = {}
        for term in self.terms:
            words.update(dict.fromkeys(term.aliases, term))
        for term in self.terms:
            words[term.name] = term
        for term in self.terms:
            words[term.code] = term
        return words

    def find(self, word: str) -> VocabTerm | None:
        """The term written as ``word``."""
        return self.by_word.get(word)

    def lineage(self, word: str) -> Iterator[VocabTerm]:
        """The term and everything above it, the widest first; stops where a chain turns back."""
        chain: list[VocabTerm] = []
        term = self.find(word)
        while term is not None and term not in chain:
            chain.append(term)
            term = self.find(term.parent) if term.parent else None
        return reversed(chain)


Vocabularies = Mapping[str, Vocabulary]
