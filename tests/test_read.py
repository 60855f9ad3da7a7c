"""The first stage: bytes to plain trees, with both parsers, and positions in the files."""

from __future__ import annotations

import os
import re
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from fengqiao.messages import catalogue
from fengqiao.read import Source, locate, read_file, read_folder, read_text, read_tree, tree
from fengqiao.read.folder import MAX_BYTES
from fengqiao.read.syntax import explain
from fengqiao.where import Where

PARSERS = {"C": yaml.CBaseLoader, "Python": yaml.BaseLoader}


@pytest.fixture(params=PARSERS.values(), ids=PARSERS.keys())
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(tree, "PARSER", request.param)
    return request.param


def faults(data: bytes) -> list[str]:
    _, found = read_tree(data, "x.yml")
    return [one.line("en") for one in found]


def codes(data: bytes) -> list[str]:
    return [one.code for one in read_tree(data, "x.yml")[1]]


def put(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


# ---------------------------------------------------------------- trees


@pytest.mark.usefixtures("parser")
class TestTrees:
    def test_scalars_stay_the_text_they_were_written_as(self) -> None:
        words = [
            "no",
            "12:30:45",
            "017",
            "1_000",
            "110105194912310021",
            "~",
            "null",
            ".inf",
            "0x1F",
        ]
        data = "".join(f"- {word}\n" for word in words).encode()
        assert read_tree(data, "x.yml") == (words, ())

    def test_only_an_empty_plain_value_is_none(self) -> None:
        data = b"a:\nb: ''\nc: \"\"\nd: |\ne: [x, '']\nf: {g: , h: }\n"
        expected = {"a": None, "b": "", "c": "", "d": "", "e": ["x", ""], "f": dict.fromkeys("gh")}
        assert read_tree(data, "x.yml") == (expected, ())

    def test_blocks_fold_as_yaml_says(self) -> None:
        data = "a: |\n  一\n  二\nb: >-\n  三\n  四\nc: 五\n  六\n".encode()
        assert read_tree(data, "x.yml")[0] == {"a": "一\n二\n", "b": "三 四", "c": "五 六"}

    def test_a_quoted_merge_sign_is_a_key_like_any_other(self) -> None:
        assert read_tree(b'"<<": a\n', "x.yml") == ({"<<": "a"}, ())

    def test_twenty_levels_are_read(self) -> None:
        data = b"[" * 20 + b"x" + b"]" * 20
        assert read_tree(data, "x.yml")[1] == ()
        assert codes(b"[" + data + b"]") == ["too-deep"]

    def test_a_byte_order_mark_at_the_start_is_tolerated(self) -> None:
        assert read_tree(b"\xef\xbb\xbfa: b\n", "x.yml") == ({"a": "b"}, ())

    def test_an_end_of_document_is_tolerated(self) -> None:
        assert read_tree(b"---\na: b\n...\n", "x.yml") == ({"a": "b"}, ())

    def test_tabs_in_text_are_tolerated(self) -> None:
        data = b'a: |\n  b\tc\nd: "e\tf"\n'
        assert read_tree(data, "x.yml") == ({"a": "b\tc\n", "d": "e\tf"}, ())

    def test_nothing_is_none(self) -> None:
        assert read_tree(b"", "x.yml") == (None, ())
        assert read_tree(b"# x\n", "x.yml") == (None, ())

    def test_escapes_of_allowed_characters(self) -> None:
        data = rb'a: "\u8c03\t\x41\U00020BB7"'
        assert read_tree(data, "x.yml") == ({"a": "调\tA𠮷"}, ())


JOINED = st.characters(
    codec="utf-8",
    exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp"],
    exclude_characters="\ufffe\uffff",
)
WORDS = st.text(JOINED, max_size=30).filter(lambda text: not tree.unclean(text))
TREES = st.recursive(
    WORDS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(WORDS.filter(bool), inner, max_size=4)
    ),
    max_leaves=20,
)


@pytest.mark.parametrize("parser", PARSERS.values(), ids=PARSERS.keys())
@given(tree_=TREES)
def test_what_yaml_writes_is_read_back(parser: Any, tree_: Any) -> None:
    data = yaml.safe_dump(tree_, default_style='"', allow_unicode=True).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tree, "PARSER", parser)
        assert read_tree(data, "x.yml") == (tree_, ())


