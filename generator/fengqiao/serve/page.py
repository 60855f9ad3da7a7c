"""What is added to a page while it is sent; the file of it stays as the build wrote it."""

from __future__ import annotations

import re
from html import escape

SCRIPT = "/-/reload.js"
EVENTS = "/-/events"
"""Addresses of our own; no folder of a site can have this name."""

POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'"
)
"""For the pages that the server makes itself."""

_META = re.compile(r'(<meta http-equiv="Content-Security-Policy" content=")([^"]*)(">)')


def with_reload(html: bytes, token: str) -> bytes:
    """A page that follows the site: the script, and a policy under which it may listen."""
    # surrogateescape: an author's own file in docs/ need not be UTF-8, and is not ours to change
    text = html.decode("utf-8", "surrogateescape")
    text = _META.sub(lambda match: match[1] + _listening(match[2]) + match[3], text, count=1)
    script = f'<script src="{SCRIPT}" data-token="{token}" data-events="{EVENTS}" defer></script>'
    head, end, rest = text.partition("</head>")
    text = head + script + end + rest if end else text + script
    return text.encode("utf-8", "surrogateescape")


def notice(title: str, sentence: str, lang: str, token: str) -> bytes:
    """A page that says one thing and is replaced as soon as there is more to see."""
    page = (
        f'<!doctype html>\n<html lang="{lang}"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title></head>"
        f"<body><main><h1>{escape(title)}</h1><p>{escape(sentence)}</p></main></body></html>\n"
    )
    return with_reload(page.encode(), token)


def _listening(policy: str) -> str:
    """``policy`` with connections to the page's own server allowed, nothing else changed."""
    directives = [one.strip() for one in policy.split(";") if one.strip()]
    for index, directive in enumerate(directives):
        name, *values = directive.split()
        if name.lower() == "connect-src":
            kept = [value for value in values if value not in ("'none'", "'self'")]
            directives[index] = " ".join([name, *kept, "'self'"])
            break
    else:
        directives.append("connect-src 'self'")
    return "; ".join(directives)
