"""The steps of an archive, as the state machine calls them. Decisions: pidstack.services.archives."""

from __future__ import annotations

from typing import Any

from pidstack.bootstrap import archive_maker
from pidstack.config import archive_config
from pidstack.domain.archive import Mode
from pidstack.protocols.steps import Call, Json, take
from pidstack.telemetry import observed


@observed
def lambda_handler(event: Json, context: Any) -> Json:
    """Take one step, or as much of it as there is time for, and tell what comes next."""
    return take(_STEPS, event, context, archive_config().archive_concurrency)


def _plan(call: Call) -> Json:
    return archive_maker().plan(call.run, Mode(call.input["mode"]), call.input["date"])


def _write(call: Call) -> Json:
    return archive_maker().write(call.run, call.input["unit"], call.input["state"], call.attempt, call.time_left)


def _assemble(call: Call) -> Json:
    return archive_maker().assemble(call.run, call.input["variant"])


def _publish(call: Call) -> Json:
    return archive_maker().publish(call.run)


def _fail(call: Call) -> Json:
    return archive_maker().fail(call.run, call.failure())


_STEPS = {"plan": _plan, "write": _write, "assemble": _assemble, "publish": _publish, "fail": _fail}
