"""``fengqiao init``: a working project for another county."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from fengqiao.errors import FengqiaoError, UsageError
from fengqiao.kinds import find_kinds

STARTER = Path(__file__).parent / "starter"


def create(target: Path, *, examples: bool = True) -> tuple[Path, ...]:
    """Makes a project in ``target`` (new or empty) and returns the files written, with one small
    example of every kind unless ``examples`` is off. Raises :class:`UsageError` where something
    stands there already, :class:`FengqiaoError` where it cannot be written."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError("init-not-empty", path=target)
    sources = {
        path.relative_to(STARTER): path for path in sorted(STARTER.rglob("*")) if path.is_file()
    }
    if examples:
        for folder in find_kinds().values():
            name = Path("casebook", folder.kind.folder, f"{_id_of(folder.example)}.yml")
            sources[name] = folder.example
    try:
        for relative, source in sources.items():
            file = target / relative
            file.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, file)
    except OSError as error:
        raise FengqiaoError("init-unwritable", path=target, reason=error.strerror) from None
    return tuple(target / relative for relative in sources)


def _id_of(example: Path) -> str:
    match = re.search(r"^id:\s*([a-z0-9-]+)", example.read_text(encoding="utf-8"), re.MULTILINE)
    return match[1] if match else "example"
