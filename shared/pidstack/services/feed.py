"""Hand committed changes on: history and counters first, then everybody who listens.

A batch may come again, whole or in part: what it enters is entered once, what it hands on carries the same id as before.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pidstack.domain.change import Change
from pidstack.ports.feed import Bus, Commit, Failure, Ledger, Outbox

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outlets:
    """Where changes go, in this order.

    Attributes:
        ledger: history and counters.
        buses: the event bus and the topic.
        outbox: the webhooks' queue.
    """

    ledger: Ledger
    buses: tuple[Bus, ...]
    outbox: Outbox


def feed(commits: Sequence[Commit], outlets: Outlets) -> Commit | None:
    """Hand commits on, in order for one identifier.

    Returns:
        the first that did not get everywhere, None if all did. All before it did; it and all after it have to come again.
    """
    done = _entered(commits, outlets.ledger)
    for bus in outlets.buses:
        done = _told(done, bus.publish)
    done = _told(done, outlets.outbox.enqueue)
    return commits[len(done)] if len(done) < len(commits) else None


def _entered(commits: Sequence[Commit], ledger: Ledger) -> Sequence[Commit]:
    failed = {commit.position for commit in ledger.enter(commits)} if commits else set()
    if failed:
        _log.error("commits could not be entered in the history", extra={"positions": sorted(failed)})
    return _before_the_first(commits, lambda commit: commit.position in failed)


def _told(commits: Sequence[Commit], hand_on: Callable[[Sequence[Change]], list[Failure]]) -> Sequence[Commit]:
    failures = hand_on([change for commit in commits for change in commit.changes]) if commits else []
    for failure in failures:
        extra = {"change": failure.change.id, "identifier": str(failure.change.identifier), "reason": failure.reason}
        _log.error("a change could not be handed on", extra=extra)
    failed = {failure.change.id for failure in failures}
    return _before_the_first(commits, lambda commit: any(change.id in failed for change in commit.changes))


def _before_the_first(commits: Sequence[Commit], has_failed: Callable[[Commit], bool]) -> Sequence[Commit]:
    return commits[: next((index for index, commit in enumerate(commits) if has_failed(commit)), len(commits))]
