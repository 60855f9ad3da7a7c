"""Authors' Markdown is clean, complete and, where it is plain, the same the short way."""

from __future__ import annotations

import re
from html import escape, unescape
from html.parser import HTMLParser

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from fengqiao import prose
from fengqiao.record import Ref

TAGS = {"p", "br", "strong", "em", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr"}
TAGS |= {"h3", "h4", "h5", "table", "thead", "tbody", "tr", "th", "td", "del", "sub", "sup"}
ATTRIBUTES = {("a", "href"), ("a", "title"), ("ol", "start"), ("th", "align"), ("td", "align")}


def resolve(ref: Ref) -> str:
    return f'<a href="#{ref.id}">{escape(ref.text or ref.id, quote=False)}</a>'


def words_only(ref: Ref) -> str:
    """As for a record that the edition does not have."""
    return escape(ref.text or "某", quote=False)


class Reader(HTMLParser):
    """What a browser would make of it: tags, attributes, text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError("a comment")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError("a declaration")

    def handle_pi(self, data: str) -> None:
        raise AssertionError("an instruction")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError("an unknown declaration")


def assert_harmless(html: str) -> None:
    read = Reader(html)
    assert read.open == []
    for tag, attributes in read.tags:
        assert tag in TAGS, html
        for name, value in attributes.items():
            assert (tag, name) in ATTRIBUTES, html
            if name == "href":
                assert prose.safe_address(value or ""), html


# ---------------------------------------------------------------- addresses

HOSTILE = [
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "JAVASCRIPT:alert(1)",
    " javascript:alert(1)",
    "javascript :alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "java\rscript:alert(1)",
    "\x01javascript:alert(1)",
    "\x00javascript:alert(1)",
    "\x1fjavascript:alert(1)",
    "javascript\x00:alert(1)",
    "javascript:",
    "javascript:%61lert(1)",
    "javascript:/*x*/alert(1)",
    "javascript://x/%0aalert(1)",
    "ｊavascript:alert(1)",
    ":javascript:alert(1)",
    "vbscript:msgbox(1)",
    "livescript:x",
    "mocha:x",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD4=",
    "DATA:,x",
    "data:image/svg+xml,<svg onload=alert(1)>",
    "blob:https://a/b",
    "filesystem:https://a/b",
    "file:///etc/passwd",
    "file:/etc/passwd",
    "file:relative",
    "FILE://host/share",
    "about:blank",
    "view-source:https://a",
    "chrome://settings",
    "chrome-extension://x/y",
    "moz-extension://x/y",
    "resource://x",
    "jar:file:///x!/y",
    "ms-settings:",
    "ms-word:ofe|u|https://a",
    "search-ms:query=x",
    "shell:startup",
    "ftp://host/x",
    "ws://host",
    "wss://host",
    "http://host/x",
    "HTTP://host/x",
    "ldap://host",
    "smb://host/share",
    "ssh://host",
    "intent://x#Intent;end",
    "sms:123",
    "magnet:?x",
    "c:\\windows",
    "C:/windows",
    "d:x",
    "//host/share",
    "///host/share",
    "////host",
    "\\\\host\\share",
    "\\/host",
    "/\\host",
    "/\t/host",
    "\t//host",
    " //host",
    "//\thost",
    "//[::1]/x",
    "//user:pass@host",
    "/etc/passwd",
    "/.//host/share",
    "/..//host/share",
    "/C:/windows",
    "x y",
    "a\\..\\b",
]


def test_there_are_enough_hostile_addresses() -> None:
    assert len({*HOSTILE}) == len(HOSTILE) >= 60


@pytest.mark.parametrize("address", HOSTILE)
def test_a_hostile_address_is_refused(address: str) -> None:
    assert not prose.safe_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "#art-33",
        "../cases/a.html",
        "a.html#b",
        "./a:b.html",
        "?q=a:b",
        "#a:b",
        "a/b:c",
        "https://www.example.cn/a?b=c:d#e",
        "HTTPS://example.cn",
        "tel:0937-0000000",
        "mailto:a@example.cn?subject=b",
        "附件.pdf",
    ],
)
def test_a_good_address_passes(address: str) -> None:
    assert prose.safe_address(address)


@pytest.mark.parametrize("address", [one for one in HOSTILE if one and one.isprintable()])
def test_a_hostile_address_loses_its_link(address: str) -> None:
    for written in (
        f"[甲]({address})",
        f"[甲](<{address}>)",
        f'[甲]({address} "题")',
        f"[甲][1]\n\n[1]: {address}",
        f'<a href="{escape(address)}">甲</a>',
        f"<{address}>",
        f"甲 {address} 乙",
    ):
        html = prose.render(written, resolve)
        assert_harmless(html)
        hrefs = [one.get("href") for _, one in Reader(html).tags if "href" in one]
        assert address not in hrefs, html


# ---------------------------------------------------------------- hostile text

PAYLOADS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//x></SCRIPT>",
    "<scr<script>ipt>alert(1)</script>",
    "<script/src=//x>",
    "<img src=x onerror=alert(1)>",
    "<img src='x' onerror='alert(1)'",
    "<IMG SRC=javascript:alert(1)>",
    '<img src="data:image/svg+xml,<svg onload=alert(1)>">',
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x></svg>",
    "<svg><a xlink:href=javascript:alert(1)>x</a></svg>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--><img src onerror=alert(1)>">',
    "<math href=javascript:alert(1)>x</math>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)>",
    "<textarea autofocus onfocus=alert(1)></textarea>",
    "<video src onerror=alert(1)>",
    "<audio src onerror=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<marquee onstart=alert(1)>",
    "<body onload=alert(1)>",
    "<base href=//x>",
    "<link rel=stylesheet href=//x>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<style>*{background:url(//x)}</style>",
    "<p style='background:url(//x)'>甲</p>",
    "<p onclick=alert(1)>甲</p>",
    "<p id=fq-main class=fq-search>甲</p>",
    "<a href=x onmouseover=alert(1)>甲</a>",
    '<a href="javascript:alert(1)">甲</a>',
    "<a href='java&#115;cript:alert(1)'>甲</a>",
    "<a href='java&Tab;script:alert(1)'>甲</a>",
    "<a href='javascript&colon;alert(1)'>甲</a>",
    "<a href='&#x6A&#x61&#x76&#x61script:alert(1)'>甲</a>",
    "<a href=//host target=_blank>甲</a>",
    "<a name=x ping=//host download>甲</a>",
    "[甲](javascript:alert(1))",
    "[甲](javascript&colon;alert(1))",
    "[甲](java&#10;script:alert(1))",
    "[甲](&#106;avascript:alert(1))",
    '[甲](x "题" onclick=alert(1))',
    "[甲](x 'a\" onmouseover=\"alert(1)')",
    "![甲](javascript:alert(1))",
    '![甲](x"onerror="alert(1))',
    "![甲](//host/x.png)",
    "[甲]: javascript:alert(1)\n\n[甲]",
    "<javascript:alert(1)>",
    '<https://a"onmouseover=alert(1)>',
    '<a@b.c"onmouseover=alert(1)>',
    "`<script>alert(1)</script>`",
    "    <script>alert(1)</script>",
    "```\n<script>alert(1)</script>\n```",
    "# <img src onerror=alert(1)>",
    "| <script>a</script> |\n| --- |\n| <svg onload=alert(1)> |",
    "- <iframe src=x>\n> <object data=x>",
    "<!-- <img src onerror=alert(1)> -->",
    "<!--><img src onerror=alert(1)>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?><?xml version='1.0'?>",
    "<!DOCTYPE html><html><head><title>x</title></head>",
    '<noscript><p title="</noscript><img src onerror=alert(1)>">',
    "<template><script>alert(1)</script></template>",
    "<div><p><b><table><div onclick=alert(1)>",
    "</p></div></main></body><script>alert(1)</script>",
    "<xmp><script>alert(1)</script></xmp><plaintext>",
    "{{ 7*7 }}{% import os %}${alert(1)}<%= 1 %>",
    "[[case/a|<script>alert(1)</script>]]",
    '[[case/a|" onmouseover="alert(1)]]',
    "[甲]([[case/a]])",
    '[甲](x "[[case/a|" onmouseover="alert(1)]]")',
    "[甲](x '[[case/a|\" onmouseover=\"alert(1)]]')",
    "<a title='[[case/a|\" onmouseover=\"alert(1)]]'>甲</a>",
    "<a href='[[case/a|\" onmouseover=\"alert(1)]]'>甲</a>",
    "<ol start='[[case/a|\" onmouseover=\"alert(1)]]'><li>甲</li></ol>",
    "| a |\n|:-:|\n| [[case/a|</td><script>]] |",
    "[[<img src onerror=alert(1)>]]",
    "**<b onclick=alert(1)>甲</b>** <u>乙</u>",
]


def test_there_are_enough_payloads() -> None:
    assert len({*PAYLOADS}) == len(PAYLOADS) >= 60


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("link", [resolve, words_only], ids=["linked", "dropped"])
def test_no_payload_leaves_a_live_tag_or_attribute(payload: str, link: prose.Resolve) -> None:
    for text in (
        payload,
        f"前{payload}后",
        f"前\n\n{payload}\n\n后",
        f"**{payload}**",
        f"> {payload}",
    ):
        assert_harmless(prose.render(text, link))


MARKUP = st.lists(
    st.sampled_from([*PAYLOADS, *"<>\"'&=/`*_[]()!#|~:\n \\", "甲", "[[case/a|", "]]", "x", "  "]),
    max_size=8,
).map("".join)


@given(MARKUP)
def test_no_mixture_of_payloads_does_either(text: str) -> None:
    assert_harmless(prose.render(text, words_only))
    assert_harmless(prose.render(text, resolve))


# ---------------------------------------------------------------- the short way

PLAIN = st.text(
    st.sampled_from("甲乙，。“”（）：、1a.):;=-+ \u3000\n\n\"'?!%$@/{}^é"), max_size=40
).map(str.strip)
"""As records hold it: stripped."""


@given(PLAIN)
@example("甲\n=")
@example("甲\n\n\n乙")
@example("　　甲\n　　乙")
@example("甲\n \n乙")
@example(" 甲\n   乙")
@example("甲 \n乙")
def test_text_without_markdown_comes_out_the_same_both_ways(text: str) -> None:
    assume(not prose._NEEDS_MARKDOWN.search(text))
    assert without_edges(prose._plain(text)) == without_edges(prose._through_markdown(text))


def without_edges(html: str) -> str:
    """Blanks beside a block's tags are not shown."""
    return re.sub(r"[ \n]*(</?p>)[ \n]*", r"\1", html)


@pytest.mark.parametrize(
    ("written", "html"),
    [
        ("甲", "<p>甲</p>"),
        ("甲\n乙", "<p>甲\n乙</p>"),
        ("甲\n\n乙", "<p>甲</p>\n<p>乙</p>"),
        ("**甲**、`乙`", "<p><strong>甲</strong>、<code>乙</code></p>"),
        ("# 甲\n\n## 乙\n\n### 丙", "<h3>甲</h3>\n<h3>乙</h3>\n<h3>丙</h3>"),
        ("- 甲\n- 乙", "<ul>\n<li>甲</li>\n<li>乙</li>\n</ul>"),
        ("3. 甲\n4. 乙", '<ol start="3">\n<li>甲</li>\n<li>乙</li>\n</ol>'),
        ("[甲](https://a.cn/?b=c&d)", '<p><a href="https://a.cn/?b=c&amp;d">甲</a></p>'),
        ("见[[case/a]]。", '<p>见<a href="#a">a</a>。</p>'),
        ("见[[case/a|甲<乙>]]。", '<p>见<a href="#a">甲&lt;乙&gt;</a>。</p>'),
        ("**[[case/a|甲]]**", '<p><strong><a href="#a">甲</a></strong></p>'),
        ("[[甲]]", "<p>[[甲]]</p>"),
        ("{{ 甲 }}", "<p>{{ 甲 }}</p>"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
        ("", ""),
    ],
)
def test_what_markdown_becomes(written: str, html: str) -> None:
    assert prose.render(written, resolve) == html


def test_a_link_in_a_title_is_no_link() -> None:
    html = prose.render('[甲](x.html "见[[case/a|乙]]")', resolve)
    assert html == '<p><a href="x.html">甲</a></p>'


def test_rendering_does_not_remember() -> None:
    """References of one text are no references of the next."""
    first = prose.render("[甲][1]\n\n[1]: a.html", resolve)
    assert 'href="a.html"' in first
    assert "href" not in prose.render("[甲][1]", resolve)


# ---------------------------------------------------------------- what search reads


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("甲\n\n乙", ("甲", "乙")),
        ("- 甲\n- 乙\n\n1. 丙", ("甲", "乙", "丙")),
        ("# 甲\n> 乙", ("甲", "乙")),
        ("**甲**见[[case/a]]、[[case/a|乙]]", ("甲见题、乙",)),
        ("[甲](https://a.cn)", ("甲",)),
        ("[[甲]]", ("[[甲]]",)),
        ("| 甲 | 乙 |\n| 丙 | 丁 |", ("甲  乙", "丙  丁")),
        (" \n ", ()),
    ],
)
def test_plain_paragraphs(written: str, read: tuple[str, ...]) -> None:
    assert prose.plain_paragraphs(written, lambda ref: "题") == read


