"""``fengqiao demo``: a project with as many invented cases as wanted, for tests and benchmarks.

A case is told by a grammar (``texts/``, :mod:`fengqiao.demo.grammar`). Its *plan* (type, outcome,
intake, year, audience) follows from its number; its *facts* (who, where, what, how much) are
settled next; then the *story* of its type is told with them: scene, claims, points of law, terms.
Sentences about background, visits and talks follow, each used once in a case, until it has about
6 KB.

Words follow Zipf's law. What keeps the vocabulary open are the names: persons, settlements, shops,
firms, brands, varieties, estates, streets and waters are composed from a pool of 1,000 characters,
and stand in every sentence beside different neighbours: 5,000 cases hold over 250,000 distinct
pairs of Han characters, and no two cases share more than a small part of their wording.

Every record is seeded by its own number: case 7 is the same bytes in every demo, on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fengqiao import starter
from fengqiao.demo.cases import case
from fengqiao.demo.people import CASES_A_PERSON, person
from fengqiao.demo.world import TEXTS, organisations, places
from fengqiao.errors import FengqiaoError
from fengqiao.load import FOLDER, Progress, quiet

STEP = 100
"""After so many records progress is reported."""

PLACES = f"{FOLDER}/vocab/places.yml"


def create_demo(out: Path, count: int, progress: Progress = quiet) -> None:
    """Makes a project in ``out`` (new or empty) as ``init`` does, with ``count`` more cases and
    ``count // 10`` more people. Raises :class:`UsageError` where something stands there already,
    :class:`FengqiaoError` where it cannot be written."""
    starter.create(out)
    try:
        with (out / PLACES).open("a", encoding="utf-8", newline="\n") as file:
            file.write(places())
        _write(out / FOLDER / "organisations" / "demo.yml", organisations())
        _write(out / FOLDER / "laws" / "demo.yml", (TEXTS / "laws.yml").read_text("utf-8"))
        total = count + count // CASES_A_PERSON
        for number, (path, text) in enumerate(_records(count)):
            if number % STEP == 0:
                progress("demo", number, total)
            _write(out / FOLDER / path, text)
        progress("demo", total, total)
    except OSError as error:
        raise FengqiaoError("init-unwritable", path=out, reason=error.strerror or "") from None


def _records(count: int) -> Iterator[tuple[str, str]]:
    yield from map(person, range(count // CASES_A_PERSON))
    yield from map(case, range(count))


def _write(file: Path, text: str) -> None:
    data = text.encode()
    try:
        file.write_bytes(data)
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
