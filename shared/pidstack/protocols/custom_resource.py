"""How CloudFormation asks a function to make a part of a stack, and how it wants to be answered.

Rule: AWS CloudFormation User Guide, "Custom resource request and response reference".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_MOST_WORDS = 1000  # a whole answer may have 4096 bytes


@dataclass(frozen=True, slots=True)
class Wish:
    """What CloudFormation wants.

    Attributes:
        id: of this wish; the same if it is said again.
        to_be_made: the resource is to be there, or to be another; else it is to be gone.
        reply_to: URL that the answer is put to.
    """

    id: str
    to_be_made: bool
    reply_to: str
    event: Mapping[str, Any]

    @classmethod
    def read(cls, event: Mapping[str, Any]) -> Wish:
        """Read an event as the handler gets it."""
        return cls(event["RequestId"], event["RequestType"] in {"Create", "Update"}, event["ResponseURL"], event)

    def answer(self, name: str, failure: str = "") -> bytes:
        """Write the answer.

        Args:
            name: of the resource, always the same: another one would have the old resource deleted.
            failure: why it was not made; empty if it was.
        """
        told = {
            "Status": "FAILED" if failure else "SUCCESS",
            "Reason": failure[:_MOST_WORDS],
            "PhysicalResourceId": self.event.get("PhysicalResourceId") or name,
            **{part: self.event[part] for part in ("StackId", "RequestId", "LogicalResourceId")},
        }
        return json.dumps(told).encode()
