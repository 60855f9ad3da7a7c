"""Every command as a user types it: codes, tongues, JSON, and never a traceback."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import jsonschema
import pytest
import yaml
from pydantic import TypeAdapter, ValidationError

from fengqiao import load_casebook
from fengqiao.cli import INTERRUPTED, language, run
from fengqiao.kinds import KindFolder, find_kinds
from fengqiao.messages import catalogue
from fengqiao.record import Part, anatomy
from fengqiao.schema import schema_of, write_schemas
from fengqiao.skeleton import skeleton
from tests.site import AS_OF, Done, Site, clean_environment

Capture = pytest.CaptureFixture[str]
KINDS = list(find_kinds())
COMMANDS = ("init", "check", "build", "serve", "new", "schema", "show", "demo")
TONGUES = ("zh", "en")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A starter of one's own, not built."""
    return Site.starter(tmp_path)


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A starter to look at."""
    return Site.starter(tmp_path_factory.mktemp("starter"))


@pytest.fixture
def call(starter: Site, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Done]:
    """Runs a command in this process, in the starter's folder."""

    def called(*arguments: str, lang: str = "en") -> Done:
        monkeypatch.chdir(starter.project)
        code = run(arguments, lang)
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return Done(code, said.out, said.err)

    return called


def in_chinese(text: str) -> bool:
    return bool(re.search(r"[\u4e00-\u9fff]", text))


# ---------------------------------------------------------------- codes and tongues


def test_as_a_module_and_as_a_program(site: Site) -> None:
    """Through the real ways in: ``python -m fengqiao`` and the script beside Python."""
    site.run("check", "--as-of", AS_OF).assert_fails(0)
    site.assert_build_log("0 errors, 0 warnings, 0 notes")
    program = Path(sys.executable).with_name("fengqiao")
    if program.exists():
        done = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
        assert re.fullmatch(r"fengqiao \d+\.\d+\.\d+\n", done.stdout)


def test_help_is_in_both_tongues(call: Callable[..., Done]) -> None:
    for command in ((), *((name,) for name in COMMANDS)):
        shown = {lang: call(*command, "--help", lang=lang) for lang in TONGUES}
        assert [one.code for one in shown.values()] == [0, 0]
        assert in_chinese(shown["zh"].out)
        assert not in_chinese(shown["en"].out)
    listed = call("--help").out
    assert all(f"\n  {name} " in listed for name in COMMANDS)
    assert call().out == listed


