"""The steps of a snapshot, as the state machine calls them. Decisions: pidstack.services.snapshots."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.logging.utils import copy_config_to_registered_loggers

from pidstack.bootstrap import snapshot_maker
from pidstack.config import snapshot_config
from pidstack.domain.snapshot import Content, Period, SnapshotKind

logger = Logger()
tracer = Tracer()
copy_config_to_registered_loggers(logger, include={"pidstack"})

Json = dict[str, Any]


@tracer.capture_lambda_handler(capture_response=False)
def lambda_handler(event: Json, context: Any) -> Json:
    """Take one step, or as much of it as there is time for, and tell what comes next."""

    def time_left() -> float:
        return float(context.get_remaining_time_in_millis()) / 1000

    done = _STEPS[event["step"]](event, context.aws_request_id, time_left)
    logger.info("step", extra={"step": event["step"], **done})
    return {"step": event["step"], "concurrency": snapshot_config().snapshot_concurrency, **done}


def _plan(event: Json, _attempt: str, _time_left: Callable[[], float]) -> Json:
    period = Period.parse(event["period"]) if event["period"] else None
    return snapshot_maker().plan(event["run"], SnapshotKind(event["kind"]), period)


def _take(event: Json, attempt: str, time_left: Callable[[], float]) -> Json:
    return snapshot_maker().take(event["run"], event["part"], event["state"], attempt, time_left)


def _arrange(event: Json, _attempt: str, _time_left: Callable[[], float]) -> Json:
    return snapshot_maker().arrange(event["run"])


def _write(event: Json, attempt: str, time_left: Callable[[], float]) -> Json:
    return snapshot_maker().write(event["run"], event["number"], event["state"], attempt, time_left)


def _assemble(event: Json, _attempt: str, _time_left: Callable[[], float]) -> Json:
    return snapshot_maker().assemble(event["run"], Content(event["content"]))


def _publish(event: Json, _attempt: str, _time_left: Callable[[], float]) -> Json:
    return snapshot_maker().publish(event["run"])


def _fail(event: Json, _attempt: str, _time_left: Callable[[], float]) -> Json:
    error = event["error"]
    try:
        words = json.loads(error.get("Cause", ""))["errorMessage"]
    except (ValueError, KeyError, TypeError):
        words = error.get("Cause", "")
    logger.error("the snapshot failed", extra={"run": event["run"], "problem": error})
    return snapshot_maker().fail(event["run"], f"{error.get('Error', '')}: {words}")


_STEPS: dict[str, Callable[[Json, str, Callable[[], float]], Json]] = {
    "plan": _plan,
    "take": _take,
    "arrange": _arrange,
    "write": _write,
    "assemble": _assemble,
    "publish": _publish,
    "fail": _fail,
}
