"""The command line: parses arguments, prints results, and lets no traceback through."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

# Nothing heavy is loaded before run(): a Ctrl-C while Python loads it is caught there.

LANGUAGES = ("zh", "en")
INTERRUPTED = 130


def language(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """``--lang`` wherever it stands, else what the system's settings say; English without any."""
    for index, argument in enumerate(arguments):
        value = None
        if argument == "--lang" and index + 1 < len(arguments):
            value = arguments[index + 1]
        elif argument.startswith("--lang="):
            value = argument.partition("=")[2]
        if value in LANGUAGES:
            return value
    system = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG")
    if not system and os.name == "nt":
        import locale  # noqa: PLC0415 -- Windows keeps the language elsewhere

        system = locale.getlocale()[0] or ""
    return "zh" if (system or "").lower().startswith(("zh", "chinese")) else "en"


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs a command and ends the process: 0 fine, 1 faults in content or a machine that refuses,
    2 misuse, 130 interrupted."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    lang = language(given, os.environ)
    sys.exit(run(given, lang))


def run(arguments: Sequence[str], lang: str) -> int:
    """Runs a command and returns its exit code."""
    try:
        code = _run(list(arguments), lang)
    except KeyboardInterrupt:
        code = INTERRUPTED
    if code == INTERRUPTED:
        _complain("interrupted", lang)
    return code


def _run(arguments: list[str], lang: str) -> int:
    import typer  # noqa: PLC0415

    from fengqiao.cli.app import make_command  # noqa: PLC0415
    from fengqiao.cli.misuse import sentence  # noqa: PLC0415
    from fengqiao.errors import FengqiaoError  # noqa: PLC0415

    try:
        code = make_command(lang).main(arguments, prog_name="fengqiao", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except typer.Exit as stop:
        return stop.exit_code
    except typer.Abort:
        return INTERRUPTED
    except typer.TyperException as error:
        _say(sentence(error, lang))
        return 2
    except FengqiaoError as error:
        _say(error.message(lang))
        return error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        reason = error.strerror or str(error)
        _complain("system-refused", lang, path=error.filename or "", reason=reason)
        return 1
    except Exception as error:
        if os.environ.get("FENGQIAO_DEBUG"):
            raise
        _complain("unexpected", lang, what=f"{type(error).__name__}: {error}")
        return 1


def _complain(key: str, lang: str, **values: object) -> None:
    from fengqiao.messages import text  # noqa: PLC0415

    _say(text(key, lang, **values))


def _say(said: str) -> None:
    from fengqiao.cli.console import printable  # noqa: PLC0415

    sys.stderr.write(printable(said) + "\n")
