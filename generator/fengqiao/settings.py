"""Settings of a build: one source, ``extra.fengqiao`` in mkdocs.yml; FENGQIAO_* overrides it,
flags override both."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from fengqiao import clock
from fengqiao.errors import UsageError
from fengqiao.messages import LANGUAGES
from fengqiao.record import Audience

PREFIX = "FENGQIAO_"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a build is told: for whom, as it stands on which day, in which language."""

    edition: Audience
    as_of: date
    ui_lang: str


def settings_from(
    written: object,
    flags: Mapping[str, str | None] | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Settings:
    """``written`` is the mapping under ``extra.fengqiao``, ``flags`` what the command line says.
    Raises :class:`UsageError` for a setting that is not known or has no such value."""
    values: dict[str, str] = {}
    known = tuple(Settings.__dataclass_fields__)
    if not isinstance(written, Mapping):
        written = {}
    for name, value in written.items():
        if name not in known:
            raise UsageError("unknown-setting", name=name, known=", ".join(known))
        if value is not None:
            values[name] = str(value)
    for name in known:
        if environment.get(PREFIX + name.upper()):
            values[name] = environment[PREFIX + name.upper()]
        flag = (flags or {}).get(name)
        if flag is not None:
            values[name] = flag
    return Settings(
        edition=_edition(values.get("edition", Audience.PUBLIC)),
        as_of=_day(values["as_of"]) if "as_of" in values else clock.today(environment),
        ui_lang=_language(values.get("ui_lang", LANGUAGES[0])),
    )


def _edition(value: str) -> Audience:
    try:
        return Audience(value)
    except ValueError:
        raise UsageError(
            "bad-setting", name="edition", value=value, known=", ".join(Audience)
        ) from None


def _day(value: str) -> date:
    try:
        day = date.fromisoformat(value)
        if str(day) != value:  # 20261122, 2026-W47-7
            raise ValueError(value)
        return day
    except ValueError:
        raise UsageError("bad-setting", name="as_of", value=value, known="YYYY-MM-DD") from None


def _language(value: str) -> str:
    if value not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise UsageError("bad-setting", name="ui_lang", value=value, known=known)
    return value
