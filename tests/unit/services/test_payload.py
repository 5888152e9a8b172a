"""The metadata element of a harvested record: every record has one in every format, valid, quick, and whatever is broken in it."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.parsers import expat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from pidstack.domain.errors import InvalidDocument
from pidstack.domain.identifier import Identifier
from pidstack.domain.placement import Kind, Placement
from pidstack.domain.record import Record
from pidstack.domain.state import State
from pidstack.formats.crossref_deposit import stored_deposit
from pidstack.services import payload as service
from pidstack.services.documents import with_documents
from pidstack.services.payload import METADATA_FORMATS, NO_FACTS, Facts, crossref_element, metadata_element
from pidstack.store.elements import LateElements, pack
from tests.builders import NOW_S, a_record
from tests.unit.formats.foreign_fixtures import crossref_documents, needs_fixtures
from tests.unit.formats.official import valid_example
from tests.unit.formats.published_schemas import check, needs_schemas

steady = settings(derandomize=True, deadline=None, max_examples=40)
VECTORS = Path(__file__).parents[2] / "vectors"
NAME, TARGET = "doi:10.5072/FK2TIDE", "https://example.org/tides?a=1&b=2"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
DATACITE, UNIXREF = "http://datacite.org/schema/kernel-4", "http://www.crossref.org/xschema/1.1"
every_format = pytest.mark.parametrize("prefix", METADATA_FORMATS)


def payload(record: Record, prefix: str, facts: Facts = NO_FACTS, *, doubtful: bool = False) -> str:
    """Give the element as text, however the record's elements are kept."""
    written = service.payload(record, prefix, facts, doubtful=doubtful)
    if all(text.isascii() or text.isprintable() for text in record.elements.values()):  # so that it can be stored
        packed = pack(record.elements)
        as_stored = replace(record, elements=LateElements(packed or b""))
        assert service.payload(as_stored, prefix, facts, doubtful=doubtful) == written
    return written.decode()


def document(path: str) -> str:
    return (VECTORS / path).read_text(encoding="utf-8")


def kept(profile: str, given: str, name: str = NAME, **fields: Any) -> Record:
    """A public record that this document describes, as it is kept."""
    described = {"profile": profile, "elements": {profile: given}, "target": TARGET}
    return with_documents(a_record(name, **{**described, **fields}), None)


def _deposits() -> dict[str, str]:
    """Our deposits that can be kept: those that name one DOI."""
    found = {path.stem: path.read_text("utf-8") for path in sorted((VECTORS / "crossref").glob("*.xml"))}
    return {name: xml for name, xml in found.items() if xml.count("<doi_data>") == 1 and name != "grant"}


DEPOSITS = _deposits()
RECORDS: dict[str, Callable[[], Record]] = {
    "datacite": lambda: kept("datacite", document("profiles/datacite.xml")),
    "crossref": lambda: kept("crossref", document("profiles/crossref.xml")),
    "unixref": lambda: kept("crossref", document("profiles/unixref.xml")),
    "schema_org": lambda: kept("schema_org", document("profiles/schema_org.json")),
    "citeproc": lambda: kept("citeproc", document("profiles/citeproc.json")),
    "erc": lambda: a_record(NAME, profile="erc", elements={"erc.who": "Lima, Ana", "erc.what": "Low tide & high tide"}),
    "ark": lambda: a_record("ark:/99999/fk4tide", elements={"erc.who": "Lima, Ana", "erc.what": "Low tide & high tide"}),
    "ark, datacite": lambda: kept("datacite", document("profiles/datacite.xml").replace('"DOI"', '"ARK"'), "ark:/99999/fk4tide"),
    "nothing said": lambda: a_record(NAME),
    "ark, nothing said": lambda: a_record("ark:/99999/fk4tide"),
    "uuid": lambda: a_record("uuid:0b6f2a1c-7a53-4b8e-9d36-0f6f5e4b1a2c"),
}


