"""One function for all steps of a state machine: its calls, what it hands back, and how a failure tells what went wrong."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Call:
    """One attempt at a step.

    Attributes:
        input: what the machine hands on; `step` names the step.
        attempt: differs in every attempt.
        time_left: tells the seconds until Lambda ends it.
    """

    input: Json
    attempt: str
    time_left: Callable[[], float]

    @property
    def run(self) -> str:
        """Name of the run, which is that of the execution."""
        return str(self.input["run"])

    def failure(self) -> str:
        """Give kind and words of the error that the machine caught, and log it as a whole.

        A function's error has its words in a document (AWS Step Functions, 'Lambda invocation errors'); what the machine itself
        gives up has plain words or none.
        """
        error = self.input["error"]
        _log.error("the run failed", extra={"run": self.run, "problem": error})
        cause = error.get("Cause", "")
        try:
            words = json.loads(cause)["errorMessage"]
        except (ValueError, KeyError, TypeError):
            words = cause
        return f"{error.get('Error', '')}: {words}"


def take(steps: Mapping[str, Callable[[Call], Json]], event: Json, context: Any, concurrency: int) -> Json:
    """Take the step that the machine names, or as much of it as there is time for, and tell it what comes next.

    Args:
        steps: by name.
        event: as the handler gets it.
        context: Lambda's own words about the call.
        concurrency: workers that the machine may run at the same time.
    """

    def time_left() -> float:
        return float(context.get_remaining_time_in_millis()) / 1000

    step = event["step"]
    done = steps[step](Call(event, context.aws_request_id, time_left))
    _log.info("step", extra={"step": step, **done})
    return {"step": step, "concurrency": concurrency, **done}
