"""Every bad input of ``golden/bad``: exactly the diagnostics that stand there, and nothing written.

A case names its files and the start of every line of ``fengqiao check`` about them. Files are text,
or ``bytes`` with Python's escapes, ``text`` in an ``encoding``, ``repeat`` × ``times`` (after
``before``), or ``special`` things that a folder can hold.
"""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from fengqiao import load_casebook
from fengqiao.read import tree

CASES = sorted((Path(__file__).parent / "golden" / "bad").glob("*.yml"))

# What the cases are laid over, so that only the fault of each is found.
BASE = {
    "casebook/casebook.yml": "title: 知识库\noffice: 司法局\njurisdiction: 某县\n",
    "casebook/vocab/dispute-types.yml": "- {code: neighbourhood, name: 邻里纠纷}\n",
    "casebook/vocab/outcomes.yml": "- {code: agreed, name: 达成协议}\n",
}

# Through the real command: those that crash, hang or exhaust a careless reader.
THROUGH_THE_COMMAND = (
    "bomb-list",
    "bomb-merge",
    "deep-brackets",
    "deep-dashes",
    "deep-groups",
    "fifo",
    "file-name-control",
    "gbk",
    "model-huge-number",
    "nul",
    "symlink",
    "two-mebibytes",
)

SPECIAL = {
    "folder": lambda path, outside: path.mkdir(),
    "symlink": lambda path, outside: path.symlink_to(outside / "secret.yml"),
    "symlink-folder": lambda path, outside: path.symlink_to(outside),
    "dangling": lambda path, outside: path.symlink_to("nowhere.yml"),
    "fifo": lambda path, outside: os.mkfifo(path),
    "socket": lambda path, outside: os.mknod(path, stat.S_IFSOCK | 0o600),
}


def lay_out(files: dict[str, Any], folder: Path) -> Path:
    """The project of a case, with something outside that a link can lead to."""
    project, outside = folder / "project", folder / "outside"
    outside.mkdir()
    (outside / "secret.yml").write_text("id: secret\ntitle: 秘\ndefinition: 密\n", encoding="utf-8")
    for name, content in {**BASE, **files}.items():
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


def read_case(path: Path) -> tuple[dict[str, Any], list[str]]:
    spec = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert spec.keys() == {"files", "expect"}
    return spec["files"], spec["expect"]


def assert_lines(found: list[str], expected: list[str]) -> None:
    """Each found line starts as the expected one in its place does."""
    cut = [line[: len(start)] for line, start in zip(found, expected, strict=False)]
    assert cut + found[len(cut) :] == expected, "\n".join(["found:", *found])


def test_there_are_enough() -> None:
    assert len(CASES) >= 60


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_exactly_the_expected_diagnostics(case: Path, tmp_path: Path) -> None:
    files, expected = read_case(case)
    project = lay_out(files, tmp_path)
    before = snapshot(tmp_path)
    loaded = load_casebook(project, date(2026, 11, 22))
    assert_lines([one.line("en") for one in loaded.diagnostics], expected)
    for one in loaded.diagnostics:
        for lang in ("zh", "en"):
            assert one.line(lang).isprintable(), "a diagnostic is one line that can be shown"
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_the_parser_in_python_finds_the_same(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, expected = read_case(case)
    monkeypatch.setattr(tree, "PARSER", yaml.BaseLoader)
    loaded = load_casebook(lay_out(files, tmp_path), date(2026, 11, 22))
    assert_lines([one.line("en") for one in loaded.diagnostics], expected)


@pytest.mark.parametrize("name", THROUGH_THE_COMMAND)
def test_through_the_command(name: str, tmp_path: Path) -> None:
    files, expected = read_case(Path(__file__).parent / "golden" / "bad" / f"{name}.yml")
    project = lay_out(files, tmp_path)
    before = snapshot(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "fengqiao", "check", "--as-of", "2026-11-22", "--lang", "en"],
        cwd=project,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    for start in expected:
        assert start in " ".join((done.stdout + done.stderr).split())
    assert snapshot(tmp_path) == before
