"""Crossref deposits of every family become descriptions: the essentials of each, and what is easily got wrong."""

import os
import re
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from lxml import etree

from pidstack.domain.metadata import (
    Affiliation,
    Agent,
    AlternateIdentifier,
    Container,
    Date,
    Description,
    FundingReference,
    Metadata,
    NameIdentifier,
    Publisher,
    RelatedIdentifier,
    Rights,
    Title,
    Types,
)
from pidstack.formats.crossref_xml import read_crossref
from pidstack.formats.errors import Reason, Unreadable
from tests.unit.formats.foreign_fixtures import DATA

VECTORS = Path(__file__).parents[2] / "vectors" / "crossref"
LIMA = NameIdentifier("https://orcid.org/0000-0003-1419-2405", "ORCID", "https://orcid.org")
LUND = Agent("Lund, Eva", "Personal", "Eva", "Lund", contributor_type="Editor")
UNKNOWN = (Agent(":(unav)", "Organizational"),)
BATCH = """<doi_batch xmlns="http://www.crossref.org/schema/5.4.0" version="5.4.0"><head>
<doi_batch_id>batch</doi_batch_id><timestamp>1</timestamp>
<depositor><depositor_name>The Press</depositor_name><email_address>press@example.org</email_address></depositor>
<registrant>The Press</registrant></head><body/></doi_batch>"""


def vector(name: str) -> Any:
    """Give the text of one of the deposits."""
    return (VECTORS / f"{name}.xml").read_text(encoding="utf-8")


def article(inside: str = "", around: Any = "") -> Any:
    """Give a journal article with something in it and something in its journal."""
    return (
        f'<journal xmlns="http://www.crossref.org/schema/5.3.1"><journal_metadata><full_title>J</full_title>{around}</journal_metadata>'
        f"<journal_article>{inside}<doi_data><doi>10.5072/a</doi><resource/></doi_data></journal_article></journal>"
    )


