"""Several right options: a mark for each right choice, less one for each wrong choice."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from fengqiao.kinds.question.model import Question
from fengqiao.training.questions import QuestionType, Rule


def _fault(question: Question) -> Rule | None:
    right = sum(option.right for option in question.options)
    if len(question.options) >= 3 and right >= 2:
        return None
    return Rule("至少三个选项，至少两个正确", "at least three options, at least two of them right")


def _grade(right: Sequence[bool], chosen: Collection[int]) -> float:
    """max(0, right chosen ÷ right − wrong chosen ÷ wrong); wrong choices count whole where there
    is no wrong option to divide by."""
    keys = sum(right)
    hits = sum(1 for index in set(chosen) if right[index])
    misses = len(set(chosen)) - hits
    return max(0.0, hits / keys - misses / max(1, len(right) - keys))


TYPE = QuestionType("multiple", "多选题", "Multiple choice", True, _fault, _grade)