def pages_root(written: str) -> etree._Element:
    """The element where it will stand: in a page, whose default namespace is that of OAI-PMH."""
    page = f'<metadata xmlns="http://www.openarchives.org/OAI/2.0/">{written}</metadata>'
    (root,) = etree.fromstring(page)
    return root


# --------------------------------------------------------------------------------------------------------------- every record
@every_format
@pytest.mark.parametrize("example", RECORDS)
def test_every_record_has_every_format(prefix: str, example: str) -> None:
    form = METADATA_FORMATS[prefix]

    root = pages_root(payload(RECORDS[example](), prefix))

    located = root.get(f"{XSI}schemaLocation", "").split()
    assert etree.QName(root).namespace == form.namespace
    assert dict(zip(located[::2], located[1::2], strict=True))[form.namespace] == form.schema
    assert len(root) > 0


@needs_schemas
@every_format
@pytest.mark.parametrize("example", RECORDS)
def test_every_record_is_valid_in_every_format(prefix: str, example: str) -> None:
    check(prefix, payload(RECORDS[example](), prefix))


@every_format
@pytest.mark.parametrize("example", ["datacite", "crossref", "unixref", "schema_org", "citeproc", "erc", "ark"])
def test_every_format_says_what_it_is_about(prefix: str, example: str) -> None:
    written = payload(RECORDS[example](), prefix)

    words = " ".join(pages_root(written).itertext())
    assert "Low tide & high tide" in words
    assert "Lima" in words
    assert "FK2TIDE" in words.upper() or "FK4TIDE" in words.upper()


# ------------------------------------------------------------------------------------------------------------------- DataCite
def test_a_kept_datacite_document_is_passed_on_as_it_is() -> None:
    record = RECORDS["datacite"]()

    written = payload(record, "datacite")

    given = record.elements["datacite"]
    assert written[written.index(">") :] == given[given.index(">", given.index("<resource")) :]


HEADS = {
    "no location": (f'<resource xmlns="{DATACITE}">', 1),
    "the official location": (f'<resource xmlns="{DATACITE}" xmlns:xsi="{XSI[1:-1]}" xsi:schemaLocation="{DATACITE} OFFICIAL">', 1),
    "an older location": (
        f"<resource xsi:schemaLocation='{DATACITE} http://e.org/4.xsd\n urn:x x.xsd' xmlns='{DATACITE}' xmlns:xsi='{XSI[1:-1]}'>",
        2,
    ),
    "another prefix for the location": (
        f'<resource xmlns:s="{XSI[1:-1]}" xmlns="{DATACITE}" s:schemaLocation="{DATACITE} x.xsd">',
        1,
    ),
    "xsi is something else": (f'<resource xmlns:xsi="urn:x" xmlns="{DATACITE}">', 1),
    "a mark, a declaration, comments, an instruction": (
        f'\ufeff<?xml version="1.0" encoding="UTF-8"?>\n<!-- <resource> -->\n<?x y?> <resource  xmlns = "{DATACITE}" >',
        1,
    ),
}


@pytest.mark.parametrize("head", HEADS)
def test_the_root_says_where_the_schema_is_whatever_it_said_before(head: str) -> None:
    start, pairs = HEADS[head]
    start = start.replace("OFFICIAL", METADATA_FORMATS["datacite"].schema)
    record = a_record(NAME, elements={"datacite": start + "<!-- c --><titles><title>Low tide</title></titles></resource>\n"})

    written = payload(record, "datacite")

    root = pages_root(written)
    located = root.get(f"{XSI}schemaLocation").split()
    assert written.startswith("<resource")
    assert len(located) == 2 * pairs
    assert dict(zip(located[::2], located[1::2], strict=True))[DATACITE] == METADATA_FORMATS["datacite"].schema
    assert root.findtext("{*}titles/{*}title") == "Low tide"
    assert "<!-- c -->" in written


