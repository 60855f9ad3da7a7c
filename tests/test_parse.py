"""Trees become records; every fault is told once, where it is, with what was expected."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from fengqiao.diagnostics import Diagnostic
from fengqiao.kinds import find_kinds
from fengqiao.kinds.case.model import Case
from fengqiao.kinds.term.model import Term
from fengqiao.messages import LANGUAGES, catalogue
from fengqiao.parse import identifies, parse_part
from fengqiao.read import locate, read_tree
from fengqiao.record import Part, Record
from fengqiao.where import KeyPath, Place, Where

KINDS = find_kinds()


def parse(text: str, model: type[Part] = Term) -> tuple[Any, tuple[Diagnostic, ...]]:
    data = text.encode()
    tree, found = read_tree(data, "x.yml")
    assert found == ()
    assert isinstance(tree, dict)

    def find(place: Place, keys: KeyPath, of_key: bool) -> Where:
        return Where("x.yml", *locate(data, keys, key=of_key))

    return parse_part(model, tree, Place("x.yml"), find)


def lines(text: str, model: type[Part] = Term) -> list[str]:
    return [one.line("en").removeprefix("x.yml:") for one in parse(text, model)[1]]


def test_a_record() -> None:
    record, found = parse("id: a\ntitle: 甲\ndefinition: |\n  乙\n\n  丙\naliases: [丁]\n")
    assert found == ()
    assert record == Term(id="a", title="甲", definition="乙\n\n丙", aliases=("丁",))
    assert record.key == "term/a"
    with pytest.raises(Exception, match="frozen"):
        record.title = "乙"


def test_values_stay_text_and_the_model_types_them() -> None:
    text = """
        id: no
        title: 12:30:45
        dispute_type: 017
        intake: applied
        difficulty: simple
        facts: "null"
        outcome: {outcome: yes, form: oral, amount: 0400.50}
        confirmation: {confirmed: 是}
        closed: 2025
    """
    record, found = parse(text, Case)
    assert found == ()
    assert (record.id, record.title, record.dispute_type) == ("no", "12:30:45", "017")
    assert (record.facts, record.outcome.outcome, record.outcome.amount) == (
        "null",
        "yes",
        "0400.50",
    )
    assert record.confirmation.confirmed is True
    assert record.closed == "2025"


def test_an_empty_value_is_a_key_that_was_not_written() -> None:
    record, found = parse("id: a\ntitle: 甲\nsummary:\naliases:\ndefinition: 乙\nreviewed:\n")
    assert found == ()
    assert record == Term(id="a", title="甲", definition="乙")
    assert lines("id: a\ntitle:\ndefinition: 乙\n") == [
        "2:1: error[missing-field] the required field title (标题) is missing"
    ]


@pytest.mark.parametrize(
    ("written", "line"),
    [
        (
            "titel: 甲",
            "4:1: error[unknown-key] there is no field “titel” here; did you mean “title”?",
        ),
        ("zzz: 甲", "4:1: error[unknown-key] there is no field “zzz” here"),
        (
            "tags: 甲",
            "4:7: error[wrong-type] tags is “甲”, expected a list (each line begins with “- ”)",
        ),
        ("summary: [甲]", "4:10: error[wrong-type] summary is “[…]”, expected a text"),
        ("summary: {a: 甲}", "4:10: error[wrong-type] summary is “{…}”, expected a text"),
        ("summary: ''", "4:10: error[wrong-type] summary is “”, expected a text that is not empty"),
        (
            f"summary: {'长' * 501}",
            f"4:10: error[wrong-type] summary is “{'长' * 39}…”, "
            "expected a shorter text (up to 500 characters)",
        ),
        (
            'summary: "甲\\n乙"',
            "4:10: error[wrong-type] summary is “甲⏎乙”, expected one line of text",
        ),
        (
            "origin: invent",
            "4:9: error[wrong-type] origin is “invent”, expected one of real, adapted, invented; "
            "did you mean “invented”?",
        ),
        (
            "reviewed: 甲",
            "4:11: error[wrong-type] reviewed is “甲”, expected a group of “key: value” lines",
        ),
        (
            "reviewed: {on: 2026-1-1, next: 2026-02-30}",
            "4:16: error[wrong-type] reviewed.on is “2026-1-1”, expected a day such as 2026-11-22",
        ),
        (
            "sources: [{title: 甲, date: 二〇二六}]",
            "4:28: error[wrong-type] sources.0.date is “二〇二六”, "
            "expected a year, month or day: 2026, 2026-11, 2026-11-22",
        ),
        (
            "sources: [{title: 甲, url: www.a.cn}]",
            "4:27: error[wrong-type] sources.0.url is “www.a.cn”, "
            "expected a web address beginning with https:// or http://",
        ),
        (
            "attachments: [{file: ../a.png, title: 甲}]",
            "4:22: error[wrong-type] attachments.0.file is “../a.png”, "
            "expected the name of a file beside it, such as flow.png (png, jpg, webp, pdf)",
        ),
        (
            "basis: [case/a]",
            "4:9: error[wrong-type] basis.0 is “case/a”, "
            "expected a reference to another record (law), such as law/renmin-tiaojie-fa#art-33",
        ),
        (
            "supersedes: 甲",
            "4:13: error[wrong-type] supersedes is “甲”, "
            "expected a reference to another record (kind), such as law/renmin-tiaojie-fa#art-33",
        ),
    ],
)
def test_a_fault(written: str, line: str) -> None:
    assert lines(f"id: a\ntitle: 甲\ndefinition: 乙\n{written}\n")[0] == line


def test_all_faults_are_told_at_once() -> None:
    record, found = parse("id: A\naudience: secret\nx: 1\nreviewed: {by: 甲}\n")
    assert record is None
    assert sorted(one.code for one in found) == [
        "bad-id", "missing-field", "missing-field", "missing-field", "missing-field",
        "unknown-key", "wrong-type",
    ]  # fmt: skip


def test_a_fault_in_a_group_points_into_it_and_knows_its_fields() -> None:
    text = "id: a\ntitle: 甲\ndefinition: 乙\nsources:\n"
    text += "  - title: 丙\n    publihser: 丁\n  - date: 2026\n"
    assert lines(text) == [
        "6:5: error[unknown-key] there is no field “publihser” here; did you mean “publisher”?",
        "7:5: error[missing-field] the required field title (标题) is missing",
    ]


def test_who_a_broken_record_would_have_been() -> None:
    assert identifies({"id": "a"}, "term") == "term/a"
    assert identifies({"id": ["a"]}, "term") == identifies({}, "term") == ""


def test_every_kind_of_fault_that_a_model_can_raise_is_worded() -> None:
    """Nothing falls back to the validator's own English."""
    raised = {
        "extra_forbidden", "missing", "string_type", "string_too_long", "string_too_short",
        "tuple_type", "model_type", "literal_error", "enum", "one-line", "day", "written-date",
        "figure", "count", "truth", "period", "identifier", "reserved-identifier", "web-address",
        "phone", "attachment-name", "reference", "greater_than_equal", "less_than_equal",
    }  # fmt: skip
    worded = {key.removeprefix("expected-") for key in catalogue() if key.startswith("expected-")}
    assert raised - {"missing"} <= worded


VALUES = st.recursive(
    st.sampled_from(["甲", "a", "2026-11-22", "1", "", "是", "public", "law/a", "x\ny", None]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["title", "on", "file", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@pytest.mark.parametrize("model", [folder.model for folder in KINDS.values()], ids=KINDS)
@settings(max_examples=30)
@given(data=st.data())
def test_whatever_is_written_is_a_record_or_told(model: type[Record], data: st.DataObject) -> None:
    names = [*model.model_fields, "unknown"]
    tree = data.draw(st.dictionaries(st.sampled_from(names), VALUES, max_size=8))
    text = yaml.safe_dump(tree, allow_unicode=True)
    record, found = parse(text, model)
    assert (record is None) == bool(found)
    for one in found:
        assert 1 <= one.where.line <= text.count("\n") + 1
        assert one.code in {"unknown-key", "missing-field", "wrong-type", "bad-id"}
        for lang in LANGUAGES:
            assert "{" not in one.message(lang).replace("{…}", "")
            assert "Input should" not in one.message(lang)
