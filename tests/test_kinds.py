"""Each kind's folder is complete, and its page in docs/kinds.md says what the model says."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import jinja2
import pytest
from pydantic import TypeAdapter, ValidationError

from fengqiao import kinds as package
from fengqiao.errors import UsageError
from fengqiao.kinds import KindFolder, find_kinds
from fengqiao.load import load, vocabularies_of
from fengqiao.messages import catalogue
from fengqiao.parse import parse_part
from fengqiao.read import read_tree
from fengqiao.record import Audience, Declared, Identifier, Kind, Part, Record, anatomy
from fengqiao.starter import create
from fengqiao.where import KeyPath, Place, Where

REPOSITORY = Path(__file__).resolve().parent.parent
PAGE = REPOSITORY / "docs" / "kinds.md"
KINDS = find_kinds()
EVERY = pytest.mark.parametrize("folder", KINDS.values(), ids=KINDS)
SPECIFIED = {
    "practice", "case", "organisation", "mediator", "expert",
    "playbook", "law", "term", "course", "question",
}  # fmt: skip


def here(place: Place, keys: KeyPath, of_key: bool) -> Where:
    return Where(place.path)


# ---------------------------------------------------------------- folders


def test_the_kinds_of_the_domain_are_there_in_their_order() -> None:
    assert {*KINDS} >= SPECIFIED
    orders = [folder.kind.order for folder in KINDS.values()]
    assert orders == sorted({*orders})


@EVERY
def test_a_folder_has_what_a_kind_needs(folder: KindFolder) -> None:
    assert folder.page_template.is_file()
    assert folder.example.is_file()
    for name in ("model.py", "__init__.py"):
        assert (folder.path / name).is_file()
    loader = jinja2.FileSystemLoader([folder.path])
    jinja2.Environment(loader=loader).parse(folder.page_template.read_text(encoding="utf-8"))


@EVERY
def test_a_kind_says_what_it_is(folder: KindFolder) -> None:
    kind = folder.kind
    assert kind.name == folder.path.name
    TypeAdapter(Identifier).validate_python(kind.name)
    TypeAdapter(Identifier).validate_python(kind.folder)
    for words in (kind.zh, kind.en, kind.instead_zh, kind.instead_en):
        assert words.strip() == words != ""
    assert f"section-{kind.section}" in catalogue()
    names = {declared.name for declared in anatomy(folder.model)}
    assert {*kind.shelves} <= names
    assert kind.shelves or not kind.unbounded, "a list that grows has to be divided"
    assert (folder.model.__doc__ or "").strip() != (Record.__doc__ or "").strip()


@EVERY
def test_every_field_is_named_in_both_languages(folder: KindFolder) -> None:
    for _, declared in fields(folder.model):
        assert re.search(r"[\u4e00-\u9fff]", declared.zh), declared
        assert re.fullmatch(r"[\x20-\x7e\u4e00-\u9fff“”《》…、]+", declared.en), declared
        known = {"after", "alias", "quiet", "anchored", "year"}
        assert declared.marks.keys() <= known, declared


@EVERY
def test_marks_name_fields_of_the_same_group(folder: KindFolder) -> None:
    for part in parts(folder.model):
        names = {declared.name for declared in anatomy(part)}
        assert {one.marks["after"] for one in anatomy(part) if "after" in one.marks} <= names


@EVERY
def test_references_name_kinds_and_terms_name_vocabularies(folder: KindFolder) -> None:
    vocabularies = vocabularies_of(REPOSITORY)
    for path, declared in fields(folder.model):
        if declared.reference is not None:
            assert {*declared.reference.kinds} <= {*KINDS}, path
        if declared.coded is not None:
            assert declared.coded.vocabulary in vocabularies, path


def test_kinds_never_import_each_other() -> None:
    for folder in KINDS.values():
        tree = ast.parse((folder.path / "model.py").read_text(encoding="utf-8"))
        modules = [
            name
            for node in ast.walk(tree)
            for name in (
                [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else [one.name for one in node.names]
                if isinstance(node, ast.Import)
                else []
            )
        ]
        assert not [name for name in modules if name.startswith(package.__name__)], folder.path


def test_a_field_without_an_audience_is_refused() -> None:
    class Careless(Part):
        title: str

    with pytest.raises(TypeError, match="declares no audience"):
        anatomy(Careless)


# ---------------------------------------------------------------- finding them


def write_kind(project: Path, folder: str, name: str, kind_folder: str) -> None:
    path = project / "kinds" / folder
    path.mkdir(parents=True)
    (path / "model.py").write_text(
        "from typing import ClassVar\n"
        "from fengqiao.record import Kind, Line, Record, public\n"
        "class Mine(Record):\n"
        f"    kind: ClassVar[Kind] = Kind({name!r}, {kind_folder!r},"
        " '丙', 'C', 'law', 95, '丙', 'c')\n"
        "    body: Line = public('内容', 'Body')\n",
        encoding="utf-8",
    )


def test_a_project_brings_kinds_of_its_own(tmp_path: Path) -> None:
    write_kind(tmp_path, "mine", "mine", "mines")
    (tmp_path / "kinds" / "no-model").mkdir()
    found = find_kinds(tmp_path)
    assert {*found} == {*KINDS, "mine"}
    assert [*found][-2:] == ["mine", "question"]  # in its order
    assert found["mine"].model(id="a", title="甲", body="乙").key == "mine/a"


@pytest.mark.parametrize(("name", "folder"), [("case", "mines"), ("mine", "cases")])
def test_two_kinds_with_one_name_or_folder_are_refused(
    name: str, folder: str, tmp_path: Path
) -> None:
    write_kind(tmp_path, "mine", name, folder)
    with pytest.raises(UsageError):
        find_kinds(tmp_path)


def test_a_folder_without_a_model_in_its_module_is_refused(tmp_path: Path) -> None:
    write_kind(tmp_path, "mine", "mine", "mines")
    (tmp_path / "kinds" / "mine" / "model.py").write_text("x = 1\n", encoding="utf-8")
    with pytest.raises(UsageError):
        find_kinds(tmp_path)


# ---------------------------------------------------------------- examples


def example_of(folder: KindFolder) -> Record:
    tree, found = read_tree(folder.example.read_bytes(), folder.example.name)
    assert found == ()
    assert isinstance(tree, dict)
    record, wrong = parse_part(folder.model, tree, Place(folder.example.name), here)
    assert [one.line("en") for one in wrong] == []
    assert record is not None
    return record


@EVERY
def test_the_example_parses_alone(folder: KindFolder) -> None:
    record = example_of(folder)
    assert record.is_sample
    assert record.visible_to() is Audience.PUBLIC
    assert record.reviewed is not None
    assert record.sources
    text = folder.example.read_text(encoding="utf-8")
    assert text.startswith("# "), "an example explains itself"
    office = [
        declared.name
        for declared in anatomy(folder.model)
        if declared.audience is not Audience.PUBLIC and getattr(record, declared.name)
    ]
    if any(one.audience is not Audience.PUBLIC for one in anatomy(folder.model)):
        assert office, "it shows a field that only the office sees"


def test_together_the_examples_are_without_fault(tmp_path: Path) -> None:
    create(tmp_path / "project")
    loaded = load(tmp_path / "project", date(2026, 11, 22))
    assert [one.line("en") for one in loaded.diagnostics] == []
    assert loaded.casebook is not None
    assert {record.kind.name for record in loaded.casebook.records.values()} == {*KINDS}


@EVERY
def test_an_example_does_without_no_required_field(folder: KindFolder) -> None:
    """Each required field is one: without it the example is refused."""
    tree, _ = read_tree(folder.example.read_bytes(), folder.example.name)
    assert isinstance(tree, dict)
    for declared in anatomy(folder.model):
        if declared.required:
            less = {key: value for key, value in tree.items() if key != declared.name}
            with pytest.raises(ValidationError):
                folder.model.model_validate(less)


# ---------------------------------------------------------------- docs/kinds.md


def parts(model: type[Part]) -> Iterator[type[Part]]:
    yield model
    for declared in anatomy(model):
        if declared.part is not None:
            yield from parts(declared.part)


def fields(model: type[Part], above: str = "") -> Iterator[tuple[str, Declared]]:
    """Every field with its way from the record: ``parties[].role``."""
    for declared in anatomy(model):
        path = above + declared.name + ("[]" if declared.many else "")
        yield path, declared
        if declared.part is not None:
            yield from fields(declared.part, f"{path}.")


def model_at(model: type[Part], path: str) -> type[Part]:
    for name in path.replace("[]", "").split(".")[:-1]:
        model = next(one.part for one in anatomy(model) if one.name == name) or model
    return model


# What only one type takes of those that come after it.
SAMPLES = {
    "编号": "a-1",
    "期间": "今年以来",
    "文件名": "a.png",
    "网址": "https://a.cn/",
    "办公电话": "0937-000转1",
    "年、年月或年月日": "2026-11",
    "年月日": "2026-11-22",
    "数字": "-1.5",
    "非负整数": "6",
}


def written_as(model: type[Part], declared: Declared) -> str:
    """How an author writes a field, from what its type accepts."""
    info = model.model_fields[declared.name]
    options = fixed_values(info.annotation)
    if declared.part is not None:
        return "一组"
    if declared.reference is not None:
        return "指向 " + ("、".join(f"`{kind}`" for kind in declared.reference.kinds) or "任何一种")
    if declared.coded is not None:
        extra = "，或 `not-stated`" if declared.coded.not_stated else ""
        return f"词表 `{declared.coded.vocabulary}`{extra}"
    if options:
        return "、".join(
            f"`{one}` {catalogue()[f'value-{declared.name}-{one}']['zh']}" for one in options
        )
    if declared.prose:
        return "文字，可分段"
    accepts = TypeAdapter(Annotated[(info.annotation, *info.metadata, "as in the model")])

    def takes(sample: str) -> bool:
        try:
            accepts.validate_python([sample] if declared.many else sample)
        except ValidationError:
            return False
        return True

    if takes("是"):
        return "true 或 false" if not takes("甲") else "一行文字"
    return next(name for name, sample in SAMPLES.items() if takes(sample))


def fixed_values(annotation: Any) -> list[str]:
    if get_origin(annotation) is Literal:
        return [str(one) for one in get_args(annotation)]
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return [str(one.value) for one in annotation]
    return [value for one in get_args(annotation) for value in fixed_values(one)]


def table(name: str) -> str:
    """What stands between the marks of docs/kinds.md for a kind, or for ``record``."""
    model: type[Record] = Record if name == "record" else KINDS[name].model
    common = {} if name == "record" else {declared.name: None for declared in anatomy(Record)}
    rows = [
        (path, declared)
        for path, declared in fields(model)
        if path.partition(".")[0].removesuffix("[]") not in common
    ]
    lines = []
    if name != "record":
        required = [f"`{one.name}`" for one in anatomy(model) if one.required]
        kind: Kind = model.kind
        lines += [
            f"文件夹：`casebook/{kind.folder}/`。必填：{'、'.join(required)}。",
            "",
            f"*{kind.en}: `{kind.name}/ID` in references; the fields beside the common ones:*",
            "",
        ]
    lines += ["| 字段 | 名称 | 必填 | 读者 | 写法 |", "| --- | --- | --- | --- | --- |"]
    for path, declared in rows:
        own = model_at(model, path)
        cells = (
            f"`{path}`",
            declared.zh,
            "必填" if declared.required else "",
            str(declared.audience),
            written_as(own, declared),
        )
        lines.append(f"| {' | '.join(cells)} |".replace("|  |", "| |"))
    return "\n".join(lines)


_BLOCK = re.compile(r"(<!-- fields: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def test_the_tables_say_what_the_models_say() -> None:
    """``FENGQIAO_UPDATE=1`` rewrites them."""
    text = PAGE.read_text(encoding="utf-8")
    made = _BLOCK.sub(lambda match: f"{match[1]}\n{table(match[2])}\n\n{match[3]}", text)
    if os.environ.get("FENGQIAO_UPDATE"):
        PAGE.write_text(made, encoding="utf-8")
        text = made
    assert text == made
    assert [match[2] for match in _BLOCK.finditer(text)] == ["record", *KINDS]


@EVERY
def test_the_page_has_a_heading_and_words_of_its_own(folder: KindFolder) -> None:
    text = PAGE.read_text(encoding="utf-8")
    section = re.search(rf"^## {folder.kind.name}（(.+)）\n\n(.+)\n", text, re.M)
    assert section
    assert len(section[2]) > 20
    assert section[1] in folder.kind.zh or folder.kind.zh in section[1]
