"""The first four stages in one call: a project's folder becomes a casebook and its diagnostics."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path

from fengqiao import check, executor
from fengqiao.attachments import beside, fault_of, named_files
from fengqiao.casebook import SCHEMA_VERSION, Casebook, CasebookInfo
from fengqiao.collector import put_aside
from fengqiao.diagnostics import Diagnostic, in_order, nearest
from fengqiao.kinds import Kinds, find_kinds
from fengqiao.link import dangling, duplicates, link
from fengqiao.parse import Locate, identifies, parse_part
from fengqiao.read import find_files, locate, read_file, read_folder
from fengqiao.record import Record
from fengqiao.vocab import VocabTerm, Vocabularies, Vocabulary
from fengqiao.where import KeyPath, Place, Where

FOLDER = "casebook"
INFO_FILE = f"{FOLDER}/casebook.yml"
VOCABULARY_FOLDER = "vocab"

WORTH_A_POOL = 1000
"""So many files are read sooner by several processes than by one (measured: 333 files take half
as long in one)."""

Progress = Callable[[str, int, int], None]
"""Called with a stage's name, how many are done and how many there are."""


def quiet(stage: str, done: int, total: int) -> None:
    """Shows no progress."""


@dataclass(frozen=True)
class Loaded:
    """The casebook, as far as it could be read, and everything that was found on the way."""

    casebook: Casebook | None
    """``None`` where there is no readable ``casebook/casebook.yml``."""
    diagnostics: tuple[Diagnostic, ...]
    broken: frozenset[str] = frozenset()
    """Keys of records that exist but could not be parsed: naming one is no fault of its own."""


@put_aside()
def load(project: Path, as_of: date, progress: Progress = quiet, jobs: int = 1) -> Loaded:
    """Reads, parses, links and checks the casebook of ``project`` as it stands on ``as_of``, in
    up to ``jobs`` processes."""
    finder = _finder(project)
    kinds = find_kinds(project.resolve())
    info, found = _load_info(project, finder)
    vocabularies, faults = _load_vocabularies(project, finder)
    found += faults
    found += _unknown_folders(project, kinds)
    files: list[tuple[str, str]] = []
    for folder in kinds.values():
        paths, missed = find_files(project, (folder.kind.folder,))
        files += ((folder.kind.name, path) for path in paths)
        found += missed
    placed: list[tuple[Record, Place]] = []
    broken: set[str] = set()
    done = 0
    chunks = executor.map_chunks(
        _FileParser(project),
        files,
        jobs if len(files) >= WORTH_A_POOL else 1,
        partial(find_kinds, project.resolve()),
    )
    with closing(chunks):
        for count, parsed in chunks:
            placed += parsed.placed
            found += parsed.found
            broken.update(parsed.broken)
            done += count
            progress("read", done, len(files))
    if info is None:
        return Loaded(None, in_order(found))
    casebook = link(info, kinds, vocabularies, placed)
    found += duplicates(placed, finder)
    found += dangling(casebook, broken, finder)
    found += _faults_of_attachments(project, casebook, finder)
    found += check.run(casebook, as_of, finder)
    progress("check", 1, 1)
    return Loaded(casebook, in_order(found), frozenset(broken))


def vocabularies_of(project: Path) -> Vocabularies:
    """The vocabularies of ``project`` as far as they can be read; nothing is reported."""
    return _load_vocabularies(project, _finder(project))[0]


def _finder(project: Path) -> Locate:
    """Looks positions up by reading the file again; keeps the bytes of files that have faults."""

    @cache
    def data(path: str) -> bytes:
        return (project / path).read_bytes()

    def find(place: Place, keys: KeyPath, of_key: bool) -> Where:
        line, column = locate(data(place.path), (*place.root, *keys), key=of_key)
        return Where(place.path, line, column)

    return find


@dataclass(frozen=True, slots=True)
class _Parsed:
    """What came of some files."""

    placed: list[tuple[Record, Place]]
    found: list[Diagnostic]
    broken: list[str]


