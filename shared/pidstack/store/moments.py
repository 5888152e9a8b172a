"""Instants as index keys: text that sorts as time does."""

from __future__ import annotations

from datetime import UTC, datetime


def instant(moment_s: int) -> str:
    """Write Unix seconds as `2026-11-22T00:15:00Z`."""
    return datetime.fromtimestamp(moment_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
