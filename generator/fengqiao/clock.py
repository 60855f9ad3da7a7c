"""The only place where the time of day is read."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, date, datetime

from fengqiao.errors import UsageError


def today(environment: Mapping[str, str] = os.environ) -> date:
    """The default ``as_of``: the day of SOURCE_DATE_EPOCH where it is set, else today's."""
    epoch = environment.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return datetime.now().astimezone().date()
    try:
        return datetime.fromtimestamp(int(epoch), UTC).date()
    except (ValueError, OverflowError, OSError):
        raise UsageError("bad-epoch", value=epoch) from None
