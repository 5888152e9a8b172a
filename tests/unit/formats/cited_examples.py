"""Things to cite: an article, a data set, and a description in which every text is hostile."""

from __future__ import annotations

from pidstack.domain.identifier import Identifier
from pidstack.domain.metadata import (
    Affiliation,
    Agent,
    AlternateIdentifier,
    Box,
    Date,
    Description,
    FundingReference,
    GeoLocation,
    Metadata,
    NameIdentifier,
    Point,
    Polygon,
    Publisher,
    RelatedIdentifier,
    RelatedItem,
    Rights,
    Subject,
    Title,
    Types,
)
from pidstack.formats.cited import Cited

LOVELACE = Agent(
    "Lovelace, Ada",
    "Personal",
    "Ada",
    "Lovelace",
    name_identifiers=(NameIdentifier("https://orcid.org/0000-0001-5000-0007", "ORCID", "https://orcid.org"),),
    affiliations=(Affiliation("Analytical Society", "https://ror.org/04wxnsj81", "ROR", "https://ror.org"),),
)

ARTICLE = Cited(
    Metadata(
        creators=(LOVELACE, Agent("Menabrea, Luigi Federico"), Agent("Society for Engines and Looms", "Organizational")),
        titles=(Title("Notes on the <i>Analytical Engine</i>: 100% of R&D", lang="en"), Title("With remarks", "Subtitle")),
        publisher=Publisher("Taylor", lang="en"),
        publication_year="1843",
        types=Types("JournalArticle"),
        subjects=(Subject("computing"), Subject("looms & cards"), Subject("computing")),
        contributors=(
            Agent("Babbage, Charles", "Personal", "Charles", "Babbage", contributor_type="Editor"),
            Agent("Wheatstone, Charles", "Personal", "Charles", "Wheatstone", contributor_type="Translator"),
        ),
        dates=(Date("1843-10", "Issued"), Date("1842-12-31", "Created")),
        language="en",
        alternate_identifiers=(AlternateIdentifier("978-0-00-000000-2", "ISBN"),),
        related_identifiers=(
            RelatedIdentifier("1234-567X", "ISSN", "IsPartOf"),
            RelatedIdentifier("10.5072/ENGINE", "DOI", "References", resource_type_general="Dataset"),
            RelatedIdentifier("https://example.org/sketch", "URL", "IsTranslationOf"),
        ),
        related_items=(
            RelatedItem(
                "Journal",
                "IsPublishedIn",
                identifier=RelatedIdentifier("1234-567X", "ISSN"),
                titles=(Title("Scientific Memoirs"),),
                volume="3",
                issue="2",
                first_page="666",
                last_page="731",
            ),
        ),
        version="2",
        rights=(Rights("Public Domain Mark", "https://creativecommons.org/publicdomain/mark/1.0/"),),
        descriptions=(Description("The engine weaves\nalgebraic patterns.", "Abstract", "en"),),
    ),
    Identifier.parse("doi:10.5072/NOTES_1843"),
    url="https://example.org/notes?part=1&page=666",
    agency="datacite",
)

DATASET = Cited(
    Metadata(
        creators=(
            Agent("Ollomo, Benjamin", "Personal", "Benjamin", "Ollomo"),
            Agent("Durand, Patrick", "Personal", "Patrick", "Durand"),
            Agent("Renaud, François", "Personal", "François", "Renaud"),
        ),
        titles=(Title("Data from: A new malaria agent in African hominids."),),
        publisher=Publisher("Dryad"),
        publication_year="2011",
        types=Types("Dataset", "DataPackage"),
        dates=(Date("2011", "Issued"),),
        related_identifiers=(
            RelatedIdentifier("10.1371/journal.ppat.1000446", "DOI", "IsReferencedBy"),
            RelatedIdentifier("19478877", "PMID", "IsReferencedBy"),
        ),
        sizes=("3 files", "15 MB"),
        formats=("text/csv",),
        version="1",
        geo_locations=(
            GeoLocation(
                "Gabon",
                Point("-0.80", "11.60"),
                Box("8.7", "14.5", "-3.9", "2.3"),
                (Polygon((Point("0", "9"), Point("0", "10"), Point("1", "10"), Point("0", "9"))),),
            ),
        ),
        funding_references=(FundingReference("ANR", "https://doi.org/10.13039/501100001665", "Crossref Funder ID"),),
    ),
    Identifier.parse("doi:10.5061/DRYAD.8515"),
    url="https://example.org/dryad.8515",
    content_urls=("https://example.org/dryad.8515/data.csv",),
)

EXAMPLES = {"article": ARTICLE, "dataset": DATASET}

# Quotes, braces (one too many), TeX, HTML, a script's end, line ends of all kinds, text that runs leftwards, half a surrogate pair.
NASTY = (
    "\"q\" 'a' {b}} \\c{ 50% #1 a_b $x$ ~ ^ &amp; <b>x</b> </script><script>alert(1)</script> ]]> "
    "one\ntwo\r\nthree\u2028four\x0b \u202eabc\u202c \u200f\u05d0 \x00\x07\ud800 \ufdd0 \U0001f9ec"
)

HOSTILE = Cited(
    Metadata(
        creators=(
            Agent(NASTY),
            Agent(f"{NASTY}, and {NASTY}", "Personal", NASTY, f"Smith, and {NASTY}"),
            Agent(NASTY, "Organizational"),
        ),
        titles=(Title(NASTY, lang='en"><x'), Title(NASTY, "Subtitle")),
        publisher=Publisher(NASTY, NASTY, lang="en"),
        publication_year="20\n24",
        types=Types(NASTY, NASTY, NASTY, NASTY, NASTY, NASTY),
        subjects=(Subject(NASTY),),
        contributors=(Agent(NASTY, contributor_type="Editor"),),
        dates=(Date(NASTY, "Issued"),),
        language=NASTY,
        alternate_identifiers=(AlternateIdentifier(NASTY, NASTY),),
        related_identifiers=(RelatedIdentifier(NASTY, "URL", "IsPartOf"), RelatedIdentifier(NASTY, "DOI", "References")),
        related_items=(
            RelatedItem("Book", "IsPublishedIn", titles=(Title(NASTY),), volume=NASTY, first_page=NASTY, last_page=NASTY),
        ),
        version=NASTY,
        rights=(Rights(NASTY, NASTY),),
        descriptions=(Description(NASTY, "Abstract"),),
        geo_locations=(GeoLocation(NASTY, Point(NASTY, NASTY)),),
        funding_references=(FundingReference(NASTY, NASTY),),
    ),
    Identifier.parse("doi:10.5072/{X}%<A>_\"&'"),
    url=f"https://example.org/{NASTY}",
)
