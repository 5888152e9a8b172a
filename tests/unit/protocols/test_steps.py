"""Steps of a state machine, as Lambda is called for them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pidstack.protocols.steps import Call, Json, take


class Context:
    """Lambda's own words about a call."""

    aws_request_id = "attempt-1"

    def get_remaining_time_in_millis(self) -> int:
        return 1500


def test_a_step_gets_its_input_and_hands_on_what_it_gave() -> None:
    calls: list[Call] = []

    def write(call: Call) -> Json:
        calls.append(call)
        return {"run": call.run, "done": True}

    told = take({"write": write}, {"step": "write", "run": "r", "unit": 3}, Context(), 20)

    assert told == {"step": "write", "concurrency": 20, "run": "r", "done": True}
    assert (calls[0].input["unit"], calls[0].attempt, calls[0].time_left()) == (3, "attempt-1", 1.5)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ({"Error": "Mismatch", "Cause": json.dumps({"errorMessage": "gone", "stackTrace": []})}, "Mismatch: gone"),
        ({"Error": "States.Timeout", "Cause": ""}, "States.Timeout: "),
        ({"Error": "States.Timeout"}, "States.Timeout: "),
        (
            {"Error": "Lambda.Unknown", "Cause": "The cause could not be determined"},
            "Lambda.Unknown: The cause could not be determined",
        ),
        ({"Error": "Odd", "Cause": "{}"}, "Odd: {}"),
        ({"Error": "Odd", "Cause": "[1]"}, "Odd: [1]"),
        ({"Cause": "words"}, ": words"),
    ],
    ids=["function", "no-words", "no-cause", "plain", "no-message", "no-object", "no-kind"],
)
def test_a_failure_tells_kind_and_words(error: dict[str, Any], words: str) -> None:
    assert Call({"run": "r", "error": error}, "attempt-1", lambda: 900.0).failure() == words
