"""Every fixed value of every field of every kind has its words in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Any, Literal, get_args, get_origin

import pytest

from fengqiao.kinds import find_kinds
from fengqiao.messages import LANGUAGES, catalogue
from fengqiao.record import Part, anatomy


def fixed_values(annotation: Any) -> Iterator[str]:
    """The values of every Literal and Enum inside an annotation."""
    if get_origin(annotation) is Literal:
        yield from map(str, get_args(annotation))
    elif isinstance(annotation, type) and issubclass(annotation, Enum):
        yield from (str(member.value) for member in annotation)
    else:
        for inner in get_args(annotation):
            yield from fixed_values(inner)


def parts(model: type[Part], seen: set[type[Part]]) -> Iterator[type[Part]]:
    """A model and every group inside it, once."""
    if model in seen:
        return
    seen.add(model)
    yield model
    for declared in anatomy(model):
        if declared.part is not None:
            yield from parts(declared.part, seen)


def all_values() -> list[str]:
    seen: set[type[Part]] = set()
    found: dict[str, None] = {}
    for folder in find_kinds().values():
        for part in parts(folder.model, seen):
            for name, info in part.model_fields.items():
                found.update((f"{name}-{value}", None) for value in fixed_values(info.annotation))
    return list(found)


@pytest.mark.parametrize("value", all_values())
def test_a_fixed_value_has_words_in_both_languages(value: str) -> None:
    entry = catalogue().get(f"value-{value}")
    assert entry is not None, f"messages/values.yml lacks value-{value}"
    for lang in LANGUAGES:
        assert entry[lang].strip()


def test_values_of_nested_groups_are_seen() -> None:
    assert {"role-third-party", "channel-hotline", "lang-bo", "origin-invented"} <= {*all_values()}


def test_no_words_without_a_value() -> None:
    known = {f"value-{value}" for value in all_values()}
    assert {key for key in catalogue() if key.startswith("value-")} == known
