"""Activities in DataCite's REST API: who sees them, pages, values, and the answers to whatever else is asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from pidstack.domain.shoulder import Agency
from pidstack.domain.state import State
from pidstack.store import identifiers as store_of_records
from pidstack.store.ledger import DynamoLedger
from tests.commits import Story
from tests.contract.in_process import BASE_URL, Answer, Gateway, running

DOI = "10.9999/FZ4A"
NAME = f"doi:{DOI}"
GONE = {"errors": [{"status": "404", "title": "The resource you are looking for doesn't exist."}]}
ALICE = ("alice", "alicepw:with a colon")


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    with running() as gateway:
        gateway.add_account(*ALICE, group="groupa")
        gateway.add_account("gadmin", "gadminpw", group="groupa", group_admin=True)
        gateway.add_account("bob", "bobpw", group="groupb")
        gateway.add_account("admin", "adminpw", group="admin", superuser=True)
        yield gateway


@pytest.fixture
def story(gateway: Gateway) -> Story:
    return Story()


def keep(story: Story) -> None:
    """Put records in the table and their history beside them, as the stores and the feed do."""
    for record in story.records.values():
        item = store_of_records._item(record)
        item.token = record.token
        item.save()
    DynamoLedger().enter(story.commits)


def a_life(story: Story, name: str, steps: int = 3, **fields: Any) -> None:
    """A record that was made and got other titles."""
    for step in range(1, steps + 1):
        story.write(name, **{"elements": {"datacite.title": f"Title {step}"}, "changed_by": "alice", "changed_via": "ez", **fields})
    keep(story)


def versions(answer: Answer) -> list[int]:
    assert answer.status == 200, answer.text
    return [each["attributes"]["version"] for each in json.loads(answer.text)["data"]]


def follow(gateway: Gateway, path: str) -> list[list[int]]:
    """The versions on each page, from the first to the one without a next."""
    pages = []
    while path:
        answer = gateway.send("GET", path)
        pages.append(versions(answer))
        path = json.loads(answer.text)["links"].get("next", "").removeprefix(BASE_URL)
    return pages


def test_an_activity_has_the_form_of_datacite(gateway: Gateway, story: Story) -> None:
    a_life(story, "doi:10.9999/FORM", 2)

    (newest, _) = json.loads(gateway.send("GET", "/dois/10.9999/form/activities").text)["data"]

    change = story.commits[-1].changes[0]
    assert newest == {
        "id": newest["id"],
        "type": "activities",
        "attributes": {
            "prov:wasGeneratedBy": f"{BASE_URL}/activities/{newest['id']}",
            "prov:generatedAtTime": "2027-01-15T08:00:02.000Z",
            "prov:wasDerivedFrom": "https://doi.org/10.9999/form",
            "prov:wasAttributedTo": f"{BASE_URL}/repositories/alice",
            "action": "update",
            "version": 2,
            "changes": {"titles": [[{"title": "Title 1"}], [{"title": "Title 2"}]]},
        },
    }
    assert change.version == 2
    one = gateway.send("GET", f"/activities/{newest['id']}")
    assert (one.status, json.loads(one.text)) == (200, {"data": newest})


@pytest.mark.parametrize(
    ("who", "state", "status"),
    [
        pytest.param(None, State.FINDABLE, 200, id="the public, findable"),
        pytest.param(None, State.REGISTERED, 404, id="the public, registered"),
        pytest.param(None, State.DRAFT, 404, id="the public, a draft"),
        pytest.param(("alice", "wrong"), State.FINDABLE, 200, id="a wrong password, findable"),
        pytest.param(("alice", "wrong"), State.DRAFT, 404, id="a wrong password, a draft"),
        pytest.param(("bob", "bobpw"), State.DRAFT, 404, id="somebody else"),
        pytest.param(ALICE, State.DRAFT, 200, id="the owner"),
        pytest.param(("ALICE", ALICE[1]), State.DRAFT, 200, id="the owner in capitals"),
        pytest.param(("gadmin", "gadminpw"), State.REGISTERED, 200, id="the group's administrator"),
        pytest.param(("admin", "adminpw"), State.DRAFT, 200, id="the staff"),
    ],
)
def test_activities_are_seen_by_whoever_sees_the_doi(
    gateway: Gateway, story: Story, who: tuple[str, str] | None, state: State, status: int
) -> None:
    a_life(story, f"doi:10.9999/SEEN-{state.upper()}", state=state)

    answer = gateway.send("GET", f"/dois/10.9999/seen-{state}/activities", by=who)

    assert answer.status == status
    if status == 404:
        assert json.loads(answer.text) == GONE
    name = {"x-anonymous-consumer": "true"} if who is None else {"x-credential-username": who[0].lower() * (who[1] != "wrong")}
    assert name.items() <= answer.headers.items()


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        pytest.param({"agency": Agency.CROSSREF}, "/dois/10.9999/other-crossref/activities", id="registered with Crossref"),
        pytest.param({"agent_role": "user"}, "/dois/10.9999/other-agent/activities", id="an agent of the registry"),
        pytest.param({}, "/dois/10.9999/none/activities", id="a DOI that nobody has"),
        pytest.param({}, "/dois/ark:/99999/fk4a/activities", id="an ARK"),
        pytest.param({}, "/dois/xxx/activities", id="no identifier"),
        pytest.param({}, "/activities/bm90aGluZw", id="an id of nothing"),
        pytest.param({}, "/activities/%C3%A9*", id="no id at all"),
    ],
)
def test_what_is_not_there_to_be_seen_does_not_exist(gateway: Gateway, story: Story, fields: dict[str, Any], path: str) -> None:
    word = "CROSSREF" if "agency" in fields else "AGENT"
    a_life(story, f"doi:10.9999/OTHER-{word}" if fields else "ark:/99999/fk4a", **fields)

    answer = gateway.send("GET", path)

    assert (answer.status, json.loads(answer.text)) == (404, GONE)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [[7, 6, 5, 4, 3, 2, 1]]),
        ("page[size]=3", [[7, 6, 5], [4, 3, 2], [1]]),
        ("page[size]=7", [[7, 6, 5, 4, 3, 2, 1]]),
        ("page%5Bsize%5D=4&page%5Bnumber%5D=2", [[3, 2, 1]]),
        ("page[size]=4&page[number]=3", [[]]),
        ("page[size]=0", [[]]),
        ("page[size]=many", [[7, 6, 5, 4, 3, 2, 1]]),
        ("page[size]=3&page[cursor]=1", [[7, 6, 5], [4, 3, 2], [1]]),
        ("page[size]=7&page[cursor]", [[7, 6, 5, 4, 3, 2, 1]]),
    ],
)
def test_pages_tell_every_activity_once_newest_first(gateway: Gateway, story: Story, query: str, expected: list[list[int]]) -> None:
    a_life(story, "doi:10.9999/PAGES", 7)

    assert follow(gateway, f"/dois/10.9999/pages/activities?{query}") == expected


def test_a_page_says_where_it_stands(gateway: Gateway, story: Story) -> None:
    a_life(story, "doi:10.9999/PLACE", 7)

    told = json.loads(gateway.send("GET", "/activities?datacite_doi_id=10.9999/PLACE&page[size]=3&page[number]=2").text)

    assert told["meta"] == {"total": 7, "totalPages": 3, "page": 2}
    query = "datacite-doi-id=10.9999%2Fplace&page%5Bnumber%5D=3&page%5Bsize%5D=3"
    assert told["links"]["next"] == f"{BASE_URL}/activities?{query}"
    assert told["links"]["self"].startswith(f"{BASE_URL}/activities?datacite_doi_id=")


def test_what_was_done_to_an_earlier_record_of_the_name_is_not_told(gateway: Gateway, story: Story) -> None:
    a_life(story, "doi:10.9999/HEIR", 5, elements={"datacite.title": "Secret"}, state=State.DRAFT)
    earlier = json.loads(gateway.send("GET", "/dois/10.9999/heir/activities", by=ALICE).text)["data"]
    story.remove("doi:10.9999/HEIR")
    a_life(story, "doi:10.9999/HEIR", 2, owner="bob", group="groupb")

    for query in ("", "?page[size]=1&page[number]=3", "?page[cursor]=7", "?page[cursor]=1&page[size]=2"):
        assert "Secret" not in gateway.send("GET", f"/dois/10.9999/heir/activities{query}").text
    assert follow(gateway, "/dois/10.9999/heir/activities?page[size]=1") == [[2], [1]]
    assert {gateway.send("GET", f"/activities/{each['id']}", by=ALICE).status for each in earlier} == {404}


def test_a_document_too_long_to_be_kept_is_told_by_length_and_digest(gateway: Gateway, story: Story) -> None:
    import hashlib
    import random
    import string

    long = "".join(random.Random(4).choices(string.ascii_letters, k=40_000))  # noqa: S311 - no secret
    story.write("doi:10.9999/LONG", elements={"datacite.title": "T"})
    story.write("doi:10.9999/LONG", elements={"datacite": long}, target="https://example.org/")
    keep(story)

    newest = json.loads(gateway.send("GET", "/dois/10.9999/long/activities").text)["data"][0]

    digest = {"length": 40_000, "sha256": hashlib.sha256(long.encode()).hexdigest()}
    assert newest["attributes"]["changes"] == {"url": [None, "https://example.org/"], "xml": [None, digest]}


def test_head_says_the_same_without_a_body(gateway: Gateway, story: Story) -> None:
    a_life(story, NAME)

    got, looked = (gateway.send(method, f"/dois/{DOI}/activities") for method in ("GET", "HEAD"))

    assert (looked.status, looked.text, looked.headers) == (200, "", got.headers)
    assert got.headers["content-type"] == "application/json; charset=utf-8"


def test_an_answer_that_a_client_has_is_not_sent_again(gateway: Gateway, story: Story) -> None:
    a_life(story, NAME)

    first = gateway.send("GET", f"/dois/{DOI}/activities")
    again = gateway.send("GET", f"/dois/{DOI}/activities", headers={"If-None-Match": first.headers["etag"]})

    assert first.headers["etag"].startswith('W/"')
    assert (again.status, again.text) == (304, "")


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "title"),
    [
        pytest.param("GET", "/activities", {}, 422, "Parameter datacite-doi-id is required", id="no DOI"),
        pytest.param("POST", f"/dois/{DOI}/activities", {}, 405, "Method not allowed", id="a method that changes"),
        pytest.param("GET", f"/dois/{DOI}/activities", {"Authorization": "Bearer x"}, 401, "Bad credentials.", id="a token"),
        pytest.param("PUT", f"/dois/{DOI}/activities", {}, 405, "Method not allowed", id="a method that is known for DOIs"),
    ],
)
def test_what_cannot_be_answered_is_an_error_object(
    gateway: Gateway, method: str, path: str, headers: dict[str, str], status: int, title: str
) -> None:
    answer = gateway.send(method, path, headers=headers)

    assert (answer.status, json.loads(answer.text)) == (status, {"errors": [{"status": str(status), "title": title}]})


def test_browsers_may_ask_from_anywhere(gateway: Gateway) -> None:
    answer = gateway.send("OPTIONS", "/activities")

    assert (answer.status, answer.text, answer.headers["access-control-allow-origin"]) == (204, "", "*")


def test_the_heart_beats(gateway: Gateway) -> None:
    answer = gateway.send("GET", "/heartbeat")

    assert (answer.status, answer.text, answer.headers["content-type"]) == (200, "OK", "text/plain; charset=utf-8")
