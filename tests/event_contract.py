"""The contracts of events, as tests hold them against what was published."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

EVENTS = Path(__file__).parents[1] / "events"
CONTRACT = json.loads((EVENTS / "schemas" / "identifier-event.v1.json").read_text(encoding="utf-8"))
SNAPSHOT_CONTRACT = json.loads((EVENTS / "schemas" / "snapshot-event.v1.json").read_text(encoding="utf-8"))
EXPORT_CONTRACT = json.loads((EVENTS / "schemas" / "export-event.v1.json").read_text(encoding="utf-8"))


def breaches(detail: dict[str, Any], contract: dict[str, Any] = CONTRACT) -> list[str]:
    """Say where a detail breaks a contract, and how."""
    return [f"{'/'.join(map(str, error.path))}: {error.message}" for error in Draft202012Validator(contract).iter_errors(detail)]
