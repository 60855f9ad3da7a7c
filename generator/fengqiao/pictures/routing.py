"""Ways of the connectors through the free space of a grid.

Free space is the gaps between columns and one channel above each row; each holds parallel tracks.
A connector is a chain of legs along tracks, so it cannot meet a box, and no two connectors run on
top of each other unless they share a step that they come from or lead to. Only the order of rows
and columns is used here; `layout` turns tracks into px.

Logical coordinates: gap g is 2g and column c is 2c + 1; channel r is 2r and row r is 2r + 1.
Touching counts as meeting, which costs a track now and then and saves every special case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from fengqiao.pictures.layering import Grid


class Kind(Enum):
    """What a connector says."""

    NEXT = "next"
    BACK = "back"
    FAILURE = "failure"


@dataclass(frozen=True)
class Link:
    """A connector to draw, between indexes of steps; `exit` counts the exits of the source."""

    source: int
    target: int
    kind: Kind
    exit: int = 0


@dataclass(frozen=True)
class Leg:
    """A straight run along a track: down or up in a gap, or sideways in a channel."""

    vertical: bool
    channel: int
    start: int
    end: int
    track: int = 0

    @property
    def span(self) -> tuple[int, int]:
        """Closed interval in logical coordinates."""
        return min(self.start, self.end), max(self.start, self.end)


@dataclass(frozen=True)
class Route:
    """The way of a link.

    NEXT leaves the right side of a box and enters the left side of another, at the middle or,
    where `entry` is -1 or 1, above or below it. BACK leaves by the top, FAILURE at the right of its
    label; both enter by the top. `out_port` and `in_port` count positions along the top.
    """

    link: Link
    legs: tuple[Leg, ...]
    entry: int = 0
    out_port: int = 0
    in_port: int = 0


@dataclass(frozen=True)
class Plan:
    """All routes, with the number of tracks in each gap and channel and of ports on each top."""

    routes: tuple[Route, ...]
    gaps: tuple[int, ...]
    channels: tuple[int, ...]
    ports: tuple[int, ...]


def plan(grid: Grid, links: Sequence[Link]) -> Plan:
    """Route all links, each by the simplest way that is free."""
    routes = _with_entries(grid, _ways(grid, links))
    routes, gaps = _with_gap_tracks(grid, routes)
    routes, channels = _with_channel_tracks(grid, routes)
    routes, ports = _with_ports(grid, routes)
    return Plan(tuple(routes), gaps, channels, ports)


def _ways(grid: Grid, links: Sequence[Link]) -> list[Route]:
    cells = set(zip(grid.rows, grid.columns, strict=True))

    def is_free(row: int, columns: range) -> bool:
        # Connectors may share an empty place: the next step on either side is the end of all of
        # them or the start of all of them, or `_with_entries` moves them apart.
        return not any((row, c) in cells for c in columns)

    def way(link: Link) -> Route:
        (r0, c0), (r1, c1) = ((grid.rows[i], grid.columns[i]) for i in (link.source, link.target))
        y0, y1 = 2 * r0 + 1, 2 * r1 + 1
        x0, x1 = 2 * c0 + 1, 2 * c1 + 1
        between = range(c0 + 1, c1)
        if link.kind is Kind.FAILURE:
            legs = _chain(y0, (c0 + 1, r1), x1)
        elif link.kind is Kind.BACK and r0 == r1:
            legs = _chain(x0, (r0,), x1, first=False)
        elif link.kind is Kind.BACK:
            legs = _chain(x0, (r0, c1 + 1, r1), x1, first=False)
        elif is_free(r1, between):
            legs = _chain(y0, (c0 + 1,), y1) if r0 != r1 else ()
        elif r0 != r1 and is_free(r0, between):
            legs = _chain(y0, (c1,), y1)
        else:
            legs = _chain(y0, (c0 + 1, max(r0, r1), c1), y1)
        return Route(link, legs)

    return [way(link) for link in links]


def _chain(start: int, channels: tuple[int, ...], end: int, first: bool = True) -> tuple[Leg, ...]:
    """Legs through gaps and channels in turn; `first` says that the chain begins in a gap."""
    places = [start, *(2 * c for c in channels), end]
    return tuple(
        Leg((k % 2 == 0) is first, channel, places[k], places[k + 2])
        for k, channel in enumerate(channels)
    )


def _with_entries(grid: Grid, routes: list[Route]) -> list[Route]:
    """Move an entry off the middle where another step's connector arrives on the same line."""
    arriving: dict[tuple[int, int], set[int]] = {}
    for route in routes:
        if route.link.kind is Kind.NEXT:
            row, gap = grid.rows[route.link.source], grid.columns[route.link.source] + 1
            last = route.legs[0].channel if route.legs else grid.columns[route.link.target]
            for g in range(gap, last + 1):
                arriving.setdefault((row, g), set()).add(route.link.target)

    def entered(route: Route) -> Route:
        if route.link.kind is not Kind.NEXT or not route.legs:
            return route
        leg = route.legs[-1]
        met = arriving.get((grid.rows[route.link.target], leg.channel), set())
        if not met - {route.link.target}:
            return route
        return replace(route, entry=1 if leg.start > leg.end else -1)

    return [entered(route) for route in routes]


