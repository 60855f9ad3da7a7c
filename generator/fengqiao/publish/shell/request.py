"""What a command wants of a build, on its way through MkDocs to the hooks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from fengqiao import executor
from fengqiao.diagnostics import Diagnostic
from fengqiao.load import quiet

REQUEST = "fengqiao_request"
"""Where ``fengqiao build`` leaves its request for the hooks, in MkDocs' ``extra``."""


def _print_plainly(found: Sequence[Diagnostic], lang: str) -> None:
    for one in found:
        print(one.line(lang), flush=True)


@dataclass(frozen=True)
class Request:
    """What a command wants of a build, beyond the settings in mkdocs.yml."""

    flags: Mapping[str, str | None] = field(default_factory=dict)
    jobs: int = field(default_factory=executor.default_jobs)
    report: Callable[[Sequence[Diagnostic], str], None] = _print_plainly
    progress: Callable[[str, int, int], None] = quiet
    lang: str = ""
    """The tongue of messages; empty: that of the pages."""
