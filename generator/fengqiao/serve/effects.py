"""What a build reads, and what a change of it calls for."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

PACKAGE = Path(__file__).parent.parent
SERVE = Path(__file__).parent

_READ_ANEW = {".jinja", ".html", ".css", ".js", ".svg"}
"""Files of the package that every build reads again."""
_MESSAGES = PACKAGE / "messages"


def roots(project: Path, told: Iterable[Path] = ()) -> tuple[Path, ...]:
    """Files and folders to watch: the project's, those that its mkdocs.yml names (``told``) and
    the package. Folders that are not there may come."""
    usual = [project / name for name in ("mkdocs.yml", "casebook", "docs", "hooks", "kinds")]
    return tuple(dict.fromkeys([*usual, *told, PACKAGE]))


def needs_restart(changed: Iterable[Path]) -> bool:
    """Whether a running worker would go on with what it has imported."""
    return any(_is_imported(path) for path in changed)


def is_ours(changed: Iterable[Path]) -> bool:
    """Whether code of this very process changed, which only starting it again will take up."""
    return any(
        path.suffix == ".py" and path.is_relative_to(SERVE) and path.stem != "worker"
        for path in changed
    )


def shown(path: Path, project: Path) -> str:
    """A path as a person at the project's root would write it; the package's from its name on."""
    for root in (project, PACKAGE.parent):
        if path.is_relative_to(root):
            return path.relative_to(root).as_posix()
    return str(path)


def _is_imported(path: Path) -> bool:
    if path.suffix == ".py":
        return True
    if not path.is_relative_to(PACKAGE) or path.suffix in _READ_ANEW:
        return False
    return not (path.is_relative_to(_MESSAGES) and path.suffix == ".yml")
