"""What every IdentifierStore promises: seen on the fake in memory and on DynamoDB's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pidstack.domain.errors import AlreadyExists, Busy, TooLarge
from pidstack.domain.identifier import Identifier
from pidstack.domain.placement import Placement
from pidstack.domain.record import Record
from pidstack.domain.shoulder import Agency
from pidstack.domain.state import State
from pidstack.ports.identifiers import IdentifierStore
from pidstack.store.elements import pack, unpack
from pidstack.store.identifiers import SHARDS, DynamoIdentifiers
from pidstack.store.tables import RecordItem
from tests.builders import NOW_S, a_record
from tests.fakes.identifiers import MemoryIdentifiers


class Time:
    """A clock that a test moves."""

    now_s = NOW_S

    def __call__(self) -> int:
        return self.now_s


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture(params=[MemoryIdentifiers, DynamoIdentifiers], ids=["memory", "dynamodb"])
def store(request: pytest.FixtureRequest, table: str, time: Time) -> IdentifierStore:
    make: Callable[[Time], IdentifierStore] = request.param
    return make(time)


def kept_record(store: IdentifierStore) -> Record:
    """A record as the store gives it, which is what services change."""
    store.create(a_record())
    kept = store.get(a_record().identifier)
    assert kept is not None
    return kept


def test_a_record_comes_back_as_it_was_kept(store: IdentifierStore) -> None:
    record = a_record(
        "doi:10.5072/FK2A",
        state=State.REGISTERED,
        reason="gone",
        target="https://example.org/ä",
        profile="dc",
        elements={"dc.title": "é 😀\nline", "a:b": "%"},
        exported=False,
        agency=Agency.DATACITE,
        datacenter="DEMO.ONE",
        agent_role="user",
        changed_by="bob",
        changed_via="ez",
        expires_s=NOW_S + 1,
        registered_s=NOW_S - 5,
        version=3,
        placement=Placement.parse("B:10.5072:4:2011+77"),
    )

    store.create(record)

    assert store.get(record.identifier) == record


def test_elements_keep_their_order(store: IdentifierStore) -> None:
    record = a_record(elements={"z": "1", "a": "2", "m": "3"})

    store.create(record)

    kept = store.get(record.identifier)
    assert kept is not None
    assert list(kept.elements) == ["z", "a", "m"]


def test_a_name_that_has_no_record_gives_none(store: IdentifierStore) -> None:
    assert store.get(Identifier("ark:/99999/fk4nothing")) is None


def test_a_taken_name_is_refused_and_the_record_stays(store: IdentifierStore) -> None:
    first = a_record(target="https://example.org/first")
    store.create(first)

    with pytest.raises(AlreadyExists):
        store.create(a_record(target="https://example.org/second"))

    assert store.get(first.identifier) == first


def test_the_next_version_replaces_the_one_before(store: IdentifierStore) -> None:
    record = kept_record(store)

    store.replace(replace(record, target="https://example.org/", version=2))

    kept = store.get(record.identifier)
    assert kept is not None
    assert (kept.version, kept.target) == (2, "https://example.org/")


def test_the_second_of_two_writers_of_one_version_is_told(store: IdentifierStore) -> None:
    record = kept_record(store)
    winner = replace(record, target="https://example.org/winner", version=2)
    store.replace(winner)

    with pytest.raises(Busy):
        store.replace(replace(record, target="https://example.org/loser", version=2))

    assert store.get(record.identifier) == winner


def test_a_record_that_is_gone_cannot_be_replaced(store: IdentifierStore) -> None:
    with pytest.raises(Busy):
        store.replace(a_record(version=2))


def test_other_forms_of_a_record_are_kept_without_a_new_version(store: IdentifierStore) -> None:
    store.create(described := a_record(elements={"dc.title": "Tides"}))
    record = store.get(described.identifier)
    assert record is not None

    store.renew(replace(record, prepared={"work": b"1\ntides"}))

    kept = store.get(record.identifier)
    assert kept is not None
    assert (kept, kept.token, dict(kept.prepared)) == (record, record.token, {"work": b"1\ntides"})


def test_forms_of_a_record_that_was_changed_meanwhile_are_not_kept(store: IdentifierStore) -> None:
    record = kept_record(store)
    store.replace(replace(record, target="https://example.org/winner", version=2))

    for lost in (record, a_record("ark:/99999/fk4gone")):
        with pytest.raises(Busy):
            store.renew(replace(lost, prepared={"work": b"1\ntides"}))

    kept = store.get(record.identifier)
    assert kept is not None
    assert (kept.target, dict(kept.prepared)) == ("https://example.org/winner", {})


def test_a_deleted_record_is_gone_and_its_name_is_free(store: IdentifierStore) -> None:
    record = kept_record(store)

    store.delete(record, by="alice", via="ezid")

    assert store.get(record.identifier) is None
    store.create(record)


def test_a_record_that_was_changed_meanwhile_is_not_deleted(store: IdentifierStore) -> None:
    record = kept_record(store)
    changed = replace(record, version=2)
    store.replace(changed)

    with pytest.raises(Busy):
        store.delete(record, by="alice", via="ezid")

    assert store.get(record.identifier) == changed


def test_a_record_that_is_gone_stays_gone_when_its_deletion_is_repeated(store: IdentifierStore) -> None:
    record = kept_record(store)
    store.delete(record, by="alice", via="ezid")

    store.delete(record, by="alice", via="ezid")

    assert store.get(record.identifier) is None


def test_what_was_read_of_a_deleted_record_does_not_overwrite_its_heir(store: IdentifierStore) -> None:
    record = kept_record(store)
    store.delete(record, by="alice", via="ezid")
    heir = a_record(owner="bob")
    store.create(heir)

    with pytest.raises(Busy):
        store.replace(replace(record, target="https://example.org/stale", version=2))
    with pytest.raises(Busy):
        store.delete(record, by="alice", via="ezid")

    assert store.get(record.identifier) == heir


def test_a_write_whose_answer_was_lost_succeeds_when_it_is_repeated(
    table: str, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = DynamoIdentifiers(time)
    save = RecordItem.save

    def save_and_lose_the_answer(item: RecordItem, **settings: Any) -> Any:
        save(item, **settings)
        return save(item, **settings)  # what the SDK does when no answer arrives

    monkeypatch.setattr(RecordItem, "save", save_and_lose_the_answer)

    record = kept_record(store)
    store.replace(replace(record, version=2))

    kept = store.get(record.identifier)
    assert kept is not None
    assert kept.version == 2


def test_an_expired_record_is_hidden_and_its_name_is_free(store: IdentifierStore, time: Time) -> None:
    record = a_record(expires_s=NOW_S + 60)
    store.create(record)
    time.now_s += 60

    assert store.get(record.identifier) is None
    heir = a_record(expires_s=NOW_S + 600, owner="bob")
    store.create(heir)

    assert store.get(record.identifier) == heir


def test_the_first_of_many_names_that_has_a_record_is_found(store: IdentifierStore) -> None:
    store.create(a_record("ark:/99999/fk4a"))
    store.create(a_record("ark:/99999/fk4a/b"))

    found = store.first_of(Identifier("ark:/99999/fk4a/" + "b" * 230).prefixes())

    assert found is not None
    assert str(found.identifier) == "ark:/99999/fk4a/b"


def test_none_is_found_where_no_name_has_a_record(store: IdentifierStore) -> None:
    assert store.first_of(Identifier("ark:/99999/fk4a/b/c").prefixes()) is None


def test_more_than_an_item_can_hold_is_refused_and_nothing_is_kept(table: str, time: Time) -> None:
    store = DynamoIdentifiers(time)
    # Text without any pattern: it hardly gets shorter by compression.
    noise = "".join(chr(0x4E00 + (i * 7919 + i * i * 104729) % 20000) for i in range(250_000))
    record = a_record(elements={"noise": noise})

    with pytest.raises(TooLarge):
        store.create(record)

    assert store.get(record.identifier) is None


@pytest.mark.parametrize(
    ("placement", "branch", "shelf"),
    [
        pytest.param("J:10.5072:4:2011", "J:10.5072", "J:10.5072:4", id="journal"),
        pytest.param("B:10.5072:12", "B:10.5072", "B:10.5072:12", id="book"),
        pytest.param("B:10.5072:12+77", "BS:10.5072", "B:10.5072:77", id="book in a series, under the series"),
        pytest.param("S:10.5072:77", "S:10.5072", "S:10.5072:77", id="series"),
        pytest.param("-:ark:/99999", "-:ark:/99999", "", id="ark, in no set"),
    ],
)
def test_a_harvested_record_lies_in_one_place_of_either_index(
    table: str, time: Time, placement: str, branch: str, shelf: str
) -> None:
    DynamoIdentifiers(time).create(a_record(placement=Placement.parse(placement), state=State.REGISTERED))

    in_harvest = sum(_count(table, "harvest-index", "harvest_shard", f"{branch}#{shard}") for shard in range(SHARDS))
    in_sets = sum(_count(table, "set-index", "set_shard", f"{shelf}#{shard}") for shard in range(SHARDS))
    assert (in_harvest, in_sets) == (1, 1 if shelf else 0)


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"placement": None}, id="never shown"),
        pytest.param({"expires_s": NOW_S + 1}, id="test"),
        pytest.param({"agent_role": "user"}, id="an agent's own"),
    ],
)
def test_what_harvesters_never_see_is_in_neither_index(table: str, time: Time, fields: dict[str, Any]) -> None:
    DynamoIdentifiers(time).create(a_record(**{"placement": Placement.parse("J:10.5072:4"), **fields}))

    (item,) = boto3.client("dynamodb", region_name="us-east-1").scan(TableName=table)["Items"]
    assert not {"harvest_shard", "set_shard", "harvest_sort"} & item.keys()


def test_the_owner_index_spreads_an_owner_over_its_shards(table: str, time: Time) -> None:
    store = DynamoIdentifiers(time)
    for number in range(40):
        store.create(a_record(f"ark:/99999/fk4{number}"))

    counts = [_count(table, "owner-index", "owner_part", f"alice#{shard}") for shard in range(SHARDS)]

    assert sum(counts) == 40
    assert all(counts)


@pytest.mark.parametrize("state", State)
def test_a_listed_doi_lies_in_one_place_by_its_state_for_each_way_to_list_it(table: str, time: Time, state: State) -> None:
    DynamoIdentifiers(time).create(a_record("doi:10.5072/FK2", state=state))

    counts = [
        _count(table, "list-index", "list_part", state),
        _count(table, "owner-index", "owner_part", f"alice#{state}"),
        _count(table, "prefix-index", "prefix_part", f"10.5072#{state}"),
    ]
    assert counts == [1, 1, 1]


def test_what_is_not_listed_is_not_in_the_way_of_lists(table: str, time: Time) -> None:
    DynamoIdentifiers(time).create(a_record("ark:/99999/fk4"))

    (item,) = boto3.client("dynamodb", region_name="us-east-1").scan(TableName=table)["Items"]
    assert not {"list_part", "prefix_part"} & item.keys()
    assert item["owner_part"]["S"] in {f"alice#{shard}" for shard in range(SHARDS)}


def _count(table: str, index: str, key: str, value: str) -> int:
    answer = boto3.client("dynamodb").query(
        TableName=table,
        IndexName=index,
        KeyConditionExpression="#k = :v",
        ExpressionAttributeNames={"#k": key},
        ExpressionAttributeValues={":v": {"S": value}},
        Select="COUNT",
    )
    return int(answer["Count"])


@settings(derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.text(min_size=1), st.text(min_size=1), max_size=8))
def test_packed_elements_come_back_with_their_order(elements: dict[str, str]) -> None:
    try:
        packed = pack(elements)
    except UnicodeEncodeError:
        return  # lone surrogates never get past the protocols

    assert list(unpack(packed).items()) == list(elements.items())
