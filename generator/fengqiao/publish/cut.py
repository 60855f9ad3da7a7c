"""A page that the theme rendered once, cut into literals and holes.

Our theme overrides print a mark for each hole; here the page is split at the marks, once, and
stamping only joins. The raw page never reaches the site.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from fengqiao.compile.page import squeeze
from fengqiao.errors import FengqiaoError

HOLES: Mapping[str, int] = {
    "title": 1,  # <title>
    "topic": 1,  # the header, when scrolled
    "description": 1,  # an attribute
    "canonical": 1,  # a whole <link>, may be empty
    "neighbours": 1,  # whole <link rel=prev|next>, may be empty
    "trail": 1,  # breadcrumb
    "contents": 1,  # list of contents at the side
    "contents-inline": 1,  # the same above the text, for narrow screens
    "head": 1,  # title, lede and marks of the page
    "body": 1,
    "footer": 1,  # previous and next
}
"""Every hole, and how often the theme has to print it."""

# Control characters: no author can write them (reading refuses them), no theme prints them.
_MARK = re.compile("\x0efq-([a-z-]+)\x0f")
_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)([^>]*)>(.*?)</script>", re.DOTALL)
_EMPTY_SKIP = re.compile(r'(<div data-md-component="skip">)\s*(</div>)')


class ThemeChangedError(FengqiaoError):
    """The theme no longer prints what stamping needs."""


@dataclass(frozen=True, slots=True)
class Shell:
    """``literals[0] hole[0] literals[1] hole[1] … literals[-1]``."""

    literals: tuple[str, ...]
    holes: tuple[str, ...]

    def fill(self, values: Mapping[str, str]) -> str:
        """The page with every hole filled."""
        pieces = [self.literals[0]]
        for hole, literal in zip(self.holes, self.literals[1:], strict=True):
            pieces.append(values[hole])
            pieces.append(literal)
        return "".join(pieces)


def mark(hole: str) -> str:
    """What the theme prints for a hole."""
    return f"\x0efq-{hole}\x0f"


def cut(html: str, name: str, theme: str, skip: str) -> Shell:
    """Cuts a rendered shell. ``skip`` is the link over the navigation, ``theme`` the theme's name
    and version for the message. Raises :class:`ThemeChangedError` when a hole is missing, unknown
    or printed more often than it should be."""
    html, skips = _EMPTY_SKIP.subn(lambda match: match[1] + skip + match[2], html)
    pieces = _MARK.split(squeeze(html))
    literals, holes = tuple(pieces[::2]), tuple(pieces[1::2])
    counted = {hole: holes.count(hole) for hole in {*HOLES, *holes}}
    wrong = sorted(hole for hole, count in counted.items() if count != HOLES.get(hole))
    if skips != 1:
        wrong.append("skip")
    if wrong:
        raise ThemeChangedError("theme-changed", shell=name, theme=theme, holes=", ".join(wrong))
    return Shell(literals, holes)


def policy(html: str) -> str:
    """The Content-Security-Policy for a rendered page: nothing from anywhere but its own folder,
    and of inline scripts only those that stand in it now, by their hashes."""
    hashes = []
    for attributes, script in _INLINE_SCRIPT.findall(html):
        if "application/json" not in attributes:
            digest = b64encode(sha256(script.encode()).digest()).decode()
            hashes.append(f"'sha256-{digest}'")
    scripts = " ".join(["'self'", *dict.fromkeys(hashes)])
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; font-src 'self'; form-action 'self'; base-uri 'none'"
    )


def secure(html: str, root: str, name: str, theme: str, *, preview: bool = False) -> str:
    """A rendered page with its policy in place, and the way to the site's root on ``<html>``.
    Without a policy for a ``preview`` by ``mkdocs serve``, which adds a script of its own."""
    if html.count(mark("csp")) != 1 or html.count("<html ") != 1:
        raise ThemeChangedError("theme-changed", shell=name, theme=theme, holes="csp")
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy(html)}">'
    meta = "" if preview else meta
    return html.replace(mark("csp"), meta).replace("<html ", f'<html data-fq-root="{root}" ', 1)
