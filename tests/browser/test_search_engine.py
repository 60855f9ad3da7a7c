from __future__ import annotations

import importlib.util
import json
import random
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
import pytest
import yaml
from playwright.sync_api import expect

from fengqiao.search import SearchDocument, index_chunk, merge
from fengqiao.search.fold import contains, fold

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Engine

pytestmark = pytest.mark.browser

spec = importlib.util.spec_from_file_location("page", Path(__file__).with_name("page.py"))
assert spec and spec.loader
driver = sys.modules.setdefault("page", importlib.util.module_from_spec(spec))
spec.loader.exec_module(driver)

SCRIPTS = ["shards", "fold", "search-postings", "search-engine", "search-text", "search-hit"]
SCRIPTS += ["search-box", "search-page"]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
)
PALETTE = (
    "--fq-paper:#fbf8f2;--fq-surface:#fffdf9;--fq-ink:#22252a;--fq-soft:#5d6168;--fq-line:#e6dfd2;"
    "--fq-maple:#a5322a;--fq-maple-bg:#f6e6e1;--fq-pine:#2c6650;--fq-pine-bg:#e4efe8;"
    "--fq-gold:#8f6420;--fq-gold-bg:#f5ecd9"
)
WORDS = [
    "楼上漏水 邻里 相邻关系 赔偿 调解员 当事人 物业 承包地 四真四实 六步接办 1136 法院 司法确认",
    "双方 达成协议 老人 子女 赡养 劳动 工资 押金 不退 \U00020bb7氏 2024年 A4纸 五联合 行走 的",
    "调解室 第 十 条",
]
HOSTILE = "<img src=x onerror=alert(1)></script>\u2028\\\"'🙂 ${x}"


def practices() -> list[SearchDocument]:
    rows = [
        ("shulan-six-step", "舒兰市“六步接办”工作法", ("六步接办",)),
        ("walking-room", "流动调解工作法", ("行走的调解室",)),
        ("four-true", "四真四实工作法", ("四真四实工作法",)),
        ("five-joint", "“五联合”联调机制", ("五联合",)),
        ("dunhuang-six", "敦煌“六强化”", ("六强化",)),
        ("n-1136", "人民调解新机制", ("1136工作法",)),
    ]
    return [
        SearchDocument(
            f"practice/{name}", f"practice/{name}.html", "practice", "经验做法", title, aliases,
            f"{title}的概要。", (f"实行{aliases[0]}，{HOSTILE}，矛盾不上交。", "另一段。"),
        )
        for name, title, aliases in rows
    ]  # fmt: skip


def cases(count: int) -> list[SearchDocument]:
    draw = random.Random(11)
    words = [word for line in WORDS for word in line.split()]

    def sentence() -> str:
        return "".join(draw.choice(words) + draw.choice(["", "", "，", "。"]) for _ in range(20))

    return [
        SearchDocument(
            f"case/c-{number:04}",
            f"case/c-{number}.html",
            "case",
            "案例",
            f"{draw.choice(words)}{draw.choice(words)}纠纷{number}号",
            (),
            sentence(),
            tuple(sentence() for _ in range(draw.randrange(1, 12))),
            sample=True,
        )
        for number in range(count)
    ]


@pytest.fixture(scope="module")
def documents() -> list[SearchDocument]:
    return practices() + cases(400)


