"""The wheel, installed where nothing of the repository is: it has all that a project needs."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.site import AS_OF, REPOSITORY, Site, clean_environment

PACKAGE = REPOSITORY / "generator" / "fengqiao"


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={
            name: value
            for name, value in clean_environment().items()
            if name not in ("PYTHONPATH", "VIRTUAL_ENV")
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built with the locked build tool; nothing is downloaded."""
    folder = tmp_path_factory.mktemp("wheel")
    build = "from hatchling.build import build_wheel; import sys; print(build_wheel(sys.argv[1]))"
    name = run(sys.executable, "-c", build, folder, cwd=REPOSITORY).splitlines()[-1]
    return folder / name


def test_the_wheel_has_every_file_of_the_package(wheel: Path) -> None:
    """… and nothing else: no tests, no casebook, no caches."""
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    written = {
        (Path("fengqiao") / path.relative_to(PACKAGE)).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert packed == written
    assert {"fengqiao/py.typed", "fengqiao/starter/mkdocs.yml"} <= packed


@pytest.mark.timeout(600)
def test_the_wheel_makes_and_builds_a_project(wheel: Path, tmp_path: Path) -> None:
    """In a new environment, elsewhere. What we depend on is lent to it by a path file, without the
    editable install of this repository: only the wheel can provide ``fengqiao``."""
    home = tmp_path / "venv"
    venv.create(home, with_pip=False)
    scripts = home / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / ("python.exe" if os.name == "nt" else "python")
    packages = Path(
        run(
            python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=tmp_path
        ).strip()
    )
    lent = sysconfig.get_path("purelib")
    # A path added by a .pth file is only searched, its own .pth files (the editable install) are
    # not read; and it comes behind the environment's own packages.
    (packages / "lent.pth").write_text(lent + "\n", encoding="utf-8")
    run(python, "-m", "pip", "install", "--no-deps", "--no-index", "--quiet", wheel, cwd=tmp_path)

    found = run(python, "-c", "import fengqiao; print(fengqiao.__file__)", cwd=tmp_path)
    assert Path(found.strip()).is_relative_to(packages), found
    program = scripts / ("fengqiao.exe" if os.name == "nt" else "fengqiao")
    run(program, "init", "x", cwd=tmp_path)
    project = tmp_path / "x"
    run(program, "check", "--as-of", AS_OF, cwd=project)
    run(program, "build", "--as-of", AS_OF, cwd=project)

    here = Site.copy_of(project, tmp_path / "here").build("--as-of", AS_OF)
    assert Site(project).files() == here.files()


def test_what_is_needed_is_what_is_declared(wheel: Path) -> None:
    """The wheel asks for the run-time dependencies, and for those of the tests only as an extra."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(one for one in archive.namelist() if one.endswith(".dist-info/METADATA"))
        metadata = archive.read(name).decode()
    asked = [line for line in metadata.splitlines() if line.startswith("Requires-Dist: ")]
    always = {
        line.split()[1].split(">")[0].split("<")[0] for line in asked if "extra ==" not in line
    }
    assert {"mkdocs", "mkdocs-material", "pydantic", "typer"} <= always
    assert not {"pytest", "playwright", "jsonschema"} & always
