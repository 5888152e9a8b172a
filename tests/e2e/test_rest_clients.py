"""DataCite's REST API on the deployed stack, for a published client: the PyPI package `datacite`, told nothing but the address.

It makes, publishes, changes, hides, shows, lists and deletes DOIs; reads those that EZID's API made and is read by it, in every
profile and state; and finds that what two clients of two providers keep is each one's own, however they sign in.
"""

from __future__ import annotations

import base64
import csv
import json
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from datacite import DataCiteRESTClient
from datacite.errors import DataCiteError, DataCiteForbiddenError, DataCiteNotFoundError, DataCiteUnauthorizedError
from requests.auth import AuthBase, HTTPBasicAuth

from pidstack.services.render import FORMS as ALL_FORMS
from tests.ezid_http import Client, Stack, client_of

PREFIX, CROSSREF_PREFIX = "10.12345", "10.54321"
TARGET, ELSEWHERE = "https://example.org/tides?a=1&b=2", "https://example.org/elsewhere"
LISTED_WITHIN_S, DEADLINE_S = 60, 120
KERNEL_4 = "http://datacite.org/schema/kernel-4"
PROFILE_VECTORS = Path(__file__).parents[1] / "vectors" / "profiles"
JSON_API = {"Content-Type": "application/vnd.api+json"}


def document(name: str) -> str:
    return (PROFILE_VECTORS / name).read_text(encoding="utf-8").strip()


@dataclass(frozen=True, slots=True)
class Bearer(AuthBase):
    """Signs requests in with a token or a key."""

    secret: str

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.secret}"
        return request


@dataclass(frozen=True, slots=True)
class Keeper:
    """One of the demo's clients, with all that it may sign in with.

    Attributes:
        id: DataCite's name of it.
        ways: the ways to sign in: its password, a token, an API key as a bearer's, an API key in place of the password.
    """

    base_url: str
    name: str
    id: str
    rest: DataCiteRESTClient
    by_key: DataCiteRESTClient
    ezid: Client
    ways: dict[str, AuthBase]


def ask(base_url: str, method: str, path: str, auth: AuthBase | None = None, **more: Any) -> requests.Response:
    return requests.request(method, f"{base_url.rstrip('/')}{path}", auth=auth, timeout=DEADLINE_S, **more)


def keeper_of(stack: Stack, number: int) -> Iterator[Keeper]:
    account = stack.accounts[number]
    name, password = account["name"], account["password"]
    client_id = f"{account['group']}.{name}"
    basic = HTTPBasicAuth(name, password)
    form = {"grant_type": "password", "username": client_id, "password": password}
    token = ask(stack.base_url, "POST", "/token", data=form).json()["access_token"]
    body = {"data": {"type": "api_keys", "attributes": {"name": f"end to end {secrets.token_hex(3)}"}}}
    key = ask(stack.base_url, "POST", "/credentials/api-keys", basic, json=body).json()["data"]
    secret = key["attributes"]["key"]
    ways: dict[str, AuthBase] = {
        "password": basic,
        "token": Bearer(token),
        "key": Bearer(secret),
        "id and key": HTTPBasicAuth(client_id, secret),
    }
    rest, by_key = (
        DataCiteRESTClient(client_id, word, PREFIX, url=stack.base_url, timeout=DEADLINE_S) for word in (password, secret)
    )
    yield Keeper(stack.base_url, name, client_id, rest, by_key, client_of(stack, number), ways)
    assert ask(stack.base_url, "DELETE", f"/credentials/api-keys/{key['id']}", basic).status_code == 204


@pytest.fixture(scope="module")
def one(stack: Stack) -> Iterator[Keeper]:
    """The client `demo.one` of the provider `library`."""
    yield from keeper_of(stack, 0)


@pytest.fixture(scope="module")
def two(stack: Stack) -> Iterator[Keeper]:
    """The client `demo.two` of the provider `archive`, which may make DOIs under the same prefix."""
    yield from keeper_of(stack, 1)


def a_name(prefix: str = PREFIX) -> str:
    """A new DOI, in lower case, as REST tells DOIs."""
    return f"{prefix}/rest/{secrets.token_hex(6)}"


