"""Records with a word of its own in every field, made from the models.

A *canary* is a value that occurs nowhere else: a run of letters beside a pair of rare Han
characters where the field takes text, else an address, a file, a month or a number. Whatever shows
up of them in a site tells which field got out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import yaml
from pydantic import TypeAdapter, ValidationError

from fengqiao.record import Audience, Declared, Kind, Part, Record, anatomy
from fengqiao.search.fold import fold
from fengqiao.vocab import Vocabularies

_RARE = [one for one in map(chr, range(0x3500, 0x3D00)) if fold(one) == one][:400]
_FIRST, _SECOND = _RARE[:150], _RARE[150:300]
_LATIN = re.compile(r"zqk[a-j]{5}")
_HAN = re.compile(f"[{''.join(_FIRST)}][{''.join(_SECOND)}]")
_MONTH = re.compile(r"(3[1-9]\d\d)\s?[-年./]\s?(\d{1,2})")
_NUMBER = re.compile(r"91[3-9],?\d{3},?\d{3}")
FIRST_NUMBER = 913_570_000


def words_in(text: str) -> set[str]:
    """The canaries in a text, in their normal form."""
    text = text.lower()
    return {
        *_LATIN.findall(text),
        *_HAN.findall(text),
        *(f"{year}-{int(month):02}" for year, month in _MONTH.findall(text)),
        *(number.replace(",", "") for number in _NUMBER.findall(text)),
    }


Readers = Audience | None
"""Who may see something; ``None``: nobody, it is sealed."""


@dataclass(frozen=True)
class Canary:
    """Words of one value, who may see them and where they stand."""

    words: frozenset[str]
    readers: Readers
    where: str
    searched: bool = False
    """Whether the value is text that the search reads."""

    def reaches(self, edition: Audience) -> bool:
        return self.readers is not None and self.readers.reaches(edition)


@dataclass
class Aviary:
    """Builds records full of canaries, and remembers each. ``fixed``: ``Model.field`` → the value
    that this field has to have for the record to make sense."""

    vocabularies: Vocabularies
    fixed: Mapping[str, Callable[[Aviary], Any]]
    refs: Callable[[Declared], list[str]] = lambda declared: []
    """What a reference names, of the kinds that it may."""
    canaries: list[Canary] = field(default_factory=list)
    blank: dict[str, Audience] = field(default_factory=dict)
    """Fields that cannot carry a canary (choices, references, terms), with their audience."""
    files: dict[str, str] = field(default_factory=dict)
    """Files to lay beside the record: name and content."""
    last_id: str = ""
    _count: int = 0

    def record(self, model: type[Record], readers: Readers, **given: Any) -> dict[str, Any]:
        """A whole record, as its author would write it; ``given`` fields hold no canaries."""
        return self.part(model, readers, model.kind.name, given)

    def part(
        self,
        model: type[Part],
        readers: Readers,
        where: str,
        given: Mapping[str, Any],
        searched: bool = True,
    ) -> dict[str, Any]:
        """A group as a tree; ``None`` in ``given`` leaves a field out."""
        tree: dict[str, Any] = {}
        for declared in anatomy(model):
            here = f"{where}.{declared.name}"
            reach = readers and Audience.least_public(readers, declared.audience)
            loud = searched and not declared.marks.get("quiet")
            fixed = self.fixed.get(f"{model.__name__}.{declared.name}")
            if declared.name in given:
                value: Any = given[declared.name]
            elif fixed is not None:
                value = fixed(self)
            elif declared.part is not None:
                value = self.part(declared.part, reach, here, {}, loud)
            elif declared.reference is not None:
                self.blank[here] = declared.audience
                keys = self.refs(declared)
                value = keys if declared.many else keys[0]
            else:
                value = self._leaf(model, declared, reach, here, loud and declared.text)
            if value is not None:
                bare = declared.many and not isinstance(value, list)
                tree[declared.name] = [value] if bare else value
        return tree

    def identity(self, readers: Readers = Audience.PUBLIC, where: str = "id") -> str:
        """A canary that can be an id, remembered in :attr:`last_id`."""
        self._count += 1
        self.last_id = self.word()
        self.canaries.append(Canary(frozenset({self.last_id}), readers, where))
        return self.last_id

    def _leaf(
        self, model: type[Part], declared: Declared, readers: Readers, where: str, searched: bool
    ) -> Any:
        info = model.model_fields[declared.name]
        options = _options(info.annotation)
        if declared.coded is not None or options:
            self.blank[where] = declared.audience
            coded = declared.coded
            return self.vocabularies[coded.vocabulary].terms[0].code if coded else options[0]
        accepts = TypeAdapter(Annotated[(info.annotation, *info.metadata, "as in the model")])
        self._count += 1
        for written, words in self._candidates():
            try:
                accepts.validate_python([written] if declared.many else written)
            except ValidationError:
                continue
            self.canaries.append(Canary(frozenset(words), readers, where, searched))
            if written.endswith(".pdf"):
                self.files[written] = f"%PDF-1.7 {self.word()}"
            return written
        raise AssertionError(f"no canary can live in {where}")

    def word(self) -> str:
        """The run of letters of the current number."""
        return "zqk" + "".join("abcdefghij"[int(digit)] for digit in f"{self._count:05}")

    def _candidates(self) -> list[tuple[str, set[str]]]:
        latin = self.word()
        first, second = divmod(self._count, len(_SECOND))
        han = _FIRST[first] + _SECOND[second]
        year, month = divmod(self._count, 12)
        day = f"{3100 + year}-{month + 1:02}-17"
        number = str(FIRST_NUMBER + self._count)
        return [
            (f"{latin} {han}", {latin, han}),
            (f"今年{latin}", {latin}),
            (f"https://{latin}.example/", {latin}),
            (f"{latin}.pdf", {latin}),
            (latin, {latin}),
            (day, {day[:7]}),
            (number, {number}),
        ]


def _options(annotation: Any) -> tuple[Any, ...]:
    """The values of a Literal, an Enum or a truth."""
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return tuple(str(member.value) for member in annotation)
    if annotation is bool:
        return ("false", "true")
    return next((found for one in get_args(annotation) if (found := _options(one))), ())


def write(project: Path, kind: Kind, tree: Mapping[str, Any], comment: str = "") -> None:
    """The record as a file of ``project``."""
    path = project / "casebook" / kind.folder / f"{tree['id']}.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(dict(tree), allow_unicode=True, sort_keys=False)
    path.write_text(f"# {comment}\n{text}", encoding="utf-8")