EXPECTED = {
    "journal_article": Metadata(
        creators=(
            Agent(
                "Lima Filho, Ana",
                "Personal",
                "Ana",
                "Lima Filho",
                (LIMA,),
                (Affiliation("Marine Biology, University of Tides", "https://ror.org/04wxnsj81", "ROR", "https://ror.org"),),
            ),
            Agent("Tide Watchers", "Organizational"),
        ),
        titles=(Title("Maré baixa, maré alta: um ensaio"), Title("Low tide, high tide", lang="en")),
        publication_year="2024",
        types=Types("JournalArticle", "JournalArticle"),
        contributors=(Agent("Okafor", "Personal", "", "Okafor", contributor_type="Translator"),),
        dates=(Date("2024-02-29", "Issued"), Date("2024-01-05", "Accepted")),
        language="pt",
        alternate_identifiers=(AlternateIdentifier("e12", "article_number"), AlternateIdentifier("S0000-0000(24)00012-3", "PII")),
        related_identifiers=(
            RelatedIdentifier("2049-3630", "ISSN", "IsPartOf", "Collection"),
            RelatedIdentifier("10.5072/atp.pre", "DOI", "IsNewVersionOf"),
            RelatedIdentifier("https://example.org/comment", "URL", "Other", relation_type_information="hasComment"),
            RelatedIdentifier("10.5072/cited.one", "DOI", "References"),
        ),
        rights=(Rights(uri="https://creativecommons.org/licenses/by/4.0/"), Rights("Free to read")),
        descriptions=(Description("First paragraph.\n\nSecond, with stress.", "Abstract"),),
        funding_references=(
            FundingReference("Sea Fund", "https://doi.org/10.13039/501100000780", "Crossref Funder ID", award_number="SF-1"),
            FundingReference("Sea Fund", "https://doi.org/10.13039/501100000780", "Crossref Funder ID", award_number="SF-2"),
            FundingReference("Coast Trust"),
        ),
        container=Container("Journal", "Annals of Tide Pools", "2049-3630", "ISSN", "7", "2", first_page="e12"),
    ),
    "book": Metadata(
        creators=(Agent("Proust, Marcel", "Personal", "Marcel", "Proust"),),
        titles=(Title("Remembrance of Things Past"),),
        publisher=Publisher("Grasset"),
        publication_year="1922",
        types=Types("Book", "Monograph"),
        contributors=(LUND,),
        dates=(Date("1922", "Issued"),),
        language="en",
        alternate_identifiers=(AlternateIdentifier("978-0-306-40615-7", "ISBN"),),
    ),
    "book_chapter": Metadata(
        creators=(Agent("de Vries, Jan", "Personal", "Jan", "de Vries"),),
        titles=(Title("Ebbe"),),
        publisher=Publisher("Küstenverlag"),
        publication_year="2019",
        types=Types("BookChapter", "BookChapter"),
        dates=(Date("2019-05", "Issued"),),
        language="de",
        related_identifiers=(
            RelatedIdentifier("978-3-16-148410-0", "ISBN", "IsPartOf", "Book"),
            RelatedIdentifier("10.5072/gezeiten", "DOI", "IsPartOf"),
        ),
        container=Container("Book", "Handbuch der Gezeiten", "978-3-16-148410-0", "ISBN", first_page="41", last_page="60"),
    ),
    "book_series": Metadata(
        creators=UNKNOWN,
        titles=(Title("All the Lakes"),),
        publisher=Publisher("Water Press"),
        publication_year="2008",
        types=Types("Book", "ReferenceBook"),
        contributors=(LUND,),
        dates=(Date("2008", "Issued"),),
        language="en",
        alternate_identifiers=(AlternateIdentifier("978-0-306-40615-7", "ISBN"),),
        related_identifiers=(RelatedIdentifier("2049-3630", "ISSN", "IsPartOf", "Collection"),),
        container=Container("Book Series", "Lecture Notes on Water", "2049-3630", "ISSN", "12"),
    ),
    "conference_paper": Metadata(
        creators=(Agent("Adeyemi, Grace", "Personal", "Grace", "Adeyemi"),),
        titles=(Title("Measuring Foam"),),
        publisher=Publisher("Coast Society"),
        publication_year="2011",
        types=Types("ConferencePaper", "ProceedingsArticle"),
        contributors=(Agent("Hale, Tom", "Personal", "Tom", "Hale", contributor_type="Other"),),
        dates=(Date("2011-11", "Issued"),),
        language="en",
        related_identifiers=(RelatedIdentifier("978-0-306-40615-7", "ISBN", "IsPartOf", "Book"),),
        container=Container("Proceedings", "Proceedings of Tides 2011", "978-0-306-40615-7", "ISBN", first_page="5"),
    ),
    "proceedings": Metadata(
        creators=UNKNOWN,
        titles=(Title("Proceedings of Tides 2012"),),
        publisher=Publisher("Coast Society"),
        publication_year="2012",
        types=Types("ConferenceProceeding", "Proceedings"),
        dates=(Date("2012-09", "Issued"),),
        language="en",
        alternate_identifiers=(AlternateIdentifier("978-0-306-40615-7", "ISBN"),),
    ),
    "dissertation": Metadata(
        creators=(
            Agent(
                "Chen, Mei",
                "Personal",
                "Mei",
                "Chen",
                (NameIdentifier("https://orcid.org/0000-0002-1825-0097", "ORCID", "https://orcid.org"),),
            ),
        ),
        titles=(Title("On Barnacles"),),
        publisher=Publisher("Zoology, University of Tides"),
        publication_year="2015",
        types=Types("Dissertation", "Dissertation"),
        dates=(Date("2015-06-15", "Issued"),),
        language="en",
    ),
    "report": Metadata(
        creators=(Agent("Harbour Office", "Organizational"),),
        titles=(Title("Depths of the Harbour"),),
        publisher=Publisher("City of Shore"),
        publication_year="2001",
        types=Types("Report", "Report"),
        dates=(Date("2001-04", "Issued"),),
        language="en",
        alternate_identifiers=(AlternateIdentifier("HO-2001-4", "report-number"), AlternateIdentifier("C-17", "contract_number")),
    ),
    "dataset": Metadata(
        creators=(Agent("Berg, Ola", "Personal", "Ola", "Berg"),),
        titles=(Title("Buoy 17, winter"),),
        publisher=Publisher("Ocean Office"),
        publication_year="2018",
        types=Types("Dataset", "Dataset"),
        dates=(Date("2018-02-03", "Issued"), Date("2017", "Created"), Date("2019", "Updated")),
        language="en",
        alternate_identifiers=(AlternateIdentifier("17", "Publisher ID"),),
        related_identifiers=(RelatedIdentifier("10.5072/buoys", "DOI", "IsPartOf"),),
        formats=("text/csv",),
        version="1.2",
        descriptions=(Description("Wave heights every minute.", "Other"),),
        container=Container("DataRepository", "Buoy Archive"),
    ),
    "posted_content": Metadata(
        creators=(Agent("Lima, Ana", "Personal", "Ana", "Lima"),),
        titles=(Title("Low tide, high tide"),),
        publisher=Publisher("Tide Archive"),
        publication_year="2023",
        types=Types("Preprint", "PostedContent"),
        dates=(Date("2023-12-24", "Issued"),),
        language="en",
        alternate_identifiers=(AlternateIdentifier("pre-5", "Publisher ID"),),
        related_identifiers=(RelatedIdentifier("10.5072/atp.7.12", "DOI", "IsPreviousVersionOf"),),
    ),
    "component": Metadata(
        creators=UNKNOWN,
        titles=(Title("Figure 1"),),
        publication_year="2024",
        types=Types("Image", "Component"),
        dates=(Date("2024", "Issued"),),
        related_identifiers=(RelatedIdentifier("10.5072/atp.7.12", "DOI", "IsPartOf"),),
        formats=("image/png",),
        descriptions=(Description("The pool at noon.", "Other"),),
    ),
    "peer_review": Metadata(
        creators=(Agent("Anonymous"),),
        titles=(Title("Review: Low tide, high tide"),),
        publisher=Publisher("The Press"),
        publication_year="2024",
        types=Types("PeerReview", "PeerReview"),
        contributors=(LUND,),
        dates=(Date("2024-01-02", "Issued"),),
        related_identifiers=(RelatedIdentifier("10.5072/atp.7.12", "DOI", "Reviews"),),
    ),
    "standard": Metadata(
        creators=(Agent("Committee on Buoys", "Organizational"),),
        titles=(Title("Colours of Buoys"),),
        publisher=Publisher("Institute of Seamarks"),
        publication_year="1999",
        types=Types("Standard", "Standard"),
        dates=(Date("1999-10-01", "Issued"),),
        language="en",
        alternate_identifiers=(AlternateIdentifier("CB 12-1999", "std-designation"),),
    ),
    "grant": Metadata(
        creators=(
            Agent(
                "Lima, Ana",
                "Personal",
                "Ana",
                "Lima",
                (LIMA,),
                (Affiliation("University of Tides", "https://ror.org/04wxnsj81", "ROR", "https://ror.org"),),
            ),
        ),
        titles=(Title("Mapping the Foreshore", lang="en"),),
        publisher=Publisher("Sea Fund"),
        publication_year="2020",
        types=Types("Award", "Grant"),
        contributors=(Agent("Hale, Tom", "Personal", "Tom", "Hale", contributor_type="ProjectMember"),),
        dates=(Date("2020-01-01", "Issued"), Date("2020-01-01/2022-12-31", "Valid")),
        alternate_identifiers=(AlternateIdentifier("SF-1", "award_number"),),
        descriptions=(Description("Every stone between the tide marks.", "Abstract", "en"),),
        funding_references=(
            FundingReference(
                "Sea Fund",
                "https://doi.org/10.13039/501100000780",
                "Crossref Funder ID",
                award_number="SF-1",
                award_uri="https://doi.org/10.5072/grant.sf-1",
                award_title="Shores",
            ),
        ),
    ),
}


