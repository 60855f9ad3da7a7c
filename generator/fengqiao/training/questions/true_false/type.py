"""True or false: two options, one right."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from fengqiao.kinds.question.model import Question
from fengqiao.training.questions import QuestionType, Rule


def _fault(question: Question) -> Rule | None:
    texts = [option.text for option in question.options]
    if texts == ["正确", "错误"] and sum(option.right for option in question.options) == 1:
        return None
    return Rule(
        "两个选项，依次为“正确”“错误”，恰好一个正确",
        "two options, 正确 then 错误, exactly one of them right",
    )


def _grade(right: Sequence[bool], chosen: Collection[int]) -> float:
    return float(len(set(chosen)) == 1 and all(right[index] for index in chosen))


TYPE = QuestionType("true-false", "判断题", "True or false", False, _fault, _grade)
