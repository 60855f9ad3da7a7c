"""Builds the site of a project again and again in forked processes and kills them at random.

    killer.py PROJECT KILLS SEED

Run by test_kill.py in a process of its own, because it forks: everything is imported once, so that
a build costs no start of Python. For each kill it prints which site stood afterwards.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sys
import time
from pathlib import Path

import fengqiao.cli.app
import fengqiao.publish.shell  # noqa: F401 -- loaded before anything is forked
from fengqiao import executor
from fengqiao.cli import run
from tests.site import AS_OF, Site

executor.CHUNK = 4  # so that the few records of a starter are work for two processes
WORD = "casebook/terms/changing.yml"
TEXT = "id: changing\ntitle: 变动{0}\naudience: public\norigin: invented\ndefinition: 第{0}稿。\n"


def start(project: Path) -> int:
    """``fengqiao build`` in a process group of its own; returns its process number."""
    child = os.fork()
    if child:
        return child
    os.setsid()
    os.chdir(project)
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        log = os.open(project.parent / "log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(log, 2)
        os._exit(run(["build", "--as-of", AS_OF, "--jobs", "2"], "en"))


def build(site: Site) -> None:
    """A build that has to succeed."""
    code = os.waitstatus_to_exitcode(os.waitpid(start(site.project), 0)[1])
    assert code == 0, (code, (site.project.parent / "log").read_text(encoding="utf-8"))
    assert site.strays() == [], site.strays()


def kills(site: Site, count: int, moments: random.Random) -> None:
    """Kills ``count`` builds; after each the old or the new site is whole, and one more command
    makes the new one."""
    known = []
    for draft in (0, 1):
        begun = time.monotonic()
        build(site.change_file(WORD, TEXT.format(draft)))
        duration = time.monotonic() - begun
        known.append(site.files())
    for number in range(count):
        old, new = known[1 - number % 2], known[number % 2]
        assert old != new
        site.change_file(WORD, TEXT.format(number % 2))
        child = start(site.project)
        # Spread over the build and what follows its swap, one moment in each of ``count`` slices,
        # in any order.
        time.sleep(1.3 * duration * (((number * 7) % count) + moments.random()) / count)
        with contextlib.suppress(ProcessLookupError):  # it may have ended by itself
            os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
        found = site.files()
        assert found in (old, new), sorted(set(found.items()) ^ set(new.items()))[:9]
        print("new" if found == new else "old", len(site.strays()), flush=True)
        build(site)
        assert site.files() == new


if __name__ == "__main__":
    kills(Site(Path(sys.argv[1])), int(sys.argv[2]), random.Random(int(sys.argv[3])))
