"""The reference casebook: what is said about it, and that it says what its sources say, in words
of its own."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import opencc
import pytest
import yaml

from fengqiao.diagnostics import Diagnostic, Severity
from fengqiao.load import Loaded, load
from fengqiao.messages import text

REPOSITORY = Path(__file__).resolve().parent.parent
GOLDEN = Path(__file__).parent / "golden" / "reference.diagnostics"
# Seeds and statutes lie beside the repository of those who have them.
SHARED = Path(os.environ.get("FENGQIAO_SHARED") or REPOSITORY.parent / "shared")
needs_shared = pytest.mark.skipif(
    not (SHARED / "seeds" / "facts.yaml").is_file(), reason="no ../shared (FENGQIAO_SHARED)"
)


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    return load(REPOSITORY, date(2026, 11, 22))


def of(loaded: Loaded, code: str) -> list[Diagnostic]:
    return [one for one in loaded.diagnostics if one.code == code]


# ---------------------------------------------------------------- what is said about it


def test_exactly_the_golden_list(loaded: Loaded) -> None:
    """``FENGQIAO_UPDATE=1`` rewrites the list; read what changed before you commit it."""
    found = "".join(f"{one.line('en')}\n" for one in loaded.diagnostics)
    if os.environ.get("FENGQIAO_UPDATE"):
        GOLDEN.write_text(found, encoding="utf-8")
    assert found == GOLDEN.read_text(encoding="utf-8")


def test_there_is_no_error(loaded: Loaded) -> None:
    assert loaded.casebook is not None
    assert not [one for one in loaded.diagnostics if one.severity is Severity.ERROR]


def test_one_rate_does_not_follow_from_its_base(loaded: Loaded) -> None:
    (one,) = of(loaded, "rate-differs")
    assert one.where.path == "casebook/practices/dunhuang.yml"
    shown = {key: str(value) for key, value in one.values.items() if key != "key"}
    assert shown == {
        "numerator": "867",
        "denominator": "1458",
        "computed": "59.5",
        "stated": "60.1",
    }


def test_seven_rates_have_no_base(loaded: Loaded) -> None:
    stated = [one.values["stated"] for one in of(loaded, "rate-without-base")]
    assert sorted(stated) == sorted(["93.68", "98", "99.26", "99.41", "100", "97.94", "99.7"])


def test_two_lists_of_daan_are_open(loaded: Loaded) -> None:
    found = of(loaded, "list-open")
    assert {one.where.path for one in found} == {"casebook/practices/daan.yml"}
    assert [(one.values["stated"], one.values["listed"]) for one in found] == [(6, 3), (8, 4)]


def test_all_others_are_relative_periods_of_undated_sources(loaded: Loaded) -> None:
    counted = Counter(one.code for one in loaded.diagnostics)
    assert counted.keys() == {"rate-differs", "rate-without-base", "list-open", "relative-period"}
    casebook = loaded.casebook
    assert casebook is not None
    paths = {place.path: casebook.records[key] for key, place in casebook.places.items()}
    for one in of(loaded, "relative-period"):
        record = paths[one.where.path]
        assert record.sources
        assert all(source.date is None for source in record.sources), one.where.path


def test_every_practice_says_that_its_source_is_undated_or_gives_the_date(loaded: Loaded) -> None:
    assert loaded.casebook is not None
    practices = list(loaded.casebook.of_kind("practice"))
    assert len(practices) == 13
    assert all(practice.sources for practice in practices)
    assert text("undated", "zh")


# ---------------------------------------------------------------- nothing of its sources is lost


@cache
def facts() -> dict[str, Any]:
    path = SHARED / "seeds" / "facts.yaml"
    # Figures stay as written: 93.0 and 93 say different things.
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def systems() -> list[dict[str, Any]]:
    return facts()["systems"] if SHARED.joinpath("seeds/facts.yaml").is_file() else []


def test_seeds_are_thirteen_where_they_are() -> None:
    assert len(systems()) in (0, 13)


def figures_of(practice: Any) -> set[float]:
    """Every number that a practice states: values, rates with their bases, parts, counts."""
    written: list[str] = [str(claim.stated) for claim in practice.counts]
    for metric in practice.metrics:
        written += filter(None, [metric.value, *(share.value for share in metric.parts)])
        if metric.rate is not None:
            rate = metric.rate
            written += filter(None, [rate.stated, rate.numerator, rate.denominator])
    return {float(one) for one in written}


@needs_shared
@pytest.mark.parametrize("system", systems(), ids=lambda system: system["id"])
def test_every_figure_of_the_sources_is_there(system: dict[str, Any], loaded: Loaded) -> None:
    assert loaded.casebook is not None
    stated = figures_of(loaded.casebook.records[f"practice/{system['id']}"])
    names = ("value", "numerator", "denominator", "stated_ratio")
    wanted = {
        (metric["label"], name, float(metric[name]))
        for metric in system["metrics"]
        for name in names
        if metric.get(name) not in (None, "null")
    }
    assert {one for one in wanted if one[2] not in stated} == set()


# ---------------------------------------------------------------- in words of its own

RUN = 25
"""So many Han characters in a row are a sentence, and a sentence is its author's."""
_HAN = re.compile(r"[^\u3400-\u4dbf\u4e00-\u9fff〇]")
_SIMPLIFY = opencc.OpenCC("t2s")


