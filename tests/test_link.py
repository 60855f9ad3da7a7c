"""What records name: found in fields and prose, filed both ways, missed with a guess."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fengqiao.casebook import Casebook, CasebookInfo
from fengqiao.kinds import find_kinds
from fengqiao.kinds.law.model import Article, Law
from fengqiao.kinds.organisation.model import Organisation
from fengqiao.kinds.playbook.model import Playbook, Step
from fengqiao.kinds.term.model import Term
from fengqiao.link import INLINE, dangling, duplicates, inline_ref, link, mentions_of
from fengqiao.record import Audience, Record, Ref
from fengqiao.where import KeyPath, Place, Where

INFO = CasebookInfo(title="库", office="局", jurisdiction="县")


def here(place: Place, keys: KeyPath, of_key: bool) -> Where:
    """Tells of the way instead of a line."""
    return Where(".".join([place.path, *map(str, keys)]))


def term(identity: str, definition: str = "义", **fields: Any) -> Term:
    return Term(id=identity, title=identity, definition=definition, **fields)


def casebook_of(*records: Record) -> Casebook:
    return link(INFO, find_kinds(), {}, [(one, Place(f"{one.id}.yml")) for one in records])


@pytest.mark.parametrize(
    ("written", "ref"),
    [
        ("[[case/a]]", Ref("case", "a")),
        ("[[case/a|甲 乙]]", Ref("case", "a", "", "甲 乙")),
        ("[[law/a#art-33-2]]", Ref("law", "a", "art-33-2")),
        ("[[law/a#art-33|第三十三条]]", Ref("law", "a", "art-33", "第三十三条")),
        ("[[ case/a ]]", Ref("case", "a")),
        ("[[my-kind/a]]", Ref("my-kind", "a")),
    ],
)
def test_the_one_form_of_a_link(written: str, ref: Ref) -> None:
    match = INLINE.fullmatch(written)
    assert match
    assert inline_ref(match[1], match[2]) == ref


@pytest.mark.parametrize(
    "written", ["case", "/a", "case/", "case/A", "Case/a", "case/a#", "案例/a", "case/a/b"]
)
def test_what_is_written_otherwise_is_no_reference(written: str) -> None:
    assert inline_ref(written, None) is None


@pytest.mark.parametrize(
    "text", ["[case/a]", "[[]]", "[[case/a]", "[[a\nb]]", "[[|甲]]", "[ [case/a]]"]
)
def test_what_is_no_link_stays_text(text: str) -> None:
    assert not list(mentions_of(term("x", text)))


def test_mentions_in_the_order_of_the_fields_with_their_way_and_name() -> None:
    steps = [Step(id="s", title="步", role="not-stated", text="见[[term/a]]", basis=["l#art-1"])]
    playbook = Playbook(
        id="p",
        title="流",
        audience="public",
        steps=steps,
        use_when="[[甲]]",
        office_note="[[term/b|乙]]",
    )
    public, internal = Audience.PUBLIC, Audience.INTERNAL
    assert [
        (one.keys, one.label_zh, one.ref, one.inline, one.audience) for one in mentions_of(playbook)
    ] == [
        (("use_when",), "什么时候用", Ref("", "甲"), True, public),
        (("steps", 0, "text"), "说明", Ref("term", "a"), True, public),
        (("steps", 0, "basis", 0), "依据", Ref("law", "l", "art-1"), False, public),
        (("office_note",), "内部备注", Ref("term", "b", "", "乙"), True, internal),
    ]


def test_a_casebook_is_sorted_and_filed_both_ways() -> None:
    book = casebook_of(term("b", "[[term/a]]"), term("c", not_to_confuse=["a"]), term("a"))
    assert [*book.records] == ["term/a", "term/b", "term/c"]
    assert {key: [one.source for one in found] for key, found in book.cited_by.items()} == {
        "term/a": ["term/b", "term/c"]
    }
    assert {*book.mentions} == {"term/b", "term/c"}


@given(st.permutations("abcde"))
def test_the_order_of_reading_does_not_matter(order: list[str]) -> None:
    records = {
        one: term(one, f"[[term/{other}]]") for one, other in zip("abcde", "bcdea", strict=True)
    }
    book, other = casebook_of(*(records[one] for one in order)), casebook_of(*records.values())
    assert book == other
    assert [*book.records] == [*other.records]


def test_of_two_with_one_id_the_first_is_kept_and_the_second_told() -> None:
    placed = [(term("a", "一"), Place("1.yml")), (term("a", "二"), Place("2.yml"))]
    assert link(INFO, find_kinds(), {}, placed).records["term/a"].definition == "一"
    (one,) = duplicates(placed, here)
    assert (one.code, one.where.path, str(one.values["other"])) == (
        "duplicate-id",
        "2.yml.id",
        "1.yml.id:0:0",
    )
    roster = [(term("a"), Place("1.yml", 0, True)), (term("a"), Place("1.yml", 1, True))]
    assert len(list(duplicates(roster, here))) == 1
    other_kind = (Organisation(id="a", title="委", type="other"), Place("2.yml"))
    assert not list(duplicates([placed[0], other_kind], here))


LAW = Law(
    id="l",
    title="法",
    level="law",
    issuer="某",
    articles=[Article(number=33, gist="义"), Article(number=33, sub=2, gist="义")],
)


@pytest.mark.parametrize(
    ("written", "code", "guess"),
    [
        ("[[term/aa]]", "unknown-reference", "term/a"),
        ("[[tern/a]]", "unknown-reference", "term/a"),
        ("[[zzz/zzz]]", "unknown-reference", ""),
        ("[[term/zzz]]", "unknown-reference", ""),
        ("[[甲]]", "unknown-reference", ""),
        ("[[law/l#art-3]]", "unknown-anchor", "law/l#art-33"),
        ("[[law/l#art-33-3]]", "unknown-anchor", "law/l#art-33-2"),
        ("[[term/a#x]]", "unknown-anchor", ""),
    ],
)
def test_what_is_not_there_is_told_with_a_guess(written: str, code: str, guess: str) -> None:
    book = casebook_of(term("a"), term("x", f"见{written}"), LAW)
    (one,) = dangling(book, (), here)
    assert (one.code, one.guess, one.where.path) == (code, guess, "x.yml.definition")
    assert str(one.values["ref"]) in written


def test_what_is_there_is_not_told() -> None:
    book = casebook_of(term("a"), term("x", "[[law/l#art-33]][[law/l#art-33-2]][[term/a]]"), LAW)
    assert not list(dangling(book, (), here))


def test_a_reference_to_a_broken_record_is_no_fault_of_its_own() -> None:
    book = casebook_of(term("x", "[[term/y]]"))
    assert not list(dangling(book, {"term/y"}, here))
    assert len(list(dangling(book, {"term/z"}, here))) == 1
