"""Pages over fakes: what they show, what they send along, and what hostile records cannot make of them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from lxml import html

from pidstack.domain.change import Change, ChangeKind
from pidstack.domain.counting import CounterKey, CounterKind, Tally
from pidstack.domain.identifier import Identifier
from pidstack.domain.record import Record
from pidstack.domain.state import State
from pidstack.ports.feed import Commit
from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.pages.desk import Desk
from pidstack.protocols.pages.dispatch import ROUTES, answer
from pidstack.protocols.pages.guides import GUIDES
from pidstack.protocols.pages.layout import BOX_POLICY, POLICY, visible
from pidstack.protocols.pages.shown import MOST_VALUES
from tests.builders import NOW_S, a_record
from tests.fakes.feed import MemoryLedger
from tests.fakes.identifiers import MemoryIdentifiers

BASE = "https://ids.example.org/live"
DOI = "doi:10.12345/X1"
DESCRIBED = {
    "datacite.creator": "Proust, Marcel",
    "datacite.title": "Remembrance",
    "datacite.publisher": "Random House",
    "datacite.publicationyear": "1922",
    "datacite.resourcetype": "Text/Book",
}
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title></script><svg onload=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt; &#x3C;b&#x3E; &nosuch; &#xD800; &",
    "{{ 7*7 }}{% raw %}${7*7}",
    "\u202egnp.exe\u2067 \u202d\u2066",
    "\x00\x07\x1b[31m\ufffe",
    "javascript:alert(1)",
)


def a_desk(*records: Record, checks: dict[str, Callable[[], None]] | None = None) -> Desk:
    identifiers, ledger = MemoryIdentifiers(lambda: NOW_S), MemoryLedger()
    for record in records:
        identifiers.create(record)
    return Desk("Reg & Sons", "registry@example.org", identifiers, ledger, ledger, checks or {}, lambda: NOW_S)


def get(desk: Desk, path: str, *, accept: str = "text/html", method: str = "GET", **query: str) -> Response:
    start = path[1:].partition("/")[0]
    resource = next(each for each in ROUTES if each == path or ("{" in each and each.startswith(f"/{start}/")))
    return answer(Request(method, resource, path, query, {"accept": accept}, b"", BASE), desk)


def parsed(response: Response) -> Any:
    assert isinstance(response.body, str)
    return html.document_fromstring(response.body)


def text_of(response: Response) -> str:
    return " ".join(parsed(response).find("body").text_content().split())


def all_pages(desk: Desk) -> dict[str, Response]:
    paths = ["/", "/docs", "/health", "/view/10.12345/x1", "/view/nothing", "/tombstone/id/ark:/12345/x2", "/docs/nothing"]
    return {path: get(desk, path) for path in [*paths, *(f"/docs/{guide.name}" for guide in GUIDES)]}


@pytest.fixture
def desk() -> Desk:
    gone = a_record("ark:/12345/x2", state=State.REGISTERED, reason="withdrawn", elements={"erc.what": "Lost", "erc.who": "N. N."})
    return a_desk(a_record(DOI, target="https://example.org/object?a=1&b=2", elements=DESCRIBED), gone)


def test_every_page_is_kept_to_what_it_is(desk: Desk) -> None:
    for path, response in all_pages(desk).items():
        page = parsed(response)
        foreign = page.xpath("//script/@src | //link[@rel='stylesheet' or @rel='icon']/@href | //img/@src")

        leads_away = page.xpath("//form[contains(@action, '/resolve')]")
        assert response.headers["Content-Security-Policy"] == (BOX_POLICY if leads_away else POLICY), path
        assert "unsafe" not in BOX_POLICY
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["X-Frame-Options"] == "DENY"
        assert response.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
        assert all(each.startswith(f"{BASE}/static/") for each in foreign), "nothing comes from elsewhere"
        assert page.xpath("//script[not(@src) and not(@type='application/ld+json')] | //style | //*[@style]") == []
        assert page.xpath("//@*[starts-with(name(), 'on')]") == []


def test_every_page_can_be_used_without_seeing_it(desk: Desk) -> None:
    for path, response in all_pages(desk).items():
        page = parsed(response)

        assert page.get("lang") == "en"
        assert len(page.xpath("//h1")) == len(page.xpath("//main")) == 1, path
        assert page.xpath("//title")[0].text.strip()
        assert page.xpath("//a[@class='skip']/@href") == ["#content"]
        assert {each.get("id") for each in page.xpath("//input | //select")} == set(page.xpath("//label/@for")), path
        assert page.xpath("//th[not(@scope)]") == []
        levels = [int(each.tag[1]) for each in page.xpath("//h1 | //h2 | //h3")]
        assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_page_of_an_identifier_tells_what_is_known(desk: Desk) -> None:
    response = get(desk, "/view/10.12345/x1")

    page = parsed(response)
    assert response.status == 200
    assert page.xpath("//h1//text()") == ["Remembrance"]
    assert page.xpath("//a[@class='button']/@href") == ["https://example.org/object?a=1&b=2"]
    assert "Proust, M. (1922). Remembrance. Random House. https://doi.org/10.12345/x1" in text_of(response)
    assert json.loads(page.xpath("//script[@type='application/ld+json']")[0].text)["@id"] == "https://doi.org/10.12345/x1"
    assert f"{BASE}/application/x-bibtex/doi:10.12345/X1" in page.xpath("//main//a/@href")
    assert '<https://doi.org/10.12345/x1>; rel="cite-as"' in response.headers["Link"]
    assert 'rel="describedby"; type="application/x-bibtex"' in response.headers["Link"]


def test_a_citation_comes_in_the_style_that_was_picked(desk: Desk) -> None:
    page = parsed(get(desk, "/view/10.12345/x1", style="ieee"))

    assert page.xpath("//option[@selected]/@value") == ["ieee"]
    assert "M. Proust," in page.xpath("//*[@data-copy='the citation']")[0].text_content()
    assert parsed(get(desk, "/view/10.12345/x1", style="<x>")).xpath("//option[@selected]/@value") == ["apa"]


def test_the_page_of_an_identifier_tells_its_history(desk: Desk) -> None:
    record = desk.identifiers.get(Identifier(DOI))
    assert record is not None
    change = Change(
        "1",
        ChangeKind.STATE_CHANGED,
        record.identifier,
        "alice",
        "groupa",
        State.REGISTERED,
        State.FINDABLE,
        3,
        "alice",
        "ezid",
        NOW_S,
        ("state",),
    )
    hidden = Change("0", ChangeKind.CREATED, record.identifier, "alice", "groupa", None, State.DRAFT, 1, "alice", "ezid", NOW_S - 9)
    ledger: Any = desk.history
    ledger.enter([Commit("1", None, record, (hidden,)), Commit("2", record, record, (change,))])

    rows = [" ".join(cell.text_content() for cell in row) for row in parsed(get(desk, "/view/10.12345/x1")).xpath("//tbody/tr")]

    assert rows == [f"{time.strftime('%Y-%m-%d', time.gmtime(NOW_S))} Became public: state 3"]


def test_a_tombstone_says_why_and_what_was(desk: Desk) -> None:
    response = get(desk, "/tombstone/id/ark:/12345/x2")

    assert response.status == 200
    assert "Reason: withdrawn" in text_of(response)
    assert "The name itself stays" in text_of(response)
    assert "Lost" in text_of(response)
    assert parsed(response).xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert response.headers["Cache-Control"] == "public, max-age=60"


def test_a_tombstone_does_not_promise_to_keep_a_name_for_trials() -> None:
    desk = a_desk(a_record("ark:/99999/fk4a", state=State.REGISTERED, expires_s=NOW_S + 9))

    said = text_of(get(desk, "/tombstone/id/ark:/99999/fk4a"))

    assert "The name was made for trials, and will be deleted." in said
    assert "stays" not in said


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/view/ark:/12345/x2", "/tombstone/id/ark:/12345/x2"),
        ("/tombstone/id/10.12345/x1", "/view/doi:10.12345/X1"),
    ],
)
def test_the_page_for_the_other_state_is_led_to(desk: Desk, path: str, leads_to: str) -> None:
    response = get(desk, path)

    assert (response.status, response.headers["Location"]) == (302, BASE + leads_to)


@pytest.mark.parametrize("fields", [{"state": State.DRAFT}, {"agent_role": "user"}], ids=["reserved", "agent"])
@pytest.mark.parametrize("base", ["/view", "/tombstone/id"])
def test_what_the_public_may_not_know_has_no_page(base: str, fields: dict[str, Any]) -> None:
    desk = a_desk(a_record("ark:/12345/x3", elements={"erc.what": "Secret"}, **fields))

    response = get(desk, f"{base}/ark:/12345/x3")

    assert (response.status, response.headers["Cache-Control"]) == (404, "no-store")
    assert "Secret" not in str(response.body)


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("10.5072/fk2a", "/doi:10.5072/FK2A"),
        (" https://doi.org/10.5072/FK2%3Ca%3E ", "/doi:10.5072/FK2%3CA%3E"),
        ("ark:99999/fk4-a", "/ark:/99999/fk4a"),
        ("", "/"),
    ],
)
def test_the_box_leads_to_where_identifiers_are_resolved(desk: Desk, asked: str, leads_to: str) -> None:
    response = get(desk, "/resolve", identifier=asked)

    assert (response.status, response.headers["Location"]) == (302, BASE + leads_to)


@pytest.mark.parametrize(
    "asked", [*HOSTILE, "https://evil.example/", "//evil.example", "10.5072/a\r\nLocation: https://evil.example"]
)
def test_the_box_leads_nowhere_else(desk: Desk, asked: str) -> None:
    response = get(desk, "/resolve", identifier=asked)

    assert response.status == 400
    assert "Location" not in response.headers
    (box,) = parsed(response).xpath("//input")
    assert box.get("aria-invalid") == "true"
    assert box.get("value") == visible(asked.strip()).replace("\r", "").replace("\n", "") or "\n" in asked


def test_counts_are_shown_and_remembered_for_a_moment(desk: Desk) -> None:
    ledger: Any = desk.counters
    ledger.counts[CounterKey(CounterKind.ALL, "all"), 0] = Tally(1, 1234, 56)

    first = text_of(get(desk, "/"))
    ledger.counts.clear()
    second = text_of(get(desk, "/"))

    assert "1,234 identifiers lead to their objects" in first == second


def test_the_home_page_does_without_counts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> Tally:
        raise RuntimeError

    monkeypatch.setattr(desk.counters, "tally", fail)

    assert get(desk, "/").status == 200


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("state", [State.FINDABLE, State.REGISTERED])
def test_hostile_metadata_is_shown_as_text(hostile: str, state: State) -> None:
    elements = {name: f"{hostile} {value}" for name, value in DESCRIBED.items() if name != "datacite.publicationyear"}
    record = a_record(DOI, target=hostile, elements=elements, state=state, reason=hostile if state is State.REGISTERED else "")
    base = "/view" if state is State.FINDABLE else "/tombstone/id"

    response = get(a_desk(record), f"{base}/10.12345/x1", accept="text/html")

    page = parsed(response)
    assert response.status == 200
    assert str(response.body).encode("utf-8"), "it can be sent"
    assert page.xpath("//svg | //img | //main//script | //b[parent::bdi]") == []
    assert page.xpath("//@*[starts-with(name(), 'on')]") == []
    assert [each for each in page.xpath("//@href | //@action") if not each.startswith(("https://", "mailto:", "#"))] == []
    assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\x00\x07\x1b\ufffe") & set(str(response.body))
    assert "49" not in page.xpath("//h1")[0].text_content(), "nothing is computed"
    for script in page.xpath("//script[@type='application/ld+json']"):
        assert json.loads(script.text)["@id"] == "https://doi.org/10.12345/x1"


def test_links_in_metadata_lead_to_the_web_or_nowhere() -> None:
    xml = (
        '<resource xmlns="http://datacite.org/schema/kernel-4"><identifier identifierType="DOI">10.12345/X1</identifier>'
        "<creators><creator><creatorName>A</creatorName>"
        '<nameIdentifier nameIdentifierScheme="ORCID">javascript:alert(1)</nameIdentifier></creator>'
        '<creator><creatorName>B</creatorName><nameIdentifier nameIdentifierScheme="ORCID">0000-0002-1825-0097</nameIdentifier>'
        "</creator></creators>"
        "<titles><title>T</title></titles><publisher>P</publisher><publicationYear>2020</publicationYear>"
        '<resourceType resourceTypeGeneral="Dataset"/>'
        '<rightsList><rights rightsURI="javascript:alert(2)">R</rights></rightsList>'
        '<relatedIdentifiers><relatedIdentifier relatedIdentifierType="URL" relationType="IsPartOf">javascript:alert(3)'
        "</relatedIdentifier>"
        '<relatedIdentifier relatedIdentifierType="URL" relationType="IsPartOf">https://example.org/"onclick="x</relatedIdentifier>'
        "</relatedIdentifiers></resource>"
    )
    page = parsed(response := get(a_desk(a_record(DOI, elements={"datacite": xml})), "/view/10.12345/x1"))

    links = page.xpath("//dl//a/@href")
    assert links == ["https://orcid.org/0000-0002-1825-0097", "https://example.org/%22onclick=%22x"]
    assert '<https://orcid.org/0000-0002-1825-0097>; rel="author"' in response.headers["Link"]
    assert "is part of" in text_of(response)


def test_digits_that_no_header_can_carry_are_no_orcid() -> None:
    arabic = "0000-0002-1825-0097".translate({ord("0") + n: 0x660 + n for n in range(10)})
    xml = (
        '<resource xmlns="http://datacite.org/schema/kernel-4"><identifier identifierType="DOI">10.12345/X1</identifier>'
        f'<creators><creator><creatorName>A</creatorName><nameIdentifier nameIdentifierScheme="ORCID">{arabic}</nameIdentifier>'
        "</creator></creators><titles><title>T</title></titles></resource>"
    )

    response = get(a_desk(a_record(DOI, elements={"datacite": xml})), "/view/10.12345/x1")

    assert response.status == 200
    assert response.headers["Link"].isascii()
    assert parsed(response).xpath("//dl//a/@href") == []


def test_twenty_thousand_creators_make_a_page_of_bounded_size_in_bounded_time() -> None:
    creators = "".join(f"<creator><creatorName>Name{n}, A</creatorName></creator>" for n in range(20_000))
    xml = (
        '<resource xmlns="http://datacite.org/schema/kernel-4"><identifier identifierType="DOI">10.12345/X1</identifier>'
        f"<creators>{creators}</creators><titles><title>T</title></titles><publisher>P</publisher>"
        "<publicationYear>2020</publicationYear><resourceType resourceTypeGeneral='Dataset'/></resource>"
    )
    desk = a_desk(a_record(DOI, elements={"datacite": xml}))
    begun = time.process_time()

    response = get(desk, "/view/10.12345/x1")

    assert time.process_time() - begun < 10
    assert len(response.body) < 60_000
    assert f"and {20_000 - MOST_VALUES:,} more" in text_of(response)
    assert "Name19999" in parsed(response).xpath("//*[@data-copy='the citation']")[0].text_content(), "the last one is named"


def test_a_description_that_cannot_be_read_still_has_a_page() -> None:
    response = get(a_desk(a_record(DOI, elements={"datacite": "<resource>&nosuch;"})), "/view/10.12345/x1")

    assert response.status == 200
    assert "cannot be read" in text_of(response)


def test_headers_stay_within_what_the_gateway_lets_pass() -> None:
    name = "doi:10.12345/" + '"' * 240
    response = get(a_desk(a_record(name, elements=DESCRIBED)), "/view/" + Identifier(name).as_url_path())

    assert response.status == 200
    assert 'rel="cite-as"' in response.headers["Link"]
    assert sum(len(key) + len(value) for key, value in response.headers.items()) < 10_000


def test_health_tells_what_works() -> None:
    def fail() -> None:
        raise RuntimeError("a secret detail")

    well, ill = a_desk(checks={"records": lambda: None}), a_desk(checks={"records": lambda: None, "downloads": fail})

    assert (get(well, "/health").status, get(ill, "/health").status) == (200, 503)
    said = get(ill, "/health", accept="application/json")
    assert (said.status, said.headers["Cache-Control"]) == (503, "no-store")
    components = json.loads(str(said.body))["components"]
    assert {name: part["status"] for name, part in components.items()} == {"records": "up", "downloads": "down"}
    assert "secret" not in str(said.body) + str(get(ill, "/health").body)


def test_parts_are_asked_once_in_a_while() -> None:
    asked: list[int] = []
    desk = a_desk(checks={"records": lambda: asked.append(1)})

    for _ in range(5):
        get(desk, "/health")

    assert len(asked) == 1


@pytest.mark.parametrize("name", ["style.css", "script.js", "icon.svg"])
def test_files_are_kept_by_browsers(desk: Desk, name: str) -> None:
    response = get(desk, f"/static/{name}")
    tag = response.headers["ETag"]
    request = Request("GET", "/static/{file}", f"/static/{name}", {}, {"if-none-match": tag}, b"", BASE)

    assert response.status == 200
    assert response.headers["Cache-Control"] == "public, max-age=3600"
    assert answer(request, desk).status == 304
    assert "http" not in str(response.body).replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize("path", ["/static/../layout.py", "/static/%2e%2e%2flayout.py", "/static/nothing"])
def test_no_other_file_is_given_out(desk: Desk, path: str) -> None:
    request = Request("GET", "/static/{file}", path, {}, {}, b"", BASE)

    assert answer(request, desk).status == 404


def test_pages_are_only_read(desk: Desk) -> None:
    assert get(desk, "/", method="POST").status == 405
    assert get(desk, "/", method="HEAD").body == ""
    assert get(desk, "/", method="HEAD").status == 200