def _with_gap_tracks(grid: Grid, routes: list[Route]) -> tuple[list[Route], tuple[int, ...]]:
    routes = list(routes)
    counts = [0] * (grid.width + 1)
    for gap in range(grid.width + 1):
        legs = [
            (i, k)
            for i, route in enumerate(routes)
            for k, leg in enumerate(route.legs)
            if leg.vertical and leg.channel == gap
        ]
        bundles = _bundles(routes, legs)
        order = _untangled([_ends(grid, routes, gap, bundle) for bundle in bundles])
        spans: list[tuple[int, int, int]] = []
        for b in order:
            low = min(routes[i].legs[k].span[0] for i, k in bundles[b])
            high = max(routes[i].legs[k].span[1] for i, k in bundles[b])
            track = 1 + max((t for lo, hi, t in spans if lo <= high and low <= hi), default=-1)
            spans.append((low, high, track))
            for i, k in bundles[b]:
                routes[i] = _on_track(routes[i], k, track)
            counts[gap] = max(counts[gap], track + 1)
    return routes, tuple(counts)


def _on_track(route: Route, k: int, track: int) -> Route:
    leg = replace(route.legs[k], track=track)
    return replace(route, legs=(*route.legs[:k], leg, *route.legs[k + 1 :]))


def _bundles(
    routes: Sequence[Route], legs: Sequence[tuple[int, int]]
) -> list[list[tuple[int, int]]]:
    """Legs that may run as one line: they leave one step, else they reach one step."""
    leaving: dict[int, list[tuple[int, int]]] = {}
    for i, k in legs:
        if routes[i].link.kind is Kind.NEXT and k == 0:
            leaving.setdefault(routes[i].link.source, []).append((i, k))
    bundles = [b for b in leaving.values() if len(b) > 1]
    bound = {leg for b in bundles for leg in b}
    reaching: dict[int, list[tuple[int, int]]] = {}
    for i, k in legs:
        if (i, k) in bound:
            continue
        if routes[i].link.kind is Kind.NEXT and k == len(routes[i].legs) - 1:
            reaching.setdefault(routes[i].link.target, []).append((i, k))
        else:
            bundles.append([(i, k)])
    return bundles + list(reaching.values())


@dataclass(frozen=True)
class _Ends:
    span: tuple[int, int]
    left: frozenset[int]
    right: frozenset[int]


def _ends(
    grid: Grid, routes: Sequence[Route], gap: int, bundle: Sequence[tuple[int, int]]
) -> _Ends:
    """Heights at which the connectors of a bundle come to it from the left and the right."""
    sides: tuple[set[int], set[int]] = (set(), set())
    heights: list[int] = []
    for i, k in bundle:
        route, leg = routes[i], routes[i].legs[k]
        before = route.legs[k - 1].start if k else 2 * grid.columns[route.link.source] + 1
        last = k == len(route.legs) - 1
        after = 2 * grid.columns[route.link.target] + 1 if last else route.legs[k + 1].end
        sides[before > 2 * gap].add(leg.start)
        sides[after > 2 * gap].add(leg.end)
        heights += leg.span
    return _Ends((min(heights), max(heights)), frozenset(sides[0]), frozenset(sides[1]))


def _untangled(ends: Sequence[_Ends]) -> list[int]:
    """An order from the left with few crossings: neighbours change places while it helps."""

    def crossings(a: _Ends, b: _Ends) -> int:
        return sum(b.span[0] <= y <= b.span[1] for y in a.right) + sum(
            a.span[0] <= y <= a.span[1] for y in b.left
        )

    order = list(range(len(ends)))
    changed = True
    while changed:
        changed = False
        for k in range(len(order) - 1):
            a, b = ends[order[k]], ends[order[k + 1]]
            if crossings(b, a) < crossings(a, b):
                order[k], order[k + 1] = order[k + 1], order[k]
                changed = True
    return order


def _with_channel_tracks(grid: Grid, routes: list[Route]) -> tuple[list[Route], tuple[int, ...]]:
    """Short runs near the boxes, long ones above them: nested loops do not cross."""
    routes = list(routes)
    counts = [0] * grid.height
    legs = sorted(
        (
            (i, k)
            for i, route in enumerate(routes)
            for k, leg in enumerate(route.legs)
            if not leg.vertical
        ),
        key=lambda leg: (
            routes[leg[0]].legs[leg[1]].span[1] - routes[leg[0]].legs[leg[1]].span[0],
            leg,
        ),
    )
    taken: dict[int, list[tuple[int, int, int]]] = {}
    for i, k in legs:
        leg = routes[i].legs[k]
        low, high = leg.span
        spans = taken.setdefault(leg.channel, [])
        met = {t for lo, hi, t in spans if lo <= high and low <= hi}
        track = next(t for t in range(len(spans) + 1) if t not in met)
        spans.append((low, high, track))
        routes[i] = _on_track(routes[i], k, track)
        counts[leg.channel] = max(counts[leg.channel], track + 1)
    return routes, tuple(counts)


def _with_ports(grid: Grid, routes: list[Route]) -> tuple[list[Route], tuple[int, ...]]:
    """Spread what enters and leaves by the top of a box so that neighbours do not cross."""
    routes = list(routes)
    tops: dict[int, list[tuple[int, bool]]] = {}
    for i, route in enumerate(routes):
        if route.link.kind is Kind.BACK:
            tops.setdefault(route.link.source, []).append((i, False))
        if route.link.kind is not Kind.NEXT:
            tops.setdefault(route.link.target, []).append((i, True))
    for step, ports in tops.items():
        here = 2 * grid.columns[step] + 1

        def place(port: tuple[int, bool], here: int = here) -> tuple[int, int, bool]:
            i, enters = port
            far = routes[i].legs[-1].start if enters else routes[i].legs[0].end
            return (far > here) - (far < here), -far, enters

        for position, (i, enters) in enumerate(sorted(ports, key=place)):
            side = {"in_port": position} if enters else {"out_port": position}
            routes[i] = replace(routes[i], **side)  # type: ignore[arg-type]
    counts = tuple(len(tops.get(i, ())) for i in range(len(grid.columns)))
    return routes, counts
