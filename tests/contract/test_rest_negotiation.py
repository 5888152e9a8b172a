"""One DOI through DataCite's REST API in the forms that clients ask for, by `Accept` and by path."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest

from pidstack.domain.shoulder import Agency
from pidstack.formats.csv_out import COLUMNS
from pidstack.protocols.rest import doi_lists
from pidstack.services.render import FORMS
from tests.contract.in_process import BASE_URL, Answer, Gateway, running

ALICE, BOB = ("alice", "alicepw"), ("bob", "bobpw")
DOI, DRAFT, ITEMISED = "10.9999/tides", "10.9999/sketch", "10.9999/itemised"
DATACITE_JSON, BIBLIOGRAPHY = "application/vnd.datacite.datacite+json", "text/x-bibliography"
ATTRIBUTES: dict[str, Any] = {
    "creators": [{"name": "Lima, Ana", "affiliation": [{"name": "Tide Lab"}]}],
    "titles": [{"title": "Tides & <i>waves</i>"}],
    "publisher": "Tide Press",
    "publicationYear": 2019,
    "types": {"resourceTypeGeneral": "Dataset", "bibtex": "article"},
    "container": {"type": "Series", "title": "Sea"},
    "url": "https://example.org/tides",
    "xml": None,
}
# What each form says that no other does, or that tells it from the others.
SIGNS: dict[str, str] = {
    "datacite-xml": "<creatorName",
    "datacite-json": '"schemaVersion"',
    "crosscite": '"schema_version"',
    "oai-dc": "<dc:title",
    "oai-datacite": "<oai_datacite",
    "cr-unixml": "<crossref xmlns",
    "cr-unixsd": "<crossref_result",
    "erc": "erc:",
    "schema-org": '"@context"',
    "codemeta": '"authors"',
    "jats": "<element-citation",
    "csv": "10.9999/tides,https://example.org/tides,20",
    "csl": '"publisher": "Tide Press"',
    "bibtex": "@",
    "ris": "ER  - ",
    "citation": "Lima, A. (2019)",
}
MEDIA_TYPES = [(media_type, form.name) for form in FORMS.values() for media_type in form.media_types]


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    with running() as gateway:
        gateway.add_shoulder("doi:10.9999/", agency=Agency.DATACITE, datacenter="CDL.LIB")
        gateway.add_account(*ALICE, "doi:10.9999/")
        gateway.add_account(*BOB)
        for name, event in ((DOI, "publish"), (DRAFT, "")):
            data = {"type": "dois", "attributes": {"doi": name, "event": event, **ATTRIBUTES}}
            assert gateway.send("POST", "/dois", json.dumps({"data": data}), by=ALICE).status == 201
        body = "datacite.title: One\ndatacite.creator: Lima, Ana\ndatacite.publisher: P\ndatacite.publicationyear: 2001"
        assert gateway.send("PUT", f"/id/doi:{ITEMISED}", f"{body}\ndatacite.resourcetype: Dataset", by=ALICE).status == 201
        yield gateway


def asked(gateway: Gateway, accept: str, doi: str = DOI, query: str = "", by: tuple[str, str] | None = None) -> Answer:
    return gateway.send("GET", f"/dois/{doi}{query}", by=by, headers={"Accept": accept})


@pytest.mark.parametrize(("media_type", "form"), MEDIA_TYPES, ids=[each for each, _ in MEDIA_TYPES])
def test_a_form_is_had_by_its_name_in_the_header_and_in_the_path(gateway: Gateway, media_type: str, form: str) -> None:
    by_header = asked(gateway, media_type)
    by_path = gateway.send("GET", f"/dois/{media_type}/{DOI}")
    encoded = gateway.send("GET", f"/dois/{media_type}/{quote(DOI, safe='')}")

    assert by_header.status == 200
    assert by_header.headers["content-type"] == f"{media_type}; charset=utf-8"
    assert "Accept" in by_header.headers["vary"].split(", ")
    assert SIGNS[form] in by_header.text
    assert by_path.text == encoded.text == by_header.text


@pytest.mark.parametrize(
    "accept",
    [
        "",
        "*/*",
        "application/json",
        "application/vnd.api+json",
        "text/x-json",
        "application/jsonrequest",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "application/x-unknown, application/json;q=0.5",
    ],
)
def test_browsers_and_who_does_not_mind_get_everything_as_json(gateway: Gateway, accept: str) -> None:
    answer = asked(gateway, accept)

    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.headers["vary"] == "Accept, Accept-Encoding"
    assert json.loads(answer.text)["data"]["id"] == DOI


def test_json_is_also_had_by_path(gateway: Gateway) -> None:
    assert json.loads(gateway.send("GET", f"/dois/application/json/{DOI}").text)["data"]["id"] == DOI


@pytest.mark.parametrize(
    "ask",
    [
        lambda gateway: asked(gateway, "application/x-unknown"),
        lambda gateway: asked(gateway, "image/*, application/x-bibtex;q=0"),
        lambda gateway: gateway.send("GET", f"/dois/application/x-unknown/{DOI}"),
    ],
    ids=["header", "none-of-several", "path"],
)
def test_a_form_that_nobody_knows_is_refused(gateway: Gateway, ask: Callable[[Gateway], Answer]) -> None:
    answer = ask(gateway)

    assert answer.status == 406
    assert json.loads(answer.text) == {"errors": [{"status": "406", "title": "The content type is not recognized."}]}


def test_the_form_that_is_liked_best_is_given(gateway: Gateway) -> None:
    answer = asked(gateway, "application/json;q=0.2, application/x-bibtex;q=0.9, text/x-unknown")

    assert answer.headers["content-type"] == "application/x-bibtex; charset=utf-8"


@pytest.mark.parametrize(
    ("accept", "query", "start"),
    [
        (BIBLIOGRAPHY, "", "Lima, A. (2019)"),
        (BIBLIOGRAPHY, "?style=ieee", "A. Lima"),
        (f"{BIBLIOGRAPHY}; style=ieee", "", "A. Lima"),
        (BIBLIOGRAPHY, "?style=no-such-style&locale=xx-XX", "Lima, A. (2019)"),
    ],
    ids=["usual", "query", "header", "unknown"],
)
def test_a_citation_has_the_style_that_is_asked_for(gateway: Gateway, accept: str, query: str, start: str) -> None:
    assert asked(gateway, accept, query=query).text.startswith(start)


def test_a_citation_has_the_language_that_is_asked_for(gateway: Gateway) -> None:
    english, german = (asked(gateway, BIBLIOGRAPHY, query=f"?locale={each}").text for each in ("en-US", "de-DE"))

    assert "[Dataset]" in english
    assert "[Datensatz]" in german


def test_a_form_is_for_those_who_may_see_the_doi(gateway: Gateway) -> None:
    statuses = {by and by[0]: asked(gateway, "application/x-bibtex", DRAFT, by=by).status for by in (None, BOB, ALICE)}

    assert statuses == {None: 404, "bob": 404, "alice": 200}


def test_what_came_value_by_value_is_told_as_it_came(gateway: Gateway) -> None:
    answer = json.loads(asked(gateway, DATACITE_JSON).text)

    assert answer["titles"] == [{"title": "Tides & <i>waves</i>"}]
    assert answer["types"]["bibtex"] == "article"
    assert answer["container"] == {"type": "Series", "title": "Sea"}
    assert answer["url"] == "https://example.org/tides"
    assert answer["creators"][0]["affiliation"] == [{"name": "Tide Lab"}]
    assert (answer["providerId"], answer["clientId"]) == ("group", "group.alice")


def test_what_came_through_another_protocol_is_had_in_every_form(gateway: Gateway) -> None:
    statuses = {form.name: asked(gateway, form.media_types[0], ITEMISED).status for form in FORMS.values()}

    assert set(statuses.values()) == {200}


FINDABLE = {DOI, ITEMISED}
READ_LISTS: dict[str, Callable[[str], list[str]]] = {
    "datacite-json": lambda text: [each["doi"].lower() for each in json.loads(text)],
    "crosscite": lambda text: [each["doi"].lower() for each in json.loads(text)],
    "schema-org": lambda text: [each["@id"].removeprefix("https://doi.org/") for each in json.loads(text)],
    "codemeta": lambda text: [each["@id"].removeprefix("https://doi.org/") for each in json.loads(text)],
    "csl": lambda text: [each["DOI"] for each in json.loads(text)],
    "csv": lambda text: [each["doi"] for each in csv.DictReader(text.splitlines())],
}


@pytest.mark.parametrize(("media_type", "form"), MEDIA_TYPES, ids=[each for each, _ in MEDIA_TYPES])
def test_a_list_is_had_in_a_form_by_its_name_in_the_header_and_in_the_path(gateway: Gateway, media_type: str, form: str) -> None:
    by_header = gateway.send("GET", "/dois?page[size]=10", headers={"Accept": media_type})
    by_path = gateway.send("GET", f"/dois/{media_type}?page[size]=10")

    assert by_header.status == 200
    assert by_header.headers["content-type"] == f"{media_type}; charset=utf-8"
    assert "Accept" in by_header.headers["vary"].split(", ")
    assert by_header.text.count(SIGNS[form]) >= 1
    assert by_path.text == by_header.text
    assert set(READ_LISTS.get(form, lambda _: list(FINDABLE))(by_header.text)) == FINDABLE


def test_a_list_in_a_form_goes_on_where_its_header_says(gateway: Gateway) -> None:
    first = gateway.send("GET", "/dois/text/csv?page[size]=1&page[cursor]=1&prefix=10.9999")
    address, _, relation = first.headers["link"].partition(">; ")
    second = gateway.send("GET", address.removeprefix("<").removeprefix(BASE_URL))

    assert relation == 'rel="next"'
    assert "Link" in first.headers["access-control-expose-headers"].split(", ")
    assert second.status == 200
    assert {*READ_LISTS["csv"](first.text), *READ_LISTS["csv"](second.text)} == FINDABLE


def test_a_page_in_a_form_is_no_longer_than_can_be_written_and_the_next_one_has_the_rest(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doi_lists, "MOST_IN_FORM", 1)

    first = gateway.send("GET", "/dois/text/csv?page[size]=1000")
    second = gateway.send("GET", first.headers["link"].partition(">")[0].removeprefix(f"<{BASE_URL}"))

    assert [len(READ_LISTS["csv"](each.text)) for each in (first, second)] == [1, 1]
    assert {*READ_LISTS["csv"](first.text), *READ_LISTS["csv"](second.text)} == FINDABLE
    assert len(json.loads(gateway.send("GET", "/dois?page[size]=1000").text)["data"]) == len(FINDABLE)


def test_citations_of_a_list_have_the_style_that_is_asked_for(gateway: Gateway) -> None:
    answer = gateway.send("GET", f"/dois/{BIBLIOGRAPHY}?ids={DOI},{ITEMISED}&style=ieee")

    assert sorted(part[:7] for part in answer.text.split("\n\n")) == ["A. Lima", "A. Lima"]


def test_a_list_of_nothing_is_an_empty_one(gateway: Gateway) -> None:
    nothing = "?ids=10.9999/nothing"

    assert gateway.send("GET", f"/dois/{DATACITE_JSON}{nothing}").text == "[\n\n]"
    assert gateway.send("GET", f"/dois/text/csv{nothing}").text == ",".join(COLUMNS) + "\n"
    assert gateway.send("GET", f"/dois/application/x-bibtex{nothing}").text == ""


def test_a_list_shows_drafts_only_to_who_may_see_them(gateway: Gateway) -> None:
    query = "?state=draft,findable&page[size]=10"

    told = {
        by and by[0]: set(READ_LISTS["csv"](gateway.send("GET", f"/dois/text/csv{query}", by=by).text)) for by in (None, ALICE, BOB)
    }

    assert told == {None: FINDABLE, "alice": {*FINDABLE, DRAFT}, "bob": FINDABLE}


def test_a_client_s_list_is_had_in_a_form(gateway: Gateway) -> None:
    answer = gateway.send("GET", "/clients/group.alice/dois", headers={"Accept": "text/csv"})

    assert set(READ_LISTS["csv"](answer.text)) == FINDABLE


@pytest.mark.parametrize("path", ["/dois", "/dois/application/x-unknown"])
def test_a_list_in_a_form_that_nobody_knows_is_refused(gateway: Gateway, path: str) -> None:
    assert gateway.send("GET", path, headers={"Accept": "application/x-unknown"}).status == 406


def test_a_list_as_json_is_also_had_by_path(gateway: Gateway) -> None:
    by_path = json.loads(gateway.send("GET", "/dois/application/json").text)

    assert {each["id"] for each in by_path["data"]} == FINDABLE


def test_a_client_that_has_a_form_is_told_so(gateway: Gateway) -> None:
    first = asked(gateway, "application/x-bibtex")
    headers = {"Accept": "application/x-bibtex", "If-None-Match": first.headers["etag"]}

    assert gateway.send("GET", f"/dois/{DOI}", headers=headers).status == 304
    assert gateway.send("GET", f"/dois/{DOI}", headers={"If-None-Match": first.headers["etag"]}).status == 200


def test_head_has_the_headers_of_a_form_and_no_body(gateway: Gateway) -> None:
    answer = gateway.send("HEAD", f"/dois/{DOI}", headers={"Accept": "application/x-bibtex"})

    assert (answer.status, answer.content) == (200, b"")
    assert answer.headers["content-type"] == "application/x-bibtex; charset=utf-8"
