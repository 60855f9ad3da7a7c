from __future__ import annotations

import json
import subprocess
import unicodedata
from collections.abc import Callable
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fengqiao.search.arrays import text_of
from fengqiao.search.fold import (
    HAN,
    browser_table,
    contains,
    fold,
    fold_all,
    fold_with_offsets,
    is_han,
)
from scripts import fold_table

Fold = Callable[[list[str]], list[tuple[str, list[str]]]]

VECTORS = {
    "": "",
    "，。！": "",
    "五聯合": "五联合",
    "行走的調解室": "行走的调解室",
    "1136工作法": "1136工作法",
    "１１３６　工作法": "1136工作法",
    "1-2 月，調解": "1 2月调解",
    "“2+2”双语": "2 2双语",
    "59.5 %": "59 5",
    "Ａ４ 纸 GB/T 2312": "a4纸gb t 2312",
    "Cafe\u0301 Café": "cafe cafe",
    "ｶﾞ ガ が": "カ カ か",
    "二〇二六年〇二月": "二〇二六年〇二月",
    "堃\ufe00喆\U000e0100": "堃喆",
    "神\uf9d1": "神六",
    "\U00020bb7野家 \U0002f8a6": "\U00020bb7野家慈",
    "姓\ue123名": "姓\ue123名",
    "乾隆著名後發": "干隆著名后发",
    "İstanbul STRASSE straße ΣΑΣ": "istanbul strasse strasse σασ",
    "foo\u00adbar\u200bbaz": "foobarbaz",
    "第①条 ½": "第1条1 2",
    "人民\n调解\t员": "人民调解员",
    "🙂调🙂解👩‍👩‍👧": "调解",
    "破\ud800折": "破折",
    "— – ‐ 「調」『解』": "调解",
    "한국 조정": "한국 조정",
}


@pytest.mark.parametrize(("source", "folded"), VECTORS.items(), ids=map(ascii, VECTORS))
def test_vector(source: str, folded: str) -> None:
    assert fold(source) == folded
    assert fold_with_offsets(source).text == folded


# Characters that meet: Han of all planes, runs, separators, marks, forms with a long expansion.
TEXTS = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("調解会〇12aZ ，。-\u0301\ufe00ﬃ㈱½ｶﾞé\U00020000\U0002f8a6\ue000"),
    ),
    max_size=40,
)


@given(TEXTS)
def test_offsets_agree_with_the_fast_way(text: str) -> None:
    folded = fold_with_offsets(text)
    assert folded.text == fold(text)
    assert len(folded.starts) == len(folded.ends) == len(folded.text)
    assert list(folded.starts) == sorted(folded.starts)
    for char, start, end in zip(folded.text, folded.starts, folded.ends, strict=True):
        assert start < end
        assert char == " " or char in fold(text[start:end])


@given(st.lists(TEXTS, max_size=6))
def test_many_at_once_are_folded_as_one_by_one(texts: list[str]) -> None:
    folded = fold_all(texts)
    whole = text_of(folded.codes)
    starts = [0, *folded.ends.tolist()]
    assert [whole[start:end] for start, end in pairwise(starts)] == list(map(fold, texts))
    assert folded.han.tolist() == list(map(is_han, whole))


@given(TEXTS)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(TEXTS, TEXTS)
def test_a_part_folds_to_a_part(before: str, part: str) -> None:
    if fold(part):
        assert fold(part) in fold(before + "，" + part)


def test_only_spaces_between_runs_stay() -> None:
    folded = fold("甲 a ，1 乙. b-c 丙")
    assert folded == "甲a 1乙b c丙"
    assert [is_han(char) for char in folded] == [char in "甲乙丙" for char in folded]


def test_contains_takes_runs_from_their_start() -> None:
    folded = fold("推行1136工作法，A4纸 2 136")
    assert contains(folded, "1136")
    assert contains(folded, "113")
    assert contains(folded, "136")  # the last run
    assert not contains(fold("推行1136工作法"), "136")
    assert not contains(folded, "36工作法")
    assert contains(folded, "行1136工")
    assert not contains(folded, "五")


def test_the_table_for_the_browser_is_complete() -> None:
    table = browser_table()
    assert len(str(table["from"])) == len(str(table["to"]))
    assert "聯" in str(table["from"])
    assert "\u4e00" in HAN


@pytest.mark.skipif(
    unicodedata.unidata_version != fold_table.UNICODE, reason="a Python of other Unicode data"
)
def test_the_table_is_what_its_script_makes() -> None:
    made = fold_table.written(fold_table.make_table())
    assert made == fold_table.TARGET.read_text(encoding="ascii")


def test_newer_pythons_only_know_more_letters() -> None:
    def mapping(table: dict[str, Any]) -> dict[str, str]:
        words = list(accumulate(table["word"]))
        same = (
            chr(code)
            for first, last in zip(words[::2], words[1::2], strict=True)
            for code in range(first, last + 1)
        )
        singles = zip(table["from"], table["to"], strict=True)
        many = ((line[0], line[1:]) for line in table["many"].split("\n"))
        return dict([*((char, char) for char in same), *singles, *many])

    assert mapping(browser_table()).items() <= mapping(fold_table.make_table()).items()


RUN = """
const fs = require("fs"), vm = require("vm");
globalThis.window = globalThis;
vm.runInThisContext(fs.readFileSync(process.argv[1], "utf8"));
const input = JSON.parse(fs.readFileSync(0, "utf8"));
const folder = fengqiao.makeFolder(input.table);
process.stdout.write(JSON.stringify(input.texts.map((text) => {
  const folded = folder.fold(text);
  const slices = [];
  let unit = 0;
  for (const char of folded.text) {
    slices.push(text.slice(folded.starts[unit], folded.ends[unit]));
    unit += char.length;
  }
  return [folded.text, slices];
})));
"""


@pytest.fixture(scope="module")
def in_the_browser(node: str, repository: Path) -> Fold:
    """fold.js over many texts at once, with the slice of the source of each character."""
    script = repository / "generator/fengqiao/web/js/fold.js"

    def run(texts: list[str]) -> list[tuple[str, list[str]]]:
        done = subprocess.run(
            [node, "-e", RUN, str(script)],
            input=json.dumps({"table": browser_table(), "texts": texts}),
            capture_output=True,
            text=True,
            check=True,
        )
        return [(text, slices) for text, slices in json.loads(done.stdout)]

    return run


def by_python(text: str) -> tuple[str, list[str]]:
    folded = fold_with_offsets(text)
    return folded.text, [
        text[start:end] for start, end in zip(folded.starts, folded.ends, strict=True)
    ]


def test_both_sides_agree_on_the_vectors(in_the_browser: Fold) -> None:
    assert in_the_browser(list(VECTORS)) == list(map(by_python, VECTORS))


def test_both_sides_agree_on_every_character(in_the_browser: Fold) -> None:
    codes = [*range(0x33480), *range(0xE0000, 0xE0200), *range(0xF0000, 0xF0010)]
    texts = [
        "".join(f"{chr(code)}，" for code in codes[first : first + 256])
        for first in range(0, len(codes), 256)
    ]
    for text, browser in zip(texts, in_the_browser(texts), strict=True):
        assert browser == by_python(text)


@settings(max_examples=5)  # a process of Node for each
@given(st.lists(TEXTS, min_size=200, max_size=200))
def test_both_sides_agree(in_the_browser: Fold, texts: list[str]) -> None:
    assert in_the_browser(texts) == list(map(by_python, texts))
