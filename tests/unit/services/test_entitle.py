"""Who asks for whole records, and what each may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pidstack.domain.errors import Forbidden, Unauthenticated
from pidstack.domain.identifier import Identifier
from pidstack.domain.placement import Kind, Placement
from pidstack.domain.recipient import EVERYTHING, Choice, OptOut, Recipient, Scope, Token, token_digest
from pidstack.ports.harvest import Header
from pidstack.services.authenticate import Authenticator
from pidstack.services.entitle import Anonymous, Entitlement, Member, Subscriber, compiled
from pidstack.store.subscriptions import REMEMBERED_S, RememberingSubscriptions
from tests.builders import NOW_S
from tests.fakes.subscriptions import MemorySubscriptions
from tests.world import World, a_world

DAY_S = 24 * 3600
TODAY = "2027-01-15"
INDEX = Recipient("index", "Index Ltd", (ip_network("192.0.2.0/24"),), since_s=NOW_S)
LATER = Recipient("later", "Later Ltd", (ip_network("198.51.100.0/24"),), since_s=NOW_S + 1)
ARTICLE = Placement(Kind.JOURNAL, "10.5072", 4, year=2011)
BOOK = Placement(Kind.BOOK, "10.5072", 12, series=77)
ARK = Placement(Kind.NONE, "ark:/99999")
PREFIX, TITLE, SERIES = Scope("10.5072"), Scope("10.5072", 4), Scope("10.5072", 77)
IN, OUT = Choice.IN, Choice.OUT
FAR = "203.0.113.9"


@dataclass(slots=True)
class Desk:
    """The service behind a memory, and what it remembers of."""

    world: World = field(default_factory=a_world)
    keeper: MemorySubscriptions = field(default_factory=MemorySubscriptions)
    service: Entitlement = field(init=False)

    def __post_init__(self) -> None:
        time = self.world.time
        remembering = RememberingSubscriptions(self.keeper, time)  # type: ignore[arg-type]  # any keeper will do
        self.service = Entitlement(remembering, Authenticator(self.world.registry.directory, time), time)
        for recipient in (INDEX, LATER):
            self.keeper.create(recipient)
            self.keeper.add_token(Token(recipient.id, "first", token_digest(f"{recipient.id}.secret"), NOW_S))

    def sees(self, reader: Any, owner: str = "alice", placement: Placement = ARTICLE, group: str = "groupa") -> bool:
        return self.service.may_see(reader)(a_header(owner, placement, group))

    def decide(self, choice: Choice, account: str = "", scope: Scope = EVERYTHING) -> None:
        self.keeper.decide(OptOut("index", account, scope, choice))


def a_header(owner: str = "alice", placement: Placement = ARTICLE, group: str = "groupa") -> Header:
    return Header(Identifier.parse("doi:10.5072/FK2X"), NOW_S, placement, owner, group, withheld=False)


@pytest.fixture
def desk() -> Desk:
    return Desk()


# ---------------------------------------------------------------------------------------------------------------- who is it
def test_a_token_tells_the_recipient_wherever_it_comes_from(desk: Desk) -> None:
    reader = desk.service.reader_of("index.secret", FAR, None)

    assert isinstance(reader, Subscriber)
    assert (reader.recipient, reader.token and reader.token.name) == (INDEX, "first")
    assert reader.user == f"token:{token_digest('index.secret')}"


def test_an_address_tells_the_recipient(desk: Desk) -> None:
    reader = desk.service.reader_of(None, "192.0.2.77", None)

    assert (reader, reader.user) == (Subscriber(INDEX), "recipient:index")


def test_a_token_counts_before_the_address(desk: Desk) -> None:
    other = Recipient("other", "Other", (ip_network(f"{FAR}/32"),))
    desk.keeper.create(other)

    reader = desk.service.reader_of("index.secret", FAR, None)

    assert isinstance(reader, Subscriber)
    assert reader.recipient == INDEX


def test_an_account_is_told_by_its_password_before_all_else(desk: Desk) -> None:
    reader = desk.service.reader_of("index.secret", "192.0.2.77", ("alice", "alicepw"))

    assert isinstance(reader, Member)
    assert (reader.account.name, reader.user) == ("alice", "account:alice")


@pytest.mark.parametrize(
    ("address", "user"),
    [
        ("203.0.113.9", "address:203.0.113.9"),
        ("::ffff:203.0.113.9", "address:203.0.113.9"),
        ("2001:db8:1:2:3::4", "address:2001:db8:1:2::/64"),
        ("unknown", "address:unknown"),
    ],
)
def test_others_are_nobody_in_particular_and_count_by_their_network(desk: Desk, address: str, user: str) -> None:
    reader = desk.service.reader_of(None, address, None)

    assert (reader, reader.user) == (Anonymous(address), user)


@pytest.mark.parametrize(
    "token", ["", "index.other", "index.", ".secret", "secret", "nobody.secret", "later", "Index.secret", "é", "x" * 9999]
)
def test_an_unknown_token_is_refused_even_from_a_known_address(desk: Desk, token: str) -> None:
    with pytest.raises(Unauthenticated, match="unknown token"):
        desk.service.reader_of(token, "192.0.2.77", None)


@pytest.mark.parametrize(("token", "address"), [("later.secret", FAR), (None, "198.51.100.1")], ids=["token", "address"])
def test_a_recipient_whose_time_has_not_come_is_told_when_it_does(desk: Desk, token: str | None, address: str) -> None:
    with pytest.raises(Forbidden, match="open to Later Ltd from 2027-01-15T08:00:01Z"):
        desk.service.reader_of(token, address, None)

    desk.world.time.now_s += 1
    assert isinstance(desk.service.reader_of(token, address, None), Subscriber)


@pytest.mark.parametrize("credentials", [("alice", "bobpw"), ("nobody", "x"), ("", "")], ids=["password", "name", "nothing"])
def test_wrong_credentials_are_refused_for_whole_records_and_for_lists(desk: Desk, credentials: tuple[str, str]) -> None:
    for ask in (desk.service.reader_of, desk.service.lister_of):
        with pytest.raises(Unauthenticated):
            ask("index.secret", "192.0.2.77", credentials)


# ------------------------------------------------------------------------------------------------------------ public lists
@pytest.mark.parametrize("token", [None, "", "index.other", "later.secret"], ids=["none", "empty", "unknown", "too early"])
def test_for_lists_a_token_that_opens_nothing_is_nobodys(desk: Desk, token: str | None) -> None:
    assert desk.service.lister_of(token, FAR, None) == Anonymous(FAR)


def test_for_lists_a_known_token_and_an_account_are_known(desk: Desk) -> None:
    assert isinstance(desk.service.lister_of("index.secret", FAR, None), Subscriber)
    assert isinstance(desk.service.lister_of(None, FAR, ("alice", "alicepw")), Member)


def test_for_lists_nobody_is_looked_up_without_a_token(desk: Desk) -> None:
    before = desk.keeper.reads

    assert desk.service.lister_of(None, "192.0.2.77", None) == Anonymous("192.0.2.77")
    assert desk.keeper.reads == before


# ------------------------------------------------------------------------------------------------------------------- memory
def test_in_the_steady_state_nothing_is_read_or_written(desk: Desk) -> None:
    desk.decide(Choice.OUT, "bob")
    for _ in range(2):
        desk.sees(desk.service.reader_of("index.secret", FAR, None))
    reads, writes = desk.keeper.reads, desk.keeper.writes

    for _ in range(10):
        desk.sees(desk.service.reader_of("index.secret", FAR, None))

    assert (desk.keeper.reads, desk.keeper.writes) == (reads, writes)


def test_what_was_decided_is_read_again_only_when_it_has_changed(desk: Desk) -> None:
    for _ in range(5):
        desk.sees(desk.service.reader_of("index.secret", FAR, None))
        desk.world.time.now_s += REMEMBERED_S
    reads = desk.keeper.reads

    desk.decide(Choice.OUT, "alice")
    assert not desk.sees(desk.service.reader_of("index.secret", FAR, None))
    assert desk.keeper.reads - reads == 3  # recipients, the token, decisions


def test_a_new_token_and_a_new_address_work_at_once(desk: Desk) -> None:
    desk.service.reader_of("index.secret", FAR, None)
    desk.keeper.add_token(Token("index", "second", token_digest("index.new"), NOW_S))
    assert isinstance(desk.service.reader_of("index.new", FAR, None), Subscriber)

    desk.keeper.create(Recipient("fresh", "Fresh", (ip_network(FAR),)))
    assert isinstance(desk.service.reader_of(None, FAR, None), Subscriber)

    desk.keeper.add_token(Token("fresh", "first", token_digest("fresh.secret"), NOW_S))
    assert isinstance(desk.service.reader_of("fresh.secret", FAR, None), Subscriber)


def test_an_earlier_opening_works_at_once(desk: Desk) -> None:
    desk.service.reader_of("index.secret", FAR, None)
    old = desk.keeper.recipient("later")
    assert old is not None
    desk.keeper.change(old, Recipient("later", "Later", since_s=NOW_S))

    assert isinstance(desk.service.reader_of("later.secret", FAR, None), Subscriber)


def test_a_revoked_token_and_an_opt_out_are_noticed_in_seconds(desk: Desk) -> None:
    reader = desk.service.reader_of("index.secret", FAR, None)
    assert isinstance(reader, Subscriber)
    assert reader.token is not None
    desk.keeper.remove_token(reader.token)
    desk.decide(Choice.OUT, "alice")

    desk.world.time.now_s += REMEMBERED_S

    assert not desk.sees(desk.service.reader_of(None, "192.0.2.1", None))
    with pytest.raises(Unauthenticated):
        desk.service.reader_of("index.secret", FAR, None)


def test_the_use_of_a_token_is_noted_once_a_day(desk: Desk) -> None:
    for _ in range(3):
        desk.service.reader_of("index.secret", FAR, None)
    assert (desk.keeper.writes, desk.keeper.tokens("index")[0].used_day) == (1, TODAY)

    desk.world.time.now_s += DAY_S
    for _ in range(3):
        desk.service.reader_of("index.secret", FAR, None)
    assert (desk.keeper.writes, desk.keeper.tokens("index")[0].used_day) == (2, "2027-01-16")


def test_an_unknown_token_costs_one_read_of_a_token(desk: Desk) -> None:
    with pytest.raises(Unauthenticated):
        desk.service.reader_of("index.other", FAR, None)

    assert desk.keeper.reads == 2  # recipients, the token


# ----------------------------------------------------------------------------------------------------------- what may it see
def test_nobody_in_particular_sees_no_whole_record(desk: Desk) -> None:
    assert not desk.sees(Anonymous(FAR))


def test_a_recipient_sees_what_nobody_decided_about(desk: Desk) -> None:
    assert desk.sees(Subscriber(INDEX))
    assert not desk.sees(Subscriber(Recipient("index", "I", opt_in=False, edition="other")))


@pytest.mark.parametrize(
    ("account", "owner", "group", "expected"),
    [
        pytest.param("alice", "alice", "groupa", True, id="its own"),
        pytest.param("alice", "aaron", "groupa", False, id="another's in its group"),
        pytest.param("proxy", "alice", "groupa", False, id="a principal's"),
        pytest.param("gadmin", "alice", "groupa", True, id="its group's, as administrator"),
        pytest.param("gadmin", "bob", "groupb", False, id="another group's"),
        pytest.param("gadmin", "gadmin", "groupa", True, id="an administrator's own"),
    ],
)
def test_an_account_sees_its_own_records_and_an_administrator_the_groups(
    desk: Desk, account: str, owner: str, group: str, expected: bool
) -> None:
    reader = desk.service.reader_of(None, FAR, (account, f"{account}pw"))

    assert desk.sees(reader, owner, group=group) is expected


@pytest.mark.parametrize(
    ("default", "decided", "placement", "expected"),
    [
        pytest.param(True, {}, ARTICLE, True, id="nobody decided: in"),
        pytest.param(False, {}, ARTICLE, False, id="nobody decided, and the recipient is out by default"),
        pytest.param(True, {("alice", EVERYTHING): OUT}, ARTICLE, False, id="the depositor is out"),
        pytest.param(False, {("alice", EVERYTHING): IN}, ARTICLE, True, id="the depositor is in, against the default"),
        pytest.param(True, {("bob", EVERYTHING): OUT}, ARTICLE, True, id="another depositor is out"),
        pytest.param(True, {("", PREFIX): OUT}, ARTICLE, False, id="the prefix is out"),
        pytest.param(True, {("", Scope("10.507")): OUT}, ARTICLE, True, id="another prefix is out"),
        pytest.param(True, {("alice", PREFIX): OUT}, ARTICLE, False, id="the depositor's prefix is out"),
        pytest.param(True, {("bob", PREFIX): OUT}, ARTICLE, True, id="another depositor's part of the prefix is out"),
        pytest.param(True, {("alice", EVERYTHING): OUT, ("alice", PREFIX): IN}, ARTICLE, True, id="prefix before depositor"),
        pytest.param(True, {("alice", EVERYTHING): IN, ("", PREFIX): OUT}, ARTICLE, False, id="narrower before the own"),
        pytest.param(True, {("alice", PREFIX): IN, ("", PREFIX): OUT}, ARTICLE, True, id="own before everybody's: in"),
        pytest.param(True, {("alice", PREFIX): OUT, ("", PREFIX): IN}, ARTICLE, False, id="own before everybody's: out"),
        pytest.param(True, {("bob", PREFIX): IN, ("", PREFIX): OUT}, ARTICLE, False, id="everybody's, as another's does not count"),
        pytest.param(True, {("", TITLE): OUT}, ARTICLE, False, id="the title is out"),
        pytest.param(True, {("", Scope("10.5072", 5)): OUT}, ARTICLE, True, id="another title is out"),
        pytest.param(True, {("", Scope("10.9999", 4)): OUT}, ARTICLE, True, id="the same number under another prefix is out"),
        pytest.param(True, {("alice", PREFIX): OUT, ("alice", TITLE): IN}, ARTICLE, True, id="title before prefix"),
        pytest.param(True, {("alice", PREFIX): IN, ("", TITLE): OUT}, ARTICLE, False, id="everybody's title before the own prefix"),
        pytest.param(True, {("", SERIES): OUT}, BOOK, False, id="a book is out with its series"),
        pytest.param(True, {("", SERIES): OUT, ("", Scope("10.5072", 12)): IN}, BOOK, True, id="book before series"),
        pytest.param(True, {("", SERIES): IN, ("", PREFIX): OUT}, BOOK, True, id="series before prefix"),
        pytest.param(True, {("", TITLE): OUT}, BOOK, True, id="a journal is out: books stay"),
        pytest.param(True, {("", Scope("ark:/99999")): OUT}, ARK, False, id="a NAAN is out"),
        pytest.param(False, {("alice", EVERYTHING): IN, ("", Scope("ark:/99999", 0)): OUT}, ARK, False, id="NAAN before depositor"),
    ],
)
def test_the_narrowest_decision_counts(
    default: bool, decided: dict[tuple[str, Scope], Choice], placement: Placement, expected: bool
) -> None:
    opt_outs = [OptOut("r", account, scope, choice) for (account, scope), choice in decided.items()]

    may_see = compiled(Recipient("r", "R", opt_in=default), opt_outs)

    assert may_see(a_header("alice", placement)) is expected


SCOPES = (EVERYTHING, PREFIX, TITLE)
DECISIONS = (None, Choice.IN, Choice.OUT)


@pytest.mark.parametrize("opt_in", [True, False], ids=["in by default", "out by default"])
def test_the_decision_table(opt_in: bool) -> None:
    """Every combination of what a depositor and everybody may have said about everything, the prefix and the title."""
    recipient = Recipient("r", "R", opt_in=opt_in)
    header = a_header()
    said = list(product(("alice", ""), SCOPES))

    for decisions in product(DECISIONS, repeat=len(said)):
        decided = dict(zip(said, decisions, strict=True))
        narrowest_first = [decided[account, scope] for scope in reversed(SCOPES) for account in ("alice", "")]
        expected = next((choice is Choice.IN for choice in narrowest_first if choice), opt_in)

        opt_outs = [OptOut("r", account, scope, choice) for (account, scope), choice in decided.items() if choice]

        assert compiled(recipient, opt_outs)(header) is expected, decided


def is_given(recipient: Recipient, decided: Mapping[tuple[str, Scope], Choice], owner: str, placement: Placement) -> bool:
    """The rule as Crossref tells it, level by level."""
    titles = (Scope(placement.prefix, number) for number in (placement.publication, placement.series) if number)
    for scope in (*titles, Scope(placement.prefix), EVERYTHING):
        for account in (owner, ""):
            if choice := decided.get((account, scope)):
                return choice is Choice.IN
    return recipient.opt_in


OWNERS = st.sampled_from(["alice", "bob", "carol"])
PREFIXES = st.sampled_from(["10.5072", "10.9999", "ark:/99999"])
NUMBERS = st.integers(0, 3)
PLACEMENTS = st.builds(Placement, st.sampled_from(Kind), PREFIXES, NUMBERS, NUMBERS, st.sampled_from([0, 2011]))
SAID = st.tuples(
    st.one_of(st.just(""), OWNERS),
    st.one_of(st.just(EVERYTHING), st.builds(Scope, PREFIXES, NUMBERS, st.sampled_from(Kind))),
)


@settings(max_examples=400, derandomize=True, deadline=None)
@given(
    st.booleans(), st.dictionaries(SAID, st.sampled_from(Choice), max_size=12), st.lists(st.tuples(OWNERS, PLACEMENTS), max_size=20)
)
def test_the_fast_predicate_says_what_the_rule_says(
    opt_in: bool, decided: dict[tuple[str, Scope], Choice], asked: list[tuple[str, Placement]]
) -> None:
    recipient = Recipient("r", "R", opt_in=opt_in)

    may_see = compiled(recipient, [OptOut("r", account, scope, choice) for (account, scope), choice in decided.items()])

    for owner, placement in asked:
        assert may_see(a_header(owner, placement)) == is_given(recipient, decided, owner, placement)
