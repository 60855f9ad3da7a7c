"""Mediators and experts of the demo: of every five people, four mediate."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from fengqiao.demo.world import NEVER, audience_of, source, towns, writer
from fengqiao.record import Audience

CASES_A_PERSON = 10
"""Cases for each person: person n (from 0) stands in every demo of 10 × (n + 1) cases or more."""

_LANGUAGES = ("mandarin", "dialect", "mongolian", "korean", "tibetan", "sign-language", "hakka")
_SPECIALITIES = (
    "family-disputes", "neighbourhood-disputes", "land-disputes", "housing-disputes",
    "property-disputes", "labour-disputes", "traffic-disputes", "medical-disputes",
    "consumer-disputes", "lending-disputes", "contract-disputes", "campus-disputes",
)  # fmt: skip
_FIELDS = {
    "law": ("律师", "{c}{c}律师事务所"),
    "medicine": ("主任医师", "{c}{c}医院"),
    "psychology": ("心理治疗师", "{c}{c}心理服务中心"),
    "construction": ("高级工程师", "{c}{c}建筑设计院"),
    "surveying": ("测绘工程师", "{c}{c}测绘队"),
    "agronomy": ("农艺师", "{c}{c}农业技术站"),
    "forensic": ("司法鉴定人", "{c}{c}司法鉴定所"),
    "economics": ("经济师", "{c}{c}会计师事务所"),
    "education": ("高级教师", "{c}{c}中学"),
    "insurance-practice": ("理赔师", "{c}{c}保险公估行"),
    "notarial": ("公证员", "{c}{c}公证处"),
    "arbitration-practice": ("仲裁员", "{c}{c}仲裁院"),
    "social-work": ("社会工作师", "{c}{c}社工站"),
    "mediation-practice": ("一级调解员", "{c}{c}调解工作室"),
}
"""Field → professional title and the kind of place worked at."""


@dataclass(frozen=True, slots=True)
class Mediator:
    """A mediator, as a case has to know one."""

    id: str
    surname: str
    given: str
    town: int
    audience: Audience


@dataclass(frozen=True, slots=True)
class Expert:
    """An expert, as a case has to know one."""

    id: str
    name: str
    field: str
    audience: Audience


def person(number: int) -> tuple[str, str]:
    """Where person ``number`` is kept below ``casebook/``, and the record as YAML."""
    place, rest = divmod(number, 5)
    if rest == 4:
        one = expert(place)
        return f"experts/{one.id}.yml", _expert_yaml(place, one)
    index = number - place
    mediating = mediator(index)
    return f"mediators/{index // 1000:03}/{mediating.id}.yml", _mediator_yaml(index, mediating)


def counted(cases: int) -> tuple[int, int]:
    """How many mediators and experts a demo of so many cases has."""
    people = cases // CASES_A_PERSON
    return people - people // 5, people // 5


@lru_cache(4096)
def mediator(index: int) -> Mediator:
    """The mediator ``index``: towns take turns."""
    words = writer(f"mediator/{index}")
    return Mediator(
        id=f"demo-m{index:05}",
        surname=words.write("surname"),
        given=words.write("c") + words.write("c"),
        town=index % len(towns()),
        audience=audience_of(index),
    )


@lru_cache(4096)
def expert(index: int) -> Expert:
    """The expert ``index``: fields take turns."""
    fields = tuple(_FIELDS)
    return Expert(
        id=f"demo-e{index:05}",
        name=writer(f"expert/{index}").write("person"),
        field=fields[index % len(fields)],
        audience=audience_of(index),
    )


def _mediator_yaml(index: int, one: Mediator) -> str:
    words = writer(f"mediator-text/{index}")
    town = towns()[one.town]
    first = _SPECIALITIES[index * 5 % len(_SPECIALITIES)]
    second = _SPECIALITIES[(index * 7 + 3) % len(_SPECIALITIES)]
    skills = first if first == second else f"{first}, {second}"
    language = _LANGUAGES[index % len(_LANGUAGES)]
    tongues = "mandarin" if language == "mandarin" else f"mandarin, {language}"
    name = one.surname + one.given
    posts = ("director", "deputy", "member", "engaged", "engaged")
    post = posts[index % 5]
    introduction = words.write("introduction")
    return (
        f"id: {one.id}\ntitle: {name}（示例）\nsummary: 虚构的调解员，在{town.name}工作。\n"
        f"audience: {one.audience}\norigin: invented\ncommittee: {town.code}\npost: {post}\n"
        f"employment: {'full-time' if index % 3 else 'part-time'}\n"
        f"chosen: {'engaged' if post == 'engaged' else 'elected'}\n"
        f"term: {{start: {2015 + index % 10}-01-01, end: {NEVER}}}\ngrade: {1 + index % 4}\n"
        f"specialities: [{skills}]\nlanguages: [{tongues}]\nareas: [{town.code}]\n"
        f"hours: {words.write('office_hours')}\nintroduction: {introduction}\n"
        f"status: serving\ntraining_hours: {16 + index % 9 * 8}\n"
        f"certificate: 示例证书-{index:05}\n"
        f"consent: {{given: 2025-01-06, scope: 姓名、职务、专长}}\n"
        f"{source(0)}"
    )


def _expert_yaml(index: int, one: Expert) -> str:
    words = writer(f"expert-text/{index}")
    title, unit = _FIELDS[one.field]
    county = towns()[index % len(towns())].county
    unit = unit.replace("{c}{c}", words.write("c") + words.write("c"))
    return (
        f"id: {one.id}\ntitle: {one.name}（示例）\nsummary: 虚构的{title}，由中心预约。\n"
        f"audience: {one.audience}\norigin: invented\nunit: {unit}（示例）\n"
        f"professional_title: {title}\nfields: [{one.field}]\n"
        f"found_by: {('open-call', 'recommended', 'self-nominated')[index % 3]}\n"
        f"appointed_by: {county}\ndocument_number: 示例文号〔{2015 + index % 10}〕{1 + index}号\n"
        f"term: {{start: {2015 + index % 10}-01-01, end: {NEVER}}}\nregion: {county}\n"
        f"contact: {county}\navailability: {words.write('office_hours')}\n"
        f"introduction: {words.write('introduction')}\nstatus: serving\n"
        f"evidence: 证书复印件（示例）\nconflicts: [与{words.write('company')}有往来（示例）]\n"
        f"consultations:\n  - date: 2025-0{1 + index % 9}-1{index % 10}\n"
        f"    question: {words.write('question')}\n    opinion: {words.write('opinion')}\n"
        f"    hours: {1 + index % 4}.5\nconsent: {{given: 2025-01-06, scope: 姓名、单位、职称}}\n"
        f"{source(0)}"
    )
