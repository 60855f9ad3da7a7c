"""fengqiao (枫桥): YAML records become an offline knowledge base for people's mediation."""

from __future__ import annotations

from fengqiao.api import build_site, load_casebook

__version__ = "0.1.0"
__all__ = ["__version__", "build_site", "load_casebook"]
