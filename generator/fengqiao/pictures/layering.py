"""Columns and rows of the steps of a flow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fengqiao.pictures.flow import Flow

Arrow = tuple[int, int]


@dataclass(frozen=True)
class Grid:
    """Where each step stands, by its index in the flow.

    A lane holds one or more rows: two steps of one lane in one column stand in two rows.
    `lanes` pairs a title (None: not stated) with its number of rows, from the top.
    """

    columns: tuple[int, ...]
    rows: tuple[int, ...]
    lanes: tuple[tuple[str | None, int], ...]
    back: frozenset[Arrow]

    @property
    def width(self) -> int:
        """Number of columns."""
        return max(self.columns) + 1

    @property
    def height(self) -> int:
        """Number of rows over all lanes."""
        return sum(rows for _, rows in self.lanes)


def grid(flow: Flow) -> Grid:
    """Place the steps: columns by longest path, rows by lane, a straight line where it can be."""
    index = {step.id: i for i, step in enumerate(flow.steps)}
    ways = [(i, index[t]) for i, step in enumerate(flow.steps) for t in step.next]
    exits = [
        (i, index[e.to]) for i, s in enumerate(flow.steps) for e in s.failure if e.to is not None
    ]
    count = len(flow.steps)
    kept, back = _acyclic(count, ways)
    # Exits come second: they place a step that nothing else leads to, and bend nothing.
    arrows, _ = _acyclic(count, exits, kept)
    columns = _columns(count, arrows)
    rows, lanes = _rows(flow, columns, kept)
    return Grid(columns, rows, lanes, frozenset(back))


def _acyclic(
    count: int, arrows: Iterable[Arrow], kept: Sequence[Arrow] = ()
) -> tuple[list[Arrow], list[Arrow]]:
    """Split into arrows that together with `kept` make no cycle, and those that close one.

    Arrows to a later step are taken first, so that what closes a cycle is what the author's order
    calls a way back.
    """
    after: list[list[int]] = [[] for _ in range(count)]
    for source, target in kept:
        after[source].append(target)
    taken, back = list(kept), []
    for source, target in sorted(dict.fromkeys(arrows), key=lambda a: a[0] >= a[1]):
        if _reaches(after, target, source):
            back.append((source, target))
        else:
            after[source].append(target)
            taken.append((source, target))
    return taken, back


def _reaches(after: Sequence[Sequence[int]], start: int, goal: int) -> bool:
    seen, open_ = {start}, [start]
    while open_:
        here = open_.pop()
        if here == goal:
            return True
        fresh = [n for n in after[here] if n not in seen]
        seen.update(fresh)
        open_.extend(fresh)
    return False


def _columns(count: int, arrows: Sequence[Arrow]) -> tuple[int, ...]:
    before: list[list[int]] = [[] for _ in range(count)]
    after: list[list[int]] = [[] for _ in range(count)]
    for source, target in arrows:
        before[target].append(source)
        after[source].append(target)
    columns = [0] * count
    waiting = [len(b) for b in before]
    ready = [i for i in range(count) if not waiting[i]]
    for here in ready:  # grows while it is walked: Kahn's order
        for target in after[here]:
            columns[target] = max(columns[target], columns[here] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    # A second way in stands beside what it leads to, not at the far left.
    for i in range(1, count):
        if not before[i] and after[i]:
            columns[i] = min(columns[t] for t in after[i]) - 1
    return tuple(columns)


def _rows(
    flow: Flow, columns: Sequence[int], arrows: Sequence[Arrow]
) -> tuple[tuple[int, ...], tuple[tuple[str | None, int], ...]]:
    used = dict.fromkeys(step.lane for step in flow.steps)
    titles: list[str | None] = [t for t in dict.fromkeys(flow.lanes) if t in used]
    titles += [t for t in used if t is not None and t not in titles]
    if None in used:
        titles.append(None)
    before: dict[int, list[int]] = {}
    for source, target in arrows:
        before.setdefault(target, []).append(source)
    inner: dict[int, int] = {}
    taken: set[tuple[str | None, int, int]] = set()
    for i in sorted(range(len(flow.steps)), key=lambda i: (columns[i], i)):
        lane = flow.steps[i].lane
        wishes = [inner[p] for p in before.get(i, ()) if flow.steps[p].lane == lane]
        free = (r for r in (*wishes, *range(len(flow.steps))) if (lane, columns[i], r) not in taken)
        inner[i] = next(free)
        taken.add((lane, columns[i], inner[i]))
    heights = {t: 1 + max(inner[i] for i, s in enumerate(flow.steps) if s.lane == t) for t in used}
    tops, top = {}, 0
    for title in titles:
        tops[title] = top
        top += heights[title]
    rows = tuple(tops[s.lane] + inner[i] for i, s in enumerate(flow.steps))
    return rows, tuple((t, heights[t]) for t in titles)
