"""Links to records in hand-written pages: found where they are links, left alone where they are
code."""

from __future__ import annotations

from datetime import date
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown import markdown

from fengqiao import load_casebook
from fengqiao.casebook import Casebook
from fengqiao.publish.docs import escaped, faults, replaced
from fengqiao.record import Ref
from tests.site import AS_OF, Site


@pytest.fixture(scope="module")
def casebook(tmp_path_factory: pytest.TempPathFactory) -> Casebook:
    site = Site.starter(tmp_path_factory.mktemp("docs"))
    site.change_file("casebook/terms/hidden.yml", "id: hidden\ntitle: 内\ndefinition: 部\n")
    found = load_casebook(site.project, date.fromisoformat(AS_OF)).casebook
    assert found is not None
    return found


def shown(ref: Ref) -> str:
    return f"<{ref}|{ref.text}>"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("见[[case/a]]。", "见<case/a|>。"),
        ("[[case/a|甲 乙]] [[law/b#art-3]]", "<case/a|甲 乙> <law/b#art-3|>"),
        ("[[写错]] [[]] [[a]b]]", "[[写错]] [[]] [[a]b]]"),
        ("`[[case/a]]` ``a ` [[case/a]]`` [[case/b]]", "`[[case/a]]` ``a ` [[case/a]]`` <case/b|>"),
        ("a ` b\n\n[[case/a]] `", "a ` b\n\n<case/a|> `"),
        ("```\n[[case/a]]\n```\n[[case/b]]", "```\n[[case/a]]\n```\n<case/b|>"),
        ("~~~~ yaml\n[[case/a]]\n~~~\n[[case/a]]\n~~~~\n[[case/b]]",
         "~~~~ yaml\n[[case/a]]\n~~~\n[[case/a]]\n~~~~\n<case/b|>"),
        ("```\n[[case/a]] without an end", "```\n[[case/a]] without an end"),
        ("   ```\n[[case/a]]\n   ```\n[[case/b]]", "   ```\n[[case/a]]\n   ```\n<case/b|>"),
        ("nothing", "nothing"),
    ],
)  # fmt: skip
def test_links_are_replaced_and_code_is_not(written: str, expected: str) -> None:
    assert replaced(written, shown) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[[case/example-case]] [[law/example-county-rules]]", []),
        ("一\n二[[term/nowhere]]", [(2, 2, "unknown-reference")]),
        ("---\na: '[[term/nowhere]]'\n---\n\n[[term/nowhere]]", [(5, 1, "unknown-reference")]),
        ("---\nno front matter [[term/nowhere]]", [(2, 17, "unknown-reference")]),
        ("[[nowhere]] [[a/b]]", [(1, 1, "unknown-reference"), (1, 13, "unknown-reference")]),
        ("[[law/example-county-rules#art-999]]", [(1, 1, "unknown-anchor")]),
        ("`[[term/nowhere]]`", []),
        ("[[term/broken]]", []),
        ("[[term/hidden]]", [(1, 1, "names-less-public")]),
    ],
)
def test_faults_stand_where_they_are(
    casebook: Casebook, source: str, expected: list[tuple[int, int, str]]
) -> None:
    found = list(faults("docs/x.md", source, casebook, {"term/broken"}))
    assert [(one.where.line, one.where.column, one.code) for one in found] == expected
    assert all(one.where.path == "docs/x.md" and one.message("zh") for one in found)


def test_a_guess_is_made(casebook: Casebook) -> None:
    (fault,) = faults("docs/x.md", "[[case/exampel-case]]", casebook, ())
    assert fault.guess == "case/example-case"


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs")), min_size=1))
def test_titles_stay_what_they_are(title: str) -> None:
    """Whatever a record is called, Markdown prints just that."""
    html = markdown(f'<a href="x.html">{escaped(title)}</a>', extensions=["tables"])
    inside = html.partition('<a href="x.html">')[2].rpartition("</a>")[0]
    assert "<" not in inside
    assert unescape(inside) == title