def described(title: str = "Low tide & <high> tide") -> dict[str, Any]:
    """The least that a public DOI needs; new each time, since the client writes into what it is given."""
    return {
        "creators": [{"name": "Lima, Ana", "nameType": "Personal", "givenName": "Ana", "familyName": "Lima"}],
        "titles": [{"title": title}],
        "publisher": "Ocean Press",
        "publicationYear": 2024,
        "types": {"resourceTypeGeneral": "Book", "resourceType": "Monograph"},
        "schemaVersion": KERNEL_4,
    }


def the_list(client: DataCiteRESTClient, **filters: str) -> dict[str, dict[str, Any]]:
    """The DOIs that the client's own request for a list is told, with their attributes; all pages of it."""
    request, path = client._create_request(), "dois"
    found: dict[str, dict[str, Any]] = {}
    params = {"page[size]": "100", "page[cursor]": "1", **{name.replace("_", "-"): value for name, value in filters.items()}}
    while True:
        answer = request.get(path, params)
        assert answer.status_code == 200, answer.text
        told = answer.json()
        found |= {each["id"]: each["attributes"] for each in told["data"]}
        if not told["data"] or "next" not in told["links"]:
            return found
        path, params = told["links"]["next"].removeprefix(client.api_url), {}


def listed(client: DataCiteRESTClient, wanted: Callable[[dict[str, dict[str, Any]]], bool], **filters: str) -> bool:
    """Whether a list comes to be as wanted; it follows changes within a second or so."""
    deadline = time.monotonic() + LISTED_WITHIN_S
    while not (right := wanted(the_list(client, **filters))) and time.monotonic() < deadline:
        pass  # each round is a request
    return right


# A client's work ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["password", "key"])
def test_the_published_client_leads_a_doi_through_its_life(one: Keeper, way: str) -> None:
    client = one.rest if way == "password" else one.by_key
    name = a_name()

    assert client.draft_doi({"titles": [{"title": "Soon"}]}, name) == name
    draft = client.get_metadata(name)
    assert (draft["state"], draft["titles"], draft["registered"]) == ("draft", [{"title": "Soon"}], None)
    assert listed(client, lambda found: found[name]["state"] == "draft" if name in found else False, client_id=one.id)

    published = client.update_doi(name, {**described(), "event": "publish"}, TARGET)
    assert (published["state"], published["titles"]) == ("findable", described()["titles"])
    assert (client.get_doi(name), client.update_url(name, ELSEWHERE), client.get_doi(name)) == (TARGET, ELSEWHERE, ELSEWHERE)
    assert client.update_doi(name, {"version": "2"})["titles"] == described()["titles"]

    assert client.hide_doi(name)["state"] == "registered"
    nobody = DataCiteRESTClient("", "", PREFIX, url=one.base_url, timeout=DEADLINE_S)
    with pytest.raises(DataCiteNotFoundError):
        nobody.get_metadata(name)
    assert client.show_doi(name)["state"] == "findable"
    assert (nobody.get_metadata(name)["version"], nobody.get_metadata(name)["url"]) == ("2", ELSEWHERE)
    assert listed(nobody, lambda found: name in found, client_id=one.id, query=f"doi:{name}")

    with pytest.raises(DataCiteError, match="Method not allowed"):
        client.delete_doi(name)
    assert client.get_metadata(name)["state"] == "findable"


def test_the_published_client_has_names_made_up_and_deletes_what_is_a_draft(one: Keeper) -> None:
    drafts = [one.rest.draft_doi({"titles": [{"title": "Soon"}]}), one.rest.draft_doi()]
    public = one.rest.public_doi(described(), TARGET)
    private = one.rest.private_doi(described(), TARGET)

    assert {name.partition("/")[0] for name in (*drafts, public, private)} == {PREFIX}
    assert [one.rest.get_metadata(name)["state"] for name in (public, private)] == ["findable", "registered"]
    assert listed(one.rest, lambda found: {*drafts, private} <= found.keys(), client_id=one.id, prefix=PREFIX)
    for name in drafts:
        one.rest.delete_doi(name)
        with pytest.raises(DataCiteNotFoundError):
            one.rest.get_metadata(name)
    assert listed(one.rest, lambda found: not {*drafts} & found.keys(), client_id=one.id, state="draft")


