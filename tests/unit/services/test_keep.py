"""What an operator may keep, and what is refused with which words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pidstack.domain import passwords
from pidstack.domain.accounts import Account, Group
from pidstack.domain.errors import AlreadyExists, Busy, Invalid, InvalidIdentifier, NoSuchIdentifier, NotFound
from pidstack.domain.identifier import ShoulderName
from pidstack.domain.passwords import is_password
from pidstack.domain.shoulder import Agency, Prefix, Shoulder
from pidstack.domain.state import State
from pidstack.ports.directory import Entry
from pidstack.services import hand_out, keep
from tests.builders import NOW_S, a_record
from tests.fakes.directory import MemoryDirectory
from tests.fakes.identifiers import MemoryIdentifiers

ALICE = Account("alice", "groupa", password_hash="kept", created_s=NOW_S)
BOB = Account("bob", "groupb", created_s=NOW_S)
GROUPS = (Group("groupa", title="A"), Group("groupb"), Group("closed", disabled=True))
ARK = Shoulder(ShoulderName("ark:/99999/fk4"), "Test ARKs", test=True, created_s=NOW_S)
DOI = Shoulder(ShoulderName("doi:10.9999/FZ4"), "DOIs", Agency.DATACITE, "CDL.CDL", created_s=NOW_S)


class Crowded(MemoryDirectory):
    """Somebody else changes an entry just before each of the first `rivals` changes."""

    def __init__(self, *entries: Entry, rivals: int) -> None:
        super().__init__(entries)
        self.rivals = rivals

    def change(self, old: Entry, new: Entry) -> None:
        if self.rivals:
            self.rivals -= 1
            assert isinstance(old, Account)
            super().change(old, replace(old, shoulders=old.shoulders | {f"ark:/99999/rival{self.rivals}"}))
        super().change(old, new)


class Overtaken(MemoryDirectory):
    """Somebody else makes `rival` just before the first entry is made."""

    rival: Entry | None = None

    def create(self, entry: Entry) -> None:
        if self.rival is not None:
            rival, self.rival = self.rival, None
            super().create(rival)
        super().create(entry)


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_LOG_N", 4)


@pytest.fixture
def keeper() -> MemoryDirectory:
    return MemoryDirectory([*GROUPS, ALICE, BOB, ARK, DOI, Prefix("ark:/99999"), Prefix("doi:10.9999")])


def test_a_new_group_has_canonical_names(keeper: MemoryDirectory) -> None:
    group, is_new = keep.create_group(Group("  GroupC", "RealmC", " C "), keeper)

    assert is_new
    assert group == Group("groupc", "realmc", "C")
    assert keeper.group("groupc") == group


def test_a_group_is_made_once(keeper: MemoryDirectory) -> None:
    before = keeper.writes

    again, is_new = keep.create_group(Group("groupa", title="A", created_s=5), keeper)

    assert not is_new
    assert again == GROUPS[0]
    assert keeper.writes == before


def test_a_group_with_other_settings_is_refused_and_they_are_named(keeper: MemoryDirectory) -> None:
    with pytest.raises(
        AlreadyExists, match=r"groupa already exists with other settings: realm is 'default', not 'r'; title is 'A', not ''\."
    ):
        keep.create_group(Group("groupa", "r"), keeper)


def test_a_group_moves_to_another_realm(keeper: MemoryDirectory) -> None:
    keep.change_group("GroupA", keeper, realm="RealmB")

    assert keeper.group("groupa") == replace(GROUPS[0], realm="realmb")


def test_a_new_account_signs_in_with_its_password_only(keeper: MemoryDirectory) -> None:
    account = keep.create_account(
        Account("Demo.One", "GroupA", email="a@b.example", proxy_of=frozenset({"Alice"})), "pa ss", keeper
    )

    assert keeper.account("demo.one") == account
    assert (account.group, account.email, account.proxy_of) == ("groupa", "a@b.example", {"alice"})
    assert is_password("pa ss", account.password_hash)
    assert not is_password("other", account.password_hash)


REFUSED_ACCOUNTS: dict[str, tuple[Account, str, type[Exception], str]] = {
    "taken": (Account("ALICE", "groupa"), "pw", AlreadyExists, "Account alice already exists"),
    "anonymous": (Account("Anonymous", "groupa"), "pw", Invalid, "public"),
    "no name": (Account("a b", "groupa"), "pw", Invalid, "is not a name"),
    "unknown group": (Account("new", "nogroup"), "pw", NotFound, "no group nogroup"),
    "disabled group": (Account("new", "closed"), "pw", Invalid, "disabled"),
    "proxy of nobody": (Account("new", "groupa", proxy_of=frozenset({"ghost"})), "pw", NotFound, "no account ghost"),
    "proxy of itself": (Account("new", "groupa", proxy_of=frozenset({"NEW"})), "pw", Invalid, "proxy of itself"),
    "not an address": (Account("new", "groupa", email="me"), "pw", Invalid, "e-mail"),
    "empty password": (Account("new", "groupa"), "", Invalid, "empty"),
    "colon": (Account("new", "groupa"), "a:b", Invalid, "colon"),
    "blank before": (Account("new", "groupa"), " ab", Invalid, "blank"),
    "blank after": (Account("new", "groupa"), "ab\n", Invalid, "blank"),
    "control character": (Account("new", "groupa"), "a\tb", Invalid, "invisible"),
}


@pytest.mark.parametrize(("wanted", "password", "refusal", "words"), REFUSED_ACCOUNTS.values(), ids=REFUSED_ACCOUNTS)
def test_an_account_is_refused(
    keeper: MemoryDirectory, wanted: Account, password: str, refusal: type[Exception], words: str
) -> None:
    before = keeper.accounts()

    with pytest.raises(refusal, match=words):
        keep.create_account(wanted, password, keeper)

    assert keeper.accounts() == before


def test_a_change_of_an_account_leaves_the_rest(keeper: MemoryDirectory) -> None:
    keep.change_account("Alice", keeper, proxy_of=frozenset({"BOB"}), superuser=True)

    assert keeper.account("alice") == replace(ALICE, proxy_of=frozenset({"bob"}), superuser=True)


def test_a_change_to_what_is_there_writes_nothing(keeper: MemoryDirectory) -> None:
    before = keeper.writes

    keep.change_account("alice", keeper, disabled=False)

    assert keeper.writes == before


def test_a_new_password_replaces_the_old(keeper: MemoryDirectory) -> None:
    changed = keep.change_password("alice", "new", keeper)

    assert is_password("new", changed.password_hash)
    assert keeper.account("alice") == replace(ALICE, password_hash=changed.password_hash)


def test_a_bad_new_password_leaves_the_old(keeper: MemoryDirectory) -> None:
    with pytest.raises(Invalid):
        keep.change_password("alice", "a:b", keeper)

    assert keeper.account("alice") == ALICE


PREFIXES = {
    "10.5072": "doi:10.5072",
    "doi:10.5072": "doi:10.5072",
    "DOI:10.5072/": "doi:10.5072",
    "99999": "ark:/99999",
    "ark:/99999": "ark:/99999",
    "ark:99999": "ark:/99999",
    "ark:/99999/": "ark:/99999",
    "uuid:": "uuid:",
    "uuid": "uuid:",
}


@pytest.mark.parametrize(("written", "name"), PREFIXES.items(), ids=PREFIXES)
def test_a_prefix_is_known_in_every_form(written: str, name: str) -> None:
    assert hand_out.prefix_name(written) == name


@pytest.mark.parametrize(
    "written", ["", "10.", "10.0123", "1234", "b5072", "ark:/b5072", "doi:99999", "handle:1", "10.5072/FK2", "uuid:1"]
)
def test_what_is_no_prefix_is_refused(written: str) -> None:
    with pytest.raises(Invalid, match="is not a prefix"):
        hand_out.prefix_name(written)


def test_a_disabled_prefix_is_not_simply_there(keeper: MemoryDirectory) -> None:
    hand_out.change_prefix("99999", keeper, disabled=True)

    with pytest.raises(AlreadyExists, match="disabled is true, not false"):
        hand_out.create_prefix("99999", keeper, NOW_S)


def test_a_new_shoulder_brings_its_prefix(keeper: MemoryDirectory) -> None:
    wanted = Shoulder(ShoulderName("doi:10.5072/FK2"), " Tests ", Agency.DATACITE, "cdl.cdl", created_s=NOW_S)

    made, is_new = hand_out.create_shoulder(wanted, keeper)

    assert is_new
    assert made == replace(wanted, title="Tests", datacenter="CDL.CDL")
    assert keeper.shoulders("doi:10.5072") == (made,)
    assert keeper.prefix("doi:10.5072") == Prefix("doi:10.5072", created_s=NOW_S)


def test_a_test_doi_shoulder_needs_no_data_center(keeper: MemoryDirectory) -> None:
    made, _ = hand_out.create_shoulder(Shoulder(ShoulderName("doi:10.5072/FK2"), "Tests", test=True), keeper)

    assert (made.agency, made.datacenter) == (Agency.DATACITE, "")


def test_a_shoulder_is_made_once(keeper: MemoryDirectory) -> None:
    before = keeper.writes

    again, is_new = hand_out.create_shoulder(replace(DOI, created_s=5), keeper)

    assert not is_new
    assert again == DOI
    assert keeper.writes == before


def test_a_shoulder_with_other_settings_is_refused_and_they_are_named(keeper: MemoryDirectory) -> None:
    with pytest.raises(
        AlreadyExists, match=r"agency is datacite, not crossref; datacenter is 'CDL.CDL', not ''; mints is true, not false\."
    ):
        hand_out.create_shoulder(replace(DOI, agency=Agency.CROSSREF, datacenter="", mints=False), keeper)


@pytest.mark.parametrize("rival", [DOI, replace(DOI, title="Mine")], ids=["same", "other"])
def test_a_shoulder_made_by_another_operator_meanwhile_counts(rival: Shoulder) -> None:
    keeper = Overtaken([Prefix("doi:10.9999")])
    keeper.rival = rival

    if rival == DOI:
        assert hand_out.create_shoulder(DOI, keeper) == (DOI, False)
    else:
        with pytest.raises(AlreadyExists, match="title is 'Mine', not 'DOIs'"):
            hand_out.create_shoulder(DOI, keeper)

    assert keeper.shoulders("doi:10.9999") == (rival,)


BAD_SHOULDERS = {
    "ARK with data center": replace(ARK, agency=Agency.DATACITE, datacenter="CDL.CDL"),
    "ARK at Crossref": replace(ARK, agency=Agency.CROSSREF),
    "UUID at Crossref": Shoulder(ShoulderName("uuid:"), "U", Agency.CROSSREF),
    "DOI without agency": replace(DOI, agency=Agency.NONE, datacenter=""),
    "DataCite without data center": replace(DOI, datacenter=""),
    "no symbol": replace(DOI, datacenter="C D L"),
    "no name": replace(DOI, title=" "),
}


@pytest.mark.parametrize("wanted", BAD_SHOULDERS.values(), ids=BAD_SHOULDERS)
def test_a_shoulder_is_refused(wanted: Shoulder) -> None:
    keeper = MemoryDirectory()

    with pytest.raises(Invalid):
        hand_out.create_shoulder(wanted, keeper)

    assert keeper.writes == 0


def test_a_shoulder_that_stops_being_for_tests_needs_a_data_center(keeper: MemoryDirectory) -> None:
    hand_out.create_shoulder(Shoulder(ShoulderName("doi:10.5072/FK2"), "Tests", test=True), keeper)

    with pytest.raises(Invalid, match="data center"):
        hand_out.change_shoulder("doi:10.5072/FK2", keeper, test=False)


def test_a_disabled_prefix_takes_no_shoulders(keeper: MemoryDirectory) -> None:
    hand_out.change_prefix("doi:10.9999", keeper, disabled=True)

    with pytest.raises(Invalid, match="disabled"):
        hand_out.create_shoulder(replace(DOI, name=ShoulderName("doi:10.9999/NEW")), keeper)


WRITTEN = {
    "doi:10.5072/fk2": "doi:10.5072/FK2",
    "10.5072/FK2": "doi:10.5072/FK2",
    "DOI:10.5072/": "doi:10.5072/",
    "doi:10.5072": "doi:10.5072/",
    "ark:99999/fk4": "ark:/99999/fk4",
    "ark:/99999": "ark:/99999/",
    "ark:/99999/fk-4": "ark:/99999/fk4",
    "ark:/b5072/fk2": "doi:10.5072/FK2",
    "UUID": "uuid:",
}


@pytest.mark.parametrize(("written", "canonical"), WRITTEN.items(), ids=WRITTEN)
def test_a_shoulder_written_otherwise_is_refused_with_its_canonical_form(written: str, canonical: str) -> None:
    with pytest.raises(Invalid, match=f"write {canonical}\\.$"):
        hand_out.shoulder_name(written)


@pytest.mark.parametrize("written", ["", "nonsense", "doi:11.5072/FK2", "ark:/999/x"])
def test_what_is_no_shoulder_is_refused(written: str) -> None:
    with pytest.raises(Invalid, match=r"is not a shoulder\.$"):
        hand_out.shoulder_name(written)


def test_shoulders_are_listed_for_all_prefixes_or_one(keeper: MemoryDirectory) -> None:
    assert hand_out.shoulders(keeper) == [ARK, DOI]
    assert hand_out.shoulders(keeper, "10.9999") == [DOI]


def test_a_grant_can_be_repeated(keeper: MemoryDirectory) -> None:
    hand_out.grant("doi:10.9999/FZ4", "alice", keeper)
    before = keeper.writes

    granted = hand_out.grant("doi:10.9999/FZ4", "Alice", keeper)

    assert granted.shoulders == {"doi:10.9999/FZ4"}
    assert keeper.writes == before
    assert hand_out.holders(DOI, keeper.accounts()) == ["alice"]


def test_a_revocation_can_be_repeated(keeper: MemoryDirectory) -> None:
    hand_out.grant("doi:10.9999/FZ4", "alice", keeper)

    for _ in range(2):
        revoked = hand_out.revoke("doi:10.9999/FZ4", "alice", keeper)
        assert revoked == ALICE


@pytest.mark.parametrize(
    "attempt",
    [
        lambda keeper: keep.the_group("ghost", keeper),
        lambda keeper: keep.change_account("ghost", keeper, disabled=True),
        lambda keeper: keep.change_password("ghost", "pw", keeper),
        lambda keeper: hand_out.the_prefix("10.1234", keeper),
        lambda keeper: hand_out.change_shoulder("ark:/99999/", keeper, disabled=True),
        lambda keeper: hand_out.grant("ark:/99999/", "alice", keeper),
        lambda keeper: hand_out.grant("ark:/99999/fk4", "ghost", keeper),
        lambda keeper: hand_out.revoke("ark:/99999/fk4", "ghost", keeper),
    ],
    ids=["group", "account", "password", "prefix", "shoulder", "grant shoulder", "grant account", "revoke account"],
)
def test_what_is_not_there_is_named(keeper: MemoryDirectory, attempt: Callable[[MemoryDirectory], Any]) -> None:
    with pytest.raises(NotFound, match=r"^There is no (group|account|prefix|shoulder) "):
        attempt(keeper)


def test_a_grant_that_was_overtaken_is_decided_anew() -> None:
    keeper = Crowded(*GROUPS, ALICE, ARK, rivals=4)

    granted = hand_out.grant("ark:/99999/fk4", "alice", keeper)

    assert granted.shoulders == {"ark:/99999/fk4", *(f"ark:/99999/rival{number}" for number in range(4))}


def test_a_grant_that_is_always_overtaken_gives_up() -> None:
    keeper = Crowded(*GROUPS, ALICE, ARK, rivals=100)

    with pytest.raises(Busy, match="try again"):
        hand_out.grant("ark:/99999/fk4", "alice", keeper)


def test_a_draft_is_found_in_the_form_people_write() -> None:
    identifiers = MemoryIdentifiers(lambda: NOW_S)
    draft = a_record("doi:10.5072/FK2X", state=State.DRAFT)
    identifiers.create(draft)

    assert hand_out.find_record("https://doi.org/10.5072/fk2x", identifiers) == draft


def test_an_identifier_that_is_not_there_is_named() -> None:
    with pytest.raises(NoSuchIdentifier, match=r"no identifier doi:10\.5072/FK2X"):
        hand_out.find_record("10.5072/fk2x", MemoryIdentifiers(lambda: NOW_S))


def test_what_is_no_identifier_is_told() -> None:
    with pytest.raises(InvalidIdentifier, match="'nonsense' is not an identifier"):
        hand_out.find_record("nonsense", MemoryIdentifiers(lambda: NOW_S))
