from __future__ import annotations

import ast
import json
import pickle
import random
import zlib
from dataclasses import replace
from itertools import pairwise

import pytest

from fengqiao.search import PartialIndex, SearchDocument, buckets, index_chunk, merge
from fengqiao.search.fold import contains, fold, is_han
from fengqiao.search.shards import BUCKET_BYTES, bucket_count, bucket_of, deflated_script, hash_of

LINES = [
    "调解 人民 纠纷 邻里 漏水 楼上 村民 土地 承包 司法 确认 协议 物业 法院 派出所 六步 接办",
    "四真 四实 五联合 第一 网格 行走 的 了 和 在 聯動 調處 \U00020bb7 〇 姓\ue001 ① 12345 1136 A4",
    "GB2312 covid 2024年",
]
WORDS = [word for line in LINES for word in line.split()]
PUNCTUATION = ["，", "。", "、", " ", "——", "“", "”", "；", "\u200b", "\n"]


def documents(count: int, seed: int = 7) -> list[SearchDocument]:
    draw = random.Random(seed)

    def paragraph(words: int) -> str:
        return "".join(
            draw.choice(WORDS) + (draw.choice(PUNCTUATION) if draw.random() < 0.4 else "")
            for _ in range(words)
        )

    return [
        SearchDocument(
            id=f"{kind}/d-{number:04}",
            url=f"{kind}/d-{number}.html",
            kind=kind,
            kind_label=f"类{kind}",
            title=paragraph(4),
            aliases=tuple(paragraph(3) for _ in range(number % 3)),
            summary=paragraph(10),
            body=tuple(paragraph(draw.randrange(1, 60)) for _ in range(draw.randrange(8))),
            sample=number % 2 == 0,
        )
        for number in range(count)
        for kind in [draw.choice(("practice", "case", "zebra", "term"))]
    ]


