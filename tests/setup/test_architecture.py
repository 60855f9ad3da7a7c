"""What a release may never lose of make lint: the layers, the types and syntax of the scripts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TYPESCRIPT = "tests/node/node_modules/typescript/bin/tsc"
SCRIPTS = "generator/fengqiao/web/js"


def run(*command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


def test_imports_keep_the_layers(repository: Path) -> None:
    program = "from importlinter.cli import lint_imports_command as main; main()"
    done = run(sys.executable, "-c", program, "--no-cache", folder=repository)
    assert done.returncode == 0, done.stdout + done.stderr


def test_scripts_of_the_site_have_sound_types(repository: Path, node: str) -> None:
    done = run(node, TYPESCRIPT, "--project", "tests/node", folder=repository)
    assert done.returncode == 0, done.stdout


def test_scripts_of_the_site_keep_to_the_floor_of_browsers(repository: Path, node: str) -> None:
    done = run(node, "tests/node/syntax.js", SCRIPTS, folder=repository)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "source",
    ["let a = b?.c;", "let a = b ?? c;", "let a = {...b};", "export const a = 1;"],
)
def test_newer_syntax_is_noticed(tmp_path: Path, repository: Path, node: str, source: str) -> None:
    (tmp_path / "new.js").write_text(source, encoding="utf-8")
    done = run(node, "tests/node/syntax.js", str(tmp_path), folder=repository)
    assert done.returncode == 1
    assert "new.js" in done.stderr
