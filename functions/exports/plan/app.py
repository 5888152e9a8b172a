"""Cuts an export into segments. Decisions: pidstack.services.exports.plan."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.logging.utils import copy_config_to_registered_loggers

from pidstack.bootstrap import export_workshop
from pidstack.config import export_plan_config
from pidstack.services.exports.plan import plan_export

logger = Logger()
tracer = Tracer()
copy_config_to_registered_loggers(logger, include={"pidstack"})


@tracer.capture_lambda_handler(capture_response=False)
def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Plan the export that is named, and tell the state machine where the plan is."""
    settings = export_plan_config()
    size, concurrency = settings.export_segment_records, settings.export_concurrency
    plan = plan_export(event["name"], export_workshop(), segment_records=size, concurrency=concurrency)
    logger.info("planned", extra={"export": plan.name, "segments": plan.segments})
    return plan.as_json()
