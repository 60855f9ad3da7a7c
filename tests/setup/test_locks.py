"""The lock files: everything pinned, everything hashed, nothing tied to one registry or machine."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCKS = ("requirements/site.txt", "requirements/test.txt")


@dataclass(frozen=True, slots=True)
class Pin:
    """One locked package: name==version, with the SHA-256 of each of its files."""

    name: str
    version: str
    hashes: tuple[str, ...]


def pins(lock: Path) -> dict[str, list[Pin]]:
    """The pins of a lock file by canonical name; a package may be pinned twice, by markers."""
    text = re.sub(r"\s*\\\n\s*", " ", lock.read_text(encoding="utf-8"))
    found: dict[str, list[Pin]] = {}
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = re.fullmatch(
            r"([\w.-]+)==([\w.!+]+)( ; .*?)?((?: --hash=sha256:[0-9a-f]{64})+)", line
        )
        assert match, f"{lock.name}: not a pin with hashes: {line[:80]}"
        name = canonicalize_name(match[1])
        found.setdefault(name, []).append(Pin(name, match[2], tuple(match[4].split())))
    return found


def declared(repository: Path, lock: str) -> list[Requirement]:
    """What pyproject.toml asks for: run time and build, and in test.txt the test extra."""
    table = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))
    lines = [*table["project"]["dependencies"], *table["dependency-groups"]["build"]]
    if lock.endswith("test.txt"):
        lines += table["project"]["optional-dependencies"]["test"]
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_and_hashes_everything(repository: Path, lock: str) -> None:
    assert len(pins(repository / lock)) > 20


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_registry_nor_folder(repository: Path, lock: str) -> None:
    text = (repository / lock).read_text(encoding="utf-8")
    assert not re.search(r"://|file:|--(extra-)?index-url|--find-links| @ ", text), lock


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_satisfies_what_the_project_asks_for(repository: Path, lock: str) -> None:
    locked = pins(repository / lock)
    for requirement in declared(repository, lock):
        found = locked.get(canonicalize_name(requirement.name))
        assert found, f"{requirement.name} is not in {lock}: run make lock"
        for pin in found:
            assert requirement.specifier.contains(pin.version), f"{pin} is not {requirement}"


def test_tests_run_with_the_versions_that_users_get(repository: Path) -> None:
    site, test = (pins(repository / lock) for lock in LOCKS)
    assert site == {name: test[name] for name in site}


def test_the_build_backend_is_locked(repository: Path) -> None:
    table = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))
    assert table["build-system"]["requires"] == table["dependency-groups"]["build"]


def test_every_dependency_has_a_reason(repository: Path) -> None:
    """One dependency a line, and on that line a comment that says what it is for."""
    lines = (repository / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    table = tomllib.loads("\n".join(lines))
    groups = [
        table["project"]["dependencies"],
        *table["project"]["optional-dependencies"].values(),
        *table["dependency-groups"].values(),
    ]
    for requirement in chain.from_iterable(groups):
        pattern = re.compile(rf'    "{re.escape(requirement)}", +# .*\w{{3}}')
        assert any(map(pattern.match, lines)), f"{requirement}: no reason beside it"


def test_the_npm_lock_names_no_registry(repository: Path) -> None:
    folder = repository / "tests/node"
    wanted = json.loads((folder / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    text = (folder / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in text
    packages = json.loads(text)["packages"]
    assert packages.pop("")["devDependencies"] == wanted
    for name, package in packages.items():
        assert "resolved" not in package, name
        assert package["integrity"].startswith("sha512-"), name
    for name, version in wanted.items():
        assert packages[f"node_modules/{name}"]["version"] == version
