"""Question types: one folder each, found by looking.

A type's folder holds ``type.py`` (with :data:`TYPE`, a :class:`QuestionType`) and ``grade.js``
(the same grading for the browser, registered as ``fengqiao.graders[name]``).
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fengqiao.kinds.question.model import Question

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Rule:
    """What a type asks of a question's options, in both tongues."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class QuestionType:
    """A type of question."""

    name: str
    """What authors write: ``true-false``."""
    zh: str
    en: str
    several: bool
    """Whether more than one option may be chosen."""
    fault: Callable[[Question], Rule | None]
    """The rule that a question breaks, or ``None``."""
    grade: Callable[[Sequence[bool], Collection[int]], float]
    """Which options are right, which were chosen (indexes) → mark from 0 to 1."""

    def label(self, lang: str) -> str:
        """The type's name in ``lang``."""
        return self.zh if lang == "zh" else self.en


@cache
def find_types() -> Mapping[str, QuestionType]:
    """Type name → type, by name."""
    found = {}
    for folder in sorted(FOLDER.iterdir()):
        if (folder / "type.py").exists():
            module = importlib.import_module(f"{__name__}.{folder.name}.type")
            found[module.TYPE.name] = module.TYPE
    return found


def grade_scripts() -> tuple[Path, ...]:
    """The browser's graders, by type."""
    return tuple(sorted(FOLDER.glob("*/grade.js")))