class Reader:
    """The format, read independently of the browser's code."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.manifest = json.loads(self.payload("manifest")[0])
        columns = [[ord(char) - 0x23 for char in text] for text in self.payload("columns")]
        self.owners = {
            area: [document for document, units in enumerate(counts) for _ in range(units)]
            for area, counts in zip(("head", "body"), columns[:2], strict=True)
        }
        self.texts_in_shard = columns[2]
        self.rows = [
            row
            for number in range(-(-self.manifest["documents"] // 64))
            for row in json.loads(self.payload(f"documents/{number:x}")[0])
        ]

    def payload(self, name: str) -> list[str]:
        source = self.files[f"{name}.js"].decode()
        assert source.startswith("fengqiao.shard(")
        assert source.endswith(");\n")
        stated, self.build, *payload = json.loads(f"[{source[15:-3]}]")
        assert stated == name
        return payload

    def texts(self) -> list[list[str]]:
        out = []
        for number, count in enumerate(self.texts_in_shard):
            source = self.files[f"texts/{number:x}.js"].decode("latin-1")
            _, build, packed = ast.literal_eval(f"[{source[15:-3]}]")
            assert build == self.build
            texts = json.loads(zlib.decompress(packed.encode("latin-1")).decode("utf-16-le"))
            assert len(texts) == count
            out += texts
        return out

    def units(self, area: str, term: str) -> set[int]:
        bucket = bucket_of(hash_of(term), self.manifest["areas"][area]["buckets"])
        terms, lists = self.payload(f"{area}/{bucket:x}")
        found = dict(zip(terms.split("\n"), lists.split(" "), strict=True)).get(term, "")
        units, last = set(), -1
        for char in found:
            code = ord(char)
            last += code - 0x22 - (0x800 if code >= 0xE000 else 0)
            units.add(last)
        return units

    def phrase(self, area: str, needle: str) -> set[str]:
        """Ids of the documents with all pairs of a Han needle in one unit."""
        units = needle.encode("utf-16-le")
        pairs = [units[at : at + 4] for at in range(0, len(units) - 2, 2)]
        sets = [self.units(area, pair.decode("utf-16-le", "surrogatepass")) for pair in pairs]
        return {self.rows[self.owners[area][unit]][0] for unit in set.intersection(*sets)}


def partials(all_documents: list[SearchDocument], *cuts: int) -> list[PartialIndex]:
    bounds = [0, *cuts, len(all_documents)]
    return [
        pickle.loads(pickle.dumps(index_chunk(all_documents[first:last])))
        for first, last in pairwise(bounds)
    ]


def test_the_bytes_do_not_depend_on_the_chunks() -> None:
    some = documents(150)
    whole = merge([index_chunk(some)])
    shuffled = random.Random(1).sample(some, len(some))
    assert merge(partials(some, 1, 50, 50, 120)) == whole
    assert merge(partials(shuffled, 70)) == whole
    assert merge(partials(shuffled, 9, 99)) == whole
    assert list(whole) == sorted(whole)


def test_the_bytes_do_not_depend_on_the_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buckets, "POSTING_BYTES", 200)  # many small files
    some = documents(100)
    whole = merge(partials(some, 60))
    assert "body/f.js" in whole
    monkeypatch.setattr(buckets, "SLICE", 1)
    assert merge(partials(some, 60)) == whole


def test_a_changed_word_changes_the_build() -> None:
    some = documents(20)
    changed = [*some[:-1], replace(some[-1], body=("改",))]
    builds = {Reader(merge([index_chunk(one)])).build for one in (some, changed, some)}
    assert len(builds) == 2


def test_two_documents_with_one_id_are_refused() -> None:
    one = documents(1)
    with pytest.raises(ValueError, match=one[0].id):
        merge([index_chunk(one), index_chunk(one)])


def test_nothing_at_all_is_an_index_too() -> None:
    for nothing in ([], [index_chunk([])]):
        reader = Reader(merge(nothing))
        assert reader.manifest["documents"] == 0
        assert reader.units("body", "调解") == set()


def test_headers_and_texts_come_back_in_order() -> None:
    some = documents(140)
    reader = Reader(merge(partials(some, 60)))
    kinds = ["practice", "term", "case", "zebra"]  # as in the table of weights
    order = sorted(some, key=lambda one: (kinds.index(one.kind), one.id))
    assert reader.rows == [
        [one.id, one.url, one.title, list(one.aliases), one.summary, int(one.sample)]
        for one in order
    ]
    assert reader.texts() == [list(one.body) for one in order]
    assert [kind["kind"] for kind in reader.manifest["kinds"]] == kinds
    assert reader.manifest["kinds"][-1]["end"] == len(some)


def test_hostile_text_survives() -> None:
    hostile = "</script><!-- \u2028\u2029\\\"'\n\r\t\0\ufeff\ud800\x7f\U0001f642 ${x} \\u0041"
    one = SearchDocument(
        "case/x", "x.html", "case", hostile, hostile, (hostile,), hostile, (hostile,)
    )
    files = merge([index_chunk([one])])
    reader = Reader(files)
    assert reader.rows == [["case/x", "x.html", hostile, [hostile], hostile, 0]]
    assert reader.texts() == [[hostile]]
    for name, content in files.items():
        assert b"</script" not in content.lower(), name
        assert b"<!--" not in content, name
        assert content.count(b"\n") == 1, name


def test_every_substring_is_found() -> None:
    some = documents(300)
    reader = Reader(merge(partials(some, 100, 200)))
    folded = {
        area: {one.id: [fold(text) for text in texts(one)] for one in some}
        for area, texts in {
            "head": lambda one: (one.title, *one.aliases),
            "body": lambda one: (one.summary, *one.body),
        }.items()
    }
    draw = random.Random(3)
    found = expected = 0
    for _ in range(300):
        area = draw.choice(["head", "body"])
        text = draw.choice([text for texts in folded[area].values() for text in texts if text])
        start = draw.randrange(len(text))
        needle = text[start : start + draw.randrange(2, 13)]
        if len(needle) < 2 or not all(map(is_han, needle)):
            continue
        truth = {
            id
            for id, texts in folded[area].items()
            if any(contains(text, needle) for text in texts)
        }
        hits = reader.phrase(area, needle)
        assert truth <= hits, needle
        found += len(hits)
        expected += len(truth)
    assert expected > 1000
    assert found <= expected * 1.25  # few words, much repeated: real texts agree far better


def test_runs_are_terms_and_their_parts_are_not() -> None:
    one = SearchDocument(
        "case/zhang-3", "x.html", "case", "案例", "推行1136工作法", body=("第3条 A4纸 foo bar",)
    )
    reader = Reader(merge([index_chunk([one])]))
    for term in ("第3", "3条", "3", "3*", "a4", "4纸", "foo", "f*", "bar", "zhang"):
        assert reader.units("body", term), term
    for term in ("a4纸", "fo", "oo", "o ", " b", "11"):
        assert not reader.units("body", term), term
    for term in ("推", "^推", "=推行1136工作法", "1136", "行1", "6工"):
        assert reader.units("head", term), term
    for term in ("13", "36", "=推行"):
        assert not reader.units("head", term), term


def test_paragraphs_do_not_join() -> None:
    one = SearchDocument("case/a", "x.html", "case", "案例", "甲", body=("漏", "水", "邻里"))
    reader = Reader(merge([index_chunk([one])]))
    assert not reader.units("body", "漏水")
    assert reader.units("body", "邻里")


def test_deflated_bytes_come_back() -> None:
    content = random.Random(5).randbytes(5000)
    source = deflated_script("texts/0", "b", content).decode("latin-1")
    packed = ast.literal_eval(f"[{source[15:-3]}]")[2]
    assert zlib.decompress(packed.encode("latin-1")) == content


def test_buckets_are_powers_of_two_of_about_one_size() -> None:
    assert [bucket_count(size * BUCKET_BYTES) for size in (0, 1, 2, 3, 9, 10**9)] == [
        1, 1, 2, 4, 16, 2048,
    ]  # fmt: skip
    assert {hash_of(term) for term in ("11", "1136", "113工")} == {hash_of("11")}
    assert [bucket_of(hashed, 4) for hashed in (0, 2**30 - 1, 2**30, 2**32 - 1)] == [0, 0, 1, 3]


def test_data_is_no_larger_than_the_text() -> None:
    some = documents(400)
    files = merge([index_chunk(some)])
    text = sum(len("".join((one.title, one.summary, *one.body)).encode()) for one in some)
    table = len(files["fold-table.js"])
    assert sum(map(len, files.values())) - table < text
