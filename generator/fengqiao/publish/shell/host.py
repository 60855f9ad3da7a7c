"""Being run by MkDocs: what happens at each of its events."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files, InclusionLevel, get_files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.utils import CountHandler

from fengqiao import address
from fengqiao.casebook import Casebook
from fengqiao.compile import SINGLE_PAGES, Compiler, shell_name
from fengqiao.compile.bytecode import Bytecode
from fengqiao.diagnostics import Diagnostic, has_errors, in_order
from fengqiao.edition import for_edition
from fengqiao.errors import FengqiaoError, UsageError
from fengqiao.load import FOLDER, Loaded, load
from fengqiao.messages import text
from fengqiao.publish import assets, docs
from fengqiao.publish.cut import Shell, cut, mark, secure
from fengqiao.publish.folder import SiteFolder
from fengqiao.publish.lock import SiteLock
from fengqiao.publish.shell.request import REQUEST, Request
from fengqiao.publish.site import write_site
from fengqiao.publish.stamp import Stamp
from fengqiao.publish.swap import recover, staging, swap
from fengqiao.record import Ref
from fengqiao.settings import settings_from

OVERRIDES = Path(__file__).parents[2] / "web" / "overrides"
_UNUSED = ("assets/javascripts/lunr/", "assets/javascripts/workers/")
"""Parts of the theme for a search that we do not use."""

log = logging.getLogger("mkdocs.hooks.fengqiao")


class ContentError(FengqiaoError):
    """The casebook has errors; they have been reported."""


class Host:
    """One MkDocs run after another, seen from the hooks. ``hooks/`` binds its methods to MkDocs'
    events and holds nothing else."""

    def __init__(self) -> None:
        self.serving = False
        self.failure: FengqiaoError | None = None
        self.diagnostics: tuple[Diagnostic, ...] = ()
        self.published = Path()
        self._bytecode = Bytecode()
        self._forget()

    def _forget(self) -> None:
        self._lock: SiteLock | None = None
        self._folder: SiteFolder | None = None
        self._counter: CountHandler | None = None
        self._shells: dict[str, Shell] = {}

    # ------------------------------------------------------------ events

    def started(self, *, command: str, dirty: bool) -> None:
        """``on_startup``: under ``mkdocs serve`` its own folder is written, nothing is swapped."""
        self.serving = command == "serve"

    def begin(self, config: MkDocsConfig) -> MkDocsConfig:
        """``on_config``: compiles before anything is written, and turns the output aside."""
        self.failure = None
        self._forget()
        try:
            self._begin(config)
        except FengqiaoError as error:
            self._fail(error)
        return config

    def shells(self, files: Files, config: MkDocsConfig) -> Files:
        """``on_files``: a page for each shell; those of lists stand in the navigation. What only
        the theme's own search and its developers need stays behind."""
        for file in list(files):
            if file.src_uri.startswith(_UNUSED) or file.src_uri.endswith(".map"):
                files.remove(file)
        for name, uri, is_list in self._shell_pages():
            inclusion = InclusionLevel.INCLUDED if is_list else InclusionLevel.NOT_IN_NAV
            content = f"---\nfengqiao: {name}\ntitle: {name}\n---\n"
            files.append(File.generated(config, uri, content=content, inclusion=inclusion))
        return files

    def navigation(self, nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
        """``on_nav``: a record's shell stands below the list of its kind."""
        for name, uri, is_list in self._shell_pages():
            file = files.get_file_from_path(uri)
            if file is None or is_list:
                continue
            page = file.page or MkDocsPage(None, file, config)
            kind = name.rpartition("-")[0]
            parent = files.get_file_from_path(f"{self._kind_folder(kind)}/index.md")
            if parent is not None and parent.page is not None:
                page.parent = parent.page  # type: ignore[assignment]  # restores the active tab
        return nav

    def markdown(self, markdown: str, page: MkDocsPage, config: MkDocsConfig, files: Files) -> str:
        """``on_page_markdown``: ``[[kind/id]]`` in hand-written pages."""
        return docs.replaced(markdown, lambda ref: self._docs_link(ref, page))

    def environment(self, env: Any, config: MkDocsConfig, files: Files) -> Any:
        """``on_env``: what our overrides of the theme print."""
        compiler = self._compiler
        env.bytecode_cache = self._bytecode
        env.globals["fengqiao"] = {
            "t": compiler.t,
            "mark": mark,
            "home": compiler.home,
            "search_box": self._search_box,
            "styles": assets.style_paths(),
            "scripts": assets.script_paths(),
            "info": self._edition.info,
            "edition": self._settings.edition,
            "as_of": self._settings.as_of.isoformat(),
            "lang": self._settings.ui_lang,
        }
        return env

    def template(self, output: str, template_name: str, config: MkDocsConfig) -> str:
        """``on_post_template``: no sitemap and no error page for a site without an address."""
        if not _needs_address(template_name):
            return output
        if not config.site_url:
            return ""
        if template_name == "sitemap.xml":
            return self._sitemap(output, config)
        return self._secured(output, template_name, template_name)

    def page(self, output: str, page: MkDocsPage, config: MkDocsConfig) -> str:
        """``on_post_page``: hand-written pages get their policy; shells are cut and go no
        further (an empty page is not written)."""
        html = self._secured(output, page.file.dest_uri, page.file.src_uri)
        name = page.meta.get("fengqiao")
        if not isinstance(name, str) or page.file.generated_by is None:
            return html
        skip = f'<a href="#fq-main" class="md-skip">{self._compiler.t("skip")}</a>'
        self._shells[name] = cut(html, name, self._theme, skip)
        return ""

    def finish(self, config: MkDocsConfig) -> None:
        """``on_post_build``: stamps, indexes and swaps; under ``--strict`` only after a run
        without warnings."""
        try:
            self._finish(config)
        except FengqiaoError as error:
            self._fail(error)

    def failed(self, error: Exception) -> None:
        """``on_build_error``: leaves the old site as it was and takes away what was begun."""
        self._release()

    def close(self) -> None:
        """Gives back what a build still holds, however it ended; the old site stands."""
        self._release()

    # ------------------------------------------------------------ begin

    def _begin(self, config: MkDocsConfig) -> None:
        request = config.extra.get(REQUEST)
        self._request = request if isinstance(request, Request) else Request()
        self._lang = self._request.lang or "zh"
        self._settings = settings_from(config.extra.get("fengqiao"), self._request.flags)
        project = Path(config.config_file_path).resolve().parent
        out = Path(config.site_dir)
        _refuse_to_overwrite(project, out)
        loaded = load(project, self._settings.as_of, self._request.progress, self._request.jobs)
        found = in_order([*loaded.diagnostics, *self._docs_faults(config, loaded)])
        self.diagnostics = found
        self._lang = self._request.lang or self._settings.ui_lang
        self._request.report(found, self._lang)
        if loaded.casebook is None or has_errors(found):
            raise ContentError("content-errors", count=_errors(found))
        self._keys = loaded.casebook.records.keys()
        self._prepare(config, loaded.casebook)
        self._turn_aside(config, out)

    def _prepare(self, config: MkDocsConfig, casebook: Casebook) -> None:
        settings = self._settings
        self._edition = for_edition(casebook, settings.edition, settings.ui_lang)
        self._compiler = Compiler(self._edition, settings.ui_lang)
        theme = config.theme
        theme.dirs.insert(_after_custom(config), str(OVERRIDES))
        self._theme = f"{theme.name} {_version_of('mkdocs-material')}"
        theme["features"] = sorted(
            {*theme.get("features", []), "navigation.tabs", "navigation.path"}
        )
        theme["language"] = settings.ui_lang
        theme["font"] = False
        config.use_directory_urls = False
        config.extra.setdefault("scope", "/")  # the palette is kept, wherever the stick is mounted
        config.extra["generator"] = False
        config.nav = self._navigation(config)

    def _turn_aside(self, config: MkDocsConfig, out: Path) -> None:
        if self.serving:
            self.published = out
            folders = (Path(config.config_file_path).parent / name for name in (FOLDER, "kinds"))
            config.watch.extend(str(folder) for folder in folders if folder.is_dir())
            return
        self._lock = SiteLock(out)
        self._folder = self._lock.acquire()
        self.published = self._folder.path
        recover(self._folder)
        config.site_dir = str(staging(self._folder))
        if config.strict:
            self._counter = CountHandler()
            self._counter.setLevel(logging.WARNING)
            logging.getLogger("mkdocs").addHandler(self._counter)

    def _navigation(self, config: MkDocsConfig) -> list[Any]:
        """The author's navigation with the lists of the kinds after its first entry."""
        written = list(config.nav) if config.nav else [{self._compiler.t("home"): "index.md"}]
        sections: dict[str, list[Any]] = {}
        for folder in self._edition.kinds.values():
            kind = folder.kind
            label = kind.label(self._settings.ui_lang)
            sections.setdefault(kind.section, []).append({label: f"{kind.folder}/index.md"})
        for name in SINGLE_PAGES:
            entry = {self._compiler.t(f"page-{name}"): f"{name}.md"}
            sections.setdefault(self._compiler.t(f"page-{name}-section"), []).append(entry)
        generated = [
            {self._compiler.t(f"section-{name}"): entries} for name, entries in sections.items()
        ]
        return [*written[:1], *generated, *written[1:]]

    # ------------------------------------------------------------ shells

    def _shell_pages(self) -> Iterator[tuple[str, str, bool]]:
        """Name, source address and whether it stands in the navigation."""
        for name, folder in self._edition.kinds.items():
            kind = folder.kind
            yield shell_name(name, 1, is_list=True), f"{kind.folder}/index.md", True
            depth = 2 if kind.unbounded else 1
            below = "shell/shell.md" if kind.unbounded else "shell.md"
            yield shell_name(name, depth), f"{kind.folder}/{below}", False
        for name in SINGLE_PAGES:
            yield shell_name(name, 0, is_list=True), f"{name}.md", True

    def _kind_folder(self, name: str) -> str:
        return self._edition.kinds[name].kind.folder

    def _search_box(self, root: str) -> str:
        template = self._compiler.environment.get_template("search-box.html.jinja")
        return template.render(root=root)

    def _secured(self, html: str, path: str, name: str) -> str:
        return secure(html, address.root_of(path), name, self._theme, preview=self.serving)

    def _docs_faults(self, config: MkDocsConfig, loaded: Loaded) -> Iterator[Diagnostic]:
        """What is wrong with the links to records in the hand-written pages."""
        project = Path(config.config_file_path).resolve().parent
        for file in get_files(config).documentation_pages() if loaded.casebook else ():
            path = Path(os.path.relpath(config.docs_dir, project), file.src_uri).as_posix()
            source = file.content_string
            if loaded.casebook is not None and "[[" in source:
                yield from docs.faults(path, source, loaded.casebook, loaded.broken)

    def _docs_link(self, ref: Ref, page: MkDocsPage) -> str:
        title = docs.escaped(ref.text or self._compiler.title_of(ref))
        record = self._edition.get(ref)
        if record is None:
            if ref.key not in self._keys:  # a page that another hook made: its files are not ours
                log.warning(text("docs-unknown-reference", "en", page=page.file.src_uri, ref=ref))
            return title
        target = address.ref_path(record.kind, ref)
        return f'<a href="{address.link(page.file.dest_uri, target)}">{title}</a>'

    # ------------------------------------------------------------ finish

    def _finish(self, config: MkDocsConfig) -> None:
        if self._counter is not None and self._counter.get_counts():
            return  # MkDocs aborts now and reports what it counted
        stage = Path(config.site_dir)
        stamp = Stamp(
            shells=self._shells,
            site_name=config.site_name,
            site_url=_with_slash(config.site_url),
            words={
                word: self._compiler.t(f"page-{word}")
                for word in ("contents", "trail", "previous", "next", "pages")
            },
        )
        request = self._request
        project = Path(config.config_file_path).resolve().parent
        write_site(self._compiler, stamp, stage, project, request.jobs, request.progress)
        if self._folder is not None:
            swap(stage, self._folder)
            self._release()

    def _sitemap(self, output: str, config: MkDocsConfig) -> str:
        """MkDocs' own pages are in ``output``, with the shells; records are added."""
        base = _with_slash(config.site_url)
        records = self._edition.records.values()
        urls = [
            *re.findall(r"<loc>([^<]+)</loc>", output),
            *(base + address.page_path(record.kind, record.id) for record in records),
        ]
        shells = {
            base + uri.replace(".md", ".html")
            for _, uri, in_nav in self._shell_pages()
            if not in_nav
        }
        listed = "".join(
            f"<url><loc>{url}</loc></url>\n" for url in dict.fromkeys(urls) if url not in shells
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{listed}</urlset>\n'
        )

    # ------------------------------------------------------------ ends

    def _fail(self, error: FengqiaoError) -> None:
        self.failure = error
        self._release()
        raise PluginError(error.message(self._lang)) from None

    def _release(self) -> None:
        if self._counter is not None:
            logging.getLogger("mkdocs").removeHandler(self._counter)
        if self._lock is not None:
            if self._folder is not None:
                recover(self._folder)
            self._lock.release()
        self._forget()


def _errors(found: Sequence[Diagnostic]) -> int:
    return sum(has_errors((one,)) for one in found)


def _needs_address(template: str) -> bool:
    """Whether a page that stands alone says where the site is: the sitemap, the error page."""
    return template == "sitemap.xml" or template.endswith(".html")


def _version_of(package: str) -> str:
    with suppress(PackageNotFoundError):
        return version(package)
    return ""


def _with_slash(url: str | None) -> str:
    return "" if not url else url if url.endswith("/") else url + "/"


def _after_custom(config: MkDocsConfig) -> int:
    """Behind the project's own overrides, before the theme's templates."""
    custom = config.theme.custom_dir
    return 1 if custom and config.theme.dirs[:1] == [custom] else 0


def _refuse_to_overwrite(project: Path, out: Path) -> None:
    """The site must not stand where the sources do."""
    project, out = project.resolve(), out.resolve()
    sources = [project / name for name in (FOLDER, "docs", "hooks", "kinds")]
    if out in (project, *project.parents) or any(out.is_relative_to(one) for one in sources):
        raise UsageError("out-in-sources", path=out)
