"""A course (课程): lessons and questions in order; a set of questions is one without lessons."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from fengqiao.record import Count, Kind, Line, Part, Prose, Record, Ref, internal, public, to


class Lesson(Part):
    """One lesson: records to read, and what to look for in them."""

    title: Line = public("课题", "Title", example="人民调解的基本程序")
    text: Prose | None = public("说明", "What to look for", default=None)
    records: tuple[Annotated[Ref, to()], ...] = public("阅读", "Records to read", default=())


class Course(Record):
    """A course, or a set of questions."""

    kind: ClassVar[Kind] = Kind(
        name="course",
        folder="courses",
        zh="课程与自测",
        en="Courses",
        section="training",
        order=90,
        instead_zh="一门课程",
        instead_en="a course",
    )

    purpose: Prose | None = public("学什么", "What it teaches", default=None)
    learners: Literal["mediators", "trainers", "experts", "public", "everyone"] = public(
        "给谁", "Who it is for", default="everyone"
    )
    hours: Count | None = public("学时", "Hours", default=None)
    about: Annotated[Ref, to("practice", "playbook", "law")] | None = public(
        "关于", "What it is about", default=None
    )
    lessons: tuple[Lesson, ...] = public("课时", "Lessons", default=())
    questions: tuple[Annotated[Ref, to("question")], ...] = public("题目", "Questions", default=())
    trainer_note: Prose | None = internal("组织者备注", "Notes for the organiser")
