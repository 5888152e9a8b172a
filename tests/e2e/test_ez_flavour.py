"""The EZ API over HTTP, on a deployed stack with the demo's accounts and shoulders.

The client is the standard library's: it sends credentials only after a challenge for realm `EZID`, as clients of EZID do.
"""

from __future__ import annotations

import re
import secrets
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from http.client import HTTPResponse
from typing import Any, Protocol
from urllib.error import HTTPError
from urllib.parse import quote

import pytest

XML = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<resource xmlns="http://datacite.org/schema/kernel-4">\n'
    '  <identifier identifierType="DOI">(:tba)</identifier>\n'
    "  <creators><creator><creatorName>Zo\u00eb</creatorName></creator></creators>\n"
    "  <titles><title>100% sure: %41 of caf\u00e9s &amp; more</title></titles>\r\n  <publisher>Tide Press</publisher>\n"
    '  <publicationYear>2019</publicationYear>\n  <resourceType resourceTypeGeneral="Text"/>\n</resource>'
)
CITEPROC = (
    '{"type": "book", "title": "Low tide", "author": [{"family": "Lima", "given": "Ana"}], "publisher": "Tide Press",'
    ' "issued": {"date-parts": [[2019]]}}'
)
SCHEMA_ORG = (
    '{"@type": "Book", "name": "Low tide", "author": {"@type": "Person", "familyName": "Lima", "givenName": "Ana"},'
    ' "publisher": "Tide Press", "datePublished": "2019"}'
)
CROSSREF = (
    '<?xml version="1.0"?>\n<posted_content xmlns="http://www.crossref.org/schema/5.3.1" type="preprint">'
    '<contributors><person_name sequence="first" contributor_role="author"><given_name>Ana</given_name><surname>Lima</surname>'
    "</person_name></contributors><titles><title>Low tide</title></titles><posted_date><year>2019</year></posted_date>"
    "<institution><institution_name>Tide Press</institution_name></institution>"
    "<doi_data><doi>(:tba)</doi><resource>(:tba)</resource></doi_data></posted_content>"
)
TARGET = "https://example.org/object"

Answer = tuple[int, Mapping[str, str], str]
Send = Callable[..., Answer]


class Stack(Protocol):
    base_url: str
    accounts: Any


class _Answers(urllib.request.HTTPErrorProcessor):
    """Hands over whatever came back, redirects included; only a challenge goes on to whoever answers challenges."""

    def http_response(self, request: urllib.request.Request, response: HTTPResponse) -> Any:
        if response.status != 401:
            return response
        try:
            return super().http_response(request, response)
        except HTTPError as refusal:
            return refusal

    https_response = http_response


def escape(text: str) -> str:
    return re.sub("[%:\r\n]", lambda found: f"%{ord(found[0]):02X}", text)


def unescape(text: str) -> str:
    return re.sub("%([0-9A-Fa-f]{2})", lambda found: chr(int(found[1], 16)), text)


def elements(text: str) -> dict[str, str]:
    return {unescape(name): unescape(value) for name, _, value in (line.partition(": ") for line in text.split("\n"))}


def kept(doi: str) -> str:
    """The document as it is kept, with its DOI in upper case."""
    return XML.replace("(:tba)", doi.removeprefix("doi:").upper())


@pytest.fixture(scope="module")
def send(stack: Stack) -> Send:
    """Sends as the demo's first account, the second one, or nobody."""
    base = stack.base_url.rstrip("/")

    def opener(account: Mapping[str, str] | None) -> urllib.request.OpenerDirector:
        passwords = urllib.request.HTTPBasicAuthHandler()
        if account:
            passwords.add_password("EZID", base, account["name"], account["password"])
        return urllib.request.build_opener(passwords, _Answers())

    openers = {"nobody": opener(None), "first": opener(stack.accounts[0]), "second": opener(stack.accounts[1])}

    def send(method: str, path: str, body: Mapping[str, str] | str | None = None, by: str = "first") -> Answer:
        text = "\n".join(f"{escape(k)}: {escape(v)}" for k, v in body.items()) if isinstance(body, Mapping) else body
        headers = {} if text is None else {"Content-Type": "text/plain; charset=UTF-8"}
        request = urllib.request.Request(  # noqa: S310 - the stack's own address
            f"{base}{quote(path, safe=':/?=&')}", None if text is None else text.encode(), headers, method=method
        )
        with openers[by].open(request, timeout=120) as response:
            return response.status, {k.lower(): v for k, v in response.headers.items()}, response.read().decode()

    return send


@pytest.fixture
def doi(send: Send) -> Iterator[str]:
    """A reserved DOI of the first account; deleted afterwards if it is still reserved."""
    name = f"doi:10.12345/ez-{secrets.token_hex(6)}"
    assert send("PUT", f"/ez/id/{name}", {"_status": "reserved", "datacite": XML})[0] == 200
    yield name
    send("DELETE", f"/ez/id/{name}")


