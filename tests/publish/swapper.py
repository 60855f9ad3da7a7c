"""What the tests of the swap run in processes of their own, to kill them.

swapper.py MODE OUT [exchange|renames]
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path

from fengqiao.errors import FengqiaoError
from fengqiao.publish import swap as swapping
from fengqiao.publish.folder import MARKER, SiteFolder, writing
from fengqiao.publish.lock import SiteLock
from fengqiao.publish.swap import recover, staging, swap

PAGES = tuple(f"{kind}/{number}.html" for kind in ("case", "law/a") for number in range(10))


def build(tree: Path, generation: int, pages: tuple[str, ...] = PAGES) -> None:
    """Write a site whose every page holds the number of its generation."""
    for page in pages:
        (tree / page).parent.mkdir(parents=True, exist_ok=True)
        (tree / page).write_text(str(generation), encoding="utf-8")


def whole(tree: Path, pages: tuple[str, ...] = PAGES) -> int:
    """The one generation that ``tree`` holds, all of it and nothing else."""
    files = {path.relative_to(tree).as_posix(): path for path in tree.rglob("*") if path.is_file()}
    assert sorted(files) == sorted([*pages, MARKER]), sorted(files)
    (generation,) = {files[page].read_text(encoding="utf-8") for page in pages}
    return int(generation)


def publish(out: Path, generation: int, pages: tuple[str, ...] = PAGES) -> None:
    with SiteLock(out) as folder:
        stage = staging(folder)
        build(stage, generation, pages)
        assert swap(stage, folder) == ()


def kills(out: Path) -> None:
    """Kill a process that publishes on and on, at random moments, and recover from each kill."""
    moments = random.Random(int(sys.argv[5]))
    for _ in range(int(sys.argv[4])):
        reading, writing_ = os.pipe()
        child = os.fork()
        if child == 0:
            for generation in count(1):
                publish(out, generation)
                os.write(writing_, b"%d\n" % generation)
        os.close(writing_)
        with open(reading, encoding="utf-8") as said:  # noqa: PTH123
            said.readline()  # it publishes; let it go on for a while
            time.sleep(moments.uniform(0, 0.03))
            os.kill(child, signal.SIGKILL)
            assert os.waitpid(child, 0)[1] == signal.SIGKILL
            last = int(["1", *said.read().split()][-1])
        with SiteLock(out) as folder:
            found = recover(folder)
        assert whole(out) in (last, last + 1), (whole(out), last)
        assert os.listdir(out.parent) == [out.name]  # noqa: PTH208
        print("published" if found.published else "removed" if found.removed else "nothing")


def hold(out: Path) -> None:
    """Hold the lock until the standard input ends."""
    with SiteLock(out, wait=30):
        print("held", flush=True)
        sys.stdin.read()


def hold_with_worker(out: Path) -> None:
    """Hold the lock and have a forked worker, which lives until the standard input ends."""
    with SiteLock(out):
        if os.fork() == 0:
            print(os.getpid(), flush=True)  # said by the worker: from now on it runs
            sys.stdin.read()
            os._exit(0)
        signal.pause()


def add(out: Path) -> None:
    """Add one to a number fifty times, each time under the lock."""
    number = out.parent / "number"
    for _ in range(50):
        with SiteLock(out, wait=60):
            number.write_text(str(int(number.read_text("utf-8")) + 1), encoding="utf-8")


def killed_at(instant: int, work: Callable[[], None]) -> bool:
    """Run ``work`` in a process that dies before its ``instant``-th call of the file system."""
    child = os.fork()
    if child == 0:
        calls = count(1)

        def watch(event: str, _: object) -> None:
            if event.startswith(("open", "os.", "fcntl.", "shutil.")) and next(calls) == instant:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(watch)
        work()
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    assert status in {0, signal.SIGKILL}, status
    return status == signal.SIGKILL


def instants(out: Path, *, recovering: bool = False) -> None:
    """Kill a publication at every instant; ``recovering`` kills what recovers from that as well."""
    pages = ("a/1.html", "2.html")
    seen: set[int] = set()
    old, new = 1, 2

    def repair() -> None:
        with SiteLock(out) as folder:
            recover(folder)

    for first in (True, False):
        for instant in count(1):
            shutil.rmtree(out.parent, ignore_errors=True)
            out.parent.mkdir()
            if not first:
                publish(out, old, pages)
            died = killed_at(instant, lambda: publish(out, new, pages))
            for second in count(1) if recovering else ():
                if not killed_at(second, repair):
                    break
            repair()
            generation = whole(out, pages) if out.exists() else 0
            assert generation in ({0, new} if first else {old, new}), generation
            assert os.listdir(out.parent) == ([out.name] if generation else [])  # noqa: PTH208
            seen.add(generation)
            if not died:
                assert generation == new
                print(instant, flush=True)  # how many instants there were, and one
                break
    assert seen == {0, old, new}


def recovering(out: Path) -> None:
    instants(out, recovering=True)


def full(out: Path) -> None:
    """Run out of space before the lock, in the pages, before the swap: ``out`` on a small disk."""
    filler = out.parent / "filler"

    def fill(folder: Path) -> None:
        for number in count():
            (folder / f"filler-{number}").write_bytes(bytes(4096))

    publish(out, 1)
    for where in ("lock", "pages", "swap"):
        filler.mkdir()
        try:
            if where == "lock":
                with suppress(OSError):
                    fill(filler)
            with SiteLock(out) as folder:
                stage = staging(folder)
                build(stage, 2)
                if where == "pages":
                    with writing(stage):
                        fill(stage)
                with suppress(OSError):
                    fill(filler)
                swap(stage, folder)
        except FengqiaoError as error:
            print(where, error.key, end=" ", flush=True)
        print(whole(out), flush=True)
        shutil.rmtree(filler)
        with SiteLock(out) as folder:
            recover(folder)
        assert os.listdir(out.parent) == [out.name]  # noqa: PTH208
    publish(out, 3)
    print(whole(out), flush=True)


def denied(_: Path) -> None:
    """Meet folders that may not be written, as a user who is not root."""
    with tempfile.TemporaryDirectory() as name:
        parent = Path(name)
        if os.geteuid() == 0:
            os.chown(parent, 65534, 65534)
            os.setresuid(65534, 65534, 0)  # the saved root lets the temporary folder be removed
        closed = parent / "closed"
        closed.mkdir(mode=0o555)
        try:
            SiteLock(closed / "site").acquire()
        except FengqiaoError as error:
            print(error.key, flush=True)

        out = parent / "site"
        publish(out, 1)
        for path in sorted(out.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        out.chmod(0o555)
        publish(out, 2)
        print(whole(out), sorted(path.name for path in parent.iterdir()), flush=True)

        with SiteLock(out) as folder:
            stage = staging(folder)
            build(stage, 3)
            parent.chmod(0o555)
            try:
                swap(stage, folder)
            except FengqiaoError as error:
                print(error.key, whole(out), flush=True)
            parent.chmod(0o755)
            recover(folder)


MODES = (kills, hold, hold_with_worker, add, instants, recovering, full, denied)


if __name__ == "__main__":
    if sys.argv[3] == "renames":
        swapping._exchange = lambda *_: False
    mode = next(mode for mode in MODES if mode.__name__ == sys.argv[1])
    assert SiteFolder.at(Path(sys.argv[2])).path == Path(sys.argv[2])
    mode(Path(sys.argv[2]))