# Two protocols, one record -----------------------------------------------------------------------------------------------------

ITEMISED = {
    "datacite.creator": "Lima, Ana",
    "datacite.title": "Low tide & high tide",
    "datacite.publisher": "Ocean Press",
    "datacite.publicationyear": "2024",
    "datacite.resourcetype": "Book/Monograph",
}
DC = {
    "dc.creator": "Lima, Ana",
    "dc.title": "Low tide & high tide",
    "dc.publisher": "Ocean Press",
    "dc.date": "2024",
    "dc.type": "Text",
}
ERC = {
    "erc.who": "Lima, Ana",
    "erc.what": "Low tide & high tide",
    "erc.when": "2024",
    "datacite.publisher": "Ocean Press",
}
# The kind of thing, as REST has it; ERC has no word for it.
PROFILES = [
    pytest.param("erc", ERC, None, id="erc"),
    pytest.param("dc", DC, "Text", id="dc"),
    pytest.param("datacite", ITEMISED, "Book", id="datacite, itemised"),
    pytest.param("datacite", {"datacite": document("datacite.xml")}, "Book", id="datacite, XML"),
    pytest.param("schema_org", {"schema_org": document("schema_org.json")}, "Book", id="schema.org"),
    pytest.param("citeproc", {"citeproc": document("citeproc.json")}, "Book", id="CSL"),
    pytest.param("crossref", {"crossref": document("crossref.xml")}, "Book", id="crossref"),
]


def book(attributes: dict[str, Any]) -> tuple[Any, ...]:
    """What REST says of the book that all the descriptions are of; XML is told with its entities."""
    return (
        [each["name"] for each in attributes["creators"]],
        attributes["titles"][0]["title"].replace("&amp;", "&"),
        attributes["publisher"],
        attributes["publicationYear"],
        attributes["types"].get("resourceTypeGeneral"),
    )


@pytest.mark.parametrize(("profile", "elements", "kind"), PROFILES)
def test_a_doi_that_ezid_made_is_the_same_in_rest_in_every_state(
    one: Keeper, profile: str, elements: dict[str, str], kind: str | None
) -> None:
    name = a_name()
    label = f"doi:{name.upper()}"

    made = one.ezid.create(label, {"_profile": profile, "_status": "reserved", "_target": TARGET, **elements})
    assert (made.status, made.name) == (201, label), made.text
    draft = one.by_key.get_metadata(name)
    assert (draft["state"], draft["doi"], draft["url"], draft["source"]) == ("draft", name, TARGET, "ezid")
    assert book(draft) == (["Lima, Ana"], "Low tide & high tide", "Ocean Press", 2024, kind)

    for status, state, reason in (
        ("public", "findable", None),
        ("unavailable | gone away", "registered", "gone away"),
        ("public", "findable", None),
    ):
        assert one.ezid.modify(label, {"_status": status}).status == 200
        shown = one.by_key.get_metadata(name)
        assert (shown["state"], shown["reason"], book(shown)) == (state, reason, book(draft))
    for change, status in ((one.by_key.hide_doi, "unavailable"), (one.by_key.show_doi, "public")):
        change(name)
        seen = one.ezid.view(label).elements
        assert (seen["_status"], seen["_profile"], seen["_target"], seen["_owner"]) == (status, profile, TARGET, one.name)
        assert seen.keys() >= elements.keys()


def test_a_doi_at_crossref_is_read_by_those_who_ask_for_it_and_changed_by_none(one: Keeper) -> None:
    name = a_name(CROSSREF_PREFIX)
    given = {"_profile": "crossref", "_target": TARGET, "crossref": document("crossref.xml")}
    made = one.ezid.create(f"doi:{name.upper()}", given)
    assert made.status == 201, made.text

    with pytest.raises(DataCiteNotFoundError):
        one.by_key.get_metadata(name)
    shown = ask(one.base_url, "GET", f"/dois/{name}?include_other_registration_agencies=true").json()["data"]["attributes"]
    with pytest.raises(DataCiteError):
        one.by_key.put_doi(name, {"attributes": {"version": "2"}})

    assert (book(shown), shown["agency"]) == ((["Lima, Ana"], "Low tide & high tide", "Ocean Press", 2024, "Book"), "crossref")
    assert "_crossref" in one.ezid.view(f"doi:{name.upper()}").elements


