"""The parts of the preview, each by itself."""

from __future__ import annotations

import os
import subprocess
import threading
from pathlib import Path

import pytest

from fengqiao.serve import effects
from fengqiao.serve.page import notice, with_reload
from fengqiao.serve.server import inside, is_ours
from fengqiao.serve.state import Board, Fault, State
from fengqiao.serve.terminal import Terminal
from fengqiao.serve.watch import Watch

# ---------------------------------------------------------------- watching


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.yml").write_text("one")
    (tmp_path / "two.yml").write_text("two")
    return tmp_path


def test_nothing_changed(folder: Path) -> None:
    watch = Watch([folder])
    assert watch.changes() == frozenset()


def test_files_that_come_change_and_go(folder: Path) -> None:
    watch = Watch([folder])
    (folder / "a" / "one.yml").write_text("another")
    (folder / "two.yml").unlink()
    (folder / "new").mkdir()
    (folder / "new" / "three.yml").write_text("three")
    changed = {folder / "a" / "one.yml", folder / "two.yml", folder / "new" / "three.yml"}
    assert watch.changes() == changed
    assert watch.changes() == frozenset()


def test_a_second_edit_that_leaves_size_and_time_as_they_were(folder: Path) -> None:
    """As FAT has it within two seconds."""
    file = folder / "two.yml"
    watch = Watch([folder])
    file.write_text("2wo")
    time = file.stat().st_mtime_ns + 10**9
    os.utime(file, ns=(time, time))
    assert watch.changes() == {file}
    file.write_text("tw2")
    os.utime(file, ns=(time, time))
    assert watch.changes() == {file}


def test_saving_the_same_again_is_no_change(folder: Path) -> None:
    file = folder / "two.yml"
    watch = Watch([folder])
    file.write_text("changed")
    assert watch.changes() == {file}
    file.write_text("changed")
    os.utime(file, ns=(1, 1))
    assert watch.changes() == frozenset()


def test_what_editors_and_python_leave_about_is_not_looked_at(folder: Path) -> None:
    watch = Watch([folder])
    (folder / "__pycache__").mkdir()
    for name in (".one.yml.swp", "one.yml~", "#one.yml#", "__pycache__/x.pyc", "4913.tmp"):
        (folder / name).write_text("x")
    assert watch.changes() == frozenset()


def test_roots_that_do_not_exist_are_waited_for(folder: Path) -> None:
    watch = Watch([folder / "kinds", folder / "mkdocs.yml"])
    (folder / "kinds").mkdir()
    (folder / "kinds" / "model.py").write_text("x")
    (folder / "mkdocs.yml").write_text("x")
    assert watch.changes() == {folder / "kinds" / "model.py", folder / "mkdocs.yml"}


def test_new_roots_bring_no_changes_with_them(folder: Path) -> None:
    watch = Watch([folder / "two.yml"])
    watch.roots = (folder / "two.yml", folder / "a")
    assert watch.changes() == frozenset()
    (folder / "a" / "one.yml").write_text("another")
    assert watch.changes() == {folder / "a" / "one.yml"}


@pytest.mark.skipif(os.name != "posix", reason="links need no permission")
def test_links_are_followed_but_not_in_circles(folder: Path) -> None:
    (folder / "a" / "up").symlink_to(folder)
    (folder / "a" / "dangling").symlink_to("nowhere")
    watch = Watch([folder / "a"])
    (folder / "two.yml").write_text("another")
    assert folder / "a" / "up" / "two.yml" in watch.changes()


# ---------------------------------------------------------------- what a change calls for


@pytest.mark.parametrize(
    ("name", "restart"),
    [
        ("record.py", True),
        ("search/table.json", True),
        ("messages/site.yml", False),
        ("kinds/term/example.yml", True),
        ("kinds/term/page.html.jinja", False),
        ("web/overrides/main.html", False),
        ("web/css/page.css", False),
        ("web/js/fold.js", False),
    ],
)
def test_changes_of_the_package(name: str, restart: bool) -> None:
    assert effects.needs_restart([effects.PACKAGE / name]) is restart


def test_changes_of_a_project(tmp_path: Path) -> None:
    assert not effects.needs_restart([tmp_path / "casebook/terms/a.yml", tmp_path / "mkdocs.yml"])
    assert effects.needs_restart([tmp_path / "docs/index.md", tmp_path / "kinds/notice/model.py"])


def test_code_of_the_server_itself_is_told_apart() -> None:
    assert effects.is_ours([effects.SERVE / "server.py"])
    assert not effects.is_ours([effects.SERVE / "worker.py", effects.SERVE / "reload.js"])


