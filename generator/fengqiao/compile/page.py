"""A page before it is stamped into its shell."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_HEADING = re.compile(r'<h([23]) id="([^"]+)"[^>]*>(.*?)</h\1>', re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_KEPT_OR_BREAK = re.compile(r"(<(pre|script|textarea)\b.*?</\2>)|\s*\n\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the body; ``title`` is HTML without tags."""

    id: str
    title: str
    level: int


@dataclass(frozen=True, slots=True)
class Step:
    """A title (plain text) and the address, relative to the page, it leads to."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the site: everything a shell has a hole for.

    ``title`` and ``description`` are plain text; ``head`` (title, lede, marks) and ``body`` are
    HTML; ``shell`` names the shell it is stamped into.
    """

    path: str
    shell: str
    title: str
    description: str
    head: str
    body: str
    trail: tuple[Step, ...] = ()
    previous: Step | None = None
    following: Step | None = None
    contents: tuple[Heading, ...] = field(default=())


def headings(body: str) -> tuple[Heading, ...]:
    """The ``h2`` and ``h3`` of a body that have an id."""
    return tuple(
        Heading(match[2], _TAG.sub("", match[3]).strip(), int(match[1]))
        for match in _HEADING.finditer(body)
    )


def squeeze(html: str) -> str:
    """``html`` without indents and empty lines: a tenth of a page's bytes. Preformatted text is
    kept, and scripts, whose hashes the page's policy holds."""
    if "<pre" in html or "<script" in html or "<textarea" in html:
        return _KEPT_OR_BREAK.sub(lambda match: match[1] or "\n", html)
    first, *lines = html.split("\n")
    if not lines:
        return html
    last = lines.pop().lstrip()
    return "\n".join([first.rstrip(), *filter(None, map(str.strip, lines)), last])
