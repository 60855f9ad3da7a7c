"""What every record shares: its identity, who may see it, where it comes from, who checked it.

A field is declared once, with its name in both tongues and its audience::

    title: Line = public("标题", "Title")
    notes: Prose | None = internal("内部备注", "Notes of the office", default=None)

A field that declares nothing cannot be written: ``public``, ``training`` and ``internal`` are the
only ways to declare one, so that an audience is never forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, get_args, get_origin

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError, core_schema

# ---------------------------------------------------------------- audiences


class Audience(StrEnum):
    """Who a record, a field or a build is for, from the most public to the least."""

    PUBLIC = "public"
    TRAINING = "training"
    INTERNAL = "internal"

    @property
    def rank(self) -> int:
        """0 for public, 2 for internal."""
        return _RANKS[self]

    def reaches(self, edition: Audience) -> bool:
        """Whether something for this audience stands in a build for ``edition``."""
        return self.rank <= edition.rank

    @classmethod
    def least_public(cls, *audiences: Audience) -> Audience:
        """The one with the fewest readers."""
        return max(audiences, key=lambda one: one.rank)


_RANKS = {Audience.PUBLIC: 0, Audience.TRAINING: 1, Audience.INTERNAL: 2}

# ---------------------------------------------------------------- declaring fields


def _declare(
    audience: Audience, zh: str, en: str, default: Any, example: str | None, marks: dict[str, Any]
) -> Any:
    return Field(
        default,
        title=zh,
        description=en,
        examples=None if example is None else [example],
        json_schema_extra={"audience": str(audience), **marks},
    )


def public(
    zh: str, en: str, *, default: Any = ..., example: str | None = None, **marks: Any
) -> Any:
    """A field that every edition shows. ``marks``: ``after="opened"`` (a date that may not lie
    before that field's), ``alias=True`` (the text is a name that finds the record),
    ``quiet=True`` (not worth searching), ``anchored=True`` (its groups are found by their own
    anchors), ``year=True`` (a list is divided by its year)."""
    return _declare(Audience.PUBLIC, zh, en, default, example, marks)


def training(
    zh: str, en: str, *, default: Any = None, example: str | None = None, **marks: Any
) -> Any:
    """A field for training and internal editions; it must be able to be absent."""
    return _declare(Audience.TRAINING, zh, en, default, example, marks)


def internal(
    zh: str, en: str, *, default: Any = None, example: str | None = None, **marks: Any
) -> Any:
    """A field for the internal edition only; it must be able to be absent."""
    return _declare(Audience.INTERNAL, zh, en, default, example, marks)


# ---------------------------------------------------------------- types of values


@dataclass(frozen=True, slots=True)
class Markdown:
    """Marks text that may hold Markdown and ``[[kind/id]]`` links."""


@dataclass(frozen=True, slots=True)
class Coded:
    """Marks a term of a controlled vocabulary, written as its code, name or alias."""

    vocabulary: str
    not_stated: bool = False


NOT_STATED = "not-stated"
"""Written where the source is silent; printed as such, never guessed."""


def _one_line(text: str) -> str:
    if "\n" in text:
        raise PydanticCustomError("one-line", "more than one line")
    return text


def _full_date(text: str) -> str:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise PydanticCustomError("day", "not a day")
    try:
        date.fromisoformat(text)
    except ValueError:
        raise PydanticCustomError("day", "no such day") from None
    return text


def _written_date(text: str) -> str:
    if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", text):
        raise PydanticCustomError("written-date", "not a date")
    try:
        date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        raise PydanticCustomError("written-date", "no such date") from None
    return text


def _figure(text: str) -> str:
    if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,6})?", text):
        raise PydanticCustomError("figure", "not a decimal")
    return text


_EXACT_PERIOD = re.compile(
    r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?(/([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?|\.\.))?"
)
_SAID = re.compile(r"今|近|目前|以来|年来|月来|至今|截至|去年|上年|本年|当前")


def _period(text: str) -> str:
    if text == NOT_STATED or _SAID.search(text):
        return text
    if not _EXACT_PERIOD.fullmatch(text):
        raise PydanticCustomError("period", "not a period")
    first, _, last = text.partition("/")
    _written_date(first)
    if last and last != "..":
        _written_date(last)
        if last[: len(first)] < first[: len(last)]:
            raise PydanticCustomError("period", "ends before it begins")
    return text


def is_relative(period: str) -> bool:
    """Whether a period says something only together with the date of its source (今年以来)."""
    return period != NOT_STATED and (period.endswith("/..") or not _EXACT_PERIOD.fullmatch(period))


def _identifier(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", text):
        raise PydanticCustomError("identifier", "not an identifier")
    if text == "index" or _DEVICE_NAME.fullmatch(text):
        raise PydanticCustomError("reserved-identifier", "reserved")
    return text


_DEVICE_NAME = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")


def _web_address(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s\"<>\\^`{|}]+", text):
        raise PydanticCustomError("web-address", "not a web address")
    return text


def _office_phone(text: str) -> str:
    if not re.fullmatch(r"[0-9()+\- 转]{3,30}", text):
        raise PydanticCustomError("phone", "not a phone number")
    return text


def _file_beside(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,80}\.(png|jpg|webp|pdf)", text):
        raise PydanticCustomError("attachment-name", "not an attachment's name")
    return text


TRUTHS = {"true": True, "false": False, "是": True, "否": False}
"""How authors write yes and no."""


def _truth(value: object) -> object:
    if isinstance(value, bool):
        return value
    if not isinstance(value, str) or value not in TRUTHS:
        raise PydanticCustomError("truth", "neither true nor false")
    return TRUTHS[value]


def _count(value: object) -> object:
    if isinstance(value, int):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,9}", value):
        raise PydanticCustomError("count", "not a whole number")
    return int(value)


Line = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_one_line)]
Prose = Annotated[str, Field(min_length=1), Markdown()]
Identifier = Annotated[str, AfterValidator(_identifier)]
Day = Annotated[str, AfterValidator(_full_date)]
WrittenDate = Annotated[str, AfterValidator(_written_date)]
Figure = Annotated[str, AfterValidator(_figure)]
Period = Annotated[str, AfterValidator(_period)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
OfficePhone = Annotated[str, AfterValidator(_office_phone)]
FileBeside = Annotated[str, AfterValidator(_file_beside)]
Truth = Annotated[bool, BeforeValidator(_truth)]
Count = Annotated[int, BeforeValidator(_count)]


def decimal(figure: str) -> Decimal:
    """A figure as a number; its written form keeps the precision."""
    return Decimal(figure)


# ---------------------------------------------------------------- references

KEY = re.compile(r"([a-z][a-z-]*)/([a-z0-9-]+)(?:#([A-Za-z0-9-]+))?")


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to a record, or to an anchor on its page. One whose record an edition dropped
    has no kind any more and prints ``text`` instead."""

    kind: str
    id: str
    anchor: str = ""
    text: str = ""

    @property
    def key(self) -> str:
        """``kind/id``: how the casebook files its records."""
        return f"{self.kind}/{self.id}"

    @property
    def dropped(self) -> bool:
        """Whether this edition has no such record."""
        return not self.kind

    def __str__(self) -> str:
        if self.dropped:
            return self.text
        return self.key + (f"#{self.anchor}" if self.anchor else "")


@dataclass(frozen=True, slots=True)
class To:
    """Marks a reference and says which kinds it may name (none: any kind)."""

    kinds: tuple[str, ...] = ()

    def parse(self, value: object) -> Ref:
        """``kind/id#anchor``, or only ``id`` where one kind is possible."""
        if isinstance(value, Ref):
            return value
        if not isinstance(value, str):
            raise PydanticCustomError("reference", "not a reference")
        written = value if "/" in value or len(self.kinds) != 1 else f"{self.kinds[0]}/{value}"
        match = KEY.fullmatch(written)
        if not match or (self.kinds and match[1] not in self.kinds):
            raise PydanticCustomError(
                "reference", "not a reference", {"kinds": "、".join(self.kinds) or "kind"}
            )
        return Ref(match[1], match[2], match[3] or "")

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        """Validated by :meth:`parse`, written back as the text an author writes."""
        return core_schema.no_info_plain_validator_function(
            self.parse, serialization=core_schema.plain_serializer_function_ser_schema(str)
        )

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        """For editors: the written form."""
        return {"type": "string", "pattern": r"^([a-z][a-z-]*/)?[a-z0-9-]+(#[A-Za-z0-9-]+)?$"}


def to(*kinds: str) -> To:
    """A reference to one of ``kinds``: ``Annotated[Ref, to("organisation")]``."""
    return To(kinds)


# ---------------------------------------------------------------- parts and records


class Part(BaseModel):
    """A group of fields inside a record: frozen, and closed to keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class SourceWork(Part):
    """A text the record was drawn from."""

    title: Line = public("标题", "Title", example="敦煌市坚持发展新时代“枫桥经验”")
    publisher: Line | None = public("发布者", "Publisher", default=None, example="某某日报")
    date: WrittenDate | None = public(
        "日期", "Date of publication; leave out when not known", default=None, example="2021-08-06"
    )
    url: WebAddress | None = public("网址", "Web address", default=None)
    file: FileBeside | None = public("文件", "File beside the YAML", default=None)
    note: Line | None = public("说明", "What to know about this source", default=None)


class Review(Part):
    """Who checked the record and when it is due again."""

    by: Line | None = internal("复核人", "Checked by", default=None, example="法规科")
    on: Day = public("复核日期", "Checked on", example="2026-11-22")
    next: Day = public("下次复核", "Due again on", example="2027-11-22", after="on")


class Translation(Part):
    """Title and summary in another language."""

    lang: Literal["en", "bo", "mn", "ug", "ko", "kk", "za", "ii"] = public(
        "语言", "Language", example="en"
    )
    title: Line = public("标题", "Title", alias=True)
    summary: Prose | None = public("摘要", "Summary", default=None)


class Attachment(Part):
    """A picture or PDF that lies beside the YAML."""

    file: FileBeside = public("文件", "File name", example="flow.png")
    title: Line = public("标题", "What it shows", example="流程图")


class Origin(StrEnum):
    """Whether a record tells of real people and events."""

    REAL = "real"
    ADAPTED = "adapted"
    INVENTED = "invented"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of record is called, where it is kept and how its pages are laid out."""

    name: str
    """``case``: the word before the slash in a reference."""
    folder: str
    """``cases``: the folder below ``casebook/`` and the first part of the address."""
    zh: str
    en: str
    section: str
    """Key of the part of the navigation it stands in: ``practice``, ``people``, ``law`` …"""
    order: int
    """Its place among the kinds, in navigation and where hits are otherwise equal."""
    instead_zh: str
    """What a reader meets where this edition has no such record: “一位调解员”."""
    instead_en: str
    unbounded: bool = False
    """Whether it grows without bound: pages are then spread over sub-folders."""
    shelves: tuple[str, ...] = ()
    """The fields by which a long list is divided, the coarsest first."""

    def label(self, lang: str) -> str:
        """The kind's name in ``lang``."""
        return self.zh if lang == "zh" else self.en

    def instead(self, lang: str) -> str:
        """The words for a record that an edition dropped."""
        return self.instead_zh if lang == "zh" else self.instead_en


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place on a record's page that can be referred to and found on its own."""

    id: str
    title: str
    aliases: tuple[str, ...] = ()
    summary: str = ""
    paragraphs: tuple[str, ...] = ()


class Record(Part):
    """The fields of every kind. A kind adds its own and sets :attr:`kind`."""

    kind: ClassVar[Kind]

    id: Identifier = public("编号", "Identity: lower-case letters, digits, hyphens", quiet=True)
    title: Line = public("标题", "Title")
    summary: Line | None = public("摘要", "One or two sentences", default=None)
    aliases: tuple[Line, ...] = public("别名", "Other names that find it", default=(), alias=True)
    tags: tuple[Line, ...] = public("标签", "Keywords", default=())
    audience: Audience = public(
        "读者", "public, training or internal", default=Audience.INTERNAL, quiet=True
    )
    origin: Origin = public(
        "性质", "real, adapted or invented (a sample)", default=Origin.REAL, quiet=True
    )
    sources: tuple[SourceWork, ...] = public(
        "来源", "Where it is drawn from", default=(), quiet=True
    )
    reviewed: Review | None = public(
        "复核", "Who checked it, when due again", default=None, quiet=True
    )
    supersedes: Annotated[Ref, To()] | None = public(
        "替代", "The record that this one replaces", default=None
    )
    translations: tuple[Translation, ...] = public("译文", "Translations", default=())
    attachments: tuple[Attachment, ...] = public("附件", "Attachments", default=())

    @property
    def key(self) -> str:
        """``kind/id``."""
        return f"{self.kind.name}/{self.id}"

    @property
    def is_sample(self) -> bool:
        """Whether it is invented and has to say so wherever it appears."""
        return self.origin is Origin.INVENTED

    def floor(self) -> Audience:
        """The most public audience that the rules allow this record, whatever its author wrote."""
        return Audience.PUBLIC

    def sealed(self) -> bool:
        """Whether it stands in no edition at all (an exam question)."""
        return False

    def visible_to(self) -> Audience:
        """Who really gets to see it: what the author wrote, bounded by the rules."""
        return Audience.least_public(self.audience, self.floor())

    def anchors(self) -> tuple[Anchor, ...]:
        """The places on its page that can be linked to and found on their own."""
        return ()


# ---------------------------------------------------------------- anatomy: what a model is made of


@dataclass(frozen=True, slots=True)
class Declared:
    """A field of a model, as the stages need to know it."""

    name: str
    zh: str
    en: str
    audience: Audience
    required: bool
    many: bool
    default: Any
    part: type[Part] | None
    reference: To | None
    coded: Coded | None
    prose: bool
    text: bool
    marks: Mapping[str, Any]

    def label(self, lang: str) -> str:
        """The field's name in ``lang``."""
        return self.zh if lang == "zh" else self.en


@cache
def anatomy(model: type[Part]) -> tuple[Declared, ...]:
    """The fields of ``model`` in the order they were declared."""
    return tuple(_declared(name, info) for name, info in model.model_fields.items())


def _declared(name: str, info: FieldInfo) -> Declared:
    extra = info.json_schema_extra
    if not isinstance(extra, dict) or "audience" not in extra:
        raise TypeError(f"field {name!r} declares no audience: use public, training or internal")
    annotation, metadata, many = info.annotation, list(info.metadata), False
    while (inner := _unwrap(annotation)) is not None:
        annotation, more, is_many = inner
        metadata += more
        many = many or is_many
    is_part = isinstance(annotation, type) and issubclass(annotation, Part)
    marks = {key: value for key, value in extra.items() if key != "audience"}
    return Declared(
        name=name,
        zh=info.title or name,
        en=info.description or name,
        audience=Audience(str(extra["audience"])),
        required=info.is_required(),
        many=many,
        default=None if info.is_required() else info.default,
        part=annotation if is_part else None,  # type: ignore[arg-type]
        reference=next((mark for mark in metadata if isinstance(mark, To)), None),
        coded=next((mark for mark in metadata if isinstance(mark, Coded)), None),
        prose=any(isinstance(mark, Markdown) for mark in metadata),
        text=annotation is str,
        marks=marks,
    )


def _unwrap(annotation: Any) -> tuple[Any, list[Any], bool] | None:
    """One layer off ``Annotated``, ``X | None`` or ``tuple[X, ...]``."""
    if get_origin(annotation) is Annotated:
        inner, *metadata = get_args(annotation)
        return inner, metadata, False
    arguments = [one for one in get_args(annotation) if one is not type(None)]
    if get_origin(annotation) is tuple:
        return arguments[0], [], True
    if type(None) in get_args(annotation) and len(arguments) == 1:
        return arguments[0], [], False
    return None
