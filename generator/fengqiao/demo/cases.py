"""Cases of the demo. Case n is a function of n alone: it refers only to people and cases that
stand in every demo that has it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from fengqiao.demo.grammar import Writer
from fengqiao.demo.people import counted, expert, mediator
from fengqiao.demo.world import (
    NEVER,
    Town,
    audience_of,
    rules,
    source,
    spread,
    story_names,
    towns,
)
from fengqiao.kinds.law.model import chinese_number
from fengqiao.record import Audience

BYTES = (5500, 6300)
"""Between these a case stops adding sentences; the last one may carry it a little beyond."""

OUTCOMES = {
    "agreed": 0.66,
    "agreed-orally": 0.09,
    "agreed-partly": 0.05,
    "reconciled": 0.03,
    "failed-terminated": 0.06,
    "refused": 0.03,
    "withdrawn": 0.03,
    "not-accepted": 0.025,
    "transferred": 0.025,
}
"""Outcome → its share."""
INTAKES = {
    "applied": 0.5,
    "initiative": 0.2,
    "delegated": 0.08,
    "entrusted": 0.07,
    "police": 0.09,
    "transferred": 0.06,
}
DIFFICULTIES = {"simple": 0.3, "ordinary": 0.45, "hard": 0.2, "major": 0.05}

_SETTLED = ("agreed", "agreed-orally", "agreed-partly")
_UNHEARD = ("refused", "withdrawn", "not-accepted")
_STAGES = ("receive", "visit", "apart", "together", "law", "end")
_PADDED = ("facts", "visit", "apart", "together")
REACH = 60
"""A case names others no further back than this."""
_ARTICLES = 6
"""Every law of the demo has so many."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is settled about a case before a word of it is written."""

    number: int
    type: str
    outcome: str
    intake: str
    difficulty: str
    year: int
    audience: Audience

    @property
    def id(self) -> str:
        """``demo-000123``."""
        return f"demo-{self.number:06}"


@lru_cache(4 * REACH)
def plan(number: int) -> Plan:
    """The plan of case ``number``: the first cases have every type once, later ones by Zipf."""
    types = story_names()
    share = spread(number, 0x85EBCA6B)
    rank = int(len(types) ** share) - 1 if number >= len(types) else number
    return Plan(
        number=number,
        type=types[rank],
        outcome=_pick(OUTCOMES, spread(number, 0xC2B2AE35)),
        intake=_pick(INTAKES, spread(number, 0x27D4EB2F)),
        difficulty=_pick(DIFFICULTIES, spread(number, 0x165667B1)),
        year=2015 + int(11 * spread(number, 0xD3A2646D)),
        audience=audience_of(number),
    )


def _pick(shares: dict[str, float], at: float) -> str:
    for name, share in shares.items():
        at -= share
        if at < 0:
            return name
    return name


def case(number: int) -> tuple[str, str]:
    """Where case ``number`` is kept below ``casebook/``, and the record as YAML."""
    planned = plan(number)
    return f"cases/{number // 1000:03}/{planned.id}.yml", _Telling(planned).yaml()


