"""What templates ask a view: who names a page and where, groups of a list, records by term."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from fengqiao.compile import Compiler
from fengqiao.compile.page import squeeze
from fengqiao.compile.view import MOST_CITING, View
from fengqiao.edition import for_edition
from fengqiao.load import load
from fengqiao.record import Audience


@pytest.fixture(scope="module")
def compiler(repository: Path, as_of: str) -> Compiler:
    loaded = load(repository, date.fromisoformat(as_of))
    assert loaded.casebook is not None
    return Compiler(for_edition(loaded.casebook, Audience.PUBLIC), "zh")


def view_of(compiler: Compiler, key: str) -> View:
    return View(compiler, compiler.record_page(key).path, key)


def test_an_article_knows_who_cites_it_and_the_law_does_not_repeat_it(compiler: Compiler) -> None:
    view = view_of(compiler, "law/renmin-tiaojie-fa")
    at = {record.key for group in view.cited_at("art-33") for record, _ in group.records}
    assert "playbook/jiben-chengxu" in at
    named = compiler.casebook.cited_by["law/renmin-tiaojie-fa"]
    only_articles = {m.source for m in named} - {m.source for m in named if not m.ref.anchor}
    whole = {record.key for group in view.cited_at("") for record, _ in group.records}
    assert whole
    assert only_articles
    assert not whole & only_articles
    assert view.cited_at("art-999") == ()


def test_long_lists_of_backlinks_are_counted_not_cut(compiler: Compiler) -> None:
    counted = [
        (group, len({m.source for m in mentions if m.source.startswith(f"{group.kind}/")}))
        for key, mentions in compiler.casebook.cited_by.items()
        for group in view_of(compiler, key).cited_by()
    ]
    for group, _ in counted:
        assert len(group.records) <= MOST_CITING
    assert any(group.more for group, _ in counted)
    assert all(total - len(group.records) - group.more in (0, 1) for group, total in counted)


def test_naming_is_by_kind_and_field(compiler: Compiler) -> None:
    view = view_of(compiler, "practice/dunhuang-six-strengthen")
    assert [course.id for course in view.naming("course", "about")] == ["dunhuang-self-test"]
    assert view.naming("course", "lessons") == ()


def test_groups_keep_every_record_in_the_order_of_the_values(compiler: Compiler) -> None:
    view = View(compiler, "laws/index.html")
    laws = view.of_kind("law")
    groups = view.grouped(laws, "level")
    assert sum(len(group.records) for group in groups) == len(laws)
    order = ["law", "regulation", "interpretation", "local", "rule", "standard"]
    assert [group.code for group in groups] == sorted(
        (group.code for group in groups), key=order.index
    )
    provinces = view.grouped(view.of_kind("practice"), "place", widest=True)
    assert "吉林省" in {group.label for group in provinces}


def test_a_type_counts_narrower_ones_and_each_record_once(compiler: Compiler) -> None:
    types = compiler.casebook.vocabularies["dispute-types"]
    found = compiler.with_term("dispute-types")
    for kinds in found.values():
        for records in kinds.values():
            keys = [record.key for record in records]
            assert len(keys) == len(set(keys))
    for term in types.terms:
        for below in types.children.get(term.code, ()):
            for kind, records in found.get(below.code, {}).items():
                above = {record.key for record in found[term.code][kind]}
                assert {record.key for record in records} <= above


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (None, "来源未说明"),
        ("not-stated", "来源未说明"),
        ("2019/2021-08", "2019 至 2021-08"),
        ("2019/..", "2019 以来"),
        ("今年以来", "今年以来"),
        ("3日内/次", "3日内/次"),
    ],
)
def test_periods_and_limits_read_as_sentences_do(
    compiler: Compiler, written: str | None, said: str
) -> None:
    assert View(compiler, "index.html").stated(written) == said


@pytest.mark.parametrize(
    ("html", "squeezed"),
    [
        ("<p>\n\n   <a>甲</a>\n  <a>乙</a></p>", "<p>\n<a>甲</a>\n<a>乙</a></p>"),
        ("<pre>a\n\n  b</pre>\n\n  c", "<pre>a\n\n  b</pre>\nc"),
        ("<script>\n  run()\n\n</script>  x  y", "<script>\n  run()\n\n</script>  x  y"),
    ],
)
def test_indents_go_and_preformatted_text_stays(html: str, squeezed: str) -> None:
    assert squeeze(html) == squeezed