# What a file is made of, so that chance finds more than “not UTF-8”.
ALPHABET = (
    "a: b|\n|  c: d\n|- |[|]|{|}|,|\"|'|:|: |：|\t|*|&a |!x |!!str |!%FF |!<|%|@|`|>\n|>9\n|\\|"
    "\\u202e|\\uD800|\\U00110000|\\UFFFFFFFF|---\n|...\n|%YAML 1.1\n|%FOO\n|# c\n|? |甲|\u3000|\r\n"
    "|\r|e\u0301|<<|\ufeff|\x00|\x85|\u2028|\U0001f600"
)
PIECES = st.sampled_from(ALPHABET.split("|")).map(lambda piece: piece.encode())


@pytest.mark.parametrize("parser", PARSERS.values(), ids=PARSERS.keys())
@settings(max_examples=400)
@given(data=st.lists(PIECES, max_size=25).map(b"".join) | st.binary(max_size=200))
def test_whatever_comes_only_diagnostics_come_out(parser: Any, data: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tree, "PARSER", parser)
        found_tree, found = read_tree(data, "x.yml")
        line, column = locate(data, ("a", 0, "c"))
    assert found_tree is None or not found
    assert line >= 1 and column >= 1
    lines = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for one in found:
        assert one.code in catalogue()
        assert one.line("en").isprintable() and one.line("zh").isprintable()
        assert 0 <= one.where.line <= len(lines)


# ---------------------------------------------------------------- text


def test_clean_text_comes_back_whole() -> None:
    assert read_text("调解\r\n\t𠮷".encode(), "x.yml") == ("调解\r\n\t𠮷", ())


@pytest.mark.parametrize("point", [0x00, 0x0B, 0x1F, 0x7F, 0x85, 0x9F, 0x2028, 0x2029, 0xFFFE])
def test_controls_are_refused(point: int) -> None:
    assert codes(f"a: x\n# 调{chr(point)}\n".encode()) == ["control-character"]
    assert faults(f"a: x\n# 调{chr(point)}\n".encode())[0].startswith("x.yml:2:4: ")


@pytest.mark.parametrize("point", [0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2066, 0x2069])
def test_controls_of_direction_are_refused(point: int) -> None:
    assert codes(f"a: {chr(point)}\n".encode()) == ["bidi-character"]
    assert codes(f'a: "\\u{point:04x}"\n'.encode()) == ["bidi-character"]


@pytest.mark.parametrize("point", [0x09, 0x0A, 0x0D, 0x20, 0xA0, 0x200B, 0x3000, 0xFFFD, 0x10FFFF])
def test_other_characters_are_not(point: int) -> None:
    assert read_text(f"a{chr(point)}b".encode(), "x.yml") == (f"a{chr(point)}b", ())


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ("e\u0301", "U+0065 U+0301 is not in normal form (NFC); expected “é” (U+00E9)"),
        ("\uf9f4", "U+F9F4 is not in normal form (NFC); expected “林” (U+6797)"),
        ("\u1112\u1161\u11ab", "U+1112 U+1161 is not in normal form (NFC); expected “하” (U+D558)"),
        ("a\u0323\u0301"[:1] + "\u0301\u0323", "U+0061 U+0301 U+0323 is not in normal form"),
    ],
)
def test_other_normal_forms_are_refused_at_the_place(found: str, expected: str) -> None:
    line = faults(f"# 一\na: 二{found}三\n".encode())[0]
    assert line.startswith(f"x.yml:2:5: error[not-nfc] {expected}")


def test_a_latin_1_byte_is_not_taken_for_gbk() -> None:
    assert codes("a: étage\n".encode("latin-1")) == ["not-utf8"]
    assert codes("a: 纠纷\n".encode("gbk")) == ["gbk-file"]
    assert codes("a: 糾紛調解\n".encode("big5")) in (["not-utf8"], ["gbk-file"])


def test_a_few_nul_bytes_are_not_taken_for_utf_16() -> None:
    assert codes(b"a: b\0\0\n") == ["control-character"]
    assert codes(b"\0" * 100) == ["control-character"]
    assert codes("a: 调解".encode("utf-16-le")) == ["utf16-file"]


