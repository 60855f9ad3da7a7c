"""Stamping: a compiled page fills the holes of its shell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

from fengqiao.compile.page import Heading, Page, Step
from fengqiao.publish.cut import Shell


@dataclass(frozen=True, slots=True)
class Stamp:
    """Everything that stamping needs beside the page; picklable, the same for all pages."""

    shells: Mapping[str, Shell]
    site_name: str
    site_url: str
    """With a slash at its end, or empty where the site has no address of its own."""
    words: Mapping[str, str]
    """``contents``, ``trail``, ``previous``, ``next``, ``pages``."""

    def page(self, page: Page) -> str:
        """The whole HTML of ``page``."""
        return self.shells[page.shell].fill(self._values(page))

    def _values(self, page: Page) -> dict[str, str]:
        title = escape(page.title)
        return {
            "title": f"{title} - {escape(self.site_name)}",
            "topic": title,
            "description": escape(page.description),
            "canonical": self._canonical(page.path),
            "neighbours": _neighbours(page),
            "trail": self._trail(page.trail),
            "contents": self._contents(page.contents),
            "contents-inline": self._contents_inline(page.contents),
            "head": page.head,
            "body": page.body,
            "footer": self._footer(page),
        }

    def _canonical(self, path: str) -> str:
        if not self.site_url:
            return ""
        return f'<link rel="canonical" href="{escape(self.site_url)}{path}">'

    def _trail(self, trail: tuple[Step, ...]) -> str:
        if not trail:
            return ""
        items = "".join(
            f'<li class="md-path__item"><a href="{step.url}" class="md-path__link">'
            f'<span class="md-ellipsis">{escape(step.title)}</span></a></li>'
            for step in trail
        )
        label = escape(self.words["trail"])
        listed = f'<ol class="md-path__list">{items}</ol>'
        return f'<nav class="md-path" aria-label="{label}">{listed}</nav>'

    def _contents(self, contents: tuple[Heading, ...]) -> str:
        label = escape(self.words["contents"])
        if not contents:
            return f'<nav class="md-nav md-nav--secondary" aria-label="{label}"></nav>'
        items = _nested(
            contents,
            lambda heading, below: (
                f'<li class="md-nav__item"><a href="#{heading.id}" class="md-nav__link">'
                f'<span class="md-ellipsis">{heading.title}</span></a>'
                + (
                    f'<nav class="md-nav" aria-label="{heading.title}">'
                    f'<ul class="md-nav__list">{below}</ul></nav>'
                    if below
                    else ""
                )
                + "</li>"
            ),
        )
        return (
            f'<nav class="md-nav md-nav--secondary" aria-label="{label}">'
            f'<label class="md-nav__title" for="__toc"><span class="md-nav__icon md-icon"></span>'
            f'{label}</label><ul class="md-nav__list" data-md-component="toc" data-md-scrollfix>'
            f"{items}</ul></nav>"
        )

    def _contents_inline(self, contents: tuple[Heading, ...]) -> str:
        if len(contents) < 3:
            return ""
        items = "".join(
            f'<li><a href="#{heading.id}">{heading.title}</a></li>'
            for heading in contents
            if heading.level == 2
        )
        label = escape(self.words["contents"])
        return f'<details class="fq-contents"><summary>{label}</summary><ul>{items}</ul></details>'

    def _footer(self, page: Page) -> str:
        if page.previous is None and page.following is None:
            return ""
        links = ""
        for step, side in ((page.previous, "prev"), (page.following, "next")):
            if step is not None:
                word = escape(self.words["previous" if side == "prev" else "next"])
                links += (
                    f'<a href="{step.url}" class="fq-neighbour fq-neighbour--{side}" rel="{side}">'
                    f"<span>{word}</span><strong>{escape(step.title)}</strong></a>"
                )
        label = escape(self.words["pages"])
        return f'<nav class="fq-neighbours md-grid" aria-label="{label}">{links}</nav>'


def _neighbours(page: Page) -> str:
    links = ((page.previous, "prev"), (page.following, "next"))
    return "".join(f'<link rel="{side}" href="{step.url}">' for step, side in links if step)


def _nested(contents: tuple[Heading, ...], item: Callable[[Heading, str], str]) -> str:
    """``h3`` under the ``h2`` before them."""
    groups: list[tuple[Heading, list[Heading]]] = []
    for heading in contents:
        if heading.level == 2 or not groups:
            groups.append((heading, []))
        else:
            groups[-1][1].append(heading)
    return "".join(
        item(heading, "".join(item(below, "") for below in narrower))
        for heading, narrower in groups
    )
