"""Styles and scripts of ours, copied beside the pages: nothing comes from the network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from fengqiao.messages import words
from fengqiao.training.questions import grade_scripts

WEB = Path(__file__).parent.parent / "web"
FOLDER = "assets/fengqiao"

STYLES = ("tokens", "page", "search", "swimlane", "quiz", "print")
"""In the order in which they build on one another."""

SCRIPTS = (
    "messages",
    "fold",
    "shards",
    "search-text",
    "search-postings",
    "search-engine",
    "search-hit",
    "search-box",
    "search-page",
    "quiz",
    "grade",
)
"""In the order in which pages load them."""


def style_paths() -> tuple[str, ...]:
    """Where the styles stand on the site."""
    return tuple(f"{FOLDER}/{name}.css" for name in STYLES)


def script_paths() -> tuple[str, ...]:
    """Where the scripts stand on the site."""
    return tuple(f"{FOLDER}/{name}.js" for name in SCRIPTS)


def files(lang: str) -> Iterator[tuple[str, bytes]]:
    """Every asset: path on the site and content."""
    for name in STYLES:
        yield f"{FOLDER}/{name}.css", (WEB / "css" / f"{name}.css").read_bytes()
    yield f"{FOLDER}/messages.js", _messages(lang)
    yield f"{FOLDER}/grade.js", b"\n".join(path.read_bytes() for path in grade_scripts())
    for name in SCRIPTS:
        source = WEB / "js" / f"{name}.js"
        if source.exists():
            yield f"{FOLDER}/{name}.js", source.read_bytes()
    for image in sorted((WEB / "img").glob("*.svg")):
        yield f"{FOLDER}/{image.name}", image.read_bytes()


WORDS = ("quiz.", "search.")
"""How the keys begin of the words that scripts need; scripts read them by their whole key."""


def _messages(lang: str) -> bytes:
    said = {prefix + key: word for prefix in WORDS for key, word in words(lang, prefix).items()}
    table = json.dumps(said, ensure_ascii=False, sort_keys=True)
    escaped = (
        table.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    )
    return f"window.fengqiao=window.fengqiao||{{}};window.fengqiao.messages={escaped};\n".encode()
