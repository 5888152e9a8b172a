"""Clients, providers and prefixes in DataCite's REST API: the accounts, groups and shoulders of EZID's side."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from pidstack.domain.accounts import Group
from pidstack.domain.counting import CounterKey, CounterKind, Tally
from pidstack.domain.shoulder import Agency, Prefix
from pidstack.store import counters
from tests.builders import NOW_S
from tests.contract.in_process import BASE_URL, Answer, Gateway, running

NOT_THERE = {"errors": [{"status": "404", "title": "The resource you are looking for doesn't exist."}]}
ADMIN, GADMIN = ("admin", "adminpw"), ("gadmin", "gadminpw")
CREATED = "2027-01-15T08:00:00.000Z"
LAST_YEAR_S = NOW_S - 366 * 24 * 3600


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    with running() as gateway:
        gateway.directory.create(Group("library", title="University Library", created_s=NOW_S, url="https://library.example/"))
        gateway.directory.create(Group("archive", created_s=LAST_YEAR_S))
        for name, created_s in (
            ("doi:10.9999", NOW_S),
            ("doi:10.8888", NOW_S),
            ("doi:10.5072", LAST_YEAR_S),
            ("ark:/99999", NOW_S),
        ):
            gateway.directory.create(Prefix(name, title=f"Prefix {name}", created_s=created_s))
        gateway.add_shoulder("doi:10.9999/FZ4", agency=Agency.DATACITE)
        granted = ("doi:10.9999/FZ4", "doi:10.9999/FZ5", "ark:/99999/fk4", "doi:10.8888/")
        gateway.add_account(
            "demo",
            "demopw",
            *granted,
            group="library",
            title="Demo Data",
            email="demo@library.example",
            url="https://demo.example/",
            domains=("*.example.org", "example.org"),
            created_s=NOW_S,
        )
        gateway.add_account("library.maps", "mapspw", "doi:10.9999/FZ4", group="library", created_s=LAST_YEAR_S, disabled=True)
        gateway.add_account("gadmin", "gadminpw", group="library", group_admin=True)
        gateway.add_account("bob", "bobpw", group="archive", created_s=NOW_S)
        gateway.add_account("admin", "adminpw", group="staff", superuser=True)
        yield gateway


def data(answer: Answer, status: int = 200) -> Any:
    assert answer.status == status, answer.text
    return json.loads(answer.text)["data"]


def ids(gateway: Gateway, path: str) -> list[str]:
    return [each["id"] for each in data(gateway.send("GET", path))]


def write(gateway: Gateway, method: str, path: str, by: tuple[str, str], **told: Any) -> Answer:
    return gateway.send(method, path, json.dumps({"data": told}), by=by)


# ----------------------------------------------------------------------------------------------------------------- clients
def test_a_client_has_the_form_of_datacite(gateway: Gateway) -> None:
    assert data(gateway.send("GET", "/clients/library.demo")) == {
        "id": "library.demo",
        "type": "clients",
        "attributes": {
            "name": "Demo Data",
            "symbol": "LIBRARY.DEMO",
            "year": 2027,
            "alternateName": None,
            "description": None,
            "language": [],
            "clientType": "repository",
            "domains": "*.example.org,example.org",
            "re3data": None,
            "opendoar": None,
            "issn": {},
            "url": "https://demo.example/",
            "created": CREATED,
            "updated": CREATED,
            "isActive": True,
        },
        "relationships": {
            "provider": {"data": {"id": "library", "type": "providers"}},
            "prefixes": {"data": [{"id": "10.8888", "type": "prefixes"}, {"id": "10.9999", "type": "prefixes"}]},
        },
    }


@pytest.mark.parametrize("name", ["LIBRARY.DEMO", "demo", "Demo", "library%2Edemo", "library.demo/"])
def test_a_client_is_found_by_its_id_or_its_accounts_name(gateway: Gateway, name: str) -> None:
    assert data(gateway.send("GET", f"/clients/{name}"))["id"] == "library.demo"


def test_an_account_that_has_its_groups_name_before_its_own_is_not_called_it_twice(gateway: Gateway) -> None:
    found = data(gateway.send("GET", "/repositories/library.maps"))

    assert (found["id"], found["type"]) == ("library.maps", "repositories")
    assert found["attributes"]["name"] == "library.maps"
    assert found["attributes"]["domains"] == "*"
    assert found["attributes"]["isActive"] is False


@pytest.mark.parametrize("name", ["nobody", "archive.demo", "library", "library.demo.x", "a/b", "%C3%A9.x"])
def test_what_is_no_client_is_not_there(gateway: Gateway, name: str) -> None:
    answer = gateway.send("GET", f"/clients/{name}")

    assert (answer.status, json.loads(answer.text)) == (404, NOT_THERE)


ALL = ["staff.admin", "archive.bob", "library.demo", "library.gadmin", "library.maps"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ALL),
        ("sort=name", ALL),
        ("sort=-name", ALL[::-1]),
        ("sort=created", ["library.gadmin", "staff.admin", "library.maps", "archive.bob", "library.demo"]),
        ("sort=nonsense", ALL),
        ("provider-id=library", ALL[2:]),
        ("provider_id=LIBRARY,archive", ALL[1:]),
        ("provider-id=nobody", []),
        ("year=2026", ["library.maps"]),
        ("year=2027&provider-id=library", ["library.demo"]),
        ("client-type=repository", ALL),
        ("client-type=periodical", []),
        ("query=DEMO data", ["library.demo"]),
        ("query=maps demo", []),
        ("query=library.", ALL[2:]),
        ("software=dspace", []),
        ("ids=library.demo,archive.bob", ["archive.bob", "library.demo"]),
        ("page[size]=2&page[number]=2", ["library.demo", "library.gadmin"]),
        ("page[size]=2&page[number]=9", []),
        ("page[size]=0", []),
    ],
)
def test_clients_are_filtered_and_sorted(gateway: Gateway, query: str, expected: list[str]) -> None:
    assert ids(gateway, f"/clients?{quote(query, safe='=&[]')}") == expected
    assert ids(gateway, f"/repositories?{quote(query, safe='=&[]')}") == expected


def test_a_list_of_clients_says_how_many_there_are_of_each_kind(gateway: Gateway) -> None:
    told = json.loads(gateway.send("GET", "/clients?provider-id=library&page[size]=2").text)

    assert told["meta"] == {
        "total": 3,
        "totalPages": 2,
        "page": 1,
        "years": [{"id": "2027", "title": "2027", "count": 1}, {"id": "2026", "title": "2026", "count": 1}],
        "providers": [{"id": "library", "title": "University Library", "count": 3}],
        "clientTypes": [{"id": "repository", "title": "Repository", "count": 3}],
        "software": [],
        "certificates": [],
        "repositoryTypes": [],
    }
    query = "page%5Bnumber%5D=2&page%5Bsize%5D=2&provider-id=library"
    assert told["links"]["next"] == f"{BASE_URL}/clients?{query}"


@pytest.mark.parametrize("first", ["page[size]=2", "page[size]=2&page[cursor]=1", "page[size]=2&page[cursor]=unknown"])
def test_pages_of_clients_tell_each_once(gateway: Gateway, first: str) -> None:
    found, path = [], f"/clients?{first}"
    while path:
        answer = json.loads(gateway.send("GET", path).text)
        found += [each["id"] for each in answer["data"]]
        path = answer["links"].get("next", "").removeprefix(BASE_URL)

    assert found == ALL


def test_a_provider_makes_a_client_that_signs_in_with_both_apis(gateway: Gateway) -> None:
    attributes = {
        "symbol": "LIBRARY.NEW-1",
        "name": "New",
        "contactEmail": "new@library.example",
        "domains": "new.example",
        "url": "https://new.example/",
        "passwordInput": "secret",
    }
    provider = {"provider": {"data": {"type": "providers", "id": "library"}}}

    made = data(write(gateway, "POST", "/clients", GADMIN, type="clients", attributes=attributes, relationships=provider), 201)

    assert (made["id"], made["attributes"]["contactEmail"], made["attributes"]["hasPassword"]) == (
        "library.new-1",
        "new@library.example",
        True,
    )
    assert gateway.send("GET", "/login", by=("library.new-1", "secret")).status == 200
    assert gateway.send("GET", "/clients", by=("LIBRARY.NEW-1", "secret")).headers["x-credential-username"] == "library.new-1"
    again = write(gateway, "POST", "/clients", GADMIN, type="clients", attributes=attributes)
    title = "This ID has already been taken"
    assert (again.status, json.loads(again.text)["errors"]) == (
        422,
        [{"source": "symbol", "title": title, "uid": "library.new-1"}],
    )
    assert gateway.send("DELETE", "/clients/library.new-1", by=GADMIN).status == 204
    assert gateway.send("GET", "/login", by=("library.new-1", "secret")).status == 401
    assert data(gateway.send("GET", "/clients/library.new-1"))["attributes"]["isActive"] is False
    kept = gateway.directory.account("library.new-1")
    assert kept is not None
    gateway.directory.change(kept, replace(kept, group="archive"))  # out of the way of the lists above


@pytest.mark.parametrize(
    ("attributes", "source"),
    [
        ({}, "symbol"),
        ({"symbol": "LIBRARY", "name": "N"}, "symbol"),
        ({"symbol": "LIBRARY.A B", "name": "N"}, "symbol"),
        ({"symbol": "LIBRARY." + "A" * 30, "name": "N"}, "symbol"),
        ({"symbol": "LIBRARY.DEMO", "name": "N"}, "symbol"),
        ({"symbol": 7, "name": "N"}, "symbol"),
        ({"symbol": "LIBRARY.A"}, "name"),
        ({"symbol": "LIBRARY.A", "name": "N", "contactEmail": "nowhere"}, "systemEmail"),
        ({"symbol": "LIBRARY.A", "name": "N", "domains": "https://x"}, "domains"),
        ({"symbol": "LIBRARY.A", "name": "N", "url": "x"}, "url"),
        ({"symbol": "LIBRARY.A", "name": "N", "passwordInput": "a:b"}, "password"),
    ],
)
def test_a_client_that_breaks_a_rule_is_not_made(gateway: Gateway, attributes: dict[str, Any], source: str) -> None:
    answer = write(gateway, "POST", "/clients", GADMIN, type="clients", attributes=attributes)

    assert answer.status == 422, answer.text
    assert [each["source"] for each in json.loads(answer.text)["errors"]] == [source]
    assert gateway.directory.account("library.a") is None


def test_a_client_changes_what_is_said_about_it_and_not_its_id(gateway: Gateway) -> None:
    by = ("bob", "bobpw")

    changed = data(write(gateway, "PUT", "/clients/archive.bob", by, attributes={"name": "Bob", "domains": "*", "isActive": False}))
    refused = write(gateway, "PUT", "/clients/archive.bob", by, attributes={"symbol": "ARCHIVE.ROB"})
    nameless = write(gateway, "PATCH", "/clients/archive.bob", by, attributes={"name": " "})

    assert (changed["attributes"]["name"], changed["attributes"]["domains"]) == ("Bob", "*")
    assert changed["attributes"]["isActive"] is True, "only those above it switch it off"
    assert (refused.status, json.loads(refused.text)["errors"][0]["source"]) == (422, "symbol")
    assert (nameless.status, json.loads(nameless.text)["errors"][0]["source"]) == (422, "name")
    write(gateway, "PUT", "/clients/archive.bob", by, attributes={"name": "bob"})


def test_a_client_that_has_dois_is_not_ended(gateway: Gateway) -> None:
    counters.counter_item(CounterKey(CounterKind.OWNER, "demo"), 3).update(counters.gain_of(Tally(draft=1)))

    answer = gateway.send("DELETE", "/clients/library.demo", by=GADMIN)

    assert (answer.status, json.loads(answer.text)) == (
        400,
        {"errors": [{"status": "400", "title": "Can't delete client that has DOIs."}]},
    )


# --------------------------------------------------------------------------------------------------------------- providers
def test_a_provider_has_the_form_of_datacite(gateway: Gateway) -> None:
    found = data(gateway.send("GET", "/providers/LIBRARY"))

    attributes = found["attributes"]
    assert (found["id"], found["type"]) == ("library", "providers")
    assert {name: attributes[name] for name in ("name", "displayName", "symbol", "website", "isActive", "joined", "created")} == {
        "name": "University Library",
        "displayName": "University Library",
        "symbol": "LIBRARY",
        "website": "https://library.example/",
        "isActive": True,
        "joined": "2027-01-15",
        "created": CREATED,
    }
    assert {"region", "country", "memberType", "rorId"} <= set(attributes)
    assert {"id": "library.demo", "type": "clients"} in found["relationships"]["clients"]["data"]
    assert found["relationships"]["prefixes"]["data"] == [
        {"id": "10.8888", "type": "prefixes"},
        {"id": "10.9999", "type": "prefixes"},
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["archive", "staff", "library"]),
        ("?sort=-created", ["library", "archive", "staff"]),
        ("?query=university", ["library"]),
        ("?year=2026", ["archive"]),
        ("?member-type=direct_member&page[size]=1", ["archive"]),
        ("?region=EMEA", []),
    ],
)
def test_providers_are_filtered_and_sorted(gateway: Gateway, query: str, expected: list[str]) -> None:
    assert ids(gateway, f"/providers{query}") == expected


def test_the_staff_makes_a_provider_and_changes_it(gateway: Gateway) -> None:
    attributes = {"symbol": "NEWS", "name": "The News", "website": "https://news.example/"}

    made = data(write(gateway, "POST", "/providers", ADMIN, type="providers", attributes=attributes), 201)
    changed = data(write(gateway, "PUT", "/providers/news", ADMIN, attributes={"displayName": "News"}))
    refusals = [
        write(gateway, "POST", "/providers", ADMIN, attributes=attributes),
        write(gateway, "POST", "/providers", ADMIN, attributes={"symbol": "a b", "name": "x"}),
        write(gateway, "POST", "/providers", ADMIN, attributes={"symbol": "OK"}),
        write(gateway, "PUT", "/providers/news", ADMIN, attributes={"symbol": "OLDS"}),
        write(gateway, "PUT", "/providers/news", ADMIN, attributes={"website": "x"}),
    ]

    assert (made["id"], made["attributes"]["website"]) == ("news", "https://news.example/")
    assert (changed["attributes"]["name"], changed["attributes"]["website"]) == ("News", "https://news.example/")
    assert [each.status for each in refusals] == [422] * 5
    assert [json.loads(each.text)["errors"][0]["source"] for each in refusals] == ["symbol", "symbol", "name", "symbol", "website"]


# ---------------------------------------------------------------------------------------------------------------- prefixes
def test_a_prefix_says_who_has_it(gateway: Gateway) -> None:
    found = data(gateway.send("GET", "/prefixes/10.8888"))

    assert (found["id"], found["type"]) == ("10.8888", "prefixes")
    assert found["attributes"] == {"prefix": "10.8888", "createdAt": CREATED}
    relations = {name: [each["id"] for each in relation["data"]] for name, relation in found["relationships"].items()}
    assert (relations["clients"], relations["providers"]) == (["library.demo"], ["library"])
    (of_client,), (of_provider,) = relations["clientPrefixes"], relations["providerPrefixes"]
    shown = data(gateway.send("GET", f"/client-prefixes/{of_client}"))
    assert shown == {
        "id": of_client,
        "type": "client-prefixes",
        "attributes": {"createdAt": CREATED, "updatedAt": CREATED},
        "relationships": {
            "client": {"data": {"id": "library.demo", "type": "clients"}},
            "provider": {"data": {"id": "library", "type": "providers"}},
            "providerPrefix": {"data": {"id": of_provider, "type": "provider-prefixes"}},
            "prefix": {"data": {"id": "10.8888", "type": "prefixes"}},
        },
    }
    assert data(gateway.send("GET", f"/provider-prefixes/{of_provider}"))["relationships"] == {
        "provider": {"data": {"id": "library", "type": "providers"}},
        "prefix": {"data": {"id": "10.8888", "type": "prefixes"}},
    }
    assert "repository" in data(gateway.send("GET", f"/repository-prefixes/{of_client}"))["relationships"]


@pytest.mark.parametrize(
    "path", ["/prefixes/10.1", "/prefixes/99999", "/client-prefixes/x", "/provider-prefixes/x", "/providers/x"]
)
def test_what_is_not_in_the_directory_is_not_there(gateway: Gateway, path: str) -> None:
    answer = gateway.send("GET", path)

    assert (answer.status, json.loads(answer.text)) == (404, NOT_THERE)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["10.5072", "10.8888", "10.9999"]),
        ("?client-id=library.maps", ["10.9999"]),
        ("?provider-id=library&sort=-name", ["10.9999", "10.8888"]),
        ("?provider-id=archive", []),
        ("?state=unassigned", ["10.5072"]),
        ("?state=with-repository", ["10.8888", "10.9999"]),
        ("?query=10.88", ["10.8888"]),
        ("?year=2026", ["10.5072"]),
    ],
)
def test_prefixes_are_filtered_and_sorted(gateway: Gateway, query: str, expected: list[str]) -> None:
    assert ids(gateway, f"/prefixes{query}") == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/client-prefixes", [("10.8888", "library.demo"), ("10.9999", "library.demo"), ("10.9999", "library.maps")]),
        ("/client-prefixes?client-id=LIBRARY.MAPS", [("10.9999", "library.maps")]),
        ("/repository-prefixes?prefix-id=10.8888", [("10.8888", "library.demo")]),
        ("/provider-prefixes", [("10.8888", "library"), ("10.9999", "library")]),
        ("/provider-prefixes?provider_id=archive", []),
    ],
)
def test_who_has_which_prefix_is_listed(gateway: Gateway, path: str, expected: list[tuple[str, str]]) -> None:
    relations = [each["relationships"] for each in data(gateway.send("GET", path))]

    holders = [each.get("client") or each.get("repository") or each["provider"] for each in relations]
    found = [(each["prefix"]["data"]["id"], holder["data"]["id"]) for each, holder in zip(relations, holders, strict=True)]
    assert sorted(found) == expected


def test_the_staff_makes_a_prefix_known_once(gateway: Gateway) -> None:
    answers = [
        write(gateway, "POST", "/prefixes", ADMIN, type="prefixes", id=name) for name in ("10.7777", "10.7777", "99999", "10.x")
    ]

    assert [answer.status for answer in answers] == [201, 422, 422, 422]
    assert data(answers[0], 201)["attributes"]["prefix"] == "10.7777"
    assert gateway.directory.prefix("doi:10.7777") is not None
