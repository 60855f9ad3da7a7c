"""A question (题目): a stem, options with a reason each, and the basis of the answer."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from fengqiao.record import (
    Coded,
    Kind,
    Line,
    Part,
    Prose,
    Record,
    Ref,
    Truth,
    internal,
    public,
    to,
)


class Option(Part):
    """One option and why it is right or wrong."""

    text: Line = public("选项", "Option")
    right: Truth = public("正确", "Whether it is right", default=False)
    why: Prose = public("理由", "Why it is right or wrong")


class Question(Record):
    """A question for practice or, sealed, for examinations."""

    kind: ClassVar[Kind] = Kind(
        name="question",
        folder="questions",
        zh="题目",
        en="Questions",
        section="training",
        order=100,
        instead_zh="一道题",
        instead_en="a question",
        unbounded=True,
        shelves=("dispute_types", "difficulty"),
    )

    type: Line = public("题型", "Question type", example="single", quiet=True)
    use: Literal["practice", "exam"] = public("用途", "practice or exam", default="practice")
    stem: Prose = public("题干", "Stem")
    options: tuple[Option, ...] = public("选项", "Options", default=())
    explanation: Prose | None = public("讲解", "Explanation", default=None)
    basis: tuple[Annotated[Ref, to()], ...] = public("依据", "Articles or records it rests on")
    difficulty: Literal["simple", "ordinary", "hard"] = public(
        "难易", "Difficulty", default="ordinary"
    )
    dispute_types: tuple[Annotated[Line, Coded("dispute-types")], ...] = public(
        "纠纷类型", "Dispute types", default=()
    )
    office_note: Prose | None = internal("内部备注", "Notes of the office")

    def sealed(self) -> bool:
        """An exam question stands in no edition."""
        return self.use == "exam"
