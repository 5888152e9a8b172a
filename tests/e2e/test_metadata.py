"""Descriptions on the deployed stack: every EZID profile for public DOIs, a crowd of creators, and XML that means harm."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pidstack.domain.identifier import Identifier
from pidstack.formats import datacite_xml
from tests.ezid_http import Client, Stack, client_of

VECTORS = Path(__file__).parents[1] / "vectors" / "profiles"
DATACITE_SHOULDER = "doi:10.5072/FK2"
CROSSREF_SHOULDER = "doi:10.15697/FK2"
BAD = "error: bad request - "
WRONG = "Metadata validation error: "
UNSATISFIED = BAD + "Public DOI metadata requirements not satisfied: no "
NO_DEPOSIT = BAD + "Registration with Crossref requires Crossref metadata supplied as value of element 'crossref'."
YEAR = "'[\\d]{4}'. at line 9, column 3"
TARGET = "https://example.org/tides?a=1&b=2"


def document(name: str) -> str:
    return (VECTORS / name).read_text(encoding="utf-8").strip()


XML, DEPOSIT, UNIXREF = document("datacite.xml"), document("crossref.xml"), document("unixref.xml")
ITEMISED = {
    "datacite.creator": "Lima, Ana",
    "datacite.title": "Low tide & high tide",
    "datacite.publisher": "Ocean Press",
    "datacite.publicationyear": "2024",
    "datacite.resourcetype": "Book/Monograph",
}


@pytest.fixture(scope="module")
def client(stack: Stack) -> Client:
    return client_of(stack)


@pytest.fixture
def unchanged(client: Client) -> Callable[[str], Callable[[], None]]:
    """Remembers an identifier, and checks that it is as it was in every element, `_updated` included."""

    def remember(name: str) -> Callable[[], None]:
        while int(time.time()) <= int(client.view(name).elements["_updated"]):
            pass  # each round is a request
        before = client.view(name).text

        def check() -> None:
            assert client.view(name).text == before

        return check

    return remember


# -------------------------------------------------------------------------------------------------------------- the profiles
PROFILES = [
    pytest.param(
        DATACITE_SHOULDER,
        "erc",
        {"erc.who": "Lima, Ana", "erc.what": "Low tide", "erc.when": "2024", "datacite.publisher": "Ocean Press"},
        {"erc.what": "Low tide & high tide: 100%"},
        [
            ({"erc.who": ""}, UNSATISFIED + "creator."),
            ({"erc.what": ""}, UNSATISFIED + "title."),
            ({"datacite.publisher": ""}, UNSATISFIED + "publisher."),
            ({"erc.when": ""}, UNSATISFIED + "publication date."),
            ({"_profile": "dc"}, UNSATISFIED + "creator."),
        ],
        id="erc",
    ),
    pytest.param(
        DATACITE_SHOULDER,
        "dc",
        {"dc.creator": "Lima, Ana", "dc.title": "Low tide", "dc.publisher": "Ocean Press", "dc.date": "2024", "dc.type": "Text"},
        {"dc.creator": "Lima, Ana; Okafor, Adaeze", "dc.type": ""},
        [
            ({"dc.creator": ""}, UNSATISFIED + "creator."),
            ({"dc.title": ""}, UNSATISFIED + "title."),
            ({"dc.publisher": ""}, UNSATISFIED + "publisher."),
            ({"dc.date": ""}, UNSATISFIED + "publication date."),
        ],
        id="dc",
    ),
    pytest.param(
        DATACITE_SHOULDER,
        "datacite",
        ITEMISED,
        {"datacite.resourcetype": "Text"},
        [
            ({"datacite.creator": ""}, UNSATISFIED + "creator."),
            ({"datacite.publicationyear": ""}, UNSATISFIED + "publication date."),
            ({"datacite.resourcetype": "Film"}, BAD + "datacite.resourcetype: Invalid resource type."),
        ],
        id="datacite, itemised",
    ),
    pytest.param(
        DATACITE_SHOULDER,
        "datacite",
        {"datacite": XML},
        {"datacite": XML.replace("Low tide", "<!-- \u6f6e -->Spring tide")},
        [
            ({"datacite": ""}, UNSATISFIED + "creator."),
            ({"datacite": XML.replace("kernel-4", "kernel-3")}, f"{BAD}datacite: {WRONG}DataCite schema version 3 is deprecated"),
            (
                {"datacite": XML.replace('"DOI"', '"ARK"')},
                f"{BAD}datacite: {WRONG}Mismatch between identifier type and <identifier> element",
            ),
            (
                {"datacite": XML.replace("2024", "soon")},
                f"{BAD}datacite: {WRONG}publicationYear: [facet 'pattern'] The value 'soon' is not accepted by the pattern {YEAR}",
            ),
            (
                {"datacite": XML.replace("</creators>", "")},
                f"{BAD}datacite: {WRONG}XML parse error: mismatched tag, line 11, column 3, in element creators",
            ),
        ],
        id="datacite, XML",
    ),
    pytest.param(
        CROSSREF_SHOULDER,
        "crossref",
        {"crossref": DEPOSIT},
        {"crossref": DEPOSIT.replace("Low tide", "Spring tide")},
        [
            ({"crossref": ""}, NO_DEPOSIT),
            ({"crossref": "<book/>"}, f"{BAD}crossref: {WRONG}not Crossref submission metadata."),
            (
                {"crossref": DEPOSIT.replace("<doi>10.5072/old</doi>", "")},
                f"{BAD}crossref: {WRONG}<doi_data> element contains no <doi> subelement.",
            ),
            (
                {"crossref": DEPOSIT.replace("</book_metadata>", "<doi_data/></book_metadata>")},
                f"{BAD}crossref: {WRONG}XML document contains more than one <doi_data> element.",
            ),
            ({"_export": "no"}, f"{BAD}_export: Crossref-registered identifier must be exported."),
        ],
        id="crossref",
    ),
]


def as_kept(elements: dict[str, str], name: str) -> dict[str, str]:
    """What is to be seen of elements that were sent: documents with the identifier in them, a deposit with its target too."""
    seen = {label: value for label, value in elements.items() if value}
    if "datacite" in seen:
        seen["datacite"] = seen["datacite"].replace("(:tba)", name.removeprefix("doi:"))
    if "crossref" in seen:
        seen["crossref"] = deposited(seen["crossref"], name)
    return seen


def deposited(deposit: str, name: str) -> str:
    """The book of the batch, with its DOI and its target. Written by hand, and not by the code that is tested."""
    book = deposit[deposit.index("<book ") : deposit.index("</book>") + len("</book>")]
    namespace = "http://www.crossref.org/schema/5.3.1"
    location = f"{namespace} http://www.crossref.org/schema/deposit/crossref5.3.1.xsd"
    namespaces = f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="{namespace}"'
    book = book.replace("<book book", f"<book {namespaces} book").replace('graph">', f'graph" xsi:schemaLocation="{location}">', 1)
    book = book.replace("10.5072/old", name.removeprefix("doi:")).replace("https://example.org/old", TARGET.replace("&", "&amp;"))
    return f'<?xml version="1.0"?>\n{book}'


@pytest.mark.parametrize(("shoulder", "profile", "elements", "change", "mistakes"), PROFILES)
def test_a_public_doi_is_made_and_changed_with_every_profile_and_mistakes_change_nothing(
    client: Client,
    unchanged: Callable[[str], Callable[[], None]],
    shoulder: str,
    profile: str,
    elements: dict[str, str],
    change: dict[str, str],
    mistakes: list[tuple[dict[str, str], str]],
) -> None:
    made = client.mint(shoulder, {"_profile": profile, "_target": TARGET, **elements})
    first = client.view(made.name).elements
    changed = client.modify(made.name, change)
    second = client.view(made.name).elements

    assert (made.status, changed.status) == (201, 200)
    for seen, sent in ((first, elements), (second, {**elements, **change})):
        described = {label: value for label, value in seen.items() if not label.startswith("_")}
        assert described == as_kept(sent, made.name)
        assert (seen["_status"], seen["_profile"], seen["_target"]) == ("public", profile, TARGET)

    check = unchanged(made.name)
    for mistake, line in mistakes:
        answer = client.modify(made.name, {"_target": "https://example.org/other", **mistake})
        assert (answer.status, answer.text) == (400, line)
    check()


@pytest.mark.parametrize(("shoulder", "profile", "elements", "change", "mistakes"), PROFILES)
def test_a_mistake_makes_no_doi(
    client: Client,
    shoulder: str,
    profile: str,
    elements: dict[str, str],
    change: dict[str, str],
    mistakes: list[tuple[dict[str, str], str]],
) -> None:
    assert change

    for number, (mistake, line) in enumerate(mistakes):
        fresh = f"{shoulder}{hashlib.sha256(f'{time.time_ns()} {number}'.encode()).hexdigest()[:16].upper()}"
        answer = client.create(fresh, {"_profile": profile, **elements, **mistake})
        assert (answer.status, answer.text) == (400, line)
        assert client.view(fresh).line == BAD + "no such identifier"


def test_a_deposit_waits_without_doi_and_target_and_leads_to_the_tombstone_while_the_object_is_gone(client: Client) -> None:
    name = client.mint(
        CROSSREF_SHOULDER, {"_profile": "crossref", "_target": TARGET, "_status": "reserved", "crossref": DEPOSIT}
    ).name
    reserved = client.view(name).elements["crossref"]
    client.modify(name, {"_status": "public"})
    public = client.view(name).elements["crossref"]
    client.modify(name, {"_status": "unavailable | out of print"})
    unavailable = client.view(name).elements["crossref"]
    client.modify(name, {"_status": "public"})

    shown_target = TARGET.replace("&", "&amp;")
    assert "<doi>(:tba)</doi><resource>(:tba)</resource>" in reserved
    assert public == deposited(DEPOSIT, name)
    assert unavailable == public.replace(shown_target, f"{client.base_url.rstrip('/')}/tombstone/id/{name}")
    assert client.view(name).elements["crossref"] == public


def test_a_record_of_crossrefs_is_kept_as_it_was_given(client: Client) -> None:
    name = client.mint(CROSSREF_SHOULDER, {"_profile": "crossref", "crossref": UNIXREF}).name

    assert client.view(name).elements["crossref"] == UNIXREF


# ------------------------------------------------------------------------------------------------------- a crowd of creators
SYLLABLES = "ba chen da el fi gri ith ja kor li mé nu ov pa qui ras sø tan ul va wes xi yo zu ñan lov mar".split()  # noqa: SIM905 - read as words


def draws(seed: str) -> Iterator[int]:
    """Numbers below 256 that say nothing twice; the same each time."""
    count = 0
    while True:
        yield from hashlib.sha256(f"{seed} {count}".encode()).digest()
        count += 1


def a_word(numbers: Iterator[int], syllables: int) -> str:
    return "".join(SYLLABLES[next(numbers) % len(SYLLABLES)] for _ in range(syllables)).capitalize()


def a_creator(number: int) -> str:
    numbers = draws(f"creator {number}")
    family, given = a_word(numbers, 3), f"{a_word(numbers, 2)} {a_word(numbers, 1)[0]}."
    orcid = "-".join("".join(str(next(numbers) % 10) for _ in range(4)) for _ in range(4))
    return (
        f'    <creator>\n      <creatorName nameType="Personal">{family}, {given}</creatorName>\n'
        f"      <givenName>{given}</givenName><familyName>{family}</familyName>\n"
        f'      <nameIdentifier nameIdentifierScheme="ORCID" schemeURI="https://orcid.org">{orcid}</nameIdentifier>\n'
        f"      <affiliation>Institute of {a_word(numbers, 2)} &amp; {a_word(numbers, 2)}, {a_word(numbers, 3)}</affiliation>\n"
        "    </creator>\n"
    )


def test_a_record_with_three_thousand_creators_is_stored_and_comes_back(client: Client) -> None:
    creators = "".join(a_creator(number) for number in range(3_000))
    start, end = XML.index("    <creator>"), XML.index("  </creators>")
    crowd = XML[:start] + creators + XML[end:]
    assert len(crowd.encode()) > 1_000_000

    made = client.mint(DATACITE_SHOULDER, {"datacite": crowd, "_target": TARGET})
    seen = client.view(made.name).elements
    changed = client.modify(made.name, {"datacite": crowd.replace("Low tide", "Spring tide"), "dc.title": "Tides"})

    assert made.status == 201
    assert seen["datacite"] == crowd.replace("(:tba)", made.name.removeprefix("doi:"))
    assert seen["datacite"] == datacite_xml.with_identifier(crowd, Identifier.parse(made.name))
    assert changed.status == 200
    assert client.view(made.name).elements["datacite"] == seen["datacite"].replace("Low tide", "Spring tide")


# ------------------------------------------------------------------------------------------------------------ XML meaning harm
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
XINCLUDE = "http://www.w3.org/2001/XInclude"


def attributes(many: int) -> str:
    """An element with that many."""
    return "<a " + " ".join(f"a{number}='u'" for number in range(many)) + "/>"


FORBIDDEN = "XML document type declarations and entities are not allowed, line 1"
ATTACKS = {
    "billion laughs": (f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]><a>&l9;</a>', FORBIDDEN),
    "quadratic blowup": (f'<!DOCTYPE a [<!ENTITY b "{"x" * 100_000}">]><a>{"&b;" * 100_000}</a>', FORBIDDEN),
    "external entity": ('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', FORBIDDEN),
    "parameter entity": ('<!DOCTYPE a [<!ENTITY % b SYSTEM "http://127.0.0.1:9/x"> %b;]><a/>', FORBIDDEN),
    "document type": ('<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a/>', FORBIDDEN),
    "inclusion": (
        f'<a xmlns:xi="{XINCLUDE}"><xi:include href="/etc/passwd" parse="text"/></a>',
        "XML inclusions are not allowed, line 1",
    ),
    "huge text": (f"<a>{'x' * 1_900_000}</a>", ""),
    "text that is too long": (f"<a>{'x' * 2_010_000}</a>", None),
    "deep nesting": ("<a>" * 100_000 + "</a>" * 100_000, "XML document is too large: nested too deeply (more than 64), line 1"),
    "flood of elements": (f"<a>{'<b/>' * 400_000}</a>", "XML document is too large: too many elements (more than 50000)"),
    "many attributes": (
        attributes(100_000),
        "XML document is too large: too many attributes (more than 40000)",
    ),
    "many attributes of one element": (
        attributes(65),
        "XML document is too large: too many attributes in one element (more than 64), line 1",
    ),
}


@pytest.fixture(scope="module")
def victim(client: Client) -> str:
    """A public DOI with a document of each kind."""
    return client.mint(DATACITE_SHOULDER, {"datacite": XML, "crossref": DEPOSIT}).name


@pytest.mark.parametrize("element", ["datacite", "crossref"])
@pytest.mark.parametrize(("attack", "message"), ATTACKS.values(), ids=ATTACKS)
def test_an_attack_is_answered_clearly_and_changes_nothing(
    client: Client, unchanged: Callable[[str], Callable[[], None]], victim: str, element: str, attack: str, message: str | None
) -> None:
    check = unchanged(victim)

    answer = client.modify(victim, {"_target": "https://example.org/other", element: attack})

    expected = (
        BAD + "All elements together may have at most 2000000 bytes" if message is None else f"{BAD}{element}: {WRONG}{message}"
    )
    assert answer.status == 400
    assert answer.text.startswith(expected)
    assert len(answer.text) < 300
    check()