FORMS: dict[str, Callable[[], dict[str, Any]]] = {
    "attributes": lambda: {**described("Low tide & high tide"), "language": "en"},
    **{
        f"xml of {name}": lambda name=name: {"xml": base64.b64encode(document(name).encode()).decode()}  # type: ignore[misc]
        for name in ("datacite.xml", "unixref.xml", "schema_org.json", "citeproc.json")
    },
}


@pytest.mark.parametrize("form", FORMS)
def test_a_doi_that_rest_made_is_the_same_in_ezid_in_every_state(one: Keeper, form: str) -> None:
    name = a_name()
    label = f"doi:{name.upper()}"

    assert one.by_key.draft_doi({**FORMS[form](), "url": TARGET}, name) == name
    draft = one.ezid.view(label).elements
    assert (draft["_status"], draft["_profile"], draft["_target"], draft["_owner"]) == ("reserved", "datacite", TARGET, one.name)
    shown = one.by_key.get_metadata(name)
    assert base64.b64decode(shown["xml"]).decode().strip() == draft["datacite"]  # EZID values end where their text does
    assert book(shown) == (["Lima, Ana"], "Low tide & high tide", "Ocean Press", 2024, "Book")

    for event, status in (("publish", "public"), ("hide", "unavailable | gone away"), ("show", "public")):
        one.by_key.put_doi(name, {"attributes": {"event": event, "reason": "gone away"}})
        seen = one.ezid.view(label).elements
        assert (seen["_status"], seen["datacite"]) == (status, draft["datacite"])
    changed = one.ezid.modify(label, {"_status": "unavailable | by EZID", "_target": ELSEWHERE})
    assert changed.status == 200, changed.text
    hidden = one.by_key.get_metadata(name)
    assert (hidden["state"], hidden["reason"], hidden["url"], book(hidden)) == ("registered", "by EZID", ELSEWHERE, book(shown))


# Two clients, two providers ----------------------------------------------------------------------------------------------------

WAYS = ("password", "token", "key", "id and key")


@pytest.mark.parametrize("way", WAYS)
def test_each_way_to_sign_in_makes_reads_lists_and_deletes_what_is_the_clients_own(two: Keeper, way: str) -> None:
    name, auth = a_name(), two.ways[way]

    def send(method: str, path: str, attributes: dict[str, Any] | None = None) -> requests.Response:
        body = None if attributes is None else json.dumps({"data": {"type": "dois", "attributes": attributes}})
        return ask(two.base_url, method, path, auth, data=body, headers=JSON_API)

    made = send("POST", "/dois", {"doi": name, **described()})
    changed = send("PUT", f"/dois/{name}", {"version": "2"})
    read = send("GET", f"/dois/{name}")
    own = listed(two.rest, lambda found: name in found, client_id=two.id, state="draft") and send("GET", "/dois?state=draft")

    assert [answer.status_code for answer in (made, changed, read)] == [201, 200, 200], made.text + changed.text + read.text
    assert read.headers["X-Credential-Username"] == two.name
    assert own.status_code == 200
    assert {each["relationships"]["client"]["data"]["id"] for each in own.json()["data"]} == {two.id}
    assert send("DELETE", f"/dois/{name}").status_code == 204


@pytest.fixture(scope="module")
def foreign(one: Keeper) -> dict[str, str]:
    """A DOI of `demo.one`'s in each state, and all of them in its lists."""
    names = {
        "draft": one.rest.draft_doi({**described("Foreign"), "url": TARGET}, a_name()),
        "registered": one.rest.private_doi(described("Foreign"), TARGET, a_name()),
        "findable": one.rest.public_doi(described("Foreign"), TARGET, a_name()),
    }
    assert listed(one.rest, lambda found: {*names.values()} <= found.keys(), client_id=one.id)
    return names


