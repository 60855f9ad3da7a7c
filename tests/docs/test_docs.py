"""The documents beside the code say what is there, and nothing that is not."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
READMES = ("README.md", "README.zh.md")
PAGES = sorted(
    str(path.relative_to(REPOSITORY))
    for folder, pattern in ((REPOSITORY, "*.md"), (REPOSITORY / "docs", "**/*.md"))
    for path in folder.glob(pattern)
)
FENCE = re.compile(r"^(```|~~~).*?^\1\s*?$", re.M | re.S)
LINK = re.compile(r"(?<!\[)\[[^\[\]]+\]\(([^)\s]+)(?: \"[^\"]*\")?\)")


def read(name: str) -> str:
    return (REPOSITORY / name).read_text(encoding="utf-8")


def fences(text: str) -> list[str]:
    return [match[0] for match in FENCE.finditer(text)]


def anchors(text: str) -> set[str]:
    """The anchors that a code host gives to the headings of a page."""
    headings = re.findall(r"^#{1,6} +(.+?)\s*$", FENCE.sub("", text), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def commands() -> list[str]:
    from fengqiao.cli.app import make_command  # noqa: PLC0415 (the other tests need no package)

    return sorted(make_command("en").commands)


@pytest.mark.parametrize("readme", READMES)
def test_readme_begins_with_two_commands(readme: str) -> None:
    first = fences(read(readme))[0]
    assert re.findall(r"^make [\w-]+", first, re.M) == ["make site", "make test"]


@pytest.mark.parametrize("readme", READMES)
def test_readme_has_the_windows_way(readme: str) -> None:
    block = next(block for block in fences(read(readme)) if block.startswith("```bat"))
    assert "py -m pip install --require-hashes" in block
    assert "\nfengqiao build\n" in block


@pytest.mark.parametrize("readme", READMES)
def test_readme_lists_exactly_the_commands_there_are(readme: str) -> None:
    listed = re.findall(r"^\| `fengqiao (\w+)", read(readme), re.M)
    assert sorted(listed) == commands()


def test_both_readmes_show_the_same_things() -> None:
    english, chinese = (
        [
            re.sub(r"#.*", "", block).split()
            for block in fences(read(name))
            if not block.startswith("```text")  # messages: each in its language
        ]
        for name in READMES
    )
    assert english == chinese


def test_changelog_has_the_version() -> None:
    version = tomllib.loads(read("pyproject.toml"))["project"]["version"]
    releases = re.findall(r"^## \[(.+?)\]", read("CHANGELOG.md"), re.M)
    assert releases[:2] == ["Unreleased", version]


@pytest.mark.parametrize("page", PAGES)
def test_links_of_a_page_resolve(page: str) -> None:
    text = read(page)
    for target in LINK.findall(FENCE.sub("", text)):
        if re.match(r"https?:|mailto:|tel:", target):
            continue
        name, _, anchor = target.partition("#")
        path = (REPOSITORY / page).parent / name if name else REPOSITORY / page
        if path.suffix == ".html" and page.startswith("docs/"):
            continue  # a page that the build makes: mkdocs --strict and the browser tests see it
        assert path.exists(), f"{page} links to {target}"
        if anchor and path.suffix == ".md" and not page.startswith("docs/"):
            assert anchor in anchors(path.read_text(encoding="utf-8")), f"{page}: {target}"


@pytest.mark.parametrize("page", PAGES)
def test_make_targets_of_a_page_exist(page: str) -> None:
    targets = set(re.findall(r"^([\w-]+):", read("Makefile"), re.M))
    code = fences(read(page)) + re.findall(r"`([^`\n]+)`", read(page))
    named = {name for text in code for name in re.findall(r"\bmake ([a-z][\w-]*)", text)}
    assert named <= targets, f"{page} names {named - targets}"
