"""The files of a DOI through DataCite's REST API, named by `contentUrl` or one by one."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from pidstack.domain.shoulder import Agency
from pidstack.domain.supplement import MAX_SUPPLEMENT_BYTES, Supplement
from tests.contract.in_process import BASE_URL, Answer, Gateway, running

ALICE, BOB, PROXY, ADMIN = ("alice", "alicepw"), ("bob", "bobpw"), ("proxy", "proxypw"), ("admin", "adminpw")
FIRST, SECOND, THIRD = (f"https://example.org/{name}" for name in ("a.csv", "b.pdf", "c"))
fresh = count(1)


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    with running() as gateway:
        gateway.add_shoulder("doi:10.9999/", agency=Agency.DATACITE, datacenter="GROUP.ALICE")
        gateway.add_account(*ALICE, "doi:10.9999/")
        gateway.add_account(*BOB, group="other")
        gateway.add_account(*PROXY, proxy_of=frozenset({"alice"}))
        gateway.add_account(*ADMIN, group="admin", superuser=True)
        yield gateway


def send(
    gateway: Gateway, method: str, path: str, attributes: dict[str, Any] | None = None, by: tuple[str, str] | None = ALICE
) -> Answer:
    body = None if attributes is None else json.dumps({"data": {"type": "media", "attributes": attributes}})
    return gateway.send(method, path, body, by=by)


def a_doi(gateway: Gateway, *files: str, **more: Any) -> str:
    """A draft with files."""
    name = f"10.9999/m{next(fresh)}"
    assert send(gateway, "POST", "/dois", {"doi": name, "contentUrl": list(files) or None, **more}).status == 201
    return name


def told(answer: Answer, status: int = 200) -> Any:
    assert answer.status == status, answer.text
    return json.loads(answer.text)["data"]


def files(gateway: Gateway, doi: str) -> list[tuple[str, str, str]]:
    """Name, address and kind of each file of a DOI."""
    listed = told(send(gateway, "GET", f"/dois/{doi}/media"))
    return [(each["id"], each["attributes"]["url"], each["attributes"]["mediaType"]) for each in listed]


def content_url(gateway: Gateway, doi: str) -> list[str] | None:
    found: list[str] | None = told(send(gateway, "GET", f"/dois/{doi}"))["attributes"]["contentUrl"]
    return found


def test_content_url_makes_the_files_whose_kinds_are_the_formats(gateway: Gateway) -> None:
    doi = a_doi(gateway, FIRST, SECOND, formats=["text/csv"])

    found = files(gateway, doi)

    assert [each[1:] for each in found] == [(FIRST, "text/csv"), (SECOND, "text/plain")]
    assert all(re.fullmatch("[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){3}", name) for name, _, _ in found)
    assert len({name for name, _, _ in found}) == 2


@pytest.mark.parametrize(("sent", "left"), [([SECOND], [SECOND]), ([], []), (None, None), (THIRD, [THIRD])])
def test_who_writes_content_url_writes_all_files_anew(gateway: Gateway, sent: Any, left: list[str] | None) -> None:
    doi = a_doi(gateway, FIRST)
    told(send(gateway, "POST", f"/dois/{doi}/media", {"url": THIRD, "mediaType": "image/png"}), 201)

    shown = told(send(gateway, "PUT", f"/dois/{doi}", {"contentUrl": sent}))["attributes"]

    assert shown["contentUrl"] == left
    assert [each[1:] for each in files(gateway, doi)] == [(url, "text/plain") for url in left or []]


@pytest.mark.parametrize(
    ("attributes", "kept"),
    [
        ({}, [FIRST, "s3://bucket/b"]),
        ({"contentUrl": None}, [FIRST, "s3://bucket/b"]),
        ({"contentUrl": []}, []),
        ({"contentUrl": THIRD}, [THIRD]),
    ],
    ids=["alone", "with null", "with nothing", "with another"],
)
def test_schema_org_names_files_where_the_attribute_does_not(gateway: Gateway, attributes: dict[str, Any], kept: list[str]) -> None:
    work = {"@context": "https://schema.org", "@type": "Dataset", "name": "T", "contentUrl": [FIRST, "s3://bucket/b", "mailto:a@b"]}
    sent = {"xml": base64.b64encode(json.dumps(work).encode()).decode(), **attributes}

    doi = a_doi(gateway, SECOND)
    shown = told(send(gateway, "PUT", f"/dois/{doi}", sent))

    assert shown["attributes"]["contentUrl"] == kept


def test_a_file_is_added_shown_changed_and_dropped(gateway: Gateway) -> None:
    doi = a_doi(gateway, FIRST, formats=["text/csv"])

    added = send(gateway, "POST", f"/dois/{doi}/media", {"url": SECOND, "mediaType": "application/pdf"})
    made = told(added, 201)
    place = f"/dois/{doi}/media/{made['id']}"
    shown = told(send(gateway, "GET", place))
    changed = told(send(gateway, "PATCH", place, {"mediaType": "text/html"}))

    assert added.headers["location"] == f"{BASE_URL}{place}"
    assert made == shown
    assert made["type"] == "media"
    assert (made["attributes"]["url"], made["attributes"]["mediaType"]) == (SECOND, "application/pdf")
    assert (changed["attributes"]["url"], changed["attributes"]["mediaType"]) == (SECOND, "text/html")
    assert changed["attributes"]["version"] > made["attributes"]["version"]
    assert content_url(gateway, doi) == [FIRST, SECOND]
    assert send(gateway, "DELETE", place).status == 204
    assert send(gateway, "GET", place).status == 404
    assert [each[1:] for each in files(gateway, doi)] == [(FIRST, "text/csv")]


def test_names_stay_when_others_are_dropped_and_when_the_doi_is_changed(gateway: Gateway) -> None:
    doi = a_doi(gateway, FIRST, SECOND, THIRD, formats=["text/csv", "application/pdf"])
    before = files(gateway, doi)

    assert send(gateway, "DELETE", f"/dois/{doi}/media/{before[0][0]}").status == 204
    told(send(gateway, "PUT", f"/dois/{doi}", {"version": "2", "formats": []}))
    assert files(gateway, doi) == before[1:]
    assert send(gateway, "DELETE", f"/dois/{doi}/media/{before[1][0]}").status == 204

    assert files(gateway, doi) == before[2:]


def test_a_kind_that_is_not_told_is_plain_text(gateway: Gateway) -> None:
    doi = a_doi(gateway)

    made = [told(send(gateway, "POST", f"/dois/{doi}/media", {"url": FIRST, **kind}), 201) for kind in ({}, {"mediaType": None})]

    assert [each["attributes"]["mediaType"] for each in made] == ["text/plain", "text/plain"]


@pytest.mark.parametrize(
    ("attributes", "problems"),
    [
        ({}, {"url": "Can't be blank"}),
        ({"url": None}, {"url": "Can't be blank"}),
        ({"url": "mailto:info@example.org"}, {"url": "Is invalid"}),
        ({"url": 7}, {"url": "Is invalid"}),
        ({"url": FIRST, "mediaType": "text"}, {"media_type": "Is invalid"}),
        ({"url": "x", "mediaType": ["a/b"]}, {"url": "Is invalid", "media_type": "Is invalid"}),
    ],
)
def test_what_is_wrong_with_a_file(gateway: Gateway, attributes: dict[str, Any], problems: dict[str, str]) -> None:
    doi = a_doi(gateway)

    answer = send(gateway, "POST", f"/dois/{doi}/media", attributes)

    assert answer.status == 422
    assert json.loads(answer.text) == {"errors": [{"source": source, "title": title} for source, title in problems.items()]}
    assert content_url(gateway, doi) is None


def test_a_doi_names_no_more_files_than_can_be_kept(gateway: Gateway) -> None:
    doi = a_doi(gateway)

    answer = send(gateway, "POST", f"/dois/{doi}/media", {"url": f"https://example.org/{'x' * MAX_SUPPLEMENT_BYTES}"})

    assert answer.status == 422
    assert json.loads(answer.text)["errors"][0]["source"] == "url"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize(
    "path", ["/dois/{}/media/0000-0000-0000-0000", "/dois/{}/media/xxx", "/dois/10.9999/nothing/media/0000-0000-0000-0000"]
)
def test_a_file_that_is_not_there_is_not_found(gateway: Gateway, method: str, path: str) -> None:
    answer = send(gateway, method, path.format(a_doi(gateway, FIRST)), {"url": SECOND} if method == "PUT" else None)

    assert answer.status == 404


WHO: dict[str, tuple[tuple[str, str] | None, int, int]] = {
    "the public": (None, 401, 404),
    "another client": (BOB, 403, 404),
    "a proxy": (PROXY, 201, 200),
    "the client": (ALICE, 201, 200),
    "the staff": (ADMIN, 201, 200),
}


@pytest.mark.parametrize(("by", "added", "listed"), WHO.values(), ids=WHO)
def test_who_may_do_what_with_the_files_of_a_draft(gateway: Gateway, by: tuple[str, str] | None, added: int, listed: int) -> None:
    doi = a_doi(gateway, FIRST)
    ((name, _, _),) = files(gateway, doi)
    ended = {201: 204}.get(added, added)

    statuses = {
        "list": send(gateway, "GET", f"/dois/{doi}/media", by=by).status,
        "show": send(gateway, "GET", f"/dois/{doi}/media/{name}", by=by).status,
        "add": send(gateway, "POST", f"/dois/{doi}/media", {"url": SECOND}, by=by).status,
        "change": send(gateway, "PUT", f"/dois/{doi}/media/{name}", {"url": THIRD}, by=by).status,
        "drop": send(gateway, "DELETE", f"/dois/{doi}/media/{name}", by=by).status,
    }

    changed = 200 if added == 201 else added
    assert statuses == {"list": listed, "show": listed, "add": added, "change": changed, "drop": ended}
    assert content_url(gateway, doi) == ([SECOND] if added == 201 else [FIRST])


def test_a_list_of_files_is_not_put_or_deleted(gateway: Gateway) -> None:
    doi = a_doi(gateway, FIRST)

    answers = [send(gateway, method, f"/dois/{doi}/media", {"url": SECOND}) for method in ("PUT", "DELETE")]

    assert [(each.status, each.headers["allow"]) for each in answers] == [(405, "GET, HEAD, POST, OPTIONS")] * 2


def test_a_doi_that_ends_like_a_file_is_written_with_an_encoded_slash(gateway: Gateway) -> None:
    name = f"10.9999/e{next(fresh)}/media/0000-0000-0000-0000"

    made = send(gateway, "PUT", f"/dois/{name.replace('/', '%2F')}", {"version": "1"})

    assert made.status == 201
    assert told(send(gateway, "GET", f"/dois/{name.replace('/', '%2F')}"))["id"] == name
    assert send(gateway, "GET", f"/dois/{name}").status == 404


@pytest.mark.parametrize(
    "supplement",
    [
        Supplement(),
        Supplement(files=("https://example.org/a",)),
        Supplement(files=(), source="x"),
        Supplement(files=("https://example.org/a",), kinds=("text/csv",), names=("0000-0000-0000-0000",)),
    ],
)
def test_what_is_kept_of_files_is_read_back(supplement: Supplement) -> None:
    assert Supplement.parse(str(supplement)) == supplement