@pytest.mark.parametrize(
    ("arguments", "environment", "expected"),
    [
        ([], {"LANG": "zh_CN.UTF-8"}, "zh"),
        ([], {"LANG": "en_GB.UTF-8"}, "en"),
        ([], {"LANG": "de_DE.UTF-8"}, "en"),
        ([], {"LANG": "en_GB.UTF-8", "LC_ALL": "zh_TW.UTF-8"}, "zh"),
        ([], {"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "C"}, "en"),
        (["--lang", "en"], {"LANG": "zh_CN.UTF-8"}, "en"),
        (["check", "--lang", "zh"], {"LANG": "C"}, "zh"),
        (["check", "--lang=zh"], {}, "zh"),
        (["--lang", "fr"], {"LANG": "zh_CN.UTF-8"}, "zh"),
        (["--lang"], {"LANG": "zh_CN.UTF-8"}, "zh"),
    ],
)
def test_the_tongue(arguments: list[str], environment: dict[str, str], expected: str) -> None:
    assert language(arguments, environment) == expected


def test_the_tongue_of_the_system_is_spoken(site: Site) -> None:
    site.run("check", "--as-of", AS_OF, environment={"LANG": "zh_CN.UTF-8"})
    site.assert_build_log("0 处错误，0 处提醒，0 处说明")
    site.run("check", "--as-of", AS_OF, "--lang", "en", environment={"LANG": "zh_CN.UTF-8"})
    site.assert_build_log("0 errors, 0 warnings, 0 notes")


SILLY = (
    "nope", "chekc", "--nope", "-x", "--lang", "--lang fr", "check --lang", "check --as-of",
    "check --as-of yesterday", "check --as-of 2026-13-01", "check --as-of ２０２６-01-01",
    "check --as-of 20261122", "check --as-of 2026-W47-7", "check --jsno", "check --json=3",
    "check extra words", "check --project /nowhere", "check --project mkdocs.yml",
    "build --edition secret", "build --edition", "build --jobs 0", "build --jobs many",
    "build --jobs 1.5", "build --out .", "build --out docs", "build --out mkdocs.yml",
    "build --project casebook", "build --as-of 0000-00-00", "init", "init .", "init mkdocs.yml",
    "init a b", "new", "new case", "new nope x", "new case UPPER", "new case ../x", "new case con",
    "new case example-case", "new case -x", "new Case x", "show", "show case", "show case/",
    "show /x", "show case/nope", "show nope/nope", "show case/example-case --edition secret",
    "show ../../etc/passwd", "schema nope", "schema case extra", "demo", "demo x --out y",
    "demo -1 --out y", "demo 3", "demo 3 --out .", "serve --port x", "serve --port 99999",
    "serve --project /nowhere", "serve --edition secret",
)  # fmt: skip


@pytest.mark.parametrize("line", SILLY)
def test_misuse_is_answered_in_a_sentence(call: Callable[..., Done], line: str) -> None:
    """Exit 2, one or two lines in the asked tongue, nothing on standard output."""
    for lang in TONGUES:
        done = call(*line.split(), lang=lang)
        assert (done.code, done.out) == (2, ""), done
        assert 1 <= len(done.err.splitlines()) <= 2, done.err
        assert in_chinese(done.err) == (lang == "zh"), done.err
        assert "Error" not in done.err


@pytest.mark.parametrize(
    "line",
    [
        "\x00",
        "check --as-of \x1b[31m",
        "show case/\x1b[2J",
        "new case \x1b]0;x\x07",
        "\ud800",
        "🌉",
    ],
)
def test_strange_letters_reach_no_terminal(call: Callable[..., Done], line: str) -> None:
    done = call(*line.split(" "))
    assert (done.code, done.out) == (2, "")
    assert done.err.rstrip("\n").isprintable(), ascii(done.err)


def test_silly_arguments_through_the_real_command(site: Site) -> None:
    """The same way out holds outside this process."""
    for line in ("chekc", "check --as-of soon", "show case/nope", "build --jobs x"):
        site.run(*line.split()).assert_fails(2)


def test_a_near_miss_is_guessed(call: Callable[..., Done]) -> None:
    guesses = {
        "chekc": "check",
        "check --jsno": "--json",
        "show case/exmple-case": "case/example-case",
        "new caze x": "case",
        "schema practise": "practice",
    }
    for line, guess in guesses.items():
        assert f"“{guess}”?" in call(*line.split()).err, line
        assert f"“{guess}”？" in call(*line.split(), lang="zh").err, line


def test_no_sentence_is_left_unfilled() -> None:
    """Words of ours for what typer finds wrong, in both tongues."""
    for key in ("no-such-command", "missing-parameter", "bad-value", "option-needs-value"):
        assert set(catalogue()[key]) == set(TONGUES)


def test_outside_a_project(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for line in ("check", "build", "serve", "new case x", "schema", "show case/x"):
        assert run(line.split(), "en") == 2, line
        said = capsys.readouterr()
        assert said.err
        assert said.out == ""
    assert list(tmp_path.iterdir()) == []


def test_an_unforeseen_error_is_a_sentence(
    call: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr("fengqiao.load.load", broken)
    done = call("check", "--as-of", AS_OF)
    assert done.code == 1
    assert "ZeroDivisionError: by nothing" in done.err
    monkeypatch.setenv("FENGQIAO_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        call("check", "--as-of", AS_OF)


def test_an_interruption_is_130(call: Callable[..., Done], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("fengqiao.load.load", interrupted)
    done = call("check", "--as-of", AS_OF)
    assert done.code == INTERRUPTED == 130
    assert done.err == "Interrupted; what was there before is unchanged.\n"


@pytest.mark.skipif(os.name != "posix", reason="pipes as POSIX has them")
def test_a_reader_who_leaves_is_no_fault(starter: Site) -> None:
    """``fengqiao schema practice | head -1``."""
    script = '"$1" -m fengqiao schema practice | head -1; '
    done = subprocess.run(
        ["sh", "-c", script, "sh", sys.executable],
        cwd=starter.project,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("{\n", "")


# ---------------------------------------------------------------- for machines


def test_json_is_all_there_is_on_standard_output(site: Site) -> None:
    site.change_file("casebook/terms/bad.yml", "id: bad\ntitel: 错\n")
    site.run("check", "--json", "--as-of", AS_OF).assert_fails(1)
    found = json.loads(site.done.out)
    assert [(one["path"], one["line"], one["code"]) for one in found] == [
        ("casebook/terms/bad.yml", 1, "missing-field"),
        ("casebook/terms/bad.yml", 1, "missing-field"),
        ("casebook/terms/bad.yml", 2, "unknown-key"),
    ]
    assert set(found[0]) == {"path", "line", "column", "severity", "code", "message"}
    assert site.done.err == ""


def test_json_of_a_build(site: Site) -> None:
    site.build("--json", "--as-of", AS_OF)
    built = json.loads(site.done.out)
    assert built["folder"] == str(site.out)
    assert Path(built["index"]).is_file()
    assert built["diagnostics"] == []
    assert site.done.err == ""


def test_json_of_init(tmp_path: Path, capsys: Capture) -> None:
    assert run(["init", str(tmp_path / "x"), "--json"], "zh") == 0
    made = json.loads(capsys.readouterr().out)
    assert all(Path(file).is_file() for file in made["files"])
    assert Path(made["folder"], "mkdocs.yml").is_file()


# ---------------------------------------------------------------- init


def test_init_makes_what_builds_without_a_remark(tmp_path: Path) -> None:
    """Also on the day after tomorrow: nothing in it grows old within a year."""
    site = Site(tmp_path / "x")
    site.run("init", str(site.project), cwd=tmp_path).assert_fails(0)
    site.run("check").assert_build_log("0 errors, 0 warnings, 0 notes")
    site.run("check", "--as-of", "2027-11-21").assert_build_log("0 errors, 0 warnings, 0 notes")
    for edition in ("public", "internal"):
        site.build("--edition", edition)
        for name, folder in find_kinds().items():
            assert list((site.out / folder.kind.folder).glob("**/example*.html")), name


def test_init_hooks_are_those_of_the_reference_site(starter: Site, repository: Path) -> None:
    name = "hooks/fengqiao_hooks.py"
    assert (starter.project / name).read_bytes() == (repository / name).read_bytes()


def test_init_changes_no_folder_that_holds_something(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    assert run(["init", str(tmp_path)], "en") == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    assert run(["init", str(tmp_path / "mine.txt")], "en") == 2
    assert run(["init", str(tmp_path / "mine.txt" / "x")], "en") == 1
    capsys.readouterr()


# ---------------------------------------------------------------- new


def uncommented(text: str) -> str:
    """Every comment but the notes made YAML, as an editor's toggle does it."""
    return re.sub(r"(?m)^(\s*)# ", r"\1", text)


@pytest.mark.parametrize("lang", TONGUES)
@pytest.mark.parametrize("name", KINDS)
def test_every_comment_of_a_skeleton_is_yaml(name: str, lang: str) -> None:
    """Uncomment everything: there is every field of the kind, each where it belongs."""
    model = find_kinds()[name].model
    tree = yaml.load(uncommented(skeleton(model, "one", lang)), yaml.BaseLoader)
    assert_complete(model, tree)
    assert in_chinese(skeleton(model, "one", "zh"))


def assert_complete(model: type[Part], tree: Any) -> None:
    assert set(tree) == {declared.name for declared in anatomy(model)}
    for declared in anatomy(model):
        value = tree[declared.name]
        if declared.many:
            assert isinstance(value, list), declared.name
            assert len(value) == 1, declared.name
            value = value[0]
        if declared.part is not None:
            assert_complete(declared.part, value)


@pytest.mark.parametrize("name", KINDS)
def test_a_new_record_needs_only_its_required_fields(
    site: Site, capsys: Capture, name: str
) -> None:
    folder = find_kinds()[name]
    project = ["--project", str(site.project)]
    assert run(["new", name, "brand-new", *project], "zh") == 0
    file = site.project / "casebook" / folder.kind.folder / "brand-new.yml"
    text = file.read_text(encoding="utf-8")
    assert str(file) in capsys.readouterr().out

    empty = [one.code for one in of_file(site, file)]
    assert empty
    assert set(empty) <= {"missing-field", "wrong-type"}
    filled = "\n".join(fill(folder, text.splitlines())) + "\n"
    file.write_text(filled, encoding="utf-8")
    shape = {"missing-field", "wrong-type", "unknown-key", "bad-id"}
    assert [one.code for one in of_file(site, file) if one.code in shape] == [], filled

    assert run(["new", name, "brand-new", *project], "en") == 2
    assert file.read_text(encoding="utf-8") == filled
    capsys.readouterr()


def of_file(site: Site, file: Path) -> list[Any]:
    path = file.relative_to(site.project).as_posix()
    found = load_casebook(site.project, date.fromisoformat(AS_OF)).diagnostics
    return [one for one in found if one.where.path == path]


def fill(folder: KindFolder, lines: Sequence[str]) -> Iterator[str]:
    """The lines of a skeleton with a value behind each empty field that is no comment."""
    above: list[tuple[int, type[Part]]] = [(0, folder.model)]
    values: dict[str, str] = {}
    name = ""
    for line in lines:
        match = re.fullmatch(r"( *)(- )?(?:([a-z_]+):)?(-)?", line)
        if not match or not line or line.lstrip().startswith("#"):
            yield line
            continue
        indent = len(match[1]) + len(match[2] or "")
        if match[3]:
            while above[-1][0] > indent:
                above.pop()
            model, name = above[-1][1], match[3]
            declared = next(one for one in anatomy(model) if one.name == name)
            if declared.part is not None:
                above.append((indent + (4 if declared.many else 2), declared.part))
                yield line
                continue
            values[name] = value_for(model, name)
            yield line if declared.many else f"{line} {values[name]}"
        else:
            yield f"{line} {values[name]}"


def value_for(model: type[Part], name: str) -> str:
    """A value that the model takes for a field."""
    info = model.model_fields[name]
    declared = next(one for one in anatomy(model) if one.name == name)
    kinds = declared.reference.kinds if declared.reference else ()
    tried = [f"{kind}/some-{kind}" for kind in kinds or ("term",)]
    tried += ["2026-11-22", "12", "true", *(info.examples or ()), "文字"]
    for option in re.findall(r"'([^']*)'", repr(info.annotation)):
        tried.append(option)
    annotation = Annotated[(info.annotation, *info.metadata)] if info.metadata else info.annotation
    adapter: TypeAdapter[Any] = TypeAdapter(annotation)
    for value in tried:
        try:
            adapter.validate_python([value] if declared.many else value)
        except ValidationError:
            continue
        return str(value)
    raise AssertionError(f"{model.__name__}.{name}: none of {tried} will do")


# ---------------------------------------------------------------- schema


class Yaml12(yaml.SafeLoader):
    """Scalars as YAML 1.2 types them, which is what editors do."""


class Yaml11(yaml.SafeLoader):
    """Scalars as YAML 1.1 types them, but for dates and keys, which editors keep as text."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        return {key.value: self.construct_object(value, deep=True) for key, value in node.value}


Yaml12.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+0123456789."),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
):
    Yaml12.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), list(_first)
    )
Yaml11.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if not pair[0].endswith(":timestamp")]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@pytest.fixture(scope="module")
def schemas(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the reference casebook with its schemas written by the command."""
    site = Site.copy_of(repository / "casebook", tmp_path_factory.mktemp("schemas"))
    project = site.project.parent / "reference"
    project.mkdir()
    site.project.rename(project / "casebook")
    assert run(["schema", "--project", str(project)], "en") == 0
    return project


@pytest.mark.parametrize("loader", [Yaml12, Yaml11])
def test_the_schemas_accept_the_reference_casebook(schemas: Path, loader: Any) -> None:
    """Every file, typed as an editor types it, by the schema that the settings name for it."""
    settings = json.loads((schemas / ".vscode" / "settings.json").read_text(encoding="utf-8"))
    checked = 0
    for schema, patterns in settings["yaml.schemas"].items():
        text = (schemas / schema).read_text(encoding="utf-8")
        validator = jsonschema.Draft7Validator(json.loads(text))
        validator.check_schema(validator.schema)
        for file in sorted(path for one in patterns for path in schemas.glob(one)):
            content = yaml.load(file.read_text(encoding="utf-8"), loader)
            faults = [
                f"{list(one.absolute_path)}: {one.message[:200]}"
                for one in validator.iter_errors(content)
            ]
            assert not faults, f"{file.name}: {faults[:3]}"
            checked += 1
    assert checked == len([*(schemas / "casebook").rglob("*.yml")])


@pytest.mark.parametrize("name", KINDS)
def test_the_schema_knows_no_other_keys(starter: Site, name: str) -> None:
    vocabularies = load_casebook(starter.project, date.fromisoformat(AS_OF)).casebook
    assert vocabularies is not None
    folder = find_kinds()[name]
    schema = schema_of(folder.model, vocabularies.vocabularies, "zh")
    validator = jsonschema.Draft7Validator(schema)
    example = yaml.load(folder.example.read_text(encoding="utf-8"), Yaml12)
    assert validator.is_valid(example)
    assert not validator.is_valid({**example, "titel": "x"})
    assert not validator.is_valid({key: value for key, value in example.items() if key != "title"})
    assert not validator.is_valid({**example, "title": ["x"]})
    assert not validator.is_valid({**example, "audience": "everyone"})


@pytest.mark.parametrize("truth", ["true", "false", "是", "否"])
def test_the_schema_takes_every_way_to_say_yes(starter: Site, truth: str) -> None:
    loaded = load_casebook(starter.project, date.fromisoformat(AS_OF)).casebook
    assert loaded is not None
    schema = schema_of(find_kinds()["question"].model, loaded.vocabularies, "en")
    options = yaml.load(f"options: [{{text: 甲, why: 乙, right: {truth}}}]", Yaml12)
    inside = {**schema, "required": []}
    assert jsonschema.Draft7Validator(inside).is_valid(options)
    options["options"][0]["right"] = "perhaps"
    assert not jsonschema.Draft7Validator(inside).is_valid(options)


def test_schema_of_one_kind_is_printed(call: Callable[..., Done]) -> None:
    done = call("schema", "case", lang="zh")
    assert (done.code, done.err) == (0, "")
    schema = json.loads(done.out)
    assert schema["additionalProperties"] is False
    assert "邻里" in done.out  # terms of the vocabulary, to choose from


def test_settings_of_others_are_kept(site: Site, capsys: Capture) -> None:
    """Merged, not replaced; with comments in them (which JSON has not) left alone."""
    theirs = {"editor.fontSize": 20, "yaml.schemas": {"other.json": "*.yaml"}}
    site.change_file(".vscode/settings.json", json.dumps(theirs))
    assert run(["schema", "--project", str(site.project)], "en") == 0
    merged = json.loads((site.project / ".vscode/settings.json").read_text(encoding="utf-8"))
    assert merged["editor.fontSize"] == 20
    assert merged["yaml.schemas"]["other.json"] == "*.yaml"
    assert len(merged["yaml.schemas"]) == len(KINDS) + 3

    for unreadable in ("// mine\n{}", "[1]", '{"yaml.schemas": 3}', ""):
        site.change_file(".vscode/settings.json", unreadable)
        assert run(["schema", "--project", str(site.project)], "en") == 0
        kept = (site.project / ".vscode/settings.json").read_text(encoding="utf-8")
        assert kept == unreadable
        beside = site.project / ".vscode/settings.fengqiao.json"
        assert len(json.loads(beside.read_text(encoding="utf-8"))["yaml.schemas"]) == len(KINDS) + 2
    capsys.readouterr()


def test_schemas_are_the_same_each_time(site: Site) -> None:
    loaded = load_casebook(site.project, date.fromisoformat(AS_OF)).casebook
    assert loaded is not None
    texts = []
    for _ in range(2):
        files = write_schemas(site.project, loaded.kinds, loaded.vocabularies, "zh")
        texts.append([file.read_bytes() for file in files])
    assert texts[0] == texts[1]


# ---------------------------------------------------------------- show


def test_show_resolves(call: Callable[..., Done]) -> None:
    done = call("show", "case/example-case", "--as-of", AS_OF)
    assert (done.code, done.err) == (0, "")
    shown = json.loads(done.out)
    assert (shown["kind"], shown["id"], shown["sample"]) == ("case", "example-case", True)
    assert shown["dispute_type"]["code"] == "neighbourhood"
    assert not in_chinese(shown["dispute_type"]["name"])
    assert all(set(one) >= {"ref", "title"} for one in shown["mediators"])
    assert shown["cited_by"]
    assert shown["source"] == "casebook/cases/example-case.yml"


@pytest.mark.parametrize("name", KINDS)
def test_show_of_every_kind_is_json(call: Callable[..., Done], name: str) -> None:
    example = yaml.safe_load(find_kinds()[name].example.read_text(encoding="utf-8"))
    for lang in TONGUES:
        shown = json.loads(call("show", f"{name}/{example['id']}", "--as-of", AS_OF, lang=lang).out)
        assert shown["title"] == example["title"]


def test_show_of_an_edition_hides_what_it_hides(site: Site, capsys: Capture) -> None:
    project = ["--project", str(site.project), "--as-of", AS_OF]
    hidden = "id: hidden\ntitle: 内部词\ndefinition: 见[[term/example-term]]。\n"
    site.change_file("casebook/terms/hidden.yml", hidden)
    assert run(["show", "term/hidden", *project], "en") == 0
    assert run(["show", "term/hidden", "--edition", "training", *project], "en") == 2
    assert "training" in capsys.readouterr().err
    assert run(["show", "term/example-term", "--edition", "public", *project], "en") == 0
    public = capsys.readouterr().out
    assert "term/hidden" not in public
    assert run(["show", "term/example-term", *project], "en") == 0
    assert "term/hidden" in capsys.readouterr().out


# ---------------------------------------------------------------- bars


@pytest.mark.skipif(os.name != "posix", reason="terminals as POSIX has them")
@pytest.mark.parametrize("terminal", [True, False])
def test_bars_are_for_terminals(site: Site, terminal: bool) -> None:
    """Patience set to nothing: any stage shows its bar at once."""
    import pty  # noqa: PLC0415 -- POSIX only

    ours, theirs = pty.openpty()
    program = (
        "from fengqiao.cli import console, main; console.PATIENCE = 0.0; "
        f"main(['check', '--as-of', '{AS_OF}'])"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=site.project,
        env=clean_environment({"TERM": "xterm", "COLUMNS": "80"}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=theirs if terminal else subprocess.PIPE,
    )
    os.close(theirs)
    out, piped = process.communicate(timeout=60)
    said = read_all(ours) if terminal else piped
    os.close(ours)
    assert out == b""
    assert process.returncode == 0
    assert (b"Reading" in said and b"\x1b[" in said) == terminal
    assert b"0 errors" in said


def read_all(descriptor: int) -> bytes:
    pieces = []
    while True:
        try:
            piece = os.read(descriptor, 65536)
        except OSError:  # how Linux says that the other end is closed
            break
        if not piece:
            break
        pieces.append(piece)
    return b"".join(pieces)


# ---------------------------------------------------------------- mended, and to stay so


def test_check_on_a_day_needs_no_mkdocs(starter: Site) -> None:
    program = (
        "import sys; from fengqiao.cli import run; "
        f"code = run(['check', '--as-of', '{AS_OF}'], 'en'); "
        "sys.exit(code or any(name.startswith(('mkdocs', 'jinja2')) for name in sys.modules))"
    )
    starter.run(program=("-c", program)).assert_fails(0)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('id: x\ntitle: "a\\nb"\ndefinition: 一\n', "wrong-type"),
        ('id: "x\\ny"\ntitle: 一\ndefinition: 一\n', "bad-id"),
        (
            "id: x\ntitle: 一\ndefinition: 一\nreviewed: {on: ２０２６-11-22, next: 2027-01-01}\n",
            "wrong-type",
        ),
        (
            "id: x\ntitle: 一\ndefinition: 一\nsources: [{title: 一, date: ２０２６}]\n",
            "wrong-type",
        ),
    ],
)
def test_a_diagnostic_is_one_printable_line(site: Site, text: str, code: str) -> None:
    site.change_file("casebook/terms/bad.yml", text)
    site.run("check", "--as-of", AS_OF).assert_fails(1, f"[{code}]")
    *lines, summary = site.done.err.splitlines()
    assert summary.startswith("1 errors, 0 warnings")
    assert len(lines) == 1
    assert lines[0].isprintable()


def test_a_list_in_the_casebooks_own_file(site: Site) -> None:
    site.change_file("casebook/casebook.yml", "- title: 甲\n- title: 乙\n")
    site.run("check", "--as-of", AS_OF).assert_fails(1, "casebook/casebook.yml:1:1: error[")
