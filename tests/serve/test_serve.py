"""``fengqiao serve`` as a whole: real processes, real files, real requests."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.serve.preview import Preview, copy_of_package, is_bad, is_good
from tests.site import AS_OF, Site, digests, survivors, wait_for

TERM = "casebook/terms/example-term.yml"
PAGE = "/terms/example-term.html"

posix = pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """With a package of our own: edits elsewhere are no part of these tests, ours are no part of
    others'."""
    return copy_of_package(tmp_path_factory.mktemp("package"))


@pytest.fixture(scope="module")
def shared(
    tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]
) -> Iterator[tuple[Site, Preview]]:
    """One server for the tests that leave the project as it was."""
    site = Site.starter(tmp_path_factory.mktemp("shared"))
    with Preview(site, environment=environment) as preview:
        yield site, preview.ready()


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site.starter(tmp_path)


def title_of(site: Site) -> str:
    line = next(
        line
        for line in (site.project / TERM).read_text(encoding="utf-8").splitlines()
        if line.startswith("title:")
    )
    return line.partition(":")[2].strip()


# ---------------------------------------------------------------- following edits


def test_an_edit_of_a_record_shows(shared: tuple[Site, Preview]) -> None:
    site, preview = shared
    title = title_of(site)
    before = preview.news[-1]["token"]

    def edit(old: str, new: str) -> str:
        replaced = lambda: site.replace_in(TERM, f"title: {old}\n", f"title: {new}\n")  # noqa: E731
        return str(preview.after(replaced, is_good)["token"])

    after = edit(title, "改过的词")
    assert after != before
    assert "改过的词" in preview.page(PAGE)
    assert f'data-token="{after}"' in preview.page(PAGE)
    edit("改过的词", title)
    assert "改过的词" not in preview.page(PAGE)


def test_an_edit_during_a_build_is_built_next(site: Site, environment: dict[str, str]) -> None:
    title = title_of(site)
    with Preview(site, environment=environment) as preview:
        preview.ready()
        site.replace_in(TERM, f"title: {title}\n", "title: 先改的词\n")
        time.sleep(0.5)  # its build has begun, or will begin with both
        site.replace_in(TERM, "title: 先改的词\n", "title: 后改的词\n")
        wait_for(lambda: "后改的词" in preview.page(PAGE), preview.process)


def test_a_fault_keeps_the_last_good_site_until_it_is_mended(
    shared: tuple[Site, Preview],
) -> None:
    site, preview = shared
    good = preview.page(PAGE)
    told = preview.after(lambda: site.replace_in(TERM, "\ntitle:", "\ntitel:"), is_bad)
    places = {(fault["code"], fault["place"]) for fault in told["faults"]}
    lines = (site.project / TERM).read_text(encoding="utf-8").splitlines()
    line = next(number for number, one in enumerate(lines, 1) if one.startswith("titel:"))
    assert ("unknown-key", f"{TERM}:{line}:1") in places
    assert all(fault["severity"] == "error" for fault in told["faults"])
    assert preview.page(PAGE) == good  # token and all: nobody needs to load it again
    mended = preview.after(lambda: site.replace_in(TERM, "\ntitel:", "\ntitle:"), is_good)
    assert mended["faults"] == []


def test_who_comes_later_gets_the_newest_state(shared: tuple[Site, Preview]) -> None:
    _, preview = shared
    events = preview.events()
    assert next(events) == preview.news[-1]
    events.close()


def test_a_broken_template_is_told_with_its_place(
    site: Site, environment: dict[str, str], tmp_path: Path
) -> None:
    own = copy_of_package(tmp_path / "package")
    template = tmp_path / "package/fengqiao/kinds/term/page.html.jinja"
    with Preview(site, environment=own) as preview:
        preview.ready()
        whole = template.read_text(encoding="utf-8")
        told = preview.after(lambda: template.write_text(whole + "\n{{ nowhere.at.all }"), is_bad)
        assert [fault["code"] for fault in told["faults"]] == ["TemplateSyntaxError"]
        path = "fengqiao/kinds/term/page.html.jinja"
        assert told["faults"][0]["place"].startswith(f"{path}:{len(whole.splitlines()) + 2}:")
        preview.after(lambda: template.write_text(whole), is_good)


def test_a_site_that_never_was_good_appears_when_it_is(
    site: Site, environment: dict[str, str]
) -> None:
    site.replace_in(TERM, "\ntitle:", "\ntitel:")
    with Preview(site, environment=environment) as preview:
        preview.wait(is_bad)
        answer = preview.get("/index.html")
        assert answer.status == 503
        assert b"/-/reload.js" in answer.body
        preview.after(lambda: site.replace_in(TERM, "\ntitel:", "\ntitle:"), is_good)
        assert "example-term" in preview.page("/terms/index.html")


