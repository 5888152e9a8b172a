"""Whole documents among a record's elements: which are taken, what is kept of them, when they are looked at, how they are shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pidstack.domain import edits as e
from pidstack.domain.errors import InvalidDocument, InvalidRecord
from pidstack.domain.identifier import Identifier
from pidstack.domain.metadata import Metadata
from pidstack.domain.record import Record
from pidstack.domain.shoulder import Agency
from pidstack.domain.state import State
from pidstack.formats import crossref_xml, datacite_record, datacite_xml, schema_org_in
from pidstack.protocols.ezid.elements import elements_of
from pidstack.services import place
from pidstack.services.create import create
from pidstack.services.documents import shown_deposit, with_documents
from pidstack.services.update import update
from tests.builders import a_record
from tests.world import World, a_world

VECTORS = Path(__file__).parents[2] / "vectors" / "profiles"
NAME = Identifier.parse("doi:10.9999/FZ4TIDE")
PRESS = Identifier.parse("doi:10.33333/CRTIDE")
DATACITE = (VECTORS / "datacite.xml").read_text(encoding="utf-8")
DEPOSIT = (VECTORS / "crossref.xml").read_text(encoding="utf-8")
UNIXREF = (VECTORS / "unixref.xml").read_text(encoding="utf-8")
CITEPROC = (VECTORS / "citeproc.json").read_text(encoding="utf-8")
SCHEMA_ORG = (VECTORS / "schema_org.json").read_text(encoding="utf-8")
DRAFT_XML = '<resource xmlns="http://datacite.org/schema/kernel-4"><identifier identifierType="DOI"/></resource>'
# What is awkward to keep: line ends of all kinds, comments and instructions everywhere, a declaration with odd quotes, entities.
AWKWARD = (
    DATACITE.replace(
        '<?xml version="1.0" encoding="UTF-8"?>', "<?xml version = '1.0'  encoding='utf-8' standalone='yes' ?>\r\n<!-- 1 --><?a b?>"
    )
    .replace("\n", "\r\n")
    .replace("<titles>", "<!-- 2 -->\t<titles >")
    .replace("&amp;", "&#x26;<![CDATA[<]]>\u2028\U0001f30a")
    + "<!-- 3 -->\r\n\r\n"
)


def a_doi(element: str, document: str, **fields: Any) -> Record:
    """A public DOI whose description is one document of the element's profile."""
    agency = Agency.CROSSREF if element == "crossref" else Agency.DATACITE
    return a_record(str(NAME), **{"profile": element, "elements": {element: document}, "agency": agency, **fields})


def kept(element: str, document: str, **fields: Any) -> str:
    return with_documents(a_doi(element, document, **fields), None).elements[element]


def refusal(record: Record, old: Record | None = None) -> InvalidDocument:
    with pytest.raises(InvalidDocument) as refused:
        with_documents(record, old)
    return refused.value


