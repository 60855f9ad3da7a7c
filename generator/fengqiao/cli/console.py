"""What commands print: diagnostics, progress, results."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.text import Text

from fengqiao.diagnostics import Diagnostic, Severity
from fengqiao.messages import Value, text

_COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
PATIENCE = 1.0
"""Seconds after which a stage shows a bar."""


def printable(said: str) -> str:
    """``said`` with whatever could steer a terminal replaced; it may have several lines."""
    return "".join(
        letter if letter.isprintable() or letter == "\n" else "\ufffd" for letter in said
    )


class Printer:
    """Prints for people on a terminal and, with ``json``, for machines: results on standard
    output, everything else on standard error."""

    def __init__(self, lang: str, *, json: bool = False) -> None:
        self.lang = lang
        self.json = json
        self.out = Console(highlight=False, soft_wrap=True)
        self.err = Console(stderr=True, highlight=False, soft_wrap=True)

    def say(self, key: str, **values: Value) -> None:
        """A sentence of the catalogue; none where a machine reads."""
        if not self.json:
            self.out.print(Text(printable(text(key, self.lang, **values))))

    def complain(self, sentence: str) -> None:
        """A sentence that says why a command stops."""
        self.err.print(Text(sentence, style="red"))

    def data(self, value: object) -> None:
        """A value as JSON on standard output."""
        sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")

    def diagnostics(self, found: Sequence[Diagnostic], lang: str | None = None) -> None:
        """One line each, and a count."""
        if self.json:
            return
        for one in found:
            line = Text(printable(f"{one.where}: "))
            line.append(f"{one.severity}[{one.code}]", style=_COLOURS[one.severity])
            line.append(printable(f" {one.message(self.lang)}"))
            self.err.print(line)
        self.err.print(Text(self.summary(found)))

    def summary(self, found: Sequence[Diagnostic]) -> str:
        """“2 errors, 12 warnings, 2 notes”."""
        counts = {
            str(severity): sum(one.severity is severity for one in found) for severity in Severity
        }
        return text("check-summary", self.lang, **counts)


class Bars:
    """Progress bars for stages that take longer than :data:`PATIENCE`."""

    def __init__(self, printer: Printer) -> None:
        self._printer = printer
        self._progress: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._begun = time.monotonic()
        self._wanted = printer.err.is_terminal and not printer.json

    def __enter__(self) -> Callable[[str, int, int], None]:
        return self._show

    def __exit__(self, *_: object) -> None:
        if self._progress is not None:
            self._progress.stop()

    def _show(self, stage: str, done: int, total: int) -> None:
        if not self._wanted or time.monotonic() - self._begun < PATIENCE:
            return
        if self._progress is None:
            # No thread of its own: builds fork, and forking a threaded process is asking for it.
            self._progress = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                console=self._printer.err,
                transient=True,
                auto_refresh=False,
            )
            self._progress.start()
        if stage not in self._tasks:
            label = text(f"stage-{stage}", self._printer.lang)
            self._tasks[stage] = self._progress.add_task(label, total=total)
        self._progress.update(self._tasks[stage], completed=done, total=total, refresh=True)
