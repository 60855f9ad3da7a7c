"""``fengqiao new``: a commented record to fill in, made from the model."""

from __future__ import annotations

from collections.abc import Iterator
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
    """YAML for a new record: required fields ready to be filled, all others as comments."""
    kind = model.kind
    head = text("new-head", lang, kind=kind.label(lang), folder=kind.folder)
    lines = [f"# {line}" for line in head.splitlines()]
    lines += ["", f"id: {identity}"]
    for declared in anatomy(model):
        if declared.name != "id":
            lines.append("")
            lines += _field(model, declared, lang, commented=not declared.required)
    return "\n".join(lines) + "\n"


def _field(model: type[Part], declared: Declared, lang: str, *, commented: bool) -> Iterator[str]:
    """A comment that explains the field, and the field; ``commented`` turns all into comments."""
    yield f"# {_note(model, declared, lang)}"
    mark = "# " if commented else ""
    if declared.part is None:
        value = _example(model, declared)
        yield (
            f"{mark}{declared.name}:"
            if declared.many
            else f"{mark}{declared.name}: {value}".rstrip()
        )
        if declared.many:
            yield f"{mark}  - {value}".rstrip()
        return
    yield f"{mark}{declared.name}:"
    dash = "- " if declared.many else "  "
    for inner in anatomy(declared.part):
        hidden = commented or not inner.required
        for line in _field(declared.part, inner, lang, commented=hidden):
            is_note = line.startswith("# ") and not (hidden and line[2:].startswith(inner.name))
            bare = line.removeprefix("# ") if commented else line
            if is_note or (line.startswith("#") and not commented):
                yield f"{mark}    {line}"
            else:
                yield f"{mark}  {dash}{bare}"
                dash = "  "


def _note(model: type[Part], declared: Declared, lang: str) -> str:
    note = declared.label(lang)
    if declared.audience is not Audience.PUBLIC:
        note += text("new-audience", lang, audience=declared.audience)
    choices = _choices(model, declared, lang)
    if choices:
        note += text("new-choices", lang, choices=choices)
    elif declared.reference is not None:
        kinds = " / ".join(declared.reference.kinds) or "kind/id"
        note += text("new-reference", lang, kinds=kinds)
    elif declared.coded is not None:
        note += text("new-coded", lang, vocabulary=declared.coded.vocabulary)
    return note


def _example(model: type[Part], declared: Declared) -> str:
    examples = model.model_fields[declared.name].examples
    if examples:
        return str(examples[0])
    options = _options(model, declared)
    if options:
        return str(options[0])
    return ""


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
        shown.append(f"{option}（{entry[lang]}）" if entry else str(option))
    return "、".join(shown)
