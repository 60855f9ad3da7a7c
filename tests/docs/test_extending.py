"""docs/extending.md is followed literally: its commands run, its files are written, in order."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

_BLOCK = re.compile(
    r"(?:文件 `(?P<file>[^`]+)`：\n\n)?```(?P<lang>\w+)\n(?P<text>.*?)```", re.DOTALL
)


def _walk_through(page: str, folder: Path) -> Path:
    """Does what the section on kinds says in ``folder`` and returns the project's folder."""
    section = page.split("## 加一个种类")[1].split("\n## ", maxsplit=1)[0]
    here = folder
    for match in _BLOCK.finditer(section):
        if match["file"]:
            file = here / match["file"]
            file.write_text(match["text"], encoding="utf-8")
            continue
        assert match["lang"] == "sh", "every block is a file or commands"
        for line in match["text"].splitlines():
            words = line.split()
            if words[0] == "cd":
                here /= words[1]
                continue
            if words[0] == "fengqiao":
                words = [sys.executable, "-m", *words]
            done = subprocess.run(
                words,
                cwd=here,
                capture_output=True,
                text=True,
                check=False,
                stdin=subprocess.DEVNULL,
                env={**os.environ, "LANG": "zh_CN.UTF-8"},
            )
            assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
            if "check" in words:
                assert "0 处错误，0 处提醒，0 处说明" in done.stderr
    return here


@pytest.fixture(scope="module")
def project(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    page = (repository / "docs" / "extending.md").read_text(encoding="utf-8")
    return _walk_through(page, tmp_path_factory.mktemp("extending"))


def test_the_new_kind_has_its_page(project: Path) -> None:
    html = (project / "site" / "notices" / "first-notice.html").read_text(encoding="utf-8")
    assert "春耕前集中排查土地纠纷" in html
    assert "请各村在三月十五日前报送排查情况" in html
    assert 'href="../playbooks/example-flow.html"' in html
    assert 'class="fq-sample"' in html


def test_its_own_template_is_used(project: Path) -> None:
    html = (project / "site" / "notices" / "first-notice.html").read_text(encoding="utf-8")
    assert '<h2 id="text">内容</h2>' in html


def test_it_stands_in_list_and_navigation(project: Path) -> None:
    listed = (project / "site" / "notices" / "index.html").read_text(encoding="utf-8")
    assert 'href="first-notice.html"' in listed
    home = (project / "site" / "index.html").read_text(encoding="utf-8")
    assert 'href="notices/index.html"' in home


def test_its_internal_field_is_nowhere(project: Path) -> None:
    for file in (project / "site").rglob("*"):
        if file.is_file():
            assert "示例经办人".encode() not in file.read_bytes(), file
