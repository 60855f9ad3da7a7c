"""The published folder, the names of its siblings, and what is said when they cannot be written."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from fengqiao.errors import FengqiaoError, UsageError

MARKER = ".fengqiao-site"
"""The file that says that a folder is ours to replace; its content never varies."""

_MARKER_TEXT = "Written by fengqiao. Every build replaces this whole folder.\n"

Role = Literal["stage", "old", "swap"]
"""``stage``: a site being built; ``old``: a site being replaced; ``swap``: the journal of that."""

_FULL = {errno.ENOSPC, errno.EDQUOT}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}
_PINNED = {errno.EBUSY, errno.EXDEV}


class ForeignFolderError(UsageError):
    """The output folder is not ours to replace."""


class UnwritableError(FengqiaoError):
    """The system refuses what publishing needs: space, permission, a rename."""


@dataclass(frozen=True)
class SiteFolder:
    """Where a site is published: an absolute path without symbolic links. Make it with ``at``."""

    path: Path

    @classmethod
    def at(cls, out: Path) -> SiteFolder:
        """The folder that ``out`` leads to; it need not exist.

        Raises ``ForeignFolderError`` when something stands there that no build of ours has written,
        ``UnwritableError`` when it cannot be looked into.
        """
        with writing(out):
            try:
                folder = cls(out.resolve())
            except RuntimeError as error:  # Python < 3.13 says this of links that lead in a circle
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(out)) from error
            folder.refuse_foreign()
            return folder

    @property
    def lock(self) -> Path:
        """The file whose lock a process holds while it writes here."""
        return self.path.parent / f".{self.path.name}.fengqiao-lock"

    def sibling(self, role: Role, token: str) -> Path:
        """The neighbour on the same file system that plays ``role`` in the build ``token``."""
        return self.path.parent / f".{self.path.name}.fengqiao-{role}-{token}"

    def siblings(self, role: Role) -> tuple[tuple[str, Path], ...]:
        """Token and path of every neighbour that plays ``role``, sorted."""
        pattern = re.compile(re.escape(self.sibling(role, "").name) + r"([0-9]+(?:-[0-9]+)?)")
        parent = self.path.parent
        names = sorted(path.name for path in parent.iterdir()) if parent.is_dir() else []
        found = (pattern.fullmatch(name) for name in names)
        return tuple((match[1], parent / match[0]) for match in found if match)

    def refuse_foreign(self) -> None:
        """Raise ``ForeignFolderError`` unless the path is free, empty or a site of ours."""
        if not os.path.lexists(self.path):
            return
        if not self.path.is_dir():
            raise ForeignFolderError("swap-not-folder", path=self.path)
        if os.path.ismount(self.path):  # Path.is_mount: not on Windows before 3.12
            raise ForeignFolderError("swap-mount", path=self.path)
        if not (self.path / MARKER).is_file() and any(self.path.iterdir()):
            raise ForeignFolderError("swap-foreign", path=self.path, marker=MARKER)


def mark(tree: Path) -> None:
    """Say in ``tree`` that it is ours, if it does not yet. Raises ``OSError``."""
    if not (tree / MARKER).is_file():
        (tree / MARKER).write_text(_MARKER_TEXT, encoding="utf-8", newline="\n")


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn an ``OSError`` into an ``UnwritableError`` that says what, where and what to do.

    ``path`` is named where the error itself names no file. Only for work that leaves the published
    site alone when it fails: the message says so.
    """
    try:
        yield
    except OSError as error:
        raise _unwritable(error, path) from error


def _unwritable(error: OSError, path: Path) -> UnwritableError:
    # Of two names, as in copying, the second is the one that is written.
    names = (error.filename2, error.filename)
    where = next((name for name in names if isinstance(name, str)), path)
    reason = error.strerror or str(error)
    if error.errno in _FULL:
        return UnwritableError("swap-no-space", path=where)
    if error.errno in _DENIED:
        return UnwritableError("swap-denied", path=where, reason=reason)
    if error.errno in _PINNED:
        return UnwritableError("swap-pinned", path=where, reason=reason)
    return UnwritableError("swap-failed", path=where, reason=reason)
