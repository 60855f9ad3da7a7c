"""How search data is written: classic scripts whose payload is a string literal.

A file is ``fengqiao.shard(NAME, BUILD, PAYLOAD…)``. NAME and BUILD let the loader tell a missing,
torn or stale file from a good one. Postings and headers are UTF-8 literals; deflated bytes are
literals of one character a byte, read under ``charset="x-user-defined"``.
"""

from __future__ import annotations

import json
import zlib
from typing import Final

BUCKET_BYTES: Final = 96 * 1024
MOST_BUCKETS: Final = 2048
LEVEL: Final = 4
"""Of deflate. Level 6 takes twice as long and saves 2 %."""

_ESCAPES: Final = (
    ("\\", "\\\\"),
    ('"', '\\"'),
    ("\n", "\\n"),
    ("\r", "\\r"),
    ("<", "\\u003c"),  # so that no text can spell </script or <!--
    ("\u2028", "\\u2028"),  # line ends in the literals of ES2017
    ("\u2029", "\\u2029"),
    ("\ufeff", "\\ufeff"),
    ("\0", "\\u0000"),
)


def literal(text: str) -> str:
    """``text`` as a JavaScript string literal."""
    for char, escaped in _ESCAPES:
        text = text.replace(char, escaped)
    return f'"{text}"'


def json_literal(value: object) -> str:
    """A literal for ``JSON.parse``: faster to read than an object of the same size."""
    return literal(compact_json(value))


_COMPACT: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def compact_json(value: object) -> str:
    """JSON without spaces; keys keep their order."""
    return _COMPACT.encode(value)


def utf16_json(text: str) -> bytes:
    """JSON text as UTF-16, of which deflate makes less than of UTF-8, in less time; lone
    surrogates become escapes."""
    return text.encode("utf-16-le", "backslashreplace")


def script(name: str, build: str, *arguments: str) -> bytes:
    """A shard whose ``arguments`` are JavaScript expressions; lone surrogates in their literals
    become escapes."""
    listed = ",".join((literal(name), literal(build), *arguments))
    return f"fengqiao.shard({listed});\n".encode("utf-8", "backslashreplace")


def deflated_script(name: str, build: str, content: bytes) -> bytes:
    """A shard whose payload is ``content`` deflated (zlib), one character a byte."""
    packed = zlib.compress(content, LEVEL)
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


def hash_of(term: str) -> int:
    """CRC-32 of what decides where a term stands: of its first two characters, so that all runs
    of letters and digits with a prefix of two stand together; ``=`` marks a whole title, which
    goes by all of it."""
    key = term if term[0] == "=" else term[:2]
    return zlib.crc32(key.encode("utf-16-le", "surrogatepass"))


def bucket_of(hashed: int, count: int) -> int:
    """The file that holds the terms with this hash."""
    return hashed * count >> 32
