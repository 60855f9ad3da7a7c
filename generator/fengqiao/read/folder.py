"""The files of the casebook, each as a :class:`Source`; nothing outside the project is opened."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path, PurePath
from typing import Final

import yaml

from fengqiao.diagnostics import Diagnostic, in_order
from fengqiao.read.syntax import explain, mistaken_colon
from fengqiao.read.text import read_text
from fengqiao.read.tree import Record, Refused, Tree, build, places
from fengqiao.where import Where

MAX_BYTES: Final = 1 << 20
"""Size of the largest file that is read: 1 MiB."""

MAX_FOLDERS: Final = 5
"""Folders inside one another below the folder of a kind."""

_CASEBOOK = "casebook"
# O_NONBLOCK: a pipe put in the file's place after it was looked at must not make us wait
_OPEN = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
)


@dataclass(frozen=True, slots=True)
class Source:
    """One file that could be read. ``path`` is relative to the project and slashed, ``digest`` the
    BLAKE2b (32 bytes, hex) of its bytes; a roster holds a list of records, any other file one."""

    path: str
    digest: str
    records: tuple[Record, ...]
    roster: bool


def read_tree(data: bytes, path: str) -> tuple[Tree, tuple[Diagnostic, ...]]:
    """The one YAML document in ``data`` as a plain tree; or ``None`` and why not."""
    text, found = read_text(data, path)
    if text is None:
        return None, found
    try:
        return build(text), ()
    except Refused as refused:
        return None, (_diagnostic(refused, path),)
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        return None, (_diagnostic(explain(error, text), path),)


def read_file(root: Path, relative: str) -> tuple[Source | None, tuple[Diagnostic, ...]]:
    """The file at ``relative`` below the project's ``root``; or ``None`` and why not."""
    path = _shown(relative)
    data = _read_bytes(root / relative, path)
    if isinstance(data, Diagnostic):
        return None, (data,)
    tree, found = read_tree(data, path)
    if found:
        return None, found
    roster = isinstance(tree, list)
    records = tree if isinstance(tree, list) else [tree]
    wrong = next((at for at, one in enumerate(records) if not isinstance(one, dict)), None)
    if not tree and not isinstance(tree, dict):
        return None, (Diagnostic(Where(path), "empty-file"),)
    if wrong is not None:
        return None, (_not_a_record(data, path, wrong, roster=roster),)
    digest = blake2b(data, digest_size=32).hexdigest()
    return Source(path, digest, tuple(one for one in records if isinstance(one, dict)), roster), ()


def read_folder(
    root: Path, folders: Sequence[str]
) -> tuple[tuple[Source, ...], tuple[Diagnostic, ...]]:
    """The files of :func:`find_files`, read."""
    paths, missed = find_files(root, folders)
    sources: list[Source] = []
    found = list(missed)
    for path in paths:
        source, faults = read_file(root, path)
        found += faults
        if source:
            sources.append(source)
    return tuple(sources), in_order(found)


def find_files(
    root: Path, folders: Sequence[str]
) -> tuple[tuple[str, ...], tuple[Diagnostic, ...]]:
    """Every ``*.yml`` below ``casebook/<folder>/`` for each of ``folders``, in their order and by
    name; a folder that does not exist holds nothing. Names that start with a dot are passed over:
    editors and systems keep their own things there."""
    if (root / _CASEBOOK).is_symlink():
        return (), (Diagnostic(Where(_CASEBOOK), "symlink"),)
    entries = [
        entry for folder in folders for entry in _walk(root, f"{_CASEBOOK}/{folder}", MAX_FOLDERS)
    ]
    return (
        tuple(entry for entry in entries if isinstance(entry, str)),
        tuple(entry for entry in entries if isinstance(entry, Diagnostic)),
    )


def _walk(root: Path, folder: str, deeper: int) -> Iterator[str | Diagnostic]:
    """The paths of the YAML files below ``folder``, and what is wrong with names and folders."""
    where = Where(_shown(folder))
    try:
        mode = (root / folder).lstat().st_mode
        if not stat.S_ISDIR(mode):
            yield Diagnostic(where, "symlink" if stat.S_ISLNK(mode) else "not-a-folder")
            return
        with os.scandir(root / folder) as entries:
            listing = sorted(
                (entry.name, entry.is_dir(follow_symlinks=False), entry.is_symlink())
                for entry in entries
                if not entry.name.startswith(".")
            )
    except FileNotFoundError:
        return
    except OSError as error:
        yield _unreadable(where, error)
        return
    for name, is_folder, is_link in listing:
        path = f"{folder}/{name}"
        suffix = PurePath(name).suffix
        is_yaml = suffix.lower() in (".yml", ".yaml")
        if not is_yaml and not is_folder and not (is_link and (root / path).is_dir()):
            continue
        if not (name.isascii() and name.isprintable()):
            yield Diagnostic(Where(_shown(path)), "file-name", {"name": _shown(name)})
        if is_yaml:
            if suffix != ".yml":
                yield Diagnostic(Where(_shown(path)), "file-extension", {"found": suffix})
            if _shown(name) == name:  # else no message could name the file
                yield path
        elif is_folder and not deeper:
            yield Diagnostic(Where(_shown(path)), "folder-too-deep", {"most": MAX_FOLDERS})
        else:
            yield from _walk(root, path, deeper - 1)


def _read_bytes(file: Path, path: str) -> bytes | Diagnostic:
    """The bytes of a plain file of a bearable size."""
    where = Where(path)
    try:
        mode = file.lstat().st_mode
        if not stat.S_ISREG(mode):
            return _not_a_file(where, mode)
        with open(os.open(file, _OPEN), "rb", buffering=0) as stream:  # noqa: PTH123 -- O_NOFOLLOW
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode):
                return _not_a_file(where, status.st_mode)
            if status.st_size > MAX_BYTES:
                values = {"size": status.st_size, "most": MAX_BYTES}
                return Diagnostic(where, "file-too-large", values)
            return stream.read(status.st_size)
    except OSError as error:
        return _unreadable(where, error)


def _not_a_file(where: Where, mode: int) -> Diagnostic:
    if stat.S_ISLNK(mode):
        return Diagnostic(where, "symlink")
    return Diagnostic(where, "folder-as-file" if stat.S_ISDIR(mode) else "special-file")


def _unreadable(where: Where, error: OSError) -> Diagnostic:
    if isinstance(error, FileNotFoundError):
        return Diagnostic(where, "missing-file")
    name = errno.errorcode.get(error.errno or 0, type(error).__name__)
    return Diagnostic(where, "unreadable-file", {"reason": f"{error.strerror or error} ({name})"})


def _not_a_record(data: bytes, path: str, index: int, *, roster: bool) -> Diagnostic:
    """For text, or a list, where the fields of a record were expected."""
    text = read_text(data, path)[0] or ""
    keys = (index,) if roster else ()
    line, column = places(text, keys)[keys][1]
    colon = mistaken_colon(text, line)
    if colon is not None:
        return _diagnostic(colon, path)
    where = Where(path, line, column)
    if roster:
        return Diagnostic(where, "item-not-a-record", {"number": index + 1})
    return Diagnostic(where, "not-a-record")


def _diagnostic(refused: Refused, path: str) -> Diagnostic:
    return Diagnostic(Where(path, refused.line, refused.column), refused.code, refused.values)


def _shown(name: str) -> str:
    """A file name as text that can be printed: undecodable bytes and controls become escapes."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode() for one in text
    )
