"""The value that a swimlane is drawn from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Exit:
    """A way out of a step that did not succeed.

    `to` is the id of the step it leads to; where it is None, `text` says where it leads instead
    (诉讼, 仲裁). With neither, the picture prints `Labels.nowhere`.
    """

    label: str
    to: str | None = None
    text: str = ""


@dataclass(frozen=True)
class Step:
    """One step; its number is its position in the flow.

    `lane` is the title of the role, None where the source does not state it. `next` holds ids of
    steps; one that leads back is drawn as a loop. `href` is an anchor in the page (`#step-3`).
    """

    id: str
    title: str
    lane: str | None = None
    limit: str = ""
    forms: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    failure: tuple[Exit, ...] = ()
    href: str = ""


@dataclass(frozen=True)
class Flow:
    """Steps and the order of their lanes.

    `id` becomes a prefix of element ids, unique in the page. A lane that no step uses is not
    drawn; one that is not listed comes after the listed ones.
    """

    id: str
    title: str
    description: str
    lanes: tuple[str, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Labels:
    """Words printed in the picture, in the language of the page.

    `not_stated` names the lane of steps without a role, `nowhere` the end of an exit that leads
    nowhere the source names; the others explain marks in the key below the lanes.
    """

    not_stated: str
    nowhere: str
    limit: str
    forms: str
    failure: str
    back: str