def test_what_is_served_equals_a_clean_build(site: Site, tmp_path: Path) -> None:
    """After edits of everything that can be edited, a fault among them; and each shows."""
    own = copy_of_package(tmp_path / "package")
    package = tmp_path / "package" / "fengqiao"

    def append(file: Path, text: str) -> None:
        file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")

    def replace(file: Path, old: str, new: str) -> None:
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    with Preview(site, environment=own) as preview:
        preview.ready()
        worker = preview.worker()
        edits = [
            lambda: site.with_terms(3),
            lambda: append(site.project / "docs/index.md", "\n手写的一句。\n"),
            lambda: replace(package / "messages/site.yml", "zh: 跳到正文", "zh: 跳过导航"),
            lambda: append(package / "web/css/page.css", "\n.edited{color:red}\n"),
            lambda: append(package / "kinds/term/page.html.jinja", "\n{# #}<!-- -->"),
            lambda: replace(package / "web/templates/record.html.jinja", "<aside", "<aside data-e"),
            (site.project / "casebook/terms/extra.yml").unlink,
            lambda: replace(site.project / "mkdocs.yml", "site_name: ", "site_name: 新"),
        ]
        for edit in edits:
            preview.after(edit, is_good)
        preview.after(lambda: site.replace_in(TERM, "\ntitle:", "\ntitel:"), is_bad)
        preview.after(lambda: site.replace_in(TERM, "\ntitel:", "\ntitle:"), is_good)
        assert preview.worker() == worker, "none of this needs a new worker"
        assert ".edited" in preview.get("/assets/fengqiao/page.css").body.decode()
        page = preview.page(PAGE)
        assert "跳过导航" in page
        assert "<aside data-e" in page
        assert "手写的一句" in preview.page("/")
        assert preview.get("/terms/extra-0001.html").status == 404
        site.build("--as-of", AS_OF, environment=own)
        served = digests(preview.folder)
    assert served == site.files()


# ---------------------------------------------------------------- the worker


def test_a_change_of_python_starts_the_worker_anew(site: Site, environment: dict[str, str]) -> None:
    hook = "hooks/fengqiao_hooks.py"
    with Preview(site, environment=environment) as preview:
        preview.ready()
        first = preview.worker()
        whole = (site.project / hook).read_text(encoding="utf-8")
        preview.after(lambda: site.change_file(hook, whole + "\nprint('a word')\n"), is_good)
        second = preview.worker()
        assert second != first
        assert not psutil.pid_exists(first)
        told = preview.after(lambda: site.change_file(hook, whole + "\n)\n"), is_bad)
        assert told["faults"][0]["code"] == "SyntaxError"
        assert told["faults"][0]["place"].startswith(f"{hook}:{len(whole.splitlines()) + 2}:")
        preview.after(lambda: site.change_file(hook, whole), is_good)
        done = preview.stop()
    assert "a word" in done.err  # what the project's code prints is not lost


def test_a_project_s_own_kind_is_followed(site: Site, environment: dict[str, str]) -> None:
    """A kind that comes while the server runs."""
    model = (
        "from typing import Annotated, ClassVar\n"
        "from fengqiao.record import Kind, Record\n\n"
        "raise RuntimeError('not ready')\n"
    )
    with Preview(site, environment=environment) as preview:
        preview.ready()
        told = preview.after(lambda: site.change_file("kinds/notice/model.py", model), is_bad)
        assert told["faults"][0]["place"] == "kinds/notice/model.py:4:1"
        assert told["faults"][0]["message"] == "not ready"
        preview.after((site.project / "kinds/notice/model.py").unlink, is_good)


@posix
def test_a_worker_that_dies_is_replaced(site: Site, environment: dict[str, str]) -> None:
    with Preview(site, environment=environment) as preview:
        preview.ready()
        first = preview.worker()
        os.kill(first, signal.SIGKILL)
        deadline = time.monotonic() + 30
        while psutil.pid_exists(first) or not preview.workers():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        preview.after(lambda: site.with_terms(2), is_good)
        assert preview.worker() != first


@posix
def test_a_worker_that_cannot_start_is_told_and_tried_again(site: Site, tmp_path: Path) -> None:
    own = copy_of_package(tmp_path / "package")
    broken = tmp_path / "package/fengqiao/diagnostics.py"
    with Preview(site, environment=own) as preview:
        preview.ready()
        whole = broken.read_text(encoding="utf-8")
        told = preview.after(lambda: broken.write_text(whole + "\n)\n"), is_bad)
        assert "SyntaxError" in told["reason"]
        assert f"diagnostics.py:{len(whole.splitlines()) + 2}" in told["reason"]
        preview.after(lambda: broken.write_text(whole), is_good)


# ---------------------------------------------------------------- the end


