"""Whole builds: the same bytes whoever builds them, the old site whenever something is wrong."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit

import pytest

from fengqiao.publish.lock import SiteLock
from tests.site import (
    AS_OF,
    Page,
    Site,
    clean_environment,
    digests,
    page_of,
    pages_of,
    stop_group,
    survivors,
    wait_for,
)

Make = Callable[[str, Callable[[Path], None]], Path]

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="private mounts are Linux'")
on_posix = pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")

# `fengqiao build` with the way of starting workers as its first argument.
STARTING = """
import sys
from functools import partial
from fengqiao.cli import main
from fengqiao import executor

if __name__ == "__main__":
    executor.map_chunks = partial(executor.map_chunks, method=sys.argv.pop(1))
    main()
"""

NOTICE = """
id: {id}
title: 示例：{id}
audience: public
origin: invented
text: 见[[playbook/example-flow]]。
issued: 2026-03-01
office: example-committee
"""


@pytest.fixture(scope="module")
def small(once: Make) -> Site:
    """A starter with its site, built by ``fengqiao build --as-of``: look, do not touch."""
    folder = once("small", lambda folder: Site.starter(folder).build("--as-of", AS_OF) and None)
    return Site(folder / "project")


@pytest.fixture
def site(tmp_path: Path, small: Site) -> Site:
    """A project of one's own with the same site."""
    own = Site.copy_of(small.project, tmp_path)
    (own.project / "site").parent.joinpath("site").mkdir()
    for name in small.files():
        own.change_file(f"site/{name}", (small.out / name).read_bytes())
    assert own.files() == small.files()
    return own


@pytest.fixture(scope="module")
def walked(reference_site: Path) -> dict[str, Page]:
    """Path → facts of every page of the reference site."""
    return dict(pages_of(reference_site))


# ---------------------------------------------------------------- the same bytes


def test_two_builds_are_the_same_bytes(tmp_path: Path) -> None:
    """… though everything differs that may: seed of hashes, zone, tongue, folder, mask, workers."""
    one = Site.starter(tmp_path / "one").with_terms(250)
    other = Site.copy_of(one.project, tmp_path / "other")
    one.build(
        *("--as-of", AS_OF, "--jobs", "1"),
        environment={"PYTHONHASHSEED": "0", "TZ": "Pacific/Kiritimati", "LANG": "C"},
        umask=0o022,
    )
    other.build(
        *("--as-of", AS_OF, "--jobs", "2", "--project", str(other.project)),
        environment={"PYTHONHASHSEED": "4321", "TZ": "Pacific/Niue", "LANG": "zh_CN.UTF-8"},
        cwd=tmp_path,
        umask=0o077,
    )
    assert len(one.files()) > 300
    assert one.files() == other.files()


def test_workers_may_be_forked_or_started_anew(tmp_path: Path, repository: Path) -> None:
    """… also with the kind that docs/extending.md makes: those started anew have to find it."""
    page = (repository / "docs" / "extending.md").read_text(encoding="utf-8")
    model = re.search(r"`kinds/notice/model.py`：\n\n```python\n(.*?)```", page, re.DOTALL)
    assert model
    site = Site.starter(tmp_path).with_terms(120).change_file("kinds/notice/model.py", model[1])
    notices = [NOTICE.format(id=f"notice-{number}").strip() for number in range(120)]
    roster = "".join("- " + notice.replace("\n", "\n  ") + "\n" for notice in notices)
    site.change_file("casebook/notices/all.yml", roster)
    sites = []
    for method in ("fork", "spawn"):
        site.build("--as-of", AS_OF, "--jobs", "2", program=("-c", STARTING, method))
        assert site.main("notices/notice-7.html").count("示例：notice-7") >= 1
        sites.append(site.files())
    assert sites[0] == sites[1]


def test_mkdocs_alone_builds_the_same(small: Site, tmp_path: Path) -> None:
    site = Site.copy_of(small.project, tmp_path).setting("as_of", AS_OF)
    site.mkdocs().assert_fails(0)
    assert site.files() == small.files()


def test_properdocs_builds_the_same(small: Site, tmp_path: Path) -> None:
    """MkDocs' fork, called as it wants to be: with the file named."""
    site = Site.copy_of(small.project, tmp_path).setting("as_of", AS_OF)
    site.mkdocs(program="properdocs").assert_fails(0)
    assert site.files() == small.files()


