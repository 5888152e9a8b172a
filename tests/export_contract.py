"""The contract of events about exports, as tests hold it against what was published."""

from __future__ import annotations

import json
from typing import Any

from jsonschema import Draft202012Validator

from tests.event_contract import EVENTS

CONTRACT = json.loads((EVENTS / "schemas" / "export-event.v1.json").read_text(encoding="utf-8"))


def breaches(detail: dict[str, Any]) -> list[str]:
    """Say where a detail breaks the contract, and how."""
    return [f"{'/'.join(map(str, error.path))}: {error.message}" for error in Draft202012Validator(CONTRACT).iter_errors(detail)]