@pytest.mark.parametrize("family", EXPECTED)
def test_each_family_is_read_whole(family: Any) -> None:
    assert read_crossref(vector(family)) == EXPECTED[family]


def test_every_vector_is_expected() -> None:
    assert {path.stem for path in VECTORS.glob("*.xml")} == set(EXPECTED)


@pytest.mark.skipif(not (DATA / "xsd" / "crossref").is_dir(), reason="the deposit schemas are not here")
def test_every_vector_is_a_valid_deposit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "XML_CATALOG_FILES", str(DATA / "xsd" / "catalog.xml"))
    schema = etree.XMLSchema(etree.parse(str(DATA / "xsd" / "crossref" / "crossref5.4.0.xsd")))
    deposits = {family: as_batch(vector(family)) for family in EXPECTED if family != "grant"}

    faults = {family: schema.error_log.last_error for family, deposit in deposits.items() if not schema.validate(deposit)}

    assert faults == {}


def as_batch(text: str) -> Any:
    """Give a deposit as the body of a batch, in the newest schema whose files are at hand."""
    text = re.sub(r"<\?xml[^>]*\?>", "", re.sub(r"crossref\.org/schema/[0-9.]+", "crossref.org/schema/5.4.0", text)).strip()
    root = etree.fromstring(text.replace('version="5.3.1"', 'version="5.4.0"'))
    if not root.tag.endswith("doi_batch"):
        batch = etree.fromstring(BATCH)
        batch[-1].append(root)
        return batch
    return root


