"""Small projects laid out from golden cases: what test_bad_inputs and test_checks share.

Files are text, or ``bytes`` with Python's escapes, ``text`` in an ``encoding``, ``repeat`` ×
``times`` (after ``before``), or ``special`` things that a folder can hold; ``null`` takes a file of
the base away.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

# What the cases are laid over, so that only the fault of each is found.
BASE: dict[str, Any] = {
    "casebook/casebook.yml": "title: 知识库\noffice: 司法局\njurisdiction: 某县\n",
    "casebook/vocab/dispute-types.yml": "- {code: neighbourhood, name: 邻里纠纷}\n",
    "casebook/vocab/outcomes.yml": "- {code: agreed, name: 达成协议}\n",
}

SPECIAL = {
    "folder": lambda path, outside: path.mkdir(),
    "symlink": lambda path, outside: path.symlink_to(outside / "secret.yml"),
    "symlink-folder": lambda path, outside: path.symlink_to(outside),
    "dangling": lambda path, outside: path.symlink_to("nowhere.yml"),
    "fifo": lambda path, outside: os.mkfifo(path),
    "socket": lambda path, outside: os.mknod(path, stat.S_IFSOCK | 0o600),
}


def lay_out(files: dict[str, Any], folder: Path, base: dict[str, Any] = BASE) -> Path:
    """The project of a case, with something outside that a link can lead to."""
    project, outside = folder / "project", folder / "outside"
    outside.mkdir(parents=True)
    (outside / "secret.yml").write_text("id: secret\ntitle: 秘\ndefinition: 密\n", encoding="utf-8")
    for name, content in {**base, **files}.items():
        if content is None:
            continue
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, dict) and "special" in content:
            SPECIAL[content["special"]](path, outside)
        else:
            path.write_bytes(content_of(content))
    return project


def content_of(content: str | dict[str, Any]) -> bytes:
    if isinstance(content, str):
        return content.encode("utf-8")
    if "bytes" in content:
        return content["bytes"].encode("ascii").decode("unicode_escape").encode("latin-1")
    if "encoding" in content:
        return content["text"].encode(content["encoding"])
    return (content.get("before", "") + content["repeat"] * content["times"]).encode("utf-8")


def snapshot(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Everything below ``folder``: mode, time of change and, of plain files, content."""
    found = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        content = path.read_bytes() if stat.S_ISREG(status.st_mode) else b""
        found[str(path)] = (status.st_mode, status.st_mtime_ns, content)
    return found


def assert_lines(found: list[str], expected: list[str]) -> None:
    """Each found line starts as the expected one in its place does."""
    cut = [line[: len(start)] for line, start in zip(found, expected, strict=False)]
    assert cut + found[len(cut) :] == expected, "\n".join(["found:", *found])
