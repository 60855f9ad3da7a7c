"""Fifth stage: the casebook as one audience may see it.

Records and fields are dropped first and everything derived is derived again from what is left, so
that no count, backlink or tooltip can tell of something that is not there.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from fengqiao.casebook import Casebook
from fengqiao.link import INLINE, inline_ref, link
from fengqiao.record import Audience, Declared, Part, Ref, anatomy
from fengqiao.walk import names_others


def for_edition(casebook: Casebook, edition: Audience, lang: str = "zh") -> Casebook:
    """What readers of ``edition`` may see. A required reference to a dropped record becomes the
    words its kind declares (“一位调解员”), an optional one disappears, an inline link becomes
    plain text; sealed records stand in no edition."""
    kept = {
        key: record
        for key, record in casebook.records.items()
        if record.visible_to().reaches(edition) and not record.sealed()
    }
    cutter = _Cutter(casebook, kept.keys(), edition, lang)
    cut = {key: cutter.cut(record) for key, record in kept.items()}
    placed = [(record, casebook.places[key]) for key, record in cut.items()]
    whole = {key: casebook.mentions.get(key, ()) for key in kept if cut[key] is kept[key]}
    return link(casebook.info, casebook.kinds, casebook.vocabularies, placed, edition, whole)


@cache
def _changeable(model: type[Part], edition: Audience) -> tuple[Declared, ...]:
    """The fields of ``model`` that an edition may have to change; most only hold plain values that
    everybody may see."""
    return tuple(
        declared
        for declared in anatomy(model)
        if not declared.audience.reaches(edition)
        or declared.part is not None
        or names_others(declared)
    )


class _Cutter:
    """Cuts records down to what an edition shows."""

    def __init__(self, casebook: Casebook, kept: Any, edition: Audience, lang: str) -> None:
        self.kinds = casebook.kinds
        self.kept = kept
        self.edition = edition
        self.lang = lang

    def cut(self, part: Any) -> Any:
        """``part`` with what this edition hides left out; the same value where nothing is."""
        changed = {}
        model: type[Part] = type(part)
        for declared in _changeable(model, self.edition):
            value = getattr(part, declared.name)
            if value is None or value == ():
                continue
            new = self._value(declared, value)
            if new is not value:
                changed[declared.name] = new
        return part.model_copy(update=changed) if changed else part

    def _value(self, declared: Declared, value: Any) -> Any:
        if not declared.audience.reaches(self.edition):
            return declared.default
        if declared.part is not None:
            return self._each(declared, value, self.cut)
        if declared.reference is not None:
            return self._references(declared, value)
        if declared.prose:
            return self._each(declared, value, self._prose)
        return value

    @staticmethod
    def _each(declared: Declared, value: Any, change: Any) -> Any:
        if not declared.many:
            return change(value)
        new = tuple(change(member) for member in value)
        same = all(one is other for one, other in zip(new, value, strict=True))
        return value if same else new

    def _references(self, declared: Declared, value: Any) -> Any:
        if declared.many:
            new = tuple(ref for ref in value if ref.dropped or ref.key in self.kept)
            return value if len(new) == len(value) else new
        if value.dropped or value.key in self.kept:
            return value
        return Ref("", "", "", self._instead(value)) if declared.required else None

    def _instead(self, ref: Ref) -> str:
        folder = self.kinds.get(ref.kind)
        return folder.kind.instead(self.lang) if folder else "…"

    def _prose(self, text: str) -> str:
        return INLINE.sub(self._inline, text) if "[[" in text else text

    def _inline(self, match: re.Match[str]) -> str:
        ref = inline_ref(match[1], match[2])
        if ref is None or ref.key in self.kept:
            return match[0]
        return ref.text or self._instead(ref)
