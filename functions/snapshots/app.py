"""The steps of a snapshot, as the state machine calls them. Decisions: pidstack.services.snapshots."""

from __future__ import annotations

from typing import Any

from pidstack.bootstrap import snapshot_maker
from pidstack.config import snapshot_config
from pidstack.domain.snapshot import Content, Period, SnapshotKind
from pidstack.protocols.steps import Call, Json, take
from pidstack.telemetry import observed


@observed
def lambda_handler(event: Json, context: Any) -> Json:
    """Take one step, or as much of it as there is time for, and tell what comes next."""
    return take(_STEPS, event, context, snapshot_config().snapshot_concurrency)


def _plan(call: Call) -> Json:
    period = Period.parse(call.input["period"]) if call.input["period"] else None
    return snapshot_maker().plan(call.run, SnapshotKind(call.input["kind"]), period)


def _take(call: Call) -> Json:
    return snapshot_maker().take(call.run, call.input["part"], call.input["state"], call.attempt, call.time_left)


def _arrange(call: Call) -> Json:
    return snapshot_maker().arrange(call.run)


def _write(call: Call) -> Json:
    return snapshot_maker().write(call.run, call.input["number"], call.input["state"], call.attempt, call.time_left)


def _assemble(call: Call) -> Json:
    return snapshot_maker().assemble(call.run, Content(call.input["content"]))


def _publish(call: Call) -> Json:
    return snapshot_maker().publish(call.run)


def _fail(call: Call) -> Json:
    return snapshot_maker().fail(call.run, call.failure())


_STEPS = {
    "plan": _plan,
    "take": _take,
    "arrange": _arrange,
    "write": _write,
    "assemble": _assemble,
    "publish": _publish,
    "fail": _fail,
}
