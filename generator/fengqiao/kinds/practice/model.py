"""A place's way of working (各地做法): what it built, how it runs, what its figures say."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from fengqiao.figures import ListClaim, Metric
from fengqiao.record import Coded, Kind, Line, Part, Period, Prose, Record, Ref, public, to


class Pillar(Part):
    """One of the pillars that the way of working names for itself."""

    name: Line = public("名称", "Name", example="强化组织领导", alias=True)
    aim: Line | None = public("目标", "What it is to improve", default=None, example="责任体系")
    text: Prose | None = public("做法", "How it works", default=None)
    parts: tuple[Line, ...] = public("组成", "What it consists of", default=())


class Tier(Part):
    """A level of the place and what happens there."""

    name: Line = public("层级", "Level", example="苏木镇（街道）")
    text: Prose | None = public("承担", "What it does", default=None)
    bodies: tuple[Annotated[Ref, to("organisation")], ...] = public("机构", "Bodies", default=())


class Mechanism(Part):
    """A mechanism with a name of its own (“行走的调解室”)."""

    name: Line = public("名称", "Name", example="行走的调解室", alias=True)
    aliases: tuple[Line, ...] = public("别名", "Other names", default=(), alias=True)
    topic: Line | None = public("针对", "What it answers", default=None)
    text: Prose | None = public("做法", "How it works", default=None)
    parts: tuple[Line, ...] = public("组成", "What it consists of", default=())
    playbook: Annotated[Ref, to("playbook")] | None = public("流程", "Its flow", default=None)


class Force(Part):
    """People who do the work (“四支力量”)."""

    name: Line = public("力量", "Who", example="平安志愿者")
    text: Prose | None = public("职责", "What they do", default=None)


class Studio(Part):
    """A branded mediation room, deliberation place or channel."""

    name: Line = public("名称", "Name", example="老周调解室", alias=True)
    text: Prose | None = public("说明", "What it is", default=None)


class Meeting(Part):
    """A meeting that recurs."""

    name: Line = public("会议", "Meeting", example="会商研判会议")
    every: Line = public("频率", "How often", example="每季度")
    text: Prose | None = public("内容", "What it deals with", default=None)


class IssuedDocument(Part):
    """A document that the place issued."""

    title: Line = public("文件", "Title, without 《》", example="个人调解工作室管理制度（试行）")
    text: Prose | None = public("要点", "What it settles", default=None)


class Practice(Record):
    """A local system of dispute resolution."""

    kind: ClassVar[Kind] = Kind(
        name="practice",
        folder="practices",
        zh="各地做法",
        en="Practices",
        section="practice",
        order=10,
        instead_zh="一项做法",
        instead_en="a practice",
    )

    place: Annotated[Line, Coded("places")] = public("地区", "Place", example="dunhuang")
    level: Literal["province", "prefecture", "county", "township", "village"] = public(
        "层级", "Level of the place", example="county"
    )
    lead: Annotated[Ref, to("organisation")] | None = public(
        "牵头单位", "Leading body", default=None
    )
    period: Period = public("数据期间", "Period of the figures", example="2023")
    motto: Line | None = public("口号", "Motto", default=None, alias=True)
    dispute_types: tuple[Annotated[Line, Coded("dispute-types")], ...] = public(
        "纠纷类型", "Disputes it is made for", default=()
    )
    does: Prose | None = public("做什么", "What it does", default=None)
    works: Prose | None = public("怎么运行", "How it works", default=None)
    takes: Prose | None = public("需要什么", "What it takes", default=None)
    figures_say: Prose | None = public(
        "数据说明什么、不说明什么", "What the figures say and do not say", default=None
    )
    transfer: Prose | None = public(
        "别处可以借鉴什么", "What another county can copy", default=None
    )
    pillars: tuple[Pillar, ...] = public("支柱", "Pillars", default=())
    tiers: tuple[Tier, ...] = public("层级分工", "Tiers", default=())
    mechanisms: tuple[Mechanism, ...] = public("机制", "Mechanisms", default=())
    flows: tuple[Annotated[Ref, to("playbook")], ...] = public("流程", "Flows", default=())
    forces: tuple[Force, ...] = public("力量", "Forces", default=())
    studios: tuple[Studio, ...] = public("品牌与阵地", "Brand studios", default=())
    meetings: tuple[Meeting, ...] = public("会议", "Meetings", default=())
    organisations: tuple[Annotated[Ref, to("organisation")], ...] = public(
        "相关机构", "Organisations", default=()
    )
    roles: tuple[Annotated[Line, Coded("roles")], ...] = public("角色", "Roles", default=())
    metrics: tuple[Metric, ...] = public("数据", "Figures", default=())
    counts: tuple[ListClaim, ...] = public("数目与所列", "Counts and their lists", default=())
    documents: tuple[IssuedDocument, ...] = public("印发文件", "Documents issued", default=())
    honours: tuple[Line, ...] = public("荣誉", "Honours", default=())
    basis: tuple[Annotated[Ref, to("law")], ...] = public("法律依据", "Legal basis", default=())
    related: tuple[Annotated[Ref, to("practice")], ...] = public(
        "相近做法", "Similar practices", default=()
    )
