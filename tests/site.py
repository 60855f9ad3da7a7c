"""One driver for tests of whole sites: a small project in a folder of its own, changed, built and
looked at.

    Site.starter(tmp_path).change_file("docs/index.md", "# 你好").build().main("index.html")

Commands run as a user runs them, each in a process of its own; ``done`` is what the last one gave.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import psutil

from fengqiao.starter import create

AS_OF = "2026-11-22"
REPOSITORY = Path(__file__).resolve().parent.parent

COMMANDS: Mapping[str, tuple[str, ...]] = {
    "fengqiao": ("-m", "fengqiao"),
    "mkdocs": ("-m", "mkdocs"),
    "properdocs": ("-m", "properdocs"),
}


@dataclass(frozen=True)
class Done:
    """What a command gave."""

    code: int
    out: str
    err: str


class Site:
    """A project and the site it is built into."""

    def __init__(self, project: Path, out: Path | None = None) -> None:
        self.project = project.resolve()
        self.out = out or self.project / "site"
        self.done = Done(0, "", "")

    @classmethod
    def starter(cls, folder: Path) -> Site:
        """What ``fengqiao init`` makes, in a new folder below ``folder``."""
        project = folder / "project"
        create(project)
        return cls(project)

    @classmethod
    def copy_of(cls, project: Path, folder: Path, *only: str) -> Site:
        """A copy of a project (or only of some of its files and folders), without what was built
        in it."""
        ignore = shutil.ignore_patterns("site", ".*")
        if not only:
            shutil.copytree(project, folder / "project", ignore=ignore)
            return cls(folder / "project")
        for name in only:
            source, target = project / name, folder / "project" / name
            if source.is_dir():
                shutil.copytree(source, target, ignore=ignore)
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
        return cls(folder / "project")

    # ------------------------------------------------------------ changing it

    def change_file(self, name: str, content: str | bytes) -> Site:
        """Writes a file of the project, making its folder where needed."""
        file = self.project / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return self

    def replace_in(self, name: str, old: str, new: str) -> Site:
        """Replaces a text that stands once in a file."""
        text = (self.project / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{name} has {old!r} {text.count(old)} times"
        return self.change_file(name, text.replace(old, new))

    def setting(self, name: str, value: str) -> Site:
        """Writes a setting under ``extra.fengqiao`` of mkdocs.yml."""
        text = (self.project / "mkdocs.yml").read_text(encoding="utf-8")
        text = re.sub(rf"(?m)^    (?:# )?{name}:.*\n", "", text)
        text = text.replace("\n  fengqiao:\n", f"\n  fengqiao:\n    {name}: {value}\n")
        return self.change_file("mkdocs.yml", text)

    def with_terms(self, count: int) -> Site:
        """Adds a roster of ``count`` terms: enough records for several workers."""
        terms = "".join(
            f"- id: extra-{number:04}\n  title: 补充词{number:04}\n  audience: public\n"
            f"  origin: invented\n  definition: 第{number}个补充词，另见[[term/example-term]]。\n"
            for number in range(count)
        )
        return self.change_file("casebook/terms/extra.yml", terms)

    # ------------------------------------------------------------ running commands

    def start(
        self,
        *arguments: str,
        program: str | tuple[str, ...] = "fengqiao",
        cwd: Path | None = None,
        environment: Mapping[str, str] = {},
        umask: int = -1,
    ) -> subprocess.Popen[str]:
        """Starts a command in a session of its own (so that all it starts can be stopped)."""
        command = COMMANDS[program] if isinstance(program, str) else program
        return subprocess.Popen(
            [sys.executable, *command, *arguments],
            cwd=cwd or self.project,
            env=clean_environment(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            umask=umask,
            start_new_session=True,
        )

    def run(self, *arguments: str, **how: Any) -> Site:
        """Runs a command to its end, whatever that is."""
        process = self.start(*arguments, **how)
        out, err = process.communicate(timeout=120)
        self.done = Done(process.returncode, out, err)
        assert "Traceback" not in out + err, out + err
        return self

    def build(self, *arguments: str, **how: Any) -> Site:
        """``fengqiao build``, which has to succeed."""
        return self.run("build", *arguments, **how)._succeeded()

    def mkdocs(self, *arguments: str, program: str = "mkdocs", **how: Any) -> Site:
        """``mkdocs build --strict`` and nothing of ours beside it."""
        named = ("-f", str(self.project / "mkdocs.yml"))
        command = ("build", "--strict", *named, *arguments)
        return self.run(*command, program=program, **how)

    def _succeeded(self) -> Site:
        assert self.done.code == 0, self.done
        return self

    def assert_fails(self, code: int, *words: str) -> Site:
        """The last command ended with ``code`` and said each of ``words``."""
        said = self.done.out + self.done.err
        assert self.done.code == code, self.done
        for word in words:
            assert word in said, f"{word!r} is not in\n{said}"
        return self

    def assert_build_log(self, *lines: str) -> Site:
        """The last command printed these lines and no others, output before errors."""
        said = (self.done.out + self.done.err).replace(str(self.project), "[PROJECT]")
        assert said.splitlines() == list(lines), said
        return self

    # ------------------------------------------------------------ looking at the site

    def read(self, path: str) -> str:
        """The text of a file of the site."""
        return (self.out / path).read_text(encoding="utf-8")

    def main(self, path: str) -> str:
        """The text of ``<main>`` on a page, spaces collapsed."""
        return page_of(self.read(path)).main

    def files(self) -> dict[str, str]:
        """Every file of the site with the digest of its content; empty where there is no site."""
        return digests(self.out)

    def strays(self) -> list[str]:
        """What builds left beside the site."""
        return sorted(path.name for path in self.out.parent.glob(f".{self.out.name}.fengqiao-*"))


def digests(folder: Path) -> dict[str, str]:
    """Relative path → SHA-256 of every file below ``folder``."""
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def clean_environment(more: Mapping[str, str] = {}) -> dict[str, str]:
    """This process's environment without anything that changes what a build does."""
    changing = ("FENGQIAO_", "LC_", "LANG", "SOURCE_DATE_EPOCH", "PYTHONHASHSEED", "TZ")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(changing)}
    return {**kept, "LANG": "C.UTF-8", "NO_MKDOCS_2_WARNING": "1", **more}