def test_a_prefixed_document_keeps_its_namespaces_in_a_page() -> None:
    given = f'<d:resource xmlns:d="{DATACITE}"><d:titles><d:title>Low tide</d:title></d:titles><note/></d:resource>'

    root = pages_root(payload(a_record(NAME, elements={"datacite": given}), "datacite"))

    assert [child.tag for child in root] == [f"{{{DATACITE}}}titles", "note"]


def test_an_old_kernel_is_written_anew() -> None:
    given = document("datacite/minimal.xml").replace("kernel-4", "kernel-3")

    root = pages_root(payload(a_record(NAME, elements={"datacite": given}), "datacite"))

    assert root.tag == f"{{{DATACITE}}}resource"
    assert root.findtext("{*}titles/{*}title")


@pytest.mark.parametrize(
    ("fields", "facts", "symbol"),
    [
        ({}, Facts(), "GROUPA.ALICE"),
        ({"datacenter": "CDL.CDL"}, Facts(), "CDL.CDL"),
        ({"datacenter": "CDL.CDL"}, Facts(symbol="A&B"), "A&B"),
    ],
    ids=["account", "datacenter", "told"],
)
def test_the_envelope_of_datacite_names_the_repository(fields: dict[str, str], facts: Facts, symbol: str) -> None:
    root = pages_root(payload(a_record(NAME, **fields), "oai_datacite", facts))

    assert [etree.QName(child).localname for child in root] == ["schemaVersion", "datacentreSymbol", "payload"]
    assert (root[0].text, root[1].text, root[2][0].tag) == ("4", symbol, f"{{{DATACITE}}}resource")


# ------------------------------------------------------------------------------------------------------------------- Crossref
@pytest.mark.parametrize("name", DEPOSITS)
def test_a_deposit_becomes_unixref_with_its_doi_and_target(name: str) -> None:
    record = kept("crossref", DEPOSITS[name])

    root = pages_root(payload(record, "cr_unixml"))

    deposit = etree.fromstring(stored_deposit(DEPOSITS[name], record.identifier.doi or "", TARGET).encode())
    assert root.tag == f"{{{UNIXREF}}}crossref"
    assert [(renamed(node), node.text, dict(node.attrib)) for node in root[0].iter()] == [
        (renamed(node), node.text, {key: value for key, value in node.attrib.items() if "schemaLocation" not in key})
        for node in deposit.iter()
    ]


def renamed(node: etree._Element) -> str:
    """The name without what tells the namespaces of UNIXREF and of deposits apart."""
    return re.sub(r"(?<=www\.crossref\.org/)x?schema/[0-9.]+", "schema", str(node.tag))


@needs_schemas
@pytest.mark.parametrize("prefix", ["cr_unixml", "cr_unixsd"])
@pytest.mark.parametrize("name", DEPOSITS)
def test_a_deposit_becomes_valid_unixref(prefix: str, name: str) -> None:
    check(prefix, payload(kept("crossref", DEPOSITS[name]), prefix))


KINDS = {
    "book": "book_title",
    "component": "component",
    "conference_paper": "conference_paper",
    "dissertation": "dissertation",
    "peer_review": "peer_review",
    "posted_content": "posted_content",
    "proceedings": "conference_title",
    "report": "report-paper_title",
    "standard": "standard_title",
}


@pytest.mark.parametrize("name", KINDS)
def test_unixsd_names_the_kind_of_a_deposit(name: str) -> None:
    root = pages_root(payload(kept("crossref", DEPOSITS[name]), "cr_unixsd"))

    assert root.find(".//{*}doi").get("type") == KINDS[name]


@pytest.mark.parametrize(
    "spelled",
    [
        lambda xml: xml.replace('xmlns="', "xmlns = '", 1).replace('5.3.1"', "5.3.1'", 1),
        lambda xml: xml.replace("<book ", "<!-- <doi_data> --><book "),
        lambda xml: xml.replace("<titles>", "<!-- <doi_data><doi>(:tba)</doi> --><titles>"),
    ],
    ids=["quotes", "comment before", "comment within"],
)
def test_an_unusual_deposit_becomes_the_same_record(spelled: Callable[[str], str]) -> None:
    usual = kept("crossref", document("profiles/crossref.xml"))
    unusual = kept("crossref", spelled(document("profiles/crossref.xml")))

    texts = [
        [(node.tag, (node.text or "").strip()) for node in pages_root(crossref_element(r).decode()).iter("*")]
        for r in (usual, unusual)
    ]

    assert texts[0] == texts[1]


