"""Lists of any length: no page too long, no record lost or doubled, no two pages at one address."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fengqiao import address
from fengqiao.casebook import Casebook, CasebookInfo
from fengqiao.compile.lists import ENTRIES, ONE_PAGE, Shelf, arrange, every_shelf
from fengqiao.kinds import find_kinds
from fengqiao.kinds.case.model import Case
from fengqiao.kinds.mediator.model import Mediator
from fengqiao.link import link
from fengqiao.record import Ref
from fengqiao.vocab import VocabTerm, Vocabulary

TYPES = [f"type-{number:02}" for number in range(40)]
VOCABULARIES = {
    "dispute-types": Vocabulary(
        "dispute-types", tuple(VocabTerm(code=code, name=f"{code}纠纷") for code in TYPES)
    )
}


def casebook() -> Casebook:
    info = CasebookInfo(title="库", office="局", jurisdiction="县")
    return link(info, find_kinds(), VOCABULARIES, [])


BOOK = casebook()


def cases(count: int, types: Sequence[str] = TYPES, years: int = 12, seed: int = 3) -> list[Case]:
    """Records as a list needs them; types and years as uneven as in life."""
    draw = random.Random(seed)
    weights = [1 / (rank + 1) for rank in range(len(types))]
    chosen = draw.choices(types, weights, k=count)
    days = [None, *(f"{2026 - year}-0{year % 9 + 1}" for year in range(years))]
    return [bare_case(number, kind, draw.choice(days)) for number, kind in enumerate(chosen)]


def bare_case(number: int, dispute_type: str, accepted: str | None) -> Case:
    """Only what a list reads: 100,000 whole records would take longer than all lists."""
    record = Case.__new__(Case)
    fields = {"id": f"case-{number}", "dispute_type": dispute_type, "accepted": accepted}
    object.__setattr__(record, "__dict__", fields)
    return record


def assert_sound(top: Shelf, records: Sequence[Case | Mediator]) -> None:
    shelves = list(every_shelf(top))
    for shelf in shelves:
        most = ENTRIES if shelf.code else ONE_PAGE
        assert len(shelf.records) + len(shelf.shelves) <= most
        assert not (shelf.records and shelf.shelves)
        assert len(shelf.code) == len(shelf.labels)
        assert shelf.count == sum(len(one.records) for one in every_shelf(shelf))
        for narrower in shelf.shelves:
            assert narrower.code[:-1] == shelf.code
            assert narrower.count > 0
    paths = [address.list_path(Case.kind, *shelf.code) for shelf in shelves]
    assert len({path.lower() for path in paths}) == len(paths)
    assert all(path.isascii() and len(path) < 120 for path in paths)
    placed = [record.id for shelf in shelves for record in shelf.records]
    assert len(placed) == len(records)
    assert {*placed} == {record.id for record in records}


@pytest.mark.parametrize("count", [0, 1, 150, 151, 199, 200, 201, 1_000, 22_500, 22_501, 100_000])
def test_a_list_of_cases(count: int) -> None:
    records = cases(count)
    top = arrange(BOOK, records, Case.kind.shelves, "zh")
    assert_sound(top, records)
    assert bool(top.shelves) is (count > ONE_PAGE)
    again = arrange(BOOK, records, Case.kind.shelves, "zh")
    assert [outline(one) for one in every_shelf(again)] == [
        outline(one) for one in every_shelf(top)
    ]


def outline(shelf: Shelf) -> tuple[object, ...]:
    return shelf.code, shelf.labels, shelf.count, [record.id for record in shelf.records]


@pytest.mark.parametrize("count", [200, 201, 22_500, 22_501, 100_000])
def test_a_list_without_fields_is_numbered_in_its_order(count: int) -> None:
    records = cases(count)
    top = arrange(BOOK, records, (), "zh")
    assert_sound(top, records)
    placed = [record.id for shelf in every_shelf(top) for record in shelf.records]
    assert placed == [record.id for record in records]


def test_a_field_with_too_many_values_is_numbered_instead() -> None:
    def mediator(number: int) -> Mediator:
        committee = Ref("organisation", f"committee-{number % (ENTRIES + 1)}")
        return Mediator.model_construct(id=f"m-{number}", title="名", committee=committee)

    records = [mediator(number) for number in range(1_000)]
    top = arrange(BOOK, records, Mediator.kind.shelves, "zh")
    assert_sound(top, records)
    assert [shelf.code for shelf in top.shelves] == [(str(one),) for one in range(1, 8)]


def test_one_type_only_is_divided_by_year_and_then_by_number() -> None:
    records = cases(3_000, types=TYPES[:1], years=2)
    top = arrange(BOOK, records, Case.kind.shelves, "zh")
    assert_sound(top, records)
    (only,) = top.shelves
    assert only.code == ("type-00",)
    assert [shelf.code[1] for shelf in only.shelves] == ["0", "2025", "2026"]
    assert all(shelf.shelves for shelf in only.shelves)


@given(
    st.lists(
        st.tuples(st.sampled_from(TYPES[:3]), st.sampled_from([None, "2024", "2025-03"])),
        max_size=700,
    )
)
def test_the_order_of_the_records_does_not_change_the_shelves(
    values: list[tuple[str, str | None]],
) -> None:
    records = [bare_case(number, *value) for number, value in enumerate(values)]
    top = arrange(BOOK, records, Case.kind.shelves, "zh")
    assert_sound(top, records)
    other = arrange(BOOK, records[::-1], Case.kind.shelves, "zh")
    assert [(one.code, one.labels, one.count) for one in every_shelf(top)] == [
        (one.code, one.labels, one.count) for one in every_shelf(other)
    ]
