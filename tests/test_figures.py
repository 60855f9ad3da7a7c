"""Rates against exact arithmetic; figures as they were written."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from fengqiao.figures import ListClaim, Metric, Rate, Share
from fengqiao.record import Count, Figure, Period, is_relative


def figures(least: int = 0) -> st.SearchStrategy[str]:
    """Non-negative figures as authors write them, with up to six decimals."""
    return st.builds(
        lambda whole, part: f"{whole}.{part}" if part else str(whole),
        st.integers(least, 10**15 - 1),
        st.text("0123456789", max_size=6),
    )


def half_up(exact: Fraction, digits: int) -> Fraction:
    """The multiple of 10^-digits next to a number that is not negative; of two, the greater."""
    scaled = exact * 10**digits
    return Fraction((2 * scaled + 1) // 2, 10**digits)


@given(figures(), figures(1), st.integers(0, 6))
@example("1", "200", 0)  # 0.5 → 1
@example("5", "1000", 0)
@example("867", "1458", 1)
@example("1", "3", 6)
@example("199", "200", 0)  # 99.5 → 100
@example("999999999999999.999999", "0.000001", 6)
def test_a_rate_is_rounded_half_up(numerator: str, denominator: str, digits: int) -> None:
    rate = Rate(numerator=numerator, denominator=denominator)
    if Fraction(denominator) == 0:
        assert rate.computed(digits) is None
        return
    computed = rate.computed(digits)
    exact = 100 * Fraction(numerator) / Fraction(denominator)
    assert computed is not None
    assert Fraction(computed) == half_up(exact, digits)
    assert -computed.as_tuple().exponent == digits


@given(figures(), figures(1), st.integers(0, 6))
def test_a_rate_that_follows_from_its_base_agrees(
    numerator: str, denominator: str, digits: int
) -> None:
    exact = half_up(100 * Fraction(numerator) / Fraction(denominator), digits)
    if exact >= 10**15:
        return
    stated = f"{int(exact * 10**digits):0{digits + 1}d}"
    stated = f"{stated[:-digits]}.{stated[-digits:]}" if digits else stated
    rate = Rate(stated=stated, numerator=numerator, denominator=denominator)
    assert rate.agrees is True
    more = f"{Decimal(stated) + Decimal(1).scaleb(-digits):f}"
    if len(more.partition(".")[0]) <= 15:
        assert Rate(stated=more, numerator=numerator, denominator=denominator).agrees is False


@pytest.mark.parametrize(
    ("fields", "computed", "agrees"),
    [
        ({"numerator": "867", "denominator": "1458", "stated": "60.1"}, "59.5", False),
        ({"numerator": "867", "denominator": "1458", "stated": "59.47"}, "59.47", True),
        ({"numerator": "867", "denominator": "1458"}, "59.5", None),
        ({"numerator": "42", "denominator": "42", "stated": "100"}, "100", True),
        ({"numerator": "42", "denominator": "42", "stated": "100.0"}, "100.0", True),
        ({"numerator": "-18", "denominator": "100", "stated": "-18"}, "-18", True),
        ({"stated": "60.1"}, None, None),
        ({"numerator": "1", "stated": "60.1"}, None, None),
        ({"denominator": "1", "stated": "60.1"}, None, None),
        ({"numerator": "1", "denominator": "0", "stated": "60.1"}, None, None),
        ({"numerator": "9", "denominator": "10", "stated": "1", "approximate": True}, None, None),
    ],
)
def test_what_can_be_told(
    fields: dict[str, str], computed: str | None, agrees: bool | None
) -> None:
    rate = Rate(**fields)
    shown = rate.computed()
    assert (None if shown is None else str(shown)) == computed
    assert rate.agrees is agrees


def test_figures_stay_as_they_were_written() -> None:
    metric = Metric(
        label="甲",
        value="093.50",
        unit="%",
        rate={"stated": "93.0", "numerator": "007"},
        parts=[Share(label="乙", value="0.10")],
        source="01",
    )
    assert (metric.value, metric.parts[0].value) == ("093.50", "0.10")
    assert metric.rate is not None
    assert (metric.rate.stated, metric.rate.numerator) == ("93.0", "007")
    assert metric.source == 1
    assert ListClaim(claim="六室", stated="6", items=["甲"]).stated == 6


def accepts(kind: object, written: object) -> bool:
    try:
        TypeAdapter(kind).validate_python(written)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("written", ["0", "187", "99.26", "-18", "0.000001", "999999999999999"])
def test_a_figure(written: str) -> None:
    assert accepts(Figure, written)


@pytest.mark.parametrize(
    "written",
    ["", "1,000", "1000人", "12%", ".5", "5.", "+1", "1e3", "１２", "一百", "100余", "1 000", "1\n",
     "0x10", "NaN", "Infinity", "--1", "1.0000000", "1" * 16, "٣", "½"],
)  # fmt: skip
def test_no_figure(written: str) -> None:
    assert not accepts(Figure, written)


@pytest.mark.parametrize("written", ["0", "6", "000000006", "999999999"])
def test_a_count(written: str) -> None:
    assert accepts(Count, written)


@pytest.mark.parametrize(
    "written", ["-1", "1.0", "", "六", "６", "1234567890", "1\n", " 1", "٣", "1_0"]
)
def test_no_count(written: str) -> None:
    assert not accepts(Count, written)


@pytest.mark.parametrize(
    ("written", "relative"),
    [
        ("2023", False),
        ("2023-05", False),
        ("2023-05-31", False),
        ("2019/2021-08", False),
        ("2021-08-01/2021-08-01", False),
        ("2019-12/2019", False),
        ("not-stated", False),
        ("2021/..", True),
        ("今年以来", True),
        ("近两年", True),
        ("2021年以来", True),
        ("截至目前", True),
        ("去年", True),
    ],
)
def test_a_period(written: str, relative: bool) -> None:
    assert accepts(Period, written)
    assert is_relative(written) is relative


@pytest.mark.parametrize(
    "written",
    ["", "2023年", "2023-13", "2023-02-30", "2021/2019", "2021-08/2021-07", "23", "2023/", "/2023",
     "2019-2021", "2019/2020/2021", "../2021", "2023-5", "某时"],
)  # fmt: skip
def test_no_period(written: str) -> None:
    assert not accepts(Period, written)