@dataclass(frozen=True)
class _FileParser:
    """Reads and parses files, given as (kind, path); runs in worker processes."""

    project: Path

    def __call__(self, files: Sequence[tuple[str, str]]) -> _Parsed:
        kinds = find_kinds(self.project.resolve())
        finder = _finder(self.project)
        parsed = _Parsed([], [], [])
        for name, path in files:
            source, unread = read_file(self.project, path)
            parsed.found.extend(unread)
            for index, tree in enumerate(source.records if source else ()):
                place = Place(path, index, source is not None and source.roster)
                record, wrong = parse_part(kinds[name].model, tree, place, finder)
                parsed.found.extend(wrong)
                if record is None:
                    parsed.broken.append(identifies(tree, name))
                else:
                    parsed.placed.append((record, place))
        return parsed


def _load_info(project: Path, finder: Locate) -> tuple[CasebookInfo | None, list[Diagnostic]]:
    if not (project / INFO_FILE).exists():
        return None, [Diagnostic(Where(INFO_FILE), "missing-casebook")]
    source, faults = read_file(project, INFO_FILE)
    if source is None:
        return None, list(faults)
    place = Place(source.path)
    if source.roster:
        return None, [Diagnostic(Where(source.path, 1, 1), "casebook-not-a-list")]
    info, wrong = parse_part(CasebookInfo, source.records[0], place, finder)
    if info is not None and info.schema_version > SCHEMA_VERSION:
        where = finder(place, ("schema_version",), False)
        values = {"found": info.schema_version, "known": SCHEMA_VERSION}
        return None, [Diagnostic(where, "newer-schema", values)]
    return info, list(wrong)


def _load_vocabularies(project: Path, finder: Locate) -> tuple[Vocabularies, list[Diagnostic]]:
    """Every file of ``casebook/vocab/`` is a vocabulary named like it."""
    sources, faults = read_folder(project, (VOCABULARY_FOLDER,))
    found = list(faults)
    vocabularies: dict[str, Vocabulary] = {}
    for source in sources:
        terms: dict[str, tuple[VocabTerm, Place]] = {}
        for index, tree in enumerate(source.records):
            place = Place(source.path, index, source.roster)
            term, wrong = parse_part(VocabTerm, tree, place, finder)
            found += wrong
            if term is None:
                continue
            if term.code in terms:
                where = finder(place, ("code",), False)
                found.append(Diagnostic(where, "duplicate-term", {"term": term.code}))
            terms.setdefault(term.code, (term, place))
        name = Path(source.path).stem
        vocabularies[name] = Vocabulary(name, tuple(term for term, _ in terms.values()))
        found += _faults_of_tree(vocabularies[name], terms, finder)
    return vocabularies, found


def _faults_of_tree(
    vocabulary: Vocabulary, terms: dict[str, tuple[VocabTerm, Place]], finder: Locate
) -> Iterator[Diagnostic]:
    for term, place in terms.values():
        if term.parent is None:
            continue
        where = finder(place, ("parent",), False)
        if term.parent not in terms:
            values = {"term": term.code, "parent": term.parent}
            yield Diagnostic(where, "unknown-parent", values, nearest(term.parent, terms))
        else:
            above, seen = terms[term.parent][0], {term.code}
            while above.code not in seen and above.parent in terms:
                seen.add(above.code)
                above = terms[above.parent][0]
            if above.code == term.code:
                yield Diagnostic(where, "term-cycle", {"term": term.code})


def _faults_of_attachments(
    project: Path, casebook: Casebook, finder: Locate
) -> Iterator[Diagnostic]:
    for key, record in casebook.records.items():
        place = casebook.places[key]
        for keys, file in named_files(record):
            code = fault_of(beside(project, place, file))
            if code:
                yield Diagnostic(finder(place, keys, False), code, {"file": file})


def _unknown_folders(project: Path, kinds: Kinds) -> Iterator[Diagnostic]:
    known = sorted([VOCABULARY_FOLDER, *(folder.kind.folder for folder in kinds.values())])
    root = project / FOLDER
    for entry in sorted(root.iterdir()) if root.is_dir() else ():
        if entry.is_dir() and not entry.name.startswith(".") and entry.name not in known:
            yield Diagnostic(
                Where(f"{FOLDER}/{entry.name}"),
                "unknown-folder",
                {"folder": entry.name, "known": "、".join(known)},
                nearest(entry.name, known),
            )
