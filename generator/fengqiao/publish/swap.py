"""Publishing in one step: a site is built beside the published one and takes its place at the end.

With ``<name>`` the published folder, a build writes into ``.<name>.fengqiao-stage-<token>``. Where
the system can exchange two folders in one step, that is the swap. Elsewhere it is two renames
between which nothing is published: an empty journal file, whose name carries the token, says so
before the first and goes after the second. Whoever takes the lock next finds one of these states:

    journal  published  stage   meaning                         recover() does
    no       old/none   any     a build died                    removes the stage
    yes      old        whole   before the first rename         drops the journal, removes the stage
    yes      none       whole   between the two                 publishes the stage
    yes      new        none    after the second                drops the journal, removes the old
    no       new        –       the old site was being removed  removes what is left of it

The journal is flushed to the disk; the pages are not (a power cut may cost a new site its bytes,
a kill may not).
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import stat
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path

from fengqiao.publish.folder import SiteFolder, UnwritableError, mark, writing

# Seconds before each further try. Virus scanners and indexers on Windows keep files open for a
# moment after they were written; elsewhere only a dying worker can still be writing.
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2) if sys.platform == "win32" else (0.05, 0.1)

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
# How kernels, file systems and sandboxes say that they do not know the exchange.
_NO_EXCHANGE = {errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EPERM}


@dataclass(frozen=True)
class Recovery:
    """What ``recover`` found to do."""

    published: bool = False
    """An interrupted swap was completed: the newer site stands now."""
    removed: tuple[Path, ...] = ()
    """Folders of dead builds that are gone."""
    left: tuple[Path, ...] = ()
    """… and those that the system would not let go; the next command tries again."""


def recover(folder: SiteFolder) -> Recovery:
    """Bring the neighbourhood of ``folder`` in order; the caller holds its lock.

    Completes or undoes an interrupted swap and removes every staging folder, so it also clears up
    after a build of one's own that failed. Doing it again changes nothing.

    Raises ``UnwritableError``.
    """
    with writing(folder.path):
        settled = [_settle(folder, token) for token, _ in folder.siblings("swap")]
        removed, left = _sweep(folder)
    return Recovery(any(settled), removed, left)


def staging(folder: SiteFolder) -> Path:
    """A fresh folder beside ``folder``, on its file system, to build the next site in.

    Recovers first, so there is one staging folder at a time. The caller holds the lock. Raises
    ``UnwritableError``.
    """
    recover(folder)
    with writing(folder.path):
        stage = folder.sibling("stage", _free_token(folder))
        stage.mkdir()
        mark(stage)
    return stage


def _free_token(folder: SiteFolder) -> str:
    """Our process number, with a count where a folder of that name would not be removed."""
    taken = {token for token, _ in folder.siblings("stage") + folder.siblings("old")}
    own = str(os.getpid())
    return next(
        token
        for number in count(1)
        if (token := own if number == 1 else f"{own}-{number}") not in taken
    )


def swap(stage: Path, folder: SiteFolder) -> tuple[Path, ...]:
    """Publish ``stage``, which ``staging`` gave for ``folder``, and remove the site it replaces.

    Returns the folders that could not be removed (empty, as a rule): the new site stands all the
    same and the next command tries again.

    Raises ``ForeignFolderError`` when the published folder has become somebody else's,
    ``UnwritableError`` when it cannot be replaced; the old site stands then.
    """
    token = next((token for token, path in folder.siblings("stage") if path == stage), None)
    if token is None:
        raise ValueError(f"{stage} is no staging folder of {folder.path}")
    with writing(folder.path):
        folder.refuse_foreign()
        mark(stage)
        if not os.path.lexists(folder.path):
            _rename(stage, folder.path)
        elif not _exchange(stage, folder.path):
            _replace(folder, token)
        return _sweep(folder)[1]


def _exchange(one: Path, other: Path) -> bool:
    """Give two folders each other's name in one step; ``False`` where that cannot be had."""
    call = _renameat2()
    if call is None:
        return False
    if call(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in _NO_EXCHANGE:
        return False
    raise OSError(code, os.strerror(code), str(other))


@cache
def _renameat2() -> Callable[[int, bytes, int, bytes, int], int] | None:
    """Linux' system call, where the C library has it."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return None
    call.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint]
    call.restype = ctypes.c_int
    return call


def _replace(folder: SiteFolder, token: str) -> None:
    """The swap in two renames, with the journal around them."""
    try:
        _write_journal(folder.sibling("swap", token))
        _rename(folder.path, folder.sibling("old", token))
        _rename(folder.sibling("stage", token), folder.path)
    except OSError:
        if not _settle(folder, token):
            raise
    except BaseException:  # Ctrl-C: nothing may stay unpublished between the two renames
        _settle(folder, token)
        raise
    else:
        _settle(folder, token)


def _settle(folder: SiteFolder, token: str) -> bool:
    """End the swap ``token`` with a published site, the new one if that can be; says if it is."""
    stage = folder.sibling("stage", token)
    refusal: OSError | None = None
    for tree in (stage, folder.sibling("old", token)):
        if os.path.lexists(folder.path) or not tree.is_dir():
            continue
        try:
            _rename(tree, folder.path)
        except OSError as error:
            refusal = error
    if refusal and not os.path.lexists(folder.path):
        reason = refusal.strerror or str(refusal)
        raise UnwritableError("swap-unfinished", path=folder.path, reason=reason) from refusal
    _flush(folder.path.parent)
    folder.sibling("swap", token).unlink(missing_ok=True)
    return os.path.lexists(folder.path) and not stage.is_dir()


def _write_journal(path: Path) -> None:
    """An empty file: its name says everything, so that no kill can leave half of it."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    _flush(path.parent)


def _flush(parent: Path) -> None:
    """Send the entries of a folder to the disk, where the system has a way to."""
    if sys.platform == "win32":
        return
    descriptor = os.open(parent, os.O_RDONLY)
    try:
        with suppress(OSError):  # some file systems know no flushing of folders
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _rename(source: Path, target: Path) -> None:
    for pause in _PAUSES:
        try:
            source.rename(target)
            return
        except PermissionError:
            time.sleep(pause)
    source.rename(target)


def _sweep(folder: SiteFolder) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Remove what dead builds left; gives what went and what would not go."""
    trees = [path for _, path in folder.siblings("stage") + folder.siblings("old")]
    gone = [_remove(tree) for tree in trees]
    return (
        tuple(tree for tree, done in zip(trees, gone, strict=True) if done),
        tuple(tree for tree, done in zip(trees, gone, strict=True) if not done),
    )


def _remove(tree: Path) -> bool:
    for pause in (0.0, *_PAUSES):
        time.sleep(pause)
        try:
            if tree.is_symlink() or not tree.is_dir():
                tree.unlink(missing_ok=True)
            else:
                shutil.rmtree(tree)
            return True
        except OSError:
            _open_up(tree)
    return not os.path.lexists(tree)


def _open_up(tree: Path) -> None:
    """Take away the permissions that keep ``tree`` from being removed."""
    with suppress(OSError):
        tree.chmod(stat.S_IRWXU)
        for parent, folders, files in os.walk(tree):
            # Elsewhere than on Windows a file's own mode does not protect it (and a hard link
            # shares it with others). chmod follows links: leave them alone.
            for name in [*folders, *files] if sys.platform == "win32" else folders:
                entry = Path(parent, name)
                if not entry.is_symlink():
                    entry.chmod(stat.S_IRWXU)
