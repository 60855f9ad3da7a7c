"""How search data is written: classic scripts whose payload is a string literal.

A file is ``fengqiao.shard(NAME, BUILD, PAYLOAD…)``. NAME and BUILD let the loader tell a missing,
torn or stale file from a good one. Texts and postings are UTF-8 literals; deflated bytes are
literals of one character a byte, read under ``charset="x-user-defined"``.
"""

from __future__ import annotations

import json
import zlib
from array import array
from collections.abc import Sequence
from operator import sub
from typing import Final

BUCKET_BYTES: Final = 96 * 1024
MOST_BUCKETS: Final = 2048

_FIRST_GAP: Final = 0x22  # gap 1 is "#": below it stand the separators and the quote
_SURROGATES: Final = range(0xD800, 0xE000)
_BIG_GAP: Final = 1_000_000  # "!" adds that much; the code of the rest fits one code point
_LITERAL: Final[dict[int, str]] = str.maketrans(
    {
        "\\": "\\\\",
        '"': '\\"',
        "\n": "\\n",
        "\r": "\\r",
        "<": "\\u003c",  # so that no text can spell </script or <!--
        "\u2028": "\\u2028",  # line ends in the literals of ES2017
        "\u2029": "\\u2029",
        "\ufeff": "\\ufeff",
        "\0": "\\u0000",
        **{chr(code): f"\\u{code:04x}" for code in _SURROGATES},
    }
)


def literal(text: str) -> str:
    """``text`` as a JavaScript string literal that UTF-8 can carry, lone surrogates too."""
    return f'"{text.translate(_LITERAL)}"'


def json_literal(value: object) -> str:
    """A literal for ``JSON.parse``: faster to read than an object of the same size."""
    return literal(compact_json(value))


def compact_json(value: object) -> str:
    """JSON without spaces; keys keep their order."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def utf8_json(text: str) -> bytes:
    """JSON text as UTF-8; lone surrogates become escapes."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.translate({code: f"\\u{code:04x}" for code in _SURROGATES}).encode()


def script(name: str, build: str, *arguments: str) -> bytes:
    """A shard whose ``arguments`` are JavaScript expressions."""
    listed = ",".join((literal(name), literal(build), *arguments))
    return f"fengqiao.shard({listed});\n".encode()


def deflated_script(name: str, build: str, content: bytes) -> bytes:
    """A shard whose payload is ``content`` deflated (zlib), one character a byte."""
    packed = zlib.compress(content, 6)
    for raw, escaped in _BYTES:
        packed = packed.replace(raw, escaped)
    head = f"fengqiao.shard({literal(name)},{literal(build)},".encode()
    return head + b'"' + packed + b'");\n'


_BYTES: Final = (
    (b"\\", b"\\\\"),
    (b'"', b'\\"'),
    (b"\n", b"\\n"),
    (b"\r", b"\\r"),
    (b"\0", b"\\x00"),
    (b"<", b"\\x3c"),
)


def bucket_count(size: int) -> int:
    """How many files carry ``size`` bytes of postings: a power of two, about 96 KiB each."""
    count = 1
    while count < MOST_BUCKETS and size > count * BUCKET_BYTES:
        count *= 2
    return count


def bucket_of(term: str, count: int) -> int:
    """The file that holds ``term``. A run of letters or digits goes by its first two characters,
    so that all runs with a prefix of two stand together; ``=`` marks a whole title."""
    key = term if term[0] == "=" else term[:2]
    return zlib.crc32(key.encode("utf-16-le", "surrogatepass")) & (count - 1)


def encode_postings(units: Sequence[int]) -> str:
    """Ascending, distinct unit numbers (from 0) as one character a gap, ready for a literal.

    The first gap counts from -1, so every gap is at least 1.
    """
    if len(units) == 1:
        return _code(units[0] + 1)  # half of all terms
    gaps = [units[0] + 1, *map(sub, units[1:], units)]
    try:
        return "".join(map(_CODES.__getitem__, gaps))
    except IndexError:
        return "".join(map(_code, gaps))


def _code(gap: int) -> str:
    more, rest = divmod(gap - 1, _BIG_GAP)
    code = rest + 1 + _FIRST_GAP
    if code >= _SURROGATES.start:
        code += len(_SURROGATES)
    return "!" * more + _LITERAL.get(code, chr(code))


_CODES: Final = [
    "",
    *(_LITERAL.get(code, chr(code)) for code in range(_FIRST_GAP + 1, _SURROGATES.start)),
]
"""Characters of the usual gaps; index 0 never occurs."""


def encode_counts(counts: Sequence[int]) -> str:
    """Small numbers (0 and up) as one character each, before escaping as a literal."""
    codes = array("I", map((_FIRST_GAP + 1).__add__, counts))
    return "".join(chr(code if code < _SURROGATES.start else code + 0x800) for code in codes)
