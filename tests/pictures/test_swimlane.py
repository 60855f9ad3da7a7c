from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fengqiao.pictures import text
from fengqiao.pictures.layering import grid
from fengqiao.pictures.layout import SMALL, TARGET, Line, Picture, Point, Rect, Words, layout
from fengqiao.pictures.routing import Kind
from fengqiao.pictures.swimlane import Exit, Flow, Labels, Step, swimlane

LABELS = Labels("角色未载明", "去向未载明", "时限", "文书", "不成时的出路", "退回前面的步骤")
SVG = "{http://www.w3.org/2000/svg}"

SIX = Flow(
    "six",
    "六步接办流程",
    "从吹哨到评价的六步。",
    ("群众", "矛调中心", "责任部门"),
    tuple(
        Step(
            f"s{n}",
            title,
            lane,
            limit=limit,
            next=(f"s{n + 1}",) if n < 6 else (),
            href=f"#step-{n}",
        )
        for n, title, lane, limit in (
            (1, "吹哨", "矛调中心", "当日"),
            (2, "报到", "责任部门", "1 个工作日内"),
            (3, "会商", "矛调中心", ""),
            (4, "落实", "责任部门", "15 日内"),
            (5, "反馈", "矛调中心", ""),
            (6, "评价", "群众", ""),
        )
    ),
)


def chain(count: int, title: str = "采集", lane: str | None = "中心") -> Flow:
    steps = tuple(
        Step(f"s{n}", title, lane, next=(f"s{n + 1}",) if n + 1 < count else ())
        for n in range(count)
    )
    return Flow("chain", "链", "", (), steps)


HAN = st.sampled_from("人民调解委员会司法确认登记受理，。、（）《》“”：")
LATIN = st.sampled_from("WmilaeATX019 -/.’&<>\"'")
TITLES = st.text(st.one_of(HAN, HAN, LATIN), min_size=1, max_size=30)
SHORT = st.one_of(st.just(""), st.text(st.one_of(HAN, LATIN), min_size=1, max_size=14))


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    count = draw(st.integers(1, 20))
    lanes = draw(st.lists(TITLES, min_size=1, max_size=8, unique=True))
    target = st.integers(0, count - 1).map(lambda n: f"s{n}")
    ways_out = st.builds(Exit, SHORT, st.one_of(st.none(), target), SHORT)
    steps = []
    for n in range(count):
        following = {f"s{n + 1}"} if n + 1 < count and draw(st.booleans()) else set()
        others = draw(st.lists(target, max_size=2))
        steps.append(
            Step(
                f"s{n}",
                draw(TITLES),
                draw(st.one_of(st.none(), st.sampled_from(lanes))),
                limit=draw(SHORT),
                forms=tuple(draw(st.lists(SHORT, max_size=2))),
                next=tuple(sorted(following | set(others))),
                failure=tuple(draw(st.lists(ways_out, max_size=2))),
                href=f"#step-{n + 1}",
            )
        )
    return Flow("flow", draw(TITLES), draw(SHORT), tuple(lanes), tuple(steps))


def meet(a: Rect, b: Rect) -> bool:
    return a.x < b.right and b.x < a.right and a.y < b.bottom and b.y < a.bottom


def within(inner: Rect, outer: Rect, slack: float = 0.51) -> bool:
    return (
        inner.x >= outer.x - slack
        and inner.y >= outer.y - slack
        and inner.right <= outer.right + slack
        and inner.bottom <= outer.bottom + slack
    )


def grown(rect: Rect, by: float) -> Rect:
    return Rect(rect.x - by, rect.y - by, rect.width + 2 * by, rect.height + 2 * by)


def segments(line: Line) -> Iterator[tuple[Point, Point]]:
    return pairwise(line.points)


def crosses(a: Point, b: Point, rect: Rect) -> bool:
    """Whether a piece of the segment lies inside the rectangle, not only along its side."""
    (x0, x1), (y0, y1) = sorted((a[0], b[0])), sorted((a[1], b[1]))
    return x0 < rect.right and rect.x < x1 and y0 < rect.bottom and rect.y < y1


