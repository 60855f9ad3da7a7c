"""A mediator (人民调解员): who they are in office, never more than the rules let show."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from fengqiao.people import Consent, TermOfOffice, floor_of_person
from fengqiao.record import (
    Audience,
    Coded,
    Count,
    Day,
    Kind,
    Line,
    OfficePhone,
    Prose,
    Record,
    Ref,
    internal,
    public,
    to,
)


class Mediator(Record):
    """A people's mediator."""

    kind: ClassVar[Kind] = Kind(
        name="mediator",
        folder="mediators",
        zh="调解员",
        en="Mediators",
        section="people",
        order=50,
        instead_zh="一位调解员",
        instead_en="a mediator",
        unbounded=True,
        shelves=("committee",),
    )

    committee: Annotated[Ref, to("organisation")] = public("所在组织", "Committee")
    post: Literal["director", "deputy", "member", "engaged"] = public(
        "职务", "Post", example="member"
    )
    employment: Literal["full-time", "part-time"] = public("专兼职", "Full or part time")
    chosen: Literal["elected", "engaged"] = public("产生方式", "Elected or engaged")
    term: TermOfOffice = public("任期", "Term of office")
    grade: Literal["1", "2", "3", "4"] | None = public("等级", "Grade, 1 the highest", default=None)
    specialities: tuple[Annotated[Line, Coded("specialities")], ...] = public(
        "专长", "Specialities", default=()
    )
    languages: tuple[Annotated[Line, Coded("languages")], ...] = public(
        "语言", "Languages", default=()
    )
    areas: tuple[Annotated[Line, Coded("places")], ...] = public("服务区域", "Areas", default=())
    hours: Line | None = public("坐班时间", "Office hours", default=None)
    phone: OfficePhone | None = public("办公电话", "Office telephone", default=None, quiet=True)
    introduction: Prose | None = public("介绍", "Introduction", default=None)
    status: Literal["serving", "ended", "dismissed"] = public("状态", "Status", default="serving")
    training_hours: Count | None = internal("培训学时", "Hours of training")
    certificate: Line | None = internal("证书编号", "Number of the certificate")
    verified: Day | None = internal("最近核实", "Last verified on")
    consent: Consent | None = internal("公开同意", "Consent to be published")
    office_note: Prose | None = internal("内部备注", "Notes of the office")

    def floor(self) -> Audience:
        """A real person is public only while a recorded consent stands."""
        return floor_of_person(self.origin, self.consent)
