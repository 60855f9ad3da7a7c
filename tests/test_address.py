"""Addresses: ASCII, relative, the same from every depth, apart for every record."""

from __future__ import annotations

import re
from hashlib import sha256
from posixpath import dirname, join, normpath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from fengqiao import address
from fengqiao.kinds import find_kinds
from fengqiao.record import Identifier, Ref

KINDS = [folder.kind for folder in find_kinds().values()]
IDS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", fullmatch=True)
PATHS = st.lists(st.sampled_from(["cases", "3f", "a"]), max_size=3).map(
    lambda folders: "/".join([*folders, "x.html"])
)
IDENTIFIER = TypeAdapter(Identifier)


@given(st.sampled_from(KINDS), IDS)
def test_a_page_has_its_place(kind: object, identity: str) -> None:
    path = address.page_path(kind, identity)  # type: ignore[arg-type]
    assert path.isascii()
    assert path.startswith(f"{kind.folder}/")  # type: ignore[attr-defined]
    assert path.endswith(f"/{identity}.html")
    assert address.depth(path) == (2 if kind.unbounded else 1)  # type: ignore[attr-defined]
    if kind.unbounded:  # type: ignore[attr-defined]
        assert path.split("/")[1] == sha256(identity.encode()).hexdigest()[:2]


@given(PATHS, PATHS)
def test_a_link_leads_where_it_should(source: str, target: str) -> None:
    link = address.link(source, target)
    assert normpath(join(dirname(source), link)) == normpath(target)
    assert not link.startswith("/")
    assert address.link(source, f"{target}#a") == ("#a" if source == target else f"{link}#a")
    assert normpath(join(dirname(source), address.root_of(source), target)) == normpath(target)


def test_a_list_can_be_no_record() -> None:
    """The pages of a list and those of records share a folder."""
    kind = next(one for one in KINDS if not one.unbounded)
    for shelf in ((), ("a",), ("a", "2025", "1")):
        name = address.list_path(kind, *shelf).removeprefix(f"{kind.folder}/").removesuffix(".html")
        with pytest.raises(ValidationError):
            IDENTIFIER.validate_python(name)


def test_anchors() -> None:
    law = next(one for one in KINDS if one.name == "law")
    assert address.ref_path(law, Ref("law", "a", "art-3-2")) == "laws/a.html#art-3-2"
    assert address.ref_path(law, Ref("law", "a")) == "laws/a.html"


def test_attachments_of_two_records_never_meet() -> None:
    seen = {
        address.attachment_path(kind, identity, "a.png")
        for kind in KINDS
        for identity in ("a", "b")
    }
    assert len(seen) == 2 * len(KINDS)


@pytest.mark.parametrize(
    "written", ["a", "0", "a-b", "a--b", "x" * 63, "com", "com10", "nulla", "a1"]
)
def test_an_id(written: str) -> None:
    assert IDENTIFIER.validate_python(written) == written


@pytest.mark.parametrize(
    "written",
    ["", "-a", "a-", "A", "a_b", "a.b", "a b", "甲", "ａ", "x" * 64, "index", "con", "nul", "aux",
     "prn", "com1", "com9", "com0", "lpt1", "lpt0", "a/b", "..", "a\n", "é", "\u0131"],
)  # fmt: skip
def test_no_id(written: str) -> None:
    with pytest.raises(ValidationError):
        IDENTIFIER.validate_python(written)
    assert not re.fullmatch(r"list(\..*)?", "a")
