"""What every store of API keys promises: seen on the fake in memory and on DynamoDB's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pidstack.domain.api_key import ApiKey, key_digest
from pidstack.ports.api_keys import ApiKeys, Check
from pidstack.store.api_keys import DynamoApiKeys
from tests.builders import NOW_S
from tests.fakes.api_keys import MemoryApiKeys

KEY = ApiKey("7c1e", "alice", "Laptop, é", "DC.abcde", key_digest("DC.abcdefgh"), NOW_S, NOW_S)
LATER = replace(KEY, id="0aaa", name="Server", digest=key_digest("DC.other"), created_s=NOW_S + 1)


@pytest.fixture(params=["memory", "dynamodb"])
def store(request: pytest.FixtureRequest) -> ApiKeys:
    if request.param == "memory":
        return MemoryApiKeys()
    request.getfixturevalue("table")
    return DynamoApiKeys()


def test_a_key_is_recognised_by_its_digest_and_no_other(store: ApiKeys) -> None:
    store.create(KEY)

    assert store.check(KEY.digest) == Check(KEY.digest, "alice", KEY.id)
    assert store.check(LATER.digest) is None


def test_keys_are_listed_for_their_account_the_oldest_first(store: ApiKeys) -> None:
    for key in (LATER, KEY, replace(KEY, id="b", account="bob", digest="d")):
        store.create(key)

    assert store.of("alice") == [KEY, LATER]
    assert store.of("carol") == []


def test_a_key_that_was_ended_is_unknown_and_still_listed(store: ApiKeys) -> None:
    store.create(KEY)

    store.revoke(KEY, NOW_S + 5)
    store.revoke(KEY, NOW_S + 9)

    assert store.check(KEY.digest) is None
    assert store.of("alice") == [replace(KEY, revoked_s=NOW_S + 5, updated_s=NOW_S + 5)]


def test_the_last_use_is_remembered_where_the_key_is_checked_and_where_it_is_listed(store: ApiKeys) -> None:
    store.create(KEY)
    check = store.check(KEY.digest)
    assert check is not None

    store.note_use(check, NOW_S + 7)

    assert store.check(KEY.digest) == replace(check, used_s=NOW_S + 7)
    assert store.of("alice") == [replace(KEY, used_s=NOW_S + 7)]


def test_the_use_of_a_key_that_was_ended_meanwhile_leaves_no_trace(store: ApiKeys) -> None:
    store.create(KEY)
    check = store.check(KEY.digest)
    assert check is not None
    store.revoke(KEY, NOW_S + 5)

    store.note_use(check, NOW_S + 7)

    assert store.check(KEY.digest) is None
    assert [key.used_s for key in store.of("alice")] == [0]


def test_a_use_of_a_key_that_nobody_has_made_is_not_remembered(store: ApiKeys) -> None:
    store.note_use(Check("d", "alice", "gone"), NOW_S)

    assert store.check("d") is None
    assert store.of("alice") == []