# ------------------------------------------------------------------------------------------------------------------- DataCite
@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param('<?xml version="1.0"', '<?xml version="1.1"', "Unsupported XML version", id="XML 1.1"),
        pytest.param("UTF-8", "ISO-8859-1", "XML encoding must be UTF-8", id="encoding"),
        pytest.param(
            "</resource>", "", "XML parse error: no element found, line 12, column 1, in element resource", id="cut short"
        ),
        pytest.param(
            "&amp;", "&", "XML parse error: not well-formed (invalid token), line 7, column 42, in element title", id="a bare &"
        ),
        pytest.param("resource ", "record ", "XML parse error: mismatched tag, line 11, column 3, in element record", id="tags"),
        pytest.param("http://datacite.org/", "http://example.org/", "Not a DataCite record", id="another namespace"),
        pytest.param("kernel-4", "kernel-3", "DataCite schema version 3 is deprecated", id="kernel 3"),
        pytest.param("kernel-4", "kernel-2.2", "DataCite schema version 2.2 is deprecated", id="kernel 2.2"),
        pytest.param("kernel-4", "kernel-4.4", "Unsupported DataCite record version", id="kernel 4.4"),
        pytest.param("kernel-4", "kernel-5", "Unsupported DataCite record version", id="kernel 5"),
        pytest.param(
            '<identifier identifierType="DOI">(:tba)</identifier>',
            "",
            "Malformed DataCite record: no <identifier> element",
            id="no identifier",
        ),
        pytest.param(' identifierType="DOI"', "", "Malformed DataCite record: no <identifier> element", id="no type"),
        pytest.param('"DOI"', '"ARK"', "Mismatch between identifier type and <identifier> element", id="another type"),
        pytest.param('"DOI"', '"doi"', "Mismatch between identifier type and <identifier> element", id="a type in small letters"),
        pytest.param("<resource", "<!DOCTYPE resource><resource", "XML document type declarations", id="document type"),
        pytest.param(
            '="Book"',
            '="Film"',
            "resourceType, attribute resourceTypeGeneral: [facet 'enumeration']",
            id="an unknown type of resource",
        ),
        pytest.param("2024", "MMXXIV", "publicationYear: [facet 'pattern'] The value 'MMXXIV'", id="a year in Roman numerals"),
        pytest.param("<publisher>Ocean Press</publisher>", "<publisher/>", "publisher: ", id="nobody published it"),
        pytest.param("titles>", "title>", "title: This element is not expected.", id="an element that there is not"),
    ],
)
def test_what_is_wrong_with_datacite_xml_is_told_and_in_which_element(old: str, new: str, message: str) -> None:
    assert old in DATACITE

    error = refusal(a_doi("datacite", DATACITE.replace(old, new)))

    assert str(error).startswith(message)
    assert error.field == "datacite"


def test_what_breaks_the_schema_is_told_with_property_line_and_column() -> None:
    error = refusal(a_doi("datacite", DATACITE.replace("2024", "MMXXIV")))

    assert str(error).endswith(" at line 9, column 3")
    assert error.part == "publicationYear"


@pytest.mark.parametrize("name", ["ark:/99999/fk4tide", "uuid:0b6f2a1c-7a53-4b8e-9d36-0f6f5e4b1a2c"])
def test_datacite_xml_describes_any_kind_of_identifier_of_its_type(name: str) -> None:
    kind, _, rest = name.partition(":")
    record = a_record(name, elements={"datacite": DATACITE.replace('"DOI"', f'"{kind.upper()}"')})

    assert f">{rest.removeprefix('/')}</identifier>" in with_documents(record, None).elements["datacite"]
    assert "Mismatch" in str(refusal(replace(record, elements={"datacite": DATACITE})))


def test_a_reserved_record_may_lack_what_the_schema_wants_until_it_comes_before_the_public() -> None:
    draft = with_documents(a_doi("datacite", DRAFT_XML, state=State.DRAFT), None)

    assert draft.elements["datacite"] == DRAFT_XML.replace("/></", f">{NAME.doi}</identifier></")
    assert str(refusal(replace(draft, state=State.FINDABLE), draft)).startswith("resource: Missing child element(s)")
    assert str(refusal(a_doi("datacite", DRAFT_XML, state=State.REGISTERED))).startswith("resource: Missing child element(s)")


def test_datacite_xml_is_kept_character_by_character_but_for_its_identifier() -> None:
    assert kept("datacite", AWKWARD) == AWKWARD.replace("(:tba)", str(NAME.doi))


def test_datacite_xml_that_has_the_right_identifier_is_kept_character_by_character() -> None:
    right = AWKWARD.replace("(:tba)", str(NAME.doi).lower())

    assert kept("datacite", right) == right


# ------------------------------------------------------------------------------------------------------------------- Crossref
BOOK = '<book xmlns="http://www.crossref.org/schema/5.3.1"><book_metadata>{}</book_metadata></book>'
DOI_DATA = "<doi_data><doi>x</doi><resource>y</resource></doi_data>"


