"""What the server says where it was started."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.text import Text

from fengqiao.messages import Value, text
from fengqiao.serve.state import Fault

_COLOURS = {"error": "bold red", "warning": "yellow", "note": "cyan"}


class Terminal:
    """Lines for a person: the address on standard output, everything else on standard error."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._out = Console(highlight=False, soft_wrap=True)
        self._err = Console(stderr=True, highlight=False, soft_wrap=True)
        self._known: Counter[tuple[str, str, str]] = Counter()

    def say(self, key: str, **values: Value) -> None:
        """A sentence of the catalogue."""
        self._out.print(Text(text(key, self._lang, **values)))

    def warn(self, key: str) -> None:
        """A sentence to take note of."""
        self._err.print(Text(text(key, self._lang), style="yellow"))

    def complain(self, sentence: str) -> None:
        """A sentence that says why something did not work."""
        self._err.print(Text(sentence, style="red"))

    def relay(self, lines: Iterable[str]) -> None:
        """What the project's own code printed while it was built."""
        for line in lines:
            self._err.print(Text(line, style="dim"))

    def diagnostics(self, found: Sequence[Fault]) -> None:
        """Errors, what is new since the last build, and a count: thirty known warnings after
        every keystroke would hide the one that counts. A line that only moved is not new."""
        known, self._known = self._known, Counter()
        for one in found:
            identity = (one.path, one.code, one.message)
            self._known[identity] += 1
            if one.severity == "error" or self._known[identity] > known[identity]:
                line = Text(f"{one.place}: ")
                line.append(f"{one.severity}[{one.code}]", style=_COLOURS.get(one.severity, ""))
                line.append(f" {one.message}")
                self._err.print(line)
        counts = Counter(one.severity for one in found)
        values = {name: counts[name] for name in _COLOURS}
        self._err.print(Text(text("check-summary", self._lang, **values)))
