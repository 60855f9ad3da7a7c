"""Bytes to text: UTF-8 in normal form C, without a character that hides, reorders or breaks."""

from __future__ import annotations

import re
import unicodedata
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Mapping
from dataclasses import dataclass

from fengqiao.diagnostics import Diagnostic
from fengqiao.messages import Value
from fengqiao.where import Where

# Each code and the characters it refuses. Tab, line feed and carriage return are the only controls
# that may stand in a file; U+0085, U+2028 and U+2029 are line breaks to YAML and to nothing else;
# libyaml itself refuses U+FFFE and U+FFFF. A lone surrogate can only come from an escape.
_REFUSED = {
    "control-character": "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff",
    "bidi-character": "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069",
    "bom-inside": "\ufeff",
    "surrogate-character": "\ud800-\udfff",
}
_ANY_REFUSED = re.compile(f"[{''.join(_REFUSED.values())}]")
_EACH_REFUSED = {code: re.compile(f"[{points}]") for code, points in _REFUSED.items()}
_LONGEST_SHOWN = 6  # characters of a sequence that is not in normal form
_LINE_BREAK = re.compile("\r\n?|\n")


@dataclass(frozen=True, slots=True)
class Unclean:
    """Something that must not stand in a text, first met at ``index``."""

    code: str
    index: int
    values: Mapping[str, Value]


def read_text(data: bytes, path: str) -> tuple[str | None, tuple[Diagnostic, ...]]:
    """The text of a file without its byte order mark; or ``None`` and what is wrong with it, the
    first place of each kind of fault."""
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) or (b"\0" in data and _is_utf16(data)):
        return None, (Diagnostic(Where(path), "utf16-file"),)
    data = data.removeprefix(BOM_UTF8)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        code = "gbk-file" if _is_gbk(data) else "not-utf8"
        before = data[: error.start].decode("utf-8")
        where = Where(path, *position(before, len(before)))
        return None, (Diagnostic(where, code, {"byte": f"0x{data[error.start]:02X}"}),)
    found = unclean(text)
    if found:
        return None, tuple(
            Diagnostic(Where(path, *position(text, one.index)), one.code, one.values)
            for one in found
        )
    return text, ()


def unclean(text: str) -> tuple[Unclean, ...]:
    """What must not stand in ``text``, once for each code; empty for a clean one."""
    if _ANY_REFUSED.search(text):
        matches = [(code, pattern.search(text)) for code, pattern in _EACH_REFUSED.items()]
        return tuple(
            Unclean(code, match.start(), {"point": points(match[0])})
            for code, match in matches
            if match
        )
    return () if _is_nfc(text) else (_not_nfc(text),)


def points(text: str) -> str:
    """The characters by number: ``U+0065 U+0301``. What cannot be seen has to be named."""
    return " ".join(f"U+{ord(character):04X}" for character in text)


def position(text: str, index: int) -> tuple[int, int]:
    """Line and column, both from 1 and in characters, of the one at ``index``."""
    line, start = 1, 0
    for match in _LINE_BREAK.finditer(text, 0, index):
        line, start = line + 1, match.end()
    return line, index - start + 1


def split_lines(text: str) -> list[str]:
    """The lines as YAML counts them (``splitlines`` knows more line breaks)."""
    return _LINE_BREAK.split(text)


def _not_nfc(text: str) -> Unclean:
    """The first character sequence that normal form C writes differently."""
    offset = 0
    for line in text.splitlines(keepends=True):
        if not _is_nfc(line):
            break
        offset += len(line)
    normal = unicodedata.normalize("NFC", line)
    start = next(
        (at for at, (a, b) in enumerate(zip(line, normal, strict=False)) if a != b),
        min(len(line), len(normal)),
    )
    end, limit = start + 1, min(len(line), start + _LONGEST_SHOWN)
    # A sequence is several characters long where they combine: e + ́, or the parts of a syllable.
    while end < limit and (
        unicodedata.combining(line[end])
        or _is_nfc(line[start:end]) > _is_nfc(line[start : end + 1])
    ):
        end += 1
    found = line[start:end]
    expected = unicodedata.normalize("NFC", found)
    values = {
        "found": points(found),
        "expected": expected,
        "expected_points": points(expected),
    }
    return Unclean("not-nfc", offset + start, values)


def _is_nfc(text: str) -> bool:
    return unicodedata.is_normalized("NFC", text)


def _is_utf16(data: bytes) -> bool:
    """Whether the NUL bytes stand where UTF-16 puts them: half of every line break, blank and
    Latin letter, always the same half, and enough of them to be the file's way of writing."""
    even, odd = data[0::2].count(0), data[1::2].count(0)
    many, few = max(even, odd), min(even, odd)
    return many >= max(2, len(data) // 40) and few * 8 <= many


def _is_gbk(data: bytes) -> bool:
    """Whether the bytes read as GB18030 give mostly the characters of everyday Chinese (GB 2312):
    a stray Latin-1 byte gives rare ones, if any."""
    try:
        characters = [one for one in data.decode("gb18030") if not one.isascii()]
    except UnicodeDecodeError:
        return False
    common = sum(1 for one in characters if one.encode("gb2312", "ignore"))
    return common * 5 >= len(characters) * 4
