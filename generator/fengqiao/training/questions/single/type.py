"""One right option out of several."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from fengqiao.kinds.question.model import Question
from fengqiao.training.questions import QuestionType, Rule


def _fault(question: Question) -> Rule | None:
    right = sum(option.right for option in question.options)
    if len(question.options) >= 2 and right == 1:
        return None
    return Rule("至少两个选项，恰好一个正确", "at least two options, exactly one of them right")


def _grade(right: Sequence[bool], chosen: Collection[int]) -> float:
    return float(len(set(chosen)) == 1 and all(right[index] for index in chosen))


TYPE = QuestionType("single", "单选题", "Single choice", False, _fault, _grade)
