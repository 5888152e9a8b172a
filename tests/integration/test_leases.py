"""A user has some places and no more, whoever comes at once; seen on the fake in memory and on DynamoDB's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier, Lock

import pytest

from pidstack.ports.leases import Lease, Leases
from pidstack.store.leases import DynamoLeases
from pidstack.store.tables import LeaseItem, transaction_connection
from tests.fakes.subscriptions import MemoryLeases
from tests.world import Time

USER, OTHER = "account:alice", "address:2001:db8::/64"
LASTS_S = 30


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture(params=["memory", "dynamodb"])
def leases(request: pytest.FixtureRequest, time: Time) -> Leases:
    if request.param == "memory":
        return MemoryLeases(time, places=3, lasts_s=LASTS_S)
    request.getfixturevalue("table")
    return DynamoLeases(time, places=3, lasts_s=LASTS_S)


def taken(leases: Leases, user: str = USER) -> Lease:
    lease = leases.acquire(user)
    assert lease is not None
    return lease


def test_a_user_has_three_places_and_others_have_theirs(leases: Leases) -> None:
    slots = {taken(leases).slot for _ in range(3)}

    assert slots == {0, 1, 2}
    assert leases.acquire(USER) is None
    assert leases.acquire(OTHER) is not None


def test_a_place_that_is_given_back_can_be_taken(leases: Leases) -> None:
    first, *_ = (taken(leases) for _ in range(3))

    leases.release(first)

    assert taken(leases).slot == first.slot
    assert leases.acquire(USER) is None


def test_a_place_is_free_again_when_its_time_is_over(leases: Leases, time: Time) -> None:
    for _ in range(3):
        taken(leases)

    time.now_s += LASTS_S - 1
    assert leases.acquire(USER) is None

    time.now_s += 1
    assert {taken(leases).slot for _ in range(3)} == {0, 1, 2}
    assert leases.acquire(USER) is None


def test_who_comes_back_late_does_not_give_away_the_place_of_another(leases: Leases, time: Time) -> None:
    late = [taken(leases) for _ in range(3)]
    time.now_s += LASTS_S
    for _ in range(3):
        taken(leases)

    for lease in late:
        leases.release(lease)

    assert leases.acquire(USER) is None


def test_giving_back_twice_is_giving_back_once(leases: Leases) -> None:
    first, *_ = (taken(leases) for _ in range(3))
    leases.release(first)
    taken(leases)

    leases.release(first)

    assert leases.acquire(USER) is None


def test_of_many_that_come_at_once_three_are_let_in_and_never_more(table: str, time: Time) -> None:
    leases = DynamoLeases(time, places=3, lasts_s=LASTS_S)
    together, lock = Barrier(8), Lock()
    inside, most = 0, 0

    def come(_: int) -> int:
        nonlocal inside, most
        let_in = 0
        together.wait()
        for _ in range(4):
            lease = leases.acquire(USER)
            if lease is None:
                continue
            with lock:
                inside += 1
                most = max(most, inside)
            let_in += 1
            with lock:
                inside -= 1
            leases.release(lease)
        return let_in

    with ThreadPoolExecutor(8) as visitors:
        let_in = sum(visitors.map(come, range(8)))

    assert 1 <= most <= 3
    assert let_in >= 3
    assert {taken(leases).slot for _ in range(3)} == {0, 1, 2}


def test_those_that_stay_keep_all_others_out(table: str, time: Time) -> None:
    leases = DynamoLeases(time, places=3, lasts_s=LASTS_S)
    together = Barrier(10)

    def come(_: int) -> Lease | None:
        together.wait()
        return leases.acquire(USER)

    with ThreadPoolExecutor(10) as visitors:
        found = [lease for lease in visitors.map(come, range(10)) if lease]

    assert sorted(lease.slot for lease in found) == [0, 1, 2]


def test_a_write_that_is_repeated_takes_one_place(table: str, time: Time) -> None:
    leases = DynamoLeases(time, places=3, lasts_s=LASTS_S, begin_at=lambda _: 0)
    lease = taken(leases)

    assert leases._take(lease)
    assert not leases._take(replace(lease, holder="another"))


def test_a_free_place_costs_one_write_and_a_taken_one_is_deleted_in_time(table: str, time: Time) -> None:
    asked: list[str] = []
    leases = DynamoLeases(time, places=3, lasts_s=LASTS_S)
    transaction_connection().client.meta.events.register(
        "provide-client-params.dynamodb.*", lambda model, **_: asked.append(model.name)
    )

    lease = taken(leases)

    assert asked == ["PutItem"]
    item = LeaseItem.get(f"lease#{USER}", f"slot#{lease.slot}")
    assert item.expires_s == time.now_s + LASTS_S