def test_a_record_of_crossrefs_gets_the_doi_and_target_of_this_one() -> None:
    root = pages_root(payload(RECORDS["unixref"](), "cr_unixml"))

    assert root.findtext(".//{*}doi_data/{*}doi") == "10.5072/FK2TIDE"
    assert root.findtext(".//{*}doi_data/{*}resource") == TARGET
    assert {etree.QName(node).namespace for node in root.iter("*")} == {UNIXREF}


def test_only_the_item_that_is_meant_is_passed_on() -> None:
    dois = "".join(f"<{name}>{{0}}</{name}>" for name in ("doi", "resource"))
    article = f"<journal_article><titles><title>{{0}}</title></titles><doi_data>{dois}</doi_data></journal_article>"
    articles = article.format("10.5072/OTHER") + article.format("10.5072/fk2tide")
    journal = f"<journal><journal_metadata><full_title>Tides</full_title></journal_metadata>{articles}</journal>"
    given = f'<doi_records><doi_record><crossref xmlns="{UNIXREF}">{journal}</crossref></doi_record></doi_records>'

    (found,) = pages_root(payload(kept("crossref", given), "cr_unixml")).iter("{*}journal_article")

    assert [node.text for node in found.iter("{*}title", "{*}doi", "{*}resource")] == [
        "10.5072/fk2tide",
        "10.5072/FK2TIDE",
        TARGET,
    ]


def test_unixsd_says_who_when_and_where() -> None:
    placement = Placement(Kind.BOOK, "10.5072", 12, 77, 2011)
    record = a_record(NAME, placement=placement, registered_s=NOW_S + 60, updated_s=NOW_S + 61)

    root = pages_root(payload(record, "cr_unixsd", Facts(TARGET, "Ocean & Press", "Ocean Journals")))

    items = root.findall(".//{*}crm-item")
    said = {item.get("name"): (item.get("type"), item.text) for item in items}
    assert [item.get("name") for item in items] == [
        *("publisher-name", "prefix-name", "member-id", "citation-id", "book-id", "series-id", "deposit-timestamp"),
        *("owner-prefix", "last-update", "created", "citedby-count"),
    ]
    assert said["publisher-name"] == ("string", "Ocean & Press")
    assert (said["book-id"], said["series-id"]) == (("number", "12"), ("number", "77"))
    assert said["last-update"] == ("date", "2027-01-15T08:01:01Z")
    assert said["created"] == ("date", "2027-01-15T08:01:00Z")
    assert said["deposit-timestamp"] == ("number", "20270115080101")
    assert root.findtext(".//{*}doi") == "10.5072/FK2TIDE"
    assert root.findtext(".//{*}doi_record/{*}crossref//{*}resource") == TARGET


def test_numbers_of_citations_and_members_depend_on_names_alone() -> None:
    def numbers(record: Record) -> tuple[str | None, str | None]:
        items = {item.get("name"): item.text for item in pages_root(payload(record, "cr_unixsd")).iter("{*}crm-item")}
        return items["citation-id"], items["member-id"]

    first = numbers(a_record(NAME))

    assert numbers(a_record(NAME, updated_s=NOW_S + 9, version=7)) == first
    assert numbers(a_record(NAME + "2"))[0] != first[0]
    assert numbers(a_record(NAME, owner="bob"))[1] != first[1]
    assert all(0 < int(number) < 2**53 for number in first)


