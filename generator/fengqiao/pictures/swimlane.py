"""A flow as a swimlane: roles are bands, steps are numbered boxes from left to right.

    from fengqiao.pictures.swimlane import Exit, Flow, Labels, Step, swimlane

The SVG is complete without a stylesheet; `web/css/swimlane.css` gives it the fonts and colours of
the site, dark and print included. Put it into `<div class="fq-flow">`, which scrolls by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from fengqiao.pictures import text
from fengqiao.pictures.flow import Exit, Flow, Labels, Step
from fengqiao.pictures.layout import (
    ICON,
    KEY_SAMPLE,
    NUMBER,
    SMALL,
    TITLE,
    Box,
    KeyEntry,
    Line,
    Mark,
    Picture,
    Point,
    Rect,
    Words,
    layout,
)
from fengqiao.pictures.routing import Kind

__all__ = ["Exit", "Flow", "Labels", "Step", "swimlane"]

_HEAD = 7  # length of an arrow head
_CORNER = 6  # radius of a connector's corner

_INK = "var(--fq-ink,currentColor)"
_SOFT = "var(--fq-soft,currentColor)"
_LINE = "var(--fq-line,#e6dfd2)"
_SURFACE = "var(--fq-surface,#fffdf9)"
_PAPER = "var(--fq-paper,#fbf8f2)"
_MAPLE = "var(--fq-maple,#a5322a)"
_GOLD = "var(--fq-gold,#8f6420)"
_GOLD_SOFT = "var(--fq-gold-soft,#f5ecd9)"

_COLOURS = {Kind.NEXT: _MAPLE, Kind.BACK: _MAPLE, Kind.FAILURE: _GOLD}
# Dashes tell the kinds apart without colour.
_DASHES = {
    Kind.NEXT: "",
    Kind.BACK: ' stroke-dasharray="7 4"',
    Kind.FAILURE: ' stroke-dasharray="3 3"',
}


def swimlane(flow: Flow, labels: Labels) -> str:
    """Draw `flow` as one `<svg>` element; width and height are in px.

    The element is a labelled group where steps are links, an image where none is: an image has no
    parts for assistive technology, so a link in it could be reached but not named.

    Raises ValueError where the flow has no steps, a step id stands twice, `next` or an exit names
    an unknown step, or `href` is not an anchor of the page.
    """
    _validate(flow)
    picture = layout(flow, labels)
    return "".join(_svg(flow, picture))


def _validate(flow: Flow) -> None:
    ids = [step.id for step in flow.steps]
    if not ids:
        raise ValueError(f"flow {flow.id!r} has no steps")
    if len(set(ids)) < len(ids):
        twice = next(i for i in ids if ids.count(i) > 1)
        raise ValueError(f"flow {flow.id!r}: step id {twice!r} stands twice")
    for step in flow.steps:
        for target in (*step.next, *(e.to for e in step.failure if e.to is not None)):
            if target not in ids:
                raise ValueError(f"flow {flow.id!r}: {step.id!r} leads to unknown {target!r}")
        if step.href and not step.href.startswith("#"):
            raise ValueError(f"flow {flow.id!r}: href {step.href!r} is not an anchor of the page")


def _svg(flow: Flow, picture: Picture) -> Iterable[str]:
    width, height = _n(picture.width + 2), _n(picture.height + 2)
    name, description = (quoteattr(f"{flow.id}-swimlane-{part}") for part in ("title", "desc"))
    role = "group" if any(step.href for step in flow.steps) else "img"
    described = text.clean(flow.description)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="fq-swimlane" width="{width}" '
        f'height="{height}" viewBox="-1 -1 {width} {height}" font-size="{SMALL}" fill="{_INK}" '
        f'role="{role}" aria-labelledby={name}'
        + (f" aria-describedby={description}" if described else "")
        + f"><title id={name}>{_escape(flow.title)}</title>"
    )
    if described:
        yield f"<desc id={description}>{_escape(described)}</desc>"
    yield from _lanes(picture)
    for kind in Kind:
        yield from _lines([line for line in picture.lines if line.kind is kind], kind)
    for box in picture.boxes:
        marks = [mark for mark in picture.marks if mark.step == box.step]
        yield from _step(flow.steps[box.step], box, marks)
    yield from _key(picture.key)
    yield "</svg>"


def _lanes(picture: Picture) -> Iterable[str]:
    frame, header = picture.frame, picture.header
    down = _n(frame.height - 16)
    yield f'<g stroke="{_LINE}">' + _rect(frame, 8, f' fill="{_SURFACE}"')
    yield (
        f'<path fill="{_PAPER}" d="M{_n(header)} 0H8a8 8 0 0 0-8 8v{down}a8 8 0 0 0 8 8'
        f'H{_n(header)}z"/>'
    )
    if len(picture.lanes) > 1:
        borders = "".join(f"M0 {_n(lane.rect.y)}H{_n(frame.width)}" for lane in picture.lanes[1:])
        yield f'<path d="{borders}"/>'
    yield f'</g><g class="fq-lane" fill="{_SOFT}">'
    for lane in picture.lanes:
        yield _words(lane.words, ' font-weight="600"' if lane.stated else "")
    yield "</g>"


def _lines(lines: Sequence[Line], kind: Kind) -> Iterable[str]:
    """All connectors of a kind as two paths: strokes and arrow heads."""
    if not lines:
        return
    colour, dash = _COLOURS[kind], _DASHES[kind]
    strokes = "".join(_stroke(line.points, line.head) for line in lines)
    yield (
        f'<path class="fq-{kind.value}" fill="none" stroke="{colour}" '
        f'stroke-width="1.6"{dash} d="{strokes}"/>'
    )
    heads = dict.fromkeys(_head(line.points) for line in lines if line.head)
    if heads:
        yield f'<path fill="{colour}" d="' + "".join(heads) + '"/>'


def _stroke(points: Sequence[Point], head: bool) -> str:
    """Path data with rounded corners that ends where the arrow head begins."""
    ends = list(points)
    if head:
        (x0, y0), (x1, y1) = ends[-2:]
        ends[-1] = (x1 - _sign(x1 - x0) * (_HEAD - 1), y1 - _sign(y1 - y0) * (_HEAD - 1))
    path = f"M{_n(ends[0][0])} {_n(ends[0][1])}"
    for k, ((x0, y0), (x1, y1)) in enumerate(pairwise(ends)):
        dx, dy = _sign(x1 - x0), _sign(y1 - y0)
        if k + 2 == len(ends):
            return path + (f"H{_n(x1)}" if dx else f"V{_n(y1)}")
        x2, y2 = ends[k + 2]
        room = min(abs(x1 - x0) + abs(y1 - y0), abs(x2 - x1) + abs(y2 - y1))
        r = min(_CORNER, room / 2)
        ex, ey = _sign(x2 - x1) * r, _sign(y2 - y1) * r
        path += f"H{_n(x1 - dx * r)}" if dx else f"V{_n(y1 - dy * r)}"
        path += f"Q{_n(x1)} {_n(y1)} {_n(x1 + ex)} {_n(y1 + ey)}"
    return path


def _head(points: Sequence[Point]) -> str:
    (x0, y0), (x, y) = points[-2:]
    at = f"M{_n(x)} {_n(y)}"
    if y0 == y:
        return at + (f"l-{_HEAD}-4v8z" if x > x0 else f"l{_HEAD}-4v8z")
    return at + (f"l-4-{_HEAD}h8z" if y > y0 else f"l-4 {_HEAD}h8z")


def _step(step: Step, box: Box, marks: Sequence[Mark]) -> Iterable[str]:
    link = f"<a href={quoteattr(text.clean(step.href))}>" if step.href else "<g>"
    yield link + _rect(box.rect, 8, f' class="fq-box" fill="{_SURFACE}" stroke="{_MAPLE}"')
    yield _rect(box.disc, NUMBER // 2, f' fill="{_MAPLE}"')
    yield _words(box.number, f' fill="{_SURFACE}"')
    if box.title:
        yield _words(box.title, f' font-size="{TITLE}" font-weight="600"')
    yield "</a>" if step.href else "</g>"
    for mark in marks:
        yield from _mark(mark)


def _mark(mark: Mark) -> Iterable[str]:
    rect = mark.rect
    if mark.role in ("limit", "form"):
        radius = 12 if mark.role == "limit" else 3
        yield _rect(rect, radius, f' fill="{_PAPER}" stroke="{_LINE}"')
        yield _icon(mark.role, rect.x + 7, rect.middle)
        yield _words(mark.words, f' fill="{_SOFT}"')
    elif mark.role == "pill":
        yield _rect(rect, 13, f' fill="{_GOLD_SOFT}" stroke="{_GOLD}"')
        yield _words(mark.words)
    else:
        yield _words(mark.words, f' fill="{_GOLD}"')


def _icon(role: str, x: float, middle: float) -> str:
    """A clock or a sheet of paper, ICON px square."""
    top = middle - ICON / 2
    if role == "limit":
        shape = f"M{_n(x + 1)} {_n(middle)}a6 6 0 1 0 12 0a6 6 0 1 0-12 0m6-3.5v3.5h3"
    else:
        shape = f"M{_n(x + 2)} {_n(top + 1)}h6l3 3v9h-9zm2 6h5m-5 3h5"
    return f'<path fill="none" stroke="{_SOFT}" d="{shape}"/>'


def _key(key: Sequence[KeyEntry]) -> Iterable[str]:
    if not key:
        return
    yield f'<g class="fq-key" fill="{_SOFT}">'
    for entry in key:
        if entry.role in ("limit", "form"):
            yield _icon(entry.role, entry.x, entry.y)
        else:
            kind = Kind(entry.role)
            points = ((entry.x, entry.y), (entry.x + KEY_SAMPLE, entry.y))
            yield (
                f'<path stroke="{_COLOURS[kind]}" stroke-width="1.6"{_DASHES[kind]} '
                f'd="{_stroke(points, True)}"/><path fill="{_COLOURS[kind]}" d="{_head(points)}"/>'
            )
        yield _words(entry.words)
    yield "</g>"


def _rect(rect: Rect, radius: int, attributes: str) -> str:
    return (
        f'<rect x="{_n(rect.x)}" y="{_n(rect.y)}" width="{_n(rect.width)}" '
        f'height="{_n(rect.height)}" rx="{radius}"{attributes}/>'
    )


def _words(words: Words, attributes: str = "") -> str:
    x = _n(words.x)
    first, *rest = (_escape(line) for line in words.lines)
    more = "".join(f'<tspan x="{x}" dy="{words.leading}">{line}</tspan>' for line in rest)
    return f'<text x="{x}" y="{_n(words.y)}"{attributes}>{first}{more}</text>'


def _escape(words: str) -> str:
    return escape(text.clean(words))


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)


def _n(value: float) -> str:
    """At most one decimal; never -0."""
    short = f"{value:.1f}".removesuffix(".0")
    return "0" if short == "-0" else short
