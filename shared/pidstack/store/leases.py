"""A user's places as items: taking one is a conditional write, and the condition lets a place go whose time is over."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from pynamodb.exceptions import DeleteError, PutError

from pidstack.ports.clock import Clock
from pidstack.ports.leases import Lease
from pidstack.store.tables import LeaseItem

_CONDITION_FAILED = "ConditionalCheckFailedException"


class DynamoLeases:
    """`pidstack.ports.leases.Leases` on DynamoDB.

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
        try:
            LeaseItem(*_key(lease)).delete(condition=LeaseItem.holder == lease.holder)
        except DeleteError as error:
            if error.cause_response_code != _CONDITION_FAILED:
                raise

    def _take(self, lease: Lease) -> bool:
        now_s = self._clock()
        nobody_has_it = LeaseItem.pk.does_not_exist()
        its_time_is_over = LeaseItem.expires_s <= now_s
        we_have_it = LeaseItem.holder == lease.holder  # the SDK repeats a write whose answer was lost
        try:
            LeaseItem(*_key(lease), holder=lease.holder, expires_s=now_s + self._lasts_s).save(
                condition=nobody_has_it | its_time_is_over | we_have_it
            )
        except PutError as error:
            if error.cause_response_code == _CONDITION_FAILED:
                return False
            raise
        return True


def _key(lease: Lease) -> tuple[str, str]:
    return f"lease#{lease.user}", f"slot#{lease.slot}"
