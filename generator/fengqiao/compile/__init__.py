"""Sixth stage: an edition of the casebook becomes pages, lists and search documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path

import jinja2
from markupsafe import Markup

from fengqiao import address
from fengqiao.casebook import Casebook
from fengqiao.compile.bytecode import Bytecode
from fengqiao.compile.documents import documents_of
from fengqiao.compile.lists import Shelf, arrange, every_shelf
from fengqiao.compile.page import Heading, Page, Step, headings, squeeze
from fengqiao.compile.pictures import picture_of
from fengqiao.compile.view import View
from fengqiao.messages import text
from fengqiao.prose import plain_paragraphs, words_of
from fengqiao.record import Kind, Record, Ref, anatomy
from fengqiao.search.document import SearchDocument

TEMPLATES = Path(__file__).parent.parent / "web" / "templates"
TIP = 90
"""How many characters of a definition a tooltip shows."""

_BYTECODE = Bytecode()

__all__ = ["Compiler", "Heading", "Page", "Step", "View"]


@dataclass(frozen=True)
class Compiler:
    """Compiles the pages of one casebook (an edition of it) in one language. Every page is a
    function of the casebook alone, so that pages can be compiled in any order and process."""

    casebook: Casebook
    lang: str

    def __getstate__(self) -> dict[str, object]:
        """For a worker process: what is worked out is worked out again there."""
        return {"casebook": self.casebook, "lang": self.lang}

    # ------------------------------------------------------------ templates

    @cached_property
    def environment(self) -> jinja2.Environment:
        """Templates of the kinds, then the shared ones; every value is escaped."""
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(
                [
                    TEMPLATES,
                    *sorted({folder.path.parent for folder in self.casebook.kinds.values()}),
                ]
            ),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=jinja2.StrictUndefined,
            bytecode_cache=_BYTECODE,
            auto_reload=False,  # a compiler is made anew for each build
        )
        environment.globals["t"] = self.t
        return environment

    def t(self, key: str, **values: object) -> str:
        """A word of the interface."""
        return text(key, self.lang, **values)

    def render(self, template: str, view: View, **values: object) -> str:
        """A template of this casebook, seen through ``view``."""
        return squeeze(self.environment.get_template(template).render(v=view, **values))

    def prepare(self) -> None:
        """Works out once, before workers are forked, what all pages share."""
        for name in self.environment.list_templates(extensions=["jinja"]):
            self.environment.get_template(name)
        for shared in (self.term_words, self._tips, self._neighbours):
            len(shared)

    # ------------------------------------------------------------ names

    def title_of(self, ref: Ref) -> str:
        """What a reference is called on this site."""
        record = self.casebook.get(ref)
        if record is None:
            folder = self.casebook.kinds.get(ref.kind)
            return ref.text or (folder.kind.instead(self.lang) if folder else str(ref))
        anchor = self.casebook.anchors.get(ref.key, {}).get(ref.anchor)
        return anchor.title if anchor else record.title

    @cached_property
    def term_words(self) -> dict[str, str]:
        """Every word that a term explains → the term's key."""
        terms = self.casebook.of_kind("term")
        return words_of((term.key, (term.title, *term.aliases)) for term in terms)

    def term_tip(self, key: str) -> tuple[str, str]:
        """Page and tooltip (escaped for an attribute) of a term."""
        return self._tips[key]

    @cached_property
    def _tips(self) -> dict[str, tuple[str, str]]:
        return {term.key: self._tip(term) for term in self.casebook.of_kind("term")}

    def _tip(self, term: Record) -> tuple[str, str]:
        words = term.summary or "".join(
            plain_paragraphs(getattr(term, "definition", ""), self.title_of)
        )
        shown = words if len(words) <= TIP else words[: TIP - 1] + "…"
        return address.page_path(term.kind, term.id), escape(f"{term.title}：{shown}")

    def with_term(self, vocabulary: str) -> Mapping[str, Mapping[str, Sequence[Record]]]:
        """Code → kind → the records with a field that names the term or a narrower one, each
        once, in the order of the casebook."""
        found: dict[str, dict[str, list[Record]]] = {}
        terms = self.casebook.vocabularies.get(vocabulary)
        for record in self.casebook.records.values() if terms else ():
            codes: dict[str, None] = {}
            for declared in anatomy(type(record)):
                if declared.coded is None or declared.coded.vocabulary != vocabulary:
                    continue
                value = getattr(record, declared.name)
                for word in value if declared.many else (value,):
                    if word is not None and terms is not None:
                        codes.update((term.code, None) for term in terms.lineage(word))
            for code in codes:
                found.setdefault(code, {}).setdefault(record.kind.name, []).append(record)
        return found

    # ------------------------------------------------------------ pages

    def record_page(self, key: str) -> Page:
        """The page of the record ``key``."""
        record = self.casebook.records[key]
        kind = record.kind
        path = address.page_path(kind, record.id)
        view = View(self, path, key)
        folder = self.casebook.kinds[kind.name]
        own = folder.page_template
        template = f"{folder.path.name}/{own.name}" if own.exists() else "record.html.jinja"
        values = {"record": record, "picture": lambda one: Markup(picture_of(one, view))}
        body = self.render(template, view, **values)
        head = self.render("record-head.html.jinja", view, **values)
        previous, following = self._neighbours[key]
        return Page(
            path=path,
            shell=shell_name(kind.name, address.depth(path)),
            title=record.title,
            description=record.summary or record.title,
            head=head,
            body=body,
            trail=(
                self._home(path),
                Step(kind.label(self.lang), view.url(address.list_path(kind))),
            ),
            previous=self._step(view, previous),
            following=self._step(view, following),
            contents=headings(body),
        )

    @cached_property
    def _neighbours(self) -> dict[str, tuple[str | None, str | None]]:
        neighbours: dict[str, tuple[str | None, str | None]] = {}
        for name in self.casebook.kinds:
            keys = [record.key for record in self._listed(name)]
            for index, key in enumerate(keys):
                before = keys[index - 1] if index else None
                after = keys[index + 1] if index + 1 < len(keys) else None
                neighbours[key] = before, after
        return neighbours

    def _step(self, view: View, key: str | None) -> Step | None:
        if key is None:
            return None
        record = self.casebook.records[key]
        return Step(record.title, view.to(record))

    def _home(self, path: str) -> Step:
        return Step(self.t("home"), address.link(path, "index.html"))

    def _listed(self, kind: str) -> list[Record]:
        """The records of a kind in the order of its list: by id."""
        return list(self.casebook.of_kind(kind))

    def list_pages(self, name: str) -> Iterator[Page]:
        """The list of a kind, with the pages of its shelves where it is long."""
        folder = self.casebook.kinds[name]
        kind = folder.kind
        records = self._listed(name)
        template = (
            f"{folder.path.name}/list.html.jinja" if folder.list_template else "list.html.jinja"
        )
        for shelf in every_shelf(arrange(self.casebook, records, kind.shelves, self.lang)):
            path = address.list_path(kind, *shelf.code)
            view = View(self, path)
            title = "：".join((kind.label(self.lang), "，".join(shelf.labels))).rstrip("：")
            values = {"kind": kind, "shelf": shelf, "title": title}
            body = self.render(template, view, **values)
            yield Page(
                path=path,
                shell=shell_name(name, 1, is_list=True),
                title=title,
                description=self.t("list-count", count=shelf.count, kind=kind.label(self.lang)),
                head=self.render("list-head.html.jinja", view, **values),
                body=body,
                trail=tuple(self._shelf_trail(kind, shelf, view)),
                contents=headings(body),
            )

    def _shelf_trail(self, kind: Kind, shelf: Shelf, view: View) -> Iterator[Step]:
        yield self._home(view.path)
        if shelf.code:
            yield Step(kind.label(self.lang), view.url(address.list_path(kind)))
        for length in range(1, len(shelf.code)):
            target = address.list_path(kind, *shelf.code[:length])
            yield Step(shelf.labels[length - 1], view.url(target))

    def single_page(self, name: str) -> Page:
        """A page of its own: ``search`` or ``dispute-types``."""
        path = f"{name}.html"
        view = View(self, path)
        lists = [
            (folder.kind.label(self.lang), address.list_path(folder.kind))
            for folder in self.casebook.kinds.values()
        ]
        body = self.render(f"{name}-page.html.jinja", view, root=address.root_of(path), lists=lists)
        return Page(
            path=path,
            shell=shell_name(name, 0, is_list=True),
            title=self.t(f"page-{name}"),
            description=self.t(f"page-{name}-about"),
            head=self.render(
                "single-head.html.jinja", view, name=name, title=self.t(f"page-{name}")
            ),
            body=body,
            trail=(self._home(path),),
            contents=headings(body),
        )

    def home(self) -> str:
        """The HTML that the home page shows around its hand-written text."""
        return self.render("home.html.jinja", View(self, "index.html"))

    # ------------------------------------------------------------ search

    def documents(self, key: str) -> Iterator[SearchDocument]:
        """What the search reads of the record ``key``."""
        return documents_of(self.casebook.records[key], self.casebook, self.lang)


SINGLE_PAGES = ("dispute-types", "search")
"""Pages that stand alone, beside lists and records."""


def shell_name(name: str, depth: int, *, is_list: bool = False) -> str:
    """The shell of a kind's records at a depth, or of its list."""
    return f"{name}-list" if is_list else f"{name}-{depth}"
