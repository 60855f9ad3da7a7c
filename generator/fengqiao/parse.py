"""Second stage: plain trees become typed, frozen records; every fault of shape is reported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from pydantic import ValidationError

from fengqiao.diagnostics import Diagnostic, nearest
from fengqiao.messages import catalogue
from fengqiao.record import Part, anatomy
from fengqiao.where import KeyPath, Place, Where

Locate = Callable[[Place, KeyPath, bool], Where]
"""Finds a value (or, with ``True``, its key) in the authors' files; asked only when needed."""

PartType = TypeVar("PartType", bound=Part)


def parse_part(
    model: type[PartType], tree: dict[str, Any], place: Place, locate: Locate
) -> tuple[PartType | None, tuple[Diagnostic, ...]]:
    """``tree`` as a ``model``, or everything that is wrong with it. An empty value counts as a
    key that was not written."""
    try:
        return model.model_validate(_without_empty(tree)), ()
    except ValidationError as error:
        faults = error.errors(include_url=False)
        return None, tuple(_diagnostic(model, tree, place, locate, fault) for fault in faults)


def identifies(tree: dict[str, Any], kind: str) -> str:
    """The key a broken record would have had, so that references to it are not faults as well."""
    identity = tree.get("id")
    return f"{kind}/{identity}" if isinstance(identity, str) else ""


def _without_empty(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {
            key: value if isinstance(value, str) else _without_empty(value)
            for key, value in tree.items()
            if value is not None
        }
    if isinstance(tree, list):
        return [value if isinstance(value, str) else _without_empty(value) for value in tree]
    return tree


def _diagnostic(
    model: type[Part], tree: dict[str, Any], place: Place, locate: Locate, fault: Any
) -> Diagnostic:
    keys = tuple(_existing(tree, fault["loc"]))
    if fault["type"] == "extra_forbidden":
        name = str(fault["loc"][-1])
        known = _keys_at(model, keys[:-1])
        where = locate(place, keys, True)
        return Diagnostic(where, "unknown-key", {"key": name}, nearest(name, known))
    if fault["type"] == "missing":
        name = str(fault["loc"][-1])
        where = locate(place, keys, False)
        labels = {one.name: one for one in anatomy(_model_at(model, keys))}
        zh = labels[name].zh if name in labels else name
        return Diagnostic(where, "missing-field", {"field": name, "label": zh})
    where = locate(place, keys, False)
    code = "bad-id" if "identifier" in fault["type"] else "wrong-type"
    expected, choices = _expected(fault)
    values = {
        "field": ".".join(str(key) for key in fault["loc"]),
        "found": _shown(fault["input"]),
        "expected": expected,
        "expected_en": _expected_in(fault, "en"),
    }
    guess = nearest(fault["input"], choices) if isinstance(fault["input"], str) else ""
    return Diagnostic(where, code, values, guess)


def _existing(tree: Any, loc: tuple[str | int, ...]) -> Iterator[str | int]:
    """As much of pydantic's ``loc`` as leads through what the author wrote."""
    for key in loc:
        try:
            tree = tree[key]
        except (KeyError, IndexError, TypeError):
            return
        yield key


def _model_at(model: type[Part], keys: KeyPath) -> type[Part]:
    for key in keys:
        if isinstance(key, int):
            continue
        part = next((one.part for one in anatomy(model) if one.name == key), None)
        if part is None:
            return model
        model = part
    return model


def _keys_at(model: type[Part], keys: KeyPath) -> list[str]:
    return [one.name for one in anatomy(_model_at(model, keys))]


def _expected(fault: Any) -> tuple[str, list[str]]:
    context = fault.get("ctx") or {}
    listed = str(context.get("expected", "")).replace("'", "")
    choices = listed.replace(" or ", ", ").split(", ") if listed else []
    return _expected_in(fault, "zh"), choices


def _expected_in(fault: Any, lang: str) -> str:
    context = fault.get("ctx") or {}
    key = f"expected-{fault['type']}"
    if key not in catalogue():
        key = "expected-other"
    values = {name: value for name, value in context.items() if isinstance(value, str | int)}
    if "expected" in values:
        values["expected"] = str(values["expected"]).replace("'", "").replace(" or ", ", ")
    return catalogue()[key][lang].format_map({"kinds": "", "msg": fault["msg"], **values})


_SHOWN_AS = {"\n": "⏎", "\t": " "}
"""A diagnostic is one line."""


def _shown(found: object) -> str:
    if isinstance(found, dict):
        return "{…}"
    if isinstance(found, list | tuple):
        return "[…]"
    letters = (_SHOWN_AS.get(letter, letter) for letter in str(found)[:41])
    text = "".join(letter if letter.isprintable() else "�" for letter in letters)
    return text if len(text) <= 40 else text[:39] + "…"