# ---------------------------------------------------------------- syntax, beyond the golden cases


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("a: 1\nb: [\n", "2:4: error[yaml-bracket]"),
        ("a: {b: c, d\ne: f\n", "1:4: error[yaml-bracket]"),
        ("a: [b, c}\n", "1:4: error[yaml-bracket]"),
        ("a: ]\n", "1:4: error[yaml-bracket-extra]"),
        ("a: , b\n", "1:4: error[yaml-reserved]"),
        ("a: ? b\n", "1:4: error[yaml-reserved]"),
        ("a: & b\n", "1:4: error[yaml-reserved]"),
        ('a: "b\n---\nc"\n', "1:4: error[yaml-quote]"),
        (
            'a: "\\xZZ"\n',
            "1:5: error[yaml-escape] no such escape in double quotation marks: “\\xZZ”",
        ),
        ('a: "\\UFFFFFFFF"\n', "1:5: error[yaml-escape]"),
        ("{: b}\n", "1:2: error[empty-key]"),
        ("a: !<x y\n", "1:4: error[tag]"),
        ("a: b\n...\n%FOO\n---\nc: d\n", "3:1: error[several-documents]"),
        ("a: b\n%x: y\n", "2:1: error[directive]"),
        ("a:\n  b: 时间：上午\n   c: d\n", "3:4: error[yaml-indent]"),
        ("# 注：见下\n标题：x\n内容: y\n", "2:3: error[yaml-wide-colon]"),
        ("a: 1\nurl:https://example.org\nb: 2\n", "2:4: error[yaml-glued-colon]"),
        ("a: 1\nhttps://example.org\nb: 2\n", "2:1: error[yaml-no-colon]"),
        ("- id: a\n  b: c\n id: d\n", "3:2: error[yaml-indent]"),
        ("k" * 1100 + ": v\n", "1:1101: error[yaml-colon-in-text]"),
    ],
)
def test_the_cause_is_named_at_its_place(text: str, start: str) -> None:
    (line,) = faults(text.encode())
    assert line.startswith(f"x.yml:{start}")


# ---------------------------------------------------------------- positions

DOCUMENT = """\
# 注
id: a
名称: {甲: 乙, 丙: [丁, 戊]}
empty:
quoted: "x
  y"
block: |
  text
rows:
  - name: r0

  - name: r1
    cell:
      deep: 𠮷
""".encode()


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    ("keys", "value", "key"),
    [
        ((), (2, 1), (2, 1)),
        (("id",), (2, 5), (2, 1)),
        (("名称",), (3, 5), (3, 1)),
        (("名称", "丙"), (3, 15), (3, 12)),
        (("名称", "丙", 1), (3, 19), (3, 19)),
        (("empty",), (4, 1), (4, 1)),
        (("quoted",), (5, 9), (5, 1)),
        (("block",), (7, 8), (7, 1)),
        (("rows",), (10, 3), (9, 1)),
        (("rows", 1), (12, 5), (12, 5)),
        (("rows", 1, "name"), (12, 11), (12, 5)),
        (("rows", 1, "cell", "deep"), (14, 13), (14, 7)),
        (("missing",), (2, 1), (2, 1)),
        (("rows", 1, "missing"), (12, 5), (12, 5)),
        (("rows", 1, "cell", "missing"), (14, 7), (13, 5)),
        (("rows", 7, "name"), (10, 3), (9, 1)),
        (("id", "inside"), (2, 5), (2, 1)),
        (("rows", "name"), (10, 3), (9, 1)),
    ],
)
@pytest.mark.parametrize("line_break", [b"\n", b"\r\n", b"\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["", "BOM"])
def test_locate(keys: Any, value: Any, key: Any, line_break: bytes, mark: bytes) -> None:
    tree._remembered.cache_clear()  # what the other parser found
    data = mark + DOCUMENT.replace(b"\n", line_break)
    assert locate(data, keys) == value
    assert locate(data, keys, key=True) == key


def test_locate_goes_as_far_as_a_broken_file_allows() -> None:
    data = b"a: 1\nb:\n  c: 2\n  c: 3\n d: [\n"
    assert locate(data, ("b", "c")) == (3, 6)
    assert locate(b"\xff", ("a",)) == (1, 1)
    assert locate(b"[" * 100_000, (0,) * 30) == (1, 21)


# ---------------------------------------------------------------- files


def test_a_file_with_one_record(tmp_path: Path) -> None:
    put(tmp_path, "casebook/terms/a.yml", "id: a\n")
    source, found = read_file(tmp_path, "casebook/terms/a.yml")
    digest = blake2b(b"id: a\n", digest_size=32).hexdigest()
    assert (source, found) == (
        Source("casebook/terms/a.yml", digest, ({"id": "a"},), roster=False),
        (),
    )


def test_a_roster(tmp_path: Path) -> None:
    put(tmp_path, "a.yml", "- id: a\n- id: b\n")
    source, _ = read_file(tmp_path, "a.yml")
    assert source is not None
    assert source.roster
    assert source.records == ({"id": "a"}, {"id": "b"})


def test_an_empty_record_is_one(tmp_path: Path) -> None:
    put(tmp_path, "a.yml", "{}\n")
    source, found = read_file(tmp_path, "a.yml")
    assert source is not None
    assert (source.records, source.roster, found) == (({},), False, ())


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    source, (found,) = read_file(tmp_path, "casebook/casebook.yml")
    assert source is None
    assert (found.code, found.where) == ("missing-file", Where("casebook/casebook.yml"))


def test_a_file_of_just_the_greatest_size(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_bytes(b"a: b\n#".ljust(MAX_BYTES, b"x"))
    source, _ = read_file(tmp_path, "a.yml")
    assert source is not None


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "a.yml", "id: a\n")

    def refuse(path: object, flags: int) -> int:  # root may read everything: mode 000 shows nothing
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "open", refuse)
    source, (found,) = read_file(tmp_path, "a.yml")
    assert source is None
    assert "error[unreadable-file] cannot be opened: Permission denied (EACCES)" in found.line("en")


def test_a_folder_that_may_not_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "casebook/terms/a.yml", "id: a\n")

    def refuse(path: object) -> None:
        raise OSError(5, "Input/output error", str(path))

    monkeypatch.setattr(os, "scandir", refuse)
    assert [one.line("en") for one in read_folder(tmp_path, ["terms"])[1]] == [
        "casebook/terms:0:0: error[unreadable-file] cannot be opened: Input/output error (EIO); "
        "check that you may read it and that no program holds it"
    ]


