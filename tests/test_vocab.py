"""Controlled terms: found by code, name or alias, in trees that end."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fengqiao.load import vocabularies_of
from fengqiao.vocab import VocabTerm, Vocabulary

REPOSITORY = Path(__file__).resolve().parent.parent


def vocabulary(*terms: tuple[str, str | None, tuple[str, ...]]) -> Vocabulary:
    return Vocabulary(
        "v",
        tuple(
            VocabTerm(code=code, name=f"名{code}", parent=parent, aliases=aliases)
            for code, parent, aliases in terms
        ),
    )


TREE = vocabulary(("a", None, ("甲",)), ("b", "a", ("乙", "甲")), ("c", "b", ("名a", "b")))


@pytest.mark.parametrize(
    ("word", "code"),
    [("a", "a"), ("名a", "a"), ("b", "b"), ("乙", "b"), ("甲", "b"), ("名c", "c"), ("丁", None)],
)
def test_a_code_wins_over_a_name_and_a_name_over_an_alias(word: str, code: str | None) -> None:
    term = TREE.find(word)
    assert (term.code if term else None) == code


def test_the_tree() -> None:
    assert [term.code for term in TREE.lineage("c")] == ["a", "b", "c"]
    assert list(TREE.lineage("丁")) == []
    assert {code: [one.code for one in below] for code, below in TREE.children.items()} == {
        "": ["a"],
        "a": ["b"],
        "b": ["c"],
    }


@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from([None, *"abcdefg"])), max_size=8)
)
def test_every_lineage_ends_in_its_term(parents: list[tuple[str, str | None]]) -> None:
    """Also where a broken file turns back on itself or names what is not there."""
    terms = vocabulary(*((code, parent, ()) for code, parent in dict(parents).items()))
    for term in terms.terms:
        chain = [one.code for one in terms.lineage(term.code)]
        assert chain[-1] == term.code
        assert len(chain) == len({*chain})


def test_labels() -> None:
    assert VocabTerm(code="a", name="甲", en="A").label("en") == "A"
    assert VocabTerm(code="a", name="甲").label("en") == "甲"


def test_the_dispute_types_are_the_fifteen_and_newer_ones() -> None:
    types = vocabularies_of(REPOSITORY)["dispute-types"]
    assert len(types.children[""]) >= 15
    for word in ("婚姻家庭纠纷", "邻里纠纷", "劳动争议纠纷", "医疗纠纷", "道路交通事故纠纷"):
        assert types.find(word), word


@pytest.mark.parametrize("name", vocabularies_of(REPOSITORY))
def test_no_two_terms_of_the_reference_share_a_name(name: str) -> None:
    terms = vocabularies_of(REPOSITORY)[name].terms
    names = [term.name for term in terms]
    assert len(names) == len({*names})
    words = {*names, *(term.code for term in terms)}
    for term in terms:
        assert not {*term.aliases} & (words - {term.name}), term
