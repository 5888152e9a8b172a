"""What the table's stream tells of what the stores did."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import boto3
import pytest

from pidstack.domain.change import Change, ChangeKind
from pidstack.domain.identifier import Identifier
from pidstack.domain.placement import Placement
from pidstack.domain.record import Record
from pidstack.domain.state import State
from pidstack.ports.feed import Commit
from pidstack.store.directory import DynamoDirectory
from pidstack.store.identifiers import DynamoIdentifiers
from pidstack.store.sessions import DynamoSessions
from pidstack.store.stream import read_commit
from tests.builders import NOW_S, a_record
from tests.world import SHOULDERS, Time

NAME = Identifier("ark:/13030/c7x")
ReadStream = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def store(table: str, time: Time) -> DynamoIdentifiers:
    return DynamoIdentifiers(time)


@pytest.fixture
def stream(table: str) -> ReadStream:
    """Reads all of the stream, in the form in which Lambda hands it over."""

    def read() -> list[dict[str, Any]]:
        streams = boto3.client("dynamodbstreams")
        arn = boto3.client("dynamodb").describe_table(TableName=table)["Table"]["LatestStreamArn"]
        shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
        where = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        return [_as_json(entry) for entry in streams.get_records(ShardIterator=where)["Records"]]

    return read


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _as_json(part) for name, part in value.items()}
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.timestamp() if hasattr(value, "timestamp") else value


def commits(stream: ReadStream) -> list[Commit]:
    return [commit for entry in stream() if (commit := read_commit(entry))]


def told(stream: ReadStream) -> list[Change]:
    return [change for commit in commits(stream) for change in commit.changes]


def kept(store: DynamoIdentifiers, **fields: Any) -> Record:
    store.create(a_record(str(NAME), **{"changed_by": "alice", "changed_via": "ezid", **fields}))
    record = store.get(NAME)
    assert record is not None
    return record


def test_making_and_changing_is_told_by_whoever_did_it(store: DynamoIdentifiers, stream: ReadStream) -> None:
    record = kept(store, elements={"erc.who": "\u00e9" * 500})
    changed = replace(record, version=2, state=State.REGISTERED, elements={}, changed_by="bob", changed_via="ez")
    store.replace(changed)

    made, hidden = commits(stream)

    assert (made.old, made.new, hidden.old, hidden.new) == (None, record, record, changed)
    assert [(c.kind, c.by, c.via) for commit in (made, hidden) for c in commit.changes] == [
        (ChangeKind.CREATED, "alice", "ezid"),
        (ChangeKind.STATE_CHANGED, "bob", "ez"),
    ]
    assert hidden.changes[0].changed == ("element:erc.who", "state")
    assert made.position != hidden.position


def test_a_deletion_is_told_once_and_by_whoever_deleted(store: DynamoIdentifiers, stream: ReadStream) -> None:
    record = kept(
        store,
        state=State.DRAFT,
        target="https://example.org/",
        reason="r",
        profile="dc",
        elements={"a": "b"},
        exported=False,
        agent_role="user",
        registered_s=5,
        placement=Placement.parse("B:10.5072:4+5"),
        expires_s=NOW_S + 9,
        version=3,
    )

    store.delete(record, by="proxy", via="ez")

    _, gone = commits(stream)
    assert [(c.kind, c.by, c.via, c.version, c.old_state) for c in gone.changes] == [
        (ChangeKind.DELETED, "proxy", "ez", 3, State.DRAFT)
    ]
    assert gone.new is None
    assert gone.old == replace(record, reason="", profile="", elements={}, changed_by="", changed_via="")


def test_a_refused_deletion_is_not_told(store: DynamoIdentifiers, stream: ReadStream) -> None:
    record = kept(store)
    store.replace(replace(record, version=2))

    with pytest.raises(Exception, match="changed meanwhile"):
        store.delete(record, by="alice", via="ezid")

    assert [change.kind for change in told(stream)] == [ChangeKind.CREATED, ChangeKind.CHANGED]


def test_a_deletion_that_is_repeated_is_told_once(store: DynamoIdentifiers, stream: ReadStream) -> None:
    record = kept(store)
    store.delete(record, by="alice", via="ezid")
    store.delete(record, by="alice", via="ezid")

    assert [change.kind for change in told(stream)] == [ChangeKind.CREATED, ChangeKind.DELETED]


def test_names_that_are_used_again_are_told_with_other_ids(store: DynamoIdentifiers, stream: ReadStream) -> None:
    for _ in range(2):
        store.delete(kept(store), by="alice", via="ezid")

    changes = told(stream)

    assert [change.kind for change in changes] == [ChangeKind.CREATED, ChangeKind.DELETED] * 2
    assert len({change.id for change in changes}) == 4


def test_a_record_that_replaces_an_expired_one_tells_of_both(store: DynamoIdentifiers, stream: ReadStream, time: Time) -> None:
    kept(store, expires_s=NOW_S + 1)
    time.now_s += 1
    kept(store, owner="bob", changed_by="bob")

    assert [(change.kind, change.by, change.owner) for change in told(stream)] == [
        (ChangeKind.CREATED, "alice", "alice"),
        (ChangeKind.DELETED, "expiry", "alice"),
        (ChangeKind.CREATED, "bob", "bob"),
    ]


@pytest.mark.parametrize(
    ("who", "is_told"),
    [
        pytest.param({"type": "Service", "principalId": "dynamodb.amazonaws.com"}, True, id="its time was over"),
        pytest.param(None, False, id="somebody deleted it"),
    ],
)
def test_dynamodb_deletes_by_expiry(store: DynamoIdentifiers, stream: ReadStream, table: str, who: Any, is_told: bool) -> None:
    record = kept(store, expires_s=NOW_S + 1)
    boto3.client("dynamodb").delete_item(TableName=table, Key={"pk": {"S": str(NAME)}, "sk": {"S": "record"}})
    removal = {**stream()[-1], "userIdentity": who}

    found = read_commit(removal)

    assert (found is not None) == is_told
    if found:
        assert (found.old, [(change.kind, change.by) for change in found.changes]) == (record, [(ChangeKind.DELETED, "expiry")])


def test_nothing_else_in_the_table_is_told(table: str, stream: ReadStream, store: DynamoIdentifiers) -> None:
    DynamoDirectory().create(SHOULDERS[0])
    DynamoSessions().revoke("3f", NOW_S)
    store.delete(kept(store), by="alice", via="ezid")
    boto3.client("dynamodb").delete_item(TableName=table, Key={key: stream()[-1]["dynamodb"]["Keys"][key] for key in ("pk", "sk")})

    assert [change.kind for change in told(stream)] == [ChangeKind.CREATED, ChangeKind.DELETED]
