"""One writer at a time for a published folder: an advisory lock that the kernel drops at death."""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from fengqiao.errors import FengqiaoError
from fengqiao.publish.folder import SiteFolder, writing

_POLL = 0.1  # seconds between two tries for a lock that somebody holds
_COMMAND_LENGTH = 200
_NOTE_SIZE = 4096  # bytes; no note is longer, whatever the command's letters escape to


@dataclass(frozen=True)
class Holder:
    """The process that wrote itself into a lock file."""

    pid: int
    command: str


class LockHeldError(FengqiaoError):
    """Another process is writing the same site."""


class SiteLock:
    """The right to write one site, as a context: ``with SiteLock(out) as folder:``.

    ``acquire`` and ``release`` are for work that no ``with`` block can span. Worker processes do
    not inherit the lock.
    """

    def __init__(self, out: Path, *, wait: float = 0.0) -> None:
        """For the site at ``out``; ``wait`` is how many seconds to wait for another writer."""
        self._out = out
        self._wait = wait
        self._descriptor = -1
        self._path = Path()

    def __enter__(self) -> SiteFolder:
        """Take the lock, as ``acquire``."""
        return self.acquire()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the lock back."""
        self.release()

    def acquire(self) -> SiteFolder:
        """Take the lock; gives the folder that ``recover``, ``staging`` and ``swap`` work on.

        Raises ``ForeignFolderError`` when what stands at ``out`` is not ours to replace,
        ``LockHeldError`` naming the holder, ``UnwritableError`` when the lock file cannot be made.
        """
        folder = SiteFolder.at(self._out)
        with writing(folder.lock):
            folder.path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = _lock(folder.lock, self._wait)
            self._path = folder.lock
            try:
                _write_holder(self._descriptor)
            except OSError:
                self.release()
                raise
        return folder

    def release(self) -> None:
        """Give the lock back; does nothing where it is not held."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor not in _held:
            return
        if sys.platform != "win32":  # Windows deletes no open file: there it stays, unlocked
            self._path.unlink(missing_ok=True)
        _unlock(descriptor)
        _held.discard(descriptor)
        os.close(descriptor)


def holder(lock: Path) -> Holder | None:
    """Who wrote the lock file last, or ``None`` where it cannot be told."""
    try:
        note = json.loads(lock.read_bytes()[:_NOTE_SIZE])
        command = str(note["command"])[:_COMMAND_LENGTH]
        # Another user may have written it: nothing of it may steer the terminal.
        shown = "".join(letter if letter.isprintable() else "?" for letter in command)
        return Holder(int(note["pid"]), shown)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _lock(path: Path, wait: float) -> int:
    """A descriptor that holds the lock on ``path``."""
    deadline = time.monotonic() + wait
    while True:
        # O_NOFOLLOW: in a folder for everyone, a planted link must not lead us to another's file.
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        descriptor = os.open(path, flags, 0o666)
        try:
            taken = _try_lock(descriptor)
            if taken and _is_current(descriptor, path):
                _held.add(descriptor)
                return descriptor
        finally:
            if descriptor not in _held:
                os.close(descriptor)
        if taken:  # the holder before us took the file away with its lock: there is a new one
            continue
        if time.monotonic() >= deadline:
            raise _held_by(path)
        time.sleep(_POLL)


def _held_by(path: Path) -> LockHeldError:
    owner = holder(path)
    if owner is None:
        return LockHeldError("swap-locked-by-unknown", path=path)
    return LockHeldError("swap-locked", path=path, pid=owner.pid, holder=owner.command)


def _is_current(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _write_holder(descriptor: int) -> None:
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])[:_COMMAND_LENGTH]
    note = json.dumps({"pid": os.getpid(), "command": command}) + "\n"
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.write(descriptor, note.encode("ascii"))


if sys.platform == "win32":
    import msvcrt

    # A locked range is closed to readers: lock one byte far behind the note about the holder.
    _BYTE = 1 << 30

    def _try_lock(descriptor: int) -> bool:
        os.lseek(descriptor, _BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, _BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


# A lock lives as long as any copy of its descriptor. Forked workers can outlive a killed build, so
# they must drop theirs: the one thing that makes a list of the held descriptors necessary.
_held: set[int] = set()


def _drop_after_fork() -> None:
    for descriptor in _held:
        os.close(descriptor)
    _held.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_drop_after_fork)