def wait_for(condition: Callable[[], object], process: subprocess.Popen[str] | None = None) -> None:
    """Waits until ``condition`` holds; fails where ``process`` ends before that."""
    deadline = time.monotonic() + 60
    while not condition():
        if process is not None and process.poll() is not None:
            raise AssertionError(f"ended before its time: {process.communicate()}")
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)


def survivors(process: subprocess.Popen[str]) -> list[str]:
    """What ``process`` started and what still runs now that it has ended."""
    found = []
    for other in psutil.process_iter():
        with suppress(psutil.Error, ProcessLookupError):
            in_session = os.getsid(other.pid) == process.pid and other.pid != process.pid
            if in_session and other.status() != psutil.STATUS_ZOMBIE:
                found.append(f"{other.pid} {other.cmdline()}")
    return found


def stop_group(process: subprocess.Popen[str], number: int = signal.SIGKILL) -> None:
    """Sends a signal to ``process`` and all it started, if any of them is there."""
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


# ---------------------------------------------------------------- pages


@dataclass
class Page:
    """What a test wants to know of a page's HTML."""

    main: str = ""
    policy: str = ""
    before_policy: list[str] = field(default_factory=list)
    """Elements of ``<head>`` before the Content-Security-Policy."""
    ids: set[str] = field(default_factory=set)
    twice: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    """``href`` of ``<a>`` and ``<area>``."""
    assets: list[str] = field(default_factory=list)
    """Whatever a browser loads by itself."""
    scripts: list[str] = field(default_factory=list)
    """Inline scripts that run."""
    handlers: list[str] = field(default_factory=list)
    """``on…`` attributes."""
    metas: dict[str, str] = field(default_factory=dict)


def page_of(html: str) -> Page:
    """The facts of a page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.page.main = " ".join("".join(reader.text).split())
    return reader.page


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.text: list[str] = []
        self._in_main = False
        self._hidden = ""
        self._script: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        page, values = self.page, {name: value or "" for name, value in attrs}
        if values.get("http-equiv", "").lower() == "content-security-policy":
            page.policy = values["content"]
        elif not page.policy and tag not in ("html", "head"):
            page.before_policy.append(tag if "charset" not in values else "charset")
        if "id" in values:
            (page.twice if values["id"] in page.ids else page.ids).add(values["id"])
        page.handlers += [f"{tag} {name}" for name in values if name.startswith("on")]
        if tag == "meta" and "name" in values:
            page.metas[values["name"]] = values.get("content", "")
        if tag in ("a", "area"):
            page.links += [values["href"]] if "href" in values else []
        else:
            page.assets += [
                values[name] for name in ("href", "src", "data", "poster") if name in values
            ]
            page.assets += [one.split()[0] for one in values.get("srcset", "").split(",") if one]
        if tag == "script" and "src" not in values and values.get("type") != "application/json":
            self._script = []
        if tag in ("script", "style", "template"):
            self._hidden = tag
        if tag == "main":
            self._in_main = True

    def handle_endtag(self, tag: str) -> None:
        if tag == self._hidden:
            self._hidden = ""
        if tag == "script" and self._script is not None:
            self.page.scripts.append("".join(self._script))
            self._script = None
        if tag == "main":
            self._in_main = False

    def handle_data(self, data: str) -> None:
        if self._script is not None:
            self._script.append(data)
        elif self._in_main and not self._hidden:
            self.text.append(data)


def pages_of(site: Path) -> Iterator[tuple[str, Page]]:
    """Every page of a site: its path and its facts."""
    for path in sorted(site.rglob("*.html")):
        yield path.relative_to(site).as_posix(), page_of(path.read_text(encoding="utf-8"))
