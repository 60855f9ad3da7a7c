"""Running MkDocs: reading its settings, building through it, and saying what it found wrong."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, ConfigurationError, MkDocsException

from fengqiao.diagnostics import Diagnostic
from fengqiao.errors import FengqiaoError, UsageError
from fengqiao.publish.folder import writing
from fengqiao.publish.shell.host import Host
from fengqiao.publish.shell.request import REQUEST, Request
from fengqiao.settings import Settings, settings_from


class BuildFailedError(FengqiaoError):
    """MkDocs ended with errors or, under ``--strict``, with warnings."""


@dataclass(frozen=True, slots=True)
class Built:
    """A published site."""

    folder: Path
    diagnostics: tuple[Diagnostic, ...]


def build(
    project: Path,
    *,
    request: Request | None = None,
    out: Path | None = None,
    strict: bool = True,
) -> Built:
    """Builds the site of ``project`` into ``out`` (default: ``site_dir`` of its mkdocs.yml).
    Raises :class:`FengqiaoError` when anything is wrong; the old site then stands as it was."""
    options = {} if out is None else {"site_dir": str(out.resolve())}
    config = _read_config(project, strict=strict, **options)
    host = next(
        (vars(hook)["_host"] for hook in config.plugins.values() if "_host" in vars(hook)),
        None,
    )
    if not isinstance(host, Host):
        raise UsageError("no-hooks", path=project / "mkdocs.yml")
    config.extra[REQUEST] = request or Request()
    with _hearing(logging.WARNING) as heard:
        try:
            mkdocs_build(config)
        except (Abort, MkDocsException) as error:
            if host.failure is not None:
                raise host.failure from None
            reason = "\n".join(dict.fromkeys([*heard, str(error)]))
            raise BuildFailedError("build-failed", reason=reason) from None
        except OSError as error:
            if error.errno is None:  # a template that is missing, says Jinja
                raise
            with writing(host.published):
                raise
        finally:
            host.close()  # MkDocs tells no hook of a Ctrl-C
    return Built(host.published, host.diagnostics)


def read_settings(project: Path, flags: Mapping[str, str | None]) -> Settings:
    """The settings of ``project`` without building it; defaults where it has no mkdocs.yml.
    Raises :class:`UsageError` for settings that cannot be."""
    if not (project / "mkdocs.yml").is_file():
        return settings_from({}, flags)
    return settings_from(_read_config(project).extra.get("fengqiao"), flags)


def sources(project: Path) -> tuple[Path, ...]:
    """What the mkdocs.yml of ``project`` names beside its usual folders: files and folders that a
    build reads. Raises :class:`UsageError` where it cannot be read."""
    config = _read_config(project)
    custom = config.theme.custom_dir
    hooks = [str(Path(config.config_file_path).parent / file) for file in config.hooks]
    named = [config.docs_dir, *([custom] if custom else []), *hooks, *config.watch]
    return tuple(Path(name) for name in dict.fromkeys(named))


def _read_config(project: Path, **options: Any) -> MkDocsConfig:
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")  # we pin MkDocs below 2
    config_file = project / "mkdocs.yml"
    if not config_file.is_file():
        raise UsageError("no-project", path=project.resolve())
    with _hearing(logging.ERROR) as heard:
        try:
            return load_config(str(config_file), **options)
        except (ConfigurationError, Abort) as error:
            reason = "; ".join([*heard, str(error)])
            raise UsageError("bad-mkdocs-yml", reason=reason) from None


@contextmanager
def _hearing(level: int) -> Iterator[list[str]]:
    """What MkDocs logs at ``level`` or above meanwhile: its exceptions alone do not say what is
    wrong."""
    heard: list[str] = []
    handler = logging.Handler(level)
    handler.emit = lambda record: heard.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("mkdocs").addHandler(handler)
    try:
        yield heard
    finally:
        logging.getLogger("mkdocs").removeHandler(handler)
