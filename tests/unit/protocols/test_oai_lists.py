"""Lists of OAI-PMH: what bounds a page, what a token is bound to, and that nothing is lost or doubled while others write."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from pidstack.domain.accounts import Account, Group
from pidstack.domain.counting import HARVESTED, Tally
from pidstack.domain.placement import Kind, WantedPlace
from pidstack.domain.recipient import Recipient, Token, token_digest
from pidstack.domain.record import Record
from pidstack.domain.shoulder import Prefix
from pidstack.domain.state import State
from tests.oai_answers import Answer
from tests.oai_world import SETTINGS, SETTLE_S, WATERMARK, OaiWorld

OPEN = "/oai/datacite"
IDENTIFIERS = {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc"}
RECORDS = {"verb": "ListRecords", "metadataPrefix": "oai_dc"}


@pytest.fixture
def there() -> OaiWorld:
    """Seven articles; a page has three."""
    world = OaiWorld()
    for number in range(7):
        world.keep(f"doi:10.9999/FZ4{number}")
    return world


def names(pages: list[Answer]) -> list[str]:
    return [name for page in pages for name in page.names]


# ---------------------------------------------------------------------------------------------------------------- pages
def test_bytes_bound_a_page_as_well_as_counts(there: OaiWorld) -> None:
    asked = {"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "doi:10.9999/fz40"}
    text = there.send(OPEN, asked).text
    one = len(text[text.index("<record>") : text.index("</GetRecord>")])
    there.settings = replace(there.settings, page_bytes=2 * one)

    pages = list(there.pages(OPEN, RECORDS))

    assert [len(page.names) for page in pages] == [2, 2, 2, 1]
    assert len(set(names(pages))) == 7


def test_a_record_that_is_too_long_for_any_page_has_one_of_its_own(there: OaiWorld) -> None:
    there.settings = replace(there.settings, page_bytes=1)

    assert [len(page.names) for page in there.pages(OPEN, RECORDS)] == 7 * [1]


def test_no_page_is_empty_however_many_there_are() -> None:
    for count in range(1, 10):
        world = OaiWorld()
        for number in range(count):
            world.keep(f"doi:10.9999/FZ4{number}")

        sizes = [len(page.names) for page in world.pages(OPEN, IDENTIFIERS)]

        assert sizes == count // 3 * [3] + ([count % 3] if count % 3 else [])


def test_the_cursor_counts_what_was_given_before_also_over_pages_cut_by_bytes(there: OaiWorld) -> None:
    there.settings = replace(there.settings, page_bytes=2500)
    pages = list(there.pages(OPEN, RECORDS))

    cursors = [int(page.token_element.get("cursor") or "") for page in pages if page.token_element is not None]

    assert cursors == [sum(len(each.names) for each in pages[:number]) for number in range(len(pages))]


def test_the_size_of_the_whole_is_told_by_the_counters(there: OaiWorld) -> None:
    there.counters.counts[HARVESTED, 0] = Tally(findable=6, registered=1)
    sizes = [
        page.token_element.get("completeListSize") for page in there.pages(OPEN, IDENTIFIERS) if page.token_element is not None
    ]

    assert sizes == ["7", "7", "7"]


@pytest.mark.parametrize("more", [{"from": "2001-01-01"}, {"until": "2027-01-01"}], ids=["from", "until"])
def test_the_size_of_a_part_is_not_told(there: OaiWorld, more: dict[str, str]) -> None:
    there.counters.counts[HARVESTED, 0] = Tally(findable=7)
    there.change("doi:10.9999/FZ40", updated_s=there.world.time() - 40 * 24 * 3600)
    for number in range(1, 7):
        there.change(f"doi:10.9999/FZ4{number}", updated_s=there.world.time() - 40 * 24 * 3600)

    element = there.ask(OPEN, IDENTIFIERS | more).token_element

    assert element is not None
    assert element.get("completeListSize") is None


def test_a_size_that_is_known_to_be_too_small_is_not_told(there: OaiWorld) -> None:
    there.counters.counts[HARVESTED, 0] = Tally(findable=4)
    sizes = [
        page.token_element.get("completeListSize") for page in there.pages(OPEN, IDENTIFIERS) if page.token_element is not None
    ]

    assert sizes == ["4", None, None]


# ------------------------------------------------------------------------------------------------------------------ time
@pytest.mark.parametrize("asked", [IDENTIFIERS, RECORDS, {"verb": "ListSets"}], ids=["ListIdentifiers", "ListRecords", "ListSets"])
def test_a_list_is_of_the_time_up_to_which_it_is_complete(there: OaiWorld, asked: dict[str, str]) -> None:
    assert there.ask(OPEN, asked).date == WATERMARK


@pytest.mark.parametrize(
    "asked",
    [{"verb": "Identify"}, {"verb": "ListMetadataFormats"}, {"verb": "GetRecords"}, {"verb": "Identify", "set": "J"}],
    ids=["Identify", "ListMetadataFormats", "badVerb", "badArgument"],
)
def test_every_other_answer_is_of_that_time_as_well(there: OaiWorld, asked: dict[str, str]) -> None:
    assert there.ask(OPEN, asked).date == WATERMARK


def test_who_goes_on_from_the_date_of_identify_misses_nothing(there: OaiWorld) -> None:
    begun = there.ask(OPEN, {"verb": "Identify"}).date
    there.change("doi:10.9999/FZ43")
    there.world.time.now_s += SETTLE_S

    pages = list(there.pages(OPEN, IDENTIFIERS | {"from": begun}))

    assert "doi:10.9999/fz43" in names(pages)


def test_an_empty_list_is_of_that_time_too(there: OaiWorld) -> None:
    assert there.ask(OPEN, IDENTIFIERS | {"from": WATERMARK}).date == WATERMARK


def test_later_pages_are_of_the_time_of_the_first(there: OaiWorld) -> None:
    first = there.ask(OPEN, IDENTIFIERS)
    there.world.time.now_s += 3600
    second = there.ask(OPEN, {"verb": "ListIdentifiers", "resumptionToken": first.token})

    assert second.date == first.date == WATERMARK


def test_what_was_changed_just_now_waits_and_then_comes(there: OaiWorld) -> None:
    there.change("doi:10.9999/FZ43")
    first = list(there.pages(OPEN, IDENTIFIERS))
    there.world.time.now_s += SETTLE_S
    second = list(there.pages(OPEN, IDENTIFIERS | {"from": first[0].date}))

    assert "doi:10.9999/fz43" not in names(first)
    assert "doi:10.9999/fz43" in names(second)


def test_from_an_answers_time_on_nothing_is_an_error_of_order(there: OaiWorld) -> None:
    now = there.ask(OPEN, {"verb": "Identify"}).date

    assert there.ask(OPEN, IDENTIFIERS | {"from": now}).codes == ["noRecordsMatch"]


def test_harvesting_on_and_on_misses_no_change_though_indexes_lag() -> None:
    lag_s = SETTLE_S - 1
    kept: list[tuple[int, Record]] = []

    def indexed() -> list[Record]:
        newest: dict[str, Record] = {}
        for seen_s, record in kept:
            if seen_s <= world.world.time():
                newest[str(record.identifier)] = record
        return list(newest.values())

    world = OaiWorld(indexed=indexed)
    known: dict[str, str] = {}
    since: dict[str, str] = {}
    for turn in range(60):
        name = f"doi:10.9999/FZ4{turn * 7 % 11}"
        if name in {str(record.identifier) for record in world.records()}:
            world.change(name, target=f"https://example.org/{turn}")
        else:
            world.keep(name, updated_s=world.world.time())
        record = next(each for each in world.records() if str(each.identifier) == name)
        kept.append((world.world.time() + lag_s, record))
        world.world.time.now_s += 5
        if turn % 4 == 0:
            since = _harvest(world, known, since)
    world.world.time.now_s += 2 * SETTLE_S
    _harvest(world, known, since)

    expected = {str(record.identifier).lower(): record.updated_s for record in world.records()}
    assert {name: _seconds(stamp) for name, stamp in known.items()} == expected


def _harvest(world: OaiWorld, known: dict[str, str], since: dict[str, str]) -> dict[str, str]:
    first = world.ask(OPEN, IDENTIFIERS | since)
    if not first.codes:
        for page in world.pages(OPEN, IDENTIFIERS | since):
            known.update({header.identifier: header.datestamp for header in page.headers})
    return {"from": first.date}


def _seconds(stamp: str) -> int:
    from datetime import datetime

    return int(datetime.fromisoformat(stamp).timestamp())


def test_writers_in_the_middle_of_a_list_make_no_entry_come_twice_or_never(there: OaiWorld) -> None:
    first = there.ask(OPEN, IDENTIFIERS)
    there.world.time.now_s += 3600
    there.keep("doi:10.9999/FZ40A", updated_s=there.world.time())
    there.change("doi:10.9999/FZ41")
    there.change("doi:10.9999/FZ46")
    second = there.ask(OPEN, {"verb": "ListIdentifiers", "resumptionToken": first.token})
    rest = [second]
    while rest[-1].token:
        rest.append(there.ask(OPEN, {"verb": "ListIdentifiers", "resumptionToken": rest[-1].token}))

    listed = names([first, *rest])
    assert len(listed) == len(set(listed))
    assert set(listed) == {f"doi:10.9999/fz4{number}" for number in range(6)}
    there.world.time.now_s += 3600
    assert names(list(there.pages(OPEN, IDENTIFIERS | {"from": first.date}))) == [
        "doi:10.9999/fz40a",
        "doi:10.9999/fz41",
        "doi:10.9999/fz46",
    ]


def test_a_record_that_is_withdrawn_and_one_that_is_not_exported_any_more_are_deleted(there: OaiWorld) -> None:
    at_s = there.world.time() - SETTLE_S
    there.change("doi:10.9999/FZ40", state=State.REGISTERED, updated_s=at_s)
    there.change("doi:10.9999/FZ41", exported=False, updated_s=at_s)

    changed = there.ask(OPEN, RECORDS | {"from": WATERMARK})

    assert [(header.identifier, header.deleted) for header in changed.headers] == [
        ("doi:10.9999/fz40", True),
        ("doi:10.9999/fz41", True),
    ]
    assert changed.metadata == []


# --------------------------------------------------------------------------------------------------------------- tokens
def test_a_subscribers_token_is_the_subscribers() -> None:
    there = OaiWorld()
    for number in range(4):
        there.keep(f"doi:10.9999/FZ4{number}")
    keys = {}
    for name in ("museum", "library"):
        there.subscriptions.create(Recipient(name, name))
        there.subscriptions.add_token(Token(name, "only", token_digest(f"{name}.x")))
        keys[name] = {"Crossref-Plus-API-Token": f"Bearer {name}.x"}
    again = {"verb": "ListRecords", "resumptionToken": there.ask("/oai", RECORDS, headers=keys["museum"]).token}

    assert there.ask("/oai", again, headers=keys["museum"]).names
    assert there.ask("/oai", again, headers=keys["library"]).codes == ["badResumptionToken"]
    assert there.ask("/oai", again, by=("alice", "alicepw")).codes == ["badResumptionToken"]
    assert there.send("/oai", again).status == 401


def test_the_token_of_a_public_list_is_everybodys(there: OaiWorld) -> None:
    there.subscriptions.create(Recipient("museum", "Museum"))
    there.subscriptions.add_token(Token("museum", "only", token_digest("museum.x")))
    key = {"Crossref-Plus-API-Token": "Bearer museum.x"}
    again = {"verb": "ListIdentifiers", "resumptionToken": there.ask("/oai", IDENTIFIERS, headers=key).token}

    assert there.ask("/oai", again).names == there.ask("/oai", again, headers=key, address="203.0.113.1").names


def test_a_token_goes_on_with_the_format_set_and_dates_that_it_was_begun_with(there: OaiWorld) -> None:
    there.keep("doi:10.9999/FZ4B", WantedPlace(Kind.BOOK, "10.9999", "A book"))
    asked = {"verb": "ListRecords", "metadataPrefix": "cr_unixml", "set": "J:10.9999", "until": WATERMARK}
    pages = list(there.pages("/oai", asked, by=("alice", "alicepw")))

    assert len(names(pages)) == 7
    assert {metadata.tag for page in pages for metadata in page.metadata} == {"{http://www.crossref.org/xschema/1.1}crossref"}


def test_open_lists_take_no_places(there: OaiWorld) -> None:
    for _ in range(3):
        there.leases.acquire("address:192.0.2.1")

    assert there.ask(OPEN, IDENTIFIERS).names


def test_a_format_that_nobody_has_takes_no_place_to_be_told_so(there: OaiWorld) -> None:
    for _ in range(3):
        there.leases.acquire("address:192.0.2.1")

    assert there.send("/oai", IDENTIFIERS).status == 503
    assert there.ask("/oai", IDENTIFIERS | {"metadataPrefix": "marc"}).codes == ["cannotDisseminateFormat"]


# ----------------------------------------------------------------------------------------------------------------- sets
def test_sets_come_in_pages_whatever_their_size(there: OaiWorld) -> None:
    for number in range(1, 6):
        there.keep(f"doi:10.9999/FZ4Y{number}", WantedPlace(Kind.JOURNAL, "10.9999", "Yearly", year=2000 + number))
        there.keep(f"doi:10.3333{number}/CR", WantedPlace(Kind.JOURNAL, f"10.3333{number}", "Elsewhere", year=2000))
    found = []
    for size in (1, 2, 3, 7, 1000):
        there.settings = replace(there.settings, sets_page_size=size)
        pages = list(there.pages("/oai", {"verb": "ListSets"}))
        found.append([spec for page in pages for spec in page.sets])
        assert all(len(page.sets) <= size for page in pages)

    assert all(one == other for one, other in pairwise(found))
    assert len(set(found[0])) == len(found[0]) == 1 + 6 + 7 + 11


def test_a_page_of_sets_goes_into_few_prefixes(there: OaiWorld) -> None:
    there.settings = replace(there.settings, sets_page_size=1000)
    for number in range(60):
        there.keep(f"doi:10.4{number:03}/X", WantedPlace(Kind.JOURNAL, f"10.4{number:03}", "Elsewhere"))
    pages = list(there.pages("/oai", {"verb": "ListSets"}))

    assert len(pages) == 3
    assert len({spec for page in pages for spec in page.sets}) == sum(len(page.sets) for page in pages)


def test_books_and_their_series_stand_in_the_order_of_their_numbers() -> None:
    there = OaiWorld()
    for number in range(3):
        place = WantedPlace(Kind.BOOK, "10.9999", f"Volume {number}", series_title=f"Series {number % 2}")
        there.keep(f"doi:10.9999/FZ4{number}", place)
    listed = [spec for page in there.pages("/oai", {"verb": "ListSets", "set": "B"}) for spec in page.sets]

    assert listed == ["B", "B:10.9999", *(f"B:10.9999:{number}" for number in range(1, 6))]


@pytest.mark.parametrize(
    ("branch", "below"),
    [
        pytest.param("J:10.9999:1", ["J:10.9999:1:2001"], id="a journal and its year"),
        pytest.param("J:10.9999:1:2001", [], id="a year"),
        pytest.param("B:10.9999:3", [], id="a book"),
        pytest.param("B:10.9999:2", [], id="a series among the books"),
        pytest.param("S:10.9999:2", [], id="a series"),
    ],
)
def test_a_title_is_listed_without_reading_the_others(branch: str, below: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    there = OaiWorld(settings=replace(SETTINGS, sets_page_size=1))
    there.keep("doi:10.9999/FZ4J", WantedPlace(Kind.JOURNAL, "10.9999", "Yearly", year=2001))
    there.keep("doi:10.9999/FZ4B", WantedPlace(Kind.BOOK, "10.9999", "Volume", series_title="Series"))
    monkeypatch.delattr(type(there.world.publications), "publications")

    listed = [spec for page in there.pages("/oai", {"verb": "ListSets", "set": branch}) for spec in page.sets]

    assert listed == [branch, *below]


def test_no_year_is_no_set(there: OaiWorld) -> None:
    assert there.ask("/oai", IDENTIFIERS | {"set": "J:10.9999:1:2011"}).names
    assert there.ask("/oai", IDENTIFIERS | {"set": "J:10.9999:1:0000"}).codes == ["noRecordsMatch"]


def test_names_of_sets_are_escaped(there: OaiWorld) -> None:
    there.keep("doi:10.9999/FZ4X", WantedPlace(Kind.JOURNAL, "10.9999", "<Cats> & \x0bdogs"))

    sets = {spec: name for page in there.pages("/oai", {"verb": "ListSets"}) for spec, name in page.sets.items()}

    assert sets["J:10.9999:2"] == "<Cats> & dogs"


def test_a_prefix_without_a_title_is_called_by_itself(there: OaiWorld) -> None:
    old = there.world.keeper.prefix("doi:10.9999")
    assert isinstance(old, Prefix)
    assert there.ask("/oai", {"verb": "ListSets"}).sets["J:10.9999"] == "10.9999"


def test_providers_and_clients_are_groups_and_accounts_that_have_something(there: OaiWorld) -> None:
    there.keep("ark:/20775/bb1", owner="bob", group="groupb")

    assert there.ask(OPEN, {"verb": "ListSets"}).sets == {
        "GROUPA": "groupa",
        "GROUPA.ALICE": "alice",
        "GROUPB": "groupb",
        "GROUPB.BOB": "bob",
    }


def test_without_a_record_there_are_no_sets_of_depositors() -> None:
    assert OaiWorld().ask(OPEN, {"verb": "ListSets"}).codes == ["noSetHierarchy"]


@pytest.mark.parametrize("spec", ["GROUPB.BOB", "groupb.bob", "GroupB", "GROUPB"])
def test_depositors_are_found_in_any_case(there: OaiWorld, spec: str) -> None:
    there.keep("ark:/20775/bb1", owner="bob", group="groupb")

    assert there.ask(OPEN, IDENTIFIERS | {"set": spec}).names == ["ark:/20775/bb1"]


def test_an_account_named_by_its_group_already_is_not_named_by_it_again(there: OaiWorld) -> None:
    there.world.keeper.create(Group("cdl"))
    for name in ("cdl.cdl", "dash"):
        there.world.keeper.create(Account(name, "cdl"))
        there.keep(f"ark:/13030/c7{name[-3:]}", owner=name, group="cdl")

    sets = {spec for page in there.pages(OPEN, {"verb": "ListSets"}) for spec in page.sets}

    assert {"CDL", "CDL.CDL", "CDL.DASH"} <= sets
    assert there.ask(OPEN, IDENTIFIERS | {"set": "CDL.CDL"}).names == ["ark:/13030/c7cdl"]
    assert there.ask(OPEN, IDENTIFIERS | {"set": "CDL.DASH"}).names == ["ark:/13030/c7ash"]


def test_a_symbol_stands_in_datacites_envelope(there: OaiWorld) -> None:
    asked = {"verb": "GetRecord", "metadataPrefix": "oai_datacite", "identifier": "doi:10.9999/fz40"}
    space = "{http://schema.datacite.org/oai/oai-1.1/}"

    assert there.ask(OPEN, asked).metadata[0].findtext(f"{space}datacentreSymbol") == "GROUPA.ALICE"
    there.change("doi:10.9999/FZ40", datacenter="CDL.LIB")
    assert there.ask(OPEN, asked).metadata[0].findtext(f"{space}datacentreSymbol") == "CDL.LIB"


# --------------------------------------------------------------------------------------------------------------- members
def test_a_groups_administrator_harvests_the_group(there: OaiWorld) -> None:
    there.keep("doi:10.9999/FZ4AARON", owner="aaron")
    there.keep("doi:10.9999/FZ4BOB", owner="bob", group="groupb")

    mine = names(list(there.pages("/oai", RECORDS, by=("gadmin", "gadminpw"))))

    assert len(mine) == 8
    assert "info:doi/10.9999/FZ4BOB" not in mine


@pytest.mark.parametrize("verb", ["ListRecords", "ListIdentifiers", "GetRecord"])
def test_a_wrong_password_is_refused(there: OaiWorld, verb: str) -> None:
    more = {"identifier": "info:doi/10.9999/FZ40"} if verb == "GetRecord" else {}

    assert there.send("/oai", {"verb": verb, "metadataPrefix": "oai_dc", **more}, by=("alice", "wrong")).status == 401


def test_a_header_that_cannot_be_read_is_refused(there: OaiWorld) -> None:
    assert there.send("/oai", RECORDS, headers={"Authorization": "Basic !"}).status == 401


def test_syntax_comes_before_access(there: OaiWorld) -> None:
    assert there.ask("/oai", {"verb": "ListRecords"}).codes == ["badArgument"]
    assert there.send("/oai", RECORDS).status == 401
