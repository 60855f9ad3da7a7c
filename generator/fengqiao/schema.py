"""``fengqiao schema``: JSON Schema of the kinds, and what VS Code needs to use it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fengqiao.casebook import CasebookInfo
from fengqiao.kinds import Kinds
from fengqiao.record import TRUTHS, Part, Record, anatomy
from fengqiao.vocab import VocabTerm, Vocabularies

FOLDER = ".fengqiao/schema"
_TEXT = ["string", "number", "boolean"]


def schema_of(model: type[Part], vocabularies: Vocabularies, lang: str) -> dict[str, Any]:
    """The JSON Schema of one record of ``model``: names and hints in ``lang``, controlled terms
    as choices. Editors type scalars themselves (``187`` is a number to them), so every text may
    be a number too; references and terms are completed where the casebook is known."""
    schema = model.model_json_schema(mode="validation")
    definitions = schema.get("$defs", {})
    for name, part in _parts(model).items():
        place = schema if part is model else definitions.get(name)
        if place is not None:
            _describe(place, part, vocabularies, lang)
    schema["$schema"] = "http://json-schema.org/draft-07/schema#"
    _loosen(schema)
    return schema


def roster_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """For a file that may hold one record or a list of records."""
    definitions = dict(schema.get("$defs", {}))
    record = {key: value for key, value in schema.items() if key not in ("$defs", "$schema")}
    definitions["record"] = record
    one = {"$ref": "#/$defs/record"}
    return {
        "$schema": schema["$schema"],
        "anyOf": [one, {"type": "array", "items": one}],
        "$defs": definitions,
    }


def write_schemas(project: Path, kinds: Kinds, vocabularies: Vocabularies, lang: str) -> list[Path]:
    """Writes the schemas below ``.fengqiao/schema`` and the settings that VS Code's YAML
    extension reads; returns the files. Settings that are there already are kept."""
    folder = project / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    associations: dict[str, list[str]] = {}
    targets: dict[str, tuple[type[Part], str]] = {
        name: (entry.model, f"casebook/{entry.kind.folder}/**/*.yml")
        for name, entry in kinds.items()
    }
    targets["casebook"] = CasebookInfo, "casebook/casebook.yml"
    targets["vocabulary"] = VocabTerm, "casebook/vocab/*.yml"
    for name, (model, pattern) in targets.items():
        schema = schema_of(model, vocabularies, lang)
        if model is not CasebookInfo:
            schema = roster_schema(schema)
        file = folder / f"{name}.json"
        file.write_text(to_json(schema) + "\n", encoding="utf-8")
        associations[f"./{FOLDER}/{name}.json"] = [pattern]
        written.append(file)
    written.append(_write_settings(project, associations))
    return written


def _write_settings(project: Path, associations: Mapping[str, Any]) -> Path:
    file = project / ".vscode" / "settings.json"
    settings = _readable(file) if file.exists() else {}
    if settings is None:  # comments in it, which JSON has not: leave theirs alone
        file, settings = file.with_name("settings.fengqiao.json"), {}
    file.parent.mkdir(exist_ok=True)
    settings["yaml.schemas"] = {**settings.get("yaml.schemas", {}), **associations}
    settings.setdefault("yaml.schemaStore.enable", False)
    settings.setdefault("yaml.yamlVersion", "1.2")  # 1.1 would take the key “on” for a truth
    file.write_text(to_json(settings) + "\n", encoding="utf-8")
    return file


def _readable(file: Path) -> dict[str, Any] | None:
    """Settings that can be added to, or ``None``."""
    try:
        settings = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        return None
    if not isinstance(settings, dict) or not isinstance(settings.get("yaml.schemas", {}), dict):
        return None
    return settings


def to_json(value: object) -> str:
    """Readable JSON with Chinese as it is."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def _parts(model: type[Part]) -> dict[str, type[Part]]:
    found = {model.__name__: model}
    for declared in anatomy(model):
        if declared.part is not None and declared.part.__name__ not in found:
            found.update(_parts(declared.part))
    return found


def _describe(
    place: dict[str, Any], model: type[Part], vocabularies: Vocabularies, lang: str
) -> None:
    if issubclass(model, Record):
        place["title"] = model.kind.label(lang)
    properties = place.get("properties", {})
    for declared in anatomy(model):
        field = properties.get(declared.name)
        if field is None:
            continue
        field["title"] = declared.zh
        field["description"] = f"{declared.zh} · {declared.en}（{declared.audience}）"
        field.pop("audience", None)
        for mark in declared.marks:
            field.pop(mark, None)
        coded = declared.coded
        if coded is not None and coded.vocabulary in vocabularies:
            terms = vocabularies[coded.vocabulary].terms
            words = [word for term in terms for word in (term.code, term.name, *term.aliases)]
            if coded.not_stated:
                words.append("not-stated")
            target = field.get("items", field) if declared.many else field
            target.clear() if target is not field else None
            target["enum" if target is not field else "examples"] = list(dict.fromkeys(words))


def _loosen(schema: Any) -> None:
    """Every text may be written as what an editor takes for a number or a truth, and every
    optional field may stand empty."""
    if isinstance(schema, list):
        for value in schema:
            _loosen(value)
    if not isinstance(schema, dict):
        return
    for key, value in schema.items():
        if key != "examples":
            _loosen(value)
    if "enum" in schema:
        schema.pop("type", None)
        schema["enum"] = [one for option in schema["enum"] for one in _as_typed(option)]
    elif schema.get("type") == "boolean":
        del schema["type"]
        schema["enum"] = [True, False, *TRUTHS]
    elif schema.get("type") in ("string", "integer"):
        schema["type"] = _TEXT
        for bound in ("minimum", "maximum"):
            schema.pop(bound, None)
    properties = schema.get("properties")
    if isinstance(properties, dict) and schema.get("type") == "object":
        for name, field in properties.items():
            if name not in schema.get("required", ()):
                _may_be_empty(field)


def _as_typed(option: Any) -> Iterator[Any]:
    """An option, and what an editor takes it for."""
    yield option
    if isinstance(option, str):
        if re.fullmatch(r"-?(0|[1-9][0-9]*)", option):
            yield int(option)
        if option in ("true", "false"):
            yield option == "true"


def _may_be_empty(field: dict[str, Any]) -> None:
    empty = {"type": "null"}
    if "anyOf" in field:
        if empty not in field["anyOf"]:
            field["anyOf"].append(empty)
    elif "$ref" in field:
        field["anyOf"] = [{"$ref": field.pop("$ref")}, empty]
    elif "enum" in field:
        field["enum"].append(None)
    elif "type" in field:
        types = field["type"] if isinstance(field["type"], list) else [field["type"]]
        field["type"] = [*types, "null"]