@pytest.fixture(scope="module", params=[*WAYS, "nobody", "wrong password"])
def stranger(request: pytest.FixtureRequest, one: Keeper, two: Keeper) -> tuple[AuthBase | None, bool]:
    """Somebody with credentials that are not of the keeper's, and whether they are of somebody at all."""
    if request.param in two.ways:
        return two.ways[request.param], True
    return (HTTPBasicAuth(one.name, "wrong") if request.param == "wrong password" else None), False


def test_nobody_reads_or_lists_what_is_foreign_and_not_public(
    one: Keeper, foreign: dict[str, str], stranger: tuple[AuthBase | None, bool]
) -> None:
    auth, known = stranger
    hidden = {foreign["draft"], foreign["registered"]}

    for name in hidden:
        for below in ("", "/activities", "/media"):
            answer = ask(one.base_url, "GET", f"/dois/{name}{below}", auth)
            assert answer.status_code == 404, f"{below}: {answer.text}"
        assert ask(one.base_url, "GET", f"/dois/{name}/get-url", auth).status_code == (404 if known else 401)
    for path in (
        f"/dois?ids={','.join(foreign.values())}",
        f"/clients/{one.id}/dois?page[size]=1000",
        f"/dois?provider-id={one.id.partition('.')[0]}&page[size]=1000",
        f"/dois?prefix={PREFIX}&state=draft,registered,findable&page[size]=1000",
    ):
        told = ask(one.base_url, "GET", path, auth)
        names = {each["id"] for each in told.json()["data"]}
        assert (told.status_code, names & hidden, foreign["findable"] in names) == (200, set(), True), path
    # For the public, DataCite takes any state for the one that it may see.
    drafts = ask(one.base_url, "GET", f"/dois?state=draft,registered&client-id={one.id}&page[size]=1000", auth).json()["data"]
    assert {each["attributes"]["state"] for each in drafts} == (set() if known else {"findable"})
    assert ask(one.base_url, "GET", f"/dois?query=doi:{foreign['draft']}", auth).json()["data"] == []


def test_nobody_changes_what_is_foreign(
    one: Keeper, two: Keeper, foreign: dict[str, str], stranger: tuple[AuthBase | None, bool]
) -> None:
    auth, known = stranger
    before = {name: one.by_key.get_metadata(name) for name in foreign.values()}
    to_two = {"client": {"data": {"type": "clients", "id": two.id}}}

    for state, method, attributes, more in (
        ("draft", "PUT", {"event": "publish"}, {}),
        ("draft", "DELETE", None, {}),
        ("registered", "PATCH", {"event": "show"}, {}),
        ("findable", "PUT", {"url": ELSEWHERE}, {}),
        ("findable", "PUT", {"event": "hide"}, {}),
        ("findable", "PUT", {"mode": "transfer"}, {"relationships": to_two}),
        ("findable", "POST", {"doi": foreign["findable"]}, {}),
    ):
        path = "/dois/undo" if method == "POST" else f"/dois/{foreign[state]}"
        body = None if attributes is None else json.dumps({"data": {"type": "dois", "attributes": attributes, **more}})
        answer = ask(one.base_url, method, path, auth, data=body, headers=JSON_API)
        assert answer.status_code == (403 if known else 401), f"{method} {path} {attributes}: {answer.text}"

    assert {name: one.by_key.get_metadata(name) for name in foreign.values()} == before


def test_the_published_client_of_another_provider_is_told_so(one: Keeper, two: Keeper, foreign: dict[str, str]) -> None:
    draft, findable = foreign["draft"], foreign["findable"]
    impostor = DataCiteRESTClient(one.id, "wrong", PREFIX, url=one.base_url, timeout=DEADLINE_S)

    with pytest.raises(DataCiteNotFoundError):
        two.rest.get_metadata(draft)
    with pytest.raises(DataCiteForbiddenError):
        two.rest.update_url(findable, ELSEWHERE)
    with pytest.raises(DataCiteForbiddenError):
        two.rest.hide_doi(findable)
    with pytest.raises(DataCiteForbiddenError):
        two.rest.delete_doi(draft)
    with pytest.raises(DataCiteError, match="already been taken"):
        two.rest.draft_doi(described(), draft)
    with pytest.raises(DataCiteUnauthorizedError):
        impostor.update_doi(findable, {"version": "mine"})

    assert (one.by_key.get_metadata(findable)["version"], one.by_key.get_doi(findable)) == (None, TARGET)
    assert two.ezid.modify(f"doi:{findable.upper()}", {"_status": "unavailable"}).status == 403


