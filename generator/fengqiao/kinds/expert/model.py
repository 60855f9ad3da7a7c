"""An expert of the advisory pool (专家库): field, term, how to book them through the office."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from fengqiao.people import Consent, TermOfOffice, floor_of_person
from fengqiao.record import (
    Audience,
    Coded,
    Day,
    Figure,
    Kind,
    Line,
    Part,
    Prose,
    Record,
    Ref,
    internal,
    public,
    to,
)


class Consultation(Part):
    """A time the expert was asked."""

    date: Day = internal("日期", "Date", default=None)
    case: Annotated[Ref, to("case")] | None = internal("案例", "Case")
    question: Prose | None = internal("问题", "Question")
    opinion: Prose | None = internal("意见", "Opinion")
    hours: Figure | None = internal("工时", "Hours")


class Expert(Record):
    """A member of the expert pool."""

    kind: ClassVar[Kind] = Kind(
        name="expert",
        folder="experts",
        zh="专家库",
        en="Expert pool",
        section="people",
        order=60,
        instead_zh="一位专家",
        instead_en="an expert",
        unbounded=True,
        shelves=("fields",),
    )

    unit: Line = public("单位", "Unit", example="某某市人民医院")
    professional_title: Line = public("职称", "Professional title", example="主任医师")
    fields: tuple[Annotated[Line, Coded("specialities")], ...] = public("领域", "Fields")
    found_by: Literal["open-call", "recommended", "self-nominated"] = public(
        "产生方式", "How they came into the pool"
    )
    appointed_by: Annotated[Ref, to("organisation")] = public("聘任单位", "Appointed by")
    document_number: Line | None = public("聘任文号", "Number of the appointment", default=None)
    term: TermOfOffice = public("聘期", "Term")
    region: Annotated[Line, Coded("places")] | None = public("服务区域", "Region", default=None)
    contact: Annotated[Ref, to("organisation")] = public("预约经由", "Book through this office")
    availability: Line | None = public("可用时间", "Availability", default=None)
    introduction: Prose | None = public("介绍", "Introduction", default=None)
    status: Literal["serving", "ended", "dismissed"] = public("状态", "Status", default="serving")
    evidence: Line | None = internal("职称依据", "Evidence of the title")
    conflicts: tuple[Line, ...] = internal("回避事项", "Conflicts of interest", default=())
    consultations: tuple[Consultation, ...] = internal("咨询记录", "Consultations", default=())
    consent: Consent | None = internal("公开同意", "Consent to be published")
    office_note: Prose | None = internal("内部备注", "Notes of the office")

    def floor(self) -> Audience:
        """A real person is public only while a recorded consent stands."""
        return floor_of_person(self.origin, self.consent)
