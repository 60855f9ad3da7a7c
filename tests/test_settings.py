"""Settings: mkdocs.yml, then the environment, then flags."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from fengqiao.errors import UsageError
from fengqiao.record import Audience
from fengqiao.settings import Settings, settings_from

VALUES = {
    "edition": ("public", "training", "internal"),
    "as_of": ("2024-02-29", "2025-01-01", "2026-11-22"),
    "ui_lang": ("zh", "en", "zh"),
}


def shown(settings: Settings, name: str) -> str:
    return str(getattr(settings, name))


@pytest.mark.parametrize(("name", "values"), VALUES.items())
@pytest.mark.parametrize(
    ("in_file", "in_environment", "in_flags"), list(product((True, False), repeat=3))
)
def test_flags_win_over_the_environment_and_that_over_the_file(
    name: str, values: tuple[str, str, str], in_file: bool, in_environment: bool, in_flags: bool
) -> None:
    """Each place says something else; the last that says anything is heard."""
    written, variable, flag = values
    settings = settings_from(
        {name: written} if in_file else {},
        {name: flag if in_flags else None},
        {
            "SOURCE_DATE_EPOCH": "0",
            **({f"FENGQIAO_{name.upper()}": variable} if in_environment else {}),
        },
    )
    default = {"edition": "public", "as_of": "1970-01-01", "ui_lang": "zh"}[name]
    expected = flag if in_flags else variable if in_environment else written if in_file else default
    assert shown(settings, name) == expected


@pytest.mark.parametrize("written", [None, {}, [], "text", 3, {"edition": None}])
def test_defaults(written: object) -> None:
    settings = settings_from(written, environment={"SOURCE_DATE_EPOCH": "1732233600"})
    assert settings == Settings(Audience.PUBLIC, date(2024, 11, 22), "zh")


def test_an_empty_variable_says_nothing() -> None:
    settings = settings_from({"edition": "training"}, environment={"FENGQIAO_EDITION": ""})
    assert settings.edition is Audience.TRAINING


def test_the_file_may_hold_a_day_that_yaml_understood() -> None:
    assert settings_from({"as_of": date(2026, 11, 22)}, environment={}).as_of == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("written", "flags", "environment"),
    [
        ({"editon": "public"}, {}, {}),
        ({"edition": "secret"}, {}, {}),
        ({"edition": "Public"}, {}, {}),
        ({}, {"edition": ""}, {}),
        ({}, {"as_of": "22.11.2026"}, {}),
        ({}, {"as_of": "2026-02-30"}, {}),
        ({}, {}, {"FENGQIAO_AS_OF": "today"}),
        ({}, {}, {"FENGQIAO_UI_LANG": "fr"}),
        ({}, {}, {"SOURCE_DATE_EPOCH": "yesterday"}),
        ({}, {}, {"SOURCE_DATE_EPOCH": "9" * 30}),
    ],
)
def test_what_cannot_be_is_said(
    written: dict[str, str], flags: dict[str, str], environment: dict[str, str]
) -> None:
    with pytest.raises(UsageError) as raised:
        settings_from(written, flags, environment)
    for lang in ("zh", "en"):
        assert "{" not in raised.value.message(lang)


@pytest.mark.parametrize("written", ["20261122", "2026-W47-7", "2026-11-22T00:00"])
def test_a_day_is_written_in_one_way(written: str) -> None:
    with pytest.raises(UsageError):
        settings_from({}, {"as_of": written}, {})