def test_paths_are_shown_from_the_project_or_the_package(tmp_path: Path) -> None:
    assert effects.shown(tmp_path / "docs" / "index.md", tmp_path) == "docs/index.md"
    css = effects.PACKAGE / "web" / "css" / "page.css"
    assert effects.shown(css, tmp_path) == "fengqiao/web/css/page.css"


# ---------------------------------------------------------------- pages

META = '<meta http-equiv="Content-Security-Policy" content="{}">'


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("default-src 'none'", "default-src 'none'; connect-src 'self'"),
        ("a b; connect-src 'none'; c d", "a b; connect-src 'self'; c d"),
        ("connect-src https://x.example", "connect-src https://x.example 'self'"),
        ("connect-src 'self'", "connect-src 'self'"),
    ],
)
def test_a_page_may_listen_to_its_own_server_and_nothing_more(policy: str, expected: str) -> None:
    page = f"<head>{META.format(policy)}</head><body></body>"
    sent = with_reload(page.encode(), "t-1").decode()
    assert META.format(expected) in sent
    assert sent.index("/-/reload.js") < sent.index("</head>")


def test_pages_that_are_no_whole_pages_or_not_utf_8_are_followed_too() -> None:
    sent = with_reload("<p>你好".encode("gbk"), "t-1")
    assert sent.startswith("<p>你好".encode("gbk"))
    assert b'data-token="t-1"' in sent


def test_a_notice_escapes_what_it_says() -> None:
    assert b"<b>" not in notice("<b>", "<b>", "en", "t-0")


# ---------------------------------------------------------------- addresses


@pytest.mark.parametrize(
    ("header", "host", "ours"),
    [
        ("127.0.0.1:8000", "127.0.0.1", True),
        ("localhost", "127.0.0.1", True),
        ("LOCALHOST:9", "127.0.0.1", True),
        ("[::1]:8000", "127.0.0.1", True),
        ("192.0.2.7:8000", "127.0.0.1", False),
        ("192.0.2.7:8000", "0.0.0.0", True),
        ("192.0.2.7:8000", "192.0.2.7", True),
        ("desk.example", "desk.example", True),
        ("other.example", "0.0.0.0", False),
        ("localhost.example", "127.0.0.1", False),
        ("[::1", "127.0.0.1", False),
        ("", "0.0.0.0", False),
    ],
)
def test_names_that_are_ours(header: str, host: str, ours: bool) -> None:
    assert is_ours(header, host) is ours


@pytest.mark.skipif(os.name != "posix", reason="links need no permission")
def test_links_do_not_lead_out_of_the_site(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (tmp_path / "secret").write_text("x")
    (site / "link").symlink_to(tmp_path / "secret")
    (site / "page.html").write_text("x")
    assert inside(site, "/link") is None
    assert inside(site, "/page.html") == site / "page.html"


# ---------------------------------------------------------------- state and terminal


def test_who_waits_is_woken_by_news_and_by_the_end() -> None:
    board = Board()
    seen = board.state
    assert board.wait(seen, 0.01) is None
    threading.Timer(0.05, lambda: board.show(State(1, 1))).start()
    assert board.wait(seen, 30) == State(1, 1)
    threading.Timer(0.05, board.close).start()
    assert board.wait(board.state, 30) is None


def test_warnings_are_printed_once_errors_every_time(capfd: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal("en")
    old = Fault("a.yml", 1, 1, "warning", "rate", "old")
    error = Fault("a.yml", 2, 1, "error", "bad", "wrong")
    terminal.diagnostics([old, error])
    capfd.readouterr()
    moved = Fault("a.yml", 7, 1, "warning", "rate", "old")
    new = Fault("b.yml", 1, 1, "warning", "rate", "new")
    terminal.diagnostics([moved, new, error])
    lines = capfd.readouterr().err.splitlines()
    assert lines == [str(new), str(error), "1 errors, 2 warnings, 0 notes"]


# ---------------------------------------------------------------- the script

SCRIPT = "generator/fengqiao/serve/reload.js"


def test_the_script_has_sound_types_and_keeps_to_the_floor(repository: Path, node: str) -> None:
    options = "--allowJs --checkJs --strict --noEmit --target es2017 --lib es2017,dom"
    tsc = "tests/node/node_modules/typescript/bin/tsc"
    for command in (
        [node, tsc, *options.split(), "--moduleDetection", "legacy", SCRIPT],
        [node, "tests/node/syntax.js", str(Path(SCRIPT).parent)],
    ):
        done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
