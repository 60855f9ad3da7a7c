"""``fengqiao demo``: the same bytes everywhere, each case for itself, varied, without a fault."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from datetime import date
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from fengqiao.casebook import Casebook
from fengqiao.demo import create_demo
from fengqiao.demo.cases import INTAKES, OUTCOMES, case, plan
from fengqiao.demo.grammar import Writer, parse_rules
from fengqiao.demo.people import mediator, person
from fengqiao.demo.world import rules, story_names, towns
from fengqiao.diagnostics import Severity
from fengqiao.errors import FengqiaoError, UsageError
from fengqiao.load import load
from fengqiao.record import Audience, Origin

COUNT = 300
HAN = re.compile(r"[\u4e00-\u9fff]+")
PER_CASE = 150
"""Distinct pairs of Han characters that each of the first 300 cases has to add. A vocabulary grows
as a power of the text (Heaps' law): V(n) = V(300) × (n / 300) ** β, here with β = 0.61 (measured:
50,000 at 300, 277,000 at 5,000). For 250,000 at 5,000 it takes V(300) ≥ 250,000 / 16.7 ** 0.61 =
45,000, which is 150 a case."""
SHARED = 0.2
"""The most that two cases may have in common of their runs of eight characters. Copies have 1; a
paragraph in common (400 of 1,900 characters) would be 0.2; measured: at most 0.13 among 1,000."""


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return [case(number)[1] for number in range(COUNT)]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "project"
    create_demo(folder, COUNT)
    return folder


@pytest.fixture(scope="module")
def casebook(project: Path) -> Casebook:
    loaded = load(project, date(2026, 11, 22))
    assert [str(one) for one in loaded.diagnostics if one.severity is not Severity.NOTE] == []
    assert loaded.casebook is not None
    return loaded.casebook


def files(project: Path) -> dict[str, bytes]:
    return {
        path.relative_to(project).as_posix(): path.read_bytes()
        for path in sorted(project.rglob("*"))
        if path.is_file()
    }


# ---------------------------------------------------------------- the same bytes


def test_other_processes_and_hash_seeds_write_the_same_bytes(tmp_path: Path) -> None:
    made = []
    for seed in ("0", "4711"):
        out = tmp_path / seed
        command = [sys.executable, "-m", "fengqiao", "demo", "40", "--out", str(out)]
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": f"UTC+{len(seed)}"}
        subprocess.run(command, env=environment, check=True, capture_output=True, timeout=120)
        made.append(files(out))
    assert made[0] == made[1]


def test_a_record_is_the_same_in_every_demo(project: Path, tmp_path: Path) -> None:
    create_demo(tmp_path / "small", 45)
    small, large = files(tmp_path / "small"), files(project)
    assert small.items() <= large.items()
    assert sum(name.startswith("casebook/cases/000/") for name in small) == 45
    assert sum("/demo-m" in name or "/demo-e" in name for name in small) == 4


def test_a_record_does_not_depend_on_what_was_written_before() -> None:
    first = case(250)
    plan.cache_clear()
    mediator.cache_clear()
    assert case(250) == first


# ---------------------------------------------------------------- realistic


def test_size(texts: list[str]) -> None:
    sizes = [len(text.encode()) for text in texts]
    assert min(sizes) >= 5000
    assert max(sizes) <= 7000
    assert 5700 <= sum(sizes) / len(sizes) <= 6300


def test_vocabulary_is_open(texts: list[str]) -> None:
    pairs = {pair for text in texts for run in HAN.findall(text) for pair in pairwise(run)}
    assert len(pairs) >= PER_CASE * COUNT


@pytest.mark.full
def test_five_thousand_cases_hold_a_quarter_of_a_million_pairs() -> None:
    told = (case(number)[1] for number in range(5000))
    pairs = {pair for text in told for run in HAN.findall(text) for pair in pairwise(run)}
    assert len(pairs) >= 250_000


def test_no_two_cases_share_much(texts: list[str]) -> None:
    cases = []
    for text in texts:
        han = "".join(HAN.findall(text))
        cases.append({han[at : at + 8] for at in range(len(han) - 7)})
    held = Counter(run for runs in cases for run in runs)
    common = [{run for run in runs if held[run] > 1} for runs in cases]
    for one, other in combinations(range(COUNT), 2):
        shared = len(common[one] & common[other])
        assert shared <= SHARED * min(len(cases[one]), len(cases[other])), f"{one} and {other}"


def test_sentences_are_not_repeated_in_a_case(texts: list[str]) -> None:
    for text in texts:
        process = text.partition("process:")[2].partition("outcome:")[0]
        sentences = [one for one in re.split("[。\n]", process) if len(one) > 20]
        assert len(sentences) == len(set(sentences))


def test_no_slot_is_left_open(texts: list[str]) -> None:
    for text in texts:
        told = re.sub(r"^(?:confirmation|reviewed): \{.*\}$", "", text, flags=re.MULTILINE)
        assert not re.search(r"[{}|()]", told.replace("facts: |", ""))


def test_everything_occurs(casebook: Casebook) -> None:
    cases = [one for one in casebook.of_kind("case") if one.id.startswith("demo-")]
    assert len(cases) == COUNT
    types = {term.code for term in casebook.vocabularies["dispute-types"].terms}
    assert set(story_names()) == types == {one.dispute_type for one in cases}
    outcomes = {term.code for term in casebook.vocabularies["outcomes"].terms}
    assert set(OUTCOMES) == outcomes == {one.outcome.outcome for one in cases}
    assert set(INTAKES) == {one.intake for one in cases}
    assert {one.accepted[:4] for one in cases} == {str(year) for year in range(2015, 2026)}
    assert {one.difficulty for one in cases} == {"simple", "ordinary", "hard", "major"}
    assert {one.committee.id for one in cases} == {town.code for town in towns()}
    shares = {
        audience: sum(one.audience is audience for one in cases) / COUNT for audience in Audience
    }
    assert shares[Audience.PUBLIC] == pytest.approx(0.9, abs=0.03)
    assert shares[Audience.TRAINING] > shares[Audience.INTERNAL] > 0
    assert len({one.title for one in cases}) > 0.9 * COUNT
    assert sum(bool(one.mediators) for one in cases) > COUNT / 2
    assert sum(bool(one.related) for one in cases) > COUNT / 2
    assert any(one.experts for one in cases)


def test_agreed_terms_and_endings_fit_the_outcome(casebook: Casebook) -> None:
    for one in casebook.of_kind("case"):
        settled = one.outcome.outcome.startswith("agreed")
        assert bool(one.outcome.terms) == settled, one.id
        assert bool(one.performance) == settled, one.id
        assert (one.outcome.form == "written") == (
            one.outcome.outcome in ("agreed", "agreed-partly")
        )


# ---------------------------------------------------------------- samples


def test_every_record_is_marked_as_a_sample(project: Path, casebook: Casebook) -> None:
    own = [record for record in casebook.records.values() if record.id.startswith("demo-")]
    assert len(own) == COUNT + COUNT // 10 + len(list(casebook.of_kind("organisation"))) - 1 + 8
    for record in own:
        assert record.origin is Origin.INVENTED
        assert record.is_sample
        assert record.sources[0].note == "人物、地点和事件都是虚构的。"
    for term in casebook.vocabularies["places"].terms:
        assert "虚构" in term.name


def test_people_are_mediators_and_experts_four_to_one(casebook: Casebook) -> None:
    kinds = [
        record.kind.name
        for record in casebook.records.values()
        if re.fullmatch(r"demo-[me]\d{5}", record.id)
    ]
    assert (kinds.count("mediator"), kinds.count("expert")) == (24, 6)
    assert [person(number)[0].split("/")[0] for number in range(5)] == ["mediators"] * 4 + [
        "experts"
    ]


# ---------------------------------------------------------------- the edges


def test_zero_cases_make_a_project_that_works(tmp_path: Path) -> None:
    create_demo(tmp_path / "none", 0)
    loaded = load(tmp_path / "none", date(2026, 11, 22))
    assert loaded.diagnostics == ()
    assert loaded.casebook is not None
    assert not [key for key in loaded.casebook.records if key.startswith("case/demo-")]


def test_years_later_nothing_is_overdue(project: Path) -> None:
    found = load(project, date(2090, 1, 1)).diagnostics
    assert not [one for one in found if "demo" in one.where.path]


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError):
        create_demo(tmp_path, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_folder_that_cannot_be_written_is_an_error_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(FengqiaoError):
        create_demo(tmp_path / "full", 1)


def test_progress_is_reported(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    create_demo(tmp_path / "p", 120, lambda *step: seen.append(step))
    assert seen == [("demo", 0, 132), ("demo", 100, 132), ("demo", 132, 132)]


# ---------------------------------------------------------------- the grammar


def test_every_slot_of_the_grammar_can_be_filled() -> None:
    """Each template of each rule once; a slot without a rule would raise ``KeyError``."""
    names = "a b p q ms town hamlet home_a home_b thing law article sum first rest body speaker"
    facts = dict.fromkeys(names.split(), "甲")
    for name, rule in rules().items():
        writer = Writer(rules(), iter(lambda: 0.5, 1).__next__, facts)
        for _ in rule.templates:
            assert writer.another(name)
        assert writer.another(name) == ""


def test_words_follow_zipf() -> None:
    rule = rules()["c"]
    weights = [after - before for before, after in pairwise((0.0, *rule.cumulative))]
    assert weights == sorted(weights, reverse=True)
    assert weights[0] > 50 * weights[-1]


@pytest.mark.parametrize("template", ["{open", "(open", "shut)", "one|two"])
def test_a_broken_template_is_refused(template: str) -> None:
    with pytest.raises(ValueError):
        parse_rules(f"== x\n{template}\n")


def test_choices_nest_and_numbers_stay_in_range() -> None:
    broken = parse_rules("== x\n(a(b|c)|{#20-20}|{3-3})\n")
    values = iter([0.0, 0.0, 0.9, 0.0, 0.5, 0.5, 0.0, 0.9, 0.9])
    writer = Writer(broken, values.__next__, {})
    assert [writer.write("x") for _ in range(3)] == ["ac", "二十", "3"]
