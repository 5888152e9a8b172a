"""Writes a segment of an export, and goes on where it stopped. Decisions: pidstack.services.exports.write."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger

from pidstack.bootstrap import export_workshop
from pidstack.services.exports.workshop import SegmentWork
from pidstack.services.exports.write import write_segment
from pidstack.telemetry import observed

logger = Logger()

# What the last batch, the end of the piece and its manifest may take.
_ENDING_MS = 60_000


@observed
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Write as much as there is time for, and tell the state machine how far it is."""

    def has_time() -> bool:
        return bool(context.get_remaining_time_in_millis() > _ENDING_MS)

    work = write_segment(SegmentWork.from_json(event), export_workshop(), has_time)
    counts = {"seen": work.seen, "written": work.written, "done": work.done}
    logger.info("written", extra={"export": work.name, "segment": work.number, **counts})
    return work.as_json()
