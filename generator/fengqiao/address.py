"""Where on the site a record's page stands. Every path is ASCII, slashed, relative to the root."""

from __future__ import annotations

from hashlib import sha256

from fengqiao.record import Kind, Ref


def page_path(kind: Kind, identity: str) -> str:
    """``practices/dunhuang.html``; kinds that grow without bound spread over 256 folders by the
    first two hex digits of sha256(id), as FAT32 allows 65,534 entries a folder:
    ``cases/3f/some-case.html``."""
    if not kind.unbounded:
        return f"{kind.folder}/{identity}.html"
    spread = sha256(identity.encode()).hexdigest()[:2]
    return f"{kind.folder}/{spread}/{identity}.html"


def list_path(kind: Kind, *shelf: str) -> str:
    """The list of a kind, or of a shelf in it. Shelves' names hold a dot, which no id can."""
    return f"{kind.folder}/{'.'.join(('list', *shelf)) if shelf else 'index'}.html"


def attachment_path(kind: Kind, identity: str, file: str) -> str:
    """Where a file that lies beside a record's YAML stands: ``attachments/cases/a-case/a.png``."""
    return f"attachments/{kind.folder}/{identity}/{file}"


def depth(path: str) -> int:
    """How many folders deep a page stands: 0 for ``index.html``."""
    return path.count("/")


def root_of(path: str) -> str:
    """The way from a page back to the root: ``../../`` for a page two folders deep."""
    return "../" * depth(path)


def link(source: str, target: str) -> str:
    """The relative address of ``target`` (which may end in ``#anchor``) on the page ``source``."""
    if target.startswith(source) and target[len(source) : len(source) + 1] == "#":
        return target[len(source) :]
    here, there = source.split("/")[:-1], target.split("/")
    shared = 0
    for one, other in zip(here, there[:-1], strict=False):
        if one != other:
            break
        shared += 1
    return "../" * (len(here) - shared) + "/".join(there[shared:])


def ref_path(kind: Kind, ref: Ref) -> str:
    """The address of what a reference names."""
    return page_path(kind, ref.id) + (f"#{ref.anchor}" if ref.anchor else "")
