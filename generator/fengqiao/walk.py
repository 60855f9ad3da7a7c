"""Walking through a record: every value with the way to it, its declaration and its audience."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple, TypeVar

from fengqiao.record import Audience, Declared, Part, Record, anatomy
from fengqiao.where import KeyPath

PartType = TypeVar("PartType", bound=Part)


class Leaf(NamedTuple):
    """One value that is not a group: ``audience`` is that of the field and of all around it."""

    keys: KeyPath
    declared: Declared
    value: Any
    audience: Audience


Wanted = Callable[[Declared], bool]
"""Picks fields; a function with a name, as what it picks is remembered for each model."""


def names_others(declared: Declared) -> bool:
    """Whether a field can name another record: a reference, or prose with links."""
    return declared.reference is not None or declared.prose


def is_coded(declared: Declared) -> bool:
    """Whether a field holds controlled terms."""
    return declared.coded is not None


def every(declared: Declared) -> bool:
    """Any field."""
    return True


def leaves(part: Part, wanted: Wanted = every) -> list[Leaf]:
    """Every value of the ``wanted`` fields below ``part`` in the order of declaration; members of
    lists one by one, absent values not at all."""
    found: list[Leaf] = []
    _gather(part, wanted, (), Audience.PUBLIC, found)
    return found


@cache
def _fields(model: type[Part], wanted: Wanted) -> tuple[Declared, ...]:
    """The fields of ``model`` that are wanted, or have something wanted below them."""
    return tuple(
        declared
        for declared in anatomy(model)
        if (wanted(declared) if declared.part is None else _holds(declared.part, wanted))
    )


def _holds(model: type[Part], wanted: Wanted) -> bool:
    return any(
        declared.part is None and wanted(declared)
        for one in (model, *_types_below(model))
        for declared in anatomy(one)
    )


def _gather(
    part: Part, wanted: Wanted, keys: KeyPath, audience: Audience, found: list[Leaf]
) -> None:
    for declared in _fields(type(part), wanted):
        value = getattr(part, declared.name)
        if value is None or value == ():
            continue
        reach = audience
        if declared.audience is not Audience.PUBLIC:
            reach = Audience.least_public(audience, declared.audience)
        here = (*keys, declared.name)
        if not declared.many:
            if declared.part is None:
                found.append(Leaf(here, declared, value, reach))
            else:
                _gather(value, wanted, here, reach, found)
        elif declared.part is None:
            found += [
                Leaf((*here, index), declared, member, reach) for index, member in enumerate(value)
            ]
        else:
            for index, member in enumerate(value):
                _gather(member, wanted, (*here, index), reach, found)


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
