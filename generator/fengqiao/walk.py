"""Walking through a record: every value with the way to it, its declaration and its audience."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from fengqiao.record import Audience, Declared, Part, Record, anatomy
from fengqiao.where import KeyPath

PartType = TypeVar("PartType", bound=Part)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value that is not a group: ``audience`` is that of the field and of all around it."""

    keys: KeyPath
    declared: Declared
    value: Any
    audience: Audience


def leaves(part: Part, keys: KeyPath = (), audience: Audience = Audience.PUBLIC) -> Iterator[Leaf]:
    """Every value below ``part`` in the order of declaration; members of lists one by one,
    absent values not at all."""
    for declared in anatomy(type(part)):
        value = getattr(part, declared.name)
        if value is None or value == ():
            continue
        reach = audience
        if declared.audience is not Audience.PUBLIC:
            reach = Audience.least_public(audience, declared.audience)
        here = (*keys, declared.name)
        if declared.many:
            for index, member in enumerate(value):
                if declared.part is not None:
                    yield from leaves(member, (*here, index), reach)
                else:
                    yield Leaf((*here, index), declared, member, reach)
        elif declared.part is not None:
            yield from leaves(value, here, reach)
        else:
            yield Leaf(here, declared, value, reach)


@cache
def _types_below(model: type[Part]) -> frozenset[type[Part]]:
    found: set[type[Part]] = set()
    ahead = [model]
    while ahead:
        parts = {one.part for one in anatomy(ahead.pop()) if one.part is not None} - found
        found |= parts
        ahead += parts
    return frozenset(found)


@cache
def _holders(model: type[Part], wanted: type[Part]) -> tuple[Declared, ...]:
    """The fields of ``model`` with a ``wanted`` in or below them: most records need not be walked,
    as their kind does not know the type."""
    return tuple(
        declared
        for declared in anatomy(model)
        if declared.part is not None
        and any(issubclass(one, wanted) for one in (declared.part, *_types_below(declared.part)))
    )


def parts_of(
    part: Part, wanted: type[PartType], keys: KeyPath = ()
) -> Iterator[tuple[KeyPath, PartType]]:
    """Every group of type ``wanted`` below ``part``, with the way to it."""
    for declared in _holders(type(part), wanted):
        value = getattr(part, declared.name)
        if value is None:
            continue
        here = (*keys, declared.name)
        members = enumerate(value) if declared.many else ((None, value),)
        for index, member in members:
            there = here if index is None else (*here, index)
            if isinstance(member, wanted):
                yield there, member
            yield from parts_of(member, wanted, there)


def all_parts(record: Record) -> Iterator[tuple[KeyPath, Part]]:
    """The record itself and every group in it."""
    yield (), record
    yield from parts_of(record, Part)
