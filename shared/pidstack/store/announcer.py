"""What happened to more than one identifier, for programs: on the event bus, beside the changes of identifiers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pidstack.store.bus import SOURCE


class EventBridgeAnnouncer:
    """`pidstack.ports.snapshots.Announcer` on an EventBridge bus.

    Args:
        client: botocore's, for `events`.
    """

    def __init__(self, client: Any, bus_name: str) -> None:
        self._client = client
        self._bus_name = bus_name

    def announce(self, kind: str, detail: Mapping[str, Any]) -> None:
        """See the port. One PutEvents.

        Raises:
            RuntimeError: the bus did not take it.
        """
        body = json.dumps(detail, ensure_ascii=False, separators=(",", ":"))
        entry = {"EventBusName": self._bus_name, "Source": SOURCE, "DetailType": kind, "Detail": body}
        (result,) = self._client.put_events(Entries=[entry])["Entries"]
        if result.get("ErrorCode"):
            raise RuntimeError(f"{result['ErrorCode']}: {result.get('ErrorMessage', '')}")
