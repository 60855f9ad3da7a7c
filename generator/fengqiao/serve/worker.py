"""The process that builds: imports everything once, then builds whenever it is asked.

Standard input brings the order, then a line for each build; standard output is the way back, so
what the project's code prints goes to standard error. The end of standard input is the end.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from fengqiao.diagnostics import Diagnostic
from fengqiao.errors import FengqiaoError, UsageError
from fengqiao.messages import catalogue
from fengqiao.serve.effects import PACKAGE, shown

Say = Callable[[Mapping[str, Any]], None]

_PLACE = re.compile(r'File "([^"\n]+)", line (\d+)')


def main() -> None:
    """Runs the process."""
    say = _own_output()
    order = json.loads(sys.stdin.readline())
    with suppress(Exception):  # it will fail again, and be told, in the build
        importlib.import_module("fengqiao.publish.shell")
    for _ in sys.stdin:
        begun = time.monotonic()
        answer = _build(order, say)
        say({**answer, "seconds": time.monotonic() - begun})


def _own_output() -> Say:
    """A way to the parent that nobody else writes to."""
    stream = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def say(message: Mapping[str, Any]) -> None:
        stream.write(json.dumps(message) + "\n")
        stream.flush()

    return say


def _build(order: Mapping[str, Any], say: Say) -> Mapping[str, Any]:
    """Builds as ``fengqiao build`` does and tells what came of it."""
    project, lang = Path(order["project"]), order["lang"]
    found: list[Diagnostic] = []

    def keep(some: Sequence[Diagnostic], _: str) -> None:
        found.extend(some)

    try:
        catalogue.cache_clear()
        from fengqiao.publish import shell  # noqa: PLC0415 -- loads MkDocs; may be what is broken

        say({"sources": [str(path) for path in shell.sources(project)]})
        # Up to some hundred records one process is done before a pool has started.
        request = shell.Request(flags=order["flags"], jobs=1, report=keep, lang=lang)
        shell.build(project, request=request, out=Path(order["site"]))
        return _answer(found, lang, ok=True)
    except FengqiaoError as error:
        misuse = error.exit_code == UsageError.exit_code
        return _answer(found, lang, reason=error.message(lang), misuse=misuse)
    except (Exception, SystemExit) as error:
        return {**_answer((), lang), "crash": _crash(error, project)}


def _answer(
    found: Sequence[Diagnostic],
    lang: str,
    *,
    ok: bool = False,
    reason: str = "",
    misuse: bool = False,
) -> dict[str, Any]:
    diagnostics = [one.as_dict(lang) for one in found]
    return {"ok": ok, "reason": reason, "misuse": misuse, "diagnostics": diagnostics}


def _crash(error: BaseException, project: Path) -> dict[str, Any]:
    """What went wrong in code or in a template, where a diagnostic would say it."""
    path, line = _place(error, project)
    return {
        "path": shown(path, project),
        "line": line,
        "column": getattr(error, "offset", None) or 1,
        "severity": "error",
        "code": type(error).__name__,
        "message": " ".join(str(error).split()) or type(error).__name__,
    }


def _place(error: BaseException, project: Path) -> tuple[Path, int]:
    """File and line: the innermost template if there is one, else the innermost line of the
    project or the package. Read from the printed traceback, which holds that of a pool's process
    too."""
    filename, line = getattr(error, "filename", None), getattr(error, "lineno", None)
    if isinstance(filename, str) and isinstance(line, int):
        return Path(filename), line
    places = [
        (Path(match[1]), int(match[2]))
        for match in _PLACE.finditer("".join(traceback.format_exception(error)))
    ]
    own = [
        place
        for place in places
        if place[0].is_relative_to(project) or place[0].is_relative_to(PACKAGE)
    ]
    templates = [place for place in own if place[0].suffix == ".jinja"]
    return (templates or own or places or [(project / "mkdocs.yml", 1)])[-1]
