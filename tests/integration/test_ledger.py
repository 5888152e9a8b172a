"""What every ledger, history and counter promises: seen on the fakes in memory and on DynamoDB's; and crashes of the latter."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pynamodb.exceptions import CancellationReason, TransactWriteError, VerboseClientError

from pidstack.domain.alteration import Alteration
from pidstack.domain.change import Change
from pidstack.domain.counting import ALL, COUNTER_SHARDS, CounterKey, CounterKind, Tally, keys_of, one
from pidstack.domain.identifier import Identifier
from pidstack.domain.placement import Placement
from pidstack.domain.record import Record
from pidstack.domain.state import State
from pidstack.ports.feed import Commit, Found, Share
from pidstack.services.recount import recount
from pidstack.store import identifiers as store_of_records
from pidstack.store import ledger as store_of_ledger
from pidstack.store.alterations import MAX_PACKED_BYTES
from pidstack.store.counters import DynamoCounters
from pidstack.store.deletions import deletion_item
from pidstack.store.history import DynamoHistory
from pidstack.store.ledger import MOST_ITEMS, TRIES, DynamoLedger
from pidstack.store.tables import COUNTER_KEY, CounterItem, HistoryItem
from tests.builders import NOW_S, a_record
from tests.commits import CrashedError, Faults, Story, a_commit, batches, plans, shuffled, stories
from tests.fakes.feed import MemoryLedger

DAY_S = 24 * 3600
BOOK = Placement.parse("B:10.5072:4:2011+77")


class DynamoBooks(DynamoLedger, DynamoHistory, DynamoCounters):
    """All three on one table."""

    def __init__(self, pause: Callable[[float], None] = lambda _: None) -> None:
        super().__init__(pause)


def keep_in_table(records: Iterable[Record]) -> None:
    """Put records where a survey finds them, in the states that their tokens name."""
    for record in records:
        item = store_of_records._item(record)
        item.token = record.token
        item.save()


@pytest.fixture(params=["memory", "dynamodb"])
def books(request: pytest.FixtureRequest, table: str) -> MemoryLedger | DynamoBooks:
    return MemoryLedger() if request.param == "memory" else DynamoBooks()


@pytest.fixture
def dynamo(table: str) -> DynamoBooks:
    return DynamoBooks()


def a_story() -> Story:
    """Made, hidden, handed over, and deleted."""
    story = Story()
    story.write("ark:/99999/fk4a")
    story.write("ark:/99999/fk4a", state=State.REGISTERED, changed_by="bob", elements={"dc.title": "T"})
    story.write("ark:/99999/fk4a", owner="bob", target="https://example.org/")
    story.remove("ark:/99999/fk4a")
    return story


# --------------------------------------------------------------------------------------------------------------- history
def test_the_history_gives_back_what_was_entered(books: MemoryLedger | DynamoBooks) -> None:
    commits = a_story().commits

    assert books.enter(commits) == []

    page = books.of(Identifier("ark:/99999/fk4a"))
    assert list(page.changes) == [change for commit in commits for change in commit.changes]
    assert page.after == ""


def test_the_history_is_sorted_by_time_however_it_was_entered(books: MemoryLedger | DynamoBooks) -> None:
    commits = a_story().commits

    books.enter(commits[::-1])

    assert [change.at_s for change in books.of(Identifier("ark:/99999/fk4a")).changes] == [NOW_S + step for step in (1, 2, 3, 4)]


@pytest.mark.parametrize("newest_first", [False, True], ids=["oldest first", "newest first"])
@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5])
def test_pages_of_the_history_give_every_change_once(books: MemoryLedger | DynamoBooks, limit: int, newest_first: bool) -> None:
    books.enter(a_story().commits)
    name = Identifier("ark:/99999/fk4a")

    seen: list[Change] = []
    pages, after = 0, None
    while after != "":
        page = books.of(name, limit=limit, after=after or "", newest_first=newest_first)
        seen += page.changes
        after = page.after
        pages += 1

    assert pages == -(-4 // limit)
    assert seen == list(books.of(name, newest_first=newest_first).changes)
    assert len(set(seen)) == 4


def test_a_name_to_which_nothing_was_done_has_no_history(books: MemoryLedger | DynamoBooks) -> None:
    books.enter(a_story().commits)

    assert books.of(Identifier("ark:/99999/fk4ab")).changes == ()


def test_the_history_of_a_test_goes_with_it_and_all_other_history_stays(dynamo: DynamoBooks) -> None:
    dynamo.enter([a_commit(None, a_record(expires_s=NOW_S + 9)), a_commit(None, a_record("ark:/99999/fk4b"), "2")])

    (of_test,) = HistoryItem.query("ark:/99999/fk4a")
    (other,) = HistoryItem.query("ark:/99999/fk4b")
    assert of_test.expires_s > NOW_S + 9
    assert other.expires_s is None


def test_a_change_of_very_many_elements_fits_in_the_history(dynamo: DynamoBooks) -> None:
    old = replace(a_record(), token="1")
    new = replace(old, version=2, token="2", elements={f"element.of.a.long.name.{number}": "x" for number in range(30_000)})
    commit = a_commit(old, new)

    assert dynamo.enter([commit]) == []

    assert dynamo.of(old.identifier).changes == commit.changes


def test_the_history_gives_values_to_whoever_asks_for_them(books: MemoryLedger | DynamoBooks) -> None:
    commits = a_story().commits
    books.enter(commits)
    name = Identifier("ark:/99999/fk4a")

    without, with_them = books.of(name), books.of(name, values=True)

    assert {change.alterations for change in without.changes} == {()}
    told = [change.alterations for commit in commits for change in commit.changes]
    assert [change.alterations for change in with_them.changes] == told
    assert told[1] == (Alteration("state", "findable", "registered"), Alteration("element:dc.title", None, "T"))


def test_a_change_is_found_by_its_key(books: MemoryLedger | DynamoBooks) -> None:
    commits = a_story().commits
    books.enter(commits)
    name = Identifier("ark:/99999/fk4a")

    page = books.of(name)
    found = [books.at(name, key) for key in page.keys]

    assert found == list(page.changes)
    assert [change.alterations for change in found if change] == [commit.changes[0].alterations for commit in commits]
    assert books.at(name, page.keys[0] + "1") is None
    assert books.at(Identifier("ark:/99999/fk4b"), page.keys[0]) is None


def test_the_history_tells_an_expired_record_before_its_heir(books: MemoryLedger | DynamoBooks) -> None:
    story = Story()
    story.write("ark:/99999/fk4a", expires_s=NOW_S + 1)
    story.write("ark:/99999/fk4a")
    story.write("ark:/99999/fk4a", anew=True)

    books.enter(story.commits)

    told = [(change.kind.value, change.version) for change in books.of(Identifier("ark:/99999/fk4a")).changes]
    made, gone = "IdentifierCreated", "IdentifierDeleted"
    assert told == [(made, 1), ("IdentifierChanged", 2), (gone, 2), (made, 1)]


def test_a_batch_of_the_largest_changes_fits_in_its_transactions(dynamo: DynamoBooks) -> None:
    dice = random.Random(4)  # noqa: S311 - no secret
    long = ["".join(dice.choices(string.ascii_letters, k=20_000)) for _ in range(100)]
    commits = [a_commit(None, a_record(f"ark:/99999/fk4{n}", elements={"erc": long[n]}, token=f"{n}"), f"{n}") for n in range(100)]

    assert dynamo.enter(commits) == []

    items = list(HistoryItem.query("ark:/99999/fk47"))
    assert len(items[0].alterations) <= MAX_PACKED_BYTES
    # DynamoDB takes 4 MB in a transaction.
    assert MOST_ITEMS * (MAX_PACKED_BYTES + 13_000) < 4_000_000


# -------------------------------------------------------------------------------------------------------------- counters
def test_counts_follow_a_record_through_its_life(books: MemoryLedger | DynamoBooks) -> None:
    made, hidden, handed_over, deleted = a_story().commits
    alice, bob = CounterKey(CounterKind.OWNER, "alice"), CounterKey(CounterKind.OWNER, "bob")

    seen = []
    for commit in (made, hidden, handed_over, deleted):
        books.enter([commit])
        seen.append((books.tally(ALL), books.tally(alice), books.tally(bob)))

    shown, gone, none = Tally(findable=1), Tally(registered=1), Tally()
    # The third step does not say `registered` again, so the builder's record is findable.
    assert seen == [(shown, shown, none), (gone, gone, none), (shown, none, shown), (none, none, none)]


def test_the_names_that_have_records_are_listed_between_two(books: MemoryLedger | DynamoBooks) -> None:
    place = Placement.parse("-:ark:/99999")
    days = [a_record(f"ark:/99999/fk4{day}", updated_s=NOW_S + day * DAY_S, placement=place) for day in range(5)]
    books.enter([a_commit(None, record, f"{number}") for number, record in enumerate(days)])
    books.enter([a_commit(days[2], None, "9")])

    first, last = "2027-01-16", "2027-01-18"
    every = ["2027-01-15", "2027-01-16", "2027-01-18", "2027-01-19"]
    assert list(books.tallies(CounterKind.DAY)) == every
    assert books.tallies(CounterKind.DAY, first=first, last=last) == dict.fromkeys(every[1:3], Tally(findable=1))
    assert list(books.tallies(CounterKind.PREFIX)) == ["ark:/99999"]
    assert books.tallies(CounterKind.SET) == {}


def test_a_commit_counts_once_however_often_it_comes(books: MemoryLedger | DynamoBooks) -> None:
    commits = [a_commit(None, replace(a_record(f"ark:/99999/fk4{n}"), token=f"{n}"), f"{n}") for n in range(9)]

    books.enter(commits[:4])
    books.enter([*commits[2:7], *commits[5:9]])
    books.enter(commits)

    assert books.tally(ALL) == Tally(findable=9)


def test_a_correction_is_added(books: MemoryLedger | DynamoBooks) -> None:
    books.correct(Share(ALL, 3, Tally(draft=2, findable=-1)))
    books.correct(Share(ALL, 4, Tally(draft=1)))

    assert books.tally(ALL) == Tally(draft=3, findable=-1)


def test_a_survey_finds_all_records_and_counts_and_nothing_else(dynamo: DynamoBooks) -> None:
    story = Story()
    for number in range(30):
        story.write(f"ark:/99999/fk4{number}", elements={"dc.title": "T" * 50_000}, target="https://example.org/")
    story.write("ark:/99999/fk40", state=State.REGISTERED)
    keep_in_table(story.records.values())
    deletion_item(replace(a_record("ark:/99999/fk4x"), token="1"), by="alice", via="ezid", now_s=NOW_S).save()
    dynamo.enter(story.commits[:-1])

    found = list(dynamo.survey())

    records = {each.record.identifier.name: each for each in found if isinstance(each, Found)}
    assert records.keys() == story.records.keys()
    assert {name for name, each in records.items() if not each.is_entered} == {"ark:/99999/fk40"}
    for name, each in records.items():
        assert keys_of(each.record) == keys_of(story.records[name])
        assert one(each.record) == one(story.records[name])
    shares = [each for each in found if isinstance(each, Share)]
    assert len(shares) == len(list(CounterItem.scan(CounterItem.pk.startswith(COUNTER_KEY))))
    assert {share.shard for share in shares} <= set(range(COUNTER_SHARDS))
    assert sum((share.tally for share in shares if share.key == ALL), Tally()) == Tally(findable=30)


# ------------------------------------------------------------------------------------------------------- what goes wrong
@settings(derandomize=True, deadline=None, max_examples=12, suppress_health_check=list(HealthCheck))
@given(story=stories(most=12), size=st.integers(2, 8), seed=st.integers(0, 99), plan=plans())
def test_counts_equal_a_recount_after_crashes_repeats_and_another_order(
    table: str, monkeypatch: pytest.MonkeyPatch, story: Story, size: int, seed: int, plan: list[str]
) -> None:
    empty(table)
    dynamo = DynamoBooks()
    keep_in_table(story.records.values())
    with monkeypatch.context() as patch:
        patch.setattr(store_of_ledger, "_write", Faults(plan).around(store_of_ledger._write))
        for batch in batches(shuffled(story.commits, seed), size):
            enter_at_last(dynamo, batch)
            enter_at_last(dynamo, batch)
        enter_at_last(dynamo, shuffled(story.commits, seed + 1))

    found = recount(dynamo, lambda: NOW_S, correct=False)
    assert (found.off, found.moving, found.waiting, found.records) == ((), 0, 0, len(story.records))
    told = {change for commit in story.commits for change in commit.changes}
    entered = [change for name in {each.identifier for each in told} for change in dynamo.of(name, limit=1000).changes]
    assert len(entered) == len(told)
    assert set(entered) == told


def empty(table: str) -> None:
    client = boto3.client("dynamodb", region_name="us-east-1")
    for page in client.get_paginator("scan").paginate(TableName=table):
        for item in page["Items"]:
            client.delete_item(TableName=table, Key={"pk": item["pk"], "sk": item["sk"]})


def enter_at_last(ledger: DynamoLedger, batch: list[Commit]) -> None:
    while True:
        try:
            assert ledger.enter(batch) == []
        except CrashedError:
            continue
        return


def cancelled(*codes: str | None) -> TransactWriteError:
    """The answer to a transaction, with a reason an item."""
    reasons = [CancellationReason(code=code, message="") if code else None for code in codes]
    answer: Any = {"Error": {"Code": "TransactionCanceledException", "Message": ""}}
    return TransactWriteError("refused", VerboseClientError(answer, "TransactWriteItems", cancellation_reasons=reasons))


@pytest.mark.parametrize("code", ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])
def test_what_passes_by_itself_is_waited_for(table: str, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    answers = iter([cancelled(None, code), cancelled(code, None)])
    pauses: list[float] = []

    def write(commits: list[Commit]) -> None:
        error = next(answers, None)
        if error is not None:
            raise error
        real(commits)

    real = store_of_ledger._write
    monkeypatch.setattr(store_of_ledger, "_write", write)
    ledger = DynamoBooks(pauses.append)

    assert ledger.enter([a_commit(None, a_record())]) == []

    assert len(pauses) == 2
    assert ledger.tally(ALL) == Tally(findable=1)


def test_what_does_not_pass_is_given_back_with_all_that_follows(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    commits = [a_commit(None, replace(a_record(f"ark:/99999/fk4{n}"), token=f"{n}"), f"{n}") for n in range(250)]
    stubborn = commits[130]
    real = store_of_ledger._write

    def write(group: list[Commit]) -> None:
        if stubborn in group:
            raise cancelled(*(["TransactionConflict"] * len(group)))
        real(group)

    monkeypatch.setattr(store_of_ledger, "_write", write)
    pauses: list[float] = []
    ledger = DynamoBooks(pauses.append)

    missed = ledger.enter(commits)

    assert stubborn in missed
    assert missed == commits[len(commits) - len(missed) :]
    assert ledger.tally(ALL) == Tally(findable=len(commits) - len(missed))
    assert len(pauses) == TRIES


@pytest.mark.parametrize("code", ["ValidationError", "ItemCollectionSizeLimitExceeded"])
def test_what_will_never_pass_is_raised(table: str, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    def write(_: list[Commit]) -> None:
        raise cancelled(code, None)

    monkeypatch.setattr(store_of_ledger, "_write", write)

    with pytest.raises(TransactWriteError):
        DynamoBooks().enter([a_commit(None, a_record())])


def test_a_batch_goes_in_few_transactions_of_no_more_items_than_allowed(table: str) -> None:
    names = [f"doi:10.5072/FK2{n}" for n in range(100)]
    commits = [a_commit(None, replace(a_record(name, placement=BOOK), token=name), name) for name in names]

    groups = list(store_of_ledger._groups(commits))

    assert [commit for group in groups for commit in group] == commits
    assert len(groups) == 2
    for group in groups:
        keys = {key for commit in group for key in keys_of(a_record(commit.identifier.name, placement=BOOK))}
        assert len(group) + len(keys) <= MOST_ITEMS
    assert DynamoLedger().enter(commits) == []
