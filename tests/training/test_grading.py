"""The browser grades as Python does: the same vectors through both."""

from __future__ import annotations

import itertools
import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from fengqiao.training.questions import FOLDER, find_types, grade_scripts

MOST_OPTIONS = 5
TYPESCRIPT = "tests/node/node_modules/typescript/bin/tsc"
RUN = """
const fs = require("fs"), vm = require("vm");
const given = JSON.parse(fs.readFileSync(0, "utf8"));
const context = vm.createContext({});
vm.runInContext("window = this;", context);
for (const path of given.scripts) vm.runInContext(fs.readFileSync(path, "utf8"), context);
const graders = context.fengqiao.graders;
console.log(JSON.stringify({
  names: Object.keys(graders).sort(),
  marks: given.vectors.map(([type, right, chosen]) => graders[type](right, chosen)),
}));
"""


def keys(several: bool, options: int) -> list[tuple[bool, ...]]:
    """Every choice of right options that a type may have."""
    every = itertools.product((False, True), repeat=options)
    return [one for one in every if (sum(one) >= 2 if several else sum(one) == 1)]


def vectors() -> list[tuple[str, Sequence[bool], list[int]]]:
    """Type, right options, chosen options: all up to five options, and a choice made twice."""
    found: list[tuple[str, Sequence[bool], list[int]]] = []
    for name, kind in find_types().items():
        for options in range(2, MOST_OPTIONS + 1):
            for right in keys(kind.several, options):
                for count in range(options + 1):
                    every = itertools.combinations(range(options), count)
                    found.extend((name, right, list(chosen)) for chosen in every)
                found.append((name, right, [0, 0]))
    return found


def test_graders_agree(repository: Path, node: str) -> None:
    given = vectors()
    asked = {"scripts": [str(path) for path in grade_scripts()], "vectors": given}
    done = subprocess.run(
        [node, "-e", RUN],
        cwd=repository,
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["names"] == sorted(find_types())
    types = find_types()
    assert answer["marks"] == [
        types[name].grade(right, set(chosen)) for name, right, chosen in given
    ]


@pytest.mark.parametrize(
    ("name", "right", "chosen", "mark"),
    [
        ("single", (False, True, False), {1}, 1.0),
        ("single", (False, True, False), {0}, 0.0),
        ("single", (False, True, False), {0, 1}, 0.0),
        ("true-false", (True, False), {0}, 1.0),
        ("true-false", (True, False), set(), 0.0),
        ("multiple", (True, True, False, False), {0, 1}, 1.0),
        ("multiple", (True, True, False, False), {0}, 0.5),
        ("multiple", (True, True, False, False), {0, 2}, 0.0),
        ("multiple", (True, True, False, False), {0, 1, 2}, 0.5),
        ("multiple", (True, True, True), {0}, 1 / 3),
    ],
)
def test_marks(name: str, right: tuple[bool, ...], chosen: set[int], mark: float) -> None:
    assert find_types()[name].grade(right, chosen) == mark


def test_every_type_has_its_grader() -> None:
    folders = {path.parent for path in FOLDER.glob("*/type.py")}
    assert folders == {path.parent for path in grade_scripts()}


def test_graders_keep_to_the_floor_of_browsers(repository: Path, node: str) -> None:
    checks = (
        ["tests/node/syntax.js", str(FOLDER)],
        [TYPESCRIPT, "--allowJs", "--checkJs", "--strict", "--noEmit", "--target", "es2017"]
        + ["--lib", "es2017,dom,dom.iterable", "--types", "", "--moduleDetection", "legacy"]
        + [str(path) for path in grade_scripts()],
    )
    for command in checks:
        done = subprocess.run(
            [node, *command], cwd=repository, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