def test_the_doi_asked_for_decides_what_is_described() -> None:
    chapter = read_crossref(vector("book_chapter"))
    book = read_crossref(vector("book_chapter"), "https://doi.org/10.5072/GEZEITEN")

    assert chapter.titles == (Title("Ebbe"),)
    assert book.titles == (Title("Handbuch der Gezeiten"),)
    assert book.types == Types("Book", "EditedBook")
    assert book.container is None


def test_the_record_says_itself_which_doi_was_asked_for() -> None:
    inside = re.sub(r"<\?xml[^>]*\?>", "", vector("journal_article"))
    record = f"<record><header><identifier>info:doi/10.5072/ATP</identifier></header><metadata>{inside}</metadata></record>"

    assert read_crossref(record).types == Types("Journal", "Journal")


def test_what_crossref_adds_is_read() -> None:
    inside = re.sub(r"<\?xml[^>]*\?>", "", vector("component"))
    facts = {"publisher-name": "The Press", "created": "2024-03-01T10:00:00Z", "last-update": "2024-05-06T07:08:09Z"}
    items = "".join(f'<crm-item name="{name}">{value}</crm-item>' for name, value in facts.items())

    read = read_crossref(f'<query><doi type="component">10.5072/atp.7.12.f1</doi>{items}<doi_record>{inside}</doi_record></query>')

    assert read.publisher == Publisher("The Press")
    assert read.dates == (Date("2024", "Issued"), Date("2024-05-06T07:08:09Z", "Updated"))


def test_the_day_of_registration_stands_in_for_a_missing_date() -> None:
    record = (
        f'<query><crm-item name="created">2015-10-20T20:01:19Z</crm-item>{article("<titles><title>T</title></titles>")}</query>'
    )

    assert read_crossref(record).dates == (Date("2015-10-20", "Issued"),)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("<year>2012</year>", "2012"),
        ("<month>2</month><year>2012</year>", "2012-02"),
        ("<month>2</month><day>3</day><year>2012</year>", "2012-02-03"),
        ("<month>02</month><day>30</day><year>2012</year>", "2012-02"),
        ("<month>23</month><year>2012</year>", "2012"),
        ("<month>x</month><year> 2012 </year>", "2012"),
        ("<month>02</month>", ""),
        ("<month>02</month><year>12</year>", ""),
    ],
    ids=["year", "month", "day", "no-such-day", "season", "nonsense-month", "no-year", "short-year"],
)
def test_as_much_of_a_date_is_read_as_makes_sense(said: str, expected: str) -> None:
    read = read_crossref(article(f"<publication_date>{said}</publication_date>"))

    assert [date.date for date in read.dates] == ([expected] if expected else [])
    assert read.publication_year == expected[:4]


