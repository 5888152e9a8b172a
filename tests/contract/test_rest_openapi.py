"""The OpenAPI document is whole, and true: whatever is asked of the REST API, the answer is one that the document has."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from pidstack.domain.shoulder import Agency
from pidstack.protocols.rest.catalogue import Assignment
from pidstack.protocols.rest.dispatch import ROUTES
from pidstack.protocols.rest.openapi import description, lines
from pidstack.protocols.rest.openapi_operations import OPERATIONS, PARAMETERS
from tests.contract.in_process import BASE_URL, Gateway, running

ALICE, ADMIN = ("alice", "alicepw"), ("admin", "adminpw")
SENDERS = [ALICE, ADMIN, ALICE, None, ("bob", "bobpw"), ("gadmin", "gpw"), ("alice", "wrong")]
PUBLIC, DRAFT, HIDDEN, FREE = "10.9999/public", "10.9999/draft", "10.9999/hidden", "10.9999/free"
DESCRIPTION = description(BASE_URL)
SCHEMA = schemathesis.openapi.from_dict(DESCRIPTION)
OPERATION = {f"{each.ok().method.upper()} {each.ok().path}": each.ok() for each in SCHEMA.get_all_operations()}
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
# Names that there are something under, for paths; what schemathesis makes up finds nothing.
KNOWN = {
    "doi": [PUBLIC, DRAFT, HIDDEN, FREE],
    "type": ["application", "text"],
    "subtype": ["x-bibtex", "x-bibliography", "vnd.datacite.datacite+json", "json"],
    "client": ["other.bob", "bob"],
    "provider": ["group"],
    "prefix": ["10.9999"],
    "datacite-doi-id": [PUBLIC, DRAFT],
    "assignment": [Assignment("10.9999", "group", "group.alice").id, Assignment("10.9999", "group").id],
}
EXAMPLES = 30  # of requests that write DOIs; a third of all others
# To be looked at only: who is changed may not be able to sign in afterwards.
KNOWN_TO_READ = {**KNOWN, "client": ["group.alice"]}
ACCEPTED = [None, "application/x-bibtex", "application/vnd.datacite.datacite+xml", "application/json", "x/y"]
COMPLETE: dict[str, Any] = {
    "creators": [{"name": "Lima, Ana", "affiliation": [{"name": "Tide Lab"}]}],
    "titles": [{"title": "Tides"}],
    "publisher": {"name": "Tide Press", "lang": "en"},
    "publicationYear": 2019,
    "types": {"resourceTypeGeneral": "Dataset"},
    "contributors": [
        {"name": "A", "contributorType": "Editor", "nameIdentifiers": [{"nameIdentifier": "1", "nameIdentifierScheme": "x"}]}
    ],
    "geoLocations": [
        {
            "geoLocationPoint": {"pointLatitude": 1, "pointLongitude": "2.5"},
            "geoLocationPolygon": [{"polygonPoint": {"pointLatitude": n, "pointLongitude": n * n}} for n in (1, 2, 3, 1)],
        }
    ],
    "relatedItems": [{"relatedItemType": "Journal", "relationType": "IsPublishedIn", "titles": [{"title": "Sea"}], "volume": "3"}],
    "contentUrl": ["https://example.org/file"],
    "url": "https://example.org/tides",
}


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    with running() as gateway:
        gateway.add_shoulder("doi:10.9999/", agency=Agency.DATACITE, datacenter="GROUP.ALICE")
        gateway.add_account(*ALICE, "doi:10.9999/")
        gateway.add_account("bob", "bobpw", group="other")
        gateway.add_account("gadmin", "gpw", group_admin=True)
        gateway.add_account(*ADMIN, group="admin", superuser=True)
        for doi, events in ((PUBLIC, ["publish"]), (DRAFT, [""]), (HIDDEN, ["publish", "hide"])):
            for event in events:
                body = json.dumps({"data": {"attributes": {**COMPLETE, "event": event}}})
                assert gateway.send("PUT", f"/dois/{doi}", body, by=ALICE).status in {200, 201}
        yield gateway


def test_every_operation_of_every_route_is_described_and_nothing_else() -> None:
    described = {(line.path, line.method) for line in lines()}
    routed = {(route.replace("+}", "}"), method.lower()) for route, methods in ROUTES.items() for method in methods}

    assert routed - {("/dois/{doi}", "post")} <= described  # a POST there is one of the two deeds
    assert {line.operation for line in lines()} == set(OPERATIONS)
    assert {name for told in OPERATIONS.values() for name in told.asks} == set(PARAMETERS)


def test_every_schema_is_one_and_every_operation_has_a_name_of_its_own() -> None:
    for schema in DESCRIPTION["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    names = [told["operationId"] for item in DESCRIPTION["paths"].values() for key, told in item.items() if key != "parameters"]

    assert len(names) == len(set(names)) == len(OPERATION)


def test_the_document_is_served_to_anybody(gateway: Gateway) -> None:
    answer = gateway.send("GET", "/openapi.json", headers={"Authorization": "Bearer nobody's"})

    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert json.loads(answer.text) == DESCRIPTION


def test_the_page_shows_all_of_it_and_takes_nothing_from_elsewhere(gateway: Gateway) -> None:
    answer = gateway.send("GET", "/docs/rest")

    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
    for line in lines():
        assert f" {line.path}</code> {line.told.summary}".replace("'", "&#39;") in answer.text
    links = [part.partition('"')[0] for mark in ('href="', 'src="') for part in answer.text.split(mark)[1:]]
    assert all(link.startswith((BASE_URL, "#")) for link in links)


@pytest.mark.parametrize("resource", sorted(ROUTES))
def test_a_method_that_a_route_does_not_have_is_refused_with_those_that_it_has(gateway: Gateway, resource: str) -> None:
    answer = gateway.send("TRACE", resource.replace("{doi+}", PUBLIC).replace("+", "").replace("{", "").replace("}", ""))

    assert answer.status == 405
    assert "OPTIONS" in answer.headers["allow"]


@pytest.mark.parametrize("label", OPERATION)
def test_whatever_is_asked_is_answered_as_the_document_says(gateway: Gateway, label: str) -> None:
    operation = OPERATION[label]
    modes = [GenerationMode.POSITIVE] * 2
    if any((operation.path_parameters, operation.query, operation.body)):
        modes.append(GenerationMode.NEGATIVE)
    cases = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in modes))

    known = KNOWN_TO_READ if operation.method.upper() == "GET" else KNOWN

    @settings(
        max_examples=EXAMPLES if operation.body and "/dois" in label else EXAMPLES // 3,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, data=st.data())
    def holds(case: schemathesis.Case[Any], data: st.DataObject) -> None:
        for named in (case.path_parameters, case.query):
            for name in sorted(set(named or ()) & known.keys()):
                if data.draw(st.sampled_from([True, True, False])):
                    named[name] = data.draw(st.sampled_from(known[name]))
        if "/dois" in label and data.draw(st.booleans()):
            _aim(case.body, data.draw(st.sampled_from([FREE, *KNOWN["doi"]])))
        accepted = data.draw(st.sampled_from(ACCEPTED))
        if accepted:
            case.headers["Accept"] = accepted
        case.validate_response(_answer(gateway, case, data.draw(st.sampled_from(SENDERS))), checks=CHECKS)

    holds()


def _aim(body: Any, doi: str) -> None:
    """Let what is sent be about a DOI that its sender may have, and more likely to be taken."""
    sent = body.get("data") if isinstance(body, dict) else None
    if isinstance(sent, dict) and isinstance(sent.get("attributes"), dict):
        sent["attributes"] |= {"doi": doi, "prefix": "10.9999", "url": COMPLETE["url"], "xml": None}
        if doi == FREE:
            sent["attributes"] |= {"doi": None}
            sent.pop("relationships", None)


def _answer(gateway: Gateway, case: schemathesis.Case[Any], by: tuple[str, str] | None) -> Response:
    sent = requests.Request(**case.as_transport_kwargs(base_url=BASE_URL)).prepare()
    assert sent.method is not None
    assert sent.body is None or isinstance(sent.body, str | bytes)
    headers = {name: str(value) for name, value in sent.headers.items() if name not in {"Authorization", "Accept-Encoding"}}
    answer = gateway.send(sent.method, sent.path_url, sent.body or None, by=by, headers=headers)
    told = {name: [value] for name, value in answer.headers.items()}
    return Response(answer.status, told, answer.content, sent, 0.0, verify=False)