def test_a_link_put_in_the_place_of_a_file_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "secret.yml", "id: secret\n")
    put(tmp_path, "a.yml", "id: a\n")
    looked = Path.lstat

    def swap(path: Path) -> os.stat_result:
        status = looked(path)
        path.unlink()
        path.symlink_to("secret.yml")
        return status

    monkeypatch.setattr(Path, "lstat", swap)
    source, (found,) = read_file(tmp_path, "a.yml")
    assert source is None
    assert found.code == "unreadable-file"


def test_a_folder_is_read_in_order(tmp_path: Path) -> None:
    names = ["b.yml", "a.yml", "sub/deep/c.yml", "sub/a.yml", "a-2.yml"]
    for number, name in enumerate(names):
        put(tmp_path, f"casebook/terms/{name}", f"id: t{number}\n")
    put(tmp_path, "casebook/cases/z.yml", "id: z\n")
    put(tmp_path, "casebook/laws/not-asked.yml", "id: l\n")
    sources, found = read_folder(tmp_path, ["terms", "none", "cases"])
    assert found == ()
    assert [source.path.removeprefix("casebook/") for source in sources] == [
        "terms/a-2.yml",
        "terms/a.yml",
        "terms/b.yml",
        "terms/sub/a.yml",
        "terms/sub/deep/c.yml",
        "cases/z.yml",
    ]


def test_what_is_no_yaml_is_passed_over(tmp_path: Path) -> None:
    put(tmp_path, "casebook/terms/a.yml", "id: a\n")
    for name in ("图.png", "a.yml~", ".hidden.yml", "._a.yml", ".git/b.yml", "notes.txt", "yml"):
        put(tmp_path, f"casebook/terms/{name}", "\0")
    os.mkfifo(tmp_path / "casebook/terms/pipe")
    (tmp_path / "casebook/terms/.#a.yml").symlink_to("nobody@nowhere:1")
    (tmp_path / "casebook/terms/link.png").symlink_to("图.png")
    sources, found = read_folder(tmp_path, ["terms"])
    assert [source.path for source in sources] == ["casebook/terms/a.yml"]
    assert found == ()