@pytest.mark.parametrize(
    ("mime", "general"),
    [("image/tiff", "Image"), ("video/mp4", "Audiovisual"), ("audio/wav", "Sound"), ("application/pdf", "Text"), ("", "Other")],
)
def test_a_component_is_what_its_format_is(mime: str, general: str) -> None:
    text = vector("component").replace("image/png", mime)

    assert read_crossref(text).types.general == general


@pytest.mark.parametrize(
    ("kind", "general"), [("dissertation", "Dissertation"), ("report", "Report"), ("review", "PeerReview"), ("letter", "Text")]
)
def test_posted_content_is_what_it_says_it_is(kind: str, general: str) -> None:
    text = vector("posted_content").replace('type="preprint" ', f'type="{kind}" ')

    assert read_crossref(text).types == Types(general, "PostedContent")


def test_a_doi_of_the_journal_is_never_taken_for_the_article() -> None:
    own = "<doi_data><doi>10.5072/journal</doi><resource/></doi_data>"

    assert read_crossref(article("<titles><title>T</title></titles>", own)).titles == (Title("T"),)


def test_nothing_known_is_said_where_the_schema_wants_something() -> None:
    read = read_crossref(article())

    assert read.titles == (Title(":(unav)"),)
    assert read.creators == UNKNOWN
    assert (read.publisher, read.publication_year) == (None, "")


def test_nothing_is_said_of_the_unknown_where_nothing_should_be() -> None:
    read = read_crossref(article(), unknown="")

    assert (read.titles, read.creators) == ((), ())


def test_a_grant_without_anything_says_so_too() -> None:
    assert read_crossref("<grant/>").titles == (Title(":(unav)"),)
    assert read_crossref("<grant/>").creators == UNKNOWN


def test_old_dois_with_markup_in_them_are_read() -> None:
    read = read_crossref(
        article("<citation_list><citation><doi>10.1890/0012-9658(2006)87[2832:TIOPMA]2.0.CO;2</doi></citation></citation_list>")
    )

    assert read.related_identifiers[0].identifier == "10.1890/0012-9658(2006)87[2832:tiopma]2.0.co;2"


def test_a_wrong_orcid_is_left_out() -> None:
    read = read_crossref(
        article(
            '<contributors><person_name contributor_role="author"><surname>Lima</surname>'
            "<ORCID>https://orcid.org/0000-0003-1419-2406</ORCID></person_name></contributors>"
        )
    )

    assert read.creators == (Agent("Lima", "Personal", "", "Lima"),)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<foo/>", Reason.WRONG_RECORD),
        ("<crossref><error>doi:10.5072/x not found in CrossRef</error></crossref>", Reason.WRONG_RECORD),
        ("<journal", Reason.NOT_WELL_FORMED),
        ('<!DOCTYPE journal [<!ENTITY e "x">]><journal>&e;</journal>', Reason.FORBIDDEN),
    ],
    ids=["foreign", "error", "broken", "entity"],
)
def test_what_is_no_crossref_record_is_refused(text: str, reason: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_crossref(text)

    assert refused.value.reason is reason


@pytest.mark.parametrize(
    "text",
    [
        "<x>" + "<journal/>" * 40_000 + "</x>",
        "<journal>" + "<journal_article><doi_data><doi>10.5072/a</doi></doi_data></journal_article>" * 12_000 + "</journal>",
        "<journal><journal_article><abstract>" + ("<p>" * 50 + "</p>" * 50) * 800 + "</abstract></journal_article></journal>",
        "<journal><journal_article><citation_list><citation><doi>10.5072" + ".1" * 900_000 + "</doi></citation></citation_list>"
        "</journal_article></journal>",
    ],
    ids=["families", "items", "paragraphs", "doi"],
)
def test_the_time_grows_no_faster_than_the_text(text: str) -> None:
    started = process_time()

    read_crossref(text, "10.5072/other")

    assert process_time() - started < 5