# ------------------------------------------------------------------------------------------------------------- what is broken
BROKEN = {
    "not XML": ("datacite", "tides"),
    "cut off": ("datacite", document("profiles/datacite.xml")[:300]),
    "a document type": ("datacite", "<!DOCTYPE resource [<!ENTITY a 'b'>]>" + document("datacite/minimal.xml")),
    "another record": ("datacite", '<dc xmlns="urn:x"/>'),
    "no deposit": ("crossref", "<journal>"),
    "an error of Crossref's": ("crossref", f'<crossref xmlns="{UNIXREF}"><error>doi:10.5072/x</error></crossref>'),
    "no JSON": ("citeproc", "{"),
    "JSON of something else": ("schema_org", "[1, 2]"),
}


@every_format
@pytest.mark.parametrize("example", BROKEN)
def test_a_record_that_cannot_be_read_says_what_else_is_known(prefix: str, example: str, caplog: pytest.LogCaptureFixture) -> None:
    profile, given = BROKEN[example]
    record = a_record(NAME, profile=profile, elements={profile: given, "datacite.title": "Low tide"})

    with caplog.at_level(logging.WARNING):
        written = payload(record, prefix, doubtful=True)

    words = " ".join(pages_root(written).itertext())
    assert "Low tide" in words
    assert "FK2TIDE" in words.upper()
    assert any(NAME in entry.getMessage() for entry in caplog.records)


@needs_schemas
@every_format
@pytest.mark.parametrize("example", BROKEN)
def test_a_record_that_cannot_be_read_is_valid_all_the_same(prefix: str, example: str) -> None:
    profile, given = BROKEN[example]

    check(prefix, payload(a_record(NAME, profile=profile, elements={profile: given}), prefix, doubtful=True))


def test_a_format_that_there_is_not_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        payload(a_record(NAME), "marc21")


_any_text = st.text(min_size=1, max_size=20)
_elements = st.dictionaries(
    st.sampled_from(
        [
            *(
                "erc.who",
                "erc.what",
                "erc.when",
                "erc",
                "dc.creator",
                "dc.title",
                "dc.type",
                "dc",
                "datacite.creator",
                "datacite.title",
            ),
            *("datacite.publisher", "datacite.publicationyear", "datacite.resourcetype"),
        ]
    ),
    _any_text | st.sampled_from(["2024", "2024-02-30", "Dataset/x", "Book/Monograph", "<&>", "\x00\ud800\uffff"]),
)


@steady
@given(
    elements=_elements,
    profile=st.sampled_from(["", "erc", "dc", "datacite"]),
    name=st.sampled_from([NAME, "ark:/99999/fk4", "doi:10.5072/A<B>&C;D"]),
)
@pytest.mark.parametrize("prefix", METADATA_FORMATS)
def test_any_elements_make_a_record(prefix: str, elements: dict[str, str], profile: str, name: str) -> None:
    record = Record(Identifier(name), "alice", "groupa", 0, 0, profile=profile, elements=elements, state=State.FINDABLE)

    written = payload(record, prefix)

    assert len(pages_root(written)) > 0


# ------------------------------------------------------------------------------------------- what is kept never breaks a page
# `services.apply.settle` hands every write to `with_documents`, that of drafts and of superusers too, so that is the only gate.
SENT = {
    "datacite": ("datacite", document("profiles/datacite.xml")),
    "crossref": ("crossref", document("profiles/crossref.xml")),
    "unixref": ("crossref", document("profiles/unixref.xml")),
    "posted": ("crossref", DEPOSITS["posted_content"]),
}
HARMLESS = ["<!-- - -->", "<?p q?>", "<![CDATA[<a> & ]]>", "&#13;", "&amp;", "<q:b xmlns:q='urn:x'/>"]
HARMFUL = [
    "\x00",
    "\ufffe",
    "\ud800",
    "&#1;",
    "&x;",
    "<q:b/>",
    "<q:b xmlns:q='urn:\"x'/>",
    "<!DOCTYPE a>",
    "<",
    "]]>",
    "</a>",
    ' a="1" a="2"',
    "\ufeff<?xml version='1.0'?>",
]


