"""Author text is never trusted: payloads in every text of every kind stay text in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import pytest
import yaml
from pydantic import TypeAdapter, ValidationError

from fengqiao.casebook import CasebookInfo
from fengqiao.kinds import find_kinds
from fengqiao.record import Part, anatomy
from fengqiao.vocab import VocabTerm
from tests.browser.page import Browser
from tests.site import Site

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Engine

pytestmark = pytest.mark.browser

PAYLOAD = (
    " \"'><img src=x onerror=__xss=1><svg onload=__xss=1></title></textarea></script>"
    "<script>__xss=1</script>{{7*7}}{% raw %}@@fq-body@@[x](javascript:__xss=1)"
    "[y](//evil.example/z)<a href='\\\\evil\\share'>z</a><style>*{display:none}</style>"
)


def poisoned(model: type[Part], tree: dict[str, Any]) -> dict[str, Any]:
    """``tree`` with the payload behind every text that may hold it."""
    changed = dict(tree)
    for declared in anatomy(model):
        value = tree.get(declared.name)
        if value is None:
            continue
        if declared.part is not None:
            members = value if declared.many else [value]
            new = [poisoned(declared.part, member) for member in members]
            changed[declared.name] = new if declared.many else new[0]
        elif declared.text and declared.reference is None and declared.coded is None:
            info = model.model_fields[declared.name]
            accepts = TypeAdapter(Annotated[info.annotation, "field", *info.metadata])
            bad = [one + PAYLOAD for one in value] if declared.many else value + PAYLOAD
            try:
                accepts.validate_python(bad)
            except ValidationError:
                continue
            changed[declared.name] = bad
    return changed


def poison(file: Path, model: type[Part], *keep: str) -> int:
    """Poisons a file of records and returns how many payloads stand in it now."""
    tree = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    records = tree if isinstance(tree, list) else [tree]
    new = [
        {**poisoned(model, one), **{name: one[name] for name in keep if name in one}}
        for one in records
    ]
    text = yaml.safe_dump(new if isinstance(tree, list) else new[0], allow_unicode=True)
    file.write_text(text, encoding="utf-8")
    return text.count("onload=__xss")


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    site = Site.starter(tmp_path_factory.mktemp("hostile"))
    casebook = site.project / "casebook"
    for folder in find_kinds().values():
        for file in sorted((casebook / folder.kind.folder).glob("*.yml")):
            keep = ("type",) if folder.kind.name == "question" else ()
            assert poison(file, folder.model, *keep) >= 2, file.name
    assert poison(casebook / "casebook.yml", CasebookInfo) >= 3
    for file in sorted((casebook / "vocab").glob("*.yml")):
        poison(file, VocabTerm, "code", "parent")
    site.build("--edition", "internal")
    return site.out


def test_nothing_of_it_runs(browser: Engine, hostile_site: Path) -> None:
    pages = sorted(hostile_site.rglob("*.html"))
    assert len(pages) > 20
    with Browser(browser) as reader:
        opened = reader.open(hostile_site / "index.html")
        for path in pages:
            opened.page.goto(path.as_uri())
            assert opened.page.evaluate("typeof __xss") == "undefined", path
            assert opened.page.locator("script:not([src]):not([type])").count() <= 3, path
            dangerous = opened.page.evaluate(
                """() => Array.from(document.querySelectorAll("main *, footer *"), (one) =>
                    one.getAttributeNames().filter((name) => name.startsWith("on")).length
                    + (/^(javascript|data):|^\\/\\/|^\\\\/i.test(one.getAttribute("href") || "")
                       ? 1 : 0)).reduce((sum, one) => sum + one, 0)"""
            )
            assert dangerous == 0, path
            opened.check()


def test_hits_of_the_search_are_text(browser: Engine, hostile_site: Path) -> None:
    with Browser(browser) as reader:
        opened = reader.open(hostile_site / "search.html", "q=onerror")
        opened.page.wait_for_selector("[data-fq-results] a[href]")
        assert opened.page.locator("[data-fq-results] img, [data-fq-results] svg").count() == 0
        assert opened.page.evaluate("typeof __xss") == "undefined"


def test_templates_in_author_text_stay_text(hostile_site: Path) -> None:
    home = (hostile_site / "index.html").read_text(encoding="utf-8")
    record = (hostile_site / "practices" / "example-practice.html").read_text(encoding="utf-8")
    for html in (home, record):
        assert "{{7*7}}" in html
        assert "49" not in html.split("{{7*7}}")[1][:20]
    assert "@@fq-body@@" in record
