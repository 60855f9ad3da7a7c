"""``fengqiao serve``: a preview that follows every saved change.

Two processes. The parent (this one) watches the sources and answers the browser; it imports no
host, no template engine and none of the project's code, so that nothing an author writes can take
it down. The worker builds, by the same function as ``fengqiao build``, and is killed and started
anew when Python changed. What it publishes is what ``build`` would have published; the reload
script and the overlay are added to pages while they are sent.
"""

from __future__ import annotations

import queue
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from types import FrameType, TracebackType
from typing import NoReturn

from fengqiao.errors import UsageError
from fengqiao.messages import text
from fengqiao.serve import effects
from fengqiao.serve.builder import Builder, Ended, Event, Finished, Order, Sources
from fengqiao.serve.home import Home
from fengqiao.serve.server import listen
from fengqiao.serve.state import Board, Fault, State
from fengqiao.serve.terminal import Terminal
from fengqiao.serve.watch import Watch

__all__ = ["serve"]

POLL = 0.25
"""Seconds between two looks at the sources."""
SETTLE = 0.06
"""… after something changed: editors write in several steps, and half a file is a fault."""
PATIENCE = 1.0
"""Seconds after which a build begins although files still change."""
SHARE = 10
"""Looking takes at most one part in so many of the time, however many files there are."""
DEATHS = 2
"""How often the worker may die in a row before the next change is waited for."""

_TERMINATED = 128


def serve(
    project: Path, *, flags: Mapping[str, str | None], host: str, port: int, lang: str
) -> NoReturn:
    """Builds, watches and serves ``project`` on ``host`` and ``port`` (0: any free one) until it
    is interrupted (``KeyboardInterrupt``) or told to end (``SystemExit``); ``flags`` override
    settings as those of ``build`` do.

    Raises :class:`FengqiaoError` when it cannot begin: no project, a port in use, settings that
    cannot be.
    """
    if not (project / "mkdocs.yml").is_file():
        raise UsageError("no-project", path=project.resolve())
    project = project.resolve()
    terminal = Terminal(lang)
    board = Board()
    with (
        _Signals() as signals,
        listen(host, port, board, lang, terminal.complain) as address,
        Home(project, address.port) as home,
    ):
        board.site = home.site
        terminal.say("serve-ready", url=address.url)
        if address.exposed:
            terminal.warn("serve-exposed")
        session = _Session(Order(project, home.site, dict(flags), lang), board, terminal)
        try:
            session.run()
        finally:
            signals.ignore()
            session.end()


class _Session:
    """What happens between the first build and the end, one event after another in one thread."""

    def __init__(self, order: Order, board: Board, terminal: Terminal) -> None:
        self._order = order
        self._board = board
        self._terminal = terminal
        self._events: queue.Queue[Event] = queue.Queue()
        self._watch = Watch(effects.roots(order.project))
        self._builder = Builder(order, self._events)
        self._stale = True
        """Whether something changed since the running build began, or no build has begun."""
        self._deaths = 0
        self._changed: set[Path] = set()
        self._since = 0.0
        """When the first of the changes that wait to settle was seen."""

    def end(self) -> None:
        """Takes the worker down."""
        self._builder.kill()

    def run(self) -> NoReturn:
        """Builds when something changed, tells the browser what came of it, for ever."""
        pause = POLL
        while True:
            self._build_if_stale()
            try:
                self._handle(self._events.get(timeout=pause))
                continue
            except queue.Empty:
                pause = self._look()

    def _build_if_stale(self) -> None:
        if self._stale and not self._builder.busy and self._deaths < DEATHS:
            self._stale = False
            self._builder.build()

    # ------------------------------------------------------------ changes

    def _look(self) -> float:
        """Looks for changes and acts on them once they have settled; returns the next pause."""
        begun = time.monotonic()
        found = self._watch.changes()
        took = time.monotonic() - begun
        if found:
            self._since = self._since or begun
            self._changed |= found
        if not self._changed:
            return max(POLL, SHARE * took)
        if found and begun - self._since < PATIENCE:
            return SETTLE
        self._act_on(sorted(self._changed))
        self._changed.clear()
        self._since = 0.0
        return POLL

    def _act_on(self, changed: list[Path]) -> None:
        shown = effects.shown(changed[0], self._order.project)
        self._terminal.say("serve-changed", path=shown, count=len(changed))
        if effects.needs_restart(changed) or self._deaths >= DEATHS:
            self._terminal.say("serve-restarting")
            self._restart()
        if effects.is_ours(changed):
            self._terminal.warn("serve-own-code")
        self._deaths = 0
        self._stale = True

    def _restart(self) -> None:
        self._builder.kill()
        self._builder = Builder(self._order, self._events)

    # ------------------------------------------------------------ the worker's words

    def _handle(self, event: Event) -> None:
        if event.builder is not self._builder:
            return  # the last words of a worker that was replaced
        if isinstance(event, Sources):
            self._watch.roots = effects.roots(self._order.project, event.paths)
        elif isinstance(event, Finished):
            self._builder.busy = False
            self._deaths = 0
            self._finished(event)
        else:
            self._died(event)

    def _finished(self, build: Finished) -> None:
        before = self._board.state
        self._terminal.relay(build.printed)
        self._terminal.diagnostics(build.diagnostics)
        if build.ok:
            self._board.show(State(before.site + 1, before.build + 1))
            self._terminal.say("serve-built", seconds=f"{build.seconds:.1f}")
            return
        if build.misuse and not before.build:
            raise UsageError("serve-misuse", reason=build.reason)
        faults = tuple(one for one in build.diagnostics if one.severity == "error")
        self._fail(build.reason or text("serve-crashed", self._order.lang), faults)

    def _died(self, end: Ended) -> None:
        self._deaths += 1
        self._stale = self._stale or self._builder.busy
        if self._deaths < DEATHS:
            self._restart()
        else:
            self._builder.busy = False
            self._fail(text("serve-died", self._order.lang, reason=end.reason), ())

    def _fail(self, reason: str, faults: tuple[Fault, ...]) -> None:
        before = self._board.state
        self._board.show(State(before.site, before.build + 1, reason, faults))
        self._terminal.complain(reason)
        if before.site:
            self._terminal.say("serve-kept")


class _Signals:
    """SIGTERM, and the terminal going away, end the block as Ctrl-C does."""

    def __enter__(self) -> _Signals:
        names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # not every system has all
        numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
        self._before = {number: signal.getsignal(number) for number in numbers}
        for number, handler in self._before.items():
            if number != signal.SIGINT and handler is not signal.SIG_IGN:  # as nohup ignores it
                signal.signal(number, _end)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def ignore(self) -> None:
        """From here on nothing interrupts: what was begun is being cleaned up."""
        for number in self._before:
            signal.signal(number, signal.SIG_IGN)


def _end(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(_TERMINATED + number)
