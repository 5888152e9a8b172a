"""Instants as index keys: text that sorts as time does."""

from __future__ import annotations

from datetime import datetime

from pidstack.domain.instant import instant as instant


def moment(written: str) -> int:
    """Read what `instant` wrote: Unix seconds."""
    return int(datetime.fromisoformat(written).timestamp())
