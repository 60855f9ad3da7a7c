"""Time and memory of building N invented cases, beside MkDocs + Material on the same text.

    python benchmarks/build.py [N] [--quick] [--full]

Makes the demo projects of 0 and N cases, builds each cold (no output, no cache; the system's file
cache is warm) in a process of its own, prints a table and writes ``benchmarks/results/build.md``.
``--quick`` takes 300 cases, ``--full`` the medians of three runs. Memory is the peak of the summed
PSS of all processes of a build, looked at every 50 ms (Linux only).
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from fengqiao.demo import create_demo
from fengqiao.read import read_tree

RESULTS = Path(__file__).parent / "results" / "build.md"
AS_OF = "2026-11-22"
CASES, QUICK = 2_000, 300
RUNS = 3
INTERVAL = 0.05
BAR_MS, BAR_MB = 3.0, 500
"""(t(N) - t(0)) / N in ms wall, and peak memory in MB, at 2,000 cases."""

MKDOCS_YML = """\
site_name: 演示
use_directory_urls: false
theme: {name: material, language: zh, font: false}
plugins: [search]
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One build: seconds of wall clock, seconds of all processors, bytes at the peak."""

    wall: float
    cpu: float
    peak: int


@dataclass(frozen=True, slots=True)
class Tool:
    """A generator under test: ``prepare(folder, projects)`` makes its projects of 0 and N cases,
    ``command`` builds the project in the current folder into ``site``."""

    name: str
    versions: tuple[str, ...]
    prepare: Callable[[Path, tuple[Path, Path]], tuple[Path, Path]]
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    tool: Tool
    empty: Run
    full: Run
    count: int

    @property
    def wall_ms(self) -> float:
        """Milliseconds of wall clock that a case adds."""
        return (self.full.wall - self.empty.wall) / self.count * 1000

    @property
    def cpu_ms(self) -> float:
        """Milliseconds of processors that a case adds."""
        return (self.full.cpu - self.empty.cpu) / self.count * 1000


# ---------------------------------------------------------------- measuring


def measure(project: Path, command: Sequence[str]) -> Run:
    """Builds once, cold. Raises ``RuntimeError`` with the output when the build fails."""
    for left in ("site", ".cache", ".fengqiao"):
        shutil.rmtree(project / left, ignore_errors=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    with tempfile.TemporaryFile() as output:
        process = psutil.Popen(command, cwd=project, stdout=output, stderr=subprocess.STDOUT)
        peak = Peak(process)
        peak.start()
        code = process.wait()
        wall = time.perf_counter() - begun
        peak.join()
        if code:
            output.seek(0)
            raise RuntimeError(f"{command[0]} ended with {code}\n{output.read().decode()[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(wall, cpu, peak.bytes)


class Peak(threading.Thread):
    """Watches a process and its children until it ends."""

    def __init__(self, process: psutil.Popen) -> None:
        super().__init__(daemon=True)
        self._process = process
        self.bytes = 0

    def run(self) -> None:
        while self._process.is_running() and self._process.status() != psutil.STATUS_ZOMBIE:
            try:
                family = [self._process, *self._process.children(recursive=True)]
            except psutil.NoSuchProcess:
                return
            self.bytes = max(self.bytes, sum(pss(one.pid) for one in family))
            time.sleep(INTERVAL)


def pss(pid: int) -> int:
    """Proportional set size in bytes; 0 for a process that has gone."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line[:4] == "Pss:"), 0) << 10


def median(runs: Sequence[Run]) -> Run:
    return Run(
        statistics.median(run.wall for run in runs),
        statistics.median(run.cpu for run in runs),
        max(run.peak for run in runs),
    )


# ---------------------------------------------------------------- MkDocs + Material


def as_mkdocs(folder: Path, projects: tuple[Path, Path]) -> tuple[Path, Path]:
    """The cases of our projects as Markdown pages in MkDocs projects."""
    made = []
    for name, project in zip(("empty", "full"), projects, strict=True):
        docs = folder / f"mkdocs-{name}" / "docs"
        docs.mkdir(parents=True)
        (docs.parent / "mkdocs.yml").write_text(MKDOCS_YML, encoding="utf-8")
        (docs / "index.md").write_text("# 演示\n", encoding="utf-8")
        for file in sorted((project / "casebook" / "cases").rglob("demo-*.yml")):
            tree, _ = read_tree(file.read_bytes(), file.name)
            assert isinstance(tree, dict)
            page = docs / "cases" / file.parent.name / f"{file.stem}.md"
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text("\n\n".join(markdown(tree)), encoding="utf-8")
        made.append(docs.parent)
    return made[0], made[1]


