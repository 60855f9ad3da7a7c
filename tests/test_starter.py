"""The starter of ``fengqiao init`` keeps up with the reference site, and builds as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from fengqiao.publish.shell import Request, build
from fengqiao.starter import STARTER, create


def settings(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_hooks_are_those_of_the_reference_site(repository: Path) -> None:
    name = "hooks/fengqiao_hooks.py"
    assert (STARTER / name).read_bytes() == (repository / name).read_bytes()


@pytest.mark.parametrize("key", ["theme", "plugins", "hooks", "markdown_extensions", "extra"])
def test_settings_are_those_of_the_reference_site(repository: Path, key: str) -> None:
    assert settings(STARTER / "mkdocs.yml")[key] == settings(repository / "mkdocs.yml")[key]


def test_both_schemes_and_the_systems_choice_can_be_had() -> None:
    palette = settings(STARTER / "mkdocs.yml")["theme"]["palette"]
    assert [entry.get("scheme") for entry in palette] == [None, "default", "slate"]
    assert all(entry["toggle"]["name"] for entry in palette)


def test_a_new_project_builds_without_a_warning(tmp_path: Path, as_of: str) -> None:
    project = tmp_path / "county"
    written = {path.relative_to(project).as_posix() for path in create(project)}
    assert {"mkdocs.yml", "README.md", "docs/index.md", "docs/about.md"} <= written
    request = Request(flags={"as_of": as_of}, jobs=1, report=lambda found, lang: None)
    site = build(project, request=request, strict=True).folder
    home = (site / "index.html").read_text(encoding="utf-8")
    assert home.count("<h1>") == 1
    assert 'href="playbooks/example-flow.html"' in home
