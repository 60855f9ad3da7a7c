"""A law (法律): its versions, and the gist of its articles, each an anchor and a search result."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from fengqiao.record import (
    Anchor,
    Count,
    Day,
    Kind,
    Line,
    Part,
    Prose,
    Record,
    internal,
    public,
)

_DIGITS = "〇一二三四五六七八九"


def chinese_number(number: int) -> str:
    """``284`` → ``二百八十四`` (1 to 9,999), as articles are numbered."""
    text, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            text += ("零" if zero and text else "") + _DIGITS[digit] + name
            zero = False
        else:
            zero = bool(text)
    return text.removeprefix("一") if text.startswith("一十") else text


ArticleNumber = Annotated[Count, Field(ge=1, le=9999)]
"""What can be written as :func:`chinese_number`."""


class Version(Part):
    """A version of the law."""

    adopted: Day = public("通过或公布", "Adopted", example="2010-08-28")
    effective: Day | None = public("施行", "In force from", default=None, after="adopted")
    document_number: Line | None = public("文号", "Document number", default=None)
    note: Line | None = public("说明", "What changed", default=None)


class Article(Part):
    """An article: its gist in our own words; the wording itself only where it was imported."""

    number: ArticleNumber = public("条", "Article number", example="33")
    sub: ArticleNumber | None = public("之", "“之一”, as 1", default=None)
    heading: Line | None = public("章节", "Chapter", default=None)
    gist: Prose = public("要点", "Gist in our own words")
    meaning: Prose | None = public("对您意味着什么", "What it means for you", default=None)
    text: Prose | None = public("条文", "The wording", default=None)

    @property
    def anchor(self) -> str:
        """``art-33``, ``art-33-2``."""
        return f"art-{self.number}" + (f"-{self.sub}" if self.sub else "")

    @property
    def name(self) -> str:
        """``第三十三条``, ``第三十三条之二``."""
        suffix = f"之{chinese_number(self.sub)}" if self.sub else ""
        return f"第{chinese_number(self.number)}条{suffix}"


class Law(Record):
    """A law, regulation, interpretation or rule."""

    kind: ClassVar[Kind] = Kind(
        name="law",
        folder="laws",
        zh="法律",
        en="Laws",
        section="law",
        order=70,
        instead_zh="一部法律",
        instead_en="a law",
    )

    short: Line | None = public("简称", "Short title", default=None, alias=True)
    level: Literal["law", "regulation", "interpretation", "local", "rule", "standard"] = public(
        "效力级别", "Level", example="law"
    )
    issuer: Line = public("制定机关", "Issued by", example="全国人民代表大会常务委员会")
    versions: tuple[Version, ...] = public("版本", "Versions", default=())
    checked_version: Day | None = public(
        "核对所用版本", "Version that the gists were checked against", default=None
    )
    about: Prose | None = public("讲什么", "What it is about", default=None)
    articles: tuple[Article, ...] = public("条文要点", "Articles", default=(), anchored=True)
    office_note: Prose | None = internal("内部备注", "Notes of the office")

    def anchors(self) -> tuple[Anchor, ...]:
        """Each article, found by its number in both scripts."""
        short = self.short or self.title
        return tuple(
            Anchor(
                article.anchor,
                f"{short}{article.name}",
                (
                    f"第{article.number}条" + (f"之{article.sub}" if article.sub else ""),
                    article.name,
                ),
                article.heading or "",
                tuple(filter(None, (article.gist, article.meaning, article.text))),
            )
            for article in self.articles
        )
