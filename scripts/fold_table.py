"""Make generator/fengqiao/search/fold_table.json anew. For maintainers; needs the test extra.

Run it with the oldest Python that the project supports: its Unicode data is the oldest as well,
and every newer one agrees with it on all characters that it knows (tests/search/test_fold.py).
"""

from __future__ import annotations

import json
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

import opencc

from fengqiao.search.fold import HAN_RANGES, is_han

UNICODE: Final = "14.0.0"
"""Of that Python."""
TARGET: Final = Path(__file__).parent.parent / "generator/fengqiao/search/fold_table.json"

_DIACRITICS: Final = frozenset(
    code
    for first, last in (
        (0x300, 0x36F),
        (0x1AB0, 0x1AFF),
        (0x1DC0, 0x1DFF),
        (0x20D0, 0x20FF),
        (0x3099, 0x309A),
        (0xFE20, 0xFE2F),
    )
    for code in range(first, last + 1)
)
"""Marks that fold away; vowel signs of scripts that write vowels as marks stay."""
_SELECTORS: Final = frozenset(
    (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
)
_HANGUL: Final = range(0xAC00, 0xD7A4)
_MAPPED: Final = range(0x323B0)  # nothing above it changes but the ignorables of plane 14
_IGNORABLE_PLANE: Final = range(0xE0000, 0xE0200)


def fold_character(char: str) -> str:
    """What one character folds to: characters, "" if it is ignored, " " if it separates."""
    before = ""
    now = char
    while now != before:
        before, now = now, "".join(map(_fold_once, now))
    return "".join(map(_classify, now))


def make_table() -> dict[str, object]:
    """The table as ``fold.py`` describes it."""
    single: list[tuple[str, str]] = []
    many: list[str] = []
    words: list[int] = []
    for code in (*_MAPPED, *_IGNORABLE_PLANE):
        source = chr(code)
        han = is_han(source)
        if han and source not in _simplified() and not unicodedata.decomposition(source):
            continue
        target = fold_character(source)
        if target == " ":
            continue
        if len(target) != 1:
            many.append(source + target)
        elif target != source:
            single.append((source, target))
        elif not han:
            if words and words[-1] == code - 1:
                words[-1] = code
            else:
                words += (code, code)
    return {
        "han": [bound for pair in HAN_RANGES for bound in pair],
        "word": [now - before for before, now in zip([0, *words], words, strict=False)],
        "from": "".join(pair[0] for pair in single),
        "to": "".join(pair[1] for pair in single),
        "many": "\n".join(many),
    }


def written(table: dict[str, object]) -> str:
    """The file: a line for each part, ASCII, so that no editor can normalise its characters."""
    parts = (f"{json.dumps(name)}: {json.dumps(part)}" for name, part in table.items())
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _fold_once(char: str) -> str:
    if ord(char) in _HANGUL:
        return char
    folded = unicodedata.normalize("NFKD", char).casefold()
    simplified = _simplified()
    return "".join([simplified.get(part, part) for part in folded])


def _classify(char: str) -> str:
    code = ord(char)
    if code in _DIACRITICS or code in _SELECTORS:
        return ""
    if is_han(char):
        return char
    category = unicodedata.category(char)
    if category == "Cf":
        return ""
    return char if category[0] in "LMN" else " "


@cache
def _simplified() -> dict[str, str]:
    """Traditional → simplified for every single Han character that has another form.

    One call for all of them, a line each: opencc's phrases never cross a line.
    """
    chars = [
        chr(code)
        for first, last in HAN_RANGES
        for code in range(first, min(last + 1, _MAPPED.stop))
        if not 0xE000 <= code < 0xF900
    ]
    converted = opencc.OpenCC("t2s").convert("\n".join(chars)).split("\n")
    return {old: new for old, new in zip(chars, converted, strict=True) if old != new}


if __name__ == "__main__":
    if unicodedata.unidata_version != UNICODE:
        raise SystemExit(f"Run this with a Python of Unicode {UNICODE}, the oldest supported.")
    TARGET.write_text(written(make_table()), encoding="ascii", newline="\n")
