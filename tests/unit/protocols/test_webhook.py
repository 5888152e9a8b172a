"""The body of a delivery."""

from __future__ import annotations

import json
from datetime import datetime

from pidstack.domain.change import changes_between
from pidstack.protocols.events import event_detail
from pidstack.protocols.webhook import webhook_body
from tests.builders import NOW_S, a_record


def test_a_body_holds_the_event_in_the_usual_envelope() -> None:
    [change] = changes_between(None, a_record(target="https://example.org/ä"), by="alice", via="ezid", at_s=NOW_S)

    body = json.loads(webhook_body(change))

    assert body == {"type": "IdentifierCreated", "timestamp": body["timestamp"], "data": event_detail(change)}
    assert datetime.fromisoformat(body["timestamp"]).timestamp() == NOW_S


def test_a_change_that_is_told_again_has_the_same_body_to_the_byte() -> None:
    told = [changes_between(None, a_record(), by="alice", via="ezid", at_s=NOW_S)[0] for _ in range(2)]

    assert webhook_body(told[0]) == webhook_body(told[1])