@posix
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_end_it_cleanly(
    site: Site, environment: dict[str, str], number: int, code: int
) -> None:
    with Preview(site, environment=environment) as preview:
        preview.ready()
        assert preview.stop(number).code == code  # stop() looks for what may be left


@posix
@pytest.mark.parametrize("pause", [0.3, 1.2])
def test_it_ends_cleanly_in_the_middle_of_a_build(
    site: Site, environment: dict[str, str], pause: float
) -> None:
    site.with_terms(400)  # enough for a pool of processes
    with Preview(site, environment=environment) as preview:
        time.sleep(pause)
        assert preview.stop().code == 130


@posix
def test_a_killed_server_takes_its_worker_along_and_the_next_one_clears_up(
    site: Site, environment: dict[str, str]
) -> None:
    with Preview(site, environment=environment) as preview:
        preview.ready()
        left = preview.folder
        preview.process.kill()
        preview.process.wait()
        deadline = time.monotonic() + 30
        while survivors(preview.process):
            assert time.monotonic() < deadline, survivors(preview.process)
            time.sleep(0.01)
        assert left.is_dir()
    with Preview(site, environment=environment) as preview:
        preview.ready()
        assert preview.folder != left  # else there would be nothing to see
        assert not left.exists()
        assert preview.stop().code == 130


# ---------------------------------------------------------------- beginning


def test_a_port_in_use(site: Site, environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        site.run("serve", "--port", port, "--lang", "en", environment=environment)
    site.assert_fails(1, f"port {port} is in use")
    assert not (site.project / ".fengqiao").exists()


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--as-of", "yesterday"), "yesterday"),
        (("--host", "192.0.2.1"), "192.0.2.1"),
        (("--host", "no such host"), "no such host"),
        (("--host", "x" * 64), "xxx"),
        (("--project", "casebook"), "mkdocs.yml"),
    ],
)
def test_what_cannot_begin_is_misuse(
    site: Site, environment: dict[str, str], arguments: tuple[str, ...], word: str
) -> None:
    site.run("serve", "--port", "0", "--lang", "en", *arguments, environment=environment)
    site.assert_fails(2, word)
    assert not (site.project / ".fengqiao").exists()


# ---------------------------------------------------------------- what is answered


@pytest.mark.parametrize(
    "path",
    [
        "/../mkdocs.yml",
        "/terms/../../../../mkdocs.yml",
        "/%2e%2e/%2e%2e/mkdocs.yml",
        "/..%2f..%2f..%2fmkdocs.yml",
        "/..%5c..%5cmkdocs.yml",
        "//etc/passwd",
        "/%00",
        "/.fengqiao-site",
        "/c:/windows/win.ini",
        "/%ff",
        "/nowhere.html",
        "http://127.0.0.1/index.html",
    ],
)
def test_nothing_outside_the_site_is_served(shared: tuple[Site, Preview], path: str) -> None:
    _, preview = shared
    answer = preview.get(path)
    assert answer.status == 404
    assert b"/-/reload.js" in answer.body  # it opens by itself once there is such a page


@pytest.mark.parametrize("host", ["rebound.example", "", "127.0.0.1.example", "[", "192.0.2.7"])
def test_requests_to_another_name_are_refused(shared: tuple[Site, Preview], host: str) -> None:
    _, preview = shared
    for path in ("/", "/-/events", "/-/reload.js"):
        answer = preview.get(path, {"Host": host})
        assert answer.status == 403
        assert "知识库".encode() not in answer.body


def test_folders_lead_to_their_index(shared: tuple[Site, Preview]) -> None:
    _, preview = shared
    answer = preview.get("//terms")
    assert (answer.status, answer.headers["Location"]) == (301, "/terms/")
    assert preview.page("/terms/") == preview.page("/terms/index.html")


def test_files_are_sent_as_they_are_and_pages_with_the_script(
    shared: tuple[Site, Preview],
) -> None:
    _, preview = shared
    script = preview.get("/assets/fengqiao/fold.js")
    assert script.headers["Content-Type"] == "text/javascript"  # no charset: see search data
    assert script.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert script.body == (preview.folder / "assets/fengqiao/fold.js").read_bytes()
    sent = preview.page("/index.html")
    built = (preview.folder / "index.html").read_text(encoding="utf-8")
    assert "/-/reload.js" not in built
    assert "connect-src" not in built
    added = sent.partition('<script src="/-/reload.js"')[2].partition("</script>")[0]
    sent = sent.replace(f'<script src="/-/reload.js"{added}</script>', "")
    assert sent.replace("; connect-src 'self'", "", 1) == built


def test_heads_have_no_body(shared: tuple[Site, Preview]) -> None:
    _, preview = shared
    answer = preview.get("/index.html", method="HEAD")
    assert answer.status == 200
    assert int(answer.headers["Content-Length"]) > 1000
    assert answer.body == b""
