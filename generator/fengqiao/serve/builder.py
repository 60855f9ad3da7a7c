"""The worker as the parent sees it: a process that is asked to build and answers."""

from __future__ import annotations

import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from fengqiao.serve.state import Fault

_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from fengqiao.serve.worker import main; main()"
)
"""What the worker runs: the same package as the parent, however that was found."""

_KEPT = 400
"""Lines of the worker's standard error that are kept for a build."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is built, and where to."""

    project: Path
    site: Path
    flags: Mapping[str, str | None]
    lang: str

    def as_dict(self) -> dict[str, Any]:
        """As JSON can say it."""
        return {
            "project": str(self.project),
            "site": str(self.site),
            "flags": dict(self.flags),
            "lang": self.lang,
        }


@dataclass(frozen=True)
class Sources:
    """The worker has read mkdocs.yml: what it names is to be watched."""

    builder: Builder
    paths: tuple[Path, ...]


@dataclass(frozen=True)
class Finished:
    """A build has ended."""

    builder: Builder
    ok: bool
    reason: str
    """Why nothing was published; empty when all went well, and when code or a template broke."""
    misuse: bool
    """Whether it is the command or the settings that are wrong, not the content."""
    diagnostics: tuple[Fault, ...]
    seconds: float
    printed: tuple[str, ...]


@dataclass(frozen=True)
class Ended:
    """The worker is gone."""

    builder: Builder
    reason: str
    """Its last word on standard error, or how it ended."""


Event = Sources | Finished | Ended


class Builder:
    """One worker process, started at once; its answers come as events. It is a process group of
    its own, so that Ctrl-C reaches only the parent and killing it takes along what it forked; it
    ends by itself when the parent is gone."""

    def __init__(self, order: Order, events: queue.Queue[Event]) -> None:
        self.busy = False
        """Whether it was asked for a build and has not answered; for the parent's one thread."""
        self._events = events
        self._printed: deque[str] = deque(maxlen=_KEPT)
        path = json.dumps([entry or os.getcwd() for entry in sys.path])  # noqa: PTH109 -- a str
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", _START, path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="backslashreplace",
            env={**os.environ, "PYTHONIOENCODING": "utf-8:backslashreplace"},
            **_own_group(),
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._hearer = threading.Thread(target=self._hear, daemon=True)
        self._listener.start()
        self._hearer.start()
        self._tell(order.as_dict())

    @property
    def pid(self) -> int:
        """The process number."""
        return self._process.pid

    def build(self) -> None:
        """Asks for a build; its end comes as an event."""
        self.busy = True
        self._tell({"build": True})

    def kill(self) -> None:
        """Ends the process and all that it started, at once."""
        if sys.platform == "win32":
            self._process.kill()
        else:
            with suppress(OSError):  # all of them have ended
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for thread in (self._listener, self._hearer):
            thread.join(timeout=1)

    def _tell(self, message: dict[str, Any]) -> None:
        stream = self._pipe(self._process.stdin)
        with suppress(OSError):  # it has ended: the listener says so
            stream.write(json.dumps(message) + "\n")
            stream.flush()

    def _listen(self) -> None:
        for line in self._pipe(self._process.stdout):
            self._take(json.loads(line))
        code = self._process.wait()
        self._hearer.join(timeout=1)
        self._events.put(Ended(self, _last_word(self._printed, code)))

    def _take(self, said: dict[str, Any]) -> None:
        if "sources" in said:
            self._events.put(Sources(self, tuple(map(Path, said["sources"]))))
            return
        printed = tuple(self._printed.popleft() for _ in range(len(self._printed)))
        faults = tuple(Fault(**one) for one in said["diagnostics"])
        if "crash" in said:
            faults = (Fault(**said["crash"]),)
        self._events.put(
            Finished(
                builder=self,
                ok=said["ok"],
                reason=said["reason"],
                misuse=said["misuse"],
                diagnostics=faults,
                seconds=said["seconds"],
                printed=printed,
            )
        )

    def _hear(self) -> None:
        for line in self._pipe(self._process.stderr):
            self._printed.append(line.rstrip("\n"))

    @staticmethod
    def _pipe(stream: IO[str] | None) -> IO[str]:
        assert stream is not None  # all three are pipes
        return stream


def _own_group() -> dict[str, Any]:
    """How a process becomes one that Ctrl-C in the terminal does not reach."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"process_group": 0}


def _last_word(printed: deque[str], code: int) -> str:
    """The sentence at the end of a traceback, with the place that it names last."""
    lines = [line.strip() for line in printed if line.strip()]
    if not lines:
        return f"exit {code}"
    places = [re.match(r'File "(.+)", line (\d+)', line) for line in lines]
    place = next((match for match in reversed(places) if match), None)
    return f"{place[1]}:{place[2]}: {lines[-1]}" if place else lines[-1]