def shared(a: tuple[Point, Point], b: tuple[Point, Point]) -> float:
    """Length on which two segments run on top of each other."""
    for axis, other in ((0, 1), (1, 0)):
        if a[0][other] == a[1][other] == b[0][other] == b[1][other]:
            (a0, a1), (b0, b1) = (sorted((p[axis], q[axis])) for p, q in (a, b))
            return min(a1, b1) - max(a0, b0)
    return 0


def words_of(picture: Picture) -> list[tuple[Words, Rect]]:
    """Every text with what it has to stay in."""
    frame = Rect(0, 0, picture.width, picture.height)
    return [
        *((lane.words, replace(lane.rect, width=picture.header)) for lane in picture.lanes),
        *((box.number, box.disc) for box in picture.boxes),
        *((box.title, box.rect) for box in picture.boxes if box.title),
        *((mark.words, mark.rect) for mark in picture.marks),
        *((entry.words, frame) for entry in picture.key),
    ]


@settings(max_examples=40, deadline=None)
@given(flows())
def test_nothing_overlaps_or_overflows(flow: Flow) -> None:
    picture = layout(flow, LABELS)
    solids = [b.rect for b in picture.boxes] + [m.rect for m in picture.marks]
    for a, b in combinations(solids, 2):
        assert not meet(a, b)
    for box in picture.boxes:
        assert not any(meet(box.disc, m.rect) for m in picture.marks)
        assert not any(meet(box.disc, other.rect) for other in picture.boxes if other is not box)
        assert not box.title or not meet(box.disc, box.title.rect)
    texts = words_of(picture)
    for words, room in texts:
        assert within(words.rect, room)
    for (one, _), (two, _) in combinations(texts, 2):
        assert not meet(one.rect, two.rect)
    assert all(a.rect.bottom == b.rect.y for a, b in pairwise(picture.lanes))
    for lane in picture.lanes:
        assert within(grown(lane.words.rect, 10), replace(lane.rect, width=picture.header))
    right_of_header = replace(picture.frame, x=picture.header)
    for rect in solids:
        assert within(rect, replace(right_of_header, width=picture.width - picture.header), 0)
        assert sum(within(grown(rect, 8), lane.rect, 0) for lane in picture.lanes) == 1


@settings(max_examples=40, deadline=None)
@given(flows())
def test_connectors_keep_clear_of_everything_they_do_not_join(flow: Flow) -> None:
    picture = layout(flow, LABELS)
    solids = [b.rect for b in picture.boxes] + [m.rect for m in picture.marks]
    discs = [b.disc for b in picture.boxes]
    for line in picture.lines:
        for a, b in segments(line):
            assert a[0] == b[0] or a[1] == b[1]
            assert not any(crosses(a, b, rect) for rect in (*solids, *discs))
            assert min(a[0], b[0]) > picture.header
            assert max(a[0], b[0]) < picture.width
            assert min(a[1], b[1]) > 0
            assert max(a[1], b[1]) < picture.frame.bottom
        if line.head:
            a, b = line.points[-2:]
            assert abs(a[0] - b[0]) + abs(a[1] - b[1]) >= 8, "no room for the arrow head"


def assert_apart(flow: Flow) -> None:
    lines = [line for line in layout(flow, LABELS).lines if line.link]
    for one, two in combinations(lines, 2):
        assert one.link is not None
        assert two.link is not None
        together = max(shared(a, b) for a in segments(one) for b in segments(two))
        if together > 0:
            assert one.kind is two.kind is Kind.NEXT
            assert one.link.source == two.link.source or one.link.target == two.link.target


@settings(max_examples=40, deadline=None)
@given(flows())
def test_connectors_run_together_only_from_or_to_one_step(flow: Flow) -> None:
    assert_apart(flow)