@given(PLAIN)
def test_search_reads_every_word_that_the_page_shows(text: str) -> None:
    shown = re.sub(r"\s", "", Reader(prose.render(text, resolve)).text)
    read = re.sub(r"\s", "", "".join(prose.plain_paragraphs(text, lambda ref: "题")))
    letters = re.compile(r"[^甲乙a1é]")
    # The number of a list item is the browser's to print.
    numbers = re.compile(r"^\s*\d+[.)]\s", re.MULTILINE)
    assume(not numbers.search(text))
    assert letters.sub("", read) == letters.sub("", shown)


# ---------------------------------------------------------------- terms

WORDS = prose.words_of(
    [("term/a", ("调解", "人民调解")), ("term/b", ("调解协议", "调解")), ("term/c", ("A&B", "案"))]
)


def explain(key: str) -> str:
    return f'<a class="fq-term" href="#{key}" title="{key} 调解">'


def test_words_of_terms() -> None:
    assert WORDS == {
        "调解": "term/a",
        "人民调解": "term/a",
        "调解协议": "term/b",
        "A&amp;B": "term/c",
    }


def test_the_longest_word_is_explained_once() -> None:
    used: set[str] = set()
    html = prose.explain_terms("<p>人民调解和调解协议，再说调解协议。</p>", WORDS, explain, used)
    assert html == (
        f"<p>{explain('term/a')}人民调解</a>和{explain('term/b')}调解协议</a>，再说调解协议。</p>"
    )
    assert used == {"term/a", "term/b"}
    assert prose.explain_terms("<p>调解</p>", WORDS, explain, used) == "<p>调解</p>"


