"""Every fault in the content has a case that shows it, one that does not, and its explanation.

``golden/checks/<code>.yml`` holds ``fires`` (files and the start of every line of ``fengqiao
check``) and ``silent``: the same files but for those it names, about which nothing is said.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import fengqiao
from fengqiao import check, load_casebook
from fengqiao.load import Loaded
from fengqiao.messages import LANGUAGES, catalogue
from tests.project import BASE, assert_lines, lay_out

TESTS = Path(__file__).parent
PACKAGE = Path(fengqiao.__file__).parent
PAGE = TESTS.parent / "docs" / "checks.md"
DAY = date(2026, 11, 22)

CHECKS_BASE = {
    **BASE,
    "casebook/vocab/places.yml": "- {code: county, name: 某县}\n",
    "casebook/vocab/roles.yml": "- {code: mediator, name: 人民调解员}\n",
    # Something to be named, so that no record of a case is an orphan.
    "casebook/terms/base.yml": (
        "- {id: base, title: 基础, audience: public, definition: '见[[term/other]]'}\n"
        "- {id: other, title: 其他, audience: public, definition: '见[[term/base]]'}\n"
    ),
}


def codes_in(file: str) -> list[str]:
    """The codes of a catalogue that are diagnostics."""
    texts = yaml.safe_load((PACKAGE / "messages" / file).read_text(encoding="utf-8"))
    return sorted(key for key, entry in texts.items() if "severity" in entry)


READING = codes_in("diagnostics.yml")
CONTENT = codes_in("content.yml")
CASES = {path.stem: path for path in sorted((TESTS / "golden" / "checks").glob("*.yml"))}


@cache
def case(code: str) -> dict[str, Any]:
    spec = yaml.safe_load(CASES[code].read_text(encoding="utf-8"))
    assert {name: part.keys() for name, part in spec.items()} == {
        "fires": {"files", "expect"},
        "silent": {"files"},
    }
    return spec


def fire(code: str, folder: Path) -> Loaded:
    return load_casebook(lay_out(case(code)["fires"]["files"], folder, CHECKS_BASE), DAY)


# ---------------------------------------------------------------- the cases


@pytest.mark.parametrize("code", CASES)
def test_the_case_fires(code: str, tmp_path: Path) -> None:
    loaded = fire(code, tmp_path)
    assert_lines([one.line("en") for one in loaded.diagnostics], case(code)["fires"]["expect"])
    assert {one.code for one in loaded.diagnostics} == {code}
    for one in loaded.diagnostics:
        for lang in LANGUAGES:
            assert one.line(lang).isprintable()
            assert "{" not in one.message(lang)


@pytest.mark.parametrize("code", CASES)
def test_the_case_beside_it_stays_silent(code: str, tmp_path: Path) -> None:
    files = {**case(code)["fires"]["files"], **case(code)["silent"]["files"]}
    assert files != case(code)["fires"]["files"]
    loaded = load_casebook(lay_out(files, tmp_path, CHECKS_BASE), DAY)
    assert [one.line("en") for one in loaded.diagnostics] == []
    assert loaded.casebook is not None


def test_every_fault_of_content_has_a_case() -> None:
    assert sorted(CASES) == CONTENT


def test_every_fault_of_reading_has_a_bad_input() -> None:
    lines = (
        line
        for path in (TESTS / "golden" / "bad").glob("*.yml")
        for line in yaml.safe_load(path.read_text(encoding="utf-8"))["expect"]
    )
    shown = {code for line in lines for code in re.findall(r"\[([a-z0-9-]+)\]", line)}
    # What no file can show: see test_read for these.
    by_other_means = {"missing-file", "unreadable-file", "yaml-syntax"}
    assert {*READING} - shown - by_other_means == set()


# ---------------------------------------------------------------- the checks


@pytest.fixture(scope="module")
def speaking(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Code of a case → names of the checks that find something in it."""
    found = {}
    for code in CASES:
        casebook = fire(code, tmp_path_factory.mktemp(code)).casebook
        if casebook is not None:
            records = casebook.records.values()
            found[code] = {
                one.__name__
                for one in check.checks()
                if any(True for record in records for _ in one(record, casebook, DAY))
            }
    return found


@pytest.mark.parametrize("name", [one.__name__ for one in check.checks()])
def test_a_case_makes_exactly_this_check_speak(name: str, speaking: dict[str, set[str]]) -> None:
    assert {name} in speaking.values()


def test_each_check_says_what_it_holds() -> None:
    every = check.checks()
    assert len(every) == len({one.__name__ for one in every}) >= 18
    for one in every:
        assert (one.__doc__ or "").strip(), one.__name__


# ---------------------------------------------------------------- the catalogue and the page


def emitted() -> Iterator[tuple[str, str]]:
    """Module and code of every fault that the package's source can report."""
    takers = {"Diagnostic": 1, "Finding": 0, "Refused": 0, "_refused": 0, "Unclean": 1, "_Stop": 0}
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assigned: dict[str, list[ast.expr]] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    assigned.setdefault(ast.unparse(target), []).append(node.value)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            at = takers.get(ast.unparse(node.func))
            if at is None or at >= len(node.args):
                continue
            codes = [node.args[at]]
            if isinstance(codes[0], ast.Name):
                codes = assigned.get(codes[0].id, [])
            for one in codes:
                for constant in _answers(one):
                    yield path.name, constant


def _answers(node: ast.expr) -> Iterator[str]:
    """The strings that an expression can come to."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _answers(node.body)
        yield from _answers(node.orelse)


def test_every_code_that_the_source_reports_is_in_the_catalogue() -> None:
    found = {*emitted()}
    assert {code for _, code in found} <= {*READING, *CONTENT}
    assert {code for module, code in found if module == "figures.py"} == {
        "list-count-differs",
        "list-open",
        "rate-base-zero",
        "rate-differs",
        "rate-without-base",
        "relative-period",
        "sum-differs",
        "unknown-source",
    }


@pytest.mark.parametrize("code", [*READING, *CONTENT])
def test_the_catalogue_words_it_in_both_languages(code: str) -> None:
    entry = catalogue()[code]
    assert entry["severity"] in {"error", "warning", "note"}
    holes = [sorted({*re.findall(r"\{(\w+)\}", entry[lang])}) for lang in LANGUAGES]
    assert holes[0] == holes[1] or code in {
        "missing-field",
        "wrong-type",
        "bad-id",
        "question-options",
    }


SECTIONS = {
    section.partition("\n")[0]: section.partition("\n")[2]
    for section in re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.M)[1:]
}


@pytest.mark.parametrize("code", [*READING, *CONTENT])
def test_the_page_explains_it(code: str) -> None:
    text = SECTIONS[code]
    assert re.search(r"^\*[^*\n]+\.\*$", text, re.M), "one line in English"
    assert re.search(r"^[^*`#\n].*。", text, re.M), "what it means, in Chinese"
    assert re.search(r"^(# )?(错|提示)", text, re.M)
    assert re.search(r"^(# )?对", text, re.M)


def test_the_page_explains_nothing_else() -> None:
    assert {*SECTIONS} == {*READING, *CONTENT}
