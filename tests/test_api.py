"""The public functions, as a program that imports them meets them."""

from __future__ import annotations

import pickle
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

import fengqiao
from fengqiao import build_site, load_casebook
from fengqiao.errors import FengqiaoError, UsageError
from fengqiao.messages import LANGUAGES
from fengqiao.publish.folder import ForeignFolderError
from fengqiao.publish.lock import LockHeldError
from tests.site import AS_OF, Site, clean_environment

DAY = date.fromisoformat(AS_OF)

CONSUMER = """
from datetime import date
from pathlib import Path

from fengqiao import __version__, build_site, load_casebook
from fengqiao.casebook import Casebook
from fengqiao.diagnostics import Diagnostic, Severity
from fengqiao.errors import FengqiaoError


def titles(project: Path) -> list[str]:
    loaded = load_casebook(project, as_of=date(2026, 11, 22))
    errors: list[Diagnostic] = [
        one for one in loaded.diagnostics if one.severity is Severity.ERROR
    ]
    casebook: Casebook | None = loaded.casebook
    if casebook is None or errors:
        return [one.line("zh") for one in errors]
    return [record.title for record in casebook.records.values()]


def publish(project: str) -> Path | str:
    try:
        return build_site(project, edition="training", out=Path("site"), as_of=date.today())
    except FengqiaoError as error:
        return f"{__version__} {error.message('en')} {error.exit_code}"
"""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site.starter(tmp_path)


def test_what_is_public() -> None:
    assert sorted(fengqiao.__all__) == ["__version__", "build_site", "load_casebook"]
    with pytest.raises(AttributeError):
        fengqiao.nothing  # noqa: B018
    with pytest.raises(ImportError):
        from fengqiao import nothing  # noqa: F401, PLC0415


def test_loading_reads_and_writes_nothing(site: Site) -> None:
    before = sorted(site.project.rglob("*"))
    loaded = load_casebook(str(site.project), DAY)
    assert loaded.casebook is not None
    assert loaded.diagnostics == ()
    assert "case/example-case" in loaded.casebook.records
    assert sorted(site.project.rglob("*")) == before


def test_loading_is_light(site: Site) -> None:
    """Who only reads a casebook waits for no theme and no template."""
    program = (
        "import sys; from datetime import date; from fengqiao import load_casebook; "
        f"load_casebook('.', date({DAY.year}, {DAY.month}, {DAY.day})); "
        "sys.exit(any(name.startswith(('mkdocs', 'jinja2', 'rich')) for name in sys.modules))"
    )
    site.run(program=("-c", program)).assert_fails(0)


def test_faults_are_values_not_exceptions(site: Site) -> None:
    site.change_file("casebook/terms/bad.yml", "id: bad\ntitel: 错\n")
    codes = [one.code for one in load_casebook(site.project, DAY).diagnostics]
    assert codes == ["missing-field", "missing-field", "unknown-key"]


def test_building_gives_the_folder(site: Site, tmp_path: Path) -> None:
    """In a process of its own, where MkDocs' warnings are MkDocs' business."""
    program = (
        f"from datetime import date; from fengqiao import build_site; day = '{AS_OF}'; "
        "day = date.fromisoformat(day); "
        "print(build_site('.', edition='training', out='../out', as_of=day))"
    )
    site.run(program=("-c", program)).assert_fails(0)
    out = tmp_path / "out"
    assert site.done.out.splitlines()[-1] == str(out)
    by_command = Site(site.project, tmp_path / "other")
    flags = ("--edition", "training", "--as-of", AS_OF, "--out", str(by_command.out))
    assert by_command.build(*flags).files() == Site(site.project, out).files()


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda site: site.change_file("casebook/terms/bad.yml", "id: bad\n"), FengqiaoError),
        (lambda site: (site.project / "mkdocs.yml").unlink(), UsageError),
        (lambda site: site.change_file("mkdocs.yml", "site_name: [\n"), UsageError),
        (lambda site: site.change_file("mkdocs.yml", "site_name: x\nhooks: []\n"), UsageError),
        (lambda site: site.change_file("hooks/fengqiao_hooks.py", ""), UsageError),
        (lambda site: site.setting("edition", "secret"), UsageError),
        (lambda site: site.setting("colour", "red"), UsageError),
        (lambda site: site.change_file("site/mine.txt", "mine"), ForeignFolderError),
    ],
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_what_goes_wrong_is_an_error_of_ours(site: Site, change, kind: type[Exception]) -> None:
    change(site)
    with pytest.raises(FengqiaoError) as caught:
        build_site(site.project, as_of=DAY)
    assert isinstance(caught.value, kind)
    assert caught.value.exit_code == (2 if issubclass(kind, UsageError) else 1)
    assert all(caught.value.message(lang) for lang in LANGUAGES)


@pytest.mark.parametrize(
    "error",
    [
        UsageError("no-such-kind", kind="x", known="a, b", guess="a"),
        LockHeldError("swap-locked", path=Path("x"), pid=7, holder="build"),
        FengqiaoError("content-errors", count=3),
    ],
)
def test_errors_survive_the_way_out_of_a_worker(error: FengqiaoError) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert (copy.key, copy.values, copy.exit_code) == (error.key, error.values, error.exit_code)
    assert [copy.message(lang) for lang in LANGUAGES] == [error.message(lang) for lang in LANGUAGES]


def test_errors_of_workers_arrive_as_they_are() -> None:
    """Through a real pool: what a worker raises is what the caller catches."""
    program = (
        "from fengqiao.errors import FengqiaoError\n"
        "from fengqiao.executor import map_chunks\n"
        "def work(chunk):\n"
        "    raise FengqiaoError('content-errors', count=len(chunk))\n"
        "try:\n"
        "    list(map_chunks(work, range(250), 2, method='fork'))\n"
        "except FengqiaoError as error:\n"
        "    print(type(error).__name__, error.key, error.values)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "FengqiaoError content-errors {'count': 100}\n"


@pytest.mark.full
def test_a_program_that_uses_it_is_soundly_typed(tmp_path: Path) -> None:
    """The package says that it is typed (``py.typed``), and the consumer needs no ignores."""
    consumer = tmp_path / "consumer.py"
    consumer.write_text(CONSUMER, encoding="utf-8")
    config = tmp_path / "mypy.ini"
    config.write_text("[mypy]\nstrict = true\n", encoding="utf-8")
    source = Path(fengqiao.__file__).parent.parent
    command = ["-m", "mypy", "--config-file", str(config), "--no-incremental", str(consumer)]
    done = subprocess.run(
        [sys.executable, *command],
        cwd=tmp_path,
        env=clean_environment({"MYPYPATH": str(source)}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
