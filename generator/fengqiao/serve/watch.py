"""Which files changed: by looking, so that it works on every disk, stick and network drive."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

RECENT = 3.0
"""Seconds for which a changed file is read again at every look: FAT keeps times to two seconds,
and a second edit of the same length within them leaves no other trace."""

_SKIPPED = {"__pycache__", "node_modules"}
_SCRATCH = (".pyc", ".pyo", ".swp", ".swx", ".tmp", "~")


@dataclass(slots=True)
class _Seen:
    """A file as it was at the last look."""

    time: int
    size: int
    digest: bytes | None = None
    """Of its bytes; ``None`` until it has changed once."""
    changed: float = float("-inf")


class Watch:
    """The files below some roots. A change is a change of bytes: saving a file as it was, or
    touching it twice, is none (the first touch of a file counts as one: it was never read)."""

    def __init__(self, roots: Iterable[Path]) -> None:
        self._roots = tuple(roots)
        self._seen = {path: _Seen(*stamp) for path, stamp in _files(self._roots)}

    @property
    def roots(self) -> tuple[Path, ...]:
        """Files and folders; those that do not exist are waited for. What stands below a new
        root when it is set is no change."""
        return self._roots

    @roots.setter
    def roots(self, roots: Iterable[Path]) -> None:
        wanted = tuple(roots)
        if wanted == self._roots:
            return
        new = [root for root in wanted if root not in self._roots]
        self._roots = wanted
        for path, stamp in _files(new):
            self._seen.setdefault(path, _Seen(*stamp))

    def changes(self) -> frozenset[Path]:
        """What came, went or changed since the last call."""
        now = time.monotonic()
        found = set()
        there = set()
        for path, (stamp, size) in _files(self._roots):
            there.add(path)
            known = self._seen.get(path)
            if known is None:
                self._seen[path] = _Seen(stamp, size, _digest(path), now)
                found.add(path)
            elif (stamp, size) != (known.time, known.size) or now - known.changed < RECENT:
                digest = _digest(path)
                if digest != known.digest:
                    known.changed = now
                    found.add(path)
                known.time, known.size, known.digest = stamp, size, digest
        gone = self._seen.keys() - there
        for path in gone:
            del self._seen[path]
        return frozenset(found | gone)


def _digest(path: Path) -> bytes:
    try:
        return blake2b(path.read_bytes(), digest_size=16).digest()
    except OSError:
        return b""


def _files(roots: Iterable[Path]) -> Iterator[tuple[Path, tuple[int, int]]]:
    """Every file with its time (ns) and size; no file twice, whichever roots it stands below."""
    seen: set[str] = set()
    for root in roots:
        for name, status in _below(str(root), frozenset()):
            if name not in seen:
                seen.add(name)
                yield Path(name), (status.st_mtime_ns, status.st_size)


def _below(name: str, links: frozenset[str]) -> Iterator[tuple[str, os.stat_result]]:
    """A file itself, or the files below a folder. ``links``: where the links on the way here led,
    so that one that leads back is not followed."""
    try:
        with os.scandir(name) as entries:
            listing = sorted(entries, key=lambda entry: entry.name)
    except NotADirectoryError:
        with suppress(OSError):
            yield name, os.stat(name)  # noqa: PTH116 -- names, not Paths: a look takes 3 ms
        return
    except OSError:
        return  # not there, or gone since it was listed
    for entry in listing:
        if entry.name in _SKIPPED or entry.name.startswith((".", "#")):
            continue
        with suppress(OSError):
            if not entry.is_dir():
                if not entry.name.endswith(_SCRATCH):
                    # Windows fills in the times of entries only when a file is closed
                    yield entry.path, os.stat(entry.path)  # noqa: PTH116
            elif not entry.is_symlink():
                yield from _below(entry.path, links)
            elif (target := os.path.realpath(entry.path)) not in links:
                yield from _below(entry.path, links | {target})