REFERENCES = {
    "BibTeX": r"@book{x, author = {Ana Lima}, title = {Low tide \& high tide}, publisher = {Ocean Press}, year = 2024}",
    "RIS": "TY  - BOOK\r\nAU  - Lima, Ana\r\nT1  - Low tide & high tide\r\nPB  - Ocean Press\r\nPY  - 2024\r\nER  - ",
    "CodeMeta": json.dumps(
        {
            "@context": "https://w3id.org/codemeta/3.0",
            "@type": "Book",
            "author": {"@type": "Person", "givenName": "Ana", "familyName": "Lima"},
            "name": "Low tide & high tide",
            "publisher": "Ocean Press",
            "datePublished": "2024",
        }
    ),
}


def test_what_reference_managers_write_becomes_dois_and_these_are_had_in_every_form_alone_and_listed(one: Keeper) -> None:
    names = {form: a_name() for form in REFERENCES}
    for form, doi in names.items():
        xml = base64.b64encode(REFERENCES[form].encode()).decode()
        body = {"data": {"attributes": {"doi": doi, "event": "publish", "url": TARGET, "xml": xml}}}
        made = ask(one.base_url, "POST", "/dois", one.ways["password"], json=body)
        assert made.status_code == 201, f"{form}: {made.text}"
        shown = made.json()["data"]["attributes"]
        said = (shown["creators"][0]["name"], shown["titles"][0]["title"], shown["publisher"], shown["publicationYear"])
        assert said == ("Lima, Ana", "Low tide & high tide", "Ocean Press", 2024), form

    table = ask(one.base_url, "GET", f"/dois/text/csv?ids={','.join(names.values())}")
    rows = {row["doi"]: row for row in csv.DictReader(table.text.splitlines())}
    assert {doi: (row["author"], row["url"]) for doi, row in rows.items()} == dict.fromkeys(names.values(), ("Lima, Ana", TARGET))
    for media_type in (each for form in ALL_FORMS.values() for each in form.media_types):
        path = f"{media_type}/{names['RIS']}"
        alone, resolved = (ask(one.base_url, "GET", f"{start}/{path}") for start in ("/dois", ""))
        listed_too = ask(one.base_url, "GET", f"/dois?ids={names['RIS']}", headers={"Accept": media_type})
        assert [each.status_code for each in (alone, resolved, listed_too)] == [200] * 3, media_type
        assert alone.content == resolved.content, media_type
        assert listed_too.headers["Content-Type"] == alone.headers["Content-Type"], media_type


def test_files_of_a_doi_are_kept_one_by_one_and_by_content_url(one: Keeper) -> None:
    doi, auth = a_name(), one.ways["key"]
    one.rest.draft_doi({**described(), "contentUrl": ["https://example.org/a.csv"], "formats": ["text/csv"]}, doi)
    body = {"data": {"type": "media", "attributes": {"url": "s3://bucket/b.pdf", "mediaType": "application/pdf"}}}

    made = ask(one.base_url, "POST", f"/dois/{doi}/media", auth, json=body)
    files = ask(one.base_url, "GET", f"/dois/{doi}/media", auth).json()["data"]
    dropped = ask(one.base_url, "DELETE", f"/dois/{doi}/media/{files[0]['id']}", auth)

    assert (made.status_code, files[1]["id"]) == (201, made.json()["data"]["id"])
    assert [each["attributes"]["mediaType"] for each in files] == ["text/csv", "application/pdf"]
    assert dropped.status_code == 204
    assert one.rest.get_metadata(doi)["contentUrl"] == ["s3://bucket/b.pdf"]


def test_what_gives_no_token_and_no_password_says_so(one: Keeper) -> None:
    token = ask(one.base_url, "POST", "/oidc-token", data={"token": "eyJ"})
    reset = ask(one.base_url, "POST", "/reset", data={"username": one.id})

    assert (token.status_code, token.json()["errors"][0]["title"]) == (400, "Wrong token.")
    assert (reset.status_code, list(reset.json())) == (200, ["message"])