@pytest.mark.parametrize(
    ("document", "message"),
    [
        pytest.param('<?xml version="1.1"?>' + BOOK.format(DOI_DATA), "unsupported XML version", id="XML 1.1"),
        pytest.param(
            '<?xml version="1.0" encoding="latin1"?>' + BOOK.format(DOI_DATA), "XML encoding must be utf-8", id="encoding"
        ),
        pytest.param(
            '<?xml version="1.0" standalone="no"?>' + BOOK.format(DOI_DATA), "XML document must be standalone", id="standalone"
        ),
        pytest.param("<book", "XML parse error: unclosed token, line 1, column 1", id="cut short"),
        pytest.param("<book/>", "not Crossref submission metadata", id="no namespace"),
        pytest.param(BOOK.format(DOI_DATA).replace("5.3.1", "4.2.0"), "not Crossref submission metadata", id="an old schema"),
        pytest.param(BOOK.format(DOI_DATA).replace("5.3.1", "5.4.10"), "not Crossref submission metadata", id="a schema to come"),
        pytest.param(DATACITE, "not Crossref submission metadata", id="DataCite XML"),
        pytest.param(
            BOOK.format(DOI_DATA).replace("book>", "body>").replace("<book ", "<body ").replace("book_metadata", "page"),
            "XML document root is not a Crossref <body> child element",
            id="an element that cannot be deposited",
        ),
        pytest.param(DEPOSIT.replace("body>", "tail>"), "malformed Crossref submission metadata", id="a batch without a body"),
        pytest.param(BOOK.format(""), "XML document contains no <doi_data> element", id="no doi_data"),
        pytest.param(BOOK.format(DOI_DATA * 2), "XML document contains more than one <doi_data> element", id="two doi_data"),
        pytest.param(
            BOOK.format(DOI_DATA.replace("<doi>x</doi>", "")), "<doi_data> element contains no <doi> subelement", id="no doi"
        ),
        pytest.param(
            BOOK.format(DOI_DATA.replace("<doi>x</doi>", "<doi/><doi/>")),
            "<doi_data> element contains more than one <doi> subelement",
            id="two doi",
        ),
        pytest.param(
            BOOK.format(DOI_DATA.replace("<resource>y</resource>", "")),
            "<doi_data> element contains no <resource> subelement",
            id="no resource",
        ),
        pytest.param(
            BOOK.format(DOI_DATA.replace("<resource>", "<resource/><resource>")),
            "<doi_data> element contains more than one <resource> subelement",
            id="two resource",
        ),
        pytest.param(
            BOOK.format(DOI_DATA.replace("</doi_data>", "<collection><item><doi/></item></collection></doi_data>")),
            "<doi_data> element contains more than one <doi> subelement",
            id="the doi of an item",
        ),
        pytest.param(
            BOOK.format(DOI_DATA.replace("</doi_data>", "<timestamp/><timestamp/></doi_data>")),
            "<doi_data> element contains more than one <timestamp> subelement",
            id="two timestamps",
        ),
        pytest.param("<!DOCTYPE book>" + BOOK.format(DOI_DATA), "XML document type declarations", id="document type"),
        pytest.param(
            '<doi_records xmlns="http://www.crossref.org/xschema/1.1"/>', "not Crossref metadata: ", id="UNIXREF of nothing"
        ),
    ],
)
def test_what_is_wrong_with_a_deposit_is_told(document: str, message: str) -> None:
    error = refusal(a_doi("crossref", document))

    assert str(error).startswith(message)
    assert error.field == "crossref"


@pytest.mark.parametrize("state", State)
def test_a_deposit_is_kept_without_doi_and_target_and_wrappers(state: State) -> None:
    stored = kept("crossref", DEPOSIT, state=state)

    assert stored.startswith('<?xml version="1.0"?>\n<book ')
    assert "doi_batch" not in stored
    assert "<!-- the only edition -->" in stored
    assert "<doi_data><doi>(:tba)</doi><resource>(:tba)</resource></doi_data>" in stored
    assert "old" not in stored


def test_a_record_of_crossrefs_is_kept_and_shown_as_it_was_given() -> None:
    record = with_documents(a_doi("crossref", UNIXREF), None)

    assert record.elements["crossref"] == UNIXREF
    assert shown_deposit(record, "https://example.org/") == UNIXREF


