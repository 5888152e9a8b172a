"""Moments as people and programs read them."""

from __future__ import annotations

from datetime import UTC, datetime


def instant(moment_s: int) -> str:
    """Write Unix seconds as UTC: `2026-11-22T02:00:00Z`."""
    return datetime.fromtimestamp(moment_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