def test_two_long_ways_through_one_empty_place_stay_apart() -> None:
    # From s to u and from v to t the same empty places of the upper lane are the simplest way.
    lower = [Step(f"w{n}", "办", "中", next=(f"w{n + 1}",)) for n in range(2)]
    steps = (
        Step("s", "始", "上", next=("w1", "u")),
        *lower,
        Step("w2", "办", "中", next=("u", "t")),
        Step("u", "终", "中"),
        Step("v", "始", "下", next=("w1", "t")),
        Step("t", "终", "上"),
    )
    flow = Flow("f", "t", "", ("上", "中", "下"), steps)
    assert grid(flow).columns == (0, 0, 1, 2, 3, 0, 3)
    assert_apart(flow)


def test_many_loops_enter_one_step_side_by_side() -> None:
    flow = chain(9)
    steps = [replace(s, next=(*s.next, "s0"), failure=(Exit("不成", "s0"),)) for s in flow.steps]
    picture = layout(replace(flow, steps=tuple(steps)), LABELS)
    entries = sorted(
        line.points[-1][0] for line in picture.lines if line.link and line.kind is not Kind.NEXT
    )
    assert len(entries) == 18
    assert all(b - a >= 12 for a, b in pairwise(entries))
    assert entries[0] - picture.boxes[0].disc.right >= 8


@settings(max_examples=30, deadline=None)
@given(flows())
def test_every_way_is_drawn_from_and_to_its_steps(flow: Flow) -> None:
    picture = layout(flow, LABELS)
    rects = {flow.steps[b.step].id: b.rect for b in picture.boxes}
    expected = {
        *(("next", s.id, t) for s in flow.steps for t in s.next),
        *(("failure", s.id, e.to) for s in flow.steps for e in s.failure if e.to),
    }
    drawn = set()
    for line in picture.lines:
        if line.link is None:
            continue
        source, target = (flow.steps[i].id for i in (line.link.source, line.link.target))
        drawn.add(("failure" if line.kind is Kind.FAILURE else "next", source, target))
        x, y = line.points[-1]
        rect = rects[target]
        if line.kind is Kind.NEXT:
            assert x == rect.x and rect.y < y < rect.bottom
            assert line.points[0][0] == rects[source].right
        else:
            assert y == rect.y and rect.x < x < rect.right
    assert drawn == expected


@settings(max_examples=30, deadline=None)
@given(flows())
def test_the_markup_is_xml_with_all_texts_and_the_same_each_time(flow: Flow) -> None:
    svg = swimlane(flow, LABELS)
    assert svg == swimlane(flow, LABELS)
    root = ET.fromstring(svg)
    said = "".join(root.itertext()).replace(" ", "")
    for step in flow.steps:
        for words in (step.title, step.limit, *step.forms, *(e.label for e in step.failure)):
            assert text.clean(words).replace(" ", "") in said
    numbers = re.findall(r'[ "MHVQ-](\d+\.\d+)', svg)
    assert all(len(n.split(".")[1]) == 1 for n in numbers)


@settings(max_examples=100, deadline=None)
@given(TITLES, st.integers(40, 200), st.integers(1, 4))
def test_wrapping_keeps_the_text_and_the_number_of_lines(
    words: str, budget: int, most: int
) -> None:
    lines = text.wrap(words, SMALL, budget, most)
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")
    assert len(lines) <= most
    assert all(line == line.strip() and line for line in lines)


@pytest.mark.parametrize(
    ("words", "em", "lines"),
    [
        ("申请司法确认", 4, ("申请", "司法确认")),
        ("达成调解协议", 5, ("达成", "调解协议")),
        ("调查并主持调解", 4.5, ("调查并", "主持调解")),
        ("申请或者主动介入", 5, ("申请或者", "主动介入")),
        ("终止调解，告知诉讼", 5, ("终止调解，", "告知诉讼")),
        ("生效之日起 30 日内", 6, ("生效之日起", "30 日内")),
        ("Review and acceptance", 8, ("Review and", "acceptance")),
        ("People’s court", 5, ("People’s", "court")),
        ("调解", 9, ("调解",)),
    ],
)
def test_lines_break_where_they_read_well(words: str, em: float, lines: tuple[str, ...]) -> None:
    assert text.wrap(words, 16, em * 16, 3) == lines


