"""A life of a DOI, lived through EZID and EZ, as DataCite's REST API tells it."""

from __future__ import annotations

import json
import secrets
import time
from typing import Any
from urllib.parse import quote

import pytest

from tests.ezid_http import Client, Stack, client_of

SETTLED_WITHIN_S = 60
ELEMENTS = {
    "datacite.creator": "Proust, Marcel",
    "datacite.title": "Remembrance",
    "datacite.publisher": "Random House",
    "datacite.publicationyear": "1922",
    "datacite.resourcetype": "Text/Book",
}


@pytest.fixture(scope="module")
def public(stack: Stack) -> Client:
    return Client(stack.base_url)


@pytest.fixture
def doi() -> str:
    """A DOI with slashes and other characters that have to be encoded or not."""
    return f"10.12345/ACTIVITIES/{secrets.token_hex(4).upper()}/(1)"


def activities_of(doi: str, client: Client, count: int) -> Any:
    """The document of all activities of a DOI, once so many are told."""
    deadline = time.monotonic() + SETTLED_WITHIN_S
    while True:
        answer = client.send("GET", f"/dois/{quote(doi)}/activities")
        told = json.loads(answer.text)
        if len(told.get("data", [])) >= count or time.monotonic() > deadline:
            assert answer.status == 200, answer.text
            return told


def test_a_life_in_ezid_and_ez_is_told_with_old_and_new_values(ezid: Client, ez: Client, public: Client, doi: str) -> None:
    assert ez.create(f"doi:{doi}", {**ELEMENTS, "_status": "reserved"}).status == 200
    assert ez.modify(f"doi:{doi}", {"_target": "https://example.org/1", "_status": "public"}).status == 200
    assert ezid.modify(f"doi:{doi}", {"datacite.title": "Remembrance of Things Past"}).status == 200
    assert ezid.modify(f"doi:{doi}", {"_status": "unavailable | withdrawn"}).status == 200
    assert ezid.modify(f"doi:{doi}", {"_status": "public"}).status == 200

    told = activities_of(doi, public, 5)

    attributes = [each["attributes"] for each in told["data"]]
    assert [(each["action"], each["version"]) for each in attributes] == [
        ("update", 5),
        ("update", 4),
        ("update", 3),
        ("update", 2),
        ("create", 1),
    ]
    assert [each["changes"] for each in attributes[:-1]] == [
        {"aasm_state": ["registered", "findable"], "reason": ["withdrawn", None]},
        {"aasm_state": ["findable", "registered"], "reason": [None, "withdrawn"]},
        {"titles": [[{"title": "Remembrance"}], [{"title": "Remembrance of Things Past"}]]},
        {"aasm_state": ["draft", "findable"], "url": [None, "https://example.org/1"]},
    ]
    made = attributes[-1]["changes"]
    assert (made["doi"], made["aasm_state"], made["source"], made["url"]) == (doi, "draft", "ez", None)
    assert (made["titles"], made["publisher"], made["publication_year"]) == ([{"title": "Remembrance"}], "Random House", 1922)
    assert (made["types"]["resourceTypeGeneral"], made["types"]["resourceType"]) == ("Text", "Book")
    assert {each["prov:wasDerivedFrom"] for each in attributes} == {f"https://doi.org/{doi.lower()}"}
    assert {each["prov:wasAttributedTo"].rpartition("/")[2] for each in attributes} == {ezid.account}
    assert told["meta"] == {"total": 5, "totalPages": 1, "page": 1}


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/dois/{plain}/activities", id="slashes as they are"),
        pytest.param("/dois/{encoded}/activities", id="slashes encoded"),
        pytest.param("/activities?datacite-doi-id={encoded}", id="as a parameter"),
        pytest.param("/activities?datacite_doi_id={encoded}&page%5Bsize%5D=1", id="with an underscore and a page"),
    ],
)
def test_every_way_to_ask_leads_to_the_same(ez: Client, public: Client, doi: str, path: str) -> None:
    ez.create(f"doi:{doi}", {**ELEMENTS, "_target": "https://example.org/"})
    newest = activities_of(doi, public, 1)["data"]

    answer = public.send("GET", path.format(plain=quote(doi.lower()), encoded=quote(doi, safe="")))
    one = public.send("GET", f"/activities/{newest[0]['id']}")

    assert (answer.status, json.loads(answer.text)["data"]) == (200, newest)
    assert (one.status, json.loads(one.text)["data"]) == (200, newest[0])


def test_a_draft_is_told_to_those_who_keep_it_only(ez: Client, stack: Stack, public: Client, doi: str) -> None:
    ez.create(f"doi:{doi}", {**ELEMENTS, "_status": "reserved"})
    keeper, other = client_of(stack), client_of(stack, 1)

    assert len(activities_of(doi, keeper, 1)["data"]) == 1
    for client in (other, public, Client(stack.base_url, keeper.account, "wrong")):
        answer = client.send("GET", f"/dois/{quote(doi)}/activities")
        assert (answer.status, json.loads(answer.text)) == (
            404,
            {"errors": [{"status": "404", "title": "The resource you are looking for doesn't exist."}]},
        )


def test_the_heart_beats(public: Client) -> None:
    assert (public.send("GET", "/heartbeat").status, public.send("GET", "/heartbeat").text) == (200, "OK")
    assert (public.send("HEAD", "/heartbeat").status, public.send("HEAD", "/heartbeat").text) == (200, "")