def test_properdocs_builds_the_reference_site_the_same(
    repository: Path, reference_site: Path, tmp_path: Path
) -> None:
    site = Site.copy_of(repository, tmp_path, "casebook", "docs", "hooks", "mkdocs.yml")
    site.setting("as_of", AS_OF).mkdocs(program="properdocs").assert_fails(0)
    assert site.files() == digests(reference_site)


def test_settings_come_from_file_environment_or_flags(tmp_path: Path) -> None:
    """Wherever they stand, the same bytes; flags before environment before file (which says
    public and zh where nothing is written into it here)."""
    training = {"edition": "training", "as_of": AS_OF, "ui_lang": "en"}
    said = {f"FENGQIAO_{name.upper()}": value for name, value in training.items()}
    plain = Site.starter(tmp_path)
    written = Site.copy_of(plain.project, tmp_path / "written")
    for name, value in training.items():
        written.setting(name, value)

    by_file = written.mkdocs().assert_fails(0).files()
    assert '<html lang="en"' in re.sub(
        "<html [^>]*lang=", "<html lang=", written.read("index.html")
    )
    assert plain.mkdocs(environment=said).assert_fails(0).files() == by_file
    against = {"FENGQIAO_EDITION": "internal", "FENGQIAO_AS_OF": "2001-01-01"}
    flags = ("--edition", "training", "--as-of", AS_OF)
    assert written.build(*flags, environment=against).files() == by_file


@pytest.mark.parametrize(
    ("name", "value"), [("EDITION", "secret"), ("AS_OF", "tomorrow"), ("UI_LANG", "fr")]
)
def test_a_setting_that_cannot_be_is_misuse(site: Site, name: str, value: str) -> None:
    before = site.files()
    site.run("build", environment={f"FENGQIAO_{name}": value}).assert_fails(2, name.lower(), value)
    assert (site.files(), site.strays()) == (before, [])


def test_the_same_day_is_the_default_of_a_dated_source(small: Site, tmp_path: Path) -> None:
    """SOURCE_DATE_EPOCH stands for today."""
    noon = "1795348800"  # 2026-11-22 12:00 UTC
    site = Site.copy_of(small.project, tmp_path).build(environment={"SOURCE_DATE_EPOCH": noon})
    assert site.files() == small.files()


# ---------------------------------------------------------------- what is wrong leaves the old site


def test_a_bad_link_in_a_hand_written_page(site: Site) -> None:
    before = site.files()
    site.change_file("docs/about.md", "# 关于\n\n见[那页](nowhere.md)。\n")
    site.run("build", "--as-of", AS_OF).assert_fails(1, "about.md", "nowhere.md")
    assert (site.files(), site.strays()) == (before, [])
    site.mkdocs(environment={"FENGQIAO_AS_OF": AS_OF}).assert_fails(1, "about.md", "nowhere.md")
    assert (site.files(), site.strays()) == (before, [])


def test_an_error_in_the_casebook(site: Site) -> None:
    before = site.files()
    site.change_file("casebook/terms/bad.yml", "id: bad\ntitle: 坏\ntitel: 错\ndefinition: 无\n")
    site.run("build", "--as-of", AS_OF)
    site.assert_fails(1, "casebook/terms/bad.yml:3:1: error[unknown-key]", "“title”?")
    assert (site.files(), site.strays()) == (before, [])
    site.mkdocs(environment={"FENGQIAO_AS_OF": AS_OF})
    site.assert_fails(1, "casebook/terms/bad.yml:3:1: error[unknown-key]")
    assert (site.files(), site.strays()) == (before, [])


def test_a_warning_in_the_casebook_is_no_warning_of_mkdocs(site: Site) -> None:
    orphan = "id: alone\ntitle: 独自\naudience: public\norigin: invented\ndefinition: 无人提及。\n"
    site.change_file("casebook/terms/alone.yml", orphan)
    site.mkdocs(environment={"FENGQIAO_AS_OF": AS_OF}).assert_fails(0, "[orphan]")
    assert "独自" in site.main("terms/alone.html")


