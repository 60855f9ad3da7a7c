"""What an edition must not show is in no byte of its site; what is derived is derived again."""

from __future__ import annotations

import base64
import gzip
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from fengqiao import address
from fengqiao.casebook import Casebook, CasebookInfo
from fengqiao.compile import SINGLE_PAGES, Compiler
from fengqiao.edition import for_edition
from fengqiao.kinds import find_kinds
from fengqiao.kinds.case.model import Case, Outcome, Party
from fengqiao.kinds.course.model import Course, Lesson
from fengqiao.kinds.mediator.model import Mediator
from fengqiao.kinds.organisation.model import Organisation
from fengqiao.kinds.question.model import Option, Question
from fengqiao.kinds.term.model import Term
from fengqiao.link import link
from fengqiao.load import load, vocabularies_of
from fengqiao.people import Consent, TermOfOffice
from fengqiao.record import Audience, Declared, Part, Record, Ref, anatomy
from fengqiao.search import SearchDocument, index_chunk, merge
from fengqiao.search.shards import deflated_script, json_literal, literal, script
from fengqiao.starter import create
from fengqiao.vocab import VocabTerm
from fengqiao.where import Place
from tests.canaries import Aviary, Readers, words_in, write
from tests.leaks import found_in

PUBLIC, TRAINING, INTERNAL = Audience
KINDS = {name: folder.model for name, folder in find_kinds().items()}
DAY = date(2026, 11, 22)

# ---------------------------------------------------------------- a project full of canaries

COMMENT = "zqkjjjjj"
"""Stands in a comment of every YAML file: comments are nobody's business."""

FIXED: dict[str, Callable[[Aviary], Any]] = {
    # For records that make sense: steps that exist, a source that is there, a question's options.
    "Step.id": lambda aviary: aviary.identity(None, "step"),
    "Step.next": lambda aviary: [],
    "FailureExit.to": lambda aviary: aviary.last_id,
    "Metric.source": lambda aviary: "1",
    "Article.number": lambda aviary: "33",
    "Article.sub": lambda aviary: "2",
    # Two reviewers, so that the real case may be public.
    "Anonymisation.by": lambda aviary: [
        aviary.identity(INTERNAL, "case.anonymised.by") for _ in range(2)
    ],
    "Question.type": lambda aviary: "single",
}


