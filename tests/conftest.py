"""What all tests share: the repository, a Chromium, Node, and the reference site built once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

REPOSITORY = Path(__file__).resolve().parent.parent

# The day that "today" is in every test: reviews fall due, terms of office end by it.
AS_OF = "2026-11-22"

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--no-first-run",
)

# A test run is repeatable and never fails for a slow machine; make test-full also explores.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile(
    "explore", deadline=None, max_examples=1000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def repository() -> Path:
    """Root folder of the repository."""
    return REPOSITORY


@pytest.fixture(scope="session")
def as_of() -> str:
    """The day that counts as today, ISO 8601."""
    return AS_OF


@pytest.fixture(scope="session")
def chromium() -> str | None:
    """Path of an installed Chromium; None lets Playwright take its own."""
    return os.environ.get("FENGQIAO_CHROMIUM") or next(
        filter(None, map(shutil.which, CHROMIUM_NAMES)), None
    )


@pytest.fixture(scope="session")
def browser(chromium: str | None, node: str) -> Iterator[Browser]:
    """One headless Chromium for all tests of a worker; each test makes its own context."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (slow; few tests need it)

    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", node)  # as in scripts/test.sh

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=list(CHROMIUM_ARGUMENTS)
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def node(repository: Path) -> str:
    """Path of Node; the npm packages of tests/node are installed beside it."""
    return os.environ.get("FENGQIAO_NODE") or (
        subprocess.run(
            ["sh", "scripts/node.sh"],
            cwd=repository,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout.strip()
    )


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], None]], Path]:
    """Make a folder once for all workers: ``once(name, make)`` calls ``make(folder)`` in one.

    The others wait for it. A maker that raises fails every test that asks for the folder.
    """
    base = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        base = base.parent  # the folder that the workers of one run share

    def made(name: str, make: Callable[[Path], None]) -> Path:
        folder, done, failed = (base / f"{name}{suffix}" for suffix in ("", ".done", ".failed"))
        try:
            folder.mkdir()
        except FileExistsError:
            while not done.exists():
                if failed.exists():
                    pytest.fail(f"{name} was not made: {failed.read_text(encoding='utf-8')}")
                time.sleep(0.1)
            return folder
        try:
            make(folder)
        except BaseException as fault:
            failed.write_text(str(fault), encoding="utf-8")
            raise
        done.touch()
        return folder

    return made


@pytest.fixture(scope="session")
def reference_site(repository: Path, once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """The public site of the reference casebook, built by the command line as a user would."""

    def build(folder: Path) -> None:
        command = [sys.executable, "-m", "fengqiao", "build", "--edition", "public"]
        done = subprocess.run(
            [*command, "--as-of", AS_OF, "--out", str(folder / "site")],
            cwd=repository,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"exit {done.returncode}\n{done.stdout}\n{done.stderr}")

    return once("reference", build) / "site"
