"""Measures and places everything in a swimlane, in px from the top left corner."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from fengqiao.pictures import routing, text
from fengqiao.pictures.flow import Flow, Labels, Step
from fengqiao.pictures.layering import Grid, grid
from fengqiao.pictures.routing import Kind, Link, Plan, Route

TITLE, SMALL = 16, 14  # font sizes
TITLE_LEADING, SMALL_LEADING = 22, 18
TARGET = 1090  # a container of 1,100 px on a desktop
# Widths to try, roomiest first, in px for the content of a column and in em for the name of a
# lane. What does not fit at all is drawn at SCROLLING, wider than its container.
BUDGETS = ((190, 7), (168, 7), (150, 7), (134, 7), (134, 5), (118, 5), (108, 5))
SCROLLING = (150, 7)
PAD = 12  # inside a box
NUMBER = 22  # diameter of the disc with the number, which sits astride the top of the box
DISC = 8  # of the disc, from the left side of the box
NARROWEST = 84  # box
GUTTER = 18  # left of badges and exits, where a line to exits comes down
TRUNK = 8  # of that line, from the left side of the box
TRACK = 10  # between parallel connectors
GAP, WIDEST_GAP = 28, 60  # between columns
EDGE = 16  # between the first and last column and the side
LANE = 20  # above and below the boxes of a lane
ENTRY = 11  # of an entry off the middle
PORT = 14  # at least, between entries at the top of a box
ICON = 14
# The least room for words, in em: a short limit, form, reason or end is not broken.
LEAST = {"limit": 4.6, "form": 4.6, "label": 6.3, "pill": 5.1}
KEY_SAMPLE = 30  # length of a line in the key

Point = tuple[float, float]


@dataclass(frozen=True)
class Rect:
    """A rectangle; two that only touch do not meet."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """x of the right side."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """y of the lower side."""
        return self.y + self.height

    @property
    def middle(self) -> float:
        """y of the middle."""
        return self.y + self.height / 2


@dataclass(frozen=True)
class Words:
    """Lines of text, left-aligned at `x`; the first baseline is at `y`."""

    lines: tuple[str, ...]
    x: float
    y: float
    size: int
    leading: int

    @property
    def rect(self) -> Rect:
        """What the em boxes of the lines cover."""
        widest = max(text.width(line, self.size) for line in self.lines)
        height = self.leading * (len(self.lines) - 1) + self.size
        return Rect(self.x, self.y - 0.88 * self.size, widest, height)


@dataclass(frozen=True)
class Lane:
    """A band with its name; `stated` is False for the lane of steps without a role."""

    rect: Rect
    words: Words
    stated: bool


@dataclass(frozen=True)
class Box:
    """A step: its box, the disc with its number, its title."""

    step: int
    rect: Rect
    number: Words
    disc: Rect
    title: Words | None


@dataclass(frozen=True)
class Mark:
    """What stands under a box: `role` is limit, form, label (of an exit) or pill (its end)."""

    step: int
    role: str
    rect: Rect
    words: Words


@dataclass(frozen=True)
class Line:
    """A connector: its corners, whether an arrow head ends it, and the link it draws, if any.

    Lines without a link belong to the exits of the step `owner`.
    """

    kind: Kind
    points: tuple[Point, ...]
    head: bool
    owner: int
    link: Link | None = None


@dataclass(frozen=True)
class KeyEntry:
    """One explanation below the lanes; `role` is limit, form, back or failure."""

    role: str
    x: float
    y: float
    words: Words


@dataclass(frozen=True)
class Picture:
    """Everything that is drawn, measured."""

    width: float
    height: float
    frame: Rect
    header: float
    lanes: tuple[Lane, ...]
    boxes: tuple[Box, ...]
    marks: tuple[Mark, ...]
    lines: tuple[Line, ...]
    key: tuple[KeyEntry, ...]


@dataclass(frozen=True)
class _Item:
    """A mark before it has a place; `exit` counts the exits of its step."""

    role: str
    lines: tuple[str, ...]
    width: int
    height: int
    exit: int = -1


@dataclass(frozen=True)
class _Cell:
    """A step measured: title and marks, with the width they need."""

    title: tuple[str, ...]
    number: int
    items: tuple[_Item, ...]
    indent: int
    width: int


@dataclass(frozen=True)
class _Across:
    """What stands from left to right: names of lanes, header, and columns with gaps around."""

    names: tuple[tuple[str, ...], ...]
    header: int
    cells: tuple[_Cell, ...]
    columns: tuple[int, ...]
    gaps: tuple[int, ...]


def layout(flow: Flow, labels: Labels) -> Picture:
    """Place a valid flow (see `swimlane.swimlane`)."""
    places = grid(flow)
    plan = routing.plan(places, _links(flow, places))
    return _Placing(flow, labels, places, plan, _across(flow, labels, places, plan)).picture()


def _links(flow: Flow, places: Grid) -> list[Link]:
    index = {step.id: i for i, step in enumerate(flow.steps)}
    links = []
    for i, step in enumerate(flow.steps):
        links += [
            Link(i, t, Kind.BACK if (i, t) in places.back else Kind.NEXT)
            for t in dict.fromkeys(index[n] for n in step.next)
        ]
        links += [
            Link(i, index[e.to], Kind.FAILURE, k)
            for k, e in enumerate(step.failure)
            if e.to is not None
        ]
    return links


def _width(lines: Iterable[str], size: int) -> float:
    return max((text.width(line, size) for line in lines), default=0)


def _across(flow: Flow, labels: Labels, places: Grid, plan: Plan) -> _Across:
    """The roomiest widths that fit the target, else those of a picture that scrolls."""
    gaps = [_gap(g, places.width, tracks) for g, tracks in enumerate(plan.gaps)]
    for budget, em in (*BUDGETS, SCROLLING):
        names = tuple(
            text.wrap(labels.not_stated if t is None else t, SMALL, em * SMALL, 4) or ("",)
            for t, _ in places.lanes
        )
        header = max(64, 28 + math.ceil(max(_width(lines, SMALL) for lines in names)))
        cells = tuple(_measure(flow, i, labels, budget) for i in range(len(flow.steps)))
        columns = [0] * places.width
        for i, cell in enumerate(cells):
            top = DISC + cell.number + PORT * (plan.ports[i] + 1)
            columns[places.columns[i]] = max(columns[places.columns[i]], cell.width, top)
        spare = TARGET - header - sum(gaps) - sum(columns)
        if spare >= 0:
            break
    # Equal columns look calmer, where there is room for them.
    equal = max(columns) * len(columns) - sum(columns)
    if equal <= spare:
        columns = [max(columns)] * len(columns)
        spare -= equal
    if spare > 0 and len(columns) > 1:
        more = spare // (len(columns) - 1)
        gaps[1:-1] = [max(gap, min(gap + more, WIDEST_GAP)) for gap in gaps[1:-1]]
    return _Across(names, header, cells, tuple(columns), tuple(gaps))


def _gap(gap: int, columns: int, tracks: int) -> int:
    if gap in (0, columns):
        return EDGE + TRACK * tracks
    return max(GAP, GAP + TRACK * (tracks - 1))


def _measure(flow: Flow, i: int, labels: Labels, budget: int) -> _Cell:
    step = flow.steps[i]
    number = max(NUMBER, math.ceil(text.width(str(i + 1), SMALL)) + 6)
    title = text.wrap(step.title, TITLE, budget - 2 * PAD, 3)
    indent = GUTTER if step.failure else 0
    items = tuple(_items(flow, step, labels, budget - indent))
    box = 2 * PAD + math.ceil(_width(title, TITLE))
    width = max([NARROWEST, box, *(indent + item.width for item in items)])
    return _Cell(title, number, items, indent, width)


def _items(flow: Flow, step: Step, labels: Labels, budget: int) -> Iterable[_Item]:
    def item(role: str, words: str, around: int, above: int, exit_: int = -1) -> Iterable[_Item]:
        lines = text.wrap(words, SMALL, max(budget - around, LEAST[role] * SMALL), 4)
        if lines:
            width = math.ceil(_width(lines, SMALL)) + around
            yield _Item(role, lines, width, SMALL_LEADING * len(lines) + above, exit_)

    yield from item("limit", step.limit, ICON + 20, 6)
    for form in step.forms:
        yield from item("form", form, ICON + 20, 6)
    numbers = {other.id: n for n, other in enumerate(flow.steps, 1)}
    for k, way_out in enumerate(step.failure):
        if way_out.to is not None:
            # The number says where a long line ends before the eye has followed it.
            said = " ".join(filter(None, (way_out.label, way_out.text)))
            yield from item("label", f"{said} → {numbers[way_out.to]}", 6, 0, k)
        else:
            yield from item("label", way_out.label, 6, 0, k)
            end = text.clean(way_out.text) or labels.nowhere
            yield from item("pill", end, 24, 8, k)


@dataclass(frozen=True)
class _Placing:
    """The second half of `layout`: from measures to coordinates."""

    flow: Flow
    labels: Labels
    grid: Grid
    plan: Plan
    across: _Across

    def picture(self) -> Picture:
        header, columns, gaps = self.across.header, self.across.columns, self.across.gaps
        lefts = [header + sum(columns[:c]) + sum(gaps[: c + 1]) for c in range(len(columns))]
        width: float = header + sum(columns) + sum(gaps)
        key, key_width, key_height = self._key(width)
        lanes, tops, bottom = self._down(width := max(width, key_width))
        boxes = tuple(self._box(i, lefts, tops) for i in range(len(self.across.cells)))
        marks: list[Mark] = []
        lines: list[Line] = []
        ports: dict[tuple[int, int], Point] = {}
        for box in boxes:
            self._stack(box, marks, lines, ports)
        lines += [self._line(route, lefts, tops, boxes, ports) for route in self.plan.routes]
        key = tuple(KeyEntry(e.role, e.x, e.y + bottom, _moved(e.words, bottom)) for e in key)
        return Picture(
            width,
            bottom + key_height,
            Rect(0, 0, width, bottom),
            self.across.header,
            lanes,
            boxes,
            tuple(marks),
            tuple(lines),
            key,
        )

    def _down(self, width: float) -> tuple[tuple[Lane, ...], list[float], float]:
        """Lanes, the y of the boxes of each row, and where the last lane ends."""
        lanes: list[Lane] = []
        tops: list[float] = []
        y = 0.0
        for (title, rows), name in zip(self.grid.lanes, self.across.names, strict=True):
            first, top = len(tops), y
            for row in range(first, first + rows):
                tracks = self.plan.channels[row]
                y += max(LANE, TRACK * (tracks + 1) + 6 if tracks else 0)
                tops.append(y)
                y += self._box_height(row) + self._stack_height(row)
            y += LANE
            lacking = SMALL_LEADING * len(name) + 24 - (y - top)
            if lacking > 0:  # a long name in a low lane: the boxes stay in the middle
                tops[first:] = [t + lacking / 2 for t in tops[first:]]
                y += lacking
            rect = Rect(0, top, width, y - top)
            words = _words(name, 14, rect.middle, SMALL, SMALL_LEADING)
            lanes.append(Lane(rect, words, title is not None))
        return tuple(lanes), tops, y

    def _in_row(self, row: int) -> list[_Cell]:
        return [c for c, r in zip(self.across.cells, self.grid.rows, strict=True) if r == row]

    def _box_height(self, row: int) -> int:
        lines = max((len(cell.title) for cell in self._in_row(row)), default=1)
        return 24 + TITLE_LEADING * max(1, lines)

    def _stack_height(self, row: int) -> int:
        return max((_stacked(cell.items)[1] for cell in self._in_row(row)), default=0)

    def _box(self, i: int, lefts: Sequence[float], tops: Sequence[float]) -> Box:
        cell, column, row = self.across.cells[i], self.grid.columns[i], self.grid.rows[i]
        rect = Rect(lefts[column], tops[row], self.across.columns[column], self._box_height(row))
        disc = Rect(rect.x + DISC, rect.y - NUMBER / 2, cell.number, NUMBER)
        number = str(i + 1)
        inset = (cell.number - text.width(number, SMALL)) / 2
        left = (rect.width - _width(cell.title, TITLE)) / 2
        return Box(
            i,
            rect,
            _words((number,), disc.x + inset, disc.middle, SMALL, SMALL_LEADING),
            disc,
            _words(cell.title, rect.x + left, rect.middle, TITLE, TITLE_LEADING)
            if cell.title
            else None,
        )

    def _stack(
        self,
        box: Box,
        marks: list[Mark],
        lines: list[Line],
        ports: dict[tuple[int, int], Point],
    ) -> None:
        """Add what stands under a box, the lines to its exits, and where exits go on from."""
        cell, step = self.across.cells[box.step], self.flow.steps[box.step]
        x, trunk = box.rect.x + cell.indent, box.rect.x + TRUNK
        offsets, _ = _stacked(cell.items)
        for item, offset in zip(cell.items, offsets, strict=True):
            rect = Rect(x, box.rect.bottom + offset, item.width, item.height)
            inset = {"limit": ICON + 12, "form": ICON + 12, "label": 3, "pill": 12}[item.role]
            words = _words(item.lines, x + inset, rect.middle, SMALL, SMALL_LEADING)
            marks.append(Mark(box.step, item.role, rect, words))
            if item.exit < 0:
                continue
            leads_on = step.failure[item.exit].to is not None
            if leads_on or item.role == "pill":
                corner = ((trunk, box.rect.bottom), (trunk, rect.middle), (rect.x, rect.middle))
                lines.append(Line(Kind.FAILURE, corner, not leads_on, box.step))
            if leads_on:
                ports[box.step, item.exit] = (rect.right, rect.middle)

    def _line(
        self,
        route: Route,
        lefts: Sequence[float],
        tops: Sequence[float],
        boxes: Sequence[Box],
        ports: dict[tuple[int, int], Point],
    ) -> Line:
        link = route.link
        source, target = boxes[link.source].rect, boxes[link.target].rect
        start: Point = (source.right, source.middle)
        end: Point = (target.x, target.middle + ENTRY * route.entry)
        if link.kind is Kind.BACK:
            start = self._top(link.source, source, route.out_port)
        if link.kind is Kind.FAILURE:
            start = ports[link.source, link.exit]
        if link.kind is not Kind.NEXT:
            end = self._top(link.target, target, route.in_port)
        points = [start]
        for leg in route.legs:
            if leg.vertical:
                points.append((self._track_x(lefts, leg.channel, leg.track), points[-1][1]))
            else:
                points.append((points[-1][0], tops[leg.channel] - TRACK * (leg.track + 1) - 6))
        if route.legs:
            vertical = route.legs[-1].vertical
            points.append((points[-1][0], end[1]) if vertical else (end[0], points[-1][1]))
        points.append(end)
        return Line(link.kind, _straightened(points), True, link.source, link)

    def _top(self, step: int, box: Rect, port: int) -> Point:
        left = DISC + self.across.cells[step].number
        between = (box.width - left) / (self.plan.ports[step] + 1)
        return box.x + left + between * (port + 1), box.y

    def _track_x(self, lefts: Sequence[float], gap: int, track: int) -> float:
        left = lefts[gap - 1] + self.across.columns[gap - 1]
        span = TRACK * (self.plan.gaps[gap] - 1)
        if gap == len(lefts):
            return left + EDGE / 2 + TRACK * track
        # A little left of the middle: the arrow head needs its length.
        return left + (self.across.gaps[gap] - span) / 2 - 3 + TRACK * track

    def _key(self, width: float) -> tuple[tuple[KeyEntry, ...], float, float]:
        """The key from y = 0, with the width it needs and the height it takes."""
        steps = self.flow.steps
        kinds = {route.link.kind for route in self.plan.routes}
        shown = [
            ("limit", self.labels.limit, any(text.clean(s.limit) for s in steps)),
            ("form", self.labels.forms, any(text.clean(f) for s in steps for f in s.forms)),
            ("back", self.labels.back, Kind.BACK in kinds),
            ("failure", self.labels.failure, any(s.failure for s in steps)),
        ]
        entries: list[KeyEntry] = []
        x, y, needed = 0.0, 0.0, 0.0
        for role, words_, present in shown:
            said = text.clean(words_)
            if not (present and said):
                continue
            sample = ICON if role in ("limit", "form") else KEY_SAMPLE
            wide = sample + 6 + math.ceil(text.width(said, SMALL))
            if x and x + wide > width:
                x, y = 0, y + 24
            words = _words((said,), x + sample + 6, y + 22, SMALL, SMALL_LEADING)
            entries.append(KeyEntry(role, x, y + 22, words))
            needed = max(needed, x + wide)
            x += wide + 24
        return tuple(entries), needed, y + 34 if entries else 0


def _stacked(items: Sequence[_Item]) -> tuple[list[int], int]:
    """Offsets below the box of the items of a stack, and the height of all."""
    offsets, y = [], 0
    for before, item in zip((None, *items), items, strict=False):
        same_exit = before is not None and before.exit == item.exit >= 0
        y += 2 if same_exit else 6 if before and item.exit < 0 else 10
        offsets.append(y)
        y += item.height
    return offsets, y


def _words(lines: tuple[str, ...], x: float, middle: float, size: int, leading: int) -> Words:
    """Text whose lines are centred on `middle`; the middle of a Han glyph is 0.38 em up."""
    return Words(lines, x, middle - leading * (len(lines) - 1) / 2 + 0.37 * size, size, leading)


def _moved(words: Words, down: float) -> Words:
    return Words(words.lines, words.x, words.y + down, words.size, words.leading)


def _straightened(points: Sequence[Point]) -> tuple[Point, ...]:
    """Without corners that are none."""
    kept: list[Point] = []
    for point in points:
        if kept and point == kept[-1]:
            continue
        if len(kept) > 1 and _aligned(kept[-2], kept[-1], point):
            kept.pop()
        kept.append(point)
    return tuple(kept)


def _aligned(a: Point, b: Point, c: Point) -> bool:
    by: tuple[Callable[[Point], float], ...] = (lambda p: p[0], lambda p: p[1])
    return any(axis(a) == axis(b) == axis(c) for axis in by)