@pytest.mark.parametrize("tag", ["a", "code", "pre", "h3", "h4", "h5"])
def test_nothing_inside_links_code_and_headings(tag: str) -> None:
    html = f"<{tag}>调解<em>调解</em></{tag}>"
    assert prose.explain_terms(html, WORDS, explain, set()) == html
    after = prose.explain_terms(f"{html}<p>调解</p>", WORDS, explain, set())
    assert after == f"{html}<p>{explain('term/a')}调解</a></p>"


@given(
    st.lists(
        st.sampled_from(
            [
                "调解",
                "人民",
                "协议",
                "A&B",
                "<b>",
                "**",
                "*",
                "`",
                "\n\n",
                "[x](a.html)",
                "# ",
                "\n",
                " ",
                "<br>",
            ]
        ),
        max_size=15,
    ).map("".join)
)
def test_explaining_leaves_the_text_as_it_is(text: str) -> None:
    html = prose.render(text, resolve)
    used: set[str] = set()
    explained = prose.explain_terms(html, WORDS, explain, used)
    assert Reader(explained).text == Reader(html).text
    without = re.sub(r'<a class="fq-term"[^>]*>(.*?)</a>', r"\1", explained)
    assert without == html
    assert explained.count('class="fq-term"') == len(used)
    assert unescape(explained) is not None
