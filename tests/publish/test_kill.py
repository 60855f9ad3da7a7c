"""A build that is killed at any moment leaves the old site or the new one, whole, and the next
command needs no hand work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.site import REPOSITORY, Site, clean_environment, stop_group, wait_for

SCRIPT = Path(__file__).with_name("killer.py")
pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills and forks as POSIX has them")


def killed(folder: Path, count: int, seed: int) -> list[tuple[str, int]]:
    """What stood after each kill: ``old`` or ``new``, and how many stray folders there were."""
    site = Site.starter(folder)
    path = os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(site.project), str(count), str(seed)],
        env=clean_environment({"PYTHONPATH": path}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    assert len(lines) == count
    return [(stood, int(strays)) for stood, strays in lines]


@pytest.mark.timeout(900)  # 30 builds' time, and of what else the machine has to do
def test_twenty_kills(tmp_path: Path) -> None:
    results = killed(tmp_path, 20, seed=20)
    # Some must have hit a build at work, or nothing was tried.
    assert sum(strays > 0 for _, strays in results) >= 5, results


@pytest.mark.full
@pytest.mark.timeout(1800)
def test_two_hundred_kills(tmp_path: Path) -> None:
    results = killed(tmp_path, 200, seed=200)
    assert sum(strays > 0 for _, strays in results) >= 50, results


def test_a_kill_of_the_real_command(tmp_path: Path) -> None:
    """… with everything it started, while it writes its pages."""
    site = Site.starter(tmp_path).build("--as-of", "2026-11-22")
    old = site.files()
    site.replace_in("casebook/terms/example-term.yml", "title: 试水（示例）", "title: 新（示例）")
    process = site.start("build", "--as-of", "2026-11-22")
    wait_for(lambda: list(site.out.parent.glob(".site.fengqiao-stage-*/*/*.html")), process)
    stop_group(process, signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert site.files() == old
    assert site.strays() != []
    site.build("--as-of", "2026-11-22")
    assert site.strays() == []
    assert "新（示例）" in site.main("terms/example-term.html")