def markdown(case: Mapping[str, Any]) -> Iterator[str]:
    """What our page of a case says, as Markdown."""
    yield f"# {case['title']}"
    yield case["summary"]
    for name in ("dispute_type", "intake", "difficulty", "place", "accepted", "closed"):
        yield f"- {name}: {case[name]}"
    yield "## 当事人"
    for party in case["parties"]:
        yield f"- {party['alias']}：{party['about']}"
    yield f"## 案情\n\n{case['facts']}"
    yield "## 争议焦点\n\n" + "\n".join(f"- {issue}" for issue in case["issues"])
    yield "## 调解过程"
    for step in case["process"]:
        yield f"### {step['step']}\n\n{step['date']} {step['text']}"
    outcome = case["outcome"]
    yield f"## 调解结果\n\n{outcome['outcome']}"
    yield "\n".join(f"1. {term}" for term in outcome.get("terms", ()))
    yield case.get("performance", "")
    yield "\n".join(visit["text"] for visit in case["return_visits"])
    yield f"## 点评\n\n{case['comment']}"


# ---------------------------------------------------------------- the table


def tools() -> tuple[Tool, ...]:
    python = sys.executable
    return (
        Tool(
            "fengqiao",
            (f"fengqiao {version('fengqiao')}",),
            lambda folder, projects: projects,
            (python, "-m", "fengqiao", "build", "--as-of", AS_OF, "--lang", "en"),
        ),
        Tool(
            "MkDocs + Material",
            (f"mkdocs {version('mkdocs')}", f"mkdocs-material {version('mkdocs-material')}"),
            as_mkdocs,
            (python, "-m", "mkdocs", "build", "--quiet"),
        ),
    )


def compare(count: int, runs: int) -> list[Result]:
    """Builds everything with every tool."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        projects = folder / "empty", folder / "full"
        create_demo(projects[0], 0)
        create_demo(projects[1], count)
        results = []
        for tool in tools():
            empty, full = tool.prepare(folder, projects)
            measure(empty, tool.command)  # the system's file cache is warm now
            results.append(
                Result(
                    tool,
                    median([measure(empty, tool.command) for _ in range(runs)]),
                    median([measure(full, tool.command) for _ in range(runs)]),
                    count,
                )
            )
            print(f"{tool.name}: {results[-1].full.wall:.1f} s", file=sys.stderr, flush=True)
        return results


def table(results: Sequence[Result]) -> Iterator[str]:
    """The rows, each beside the first as a ratio."""
    own, count = results[0], results[0].count
    yield (
        f"| | t(0) s | t({count:,}) s | ms a case | ratio "
        f"| CPU t(0) s | CPU t({count:,}) s | CPU ms a case | ratio | peak PSS MB |"
    )
    yield "|---|" + "--:|" * 9
    for one in results:
        yield (
            f"| {one.tool.name} | {one.empty.wall:.2f} | {one.full.wall:.2f} "
            f"| {one.wall_ms:.2f} | {one.wall_ms / own.wall_ms:.1f} "
            f"| {one.empty.cpu:.2f} | {one.full.cpu:.2f} "
            f"| {one.cpu_ms:.2f} | {one.cpu_ms / own.cpu_ms:.1f} "
            f"| {one.full.peak / 1e6:,.0f} |"
        )


def report(results: Sequence[Result], runs: int, load: float) -> str:
    """The whole page of results."""
    own = results[0]
    versions = ", ".join(name for one in results for name in one.tool.versions)
    memory = psutil.virtual_memory().total / 2**30
    met = {
        f"wall ≤ {BAR_MS:g} ms a case": own.wall_ms <= BAR_MS,
        f"peak PSS ≤ {BAR_MB} MB": own.full.peak <= BAR_MB * 1e6,
    }
    bars = [f"- {bar}: {'met' if yes else 'missed'}" for bar, yes in met.items()]
    lines = [
        "# Building invented cases",
        "",
        "Written by `benchmarks/build.py`. Cold: no output, no cache; the file cache is warm. "
        "A case is about 6 KB of YAML. Time a case = (t(N) − t(0)) / N. "
        "MkDocs renders the same text as Markdown pages, with its search plugin; without jieba it "
        "does not segment Chinese, which makes it faster and its search worse.",
        "",
        *table(results),
        "",
        f"Bars (for {CASES:,} cases on an idle machine with 2 cores):",
        "",
        *bars,
        "",
        f"{'Median of ' + str(runs) + ' runs' if runs > 1 else 'One run'}. "
        f"{versions}. Python {platform.python_version()}, {platform.system()} "
        f"{platform.machine()}, {len(os.sched_getaffinity(0))} cores, {memory:.0f} GiB. "
        f"Load average before the start: {load:.1f}"
        + (" — the machine was busy: read the CPU time." if load > 1 else "."),
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="Time and memory of builds, side by side.")
    parser.add_argument("count", nargs="?", type=int, default=CASES, help="cases (default 2000)")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} cases")
    parser.add_argument("--full", action="store_true", help=f"medians of {RUNS} runs")
    arguments = parser.parse_args()
    runs = RUNS if arguments.full else 1
    load = os.getloadavg()[0]
    page = report(compare(QUICK if arguments.quick else arguments.count, runs), runs, load)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(page, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main()
