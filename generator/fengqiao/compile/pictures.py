"""Pictures made from records: a playbook becomes the flow that the swimlane draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fengqiao.kinds.playbook.model import Playbook
from fengqiao.pictures import flow as drawing
from fengqiao.pictures.swimlane import swimlane
from fengqiao.record import NOT_STATED, Record

if TYPE_CHECKING:
    from fengqiao.compile.view import View


def picture_of(record: Record, view: View) -> str:
    """The swimlane of a playbook as SVG."""
    if not isinstance(record, Playbook):
        raise TypeError(f"{record.key} is no playbook")
    lanes = dict.fromkeys(
        view.code("roles", step.role) for step in record.steps if step.role != NOT_STATED
    )
    steps = tuple(
        drawing.Step(
            id=step.id,
            title=step.title,
            lane=None if step.role == NOT_STATED else view.code("roles", step.role),
            limit="" if step.limit == NOT_STATED else step.limit,
            forms=step.forms,
            next=record.next_of(index),
            failure=tuple(
                drawing.Exit(label=exit_.when, to=exit_.to, text=exit_.text or "")
                for exit_ in step.on_failure
            ),
            href=f"#step-{step.id}",
        )
        for index, step in enumerate(record.steps)
    )
    description = "→".join(step.title for step in record.steps)
    flow = drawing.Flow(f"flow-{record.id}", record.title, description, tuple(lanes), steps)
    labels = drawing.Labels(
        **{
            name: view.t(f"swimlane-{name.replace('_', '-')}")
            for name in drawing.Labels.__dataclass_fields__
        }
    )
    return swimlane(flow, labels)
