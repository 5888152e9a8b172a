"""Published harvesters against the deployed stack: what they carry home is what the registry shows over the EZID API.

Each module's run has a prefix, a group and two accounts of its own, so that its sets hold what was made here and nothing else.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from lxml import etree

from pidstack.local.demo_publications import publications
from pidstack.store.leases import DynamoLeases
from pidstack.store.tables import RECORD_SORT_KEY, RecordItem
from tests.ezid_http import Stack
from tests.oai_clients import CLIENTS, Asker, Harvest, Sickle, canonical, scythe, sickle
from tests.oai_clients import Client as Harvester
from tests.press import WITHIN_S, Press, a_press, described, instant

ARTICLES, BOOKS, DATA, ARKS = 24, 3, 22, 2
DATACITE_FORMATS = ("oai_dc", "datacite", "oai_datacite")
PLACES = 3  # first requests that one user may have at once
each_client = pytest.mark.parametrize("harvest", CLIENTS, ids=lambda client: str(client.__name__))
both_pythons = pytest.mark.parametrize("harvest", [sickle, scythe], ids=["sickle", "scythe"])


@pytest.fixture(scope="module")
def press(stack: Stack) -> Iterator[Press]:
    made = a_press(stack)
    article, book, data = publications("Ocean Press", 0)
    for number in range(ARTICLES):
        elements = {"_profile": "crossref", "crossref": article.document, "_target": f"https://example.org/articles/{number}"}
        made.names[number % 2].append(made.make(number % 2, f"doi:{made.prefix}/C-ARTICLE{number}", elements))
    for number in range(BOOKS):
        elements = {"_profile": "crossref", "crossref": book.document}
        made.names[number % 2].append(made.make(number % 2, f"doi:{made.prefix}/C-BOOK{number}", elements))
    for number in range(DATA):
        elements = described(number) if number % 2 else {"datacite": data.document}
        made.names[0].append(made.make(0, f"doi:{made.prefix}/D-DATA{number}", elements))
    for number in range(ARKS):
        made.names[0].append(made.make(0, f"ark:/12345/ps1{made.group}{number}", {"erc.who": "Lima, Ana", "erc.what": "Tides"}))
    # What nobody is to see: a draft, one that is kept from harvesters, and a test.
    made.make(0, f"doi:{made.prefix}/D-DRAFT", {"_status": "reserved"})
    made.make(0, f"doi:{made.prefix}/D-PRIVATE", {**described(0), "_export": "no"})
    made.make(0, f"ark:/99999/fk4{made.group}", {"erc.who": "Lima, Ana"})
    made.settle()
    yield made
    made.operate("recipient", "remove", made.group)


def info_name(name: str) -> str:
    return f"info:doi/{name.removeprefix('doi:')}"


def plain_name(name: str) -> str:
    return name.lower() if name.startswith("doi:") else name


@dataclass(frozen=True, slots=True)
class Shown:
    """What the EZID API shows of an identifier that harvesters have seen."""

    datestamp: str
    deleted: bool


def as_registered(press: Press, names: list[str], write: Callable[[str], str]) -> dict[str, Shown]:
    """Read identifiers over the EZID API; by the names that harvesters have for them."""
    found = {}
    for name in names:
        elements = press.accounts[0].view(name).elements
        is_shown = elements["_status"] == "public" and elements["_export"] == "yes"
        found[write(name)] = Shown(instant(int(elements["_updated"])), not is_shown)
    return found


def as_harvested(harvest: Harvest) -> dict[str, Shown]:
    return {name: Shown(item.datestamp, item.deleted) for name, item in harvest.by_name().items()}


def of_kind(names: list[str], *words: str) -> list[str]:
    return [name for name in names if any(word in name for word in words)]


# -------------------------------------------------------------------------------------------------------------- full harvests
@each_client
@pytest.mark.parametrize("verb", ["ListRecords", "ListIdentifiers"])
def test_a_full_harvest_for_datacite_is_what_the_registry_shows(press: Press, harvest: Harvester, verb: str) -> None:
    found = harvest(Asker(press.datacite), verb, metadataPrefix="oai_dc", set=press.group.upper())

    assert as_harvested(found) == as_registered(press, press.all_names, plain_name)
    assert found.pages in {0, 3}  # of 20 records; 0 where the client does not tell
    assert all(press.group.upper() in item.sets for item in found.items)


@each_client
@pytest.mark.parametrize(("kind", "words"), [("J", ["ARTICLE"]), ("B", ["BOOK", "DATA"]), ("S", ["BOOK"])], ids="JBS")
def test_a_full_harvest_for_crossref_is_what_the_registry_shows(
    press: Press, harvest: Harvester, kind: str, words: list[str]
) -> None:
    found = harvest(press.subscriber, metadataPrefix="cr_unixsd", set=f"{kind}:{press.prefix}")

    assert as_harvested(found) == as_registered(press, of_kind(press.all_names, *words), info_name)
    assert all({kind, f"{kind}:{press.prefix}"} <= set(item.sets) for item in found.items)
    assert all(item.metadata for item in found.items)


def test_everything_is_listed_once_and_is_in_the_registry(press: Press) -> None:
    found = as_harvested(sickle(Asker(press.datacite), "ListIdentifiers", metadataPrefix="oai_dc"))

    assert found.items() >= as_registered(press, press.all_names, plain_name).items()
    others = [name for name in found if press.group not in name and press.prefix not in name]
    assert {press.accounts[0].view(name).status for name in others} == {200}
    assert not [name for name in found if name.startswith("ark:/99999/fk4")]


def test_lists_at_crossrefs_base_are_of_journals_where_no_set_is_named(press: Press) -> None:
    found = sickle(press.subscriber, "ListIdentifiers", metadataPrefix="cr_unixsd").by_name()

    ours = [name for name in found if press.prefix in name]
    assert set(ours) == set(map(info_name, of_kind(press.all_names, "ARTICLE")))
    assert all("J" in item.sets for item in found.values())


# ------------------------------------------------------------------------------------------------------------------- contents
@both_pythons
def test_what_was_given_as_datacite_xml_comes_back_as_it_is_registered(press: Press, harvest: Harvester) -> None:
    found = harvest(Asker(press.datacite), metadataPrefix="datacite", set=press.group.upper()).by_name()

    given = [name for name in of_kind(press.all_names, "DATA") if int(name.partition("D-DATA")[2]) % 2 == 0]
    assert given
    for name in given:
        registered = canonical(press.accounts[0].view(name).elements["datacite"])
        assert without_location(found[plain_name(name)].metadata) == without_location(registered)


def without_location(xml: str) -> str:
    node = etree.fromstring(xml)
    node.attrib.pop("{http://www.w3.org/2001/XMLSchema-instance}schemaLocation", None)
    etree.cleanup_namespaces(node)
    return canonical(node)


@each_client
def test_titles_and_names_of_every_record_are_those_of_the_registry(press: Press, harvest: Harvester) -> None:
    found = harvest(Asker(press.datacite), metadataPrefix="oai_dc", set=press.group.upper()).by_name()

    for name in of_kind(press.all_names, "DATA"):
        elements = press.accounts[0].view(name).elements
        title = elements.get("datacite.title") or "Water levels of the outer harbour"
        dublin_core = etree.fromstring(found[plain_name(name)].metadata)
        assert [node.text for node in dublin_core.iter("{*}title")] == [title]
        assert f"https://doi.org/{name[4:].lower()}" in [(node.text or "").lower() for node in dublin_core.iter("{*}identifier")]


@each_client
def test_a_deposit_comes_back_in_crossrefs_envelope(press: Press, harvest: Harvester) -> None:
    found = harvest(press.subscriber, metadataPrefix="cr_unixsd", set=f"J:{press.prefix}").by_name()

    for name in of_kind(press.all_names, "ARTICLE"):
        registered = etree.fromstring(press.accounts[0].view(name).elements["crossref"].encode())
        harvested = etree.fromstring(found[info_name(name)].metadata)
        assert harvested.tag == "{http://www.crossref.org/qrschema/3.0}crossref_result"
        assert texts(harvested, "journal") == texts(registered, "journal")
        assert [node.text for node in harvested.iter("{*}journal_article")][:1]


def texts(document: etree._Element, element: str) -> list[tuple[str, str]]:
    """All text below the first such element, with the names of what it stands in."""
    found = next(document.iter(f"{{*}}{element}"))
    return [(etree.QName(node).localname, (node.text or "").strip()) for node in found.iter() if isinstance(node.tag, str)]


# ------------------------------------------------------------------------------------------------------- incremental harvests
@each_client
def test_a_copy_that_is_kept_by_harvesting_stays_equal_to_the_registry(press: Press, harvest: Harvester) -> None:
    asker, asked = Asker(press.datacite), {"metadataPrefix": "oai_dc", "set": press.group.upper()}
    author, unique = press.accounts[0], secrets.token_hex(3).upper()
    start = f"doi:{press.prefix}/D-DATA{unique}"
    for number in range(3):
        press.names[0].append(press.make(0, f"{start}{number}", described(number)))
    draft, discarded = f"{start}DRAFT", f"{start}DISCARDED"
    for name in (draft, discarded):
        press.make(0, name, {**described(8), "_status": "reserved"})
    press.settle()
    first = harvest(asker, **asked)
    copy = as_harvested(first)
    assert copy == as_registered(press, press.all_names, plain_name)
    assert f"{start}0".lower() in copy

    later_than(press, copy[f"{start}2".lower()].datestamp)
    assert author.modify(f"{start}0", {"datacite.title": "Water levels, corrected"}).status == 200
    assert author.modify(f"{start}1", {"_status": "unavailable | the gauge was broken"}).status == 200
    assert author.modify(f"{start}2", {"_export": "no"}).status == 200
    assert author.modify(draft, {"_status": "public"}).status == 200
    assert author.delete(discarded).status == 200
    press.names[0].append(draft)
    press.names[0].append(press.make(0, f"{start}NEW", described(9)))
    press.settle()
    second = harvest(asker, **asked, from_=first.response_date)

    news = as_harvested(second)
    assert {f"{start}{ending}".lower() for ending in ("0", "1", "2", "DRAFT", "NEW")} <= news.keys()
    assert {name for name, shown in news.items() if shown.deleted} == {f"{start}1".lower(), f"{start}2".lower()}
    assert all(shown.datestamp >= first.response_date for shown in news.values())
    assert copy | news == as_registered(press, press.all_names, plain_name)
    changed = next(item for item in second.items if item.identifier == f"{start}0".lower())
    assert "Water levels, corrected" in changed.metadata

    assert author.modify(f"{start}1", {"_status": "public"}).status == 200
    press.settle()
    third = as_harvested(harvest(asker, **asked, from_=second.response_date))

    assert not third[f"{start}1".lower()].deleted
    assert copy | news | third == as_registered(press, press.all_names, plain_name)


def later_than(press: Press, datestamp: str) -> None:
    """Let the second of an earlier change pass, so that a later one has another datestamp."""
    deadline = time.monotonic() + WITHIN_S
    while press.reach() <= datestamp and time.monotonic() < deadline:
        pass  # each round is a request


@both_pythons
def test_a_harvest_of_what_is_new_may_be_empty(press: Press, harvest: Harvester) -> None:
    tomorrow = instant(int(time.time()) + 24 * 3600)

    found = harvest(Asker(press.datacite), metadataPrefix="oai_dc", set=press.group.upper(), from_=tomorrow)

    assert found.items == []


# ------------------------------------------------------------------------------------------------------------- who sees what
@both_pythons
def test_records_at_crossrefs_base_need_a_token_and_their_names_need_none(press: Press, harvest: Harvester) -> None:
    nobody, asked = Asker(press.crossref), {"metadataPrefix": "cr_unixsd", "set": f"J:{press.prefix}"}

    listed = harvest(nobody, "ListIdentifiers", **asked)

    assert listed.by_name().keys() == set(map(info_name, of_kind(press.all_names, "ARTICLE")))
    for asker in (nobody, Asker(press.crossref, {"Crossref-Plus-API-Token": "Bearer nonsense"})):
        with pytest.raises(requests.HTTPError, match="401"):
            sickle(asker, **asked)  # the other looks for an error of the protocol in every answer


@both_pythons
@pytest.mark.parametrize("number", [0, 1], ids=["one", "two"])
def test_a_member_harvests_its_own(press: Press, harvest: Harvester, number: int) -> None:
    account = press.accounts[number]
    asker = Asker(press.crossref, login=(account.account, account.password))

    found = harvest(asker, metadataPrefix="cr_unixsd", set=f"J:{press.prefix}")

    assert found.by_name().keys() == set(map(info_name, of_kind(press.names[number], "ARTICLE")))


def test_a_recipient_does_not_get_what_a_depositor_keeps_from_it(press: Press) -> None:
    recipient = f"{press.group}-out"
    press.operate("recipient", "create", recipient, "--name", "Another indexer", "--window-days", "0")
    press.operate("optout", "set", recipient, "out", "--account", press.accounts[1].account)
    token = press.operate("token", "create", recipient, "--name", "test")["token"]

    asker = Asker(press.crossref, {"Crossref-Plus-API-Token": f"Bearer {token}"})
    found = sickle(asker, metadataPrefix="cr_unixsd", set=f"J:{press.prefix}")
    press.operate("recipient", "remove", recipient)

    assert found.by_name().keys() == set(map(info_name, of_kind(press.names[0], "ARTICLE")))


# --------------------------------------------------------------------------------------------------------------- flow control
class Patient(Sickle):
    """Sickle, which waits when it is told to; here it does something instead."""

    def __init__(self, url: str, meanwhile: Callable[[str], None], **settings: Any) -> None:
        super().__init__(url, max_retries=5, **settings)
        self._meanwhile = meanwhile

    def get_retry_after(self, answer: requests.Response) -> int:
        self._meanwhile(answer.headers["Retry-After"])
        return 0


def test_too_many_first_requests_wait_and_those_that_go_on_do_not(press: Press) -> None:
    asked = {"metadataPrefix": "cr_unixsd", "set": f"J:{press.prefix}"}
    account = press.accounts[0]
    leases = DynamoLeases(lambda: int(time.time()), places=PLACES)
    held: list[Any] = []
    told: list[str] = []

    def let_one_go(retry_after: str) -> None:
        told.append(retry_after)
        leases.release(held.pop())

    client = Patient(press.crossref, let_one_go, auth=(account.account, account.password))
    begun = client.ListIdentifiers(metadataPrefix="oai_dc", set=f"B:{press.prefix}")
    held += [leases.acquire(f"account:{account.account}") for _ in range(PLACES)]
    assert None not in held
    assert leases.acquire(f"account:{account.account}") is None

    went_on = len(list(begun))
    waited = len(list(client.ListRecords(**asked)))
    for lease in held:
        leases.release(lease)

    assert went_on == len(of_kind(press.names[0], "BOOK", "DATA"))
    assert waited == len(of_kind(press.names[0], "ARTICLE"))
    assert told == ["1"]


# --------------------------------------------------------------------------------------------------------------- kept forms
def test_harvests_stay_as_they_are_while_kept_forms_are_out_of_date_and_when_they_are_renewed(press: Press) -> None:
    name = next(each for each in press.names[0] if "D-DATA0" in each)
    kept = RecordItem.get(name, RECORD_SORT_KEY, consistent_read=True)
    as_kept = harvested_record(press, name)
    stale = dict.fromkeys(kept.forms, b"0" + b"0\nof an earlier version")
    RecordItem(name, RECORD_SORT_KEY).update(actions=[RecordItem.forms.set(stale)])

    as_written = harvested_record(press, name)
    renewed = press.operate("renew")["renewed"]
    after = RecordItem.get(name, RECORD_SORT_KEY, consistent_read=True)

    assert as_kept == as_written == harvested_record(press, name)
    assert renewed == 1
    assert after.serialize() == kept.serialize()
    assert press.operate("renew")["renewed"] == 0


def harvested_record(press: Press, name: str) -> list[bytes]:
    """A record with its header, as anybody harvests it, in all formats."""
    found = []
    for prefix in DATACITE_FORMATS:
        asked = {"verb": "GetRecord", "identifier": plain_name(name), "metadataPrefix": prefix}
        answer = requests.get(press.datacite, params=asked, timeout=60).content
        found.append(answer[answer.index(b"<record>") : answer.index(b"</record>")])
    return found
