"""Playbooks: every way forward leads to a step, and forward never leads back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from fengqiao.casebook import Casebook
from fengqiao.check.finding import Finding, check
from fengqiao.diagnostics import nearest
from fengqiao.kinds.playbook.model import Playbook
from fengqiao.record import Record


@check
def steps_are_unique(record: Record, casebook: Casebook, as_of: date) -> Iterator[Finding]:
    """No two steps share an id."""
    if isinstance(record, Playbook):
        seen: set[str] = set()
        for index, step in enumerate(record.steps):
            if step.id in seen:
                yield Finding("step-twice", ("steps", index, "id"), {"step": step.id})
            seen.add(step.id)


@check
def steps_lead_to_steps(record: Record, casebook: Casebook, as_of: date) -> Iterator[Finding]:
    """``next`` and ``on_failure.to`` name steps of the same playbook; a failure goes somewhere."""
    if not isinstance(record, Playbook):
        return
    known = {step.id for step in record.steps}
    for index, step in enumerate(record.steps):
        for position, following in enumerate(step.next or ()):
            if following not in known:
                keys = ("steps", index, "next", position)
                yield Finding("unknown-step", keys, {"step": following}, nearest(following, known))
        for position, exit_ in enumerate(step.on_failure):
            here = ("steps", index, "on_failure", position)
            if exit_.to is not None and exit_.to not in known:
                yield Finding(
                    "unknown-step", (*here, "to"), {"step": exit_.to}, nearest(exit_.to, known)
                )
            elif exit_.to is None and exit_.text is None:
                yield Finding("failure-leads-nowhere", here, {"when": exit_.when})


@check
def steps_go_forward(record: Record, casebook: Casebook, as_of: date) -> Iterator[Finding]:
    """Following ``next`` never comes back to a step; doing a step again is an ``on_failure``."""
    if not isinstance(record, Playbook):
        return
    following = {step.id: record.next_of(index) for index, step in enumerate(record.steps)}
    positions = {step.id: index for index, step in enumerate(record.steps)}
    done: set[str] = set()
    for start, first in following.items():
        if start in done:
            continue
        trail: list[tuple[str, Iterator[str]]] = [(start, iter(first))]
        on_trail = {start}
        while trail:
            step, rest = trail[-1]
            after = next(rest, None)
            if after is None:
                trail.pop()
                on_trail.discard(step)
                done.add(step)
            elif after in on_trail:
                yield Finding(
                    "step-cycle", ("steps", positions[step]), {"step": step, "again": after}
                )
            elif after in following and after not in done:
                trail.append((after, iter(following[after])))
                on_trail.add(after)
