"""Joins the segments of an export into its file. Decisions: pidstack.services.exports.finish."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger

from pidstack.bootstrap import export_workshop
from pidstack.services.exports.finish import assemble_export
from pidstack.telemetry import observed

logger = Logger()


@observed
def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Join what the plan's workers wrote, and tell the state machine what came out."""
    made = assemble_export(event["name"], event["folder"], event["segments"], export_workshop())
    logger.info("assembled", extra={"export": event["name"], "records": made.records, "bytes": made.size})
    return {"name": event["name"], "records": made.records, "size": made.size, "sha256": made.sha256}
