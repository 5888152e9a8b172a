"""A user's places as items: taking one is a conditional write, and the condition lets a place go whose time is over."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from pidstack.ports.clock import Clock
from pidstack.ports.leases import Lease
from pidstack.store.wire import Wire


class DynamoLeases:
    """`pidstack.ports.leases.Leases` on DynamoDB. `tables.connect` must have been called.

    Args:
        places: that each user has.
        lasts_s: time after which a place is free that was not released: longer than whoever takes one can run.
        begin_at: picks the place that is tried first; at random, so that those who come together seldom meet.
    """

    def __init__(
        self, clock: Clock, *, places: int = 3, lasts_s: int = 30, begin_at: Callable[[int], int] = secrets.randbelow
    ) -> None:
        self._clock = clock
        self._places = places
        self._lasts_s = lasts_s
        self._begin_at = begin_at
        self._wire = Wire.open()

    def acquire(self, user: str) -> Lease | None:
        """See the port. One PutItem for each place that is tried."""
        first = self._begin_at(self._places)
        for turn in range(self._places):
            lease = Lease(user, (first + turn) % self._places, secrets.token_hex(8))
            if self._take(lease):
                return lease
        return None

    def release(self, lease: Lease) -> None:
        """See the port. One DeleteItem."""
        held = {":holder": {"S": lease.holder}}
        self._wire.write("DeleteItem", Key=_key(lease), ConditionExpression="holder = :holder", ExpressionAttributeValues=held)

    def _take(self, lease: Lease) -> bool:
        now_s = self._clock()
        holder, expires_s = {"S": lease.holder}, {"N": f"{now_s + self._lasts_s}"}
        # Nobody has it, its time is over, or we have it: a write whose answer was lost is repeated.
        return self._wire.write(
            "PutItem",
            Item={**_key(lease), "holder": holder, "expires_s": expires_s},
            ConditionExpression="attribute_not_exists(pk) OR expires_s <= :now OR holder = :holder",
            ExpressionAttributeValues={":now": {"N": f"{now_s}"}, ":holder": holder},
        )


def _key(lease: Lease) -> dict[str, dict[str, str]]:
    return {"pk": {"S": f"lease#{lease.user}"}, "sk": {"S": f"slot#{lease.slot}"}}
