"""A term (术语): what a word means, in words that a villager understands."""

from __future__ import annotations

from typing import Annotated, ClassVar

from fengqiao.record import Kind, Line, Prose, Record, Ref, internal, public, to


class Term(Record):
    """A word of the trade."""

    kind: ClassVar[Kind] = Kind(
        name="term",
        folder="terms",
        zh="术语",
        en="Terms",
        section="law",
        order=80,
        instead_zh="一个术语",
        instead_en="a term",
    )

    definition: Prose = public("意思", "Definition in plain words")
    gloss: Line | None = public("英文", "English gloss", default=None, alias=True)
    basis: tuple[Annotated[Ref, to("law")], ...] = public("法律依据", "Legal basis", default=())
    example: Prose | None = public("例", "Example", default=None)
    not_to_confuse: tuple[Annotated[Ref, to("term")], ...] = public(
        "不要混同", "Not to be confused with", default=()
    )
    office_note: Prose | None = internal("内部备注", "Notes of the office")
