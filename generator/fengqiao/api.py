"""The public functions: load a casebook, build a site."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from fengqiao import clock
from fengqiao.load import Loaded, load


def load_casebook(project: Path | str, as_of: date | None = None) -> Loaded:
    """The casebook in the folder ``project`` and every diagnostic, as it stands on ``as_of``
    (default: today). Nothing is written."""
    return load(Path(project), as_of or clock.today())


def build_site(
    project: Path | str,
    *,
    edition: str | None = None,
    out: Path | str | None = None,
    as_of: date | None = None,
) -> Path:
    """Builds the site of ``project`` and returns its folder. Settings left out come from the
    project's mkdocs.yml. Raises :class:`fengqiao.errors.FengqiaoError` when the content has
    errors or the machine refuses; the old site is then untouched."""
    from fengqiao.publish.shell import Request, build  # noqa: PLC0415 -- loads MkDocs, only a build needs it

    flags = {"edition": edition, "as_of": as_of.isoformat() if as_of else None}
    request = Request(flags=flags)
    return build(Path(project), request=request, out=Path(out) if out else None).folder