class Project:
    """A project with a record of each kind for each audience, all fields filled, and records that
    the rules hide whatever their authors wrote."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        create(folder, examples=False)
        for page in (folder / "docs").rglob("*.md"):
            page.write_text("# 说明\n", encoding="utf-8")
        self.aviary = Aviary(vocabularies_of(folder), FIXED)
        self.hidden = {
            audience: {name: self.aviary.identity(audience, f"{name}.id") for name in KINDS}
            for audience in (INTERNAL, TRAINING)
        }
        self.aviary.refs = self._refs
        for name, model in KINDS.items():
            # An invented person may be public whatever became of their consent.
            origin = "real" if name == "case" else "invented"
            self._put(model, PUBLIC, id="open", origin=origin)
            for audience, ids in self.hidden.items():
                self._put(model, audience, id=ids[name], origin=origin)
        self._put_hidden_by_rule()

    def _refs(self, declared: Declared) -> list[str]:
        """Hidden records first, so that a single reference names one."""
        kinds = declared.reference.kinds if declared.reference else ()
        kind = kinds[0] if kinds else "term"
        return [*(f"{kind}/{ids[kind]}" for ids in self.hidden.values()), f"{kind}/open"]

    def _put(self, model: type[Record], readers: Readers, **given: Any) -> None:
        kind = model.kind
        given = {"audience": str(readers or PUBLIC), **given}
        if kind.name == "question":
            given["options"] = [
                self.aviary.part(Option, readers, "question.options", {"right": right})
                for right in ("true", "false")
            ]
        tree = self.aviary.record(model, readers, **given)
        prose = next(one.name for one in anatomy(model) if one.prose and one.name in tree)
        tree[prose] += f"，见[[case/{self.hidden[INTERNAL]['case']}]]"
        write(self.folder, kind, tree, COMMENT)
        for name, content in self.aviary.files.items():
            path = self.folder / "casebook" / kind.folder / name
            path.write_text(content, encoding="utf-8")
        self.aviary.files.clear()

    def _put_hidden_by_rule(self) -> None:
        new = self.aviary.identity
        self._put(KINDS["question"], None, id=new(None), use="exam")
        self._put(KINDS["case"], INTERNAL, id=new(INTERNAL), origin="real", anonymised=None)
        for name in ("mediator", "expert"):
            for consent in (None, {"given": "2025-01-01", "withdrawn": "2025-06-01"}):
                given = {"origin": "real", "consent": consent}
                self._put(KINDS[name], INTERNAL, id=new(INTERNAL), **given)

    def words(self, edition: Audience, *, shown: bool) -> dict[str, str]:
        """Word → field, of what ``edition`` may show or must not."""
        return {
            word: one.where
            for one in self.aviary.canaries
            if one.reaches(edition) is shown and one.where != "step"
            for word in one.words
        }


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("canaries") / "project")


@pytest.fixture(scope="module")
def sites(project: Project) -> dict[Audience, dict[str, set[str]]]:
    """Edition → canary → the files it was found in."""
    found = {}
    known: dict[bytes, set[str]] = {}
    for edition in (PUBLIC, TRAINING):
        out = project.folder.parent / f"site-{edition}"
        command = [sys.executable, "-m", "fengqiao", "build", "--edition", edition]
        done = subprocess.run(
            [*command, "--as-of", str(DAY), "--lang", "en", "--out", str(out)],
            cwd=project.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        found[edition] = found_in(out, words_in, known)
    return found


def test_every_field_that_is_not_public_carries_a_canary(project: Project) -> None:
    for name, model in KINDS.items():
        expected = {f"{name}.{path}" for path, audience in every_leaf(model) if audience > PUBLIC}
        carried = {one.where for one in project.aviary.canaries if one.where.startswith(f"{name}.")}
        blank = {where for where, audience in project.aviary.blank.items() if audience != PUBLIC}
        assert expected - carried - blank == set()
    # References that only the office sees are tested by what they would leave behind: see below.
    assert blank == {"expert.consultations.case"}


def every_leaf(model: type[Part], above: Audience = PUBLIC) -> Iterator[tuple[str, Audience]]:
    for declared in anatomy(model):
        audience = Audience.least_public(above, declared.audience)
        if declared.part is None:
            yield declared.name, audience
        else:
            for path, inner in every_leaf(declared.part, audience):
                yield f"{declared.name}.{path}", inner


@pytest.mark.parametrize("edition", [PUBLIC, TRAINING])
def test_no_byte_tells_of_what_is_hidden(
    edition: Audience, project: Project, sites: dict[Audience, dict[str, set[str]]]
) -> None:
    hidden = project.words(edition, shown=False)
    assert len(hidden) > (800 if edition is PUBLIC else 400)
    leaked = {
        hidden[word]: sorted(files)[:3] for word, files in sites[edition].items() if word in hidden
    }
    assert leaked == {}
    assert COMMENT not in sites[edition]


@pytest.mark.parametrize("edition", [PUBLIC, TRAINING])
def test_all_that_may_be_shown_is_found(
    edition: Audience, project: Project, sites: dict[Audience, dict[str, set[str]]]
) -> None:
    """The search reads every text; a scanner that does not find one of them is blind."""
    missing = {
        one.where
        for one in project.aviary.canaries
        if one.searched and one.reaches(edition) and not one.words <= sites[edition].keys()
    }
    assert missing == set()


def test_a_training_field_is_in_training_only(
    sites: dict[Audience, dict[str, set[str]]], project: Project
) -> None:
    trained = {
        word
        for one in project.aviary.canaries
        if one.readers is TRAINING and one.searched
        for word in one.words
    }
    assert len(trained) > 100
    assert trained <= sites[TRAINING].keys()
    assert not trained & sites[PUBLIC].keys()


# ---------------------------------------------------------------- the scanner sees

LATIN = "zqkabcde"


def channels() -> dict[str, bytes]:
    """The canary in every wrapping that a site may use."""
    text = f"甲{LATIN}乙"
    escaped = "".join(f"\\u{ord(one):04x}" for one in text)
    return {
        "plain.html": text.encode(),
        "capitals.txt": text.upper().encode(),
        "utf16.txt": text.encode("utf-16"),
        "utf16-le.bin": f"[{text}]".encode("utf-16-le"),
        "utf16-be.bin": f"[{text}]".encode("utf-16-be"),
        "escapes.js": f'var a = "{escaped}"'.encode(),
        "braces.js": "".join(f"\\u{{{ord(one):x}}}" for one in text).encode(),
        "hex.js": "".join(f"\\x{ord(one):02x}" for one in LATIN).encode(),
        "entities.html": "".join(f"&#{ord(one)};" for one in text).encode(),
        "hex-entities.html": "".join(f"&#x{ord(one):x};" for one in text).encode(),
        "percent.html": "".join(f"%{byte:02X}" for byte in text.encode()).encode(),
        "twice-percent.html": quote(
            quote("".join(f"%{byte:02x}" for byte in text.encode()))
        ).encode(),
        "json-in-js.js": f"JSON.parse({json.dumps(json.dumps({'a': escaped}))})".encode(),
        "base64.html": b'<img src="data:;base64,' + base64.b64encode(text.encode()) + b'">',
        "base64-url.txt": base64.urlsafe_b64encode(f"？？{text}".encode()).rstrip(b"="),
        "base64-gzip.txt": base64.b64encode(gzip.compress(text.encode(), mtime=0)),
        "gzip.bin": b"\0\1\2" + gzip.compress(text.encode(), mtime=0),
        "shard.js": deflated_script("texts/0", "b", json.dumps([text]).encode()),
        "shard16.js": deflated_script("texts/0", "b", f"[{text}]".encode("utf-16-le")),
        "literal.js": script("documents/0", "b", literal(json.dumps([text]))),
        "manifest.js": script("manifest", "b", json_literal({"title": text})),
        f"{LATIN}.html": b"",
        f"folder-{quote(LATIN)}/index.html": b"",
        **{
            f"search/{name}": content
            for name, content in merge(
                [
                    index_chunk(
                        [
                            SearchDocument(
                                "case/a", "a.html", "case", "案例", "甲", (), "", (text,), False
                            )
                        ]
                    )
                ]
            ).items()
            if name.startswith(("body/", "texts/"))
        },
    }


@pytest.mark.parametrize("name", channels())
def test_the_scanner_finds_a_canary_in_every_wrapping(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(channels()[name])
    assert LATIN in found_in(tmp_path, words_in)


def test_the_scanner_finds_every_form_of_a_canary() -> None:
    aviary = Aviary({}, {})
    aviary.identity()
    for written, words in aviary._candidates():
        assert words <= words_in(f"甲{written}乙"), written
    assert words_in("3100年2月") == words_in("3100-02") == words_in("3100.2.17") == {"3100-02"}
    assert words_in("913,570,001 元") == {"913570001"}
    assert words_in("没有") == set()


# ---------------------------------------------------------------- nothing derived survives


def rendered(casebook: Casebook, lang: str = "zh") -> dict[str, object]:
    """Everything that a site of this edition would say."""
    compiler = Compiler(casebook, lang)
    pages: dict[str, object] = {"home": compiler.home()}
    for key in casebook.records:
        pages[key] = compiler.record_page(key)
        pages[f"search {key}"] = tuple(compiler.documents(key))
    for name in casebook.kinds:
        pages |= {page.path: page for page in compiler.list_pages(name)}
    for name in SINGLE_PAGES:
        pages[name] = compiler.single_page(name)
    return pages


def without_hidden(part: Any, edition: Audience) -> Any:
    """The record as an author would have written it who never knew the hidden fields."""
    if not isinstance(part, Part):
        return part
    shown = {}
    for declared in anatomy(type(part)):
        value = getattr(part, declared.name)
        if declared.audience.reaches(edition) and declared.name in part.model_fields_set:
            shown[declared.name] = (
                tuple(without_hidden(one, edition) for one in value)
                if isinstance(value, tuple)
                else without_hidden(value, edition)
            )
    return type(part)(**shown)


@pytest.mark.parametrize("edition", [PUBLIC, TRAINING])
def test_a_site_says_the_same_as_if_the_rest_had_never_been_written(
    edition: Audience, tmp_path: Path
) -> None:
    """Counts, backlinks, neighbours, tooltips, trees: from the records that are shown alone."""
    create(tmp_path / "project")
    casebook = load(tmp_path / "project", DAY).casebook
    assert casebook is not None
    shown = dict(casebook.records)
    hidden = {}
    for record in shown.values():
        twin = record.model_copy(update={"id": f"a-{record.id}", "audience": INTERNAL})
        hidden[twin.key] = twin.model_copy(update={"title": "隐", "aliases": ("排水",)})
    places = Place("x.yml")
    whole = [(one, places) for one in (*hidden.values(), *shown.values())]
    alone = [(without_hidden(one, edition), places) for one in shown.values()]
    linked = [
        link(casebook.info, casebook.kinds, casebook.vocabularies, records)
        for records in (whole, alone)
    ]
    left, right = (for_edition(one, edition) for one in linked)
    assert left.records == right.records
    assert left.mentions == right.mentions
    assert left.cited_by == right.cited_by
    told, alone_told = rendered(left), rendered(right)
    assert told.keys() == alone_told.keys()
    for name, page in told.items():
        assert page == alone_told[name]
    # The twins do change something: the whole casebook is not what the edition shows.
    assert rendered(for_edition(linked[0], INTERNAL)) != rendered(left)


def test_no_page_of_the_canary_project_counts_what_is_hidden(project: Project) -> None:
    loaded = load(project.folder, DAY)
    assert loaded.casebook is not None
    compiler = Compiler(for_edition(loaded.casebook, PUBLIC), "zh")
    for name, model in KINDS.items():
        (page,) = compiler.list_pages(name)
        numbers = re.findall(r"\d+", page.description)
        assert {*numbers} <= {"1"}, page.description
        link_to_it = address.link(page.path, address.page_path(model.kind, "open"))
        assert f'href="{link_to_it}"' in page.body


def test_a_reference_of_the_office_leaves_no_backlink(project: Project) -> None:
    casebook = load(project.folder, DAY).casebook
    assert casebook is not None
    named = {
        (one.source, one.keys[0])
        for one in casebook.cited_by["case/" + project.hidden[INTERNAL]["case"]]
    }
    assert ("expert/open", "consultations") in named
    for edition in (PUBLIC, TRAINING):
        left = for_edition(casebook, edition)
        assert not any(
            "consultations" in one.keys for found in left.cited_by.values() for one in found
        )


# ---------------------------------------------------------------- rules, one by one


def casebook_of(*records: Record) -> Casebook:
    info = CasebookInfo(title="库", office="局", jurisdiction="县")
    return link(info, find_kinds(), {}, [(one, Place("x.yml")) for one in records])


def term(identity: str = "a", audience: Audience = PUBLIC, **fields: Any) -> Term:
    return Term(id=identity, title=identity, audience=audience, **{"definition": "义", **fields})


def committee(audience: Audience) -> Organisation:
    return Organisation(id="w", title="委", audience=audience, type="township-committee")


def mediator(**fields: Any) -> Mediator:
    base: dict[str, Any] = {
        "id": "m",
        "title": "名",
        "audience": PUBLIC,
        "origin": "invented",
        "committee": "w",
        "post": "member",
        "employment": "part-time",
        "chosen": "elected",
        "term": TermOfOffice(start="2026-01-01", end="2027-01-01"),
    }
    return Mediator(**{**base, **fields})


def case(**fields: Any) -> Case:
    base: dict[str, Any] = {
        "id": "c",
        "title": "案",
        "audience": PUBLIC,
        "origin": "invented",
        "dispute_type": "neighbourhood",
        "intake": "applied",
        "difficulty": "simple",
        "facts": "事",
        "outcome": Outcome(outcome="agreed", form="oral"),
    }
    return Case(**{**base, **fields})


@pytest.mark.parametrize(("lang", "words"), [("zh", "一个机构"), ("en", "an organisation")])
def test_a_required_reference_becomes_the_words_of_its_kind(lang: str, words: str) -> None:
    cut = for_edition(casebook_of(mediator(), committee(INTERNAL)), PUBLIC, lang)
    ref = cut.records["mediator/m"].committee
    assert ref == Ref("", "", "", words)
    assert str(ref) == words
    assert ref.dropped
    assert cut.mentions == {}


def test_a_reference_to_what_is_shown_stays() -> None:
    before = casebook_of(mediator(), committee(PUBLIC))
    after = for_edition(before, PUBLIC)
    assert after.records == before.records
    assert after.cited_by == before.cited_by
    assert after.edition is PUBLIC


def test_an_optional_reference_disappears() -> None:
    cut = for_edition(casebook_of(case(committee="w"), committee(TRAINING)), PUBLIC)
    assert cut.records["case/c"].committee is None


def test_the_member_of_a_list_disappears_and_the_others_stay_in_order() -> None:
    named = (term("z"), term("y", INTERNAL), term("x"))
    cut = for_edition(casebook_of(term(not_to_confuse=["z", "y", "x"]), *named), PUBLIC)
    assert [one.id for one in cut.records["term/a"].not_to_confuse] == ["z", "x"]
    lesson = Lesson(title="课", records=["term/y"])
    course = Course(id="k", title="课", audience=PUBLIC, lessons=[lesson])
    cut = for_edition(casebook_of(course, *named), PUBLIC)
    assert cut.records["course/k"].lessons[0].records == ()


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("见[[term/y]]。", "见一个术语。"),
        ("见[[term/y|那个词]]。", "见那个词。"),
        ("见[[term/y#a|那个词]]。", "见那个词。"),
        ("见[[ term/y ]]和[[term/a]]。", "见一个术语和[[term/a]]。"),
        ("见[[term/a|本词]]。", "见[[term/a|本词]]。"),
        ("不是链接的[[和解]]与[y]。", "不是链接的[[和解]]与[y]。"),
    ],
)
def test_an_inline_link_becomes_text(written: str, shown: str) -> None:
    cut = for_edition(casebook_of(term(definition=written), term("y", INTERNAL)), PUBLIC)
    assert cut.records["term/a"].definition == shown


def test_prose_in_lists_and_groups_is_cut_too() -> None:
    outcome = Outcome(outcome="agreed", form="written", terms=["见[[term/y|甲]]", "乙"])
    party = Party(role="applicant", alias="甲", identity="真名")
    both = casebook_of(case(outcome=outcome, parties=[party]), term("y", INTERNAL))
    cut = for_edition(both, PUBLIC).records["case/c"]
    assert cut.outcome.terms == ("见甲", "乙")
    assert cut.parties == (Party(role="applicant", alias="甲"),)
    assert for_edition(both, INTERNAL).records["case/c"].parties[0].identity == "真名"


def test_training_fields_are_for_training_and_inside() -> None:
    both = casebook_of(case(teaching="问", office_note="内"))
    seen = {
        edition: (
            for_edition(both, edition).records["case/c"].teaching is not None,
            for_edition(both, edition).records["case/c"].office_note is not None,
        )
        for edition in Audience
    }
    assert seen == {PUBLIC: (False, False), TRAINING: (True, False), INTERNAL: (True, True)}


def test_the_rules_bound_what_an_author_wrote() -> None:
    """Checks refuse such a casebook; even so nothing of it gets out."""
    real = {"origin": "real", "audience": PUBLIC}
    withdrawn = Consent(given="2026-01-01", withdrawn="2026-02-01")
    sealed = Question(
        id="q", title="题", audience=PUBLIC, type="single", use="exam", stem="问", basis=["term/a"]
    )
    records = [
        case(**real),
        mediator(**real),
        mediator(**real, id="n", consent=withdrawn),
        mediator(**real, id="o", consent=Consent(given="2026-01-01")),
        sealed,
        committee(PUBLIC),
        term(),
    ]
    everything = casebook_of(*records)
    assert {*for_edition(everything, PUBLIC).records} == {"mediator/o", "organisation/w", "term/a"}
    assert {*everything.records} - {*for_edition(everything, INTERNAL).records} == {"question/q"}


def test_backlinks_are_derived_from_what_is_left() -> None:
    both = casebook_of(
        term(), term("b", INTERNAL, definition="[[term/a]]"), term("c", definition="[[term/a]]")
    )
    assert [one.source for one in both.cited_by["term/a"]] == ["term/b", "term/c"]
    assert [one.source for one in for_edition(both, PUBLIC).cited_by["term/a"]] == ["term/c"]


def test_cutting_is_idempotent_and_leaves_the_whole_alone() -> None:
    both = casebook_of(mediator(certificate="号"), committee(INTERNAL), case(teaching="问"))
    before = dict(both.records)
    once = for_edition(both, TRAINING)
    assert for_edition(once, TRAINING).records == once.records
    assert both.records == before


# ---------------------------------------------------------------- models


def all_models() -> list[type[Part]]:
    found: dict[type[Part], None] = {}

    def visit(model: type[Part]) -> None:
        if model not in found:
            found[model] = None
            for declared in anatomy(model):
                if declared.part is not None:
                    visit(declared.part)

    for model in (CasebookInfo, VocabTerm, *KINDS.values()):
        visit(model)
    return list(found)


@pytest.mark.parametrize("model", all_models(), ids=lambda model: model.__name__)
def test_what_is_not_public_can_be_absent(model: type[Part]) -> None:
    for declared in anatomy(model):
        if declared.audience is not PUBLIC:
            assert not declared.required, declared.name
            assert declared.default in (None, ()), declared.name


def test_the_casebook_and_its_vocabularies_hold_nothing_to_hide() -> None:
    """They go into every edition as they are."""
    for model in (CasebookInfo, VocabTerm):
        assert all(declared.audience is PUBLIC for declared in anatomy(model))