def test_links_to_records_in_hand_written_pages(site: Site) -> None:
    """Faults are ours, with line and guess, all at once with those of the casebook."""
    before = site.files()
    site.change_file(
        "docs/about.md",
        "---\ntitle: 关于\nold: '[[case/in-the-head]]'\n---\n# 关于\n\n"
        "好的：[[case/example-case]]。\n坏的：[[case/exemple-case]]、[[law/nowhere|文字]]\n"
        "`[[case/in-code]]`\n\n```\n[[case/in-a-block]]\n```\n\n[[写错]]\n"
        "[[law/example-county-rules#art-999]]\n",
    )
    site.change_file("casebook/terms/bad.yml", "id: bad\ntitel: 错\n")
    site.run("build", "--as-of", AS_OF).assert_fails(1)
    found = [line for line in site.done.err.splitlines() if ": error[" in line]
    assert [line.partition("] ")[0] for line in found] == [
        "casebook/terms/bad.yml:1:1: error[missing-field",
        "casebook/terms/bad.yml:1:1: error[missing-field",
        "casebook/terms/bad.yml:2:1: error[unknown-key",
        "docs/about.md:8:4: error[unknown-reference",
        "docs/about.md:8:26: error[unknown-reference",
        "docs/about.md:15:1: error[unknown-reference",
        "docs/about.md:16:1: error[unknown-anchor",
    ]
    assert "“case/example-case”?" in site.done.err
    assert (site.files(), site.strays()) == (before, [])


def test_a_link_to_a_broken_record_is_no_fault_of_its_own(site: Site) -> None:
    site.change_file("casebook/terms/bad.yml", "id: bad\ntitle: 坏\n")
    site.change_file("docs/about.md", "# 关于\n\n见[[term/bad]]。\n")
    site.run("build", "--as-of", AS_OF).assert_fails(1, "missing-field")
    assert "docs/about.md" not in site.done.err


def test_links_become_links_and_titles_stay_text(tmp_path: Path) -> None:
    site = Site.starter(tmp_path)
    title = "*重*<b>点</b>_下_&amp;"
    site.replace_in("casebook/terms/example-term.yml", "title: 试水（示例）", f'title: "{title}"')
    site.change_file(
        "docs/about.md",
        "# 关于\n\n[[term/example-term]]、[[term/example-term|*这里*]]、`[[term/example-term]]`\n",
    )
    site.build("--as-of", AS_OF)
    assert f"{title}、*这里*、[[term/example-term]]" in site.main("about.html")
    page = page_of(site.read("about.html"))
    assert page.links.count("terms/example-term.html") >= 2


def test_a_link_to_what_an_edition_lacks_is_text(tmp_path: Path) -> None:
    site = Site.starter(tmp_path)
    hidden = "id: hidden\ntitle: 内部词\ndefinition: 见[[term/example-term]]。\n"
    site.change_file("casebook/terms/hidden.yml", hidden)
    site.change_file("docs/about.md", "# 关于\n\n见[[term/hidden]]、[[term/hidden|那条]]。\n")
    site.build("--as-of", AS_OF)
    site.assert_fails(0, "docs/about.md:3:2: warning[names-less-public]")
    assert "内部词" not in site.read("about.html")
    assert "、那条。" in site.main("about.html")
    assert "terms/hidden.html" not in page_of(site.read("about.html")).links
    site.build("--as-of", AS_OF, "--edition", "internal")
    assert "见内部词、那条。" in site.main("about.html")


# ---------------------------------------------------------------- where it may not go


@pytest.mark.parametrize(
    "out", [".", "..", "docs", "docs/site", "casebook/terms", "hooks", "kinds/x"]
)
def test_sources_are_not_overwritten(small: Site, tmp_path: Path, out: str) -> None:
    site = Site.copy_of(small.project, tmp_path)
    before = digests(site.project)
    site.run("build", "--as-of", AS_OF, "--out", out).assert_fails(2)
    assert digests(site.project) == before


def test_a_foreign_folder_is_not_overwritten(site: Site, tmp_path: Path) -> None:
    foreign = tmp_path / "holiday"
    foreign.mkdir()
    (foreign / "photo.jpg").write_bytes(b"irreplaceable")
    site.run("build", "--as-of", AS_OF, "--out", str(foreign)).assert_fails(2, "holiday")
    assert [path.name for path in foreign.iterdir()] == ["photo.jpg"]