def test_a_doi_lives_from_mint_to_unavailable(send: Send) -> None:
    status, _, text = send("POST", "/ez/shoulder/doi:10.12345/e2e", {"_target": TARGET, "datacite": XML, "_status": "reserved"})
    minted = text.partition("\n")[0].removeprefix("success: ")
    assert (status, re.fullmatch(r"doi:10\.12345/e2e-[0-9a-z]{4}-[0-9a-z]{4}", minted) is not None) == (200, True)

    seen = [
        elements(send("GET", f"/ez/id/{minted}")[2]),
        elements(send("POST", f"/ez/id/{minted}", {"_target": f"{TARGET}/2"})[2]),
        elements(send("POST", f"/ez/id/{minted}", "_status: unavailable | withdrawn by author")[2]),
    ]

    assert [record["_status"] for record in seen] == ["reserved", "public", "unavailable | withdrawn by author"]
    assert [record["_target"] for record in seen] == [TARGET, f"{TARGET}/2", f"{TARGET}/2"]
    assert {record["datacite"] for record in seen} == {kept(minted)}


def test_a_reserved_doi_can_be_deleted(send: Send, doi: str) -> None:
    status, _, text = send("DELETE", f"/ez/id/{doi}")

    assert (status, text.partition("\n")[0]) == (200, f"success: {doi}")
    assert send("GET", f"/ez/id/{doi}")[::2] == (400, "error: bad request - no such identifier")


def test_a_public_doi_cannot_be_deleted(send: Send, doi: str) -> None:
    send("POST", f"/ez/id/{doi}", {"_target": TARGET})

    answer = send("DELETE", f"/ez/id/{doi}")

    assert answer[::2] == (400, f"error: {doi} is not a reserved DOI")


def test_ezid_sees_the_same_record(send: Send, doi: str) -> None:
    status, _, text = send("GET", f"/id/{doi.upper().replace('DOI', 'doi')}", by="nobody")

    assert (status, elements(text)["datacite"]) == (200, kept(doi))


@pytest.mark.parametrize(("profile", "document"), [("crossref", CROSSREF), ("schema_org", SCHEMA_ORG), ("citeproc", CITEPROC)])
def test_metadata_in_each_profile_makes_a_public_doi(send: Send, doi: str, profile: str, document: str) -> None:
    published = send("POST", f"/ez/id/{doi}", {"_target": TARGET, "_profile": profile, profile: document, "datacite": ""})

    shown = send("GET", f"/ez/id/{doi}?_profile=datacite")

    assert (published[0], elements(published[2])["_profile"], elements(published[2])["_status"]) == (200, profile, "public")
    assert re.search("<title>Low tide</title>", elements(shown[2])["datacite"])


def test_a_document_that_breaks_the_schema_is_told_with_the_place(send: Send, doi: str) -> None:
    wrong = XML.replace("<publisher>Tide Press</publisher>", "<publisher/>")

    status, _, text = send("POST", f"/ez/id/{doi}", {"_target": TARGET, "datacite": wrong})

    assert (status, text.startswith("error: publisher: "), text.endswith(" at line 6, column 3")) == (422, True, True)


@pytest.mark.parametrize(("method", "path"), [("GET", "/ez/id/doi:10.12345/x"), ("POST", "/ez/shoulder/doi:10.12345")])
def test_without_credentials_there_is_a_challenge(send: Send, method: str, path: str) -> None:
    status, headers, text = send(method, path, by="nobody")

    assert (status, text) == (401, "error: unauthorized")
    assert headers["www-authenticate"] == 'Basic realm="EZID"'


def test_anothers_doi_is_forbidden(send: Send, doi: str) -> None:
    assert send("POST", f"/ez/id/{doi}", {"_target": TARGET}, by="second")[::2] == (403, "error: forbidden")


@pytest.mark.parametrize("by", ["nobody", "first"])
def test_there_is_no_login(send: Send, by: str) -> None:
    status, _, text = send("GET", "/ez/login", by=by)

    assert (status, text) == (501, "error: one-time login and session cookies not supported by this service")


def test_arks_are_not_implemented(send: Send) -> None:
    answer = send("PUT", "/ez/id/ark:/99999/fk4x", "")

    assert answer[::2] == (501, "error: ark identifiers are not supported by this service")


@pytest.mark.parametrize(("path", "text"), [("/ez/status", "success: API is up"), ("/ez/heartbeat", "OK")])
def test_the_service_tells_everybody_how_it_is(send: Send, path: str, text: str) -> None:
    assert send("GET", path, by="nobody")[::2] == (200, text)


def test_the_base_leads_to_the_documentation(send: Send, stack: Stack) -> None:
    status, headers, _ = send("GET", "/ez", by="nobody")

    assert (status, headers["location"]) == (301, f"{stack.base_url.rstrip('/')}/docs")


def test_other_paths_are_not_found(send: Send) -> None:
    assert send("GET", "/ez/nothing", by="nobody")[::2] == (404, "error:resource not found")