@pytest.mark.parametrize(
    ("state", "doi", "target"),
    [
        (State.DRAFT, "(:tba)", "(:tba)"),
        (State.FINDABLE, NAME.doi, "https://example.org/a?b=1&amp;c"),
        (State.REGISTERED, NAME.doi, f"https://ids.example.org/tombstone/id/{NAME}"),
    ],
)
def test_a_deposit_is_shown_with_doi_and_target_where_the_public_may_know_them(state: State, doi: str, target: str) -> None:
    record = with_documents(a_doi("crossref", DEPOSIT, state=state, target="https://example.org/a?b=1&c"), None)

    shown = dict(elements_of(record, "https://ids.example.org"))

    assert f"<doi_data><doi>{doi}</doi><resource>{target}</resource></doi_data>" in shown["crossref"]
    assert shown["_target"] == "https://example.org/a?b=1&c"
    assert shown["crossref"].replace(f"{doi}</doi>", "(:tba)</doi>").replace(target, "(:tba)") == record.elements["crossref"]


def test_the_deposit_of_what_is_no_doi_is_shown_as_it_is_kept() -> None:
    record = with_documents(a_record(profile="crossref", elements={"crossref": DEPOSIT}), None)

    assert shown_deposit(record, "https://example.org/") == record.elements["crossref"]


# -------------------------------------------------------------------------------------------------------- schema.org and CSL
@pytest.mark.parametrize(("element", "document"), [("schema_org", SCHEMA_ORG), ("citeproc", CITEPROC)])
def test_a_document_in_json_is_kept_as_it_was_given(element: str, document: str) -> None:
    assert kept(element, document) == document


@pytest.mark.parametrize(
    ("element", "document", "part"),
    [
        pytest.param("schema_org", "{", "", id="schema.org, cut short"),
        pytest.param("citeproc", "[1]", "", id="CSL, no object"),
        pytest.param(
            "schema_org", json.dumps({"@type": "Book", "name": "T", "datePublished": "2024"}), "", id="schema.org, no author"
        ),
        pytest.param("citeproc", CITEPROC.replace("Ocean Press", ""), "resource", id="CSL, no publisher"),
        pytest.param("citeproc", CITEPROC.replace("issued", "accessed"), "resource", id="CSL, no date"),
    ],
)
def test_a_document_in_json_that_makes_no_datacite_record_is_refused_for_a_public_doi(
    element: str, document: str, part: str
) -> None:
    error = refusal(a_doi(element, document))

    assert error.field == element
    assert error.part == part or not part


@pytest.mark.parametrize(
    "fields", [{"state": State.DRAFT}, {"identifier": Identifier.parse("ark:/99999/fk4tide")}], ids=["draft", "ARK"]
)
def test_a_reserved_doi_or_an_ark_may_be_described_in_part(fields: dict[str, Any]) -> None:
    record = replace(a_doi("citeproc", '{"type": "book", "title": "Low tide"}'), **fields)

    assert with_documents(record, None) == record


@pytest.mark.parametrize("element", ["schema_org", "citeproc"])
def test_an_element_of_that_name_is_anybodys_under_another_profile(element: str) -> None:
    record = a_record(profile="erc", elements={element: "not JSON"})

    assert with_documents(record, None) == record
    assert refusal(replace(record, profile=element), record).field == element


# --------------------------------------------------------------------------------------------------- when they are looked at
Looks = list[str]


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Looks:
    """Names whoever reads a document, each time it does."""
    seen: Looks = []

    def watch(module: Any, name: str) -> None:
        reader: Callable[..., Any] = getattr(module, name)

        def watched(*arguments: Any, **named: Any) -> Any:
            seen.append(name)
            return reader(*arguments, **named)

        monkeypatch.setattr(module, name, watched)

    watch(datacite_record, "accepted")
    watch(crossref_xml, "stored_deposit")
    watch(crossref_xml, "read_crossref")
    watch(schema_org_in, "read_schema_org")
    return seen


@pytest.fixture
def checks(looks: Looks, monkeypatch: pytest.MonkeyPatch) -> Looks:
    """The same, where nobody reads a document for what harvesters want to know."""
    monkeypatch.setattr(place, "described", lambda _: Metadata())
    return looks


