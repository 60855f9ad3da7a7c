"""fengqiao (枫桥): YAML records become an offline knowledge base for people's mediation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fengqiao.api import build_site, load_casebook

__version__ = "0.1.0"
__all__ = ["__version__", "build_site", "load_casebook"]


def __getattr__(name: str) -> Any:
    """The public functions, loaded when they are first asked for: a command that needs neither
    starts at once."""
    if name in ("build_site", "load_casebook"):
        from fengqiao import api  # noqa: PLC0415

        return getattr(api, name)
    raise AttributeError(name)