def han(written: str) -> str:
    """The Han characters of a text, simplified, without glosses in brackets and punctuation."""
    bare = re.sub(r"\[\[[^\]|]*\||\[\[[^\]|]*\]\]|\]\]", "", written)
    return _HAN.sub("", _SIMPLIFY.convert(re.sub(r"（[^（）]*）|\([^()]*\)", "", bare)))


def titles_in(tree: Any) -> Iterator[str]:
    """What is named, not said: titles of documents and of sources, and names in 《》."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            if key in ("documents", "sources"):
                yield from (one["title"] for one in value)
            yield from titles_in(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from titles_in(value)
    elif isinstance(tree, str):
        yield from re.findall(r"《([^》]+)》", tree)


def texts_in(tree: Any) -> Iterator[str]:
    if isinstance(tree, dict):
        for value in tree.values():
            yield from texts_in(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from texts_in(value)
    elif isinstance(tree, str):
        yield tree


def runs(written: str) -> Iterator[str]:
    return (written[at : at + RUN] for at in range(len(written) - RUN + 1))


@needs_shared
def test_no_sentence_is_taken_from_a_source() -> None:
    sources = [*(SHARED / "seeds").glob("*.txt"), *(SHARED / "laws").rglob("*.md")]
    assert len(sources) > 20
    taken = {
        run: path.name for path in sources for run in runs(han(path.read_text(encoding="utf-8")))
    }
    files = sorted((REPOSITORY / "casebook").rglob("*.yml"))
    trees = {path: yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader) for path in files}
    titles = {han(title) for tree in trees.values() for title in titles_in(tree)}
    found: dict[str, str] = {}
    named: set[str] = set()
    for path, tree in trees.items():
        for written in texts_in(tree):
            for run in runs(han(written)):
                if run not in taken:
                    continue
                title = next((one for one in titles if run in one), None)
                if title is not None:
                    named.add(title)
                else:
                    found.setdefault(f"{path.relative_to(REPOSITORY)} = {taken[run]}", run)
    print("titles that are names, exempt:", *sorted(named), sep="\n")
    assert found == {}


def test_the_search_for_sentences_finds_one() -> None:
    sentence = "经人民调解委员会调解达成的调解协议，具有法律约束力，当事人应当按照约定履行。"
    changed = sentence.replace("，", "（见上文），").replace("协议", "[[term/x|協議]]", 1)
    assert {*runs(han(sentence))} == {*runs(han(f"{changed}"))} != set()
    assert titles_in({"sources": [{"title": "甲", "note": "见《乙》"}]}) is not None
    assert {*titles_in({"sources": [{"title": "甲", "note": "见《乙》"}]})} == {"甲", "乙"}
