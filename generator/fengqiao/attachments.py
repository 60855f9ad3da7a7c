"""Files that lie beside the YAML: which a record names, and whether they are what they say."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

from fengqiao.record import Record
from fengqiao.where import KeyPath, Place

MOST_BYTES = 10 * 1024 * 1024
"""A file on a stick that everybody copies; what is larger belongs elsewhere."""

_BEGINS = {
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".webp": (b"RIFF",),
    ".pdf": (b"%PDF-",),
}


def named_files(record: Record) -> Iterator[tuple[KeyPath, str]]:
    """Every file that ``record`` names, with the way to the name."""
    for index, attachment in enumerate(record.attachments):
        yield ("attachments", index, "file"), attachment.file
    for index, source in enumerate(record.sources):
        if source.file is not None:
            yield ("sources", index, "file"), source.file


def beside(project: Path, place: Place, file: str) -> Path:
    """Where the file of that name has to lie."""
    return (project / place.path).with_name(file)


def fault_of(path: Path) -> str:
    """The code of what is wrong with an attachment, or empty."""
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            return "missing-attachment"
        if status.st_size > MOST_BYTES:
            return "attachment-too-large"
        with path.open("rb") as stream:
            begins = stream.read(8)
    except OSError:
        return "missing-attachment"
    return "" if begins.startswith(_BEGINS[path.suffix]) else "attachment-type"