def test_no_line_begins_with_closing_or_ends_with_opening_punctuation() -> None:
    words = "人民调解（行政）、“诉调”对接：仲裁；其他。"
    for budget in range(32, 200, 4):
        lines = text.wrap(words, 16, budget, 12)
        assert not any(line[0] in "）、”：；。" for line in lines), lines
        assert not any(line[-1] in "（“" for line in lines), lines


@pytest.mark.parametrize(
    ("words", "em"), [("调解", 2), ("ａ", 1), ("①", 1), ("e\u0301", 0.65), ("30日", 2.425)]
)
def test_widths_follow_east_asian_width(words: str, em: float) -> None:
    assert text.width(words, 10) == pytest.approx(em * 10)


def test_six_steps_fit_the_container_and_six_kilobytes() -> None:
    svg = swimlane(SIX, LABELS)
    picture = layout(SIX, LABELS)
    assert len(svg.encode()) <= 6 * 1024
    assert picture.width <= TARGET
    assert [lane.words.lines for lane in picture.lanes] == [("群众",), ("矛调中心",), ("责任部门",)]
    lefts = [box.rect.x for box in picture.boxes]
    assert lefts == sorted(set(lefts))


def test_eight_short_steps_fit_the_container() -> None:
    assert layout(chain(8), LABELS).width <= TARGET


def test_a_long_flow_is_wider_than_the_container_and_stays_readable() -> None:
    picture = layout(chain(20, title="矛盾纠纷排查"), LABELS)
    assert picture.width > TARGET
    assert all(box.title and len(box.title.lines) == 1 for box in picture.boxes)


def test_branches_share_a_column_and_meet_again() -> None:
    flow = Flow(
        "f",
        "分类",
        "",
        (),
        (
            Step("a", "受理", "中心", next=("b", "c")),
            Step("b", "马上办", "中心", next=("d",)),
            Step("c", "合力办", "中心", next=("d",)),
            Step("d", "反馈", "中心"),
        ),
    )
    places = grid(flow)
    assert places.columns == (0, 1, 1, 2)
    assert places.rows == (0, 0, 1, 0)
    assert places.lanes == (("中心", 2),)


def test_a_way_to_a_step_listed_earlier_is_a_way_on_where_it_closes_no_loop() -> None:
    places = grid(Flow("f", "t", "", (), (Step("b", "二"), Step("a", "一", next=("b",)))))
    assert places.columns == (1, 0)
    assert not places.back


def test_the_longest_way_decides_the_column() -> None:
    flow = chain(4)
    skipping = replace(flow.steps[0], next=("s1", "s3"))
    assert grid(replace(flow, steps=(skipping, *flow.steps[1:]))).columns == (0, 1, 2, 3)


def test_ways_back_are_dashed_and_leave_the_columns_alone() -> None:
    flow = chain(3)
    looping = replace(flow.steps[2], next=("s0", "s2"))
    flow = replace(flow, steps=(*flow.steps[:2], looping))
    places = grid(flow)
    assert places.columns == (0, 1, 2)
    assert places.back == {(2, 0), (2, 2)}
    backs = [line for line in layout(flow, LABELS).lines if line.kind is Kind.BACK]
    assert len(backs) == 2
    path = ET.fromstring(swimlane(flow, LABELS)).find(f".//{SVG}path[@class='fq-back']")
    assert path is not None and path.get("stroke-dasharray")
    assert path.get("d", "").count("M") == 2


def test_a_step_reached_only_by_failure_stands_after_it() -> None:
    flow = Flow(
        "f",
        "调解",
        "",
        (),
        (
            Step("a", "调解", "村", failure=(Exit("不成", "b"),)),
            Step("b", "再调解", "镇"),
        ),
    )
    assert grid(flow).columns == (0, 1)
    assert any(mark.words.lines == ("不成 → 2",) for mark in layout(flow, LABELS).marks)


