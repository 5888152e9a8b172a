"""History and counters, written together: what is in the one is in the other.

If the history items of a commit are there, all of it is, and a repeat of it is dropped. The commits of a batch share
transactions, in which gains of the same counter are one update. A transaction counts in one share of the counters, drawn anew for
every try: of those that run at the same time, most then touch different items.
"""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Callable, Iterator, Sequence

from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite

from pidstack.domain.counting import COUNTER_SHARDS, CounterKey, Tally, difference
from pidstack.ports.feed import Commit
from pidstack.store.counters import counter_item, gain_of
from pidstack.store.history import history_items
from pidstack.store.tables import Item, transaction_connection

TRIES = 8
MOST_ITEMS = 100  # in one transaction of DynamoDB's
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.02, 1.0
_IS_THERE = "ConditionalCheckFailed"
# What goes away by itself. Rule: Amazon DynamoDB API reference, "TransactWriteItems", cancellation reason codes.
_PASSING = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
_Gains = dict[CounterKey, Tally]


class DynamoLedger:
    """`pidstack.ports.feed.Ledger` on DynamoDB.

    Args:
        pause: waits so many seconds before another try.
    """

    def __init__(self, pause: Callable[[float], None] = time.sleep) -> None:
        self._pause = pause

    def enter(self, commits: Sequence[Commit]) -> list[Commit]:
        """See the port. One TransactWriteItems for about 50 commits; one more where some were entered before.

        Nothing is tried after a transaction that failed: the feed would have to come again for it anyway.
        """
        missed: list[Commit] = []
        for group in _groups(commits):
            missed += group if missed else self._enter(group)
        return missed

    def _enter(self, group: list[Commit]) -> list[Commit]:
        left = group
        for attempt in range(TRIES):
            try:
                _write(left)
            except TransactWriteError as error:
                entered = _entered(left, error)
                left = [commit for commit, is_there in zip(left, entered, strict=True) if not is_there]
                if not any(entered):
                    self._pause(min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2**attempt) * random.random())  # noqa: S311 - no secret
            else:
                return []
            if not left:
                return []
        return left


def _groups(commits: Sequence[Commit]) -> Iterator[list[Commit]]:
    """Part commits, in order, into groups that fit in a transaction. A repeat goes in a later group than what it repeats."""
    group: list[Commit] = []
    ids: set[str] = set()
    counters: set[CounterKey] = set()
    for commit in commits:
        new_ids = {change.id for change in commit.changes}
        new_counters = set(difference(commit.old, commit.new))
        if group and (new_ids & ids or len(ids | new_ids) + len(counters | new_counters) > MOST_ITEMS):
            yield group
            group, ids, counters = [], set(), set()
        group.append(commit)
        ids |= new_ids
        counters |= new_counters
    if group:
        yield group


def _write(commits: Sequence[Commit]) -> None:
    with TransactWrite(connection=transaction_connection(), client_request_token=secrets.token_hex(16)) as transaction:
        for commit in commits:
            for item in history_items(commit):
                transaction.save(item, condition=Item.pk.does_not_exist())
        shard = random.randrange(COUNTER_SHARDS)  # noqa: S311 - no secret
        for key, gain in _gains(commits).items():
            transaction.update(counter_item(key, shard), actions=gain_of(gain))


def _gains(commits: Sequence[Commit]) -> _Gains:
    gains: _Gains = {}
    for commit in commits:
        for key, gain in difference(commit.old, commit.new).items():
            gains[key] = gains.get(key, Tally()) + gain
    return {key: gain for key, gain in gains.items() if gain}


def _entered(commits: Sequence[Commit], error: TransactWriteError) -> list[bool]:
    """Tell which commits are entered already; raise an error that is about something else than what passes by itself.

    The reasons stand in the order of the items: history items first, commit by commit.
    """
    codes = [reason.code if reason else None for reason in error.cancellation_reasons]
    if not codes:
        codes = [None] * sum(len(commit.changes) for commit in commits)
        if error.cause_response_code not in {"TransactionInProgressException", "ThrottlingException"}:
            raise error
    if any(code not in {None, "None", _IS_THERE, *_PASSING} for code in codes):
        raise error
    of_items = iter(codes)
    return [_IS_THERE in [next(of_items) for _ in commit.changes] for commit in commits]
