"""A small grammar: templates with slots and choices, filled from words that follow Zipf's law.

A file of the grammar has rules, each below its heading:

- ``== name``: templates, one a line, all used alike;
- ``~~ name``: words, divided by blanks; the n-th is used about 1/n as often as the first;
- ``~1 name``: the same with single characters.

``{name}`` in a template is a fact of the text being made, or else a fresh use of that rule;
``{2-9}`` is a number, ``{#2-9}`` one in Han characters; ``(this|or that)`` chooses.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import accumulate

from fengqiao.kinds.law.model import chinese_number

Random = Callable[[], float]
"""The next number in [0, 1). The only method of ``random.Random`` that is the same in every
version of Python."""

FLAT = 12
"""Added to a word's rank: flattens the head of the distribution, where no word should dominate."""

_TOKEN = re.compile(r"\{([^{}]+)\}|([(|)])|([^{}(|)]+)")
_RANGE = re.compile(r"(#?)(\d+)-(\d+)")


@dataclass(frozen=True, slots=True)
class _Slot:
    name: str


@dataclass(frozen=True, slots=True)
class _Number:
    low: int
    high: int
    in_han: bool


@dataclass(frozen=True, slots=True)
class _Choice:
    options: tuple[_Template, ...]


_Template = tuple[str | _Slot | _Number | _Choice, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """The templates of a rule and how often each is used, summed up."""

    templates: tuple[_Template, ...]
    cumulative: tuple[float, ...]


def parse_rules(text: str) -> dict[str, Rule]:
    """The rules of a grammar file. ``ValueError`` for a template that cannot be read."""
    rules: dict[str, Rule] = {}
    for block in re.split(r"^(?=== |~~ |~1 )", text, flags=re.MULTILINE)[1:]:
        heading, *rest = block.splitlines()
        mark, _, name = heading.partition(" ")
        lines = [line for line in rest if line and not line.startswith("#")]
        if mark == "==":
            weights = [1.0] * len(lines)
        else:
            lines = list("".join(lines)) if mark == "~1" else " ".join(lines).split()
            weights = [1 / (rank + FLAT) for rank in range(len(lines))]
        rules[name] = Rule(tuple(map(_parse, lines)), tuple(accumulate(weights)))
    return rules


def _parse(line: str) -> _Template:
    tokens = list(_TOKEN.finditer(line))
    if "".join(token[0] for token in tokens) != line:
        raise ValueError(f"stray brace: {line}")
    template, rest = _sequence(tokens)
    if rest:
        raise ValueError(f"stray bracket: {line}")
    return template


def _sequence(tokens: list[re.Match[str]]) -> tuple[_Template, list[re.Match[str]]]:
    """As far as the next ``|`` or ``)`` of this level, and what follows it."""
    parts: list[str | _Slot | _Number | _Choice] = []
    while tokens and tokens[0][2] not in ("|", ")"):
        token, *tokens = tokens
        if token[3]:
            parts.append(token[3])
        elif token[1]:
            numbers = _RANGE.fullmatch(token[1])
            parts.append(
                _Number(int(numbers[2]), int(numbers[3]), bool(numbers[1]))
                if numbers
                else _Slot(token[1])
            )
        else:
            options: list[_Template] = []
            closed = "|"
            while closed == "|":
                option, tokens = _sequence(tokens)
                options.append(option)
                if not tokens:
                    raise ValueError("a bracket is not closed")
                closed, tokens = tokens[0][2], tokens[1:]
            parts.append(_Choice(tuple(options)))
    return tuple(parts), tokens


class Writer:
    """Writes one text: knows its facts and which templates it has used."""

    def __init__(self, rules: Mapping[str, Rule], random: Random, facts: dict[str, str]) -> None:
        self._rules = rules
        self._random = random
        self.facts = facts
        self._left: dict[str, list[_Template]] = {}

    def write(self, name: str, *, keep: dict[str, str] | None = None) -> str:
        """Any template of the rule ``name``. With ``keep``, every slot that is filled is
        remembered there, and is the same the next time."""
        return self._fill(self._any(name), keep)

    def another(self, name: str, *, keep: dict[str, str] | None = None) -> str:
        """A template of the rule that this text has not used yet; empty when all are used."""
        left = self._left.get(name)
        if left is None:
            left = self._left[name] = list(self._rules[name].templates)
        if not left:
            return ""
        return self._fill(left.pop(int(self._random() * len(left))), keep)

    def knows(self, name: str) -> bool:
        """Whether there is such a rule."""
        return name in self._rules

    def _any(self, name: str) -> _Template:
        rule = self._rules[name]
        cumulative = rule.cumulative
        return rule.templates[bisect(cumulative, self._random() * cumulative[-1])]

    def _fill(self, template: _Template, keep: dict[str, str] | None) -> str:
        if len(template) == 1 and isinstance(template[0], str):
            return template[0]
        return "".join([self._part(part, keep) for part in template])

    def _part(self, part: str | _Slot | _Number | _Choice, keep: dict[str, str] | None) -> str:
        if isinstance(part, str):
            return part
        if isinstance(part, _Slot):
            return self._slot(part.name, keep)
        if isinstance(part, _Choice):
            options = part.options
            return self._fill(options[int(self._random() * len(options))], keep)
        number = part.low + int(self._random() * (part.high - part.low + 1))
        return chinese_number(number) if part.in_han else str(number)

    def _slot(self, name: str, keep: dict[str, str] | None) -> str:
        fact = self.facts.get(name)
        if fact is not None:
            return fact
        if keep is None:
            return self._fill(self._any(name), None)
        if name not in keep:
            keep[name] = self._fill(self._any(name), keep)
        return keep[name]
