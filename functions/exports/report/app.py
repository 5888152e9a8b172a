"""Says how an export ended. Decisions: pidstack.services.exports.finish."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger

from pidstack.bootstrap import export_reporter
from pidstack.telemetry import observed

logger = Logger()


@observed
def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Tell requester, addresses and programs of the file that is there, or, where `error` says so, of the one that will not be."""
    if "error" in event:
        logger.error("export failed", extra={"export": event["name"], "cause": event["error"].get("Cause", "")[:2000]})
        export = export_reporter().failed(event["name"], event["error"].get("Error", ""))
    else:
        export = export_reporter().ready(event["name"], **{part: event[part] for part in ("records", "size", "sha256")})
    return {"name": export.name, "stage": export.stage.value}
