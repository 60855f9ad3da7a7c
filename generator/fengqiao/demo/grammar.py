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

    def fill(self, writer: Writer, keep: dict[str, str] | None) -> str:
        return writer.slot(self.name, keep)


@dataclass(frozen=True, slots=True)
class _Number:
    low: int
    high: int
    in_han: bool

    def fill(self, writer: Writer, keep: dict[str, str] | None) -> str:
        number = self.low + writer.below(self.high - self.low + 1)
        return chinese_number(number) if self.in_han else str(number)


@dataclass(frozen=True, slots=True)
class _Choice:
    options: tuple[_Template, ...]

    def fill(self, writer: Writer, keep: dict[str, str] | None) -> str:
        return writer.fill(self.options[writer.below(len(self.options))], keep)


_Template = tuple[str | _Slot | _Number | _Choice, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """The templates of a rule and how often each is used, summed up."""

    templates: tuple[_Template, ...]
    cumulative: tuple[float, ...]
    keepable: bool
    """Whether a use of it may be kept; characters are there to be combined."""


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
        templates = tuple(map(_parse, lines))
        rules[name] = Rule(templates, tuple(accumulate(weights)), keepable=mark != "~1")
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
        self._left: dict[str, list[_Template]] = {}
        self.facts = facts

    def write(self, name: str) -> str:
        """Any template of the rule ``name``."""
        return self.fill(self._any(self._rules[name]), None)

    def another(self, name: str, *, keep: dict[str, str] | None = None) -> str:
        """A template of the rule that this text has not used yet; empty when all are used. With
        ``keep``, what fills a slot is remembered there and is the same the next time; what is
        there already comes before the facts."""
        left = self._left.get(name)
        if left is None:
            left = self._left[name] = list(self._rules[name].templates)
        return self.fill(left.pop(self.below(len(left))), keep) if left else ""

    def knows(self, name: str) -> bool:
        """Whether there is such a rule."""
        return name in self._rules

    def below(self, count: int) -> int:
        """A whole number from 0 to ``count - 1``."""
        return int(self._random() * count)

    def fill(self, template: _Template, keep: dict[str, str] | None) -> str:
        """The text of a template; see :meth:`another`."""
        return "".join(
            [part if isinstance(part, str) else part.fill(self, keep) for part in template]
        )

    def slot(self, name: str, keep: dict[str, str] | None) -> str:
        """What fills the slot ``name``."""
        if keep is not None and name in keep:
            return keep[name]
        if name in self.facts:
            return self.facts[name]
        rule = self._rules[name]
        filled = self.fill(self._any(rule), None)
        if keep is not None and rule.keepable:
            keep[name] = filled
        return filled

    def _any(self, rule: Rule) -> _Template:
        cumulative = rule.cumulative
        return rule.templates[bisect(cumulative, self._random() * cumulative[-1])]
