"""Figures as their sources state them: counts, rates with their base, lists behind a number.

Nothing here is corrected. A rate keeps its numerator, its denominator and what the source wrote;
the checks recompute and the pages print both where they differ.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from fengqiao.record import Count, Figure, Line, Part, Period, Prose, Truth, decimal, public


class Rate(Part):
    """A percentage and what it is a percentage of."""

    stated: Figure | None = public("来源所写比率", "Per cent as the source writes it", default=None)
    numerator: Figure | None = public("分子", "Numerator", default=None)
    numerator_label: Line | None = public("分子是什么", "What the numerator counts", default=None)
    denominator: Figure | None = public("分母", "Denominator", default=None)
    denominator_label: Line | None = public(
        "分母是什么", "What the denominator counts", default=None
    )
    approximate: Truth = public("基数为约数", "The base is approximate", default=False)

    @property
    def has_base(self) -> bool:
        """Whether both numbers are given, exactly."""
        return bool(self.numerator and self.denominator) and not self.approximate

    def computed(self, digits: int | None = None) -> Decimal | None:
        """Numerator ÷ denominator in per cent, rounded half up to ``digits`` decimals (default:
        those of the stated figure, one where none is stated); ``None`` without an exact base."""
        if not self.numerator or not self.denominator or not self.has_base:
            return None
        if decimal(self.denominator) == 0:
            return None
        if digits is None:
            digits = len(self.stated.partition(".")[2]) if self.stated else 1
        # Exactly, in whole numbers: a decimal context would round a first time on its own.
        exact = 100 * Fraction(self.numerator) / Fraction(self.denominator)
        scaled = abs(exact) * 10**digits
        rounded = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
        return Decimal(f"{'-' if exact < 0 else ''}{rounded}e-{digits}")

    @property
    def agrees(self) -> bool | None:
        """Whether the stated figure follows from its base; ``None`` where that cannot be told."""
        computed = self.computed()
        if computed is None or self.stated is None:
            return None
        return computed == decimal(self.stated)


class Share(Part):
    """One part of a total."""

    label: Line = public("组成", "Part", example="乡村级")
    value: Figure = public("数值", "Value", example="253")


class Metric(Part):
    """A figure with its unit, period and source."""

    label: Line = public("指标", "What is counted", example="人民调解委员会")
    value: Figure | None = public("数值", "Value, in the unit given", default=None, example="187")
    unit: Line = public("单位", "Unit", example="个")
    written: Line | None = public(
        "原文写法", "How the source writes it, where it is approximate", default=None
    )
    approximate: Truth = public("约数", "Marked 余, 多 or 万 in the source", default=False)
    compared: Line | None = public("比较", "What a change is measured against", default=None)
    period: Period | None = public(
        "期间", "Its own period; left out: that of the record; or not-stated", default=None
    )
    rate: Rate | None = public("比率", "The rate and its base", default=None)
    parts: tuple[Share, ...] = public("组成", "Parts that make up the value", default=())
    source: Count | None = public("来源序号", "Which of the record's sources, from 1", default=None)
    note: Prose | None = public("说明", "What it says and does not say", default=None)


class ListClaim(Part):
    """A number word and the list behind it: “六室” and the six rooms."""

    claim: Line = public("说法", "As said", example="六室", alias=True)
    stated: Count = public("所称数目", "The number said", example="6")
    items: tuple[Line, ...] = public("所列", "What is listed")
    open: Truth = public("列举未尽", "The list ends in 等", default=False)
