"""Lists in DataCite's REST API: pages, links, totals, filters, who sees what, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from pidstack.domain.shoulder import Agency
from pidstack.domain.state import State
from pidstack.store import identifiers as store_of_records
from pidstack.store.ledger import DynamoLedger
from tests.builders import NOW_S
from tests.commits import Story
from tests.contract.in_process import BASE_URL, Answer, Gateway, running

DAY_S = 24 * 3600
YEAR_S = 366 * DAY_S
ALICE, BOB, STAFF = ("alice", "alicepw"), ("bob", "bobpw"), ("admin", "adminpw")
PUBLIC = [f"10.9999/f{number:02d}" for number in range(12)]
DATASETS = PUBLIC[:4]


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    with running() as gateway:
        gateway.add_shoulder("doi:10.9999/F", agency=Agency.DATACITE, datacenter="GROUPA.ALICE")
        gateway.add_account(*ALICE, "doi:10.9999/F", group="groupa", title="Alice's library")
        gateway.add_account("aaron", "aaronpw", group="groupa")
        gateway.add_account("gadmin", "gadminpw", group="groupa", group_admin=True)
        gateway.add_account(*BOB, group="groupb")
        gateway.add_account(*STAFF, group="admin", superuser=True)
        _fill()
        yield gateway


def _fill() -> None:
    """Twelve public DOIs of alice's, made and changed a day apart; and others, among them what is no list's business."""
    story = Story()
    for number, name in enumerate(PUBLIC):
        at_s = NOW_S + number * DAY_S
        kind = "Dataset" if name in DATASETS else "JournalArticle"
        elements = {"datacite.title": name, "datacite.publicationyear": "2011", "datacite.resourcetype": f"{kind}/x"}
        story.write(f"doi:{name.upper()}", created_s=at_s, updated_s=at_s, registered_s=at_s, resource_type=kind, elements=elements)
    more: list[tuple[str, dict[str, Any]]] = [
        ("doi:10.9999/DRAFT", {"state": State.DRAFT}),
        ("doi:10.9999/HIDDEN", {"state": State.REGISTERED, "registered_s": NOW_S}),
        ("doi:10.9999/AARON", {"owner": "aaron", "state": State.DRAFT}),
        ("doi:10.7777/BOB", {"owner": "bob", "group": "groupb", "resource_type": "Dataset"}),
        ("doi:10.7777/BOB-DRAFT", {"owner": "bob", "group": "groupb", "state": State.DRAFT}),
        ("doi:10.9999/CROSSREF", {"agency": Agency.CROSSREF}),
        ("doi:10.9999/AGENT", {"agent_role": "user"}),
        ("ark:/99999/fk4a", {}),
    ]
    for name, fields in more:
        story.write(name, **{"updated_s": NOW_S - DAY_S, "created_s": NOW_S - 2 * YEAR_S, **fields})
    for record in story.records.values():
        item = store_of_records._item(record)
        item.token = record.token
        item.save()
    DynamoLedger().enter(story.commits)


def content(answer: Answer) -> dict[str, Any]:
    assert answer.status == 200, answer.text
    told: dict[str, Any] = json.loads(answer.text)
    return told


def names(told: dict[str, Any]) -> list[str]:
    return [each["id"] for each in told["data"]]


def follow(gateway: Gateway, path: str, by: tuple[str, str] | None = None) -> list[list[str]]:
    """The DOIs on each page, from the first to the one without a next."""
    pages = []
    while path:
        told = content(gateway.send("GET", path, by=by))
        pages.append(names(told))
        path = told["links"].get("next", "").removeprefix(BASE_URL)
    return pages


NEWEST = [*reversed(PUBLIC), "10.7777/bob"]


@pytest.mark.parametrize("size", [3, 13])
def test_pages_by_number_tell_all_newest_first(gateway: Gateway, size: int) -> None:
    pages = follow(gateway, f"/dois?page[size]={size}")

    assert [name for page in pages for name in page] == NEWEST
    assert {len(page) for page in pages[:-1]} <= {size}
    assert 0 < len(pages[-1]) <= size


@pytest.mark.parametrize("size", [3, 13])
def test_pages_by_cursor_tell_all_once(gateway: Gateway, size: int) -> None:
    pages = follow(gateway, f"/dois?page[cursor]=1&page[size]={size}")

    assert sorted(name for page in pages for name in page) == sorted(NEWEST)


def test_a_page_says_where_it_stands(gateway: Gateway) -> None:
    told = content(gateway.send("GET", "/dois?client_id=groupa.alice&prefix=10.9999&page[size]=5&page[number]=2&detail=true"))

    assert told["meta"] == {
        "total": 12,
        "totalPages": 3,
        "page": 2,
        "states": [{"id": "findable", "title": "Findable", "count": 12}],
    }
    query = "client-id=groupa.alice&detail=true&page%5Bnumber%5D=3&page%5Bsize%5D=5&prefix=10.9999"
    asked = "client_id=groupa.alice&prefix=10.9999&page%5Bsize%5D=5&page%5Bnumber%5D=2&detail=true"
    assert told["links"] == {"self": f"{BASE_URL}/dois?{asked}", "next": f"{BASE_URL}/dois?{query}"}


def test_a_size_of_nothing_only_counts(gateway: Gateway) -> None:
    told = content(gateway.send("GET", "/dois?page[size]=0&disable-facets=true"))

    assert (told["data"], told["meta"]) == ([], {"total": 13, "totalPages": 0, "page": 1})
    assert "next" not in told["links"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("client-id=GROUPA.ALICE", PUBLIC, id="client"),
        pytest.param("client-id=groupb.bob", ["10.7777/bob"], id="another client"),
        pytest.param("client-id=groupb.nobody", [], id="no client"),
        pytest.param("provider-id=groupa", PUBLIC, id="provider"),
        pytest.param("provider-id=groupa&client-id=groupb.bob", [*PUBLIC, "10.7777/bob"], id="provider or client"),
        pytest.param("prefix=10.7777", ["10.7777/bob"], id="prefix"),
        pytest.param("prefix=10.7777,10.9999", NEWEST, id="prefixes"),
        pytest.param("resource-type-id=dataset", [*DATASETS, "10.7777/bob"], id="type"),
        pytest.param("resource-type-id=dataset&prefix=10.9999", DATASETS, id="type and prefix"),
        pytest.param("resource_type_id=journal-article", PUBLIC[4:], id="type of two words"),
        pytest.param("created=2025", ["10.7777/bob"], id="created in a year"),
        pytest.param("created=2026,2025", ["10.7777/bob"], id="created in a range of years"),
        pytest.param("registered=2027", PUBLIC, id="registered in a year"),
        pytest.param("schema-version=4", NEWEST, id="schema"),
        pytest.param("schema-version=3", [], id="another schema"),
        pytest.param("prefix=10.7777&sort=bogus", ["10.7777/bob"], id="an order that nobody knows"),
        pytest.param("state=draft", NEWEST, id="a state that the public does not see"),
        pytest.param("ids=10.9999/F02,10.7777/bob,10.9999/none,10.9999/draft,x", [PUBLIC[2], "10.7777/bob"], id="ids"),
        pytest.param("id=10.9999/f02", [PUBLIC[2]], id="id"),
        pytest.param("query=", NEWEST, id="an empty query"),
        pytest.param("query=*", NEWEST, id="a query for everything"),
        pytest.param("query=doi:10.9999/F03", [PUBLIC[3]], id="query for a DOI"),
        pytest.param('query=doi:"10.9999/F03"+AND+state:findable', [PUBLIC[3]], id="query for a quoted DOI"),
        pytest.param("query=doi:10.9999/F03+AND+prefix:10.7777", [], id="query for nothing"),
        pytest.param("query=client.id:groupa.alice+types.resourceTypeGeneral:Dataset", DATASETS, id="query for two things"),
        pytest.param("query=provider.id:groupa+AND+client.id:groupb.bob", [], id="query for a client of another provider"),
        pytest.param("query=updated:[2027-01-15+TO+2027-01-17]", PUBLIC[:3], id="query for changes"),
        pytest.param("query=updated:{2027-01-15+TO+2027-01-17}", PUBLIC[1:2], id="query for changes between"),
        pytest.param("query=(updated:[2027-01-25T00:00:00Z+TO+*])", PUBLIC[10:], id="query for changes since"),
        pytest.param("query=updated:2027-01-16", PUBLIC[1:2], id="query for changes of a day"),
        pytest.param("query=prefix:(10.7777+OR+10.1111)", ["10.7777/bob"], id="query for either"),
        pytest.param("query=isActive:true+AND+prefix:10.7777", ["10.7777/bob"], id="query for what is active"),
        pytest.param("query=isActive:false", [], id="query for what is not active"),
        pytest.param("prefix=10.7777&has-citations=0&include-other-registration-agencies=false", ["10.7777/bob"], id="no filter"),
    ],
)
def test_a_filter_leaves_what_fulfils_it(gateway: Gateway, query: str, expected: list[str]) -> None:
    for paging in ("page[size]=8", "page[size]=20&page[cursor]="):
        pages = follow(gateway, f"/dois?{query}&{paging}")

        assert sorted(name for page in pages for name in page) == sorted(expected), paging


@pytest.mark.parametrize(
    ("who", "hidden"),
    [
        pytest.param(None, [], id="the public"),
        pytest.param(("alice", "wrong"), [], id="a wrong password"),
        pytest.param(ALICE, ["10.9999/draft", "10.9999/hidden"], id="a client"),
        pytest.param(BOB, ["10.7777/bob-draft"], id="another client"),
        pytest.param(("gadmin", "gadminpw"), ["10.9999/aaron", "10.9999/draft", "10.9999/hidden"], id="a provider"),
        pytest.param(STAFF, ["10.7777/bob-draft", "10.9999/aaron", "10.9999/draft", "10.9999/hidden"], id="staff"),
    ],
)
def test_what_is_not_findable_is_listed_for_its_keepers(gateway: Gateway, who: tuple[str, str] | None, hidden: list[str]) -> None:
    lists = {
        "/dois": [*NEWEST, *hidden],
        "/dois?state=draft,registered": hidden or NEWEST,
        "/dois?prefix=10.9999": [name for name in [*NEWEST, *hidden] if name.startswith("10.9999/")],
        "/clients/groupb.bob/dois": [name for name in [*NEWEST, *hidden] if name.startswith("10.7777/")],
        "/providers/groupb/dois": [name for name in [*NEWEST, *hidden] if name.startswith("10.7777/")],
    }

    for path, expected in lists.items():
        told = content(gateway.send("GET", path, by=who))
        pages = follow(gateway, f"{path}{'&' if '?' in path else '?'}page[cursor]=1&page[size]=11", who)
        assert sorted(names(told)) == sorted(expected), path
        assert sorted(name for page in pages for name in page) == sorted(expected), path
        assert told["meta"]["total"] == len(expected), path


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("query=climate", "not supported"),
        ("query=titles.title:climate", "titles.title"),
        ("query=doi:10.9999/*", "not an exact value"),
        ("query=state:findable+OR+state:draft", "OR"),
        ("query=NOT+state:draft", "NOT"),
        ("query=updated:[2027-01-15+TO", "missing"),
        ("query=updated:soon", "not a date"),
        ('query=doi:"10', "quotation mark"),
        ("query=state:findable+AND", "missing"),
        ("subject=climate", "Parameter subject"),
        ("has-citations=1", "Parameter has-citations"),
        ("include_other_registration_agencies=true", "Parameter include-other-registration-agencies"),
        ("page[scroll]=1m", "Parameter page[scroll]"),
        ("sample-group=client&sample=2", "Parameter sample-group"),
        ("sort=title", "Sorting by title"),
        ("created=now", "not a year"),
        ("random=true&page[cursor]=1", "mutually exclusive"),
    ],
)
def test_what_no_index_can_answer_is_refused(gateway: Gateway, query: str, word: str) -> None:
    answer = gateway.send("GET", f"/dois?{query}")

    assert answer.status == 400
    assert word in json.loads(answer.text)["errors"][0]["title"]


def test_an_entry_has_what_a_list_tells(gateway: Gateway) -> None:
    brief = content(gateway.send("GET", "/dois?id=10.9999/f00"))["data"][0]
    detailed = content(gateway.send("GET", "/dois?id=10.9999/f00&detail=true"))["data"][0]
    whole = content(gateway.send("GET", "/dois/10.9999/f00"))["data"]

    more = {"prefix", "suffix", "alternateIdentifiers", "xml", "viewsOverTime", "downloadsOverTime", "citationsOverTime"}
    assert brief["attributes"] == {name: value for name, value in whole["attributes"].items() if name not in more}
    assert brief["relationships"] == {"client": {"data": {"id": "groupa.alice", "type": "clients"}}}
    assert detailed["attributes"] == whole["attributes"]
    assert detailed["relationships"] == {name: value for name, value in whole["relationships"].items() if name != "media"}


def test_only_the_fields_that_are_asked_for_are_told(gateway: Gateway) -> None:
    (entry,) = content(gateway.send("GET", "/dois?id=10.9999/f00&fields[dois]=id,titles,xml"))["data"]

    assert list(entry["attributes"]) == ["titles", "xml"]
    assert entry["attributes"]["xml"]
    assert (entry["id"], entry["type"], entry["relationships"]) == ("10.9999/f00", "dois", {})


def test_clients_are_told_once_beside_their_dois(gateway: Gateway) -> None:
    told = content(gateway.send("GET", "/dois?include=client,unknown"))

    assert sorted((each["id"], each["type"]) for each in told["included"]) == [
        ("groupa.alice", "clients"),
        ("groupb.bob", "clients"),
    ]
    assert "included" not in content(gateway.send("GET", "/dois"))


def test_facets_that_are_named_are_counted(gateway: Gateway) -> None:
    told = content(gateway.send("GET", "/dois?facets=clients,providers,prefixes,resource_types,created,unknown&page[size]=0"))[
        "meta"
    ]

    assert told["clients"] == [
        {"id": "groupa.alice", "title": "Alice's library", "count": 12},
        {"id": "groupb.bob", "title": "bob", "count": 1},
    ]
    assert told["providers"][0] == {"id": "groupa", "title": "groupa", "count": 12}
    assert told["prefixes"][1] == {"id": "10.7777", "title": "10.7777", "count": 1}
    assert told["resourceTypes"][0] == {"id": "journal-article", "title": "Journal Article", "count": 8}
    assert told["created"] == [{"id": "2027", "title": "2027", "count": 12}, {"id": "2025", "title": "2025", "count": 1}]
    assert "states" not in told


@pytest.mark.parametrize(
    ("query", "total"),
    [
        pytest.param("client-id=groupa.alice&resource-type-id=dataset", 4, id="a client's of a type"),
        pytest.param("client-id=groupa.alice&prefix=10.9999", 12, id="a client's under a prefix"),
        pytest.param("created=2027", 12, id="made in a year"),
        pytest.param("created=2025,2027", 13, id="made in some years"),
        pytest.param("query=registered:[2027-01-01+TO+2027-12-31]", 12, id="registered in a year"),
        pytest.param("resource-type-id=dataset,journal-article", 13, id="of two types"),
    ],
)
def test_a_page_that_is_not_the_last_knows_how_many_there_are(gateway: Gateway, query: str, total: int) -> None:
    told = content(gateway.send("GET", f"/dois?{query}&page[size]=2"))

    assert told["meta"]["total"] == total
    assert "next" in told["links"]


def test_a_sample_is_a_part_of_the_list(gateway: Gateway) -> None:
    samples = [names(content(gateway.send("GET", "/dois?random=true&page[size]=6"))) for _ in range(12)]

    assert all(len(set(sample)) == 6 and set(sample) < set(NEWEST) for sample in samples)
    assert len({frozenset(sample) for sample in samples}) > 1


def test_a_client_gets_all_its_names(gateway: Gateway) -> None:
    answer = gateway.send("GET", "/dois/get-dois", by=ALICE)

    assert content(answer) == {"dois": sorted([*map(str.upper, PUBLIC), "10.9999/DRAFT", "10.9999/HIDDEN"])}
    assert gateway.send("GET", "/dois/get-dois", by=BOB).status == 204
    assert gateway.send("GET", "/dois/get-dois").status == 401
    assert gateway.send("GET", "/dois/get-dois", by=STAFF).status == 403


def test_an_order_is_passed_over_by_who_reads_with_a_cursor(gateway: Gateway) -> None:
    pages = follow(gateway, "/dois?sort=-created&page[cursor]=1&page[size]=5")

    assert [name for page in pages for name in page] == NEWEST[::-1]


def test_a_cursor_that_is_none_begins(gateway: Gateway) -> None:
    first, other = (content(gateway.send("GET", f"/dois?page[cursor]={cursor}&page[size]=5")) for cursor in ("1", "%C3%A9*"))

    assert names(first) == names(other)


def test_oldest_first_is_the_other_way_round(gateway: Gateway) -> None:
    pages = follow(gateway, "/dois?sort=updated&page[size]=5")

    assert [name for page in pages for name in page] == NEWEST[::-1]