@pytest.fixture(scope="module")
def site(
    documents: list[SearchDocument], repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A site as small as can be, in a folder with a difficult name."""
    root = tmp_path_factory.mktemp("disk") / "枫桥 site #1"
    package = repository / "generator/fengqiao"
    messages = yaml.safe_load((package / "messages/ui.yml").read_text(encoding="utf-8"))
    words = {key: text["zh"] for key, text in messages.items()}
    files = {f"search/{name}": data for name, data in merge([index_chunk(documents)]).items()}
    files["assets/messages.js"] = (
        "window.fengqiao=window.fengqiao||{};fengqiao.messages=" + json.dumps(words) + ";"
    ).encode()
    for name in SCRIPTS:
        files[f"assets/{name}.js"] = (package / f"web/js/{name}.js").read_bytes()
    files["assets/search.css"] = (package / "web/css/search.css").read_bytes()
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(package / "web/templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )

    def page(prefix: str, *names: str) -> bytes:
        scripts = "".join(
            f'<script defer src="{prefix}assets/{name}.js"></script>'
            for name in ["messages", *SCRIPTS]
        )
        body = "".join(
            templates.get_template(name).render(
                root=prefix, t=words.__getitem__, lists=[("案例", "case/index.html")]
            )
            for name in names
        )
        return (
            f'<!doctype html><html lang="zh-CN" data-fq-root="{prefix}"><head>'
            '<meta charset="utf-8">'
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            f'<title>搜索</title><link rel="stylesheet" href="{prefix}assets/search.css">'
            f"<style>html{{{PALETTE};background:var(--fq-paper);color:var(--fq-ink)}}</style>{scripts}"
            f"</head><body><header>{body}</header><main></main></body></html>"
        ).encode()

    files["index.html"] = page("", "search-box.html.jinja")
    files["search.html"] = page("", "search-box.html.jinja", "search-page.html.jinja")
    for one in documents[:8]:
        files[one.url] = page("../", "search-box.html.jinja")
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


@pytest.fixture
def browse(browser: Engine) -> Iterator[Any]:
    with driver.Browser(browser, viewport={"width": 1024, "height": 768}) as opened:
        yield opened


# Ids and tiers of the hits of each query, in order.
ASK = """
async (queries) => {
  const engine = await fengqiao.search.open();
  const out = [];
  for (const query of queries) {
    const found = await engine.search(query);
    const headers = await Promise.all(found.hits.map((hit) => engine.header(hit.document)));
    out.push(found.hits.map((hit, at) => [headers[at].id, hit.tier, hit.match]));
  }
  return out;
}
"""


@pytest.mark.parametrize(
    ("query", "practice"),
    [
        ("六步接办", "shulan-six-step"),
        ("行走的调解室", "walking-room"),
        ("四真四实", "four-true"),
        ("五聯合", "five-joint"),
        ("1136", "n-1136"),
        ("舒兰市六步接办工作法", "shulan-six-step"),
        ("dunhuang", "dunhuang-six"),
        ("敦煌 六强化", "dunhuang-six"),
    ],
)
def test_a_practice_is_first(browse: Any, site: Path, query: str, practice: str) -> None:
    hits = browse.open(site / "index.html").page.evaluate(ASK, [query])[0]
    assert hits[0][0] == f"practice/{practice}"


def test_phrases_are_those_that_python_finds(
    browse: Any, site: Path, documents: list[SearchDocument]
) -> None:
    folded = {
        one.id: [
            fold(text)
            for text in (one.title, *one.aliases, one.summary, *one.body, one.id.partition("/")[2])
        ]
        for one in documents
    }
    draw = random.Random(4)
    queries: list[str] = []
    while len(queries) < 250:
        one = draw.choice(documents)
        source = draw.choice([one.title, one.summary, *one.body])
        start = draw.randrange(len(source))
        query = source[start : start + draw.randrange(2, 13)]
        needle = fold(query)
        # Letters and digits count from the start of their run, single Han only in titles.
        if len(needle) > 1 and any(contains(text, needle) for text in folded[one.id]):
            queries.append(query)
    answers = browse.open(site / "index.html").page.evaluate(ASK, queries)
    extra = total = 0
    for query, hits in zip(queries, answers, strict=True):
        needle = fold(query)
        truth = {id for id, texts in folded.items() if any(contains(t, needle) for t in texts)}
        phrases = {id for id, tier, _ in hits if tier == "phrase"}
        assert truth <= phrases, query
        assert len({id for id, _, _ in hits}) == len(hits)
        extra += len(phrases - truth)
        total += len(truth)
    assert total > 500
    assert extra <= 0.1 * total  # 40 words make accidents likely; the page shows none as a phrase


def test_several_words_are_all_needed(browse: Any, site: Path) -> None:
    hits, reverse, none = browse.open(site / "index.html").page.evaluate(
        ASK, ["漏水 押金", "押金　漏水", "漏水 从未有过的词"]
    )
    assert hits
    assert {id for id, _, _ in hits} == {id for id, _, _ in reverse}
    assert none == []


def test_queries_of_any_sort_do_no_harm(browse: Any, site: Path) -> None:
    draw = random.Random(2)
    alphabet = "调解邻aA1 0🙂\ud800\udc00\u202e<>\"'\\/*.[](){}^$\0\n-_=!#%&\U00020bb7\u0301"
    queries = ["".join(draw.choices(alphabet, k=draw.randrange(30))) for _ in range(300)]
    queries += ["调" * 5000, HOSTILE, "=六步接办", "^六", "1*", "((((", "\\u0041", "   ", ""]
    page = browse.open(site / "index.html").page
    answers = page.evaluate(ASK, queries)
    assert len(answers) == len(queries)
    assert answers[-1] == answers[-2] == []


def test_nothing_is_loaded_before_the_box_is_used(browse: Any, site: Path) -> None:
    opened = browse.open(site / "index.html")
    assert not [url for url in opened.requests if "/search/" in url]
    with opened.page.expect_request("**/search/manifest.js"):
        opened.page.keyboard.press("/")
    assert opened.page.evaluate("document.activeElement.id") == "fq-search"


def test_box_by_keyboard(browse: Any, site: Path) -> None:
    opened = browse.open(site / "practice/four-true.html")
    page = opened.page
    box = page.get_by_role("combobox")
    box.click()
    page.keyboard.type("五聯合")
    first = page.get_by_role("option").first
    first.wait_for()
    assert "联调机制" in first.inner_text()
    assert box.get_attribute("aria-expanded") == "true"
    assert page.get_by_role("option").count() <= 9
    page.keyboard.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == first.get_attribute("id")
    assert first.get_attribute("aria-selected") == "true"
    page.keyboard.press("ArrowUp")
    assert box.get_attribute("aria-activedescendant") is None
    page.keyboard.press("Escape")
    assert box.get_attribute("aria-expanded") == "false"
    assert box.input_value() == "五聯合"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/practice/five-joint.html")


def test_enter_opens_the_results_page(browse: Any, site: Path) -> None:
    page = browse.open(site / "practice/four-true.html").page
    page.get_by_role("combobox").click()
    page.keyboard.type("楼上漏水")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html#q=*")
    page.locator(".fq-hit").first.wait_for()
    assert "楼上漏水" in page.locator(".fq-hit mark").first.inner_text()
    page.go_back()
    page.wait_for_url("**/practice/four-true.html")


def test_results_page(browse: Any, site: Path) -> None:
    page = browse.open(site / "search.html", "q=%E6%BC%8F%E6%B0%B4").page
    page.locator(".fq-hit").first.wait_for()
    assert page.locator(".fq-hit").count() == 20
    assert page.locator(".fq-badge-sample").first.inner_text() == "教学示例"
    assert page.locator("[data-fq-search-page] [role=status]").inner_text().startswith("“漏水”：共")
    assert page.locator("[data-fq-search-page] input").input_value() == "漏水"
    for snippet in page.locator(".fq-hit-snippet").all_inner_texts():
        assert len(snippet) <= 140
    first = page.locator(".fq-hit a").first.get_attribute("href")
    page.get_by_role("link", name="下一页").click()
    page.wait_for_url("**&p=2")
    expect(page.locator(".fq-hit a").first).not_to_have_attribute("href", first or "")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "status"
    page.go_back()
    expect(page.locator(".fq-hit a").first).to_have_attribute("href", first or "")


def test_results_show_text_as_text(browse: Any, site: Path) -> None:
    page = browse.open(site / "search.html", "q=onerror").page
    page.locator(".fq-hit").first.wait_for()
    assert page.locator(".fq-hit img").count() == 0
    assert "<img src=x onerror" in page.locator(".fq-hit-snippet").first.inner_text()
    assert page.locator(".fq-hit-snippet mark").first.inner_text() == "onerror"


def test_marks_lead_back_to_the_source(browse: Any, site: Path) -> None:
    page = browse.open(site / "search.html", "q=%E5%85%AD%E6%AD%A5%E6%8E%A5%E8%BE%A6").page  # 辦
    page.locator(".fq-hit").first.wait_for()
    assert page.locator(".fq-hit h3").first.inner_text() == "舒兰市“六步接办”工作法"
    assert page.locator(".fq-hit h3 mark").first.inner_text() == "六步接办"
    assert page.locator(".fq-tier").first.inner_text() == "含有这句话"


def test_an_empty_result_is_a_page_too(browse: Any, site: Path) -> None:
    page = browse.open(site / "search.html", "q=zzzz").page
    page.get_by_text("换个说法再试").wait_for()
    assert "没有找到“zzzz”" in page.locator("[data-fq-search-page] [role=status]").inner_text()
    page.locator("[data-fq-search-page] input").fill("")
    page.get_by_text("请输入要找的字词").wait_for()
    assert not page.get_by_text("换个说法再试").is_visible()


def test_nothing_runs_while_an_input_method_composes(browse: Any, site: Path) -> None:
    page = browse.open(site / "search.html").page
    box = page.locator("[data-fq-search-page] input")
    box.focus()
    session = page.context.new_cdp_session(page)
    session.send(
        "Input.imeSetComposition", {"text": "lou'shui", "selectionStart": 8, "selectionEnd": 8}
    )
    page.wait_for_timeout(400)
    assert page.evaluate("location.hash") == ""
    session.send("Input.insertText", {"text": "漏水"})
    page.locator(".fq-hit").first.wait_for()
    assert box.input_value() == "漏水"


@pytest.mark.parametrize("damage", ["missing", "torn", "stale"])
@pytest.mark.parametrize("part", ["manifest", "columns", "body", "documents", "texts"])
def test_a_damaged_file_is_named(
    browse: Any, site: Path, tmp_path: Path, damage: str, part: str
) -> None:
    copy = shutil.copytree(site, tmp_path / "copy")
    for path in [*(copy / "search").glob(f"{part}.js"), *(copy / "search" / part).glob("*.js")]:
        data = path.read_bytes()
        if damage == "missing":
            path.unlink()
        elif damage == "torn":
            path.write_bytes(data[: len(data) // 2])
        else:
            name, _, payload = data.split(b",", 2)
            path.write_bytes(b",".join((name, b'"' + b"0" * 16 + b'"', payload)))
    opened = browse.open(copy / "search.html", "q=%E6%BC%8F%E6%B0%B4%E9%82%BB%E9%87%8C")
    fault = opened.page.locator("[data-fq-search-page] .fq-search-fault")
    fault.wait_for()
    # Of an old manifest and new data the data is what does not fit.
    named = "" if (part, damage) == ("manifest", "stale") else part
    assert f"search/{named}" in fault.inner_text()
    assert opened.page.locator(".fq-hit").count() == 0
    opened.errors.clear()  # the browser reports the missing or broken script


@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_scrolls_sideways(browser: Engine, site: Path, width: int) -> None:
    with driver.Browser(browser, viewport={"width": width, "height": 700}) as browse:
        page = browse.open(site / "search.html", "q=%E6%BC%8F%E6%B0%B4").page
        page.locator(".fq-hit").first.wait_for()
        page.get_by_role("combobox").fill("漏水")
        page.get_by_role("option").first.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if width == 360:
            for target in page.locator("input, button, [role=option], .fq-pager a").all():
                bounds = target.bounding_box()
                assert bounds and bounds["height"] >= 44, target.inner_text()


def test_without_javascript_the_form_leads_to_the_lists(browser: Engine, site: Path) -> None:
    with driver.Browser(browser, java_script_enabled=False) as browse:
        page = browse.open(site / "index.html").page
        page.locator("input").fill("漏水")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search.html?q=*")
        # Chromium draws no <noscript> where scripts are only switched off by emulation.
        notice = page.locator("noscript").text_content() or ""
        assert "搜索需要浏览器允许运行 JavaScript" in notice
        assert page.get_by_role("link", name="案例").get_attribute("href") == "case/index.html"
