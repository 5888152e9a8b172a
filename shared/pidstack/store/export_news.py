"""How exports ended, for programs: on the event bus, beside the changes of identifiers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from pidstack.domain.export import Export
from pidstack.store.bus import SOURCE


class EventBridgeNews:
    """`pidstack.ports.exports.News` on an EventBridge bus.

    Args:
        client: botocore's, for `events`.
        describe: gives an event's detail; its `kind` is the event's type.
    """

    def __init__(self, client: Any, bus_name: str, describe: Callable[[Export], Mapping[str, Any]]) -> None:
        self._client = client
        self._bus_name = bus_name
        self._describe = describe

    def tell(self, export: Export) -> None:
        """See the port. One PutEvents.

        Raises:
            RuntimeError: the bus did not take it.
        """
        detail = self._describe(export)
        entry = {
            "EventBusName": self._bus_name,
            "Source": SOURCE,
            "DetailType": detail["kind"],
            "Detail": json.dumps(detail, ensure_ascii=False, separators=(",", ":")),
            "Time": export.finished_s,
        }
        (result,) = self._client.put_events(Entries=[entry])["Entries"]
        if result.get("ErrorCode"):
            raise RuntimeError(f"{result['ErrorCode']}: {result.get('ErrorMessage', '')}")
