"""What every store of recipients promises: seen on the fake in memory and on DynamoDB's."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network

import pytest

from pidstack.domain.errors import AlreadyExists, Busy, NotFound
from pidstack.domain.placement import Kind
from pidstack.domain.recipient import EVERYTHING, Choice, OptOut, Recipient, Scope, Token, token_digest
from pidstack.ports.subscriptions import SubscriptionKeeper
from pidstack.store.subscriptions import DynamoSubscriptions
from tests.builders import NOW_S
from tests.fakes.subscriptions import MemorySubscriptions

BARE = Recipient("bare", "Bare", created_s=NOW_S)
NETWORKS = (ip_network("192.0.2.0/24"), ip_network("2001:db8::/32"), ip_network("198.51.100.7"))
FULL = Recipient("full.of-it", "Füll & Co", NETWORKS, opt_in=False, since_s=NOW_S + 9, created_s=NOW_S)
TOKEN = Token("bare", "first", token_digest("bare.secret"), NOW_S)
OPT_OUT = OptOut("bare", "alice", EVERYTHING, Choice.OUT, NOW_S)


@pytest.fixture(params=["memory", "dynamodb"])
def keeper(request: pytest.FixtureRequest) -> SubscriptionKeeper:
    if request.param == "memory":
        return MemorySubscriptions()
    request.getfixturevalue("table")
    return DynamoSubscriptions()


def kept(keeper: SubscriptionKeeper, recipient_id: str = "bare") -> Recipient:
    found = keeper.recipient(recipient_id)
    assert found is not None
    return found


# ------------------------------------------------------------------------------------------------------------- recipients
@pytest.mark.parametrize("recipient", [BARE, FULL], ids=["bare", "full"])
def test_a_recipient_comes_back_as_it_was_kept(keeper: SubscriptionKeeper, recipient: Recipient) -> None:
    keeper.create(recipient)

    assert kept(keeper, recipient.id) == recipient
    assert keeper.recipients() == (recipient,)


def test_recipients_are_listed_by_id(keeper: SubscriptionKeeper) -> None:
    for recipient in (FULL, BARE):
        keeper.create(recipient)

    assert keeper.recipients() == (BARE, FULL)


def test_no_two_recipients_have_one_id(keeper: SubscriptionKeeper) -> None:
    keeper.create(BARE)

    with pytest.raises(AlreadyExists):
        keeper.create(replace(BARE, name="Another"))
    assert kept(keeper).name == "Bare"


def test_a_recipient_is_changed_if_it_is_still_as_it_was_read(keeper: SubscriptionKeeper) -> None:
    keeper.create(BARE)
    read = kept(keeper)

    keeper.change(read, replace(read, name="New"))

    assert kept(keeper).name == "New"
    with pytest.raises(Busy):
        keeper.change(read, replace(read, name="Newer"))
    with pytest.raises(Busy):
        keeper.remove(read)
    assert kept(keeper).name == "New"


def test_whatever_is_written_about_a_recipient_gives_it_a_new_edition(keeper: SubscriptionKeeper) -> None:
    keeper.create(BARE)
    editions = [kept(keeper).edition]

    for write in (
        lambda: keeper.add_token(TOKEN),
        lambda: keeper.decide(OPT_OUT),
        lambda: keeper.take_back(OPT_OUT),
        lambda: keeper.remove_token(TOKEN),
        lambda: keeper.change(kept(keeper), FULL_OF_BARE),
    ):
        write()
        editions.append(kept(keeper).edition)

    assert len(set(editions)) == len(editions)
    assert all(editions)


FULL_OF_BARE = replace(FULL, id="bare")


def test_a_removed_recipient_leaves_nothing_for_one_that_takes_its_id(keeper: SubscriptionKeeper) -> None:
    keeper.create(BARE)
    keeper.add_token(TOKEN)
    for number in range(60):
        keeper.decide(OptOut("bare", "alice", Scope("10.5072", number, Kind.JOURNAL), Choice.OUT, NOW_S))
    first = kept(keeper).edition

    keeper.remove(kept(keeper))
    gone = (keeper.recipient("bare"), keeper.token("bare", TOKEN.digest), keeper.opt_outs("bare"), keeper.recipients())
    keeper.create(BARE)

    assert gone == (None, None, [], ())
    assert (keeper.tokens("bare"), keeper.opt_outs("bare")) == ([], [])
    assert kept(keeper).edition != first


# ----------------------------------------------------------------------------------------------------------------- tokens
def test_a_token_is_found_by_its_digest_for_its_recipient_only(keeper: SubscriptionKeeper) -> None:
    for recipient in (BARE, FULL):
        keeper.create(recipient)
    keeper.add_token(TOKEN)

    assert keeper.token("bare", TOKEN.digest) == TOKEN
    assert keeper.token("bare", token_digest("bare.other")) is None
    assert keeper.token(FULL.id, TOKEN.digest) is None


def test_tokens_are_listed_oldest_first_and_removed_one_by_one(keeper: SubscriptionKeeper) -> None:
    keeper.create(BARE)
    tokens = [Token("bare", f"t{n}", token_digest(f"bare.{n}"), NOW_S - n) for n in range(3)]
    for token in tokens:
        keeper.add_token(token)
    assert keeper.tokens("bare") == tokens[::-1]

    for _ in range(2):
        keeper.remove_token(tokens[1])
    assert keeper.tokens("bare") == [tokens[2], tokens[0]]


def test_the_use_of_a_token_is_noted_and_does_not_bring_it_back(keeper: SubscriptionKeeper) -> None:
    keeper.create(BARE)
    keeper.add_token(TOKEN)

    keeper.note_use(TOKEN, "2026-11-22")
    assert keeper.token("bare", TOKEN.digest) == replace(TOKEN, used_day="2026-11-22")

    keeper.remove_token(TOKEN)
    keeper.note_use(TOKEN, "2026-11-23")
    assert keeper.tokens("bare") == []


# -------------------------------------------------------------------------------------------------------------- decisions
def test_decisions_come_back_as_they_were_kept(keeper: SubscriptionKeeper) -> None:
    keeper.create(BARE)
    decisions = [
        OptOut("bare", "", Scope("10.5072"), Choice.OUT, NOW_S),
        OptOut("bare", "", Scope("ark:/99999"), Choice.IN, NOW_S),
        OPT_OUT,
        OptOut("bare", "alice", Scope("10.5072", 4, Kind.JOURNAL), Choice.IN, NOW_S),
        OptOut("bare", "bob", Scope("10.5072", 4, Kind.JOURNAL), Choice.OUT, NOW_S),
    ]
    for decision in decisions:
        keeper.decide(decision)

    found = keeper.opt_outs("bare")

    assert found == decisions
    assert [str(each.scope) for each in found] == ["10.5072", "ark:/99999", "all", "J:10.5072:4", "J:10.5072:4"]


def test_a_later_decision_replaces_the_earlier_of_the_same_scope(keeper: SubscriptionKeeper) -> None:
    keeper.create(BARE)
    series = OptOut("bare", "alice", Scope("10.5072", 77, Kind.BOOK), Choice.OUT, NOW_S)
    keeper.decide(series)

    keeper.decide(replace(series, scope=Scope("10.5072", 77, Kind.SERIES), choice=Choice.IN, decided_s=NOW_S + 1))

    assert [(str(each.scope), each.choice, each.decided_s) for each in keeper.opt_outs("bare")] == [
        ("S:10.5072:77", Choice.IN, NOW_S + 1)
    ]


def test_a_decision_is_taken_back_alone(keeper: SubscriptionKeeper) -> None:
    keeper.create(BARE)
    other = replace(OPT_OUT, account="bob")
    for decision in (OPT_OUT, other):
        keeper.decide(decision)

    for _ in range(2):
        keeper.take_back(OPT_OUT)

    assert keeper.opt_outs("bare") == [other]


def test_nothing_is_written_about_a_recipient_that_is_not_there(keeper: SubscriptionKeeper) -> None:
    for write in (
        lambda: keeper.add_token(TOKEN),
        lambda: keeper.remove_token(TOKEN),
        lambda: keeper.decide(OPT_OUT),
        lambda: keeper.take_back(OPT_OUT),
    ):
        with pytest.raises(NotFound, match="no recipient bare"):
            write()

    assert (keeper.tokens("bare"), keeper.opt_outs("bare"), keeper.recipient("bare")) == ([], [], None)
