"""Every bad input of ``golden/bad``: exactly the diagnostics that stand there, and nothing written.

A case names its files (see :mod:`tests.project`) and the start of every line of ``fengqiao check``
about them.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from fengqiao import load_casebook
from fengqiao.read import tree
from tests.project import assert_lines, lay_out, snapshot

CASES = sorted((Path(__file__).parent / "golden" / "bad").glob("*.yml"))

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


def read_case(path: Path) -> tuple[dict[str, Any], list[str]]:
    spec = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert spec.keys() == {"files", "expect"}
    return spec["files"], spec["expect"]


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