def test_exits_end_in_a_pill_that_says_where() -> None:
    step = Step("a", "调解", None, failure=(Exit("拒绝", text="诉讼"), Exit("超期")))
    picture = layout(Flow("f", "t", "", (), (step,)), LABELS)
    said = [(m.role, "".join(m.words.lines)) for m in picture.marks]
    assert said == [("label", "拒绝"), ("pill", "诉讼"), ("label", "超期"), ("pill", "去向未载明")]
    ends = [line.points[-1] for line in picture.lines]
    pills = [m.rect for m in picture.marks if m.role == "pill"]
    assert ends == [(pill.x, pill.middle) for pill in pills]


def test_steps_without_a_role_stand_in_a_lane_that_says_so() -> None:
    steps = (Step("a", "录入", "窗口", next=("b",)), Step("b", "分流"))
    picture = layout(Flow("f", "t", "", ("无人", "窗口"), steps), LABELS)
    assert [("".join(lane.words.lines), lane.stated) for lane in picture.lanes] == [
        ("窗口", True),
        ("角色未载明", False),
    ]


def test_lanes_keep_their_order_and_unlisted_ones_follow() -> None:
    steps = tuple(Step(n, n, n) for n in ("丙", "丁", "甲"))
    assert [t for t, _ in grid(Flow("f", "t", "", ("甲", "丙"), steps)).lanes] == ["甲", "丙", "丁"]


def test_the_key_explains_only_what_is_drawn() -> None:
    assert [e.role for e in layout(SIX, LABELS).key] == ["limit"]
    assert layout(chain(3), LABELS).key == ()
    assert layout(chain(3), LABELS).height == layout(chain(3), LABELS).frame.bottom


def test_name_description_and_links() -> None:
    root = ET.fromstring(swimlane(SIX, LABELS))
    assert root.get("role") == "group"
    title, described = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None and described is not None
    assert (title.get("id"), title.text) == ("six-swimlane-title", SIX.title)
    assert root.get("aria-labelledby") == title.get("id")
    assert (root.get("aria-describedby"), described.text) == (described.get("id"), SIX.description)
    links = root.findall(f".//{SVG}a")
    assert [a.get("href") for a in links] == [f"#step-{n}" for n in range(1, 7)]
    assert ["".join(a.itertext()) for a in links][:2] == ["1吹哨", "2报到"]


def test_a_picture_without_links_is_an_image() -> None:
    root = ET.fromstring(swimlane(chain(2), LABELS))
    assert root.get("role") == "img"
    assert root.get("aria-describedby") is None and root.find(f"{SVG}desc") is None


def test_ids_differ_between_flows_on_one_page() -> None:
    one, two = (
        set(re.findall(r' id="([^"]+)"', swimlane(replace(SIX, id=i), LABELS))) for i in "ab"
    )
    assert one and two and not one & two


def test_colours_can_all_be_changed_from_outside() -> None:
    svg = swimlane(SIX, LABELS)
    colours = set(re.findall(r'(?:fill|stroke)="([^"]*)"', svg))
    assert all(c == "none" or c.startswith("var(--fq-") for c in colours)
    assert "style=" not in svg and "<style" not in svg


def test_author_text_is_escaped() -> None:
    nasty = "<script>&\"'</script>\x00\x1b\ufffe"
    step = Step("a", nasty, nasty, nasty, (nasty,), (), (Exit(nasty, None, nasty),), '#"><x')
    svg = swimlane(Flow("f", nasty, nasty, (nasty,), (step,)), LABELS)
    root = ET.fromstring(svg)
    assert not root.findall(f".//{SVG}script")
    link = root.find(f".//{SVG}a")
    assert link is not None and link.get("href") == '#"><x'


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ((), "no steps"),
        ((Step("a", "一"), Step("a", "二")), "'a' stands twice"),
        ((Step("a", "一", next=("b",)),), "unknown 'b'"),
        ((Step("a", "一", failure=(Exit("不成", "c"),)),), "unknown 'c'"),
        ((Step("a", "一", href="javascript:alert(1)"),), "not an anchor"),
    ],
)
def test_a_flow_that_cannot_be_drawn_is_refused(steps: tuple[Step, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        swimlane(Flow("f", "t", "", (), steps), LABELS)