@pytest.fixture
def world() -> World:
    return a_world()


EXAMPLES = pytest.mark.parametrize(
    ("name", "element", "document", "reader"),
    [
        pytest.param(NAME, "datacite", AWKWARD, "accepted", id="DataCite"),
        pytest.param(PRESS, "crossref", DEPOSIT, "stored_deposit", id="deposit"),
        pytest.param(PRESS, "crossref", UNIXREF, "read_crossref", id="UNIXREF"),
        pytest.param(NAME, "schema_org", SCHEMA_ORG, "read_schema_org", id="schema.org"),
    ],
)


@EXAMPLES
def test_a_document_that_stays_is_not_looked_at_again(
    world: World, looks: Looks, name: Identifier, element: str, document: str, reader: str
) -> None:
    made = create(name, [e.SetProfile(element), e.SetElement(element, document)], world.by("alice"), world.registry)
    assert looks[0] == reader
    at_first = list(looks)

    for edit in (
        e.SetElement("dc.title", "Other"),
        e.SetTarget("https://example.org/"),
        e.SetElement(element, made.elements[element]),
    ):
        record = update(name, [edit], world.by("alice"), world.registry)
    record = update(name, [e.SetState(State.REGISTERED, "gone")], world.by("alice"), world.registry)
    record = update(name, [e.SetState(State.FINDABLE)], world.by("alice"), world.registry)

    assert looks == at_first
    assert record.elements[element] == made.elements[element]
    assert record.elements["dc.title"] == "Other"


@EXAMPLES
def test_a_document_is_looked_at_when_it_comes_before_the_public_and_when_it_changes(
    world: World, checks: Looks, name: Identifier, element: str, document: str, reader: str
) -> None:
    draft = [e.SetState(State.DRAFT), e.SetProfile(element), e.SetElement(element, document)]
    create(name, draft, world.by("alice"), world.registry)
    update(name, [e.SetElement("dc.title", "Other")], world.by("alice"), world.registry)
    assert checks == [reader]

    public = update(name, [e.SetState(State.FINDABLE)], world.by("alice"), world.registry)
    assert checks == [reader] * 2

    update(name, [e.SetElement(element, public.elements[element] + "\n")], world.by("alice"), world.registry)
    assert checks == [reader] * 3


def test_a_document_is_looked_at_when_its_profile_becomes_the_preferred_one(world: World, checks: Looks) -> None:
    elements = [e.SetElement("datacite", AWKWARD), e.SetElement("schema_org", SCHEMA_ORG)]
    create(NAME, elements, world.by("alice"), world.registry)
    assert checks == ["accepted"]

    update(NAME, [e.SetProfile("schema_org")], world.by("alice"), world.registry)

    assert checks == ["accepted", "accepted", "read_schema_org"]


def test_a_record_without_documents_is_left_as_it_is(looks: Looks) -> None:
    record = a_record(elements={"dc.title": "<", "erc.who": "{"})

    assert with_documents(record, None) is record
    assert looks == []


@pytest.mark.parametrize(
    "document", [AWKWARD.replace("kernel-4", "kernel-3"), DRAFT_XML, "<unclosed"], ids=["kernel 3", "incomplete", "broken"]
)
def test_a_document_from_before_its_rules_survives_changes_of_other_elements(world: World, document: str) -> None:
    world.identifiers.create(a_doi("datacite", document, registered_s=1))

    record = update(NAME, [e.SetElement("dc.title", "Other")], world.by("alice"), world.registry)

    assert record.elements == {"datacite": document, "dc.title": "Other"}


def test_a_refused_document_changes_nothing(world: World) -> None:
    before = create(NAME, [e.SetElement("datacite", AWKWARD)], world.by("alice"), world.registry)

    with pytest.raises(InvalidRecord):
        update(NAME, [e.SetTarget("https://example.org/"), e.SetElement("datacite", "<r/>")], world.by("alice"), world.registry)

    assert world.identifiers.get(NAME) == before
    assert datacite_xml.with_identifier(AWKWARD, NAME) == before.elements["datacite"]
