"""What the browser is told: which site stands, and what is wrong with the sources since."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from fengqiao.messages import Value


@dataclass(frozen=True, slots=True)
class Fault:
    """A diagnostic in words, as ``Diagnostic.as_dict`` gives it."""

    path: str
    line: int
    column: int
    severity: str
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.severity}[{self.code}] {self.message}"

    @property
    def place(self) -> str:
        """``path:line:column``."""
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class State:
    """How things stand after a build."""

    site: int = 0
    """How many sites have been published; 0: there is none to see yet."""
    build: int = 0
    """How many builds have ended."""
    reason: str = ""
    """Why the last build published nothing; empty when it did."""
    faults: tuple[Fault, ...] = ()


@dataclass
class Board:
    """The newest state, for every thread; those who wait for it are woken."""

    site: Path = field(default_factory=Path)
    """The folder that is served."""
    state: State = field(default_factory=State)
    closed: bool = False
    run: str = field(default_factory=lambda: secrets.token_hex(4))
    """Tells this server from the one that ran on the same port before."""
    _news: threading.Condition = field(default_factory=threading.Condition)

    def show(self, state: State) -> None:
        """Put up a new state."""
        with self._news:
            self.state = state
            self._news.notify_all()

    def close(self) -> None:
        """Let everybody go who waits."""
        with self._news:
            self.closed = True
            self._news.notify_all()

    def wait(self, seen: State | None, seconds: float) -> State | None:
        """The newest state as soon as it is another than ``seen``; ``None`` when there is none
        for so long, or no more."""
        with self._news:
            self._news.wait_for(lambda: self.closed or self.state is not seen, seconds)
            return None if self.closed or self.state is seen else self.state

    def token(self) -> str:
        """Names the site that stands now; a page that carries another is out of date."""
        return f"{self.run}-{self.state.site}"


def payload(token: str, state: State, words: Mapping[str, str]) -> dict[str, Value]:
    """What ``reload.js`` gets."""
    return {
        "token": token,
        "build": state.build,
        "reason": state.reason,
        "faults": [{**asdict(fault), "place": fault.place} for fault in state.faults],
        "words": dict(words),
    }