def well_formed(written: str) -> bool:
    """Whether a page with this element is, in the eyes of both parsers; they look at namespaces in different ways."""
    page = f'<metadata xmlns="http://www.openarchives.org/OAI/2.0/">{written}</metadata>'
    expat.ParserCreate(namespace_separator=" ").Parse(page.encode(), True)
    return etree.fromstring(page.encode()).tag is not None


@pytest.mark.parametrize("addition", HARMLESS)
@pytest.mark.parametrize("sent", SENT)
def test_what_is_unusual_and_well_formed_is_kept_and_given_so(sent: str, addition: str) -> None:
    profile, given = SENT[sent]
    odd = given.replace("<titles>", f"<titles>{addition}", 1).replace("<full_title>", f"<full_title>{addition}", 1)

    record = kept(profile, odd, state=State.DRAFT)

    assert odd != given
    assert all(well_formed(metadata_element(record, prefix)) for prefix in METADATA_FORMATS)


@settings(derandomize=True, deadline=None, max_examples=250)
@given(
    sent=st.sampled_from(sorted(SENT)),
    addition=st.sampled_from([*HARMLESS, *HARMFUL, ""]),
    place=st.integers(0, 400),
    side=st.integers(0, 1),
    lost=st.sampled_from([0, 0, 0, 1, 7, 30]),
)
def test_whatever_is_sent_is_refused_or_well_formed(sent: str, addition: str, place: int, side: int, lost: int) -> None:
    profile, given = SENT[sent]
    edges = [found.start() + side for found in re.finditer("[<>]", given)]
    at = edges[place % len(edges)]

    try:
        record = kept(profile, given[:at] + addition + given[at + lost :], state=State.DRAFT)
    except InvalidDocument:
        return

    assert all(well_formed(metadata_element(record, prefix)) for prefix in METADATA_FORMATS)


@pytest.mark.parametrize("prefix", ["cr_unixml", "cr_unixsd"])
@pytest.mark.parametrize("sent", SENT)
@pytest.mark.parametrize("target", ["http://u@e.org/\x01", "http://e.org/\ud800", 'http://u@e.org/"<&'])
def test_a_target_never_breaks_a_page(prefix: str, sent: str, target: str) -> None:
    record = kept(*SENT[sent], target=target)

    assert well_formed(metadata_element(record, prefix))


# ---------------------------------------------------------------------------------------------------------- published examples
@needs_schemas
@valid_example
def test_published_examples_are_valid_in_every_format(example: Path) -> None:
    record = a_record(NAME, elements={"datacite": example.read_text("utf-8-sig")})

    for prefix in METADATA_FORMATS:
        check(prefix, payload(record, prefix))


@needs_fixtures
@needs_schemas
def test_real_records_of_crossref_are_passed_on_with_no_fault_of_ours() -> None:
    """Some real records are not valid as they came; all that are read are valid in the formats that we write."""
    passed, broken = 0, 0
    for _, found in crossref_documents()[::5]:  # every fifth says enough, and all take a minute
        record = a_record(NAME, profile="crossref", elements={"crossref": found.decode()}, target=TARGET)
        for prefix in ("oai_dc", "datacite"):
            check(prefix, payload(record, prefix))
        try:
            check("cr_unixsd", payload(record, "cr_unixsd"))
        except etree.DocumentInvalid:
            broken += 1
        else:
            passed += 1
    assert passed > 400
    assert broken < passed / 50


def test_passing_on_a_document_parses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    records = {"datacite": RECORDS["datacite"](), "oai_datacite": RECORDS["datacite"](), "cr_unixsd": RECORDS["crossref"]()}
    before = {prefix: payload(record, prefix) for prefix, record in records.items()}
    parsed: list[object] = []

    monkeypatch.setattr(sys.modules["pidstack.formats.safe_xml"], "parse", parsed.append)
    after = {prefix: payload(record, prefix) for prefix, record in records.items()}

    assert after == before
    assert parsed == []
