"""What is wrong with a command's arguments, in our words where typer tells the parts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import typer

from fengqiao.diagnostics import nearest
from fengqiao.messages import text

_TOO_MUCH = re.compile(r"Got unexpected extra argument(?:\(s\)|s)? \((.*)\)", re.DOTALL)


def sentence(error: typer.TyperException, lang: str) -> str:
    """The sentence in ``lang``; typer's own English where it says something we do not foresee."""
    option, parameter = getattr(error, "option_name", None), getattr(error, "param", None)
    if option is not None:
        return _option(error, option, lang)
    if parameter is not None:
        return _parameter(error, parameter, lang)
    too_much = _TOO_MUCH.match(error.format_message())
    if too_much:
        return text("too-many-words", lang, words=too_much[1])
    return text("misuse", lang, reason=error.format_message())


def _option(error: Any, name: str, lang: str) -> str:
    if not hasattr(error, "possibilities"):  # typer's BadOptionUsage, which it does not export
        takes_none = "does not take a value" in error.message
        return text("option-takes-none" if takes_none else "option-needs-value", lang, option=name)
    known = error.ctx.command.get_params(error.ctx) if error.ctx else []
    guess = nearest(name, [option for parameter in known for option in parameter.opts])
    said = text("no-such-option", lang, option=name)
    return said + text("did-you-mean", lang, guess=guess) if guess else said


def _parameter(error: Any, parameter: Any, lang: str) -> str:
    is_option = parameter.param_type_name == "option"
    name = parameter.opts[0] if is_option else parameter.metavar or parameter.name.upper()
    if hasattr(error, "param_type"):  # typer's MissingParameter, which it does not export
        return text("missing-parameter", lang, name=name, help=parameter.help or name)
    expected = _expected(parameter.type_descriptor, lang)
    if not expected:
        return text("misuse", lang, reason=error.format_message())
    return text("bad-value", lang, name=name, expected=expected)


def _expected(described: Any, lang: str) -> str:
    """What typer expects of a parameter; empty where we have no words for it."""
    if described.is_choice:
        choices = ", ".join(str(getattr(one, "value", one)) for one in described.choices)
        return text("expected-choice", lang, choices=choices)
    low, high = (getattr(described.parameter_info, name, None) for name in ("min", "max"))
    if described.annotation is int:
        if low is None:
            return text("expected-whole", lang)
        key = "expected-whole-from" if high is None else "expected-whole-within"
        return text(key, lang, low=low, high=high)
    return text("expected-folder", lang) if described.annotation is Path else ""
