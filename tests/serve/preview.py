"""A running ``fengqiao serve`` as the tests see it: its events, its pages, its processes."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import psutil

import fengqiao
from tests.site import AS_OF, Done, Site, stop_group, survivors

PATIENCE = 60.0
"""Seconds for anything; a test that waits in vain fails."""


def copy_of_package(folder: Path) -> dict[str, str]:
    """A copy of the package that tests may edit, as an environment that prefers it."""
    package = Path(fengqiao.__file__).parent
    ignored = shutil.ignore_patterns("__pycache__", "demo")
    shutil.copytree(package, folder / "fengqiao", ignore=ignored)
    return {"PYTHONPATH": str(folder)}


@dataclass(frozen=True)
class Answer:
    """What the server sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Preview:
    """The server of a project, as a context. Every event is kept in ``news``."""

    def __init__(self, site: Site, *arguments: str, environment: Mapping[str, str] = {}) -> None:
        self._site = site
        self._arguments = arguments
        self._environment = environment
        self.news: list[dict[str, Any]] = []

    def __enter__(self) -> Preview:
        self.process = self._site.start(
            *("serve", "--port", "0", "--as-of", AS_OF, "--lang", "en"),
            *self._arguments,
            environment=self._environment,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        match = re.search(r"http://([0-9.]+):(\d+)/", line)
        if match is None:
            raise AssertionError(f"no address: {line!r}, {self.process.communicate()}")
        self.url, self.host, self.port = match[0], match[1], int(match[2])
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if self.process.poll() is None:
                self.stop()
        finally:
            stop_group(self.process)
            for child in self.workers():
                child.kill()
            self.process.communicate()

    # ------------------------------------------------------------ what it tells

    def _listen(self) -> None:
        with suppress(OSError, http.client.HTTPException):
            for one in self.events():
                self.news.append(one)

    def events(self) -> Iterator[dict[str, Any]]:
        """What a browser is told that begins to listen now."""
        with closing(http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE)) as other:
            other.request("GET", "/-/events")
            with other.getresponse() as answer:
                assert answer.getheader("Content-Type") == "text/event-stream"
                for line in answer:
                    if line.startswith(b"data:"):
                        yield json.loads(line[5:])

    def wait(self, condition: Callable[[dict[str, Any]], bool], after: int = 0) -> dict[str, Any]:
        """The first event from number ``after`` on that fulfils ``condition``."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for one in self.news[after:]:
                if condition(one):
                    return one
            assert self.process.poll() is None, self.process.communicate()
            time.sleep(0.01)
        raise AssertionError(f"waited in vain: {self.news[after:]}")

    def ready(self) -> Preview:
        """Waits for the first site."""
        self.wait(is_good)
        return self

    def after(
        self, change: Callable[[], object], condition: Callable[[dict[str, Any]], bool]
    ) -> Any:
        """What is told once ``change`` was made."""
        count = len(self.news)
        change()
        return self.wait(condition, count)

    # ------------------------------------------------------------ what it serves

    def get(self, path: str, headers: Mapping[str, str] = {}, method: str = "GET") -> Answer:
        """The answer to a request."""
        with closing(http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE)) as other:
            other.putrequest(method, path, skip_host="Host" in headers)
            for name, value in headers.items():
                other.putheader(name, value)
            other.endheaders()
            with other.getresponse() as answer:
                return Answer(answer.status, dict(answer.getheaders()), answer.read())

    def page(self, path: str) -> str:
        """The text of a page that is there."""
        answer = self.get(path)
        assert answer.status == 200, answer
        return answer.body.decode()

    @property
    def folder(self) -> Path:
        """The site that is served."""
        return self._site.project / ".fengqiao" / "serve" / str(self.port) / "site"

    # ------------------------------------------------------------ its processes

    def workers(self) -> list[psutil.Process]:
        """The worker, and what it started."""
        try:
            return psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def worker(self) -> int:
        """The process number of the worker."""
        (child,) = psutil.Process(self.process.pid).children()
        return child.pid

    def stop(self, number: int = signal.SIGINT) -> Done:
        """Sends a signal and waits for the end: no traceback, nobody left, nothing left."""
        self.process.send_signal(number)
        try:
            out, err = self.process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            stop_group(self.process)
            raise
        assert "Traceback" not in out + err, out + err
        assert survivors(self.process) == []
        assert not (self._site.project / ".fengqiao").exists()
        return Done(self.process.returncode, out, err)


def is_good(news: Mapping[str, Any]) -> bool:
    """A site stands and nothing is wrong."""
    return not news["reason"] and not news["token"].endswith("-0")


def is_bad(news: Mapping[str, Any]) -> bool:
    """Something is wrong."""
    return bool(news["reason"])
