"""An organisation (机构): a committee, a centre, a studio, a court … in its tree."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from fengqiao.record import (
    Coded,
    Count,
    Kind,
    Line,
    OfficePhone,
    Part,
    Prose,
    Record,
    Ref,
    internal,
    public,
    to,
)


class Service(Part):
    """A way to reach it: a window, a hotline, an app, a public account, a group."""

    name: Line = public("服务", "Service", example="“通情达理”小程序", alias=True)
    channel: Literal[
        "window", "hotline", "app", "account", "group", "platform", "mobile", "code"
    ] = public("渠道", "Channel", example="app")
    text: Prose | None = public("说明", "What it does", default=None)


class Organisation(Record):
    """A body that mediates, refers, decides or helps."""

    kind: ClassVar[Kind] = Kind(
        name="organisation",
        folder="organisations",
        zh="机构",
        en="Organisations",
        section="people",
        order=40,
        instead_zh="一个机构",
        instead_en="an organisation",
        unbounded=False,
    )

    type: Literal[
        "village-committee",
        "township-committee",
        "enterprise-committee",
        "industry-committee",
        "regional-committee",
        "mediation-group",
        "stationed-studio",
        "personal-studio",
        "centre",
        "platform",
        "court",
        "procuratorate",
        "police",
        "justice-office",
        "petition-office",
        "party-committee",
        "government",
        "legal-service",
        "association",
        "deliberation",
        "team",
        "other",
    ] = public("类型", "What kind of body", example="township-committee")
    place: Annotated[Line, Coded("places")] | None = public("地区", "Place", default=None)
    level: Literal["province", "prefecture", "county", "township", "village", "group"] | None = (
        public("层级", "Level", default=None)
    )
    parent: Annotated[Ref, to("organisation")] | None = public("上级", "Belongs to", default=None)
    count: Count | None = public("数量", "How many this collective record stands for", default=None)
    about: Prose | None = public("简介", "What it is and does", default=None)
    accepts: Prose | None = public("受理什么", "What it accepts", default=None)
    bring: tuple[Line, ...] = public("带什么", "What to bring", default=())
    fee: Line | None = public("收费", "What it costs", default=None)
    hours: Line | None = public("时间", "Opening hours", default=None)
    address: Line | None = public("地址", "Office address", default=None)
    phone: OfficePhone | None = public("电话", "Office telephone", default=None, quiet=True)
    services: tuple[Service, ...] = public("服务渠道", "Services and channels", default=())
    members: tuple[Annotated[Ref, to("organisation")], ...] = public(
        "成员单位", "Bodies that take part", default=()
    )
    duty_contact: Line | None = internal("值班联系人", "Contact for the office only")
