"""Writing a compiled casebook into a folder: pages, lists, search data, assets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fengqiao import address, executor
from fengqiao.attachments import beside, named_files
from fengqiao.collector import put_aside
from fengqiao.compile import SINGLE_PAGES, Compiler, Page
from fengqiao.kinds import find_kinds
from fengqiao.publish import assets
from fengqiao.publish.folder import writing
from fengqiao.publish.stamp import Stamp
from fengqiao.search.index import PartialIndex, index_chunk, merge

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class PageWriter:
    """Compiles, stamps and writes the pages of some records; runs in worker processes."""

    compiler: Compiler
    stamp: Stamp
    folder: Path

    def __call__(self, keys: Sequence[str]) -> PartialIndex:
        """Writes the pages of ``keys`` and returns what the search has to know of them. They are
        written in one go: file systems make many files at once faster than one now and then."""
        pages = [self.compiler.record_page(key) for key in keys]
        stamped = [(page.path, self.stamp.page(page).encode()) for page in pages]
        for path, content in stamped:
            write_file(self.folder / path, content)
        return index_chunk(document for key in keys for document in self.compiler.documents(key))

    def write(self, page: Page) -> None:
        """Stamps one page into the folder."""
        write_file(self.folder / page.path, self.stamp.page(page).encode())


def write_file(path: Path, content: bytes) -> None:
    """Writes a file, making its folder where needed. Raises ``UnwritableError``."""
    with writing(path):
        try:
            path.write_bytes(content)
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


@put_aside()
def write_site(
    compiler: Compiler,
    stamp: Stamp,
    folder: Path,
    project: Path,
    jobs: int,
    progress: Progress,
) -> None:
    """Everything of the site of ``project`` that is not MkDocs' own, into ``folder``."""
    writer = PageWriter(compiler, stamp, folder)
    keys = tuple(compiler.casebook.records)
    compiler.prepare()
    partials = []
    done = 0
    progress("pages", 0, len(keys))
    chunks = executor.map_chunks(writer, keys, jobs, partial(find_kinds, project))
    with closing(chunks):  # whatever interrupts, the workers have ended when we leave
        for count, index in chunks:
            partials.append(index)
            done += count
            progress("pages", done, len(keys))
    for name in compiler.casebook.kinds:
        for page in compiler.list_pages(name):
            writer.write(page)
    for name in SINGLE_PAGES:
        writer.write(compiler.single_page(name))
    progress("search", 0, 1)
    for path, content in merge(partials).items():
        write_file(folder / "search" / path, content)
    progress("search", 1, 1)
    for key, record in compiler.casebook.records.items():
        for _, file in named_files(record):
            source = beside(project, compiler.casebook.places[key], file)
            target = address.attachment_path(record.kind, record.id, file)
            write_file(folder / target, source.read_bytes())
    for path, content in assets.files(compiler.lang):
        write_file(folder / path, content)
