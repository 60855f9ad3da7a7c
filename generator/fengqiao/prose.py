"""Authors' Markdown becomes clean HTML: rendered, cleaned, linked, with terms explained.

Author text is never a template and never trusted. Text without any Markdown in it needs no
Markdown parser; a test holds the short way against the long one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from html import escape

import markdown
import nh3

from fengqiao.link import INLINE, inline_ref
from fengqiao.record import Ref

_NEEDS_MARKDOWN = re.compile(
    r"[*_`\[\]<>&|~\\]|^(?: {0,3}(?:[-+#>]|\d+[.)]|=|:)| {4}|\t)| {2,}$", re.MULTILINE
)
_TAGS = {
    "p", "br", "strong", "em", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr",
    "h3", "h4", "h5", "table", "thead", "tbody", "tr", "th", "td", "del", "sub", "sup",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "th": {"align"}, "td": {"align"}, "ol": {"start"}}
_SCHEMES = {"https", "tel", "mailto"}
# Control characters never reach a record (reading refuses them): nobody can write these marks.
_OPEN, _CLOSE = "\x0e", "\x0f"
_MARK = re.compile(_OPEN + r"(\d+)" + _CLOSE)

Resolve = Callable[[Ref], str]
"""A reference → the HTML of a link to it (or of its text, where there is nothing to link to)."""


def safe_address(address: str) -> bool:
    """Whether an author's address may stand in a page: relative, ``#``, https, tel or mailto;
    never another host without https, never a UNC path, never a script. On ``file://`` a path from
    the root would lead to the reader's disk."""
    if re.search(r"[\x00-\x20\\]", address) or address.startswith("/"):
        return False
    scheme, colon, _ = address.partition(":")
    if not colon or re.search(r"[/?#]", scheme):
        return True
    return scheme.lower() in _SCHEMES


def _attribute(tag: str, attribute: str, value: str) -> str | None:
    # A link's HTML belongs between tags; inside an attribute it would break out of it.
    if _OPEN in value or (attribute == "href" and not safe_address(value)):
        return None
    return value


@cache
def _markdown() -> markdown.Markdown:
    return markdown.Markdown(extensions=["tables", "sane_lists"], output_format="html")


def render(text: str, resolve: Resolve) -> str:
    """The HTML of ``text``: blocks only, headings from ``h3`` down."""
    links: list[str] = []

    def keep(match: re.Match[str]) -> str:
        ref = inline_ref(match[1], match[2])
        links.append(escape(match[0]) if ref is None else resolve(ref))
        return f"{_OPEN}{len(links) - 1}{_CLOSE}"

    source = INLINE.sub(keep, text) if "[[" in text else text
    html = _through_markdown(source) if _NEEDS_MARKDOWN.search(source) else _plain(source)
    return _MARK.sub(lambda match: links[int(match[1])], html) if links else html


def _plain(text: str) -> str:
    blocks = re.split(r"\n[ \t]*\n\s*", text.strip())
    return "\n".join(f"<p>{_escape(block)}</p>" for block in blocks if block)


def _escape(text: str) -> str:
    return escape(text, quote=False)


def _through_markdown(text: str) -> str:
    html = _markdown().reset().convert(text)
    html = re.sub(r"<(/?)h[12](?=[ >])", r"<\1h3", html)
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes=_SCHEMES,
        link_rel=None,
    )


def plain_paragraphs(text: str, title_of: Callable[[Ref], str]) -> tuple[str, ...]:
    """The text without its markup, a paragraph or list item each: what search reads."""

    def words(match: re.Match[str]) -> str:
        ref = inline_ref(match[1], match[2])
        return match[0] if ref is None else ref.text or title_of(ref)

    if "[[" in text:
        text = INLINE.sub(words, text)
    if "](" in text:
        text = re.sub(r"\[([^\]\n]*)\]\([^)\s]*\)", r"\1", text)
    text = re.sub(r"[*`#|]+|^\s*(?:[-+>]|\d+[.)])\s+", "", text, flags=re.MULTILINE)
    return tuple(line.strip() for line in text.split("\n") if line.strip())


# ---------------------------------------------------------------- terms explained where they stand


_TAG = re.compile(r"(<[^>]*>)")
_QUIET = ("a", "code", "pre", "h3", "h4", "h5", "svg")


def explain_terms(
    html: str, words: Mapping[str, str], explain: Callable[[str], str], used: set[str]
) -> str:
    """``html`` with the first appearance of each term linked. ``words``: the word → key of its
    term; ``explain(key)``: the start tag of the link; ``used``: keys already explained on this
    page, extended. Nothing inside links, code or headings is touched."""
    present = [word for word in words if word in html and words[word] not in used]
    if not present:
        return html
    pattern = re.compile("|".join(re.escape(word) for word in sorted(present, key=_longest)))
    inside = 0
    pieces = _TAG.split(html)
    for index, piece in enumerate(pieces):
        if index % 2:
            name = piece.strip("</>").split(" ")[0]
            if name in _QUIET:
                inside += -1 if piece.startswith("</") else 1
        elif piece and not inside:
            pieces[index] = _explain_piece(piece, pattern, words, explain, used)
    return "".join(pieces)


def _longest(word: str) -> tuple[int, str]:
    return -len(word), word


def _explain_piece(
    piece: str,
    pattern: re.Pattern[str],
    words: Mapping[str, str],
    explain: Callable[[str], str],
    used: set[str],
) -> str:
    def mark(match: re.Match[str]) -> str:
        key = words[match[0]]
        if key in used:
            return match[0]
        used.add(key)
        return f"{explain(key)}{match[0]}</a>"

    return pattern.sub(mark, piece)


def words_of(terms: Iterable[tuple[str, Iterable[str]]]) -> dict[str, str]:
    """Word → key, escaped as it stands in HTML; the first term wins a word that two claim."""
    words: dict[str, str] = {}
    for key, names in terms:
        for name in names:
            if len(name) >= 2:
                words.setdefault(_escape(name), key)
    return words
