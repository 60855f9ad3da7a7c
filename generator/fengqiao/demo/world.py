"""The invented country of the demo: counties, towns, villages, committees; and the grammar."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from fengqiao.demo.grammar import Rule, Writer, parse_rules
from fengqiao.record import Audience

TEXTS = Path(__file__).parent / "texts"
COUNTIES, TOWNS, VILLAGES = 4, 6, 3
"""How many counties there are, towns in a county and villages in a town."""

SAMPLE_SOURCE = "虚构的演示数据"
"""The source that every record of the demo names."""
SAMPLE_NOTE = "人物、地点和事件都是虚构的。"

NEVER = "2099-12-31"
"""The end of terms of office and the next review: a demo must not fall due as years go by."""


@dataclass(frozen=True, slots=True)
class Town:
    """A town with its committee, whose id is the town's code."""

    code: str
    name: str
    county: str
    county_name: str
    villages: tuple[tuple[str, str], ...]
    """Code and name of each."""


@cache
def rules() -> Mapping[str, Rule]:
    """The whole grammar; the rules of a story are named ``type.rule``."""
    found: dict[str, Rule] = {}
    for name in ("words", "phrases"):
        found |= parse_rules((TEXTS / f"{name}.txt").read_text(encoding="utf-8"))
    for story in _stories():
        name, _, body = story.partition("\n")
        found |= parse_rules(re.sub(r"^= ", f"== {name}.", body, flags=re.MULTILINE))
    return found


@cache
def story_names() -> tuple[str, ...]:
    """The types of dispute that have a story, in the order of the file."""
    return tuple(story.partition("\n")[0] for story in _stories())


def _stories() -> list[str]:
    return re.split(r"^@ ", (TEXTS / "stories.txt").read_text(encoding="utf-8"), flags=re.M)[1:]


def writer(seed: str, facts: dict[str, str] | None = None) -> Writer:
    """Writes texts that depend on ``seed`` alone."""
    return Writer(rules(), Random(seed).random, {} if facts is None else facts)


@cache
def towns() -> tuple[Town, ...]:
    """All towns; neighbours in the list lie in different counties."""
    return tuple(
        _town(county, number) for number in range(1, TOWNS + 1) for county in range(1, COUNTIES + 1)
    )


def _town(county: int, number: int) -> Town:
    code = f"demo-{county}-{number}"
    words = writer(code)
    county_name = f"示例{'一二三四五六七八九'[county - 1]}县"
    kind = "乡" if number == TOWNS else "镇"
    names = [words.write("settlement").removesuffix("村") for _ in range(VILLAGES)]
    return Town(
        code=code,
        name=words.write("c") + words.write("c") + kind,
        county=f"demo-{county}",
        county_name=county_name,
        villages=tuple((f"{code}-{at}", f"{name}村") for at, name in enumerate(names, 1)),
    )


def places() -> str:
    """The terms that the demo adds to the vocabulary of places, as YAML."""
    return "\n# 演示数据的地区：全部虚构\n" + "".join(_places())


def _places() -> Iterator[str]:
    seen: set[str] = set()
    for town in towns():
        if town.county not in seen:
            seen.add(town.county)
            yield _place(town.county, town.county_name, "", "")
        yield _place(town.code, f"{town.county_name}{town.name}", town.county, town.name)
        for code, name in town.villages:
            yield _place(code, f"{town.name}{name}", town.code, "")


def _place(code: str, name: str, parent: str, alias: str) -> str:
    above = f"  parent: {parent}\n" if parent else ""
    known = f"  aliases: [{alias}]\n" if alias else ""
    return f"- code: {code}\n  name: {name}（虚构）\n{known}{above}"


def organisations() -> str:
    """A centre for each county and a committee for each town, as YAML."""
    return "".join(_organisations())


def _organisations() -> Iterator[str]:
    counties = {town.county: town.county_name for town in towns()}
    for code, name in counties.items():
        about = f"虚构的中心，受理{name}各乡镇报来的疑难纠纷，并管理专家库。"
        title = f"{name}矛盾纠纷调处中心"
        yield _organisation(code, title, "centre", code, "county", "", about)
    for town in towns():
        about = f"虚构的调委会，受理{town.county_name}{town.name}各村的民间纠纷，不收费。"
        title = f"{town.county_name}{town.name}人民调解委员会"
        kind = "township-committee"
        yield _organisation(town.code, title, kind, town.code, "township", town.county, about)


def _organisation(
    code: str, title: str, kind: str, place: str, level: str, parent: str, about: str
) -> str:
    above = f"  parent: {parent}\n" if parent else ""
    return (
        f"- id: {code}\n  title: {title}（示例）\n  summary: {about}\n  audience: public\n"
        f"  origin: invented\n  type: {kind}\n  place: {place}\n  level: {level}\n{above}"
        f"  about: {about}\n  fee: 不收费\n{source(2)}"
    )


def source(indent: int) -> str:
    """The source of a record of the demo, as YAML."""
    blank = " " * indent
    return f"{blank}sources:\n{blank}  - title: {SAMPLE_SOURCE}\n{blank}    note: {SAMPLE_NOTE}\n"


def spread(number: int, salt: int) -> float:
    """A value in [0, 1) for a record: evenly spread over any run of numbers, so that even a small
    demo has some of everything; ``salt`` (odd) makes one sequence differ from another."""
    return ((number + 1) * salt & 0xFFFFFFFF) / 0x100000000


def audience_of(number: int) -> Audience:
    """Who may see the record: 7 in 100 are for training, 3 for the office alone."""
    share = spread(number, 0x9E3779B1)
    if share < 0.03:
        return Audience.INTERNAL
    return Audience.TRAINING if share < 0.1 else Audience.PUBLIC