@on_linux
def test_a_parent_that_may_not_be_written(small: Site) -> None:
    done = on_a_small_disk(small, "1m", "mount -o remount,ro /mnt")
    assert done.returncode == 1, done
    assert "No permission to write /mnt/" in done.stderr
    assert done.stdout.endswith("oldsite\n"), done


@on_linux
@pytest.mark.parametrize("share", [0.3, 0.97])
def test_a_full_disk_leaves_the_old_site(small: Site, share: float) -> None:
    """An old site of one page; the new one finds no room for the theme's files, or for ours, which
    are written last."""
    files = [path.stat().st_size for path in small.out.rglob("*") if path.is_file()]
    pages = sum(-(-size // 4096) for size in files)
    done = on_a_small_disk(small, f"{int(pages * 4 * share)}k")
    assert done.returncode == 1, done
    assert "No space left to write /mnt/" in done.stderr
    assert done.stdout.endswith("oldsite\n"), done


def on_a_small_disk(site: Site, size: str, then: str = ":") -> subprocess.CompletedProcess[str]:
    """Builds into ``/mnt/site``, where an old site is, on a disk that only this process sees.
    ``then`` is done to the disk before; its end prints the old page and the disk's entries."""
    spaces = ("unshare", "--mount") + (("--map-root-user",) if os.geteuid() else ())
    mount = f"mount -t tmpfs -o size={size} tmpfs /mnt"
    tried = subprocess.run([*spaces, "sh", "-c", mount], capture_output=True, check=False)
    if tried.returncode:
        pytest.skip("no private mounts here: " + tried.stderr.decode())
    old = "mkdir /mnt/site && touch /mnt/site/.fengqiao-site && printf old > /mnt/site/index.html"
    script = f'{mount} && {old} && {then} || exit; "$@"; '
    script += "code=$?; cat /mnt/site/index.html; ls -A /mnt; exit $code"
    command = [sys.executable, "-m", "fengqiao", "build", "--as-of", AS_OF, "--out", "/mnt/site"]
    done = subprocess.run(
        [*spaces, "sh", "-c", script, "sh", *command],
        cwd=site.project,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


# ---------------------------------------------------------------- stopped, or two at once


@on_posix
@pytest.mark.parametrize("pause", [0.0, 0.6])
def test_ctrl_c_leaves_the_old_site(site: Site, pause: float) -> None:
    site.with_terms(400)
    before = site.files()
    process = site.start("build", "--as-of", AS_OF, "--jobs", "2")
    wait_for(site.strays, process)
    with suppress(subprocess.TimeoutExpired):
        process.wait(pause)
    stop_group(process, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, (out, err)
    assert "Traceback" not in err
    assert err.splitlines()[-1] == "Interrupted; what was there before is unchanged."
    assert (site.files(), site.strays(), survivors(process)) == (before, [], [])


@on_posix
@pytest.mark.parametrize("pause", [0.05, 0.3])
def test_ctrl_c_before_anything_is_built(site: Site, pause: float) -> None:
    """Python itself has no sentence for a Ctrl-C in its first hundredths of a second; we do."""
    process = site.start("check", "--as-of", AS_OF, program=("-X", "importtime", "-m", "fengqiao"))
    assert process.stderr is not None
    said = ""
    while "fengqiao.cli" not in said:
        said += process.stderr.readline()
    with suppress(subprocess.TimeoutExpired):
        process.wait(pause)
    stop_group(process, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert "Traceback" not in err
    assert process.returncode in (0, 130)


@on_posix
def test_workers_end_with_a_build_that_is_killed(site: Site) -> None:
    site.with_terms(2000)
    process = site.start("build", "--as-of", AS_OF, "--jobs", "2")
    wait_for(lambda: len(survivors(process)) >= 2, process)
    process.kill()
    process.communicate(timeout=60)
    wait_for(lambda: not survivors(process))


@on_posix
def test_a_second_build_says_who_is_building(site: Site) -> None:
    first = site.start("build", "--as-of", AS_OF)
    wait_for(site.strays, first)
    first.send_signal(signal.SIGSTOP)
    try:
        site.run("build", "--as-of", AS_OF).assert_fails(1, f"process {first.pid}", "build --as-of")
    finally:
        first.send_signal(signal.SIGCONT)
    _, err = first.communicate(timeout=60)
    assert first.returncode == 0, err
    assert site.strays() == []


def test_another_site_can_be_built_meanwhile(site: Site, tmp_path: Path) -> None:
    with SiteLock(site.out):
        site.build("--as-of", AS_OF, "--out", str(tmp_path / "elsewhere"))
    assert digests(tmp_path / "elsewhere") == site.files()


# ---------------------------------------------------------------- what every page keeps


def test_shells_are_nowhere(reference_site: Path, walked: dict[str, Page]) -> None:
    assert not [path for path in walked if "shell" in path]
    for path in reference_site.rglob("*"):
        if path.suffix in (".html", ".js", ".xml"):
            assert b"\x0efq-" not in path.read_bytes(), path
    assert not (reference_site / "404.html").exists()
    assert not (reference_site / "sitemap.xml").exists()


def test_no_page_says_what_made_it(walked: dict[str, Page]) -> None:
    assert not [path for path, page in walked.items() if "generator" in page.metas]


def test_every_page_has_its_policy_first(walked: dict[str, Page]) -> None:
    for path, page in walked.items():
        assert page.policy.startswith("default-src 'none'; "), path
        assert page.before_policy == ["charset"], path
        scripts = next(one for one in page.policy.split("; ") if one.startswith("script-src"))
        for script in page.scripts:
            digest = b64encode(sha256(script.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in scripts, f"{path}: {script[:80]}"
        assert "unsafe" not in scripts, path
        assert page.handlers == [], path


def test_nothing_is_loaded_from_the_network(reference_site: Path, walked: dict[str, Page]) -> None:
    for path, page in walked.items():
        for asset in page.assets:
            assert not re.match(r"[a-z+.-]+:(?!\w*image/)|//", asset), f"{path}: {asset}"
    for style in reference_site.rglob("*.css"):
        text = style.read_text(encoding="utf-8")
        assert not re.search(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", text), style


def test_every_link_leads_somewhere(reference_site: Path, walked: dict[str, Page]) -> None:
    files = {path.relative_to(reference_site).as_posix() for path in reference_site.rglob("*")}
    wrong = []
    for path, page in walked.items():
        assert not page.twice, f"{path}: {sorted(page.twice)}"
        for link in {*page.links, *page.assets}:
            parts = urlsplit(link)
            if parts.scheme in ("https", "http", "mailto", "tel", "data"):
                continue
            if parts.path.endswith("search.html") and parts.fragment.startswith("q="):
                parts = parts._replace(fragment="")  # a query, read by the page's script
            assert not parts.scheme, f"{path}: {link}"
            assert not parts.netloc, f"{path}: {link}"
            assert not parts.path.startswith("/"), f"{path}: {link}"
            target = normpath(join(dirname(path), unquote(parts.path))) if parts.path else path
            anchor = unquote(parts.fragment)
            ids = walked[target].ids if target in walked else {anchor}
            if target not in files or (anchor and anchor not in ids):
                wrong.append(f"{path}: {link}")
    assert wrong == []


DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def test_names_suit_every_disk(reference_site: Path) -> None:
    """FAT, NTFS, a stick from another office: ASCII, no two alike but for case, not deep."""
    paths = [path.relative_to(reference_site).as_posix() for path in reference_site.rglob("*")]
    assert len({path.lower() for path in paths}) == len(paths)
    for path in paths:
        assert path.count("/") <= 5, path
        for name in path.split("/"):
            assert re.fullmatch(r"[A-Za-z0-9._-]+", name), path
            assert not DEVICES.fullmatch(name), path
            assert not name.endswith("."), path


def test_a_site_with_an_address(tmp_path: Path) -> None:
    """… has a sitemap of its pages and no others, canonical links and an error page."""
    site = Site.starter(tmp_path)
    site.replace_in("mkdocs.yml", "docs_dir:", "site_url: https://example.org/kb\ndocs_dir:")
    site.build("--as-of", AS_OF)
    listed = re.findall(r"<loc>https://example.org/kb/([^<]*)</loc>", site.read("sitemap.xml"))
    pages = {path for path, _ in pages_of(site.out)} - {"404.html"}
    assert sorted({path or "index.html" for path in listed}) == sorted(pages)
    assert len(listed) == len(set(listed))
    assert page_of(site.read("404.html")).policy
    for path in sorted(pages - {"index.html"}):
        canonical = f'<link rel="canonical" href="https://example.org/kb/{path}">'
        assert site.read(path).count(canonical) == 1, path
