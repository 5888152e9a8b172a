"""The table's stream to history, counters, event bus, topic and webhooks. Decisions: pidstack.services.feed."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger

from pidstack.bootstrap import outlets, warm_on_lambda
from pidstack.ports.feed import Commit
from pidstack.services.feed import feed
from pidstack.store.stream import position_of, read_commit
from pidstack.telemetry import observed

logger = Logger()
warm_on_lambda(outlets)


@observed
def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Hand on what a batch of the stream tells; name the record from which the batch has to come again."""
    commits, unreadable = _read(event["Records"])
    failed = feed(commits, outlets())
    position = failed.position if failed else unreadable
    logger.info("handed on", extra={"records": len(event["Records"]), "commits": len(commits), "again_from": position})
    return {"batchItemFailures": [{"itemIdentifier": position}] if position else []}


def _read(entries: list[dict[str, Any]]) -> tuple[list[Commit], str]:
    """Read the batch as far as it can be read; give the position of the record that cannot, empty if there is none."""
    commits: list[Commit] = []
    for entry in entries:
        try:
            commit = read_commit(entry)
        except Exception:
            logger.exception("a record of the stream cannot be read", extra={"position": position_of(entry)})
            return commits, position_of(entry)
        if commit is not None:
            commits.append(commit)
    return commits, ""
