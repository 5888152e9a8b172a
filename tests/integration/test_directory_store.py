"""What every DirectoryKeeper promises: seen on the fake in memory and on DynamoDB's; and the short memory in front of them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pidstack.domain.accounts import Account, Group
from pidstack.domain.errors import AlreadyExists, Busy
from pidstack.domain.identifier import ShoulderName
from pidstack.domain.shoulder import Agency, Prefix, Shoulder
from pidstack.ports.directory import DirectoryKeeper, Entry
from pidstack.store.directory import REMEMBERED_S, DynamoDirectory, RememberingDirectory
from tests.builders import NOW_S
from tests.fakes.directory import MemoryDirectory

FULL_ACCOUNT = Account(
    "demo.one",
    "groupa",
    password_hash="$scrypt$x",
    email="one@example.org",
    shoulders=frozenset({"ark:/99999/fk4", "doi:10.5072/FK2"}),
    proxy_of=frozenset({"demo.two", "demo.three"}),
    group_admin=True,
    realm_admin=True,
    superuser=True,
    disabled=True,
    created_s=NOW_S,
    title="Demo & Co",
    url="https://demo.example/",
    domains=("example.org", "*.example.org"),
)
BARE_ACCOUNT = Account("demo.one", "groupa")
FULL_SHOULDER = Shoulder(ShoulderName("doi:10.5072/FK2"), "Tests", Agency.DATACITE, "CDL.CDL", False, True, True, NOW_S)
BARE_SHOULDER = Shoulder(ShoulderName("ark:/99999/fk4"), "Tests")
ENTRIES = {
    "a full account": FULL_ACCOUNT,
    "a bare account": BARE_ACCOUNT,
    "a full group": Group("groupa", "realma", "Group A", True, NOW_S, "https://a.example"),
    "a bare group": Group("groupa"),
    "a disabled prefix": Prefix("doi:10.5072", "Example Press", True, NOW_S),
    "a bare prefix": Prefix("uuid:"),
    "a full shoulder": FULL_SHOULDER,
    "a bare shoulder": BARE_SHOULDER,
}
CHANGES: dict[str, tuple[Entry, Entry]] = {
    "first shoulder granted": (BARE_ACCOUNT, replace(BARE_ACCOUNT, shoulders=frozenset({"ark:/99999/fk4"}))),
    "last proxy removed": (FULL_ACCOUNT, replace(FULL_ACCOUNT, proxy_of=frozenset())),
    "one shoulder more": (FULL_ACCOUNT, replace(FULL_ACCOUNT, shoulders=FULL_ACCOUNT.shoulders | {"uuid:"})),
    "first password": (BARE_ACCOUNT, replace(BARE_ACCOUNT, password_hash="$scrypt$y")),
    "e-mail removed": (FULL_ACCOUNT, replace(FULL_ACCOUNT, email="")),
    "account disabled": (BARE_ACCOUNT, replace(BARE_ACCOUNT, disabled=True)),
    "account enabled": (FULL_ACCOUNT, replace(FULL_ACCOUNT, disabled=False)),
    "domains removed": (FULL_ACCOUNT, replace(FULL_ACCOUNT, domains=(), url="")),
    "first domain": (BARE_ACCOUNT, replace(BARE_ACCOUNT, domains=("*",), title="One")),
    "group moved": (Group("groupa"), Group("groupa", "realmb", "B")),
    "prefix disabled": (Prefix("uuid:"), Prefix("uuid:", disabled=True)),
    "agency changed": (FULL_SHOULDER, replace(FULL_SHOULDER, agency=Agency.CROSSREF, datacenter="")),
}
names = st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True)
accounts = st.builds(
    Account,
    st.just("demo.one"),
    names,
    password_hash=st.sampled_from(["", "$scrypt$a", "$scrypt$b"]),
    email=st.sampled_from(["", "é@example.org"]),
    shoulders=st.frozensets(names, max_size=4),
    proxy_of=st.frozensets(names, max_size=4),
    group_admin=st.booleans(),
    realm_admin=st.booleans(),
    superuser=st.booleans(),
    disabled=st.booleans(),
    created_s=st.integers(0, 2**40),
)


@pytest.fixture(params=[MemoryDirectory, DynamoDirectory], ids=["memory", "dynamodb"])
def keeper(request: pytest.FixtureRequest) -> DirectoryKeeper:
    make: Callable[[], DirectoryKeeper] = request.param
    if make is DynamoDirectory:
        request.getfixturevalue("table")
    return make()


def found(keeper: DirectoryKeeper, entry: Entry) -> Entry | None:
    match entry:
        case Account():
            return keeper.account(entry.name)
        case Group():
            return keeper.group(entry.name)
        case Prefix():
            return keeper.prefix(entry.name)
        case Shoulder():
            root = "doi:10.5072" if entry.name.scheme == "doi" else "ark:/99999"
            return next((known for known in keeper.shoulders(root) if known.name == entry.name), None)


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
def test_an_entry_comes_back_as_it_was_kept(keeper: DirectoryKeeper, entry: Entry) -> None:
    keeper.create(entry)

    assert found(keeper, entry) == entry


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
def test_what_was_never_kept_is_not_there(keeper: DirectoryKeeper, entry: Entry) -> None:
    assert found(keeper, entry) is None


def test_a_taken_name_is_refused_and_its_entry_stays(keeper: DirectoryKeeper) -> None:
    keeper.create(BARE_ACCOUNT)

    with pytest.raises(AlreadyExists):
        keeper.create(FULL_ACCOUNT)

    assert keeper.account("demo.one") == BARE_ACCOUNT


def test_an_account_and_a_group_may_have_one_name(keeper: DirectoryKeeper) -> None:
    keeper.create(Account("admin", "admin"))

    keeper.create(Group("admin"))

    assert keeper.group("admin") == Group("admin")


def test_lists_are_sorted_by_name_and_hold_one_kind(keeper: DirectoryKeeper) -> None:
    for name in ("b", "c", "a"):
        keeper.create(Account(name, "g"))
        keeper.create(Group(f"{name}-group"))
        keeper.create(Prefix(f"doi:10.{ord(name)}00"))

    assert [account.name for account in keeper.accounts()] == ["a", "b", "c"]
    assert [group.name for group in keeper.groups()] == ["a-group", "b-group", "c-group"]
    assert [prefix.name for prefix in keeper.prefixes()] == ["doi:10.9700", "doi:10.9800", "doi:10.9900"]


def test_shoulders_are_listed_by_prefix_in_order(keeper: DirectoryKeeper) -> None:
    written = ("ark:/99999/fk4", "ark:/99999/", "ark:/999990000/x", "doi:10.5072/FK2")
    for name in written:
        keeper.create(Shoulder(ShoulderName(name), "A", Agency.NONE))

    listed = keeper.shoulders("ark:/99999")

    assert [str(shoulder.name) for shoulder in listed] == ["ark:/99999/", "ark:/99999/fk4"]


@pytest.mark.parametrize(("old", "new"), CHANGES.values(), ids=CHANGES)
def test_an_entry_that_is_as_it_was_read_is_changed(keeper: DirectoryKeeper, old: Entry, new: Entry) -> None:
    keeper.create(old)

    keeper.change(old, new)

    assert found(keeper, new) == new


@pytest.mark.parametrize(("old", "new"), CHANGES.values(), ids=CHANGES)
def test_an_entry_that_was_changed_meanwhile_is_left_alone(keeper: DirectoryKeeper, old: Entry, new: Entry) -> None:
    keeper.create(new)

    with pytest.raises(Busy):
        keeper.change(old, replace(old, created_s=5))

    assert found(keeper, new) == new


def test_an_entry_that_is_not_there_cannot_be_changed(keeper: DirectoryKeeper) -> None:
    with pytest.raises(Busy):
        keeper.change(BARE_ACCOUNT, FULL_ACCOUNT)

    assert keeper.account("demo.one") is None


@settings(
    derandomize=True,
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(kept=accounts, read=accounts, new=accounts)
def test_a_change_goes_through_exactly_if_nothing_changed_since_it_was_read(
    table: str, kept: Account, read: Account, new: Account
) -> None:
    keeper = DynamoDirectory()
    before = keeper.account("demo.one")
    keeper.create(kept) if before is None else keeper.change(before, kept)

    try:
        keeper.change(read, new)
    except Busy:
        assert read != kept
        assert keeper.account("demo.one") == kept
    else:
        assert read == kept
        assert keeper.account("demo.one") == new


def test_of_many_changes_at_once_none_is_lost() -> None:
    keeper = MemoryDirectory()  # moto checks a condition and writes in two steps that threads can come between
    keeper.create(BARE_ACCOUNT)

    def grant(name: str) -> None:
        while True:
            old = keeper.account("demo.one")
            assert old is not None
            try:
                return keeper.change(old, replace(old, shoulders=old.shoulders | {name}))
            except Busy:
                continue

    granted = {f"ark:/99999/{number}" for number in range(12)}
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(grant, granted))

    kept = keeper.account("demo.one")
    assert kept is not None
    assert kept.shoulders == granted


class Time:
    """A clock that a test moves."""

    now_s = NOW_S

    def __call__(self) -> int:
        return self.now_s


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def remembering(table: str, time: Time) -> RememberingDirectory:
    return RememberingDirectory(DynamoDirectory(), time)


def test_what_exists_is_remembered_for_a_while(remembering: RememberingDirectory, time: Time) -> None:
    source = DynamoDirectory()
    source.create(BARE_ACCOUNT)
    assert remembering.account("demo.one") == BARE_ACCOUNT
    source.change(BARE_ACCOUNT, FULL_ACCOUNT)

    time.now_s += REMEMBERED_S - 1
    assert remembering.account("demo.one") == BARE_ACCOUNT

    time.now_s += 1
    assert remembering.account("demo.one") == FULL_ACCOUNT


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
def test_what_does_not_exist_is_not_remembered(remembering: RememberingDirectory, entry: Entry) -> None:
    assert found(remembering, entry) is None  # type: ignore[arg-type]  # it reads as a keeper does

    DynamoDirectory().create(entry)

    assert found(remembering, entry) == entry  # type: ignore[arg-type]


def test_a_permission_just_given_works_after_a_refresh(remembering: RememberingDirectory) -> None:
    source = DynamoDirectory()
    source.create(BARE_ACCOUNT)
    remembering.account("demo.one")
    remembering.account("demo.one")
    source.change(BARE_ACCOUNT, replace(BARE_ACCOUNT, shoulders=frozenset({"ark:/99999/fk4"})))

    was_stale = remembering.refresh()

    account = remembering.account("demo.one")
    assert was_stale
    assert account is not None
    assert account.shoulders == {"ark:/99999/fk4"}


def test_a_refresh_says_if_every_answer_was_fresh(remembering: RememberingDirectory) -> None:
    DynamoDirectory().create(BARE_ACCOUNT)
    remembering.account("demo.one")

    assert not remembering.refresh()


def test_one_refresh_is_enough(remembering: RememberingDirectory) -> None:
    DynamoDirectory().create(BARE_ACCOUNT)
    for _ in range(2):
        remembering.account("demo.one")
    remembering.refresh()
    remembering.account("demo.one")

    assert not remembering.refresh()
