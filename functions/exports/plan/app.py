"""Cuts an export into segments. Decisions: pidstack.services.exports.plan."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger

from pidstack.bootstrap import export_workshop
from pidstack.config import export_plan_config
from pidstack.services.exports.plan import plan_export
from pidstack.telemetry import observed

logger = Logger()


@observed
def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Plan the export that is named, and tell the state machine where the plan is."""
    settings = export_plan_config()
    size, concurrency = settings.export_segment_records, settings.export_concurrency
    plan = plan_export(event["name"], export_workshop(), segment_records=size, concurrency=concurrency)
    logger.info("planned", extra={"export": plan.name, "segments": plan.segments})
    return plan.as_json()
