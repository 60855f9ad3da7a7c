"""Compiled templates, kept from one build of a process to the next."""

from __future__ import annotations

from types import CodeType

import jinja2
from jinja2.bccache import Bucket


class Bytecode(jinja2.BytecodeCache):
    """In memory, by name, file and source of a template, so that an edited one is compiled again.
    Each is for environments with the same options: these are not part of the key."""

    def __init__(self) -> None:
        self._codes: dict[str, tuple[str, CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fills ``bucket`` if its template is known as it stands."""
        checksum, code = self._codes.get(bucket.key, ("", None))
        if code is not None and checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps what was compiled, instead of what the same template was before."""
        if bucket.code is not None:
            self._codes[bucket.key] = bucket.checksum, bucket.code
