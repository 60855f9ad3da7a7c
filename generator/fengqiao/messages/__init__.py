"""Every sentence a user meets, in Chinese and English, from one catalogue.

The catalogue is the YAML files of this folder: ``errors.yml`` (what a command says when it stops),
``diagnostics.yml`` (faults in content, keyed by code), ``cli.yml`` (what commands print) and
``ui.yml`` (words on pages). Keys are unique over all files.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

import yaml

Value = object
LANGUAGES = ("zh", "en")
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # text stays text, “no” too


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """All texts: key → language → sentence. Raises ``ValueError`` when two files share a key."""
    texts: dict[str, Mapping[str, str]] = {}
    for file in sorted(resources.files(__name__).iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".yml"):
            continue
        entries = yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER) or {}
        twice = texts.keys() & entries.keys()
        if twice:
            raise ValueError(f"messages/{file.name} repeats {sorted(twice)}")
        texts.update(entries)
    return texts


def text(key: str, lang: str, /, **values: Value) -> str:
    """The sentence ``key`` in ``lang`` with ``values`` filled in; a key nobody wrote is a
    ``KeyError`` (a test looks up every key that the code names)."""
    return catalogue()[key][lang].format(**values)


def words(lang: str, prefix: str) -> dict[str, str]:
    """The texts whose key starts with ``prefix``, without it: what a page's script needs."""
    return {
        key[len(prefix) :]: entry[lang]
        for key, entry in sorted(catalogue().items())
        if key.startswith(prefix)
    }