class _Telling:
    """Tells one case: settles the facts, then writes as many sentences as it takes."""

    def __init__(self, planned: Plan) -> None:
        self.plan = planned
        self.random = Random(f"case/{planned.number}").random
        self.story: dict[str, str] = {}
        self.facts: dict[str, str] = {}
        self.writer = Writer(rules(), self.random, self.facts)
        self._find_people()
        self._settle_facts()

    # ------------------------------------------------------------ what is so

    def _find_people(self) -> None:
        mediators, experts = counted(self.plan.number + 1)
        self.town_number = self.writer.below(len(towns()))
        if 0 < mediators <= self.town_number and self.random() < 0.7:
            self.town_number = self.writer.below(mediators)
        self.town: Town = towns()[self.town_number]
        here = range(self.town_number, mediators, len(towns()))
        visible = [
            one for one in map(mediator, here[-3:]) if one.audience.rank <= self.plan.audience.rank
        ]
        self.mediators = visible[: 1 + self.writer.below(2)]
        wanted = {self._rule("field") for _ in range(2)}
        self.experts = [
            one
            for one in map(expert, range(max(0, experts - 30), experts))
            if one.field in wanted and one.audience.rank <= self.plan.audience.rank
        ][:1]

    def _settle_facts(self) -> None:
        facts, write = self.facts, self.writer.write
        facts["town"] = self.town.name
        facts["ms"] = self.mediators[0].surname if self.mediators else write("surname")
        facts["hamlet"] = write("settlement")
        for side in ("a", "b"):
            body = self._rule(f"body_{side}")
            if body:
                self.story[side] = body
            facts[side] = write("speaker") if body else self._rule(side) or write("person")
        facts["p"], facts["q"] = write("person"), write("known")
        facts["home_a"], facts["home_b"] = write("home"), write("home")
        sums = {"simple": 3.3, "ordinary": 3.8, "hard": 4.4, "major": 5.1}
        total = int(10 ** (sums[self.plan.difficulty] + self.random() * 0.7)) // 100 * 100
        self.paid = max(100, int(total * (0.3 + self.random() * 0.5)) // 100 * 100)
        style = self.writer.below(3)
        facts["sum"], facts["first"] = _money(total, style), _money(self.paid, style)
        facts["rest"] = _money(max(100, total - self.paid), style)
        self.article = 1 + self.writer.below(_ARTICLES)
        self.law = self._rule("law")
        facts["law"] = f"[[law/{self.law}]]"
        facts["article"] = f"第{chinese_number(self.article)}条"
        facts["thing"] = self._rule("thing")

    def _rule(self, name: str) -> str:
        """A use of the story's own rule, with what it fills in kept for the whole story."""
        full = f"{self.plan.type}.{name}"
        return self.writer.another(full, keep=self.story) if self.writer.knows(full) else ""

    # ------------------------------------------------------------ sentences

    def _tell(self) -> dict[str, list[str]]:
        """The sentences of the facts and of each stage of the mediation."""
        another = self.writer.another
        stages = [
            stage
            for stage in _STAGES
            if stage != "together" or self.plan.outcome not in (*_UNHEARD, "transferred")
        ]
        told: dict[str, list[str]] = {"facts": [self._rule("scene"), another("background")]}
        told["claims"] = [self._rule("claim"), self._rule("reply"), self._rule("claim")]
        for side in ("a", "b"):
            if side in self.story:
                self.facts |= {"body": self.story[side], "speaker": self.facts[side]}
                told["claims"].append(another("speaks"))
        for stage in stages:
            told[stage] = [another(stage)] if stage != "end" else []
        told["law"].append(self._rule("point"))
        if self.plan.outcome in _SETTLED:
            told["law"].append(another("plan"))
        told["end"].append(another(f"end_{self.plan.outcome}"))
        return told

    def _fill(self, told: dict[str, list[str]], size: int) -> None:
        """Adds sentences until the case has its size."""
        low, high = BYTES
        wanted = low + self.random() * (high - low)
        stages = [stage for stage in _PADDED if stage in told]
        pools = {"facts": "background"}
        while size < wanted and stages:
            stage = stages[self.writer.below(len(stages))]
            sentence = self.writer.another(pools.get(stage, stage))
            if sentence:
                told[stage].append(sentence)
                size += len(sentence.encode())
            else:
                stages.remove(stage)

    # ------------------------------------------------------------ YAML

    def yaml(self) -> str:
        """The record as its author would write it."""
        told = self._tell()
        head, tail = "".join(self._head()), "".join(self._tail())
        middle = "".join(self._middle(told))
        self._fill(told, len((head + middle + tail).encode()))
        return head + "".join(self._middle(told)) + tail

    def _head(self) -> Iterator[str]:
        planned, facts, write = self.plan, self.facts, self.writer.write
        month = 1 + self.writer.below(11)
        self.months = [f"{planned.year}-{month + later:02}" for later in (0, 1)]
        title = self._rule("title")
        village = self.town.villages[self.writer.below(len(self.town.villages))][0]
        yield (
            f"id: {planned.id}\ntitle: {title}\n"
            f"summary: 虚构的演示案例：{self._rule('scene')}\n"
            f"tags: [{facts['thing'].strip('“”')}, {self.story.get('season') or write('season')}]\n"
            f"audience: {planned.audience}\norigin: invented\ndispute_type: {planned.type}\n"
            f"intake: {planned.intake}\ndifficulty: {planned.difficulty}\nplace: {village}\n"
            f"committee: {self.town.code}\n"
        )
        if self.mediators:
            yield f"mediators: [{', '.join(one.id for one in self.mediators)}]\n"
        if self.experts:
            yield f"experts: [{self.experts[0].id}]\n"
        yield f"accepted: {self.months[0]}\nclosed: {self.months[1]}\nparties:\n"
        for role, side in (("applicant", "a"), ("respondent", "b")):
            body = self.story.get(side)
            facts["speaker"] = facts[side]
            about = write("about_body" if body else "about_party")
            yield f"  - role: {role}\n    alias: {body or facts[side]}\n    about: {about}\n"
        if self.writer.below(3) == 0:
            yield "    identity: 虚构，没有真人\n"
        issues = (self._rule("issue") for _ in range(2 + self.writer.below(2)))
        yield f"issues: [{', '.join(issues)}]\n"

    def _middle(self, told: dict[str, list[str]]) -> Iterator[str]:
        yield f"facts: |\n  {''.join(told['facts'])}\n\n  {''.join(told['claims'])}\nprocess:\n"
        stages = [stage for stage in _STAGES if stage in told]
        for at, stage in enumerate(stages):
            month = self.months[at * 2 // len(stages)]
            name = self.facts.setdefault(f"step_{stage}", self.writer.write(f"step_{stage}"))
            text = "".join(told[stage])
            yield f"  - date: {month}\n    step: {name}\n    text: {text}\n"

    def _tail(self) -> Iterator[str]:
        planned, another = self.plan, self.writer.another
        yield from self._outcome()
        if planned.outcome in _SETTLED:
            yield f"performance: {another('performance_agreed')}\n"
        rule = "visited" if planned.outcome in (*_SETTLED, "reconciled") else "visited_open"
        date = f"{planned.year + 1}-{1 + self.writer.below(6):02}"
        yield f"return_visits:\n  - date: {date}\n    text: {another(rule)}\n"
        if planned.outcome == "agreed" and self.writer.below(5) == 0:
            court = f"{self.town.county_name}人民法院（虚构）"
            number = f"（{planned.year}）示例民特{1 + planned.number}号"
            yield (
                f"confirmation: {{applied: {self.months[1]}, confirmed: true, "
                f"court: {court}, number: {number}}}\n"
            )
        yield f"basis: [{self.law}#art-{self.article}]\n"
        yield f"comment: {another('comment')}{another('comment')}\n"
        if self.writer.below(2):
            yield f"teaching: {another('teaching')}\n"
        related = self._related()
        if related:
            yield f"related: [{', '.join(related)}]\n"
        yield f"dossier_number: 示例卷宗第{1 + planned.number}号\n"
        if self.writer.below(4) == 0:
            yield f"office_note: {another('office')}\n"
        yield source(0)
        if self.writer.below(3) == 0:
            day = f"2026-0{1 + self.writer.below(9)}-15"
            yield f"reviewed: {{by: 业务科（示例）, on: {day}, next: {NEVER}}}\n"

    def _outcome(self) -> Iterator[str]:
        outcome, another = self.plan.outcome, self.writer.another
        forms = {"agreed": "written", "agreed-partly": "written", "agreed-orally": "oral"}
        yield f"outcome:\n  outcome: {outcome}\n  form: {forms.get(outcome, 'none')}\n"
        if outcome in _SETTLED:
            terms = [self._rule("term") for _ in range(1 if outcome == "agreed-partly" else 3)]
            if outcome == "agreed":
                terms.append(another("term_any"))
            yield "  terms:\n" + "".join(f"    - {term}\n" for term in terms)
            yield f"  amount: {self.paid}\n"
        elif outcome != "reconciled":
            yield f"  passed_to: {self.writer.write('passed')}\n"

    def _related(self) -> Sequence[str]:
        """Up to two earlier cases of the same type that its readers may see."""
        found: list[str] = []
        for number in range(self.plan.number - 1, max(-1, self.plan.number - REACH), -1):
            if len(found) == 2:
                break
            other = plan(number)
            if other.type == self.plan.type and other.audience.rank <= self.plan.audience.rank:
                found.append(f"case/{other.id}")
        return found


def _money(yuan: int, style: int) -> str:
    """``36500元``, ``3万6500元`` or ``三万六千五百元``."""
    if style == 0 or yuan >= 100_000_000:
        return f"{yuan}元"
    many, few = divmod(yuan, 10_000)
    if style == 1:
        return (f"{many}万" if many else "") + (f"{few}" if few else "") + "元"
    return (
        (f"{chinese_number(many)}万" if many else "")
        + ("零" if many and 0 < few < 1000 else "")
        + (chinese_number(few) if few else "")
        + "元"
    )
