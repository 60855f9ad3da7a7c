"""A case (案例): what happened, how it was mediated, what came of it, what it teaches."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from fengqiao.record import (
    Audience,
    Coded,
    Day,
    Figure,
    Kind,
    Line,
    Origin,
    Part,
    Prose,
    Record,
    Ref,
    Truth,
    WrittenDate,
    internal,
    public,
    to,
    training,
)


class Party(Part):
    """A side, by its alias; who stands behind it is never public."""

    role: Literal["applicant", "respondent", "third-party"] = public(
        "地位", "Side", example="applicant"
    )
    alias: Line = public("化名", "Alias", example="申请人甲")
    about: Line | None = public("情况", "What the reader has to know", default=None)
    identity: Line | None = internal("真实身份", "Who it really is")


class ProcessStep(Part):
    """One step of the mediation."""

    date: WrittenDate | None = public("日期", "Date, to the month in public", default=None)
    step: Line = public("步骤", "Step", example="上门了解情况")
    text: Prose = public("经过", "What was done")


class Outcome(Part):
    """What came of it."""

    outcome: Annotated[Line, Coded("outcomes")] = public("结果", "Outcome", example="agreed")
    form: Literal["written", "oral", "none"] = public("协议形式", "Form", example="written")
    terms: tuple[Prose, ...] = public("协议条款", "Terms, in order", default=())
    amount: Figure | None = public("金额（元）", "Amount in yuan", default=None)
    passed_to: Line | None = public("告知或移送", "Where it was passed on to", default=None)


class ReturnVisit(Part):
    """A visit after the agreement."""

    date: WrittenDate | None = public("日期", "Date", default=None)
    text: Prose = public("情况", "What was found")


class Confirmation(Part):
    """Judicial confirmation (司法确认)."""

    applied: WrittenDate | None = public("申请日期", "Applied on", default=None)
    confirmed: Truth = public("已确认", "Confirmed", default=False)
    court: Line | None = training("法院", "Court")
    number: Line | None = internal("案号", "Case number")


class Anonymisation(Part):
    """The review by two people that a real case needs before anyone outside sees it."""

    by: tuple[Line, ...] = internal("审核人", "Reviewed by (two)", default=())
    on: Day = internal("审核日期", "Reviewed on", default=None, example="2026-11-01")


class Case(Record):
    """A case, real or made up for teaching."""

    kind: ClassVar[Kind] = Kind(
        name="case",
        folder="cases",
        zh="案例",
        en="Cases",
        section="practice",
        order=20,
        instead_zh="一个案例",
        instead_en="a case",
        unbounded=True,
        shelves=("dispute_type", "accepted"),
    )

    dispute_type: Annotated[Line, Coded("dispute-types")] = public(
        "纠纷类型", "Dispute type", example="neighbourhood"
    )
    intake: Literal["applied", "initiative", "delegated", "entrusted", "police", "transferred"] = (
        public(
            "来源",
            "How it came: applied, own initiative, 委派, 委托, police, transferred",
            example="applied",
        )
    )
    difficulty: Literal["simple", "ordinary", "hard", "major"] = public(
        "难易", "Difficulty", example="ordinary"
    )
    place: Annotated[Line, Coded("places")] | None = public("地区", "Place", default=None)
    committee: Annotated[Ref, to("organisation")] | None = public(
        "调解组织", "Committee", default=None
    )
    mediators: tuple[Annotated[Ref, to("mediator")], ...] = public(
        "调解员", "Mediators", default=()
    )
    experts: tuple[Annotated[Ref, to("expert")], ...] = public("专家", "Experts", default=())
    accepted: WrittenDate | None = public(
        "受理日期", "Accepted on", default=None, example="2025-03", year=True
    )
    closed: WrittenDate | None = public("结案日期", "Closed on", default=None, after="accepted")
    parties: tuple[Party, ...] = public("当事人", "Parties", default=())
    facts: Prose = public("案情", "Facts")
    issues: tuple[Line, ...] = public("争议焦点", "Points in dispute", default=())
    process: tuple[ProcessStep, ...] = public("调解过程", "Process", default=())
    outcome: Outcome = public("调解结果", "Result")
    performance: Prose | None = public("履行情况", "Performance", default=None)
    return_visits: tuple[ReturnVisit, ...] = public("回访", "Return visits", default=())
    confirmation: Confirmation | None = public("司法确认", "Judicial confirmation", default=None)
    basis: tuple[Annotated[Ref, to("law")], ...] = public("法律依据", "Legal basis", default=())
    comment: Prose | None = public("点评", "Comment", default=None)
    teaching: Prose | None = training("教学提示", "Notes for the trainer")
    related: tuple[Annotated[Ref, to("case", "playbook", "practice")], ...] = public(
        "相关", "Related", default=()
    )
    anonymised: Anonymisation | None = internal("匿名审核", "Anonymisation review")
    dossier_number: Line | None = internal("卷号", "Number of the dossier")
    office_note: Prose | None = internal("内部备注", "Notes of the office")

    def floor(self) -> Audience:
        """A case that happened stays inside until two people have reviewed its anonymisation."""
        if self.origin is Origin.INVENTED:
            return Audience.PUBLIC
        reviewers = set(self.anonymised.by) if self.anonymised else set()
        return Audience.PUBLIC if len(reviewers) >= 2 else Audience.INTERNAL