def test_a_linked_casebook_is_refused(tmp_path: Path) -> None:
    put(tmp_path, "elsewhere/terms/a.yml", "id: a\n")
    (tmp_path / "casebook").symlink_to("elsewhere")
    sources, (found,) = read_folder(tmp_path, ["terms"])
    assert (sources, found.code, found.where.path) == ((), "symlink", "casebook")


def test_a_linked_folder_of_a_kind_is_refused(tmp_path: Path) -> None:
    put(tmp_path, "elsewhere/a.yml", "id: a\n")
    (tmp_path / "casebook").mkdir()
    (tmp_path / "casebook/terms").symlink_to("../elsewhere")
    sources, (found,) = read_folder(tmp_path, ["terms"])
    assert (sources, found.code, found.where.path) == ((), "symlink", "casebook/terms")


def test_five_folders_deep_is_read_six_is_not(tmp_path: Path) -> None:
    put(tmp_path, "casebook/terms/1/2/3/4/5/a.yml", "id: a\n")
    put(tmp_path, "casebook/terms/1/2/3/4/5/6/b.yml", "id: b\n")
    sources, (found,) = read_folder(tmp_path, ["terms"])
    assert [source.path for source in sources] == ["casebook/terms/1/2/3/4/5/a.yml"]
    assert (found.code, found.where.path) == ("folder-too-deep", "casebook/terms/1/2/3/4/5/6")


def test_a_name_that_is_no_text_is_shown_and_not_read(tmp_path: Path) -> None:
    try:
        put(tmp_path, "casebook/terms/" + os.fsdecode(b"\xff.yml"), "id: a\n")
    except OSError:
        pytest.skip("this file system takes only names in UTF-8")
    sources, (found,) = read_folder(tmp_path, ["terms"])
    assert sources == ()
    assert found.line("zh").encode("utf-8").startswith(b"casebook/terms/\\xff.yml:0:0: error")


# ---------------------------------------------------------------- texts


def test_every_code_has_its_sentences_and_its_heading(repository: Path) -> None:
    package = repository / "generator" / "fengqiao"
    source = "".join(path.read_text(encoding="utf-8") for path in package.glob("read/*.py"))
    texts = (package / "messages" / "diagnostics.yml").read_text(encoding="utf-8")
    messages = yaml.safe_load(texts.partition("# --- read ---")[2].partition("\n# ---")[0])
    headings = (repository / "docs" / "checks.md").read_text(encoding="utf-8").splitlines()
    assert len(messages) > 40
    for code, message in messages.items():
        assert f'"{code}"' in source, f"no code tells {code}"
        assert message.keys() == {"severity", "zh", "en"}
        assert f"## {code}" in headings, f"docs/checks.md does not explain {code}"


def test_the_examples_of_the_documents_are_what_they_say(repository: Path, tmp_path: Path) -> None:
    """In docs/checks.md the wrong YAML of a code earns that code, the right one nothing."""
    page = (repository / "docs" / "checks.md").read_text(encoding="utf-8")
    reading = page.partition("\n# 读取 / Reading\n")[2]
    reading = re.split(r"^# \S+ / ", reading, maxsplit=1, flags=re.M)[0]
    examples = re.findall(r"^## (\S+)|^```yaml\n# (错|对)\n(.*?)^```", reading, re.M | re.S)
    code, tried = "", 0
    for heading, verdict, block in examples:
        code = heading or code
        if verdict:
            put(tmp_path, "x.yml", block)
            _, found = read_file(tmp_path, "x.yml")
            assert [one.code for one in found] == ([code] if verdict == "错" else []), block
            tried += 1
    assert tried > 50


def test_words_of_a_parser_that_nobody_foresaw_are_passed_on() -> None:
    mark = yaml.Mark("x", 5, 1, 2, None, None)
    error = yaml.parser.ParserError("while at it", mark, "met something new", mark)
    refused = explain(error, "a: b\nc: d\n")
    assert (refused.code, refused.line, refused.column) == ("yaml-syntax", 2, 3)
    assert refused.values == {"problem": "met something new"}
    other = explain(yaml.YAMLError("met\nsomething"), "a: b\n")
    assert (other.code, other.line, other.values) == ("yaml-syntax", 1, {"problem": "met"})
