"""Looks for words in every byte of a site, however they are written down.

A *reading* is one way to understand a file: as UTF-8, with JavaScript, JSON, HTML or percent
escapes resolved, base64 decoded, deflated data inflated, and any of these inside any other.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
import urllib.parse
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

DEPTH = 4
"""So many wrappings inside one another are undone."""

_ESCAPE = re.compile(
    r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([nrtbfv0])|(.))", re.DOTALL
)
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_DEFLATED = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08")


def readings(data: bytes) -> Iterator[str]:
    """Every reading of ``data``, each once."""
    seen: set[bytes | str] = set()
    waiting: list[tuple[int, bytes | str]] = [(0, data)]
    while waiting:
        depth, content = waiting.pop()
        if content in seen:
            continue
        seen.add(content)
        if isinstance(content, bytes):
            inner: Iterator[bytes | str] = _of_bytes(content)
        else:
            yield content
            inner = _of_text(content)
        if depth < DEPTH:
            waiting += ((depth + 1, one) for one in inner)


def _of_bytes(data: bytes) -> Iterator[bytes | str]:
    yield data.decode("utf-8", "replace")
    # UTF-16 shows by its mark, or by the zero beside a first character of ASCII. To try it on
    # everything would find words in the digits of any checksum.
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        yield data.decode("utf-16", "replace")
    elif data[1:2] == b"\0":
        yield data.decode("utf-16-le", "replace")
    elif data[:1] == b"\0":
        yield data.decode("utf-16-be", "replace")
    yield from _inflated(data)
    if b"\\" in data:  # bytes that travel as a literal, one character each
        yield from _inflated(_unescape(data.decode("latin-1")).encode("latin-1", "replace"))


def _of_text(text: str) -> Iterator[bytes | str]:
    if "\\" in text:
        yield _unescape(text)
    if "&" in text:
        yield html.unescape(text)
    if "%" in text:
        yield urllib.parse.unquote(text)
    for match in _BASE64.finditer(text):
        plain = match[0].rstrip("=").translate({ord("-"): "+", ord("_"): "/"})
        try:
            decoded = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
        except binascii.Error:
            continue
        if decoded[:2] == b"\x1f\x8b" or _DEFLATED.match(decoded) or _is_text(decoded):
            yield decoded


def _unescape(text: str) -> str:
    def plain(match: re.Match[str]) -> str:
        code = match[1] or match[2] or match[3]
        if code:
            return chr(min(int(code, 16), 0x10FFFF))
        return _CONTROLS[match[4]] if match[4] else match[5]

    return _ESCAPE.sub(plain, text)


def _inflated(data: bytes) -> Iterator[bytes]:
    for match in _DEFLATED.finditer(data):
        stream = zlib.decompressobj(47)  # zlib or gzip, by what it begins with
        try:
            content = stream.decompress(data[match.start() :])
        except zlib.error:
            continue
        if content:
            yield content


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def found_in(
    folder: Path, find: Callable[[str], set[str]], known: dict[bytes, set[str]] | None = None
) -> dict[str, set[str]]:
    """What ``find`` recognises in any reading of any file or file name: word → paths. ``known``
    remembers what is in a content, for the next site that has the same file."""
    known = {} if known is None else known

    def words(content: bytes) -> set[str]:
        if content not in known:
            known[content] = set().union(*map(find, readings(content)))
        return known[content]

    found: dict[str, set[str]] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        content = path.read_bytes() if path.is_file() else b""
        for word in words(name.encode()) | words(content):
            found.setdefault(word, set()).add(name)
    return found
