"""A playbook (流程): ordered steps with who, until when, with which form, and what if it fails."""

from __future__ import annotations

from typing import Annotated, ClassVar

from fengqiao.record import (
    Anchor,
    Coded,
    Identifier,
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


class FailureExit(Part):
    """What happens when a step fails."""

    when: Line = public("情形", "When", example="一方明确拒绝调解")
    to: Identifier | None = public("转到步骤", "Goes to this step", default=None)
    text: Line | None = public("去向", "Where it leads otherwise", default=None)


class Step(Part):
    """One step. A role or limit that the source does not state is written ``not-stated``."""

    id: Identifier = public("编号", "Identity within the playbook", example="accept", quiet=True)
    title: Line = public("步骤", "Name", example="受理")
    role: Annotated[Line, Coded("roles", not_stated=True)] = public(
        "谁来做", "Who does it", example="mediator"
    )
    limit: Line = public("时限", "By when", default="not-stated", example="3日内", quiet=True)
    input: Line | None = public("输入", "What comes in", default=None)
    output: Line | None = public("输出", "What goes out", default=None)
    forms: tuple[Line, ...] = public("文书", "Forms", default=())
    text: Prose | None = public("说明", "What to do", default=None)
    next: tuple[Identifier, ...] | None = public(
        "下一步",
        "Following steps; left out: the next one in the list; []: the end",
        default=None,
        quiet=True,
    )
    on_failure: tuple[FailureExit, ...] = public("失败出口", "If it fails", default=())
    basis: tuple[Annotated[Ref, to("law")], ...] = public("依据", "Legal basis", default=())


class Playbook(Record):
    """A procedure or the flow of a practice."""

    kind: ClassVar[Kind] = Kind(
        name="playbook",
        folder="playbooks",
        zh="流程",
        en="Playbooks",
        section="practice",
        order=30,
        instead_zh="一套流程",
        instead_en="a playbook",
    )

    practice: Annotated[Ref, to("practice")] | None = public("所属做法", "Flow of", default=None)
    dispute_types: tuple[Annotated[Line, Coded("dispute-types")], ...] = public(
        "纠纷类型", "Dispute types", default=()
    )
    use_when: Prose | None = public("什么时候用", "When to use it", default=None)
    not_for: Prose | None = public("什么时候不用", "When not", default=None)
    steps: tuple[Step, ...] = public("步骤", "Steps")
    note: Prose | None = public("说明", "Notes on the source", default=None)
    basis: tuple[Annotated[Ref, to("law")], ...] = public("法律依据", "Legal basis", default=())
    related: tuple[Annotated[Ref, to("playbook", "practice", "case")], ...] = public(
        "相关", "Related", default=()
    )
    office_note: Prose | None = internal("内部备注", "Notes of the office")

    def anchors(self) -> tuple[Anchor, ...]:
        """Each step."""
        return tuple(Anchor(f"step-{step.id}", step.title) for step in self.steps)

    def next_of(self, index: int) -> tuple[str, ...]:
        """The ids of the steps that follow the one at ``index``."""
        following = self.steps[index].next
        if following is not None:
            return following
        return (self.steps[index + 1].id,) if index + 1 < len(self.steps) else ()
