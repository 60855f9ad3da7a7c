"""``fengqiao new``: a commented record to fill in, made from the model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import TypeAdapter, ValidationError

from fengqiao.errors import UsageError
from fengqiao.kinds import KindFolder
from fengqiao.messages import catalogue, text
from fengqiao.record import Audience, Declared, Identifier, Part, Record, anatomy


def create_record(project: Path, folder: KindFolder, identity: str, lang: str) -> Path:
    """Writes a skeleton for the record ``identity`` and returns its file. Raises
    :class:`UsageError` for an id that cannot be and for a file that is there already."""
    try:
        TypeAdapter(Identifier).validate_python(identity)
    except ValidationError:
        raise UsageError("new-bad-id", id=identity) from None
    if not (project / "casebook").is_dir():
        raise UsageError("no-casebook", path=project.resolve())
    file = project / "casebook" / folder.kind.folder / f"{identity}.yml"
    file.parent.mkdir(exist_ok=True)
    try:
        with file.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(skeleton(folder.model, identity, lang))
    except FileExistsError:
        raise UsageError("new-exists", path=file) from None
    return file


def skeleton(model: type[Record], identity: str, lang: str) -> str:
    """YAML for a new record: required fields to be filled, all others as comments. Notes begin
    with ``##``, so that taking one ``# `` away turns any comment into YAML."""
    kind = model.kind
    head = text("new-head", lang, kind=kind.label(lang), folder=kind.folder)
    lines = [f"## {line}" for line in head.splitlines()]
    for declared in anatomy(model):
        if declared.name == "id":
            lines += ["", f"id: {identity}"]
        else:
            field = _field(model, declared, lang, in_comment=not declared.required)
            lines += ["", *(field if declared.required else _commented(field))]
    return "\n".join(lines) + "\n"


def _commented(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield line if line.startswith("## ") else f"# {line}"


def _field(model: type[Part], declared: Declared, lang: str, *, in_comment: bool) -> Iterator[str]:
    """A note that explains the field, and the field, empty: nothing is filled in by guess.
    Optional fields of its parts are comments, but for those that stand in a comment already."""
    yield f"## {_note(model, declared, lang)}"
    yield f"{declared.name}:"
    if declared.part is None:
        if declared.many:
            yield "  -"
        return
    inside: list[str] = []
    for inner in sorted(anatomy(declared.part), key=lambda one: not one.required):
        field = _field(declared.part, inner, lang, in_comment=in_comment or not inner.required)
        inside += field if in_comment or inner.required else _commented(field)
    if declared.many:  # the dash goes to the first line that is no note
        first = next(number for number, line in enumerate(inside) if not line.startswith("## "))
        for number, line in enumerate(inside):
            yield f"  - {line}" if number == first else f"    {line}"
    else:
        yield from (f"  {line}" for line in inside)


def _note(model: type[Part], declared: Declared, lang: str) -> str:
    note = declared.label(lang)
    if declared.audience is not Audience.PUBLIC:
        note += text("new-audience", lang, audience=declared.audience)
    choices = _choices(model, declared, lang)
    examples = model.model_fields[declared.name].examples
    if choices:
        note += text("new-choices", lang, choices=choices)
    elif declared.reference is not None:
        kinds = " / ".join(declared.reference.kinds) or "kind/id"
        note += text("new-reference", lang, kinds=kinds)
    elif declared.coded is not None:
        note += text("new-coded", lang, vocabulary=declared.coded.vocabulary)
    elif examples:
        note += text("new-example", lang, example=examples[0])
    return note


def _options(model: type[Part], declared: Declared) -> tuple[Any, ...]:
    annotation = model.model_fields[declared.name].annotation
    for candidate in (annotation, *get_args(annotation)):
        if get_origin(candidate) is Literal:
            return get_args(candidate)
        if isinstance(candidate, type) and issubclass(candidate, Enum):
            return tuple(member.value for member in candidate)
    return ()


def _choices(model: type[Part], declared: Declared, lang: str) -> str:
    shown = []
    for option in _options(model, declared):
        entry = catalogue().get(f"value-{declared.name}-{option}")
        named = entry is not None and entry[lang] != str(option)
        label = entry[lang] if entry is not None else ""
        shown.append(text("new-choice", lang, value=option, label=label) if named else str(option))
    return text("new-choices-between", lang).join(shown)
