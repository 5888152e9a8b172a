"""BibTeX entries become descriptions."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pidstack.domain.metadata import (
    Agent,
    AlternateIdentifier,
    Container,
    Date,
    Description,
    Metadata,
    Publisher,
    RelatedIdentifier,
    Rights,
    Subject,
    Title,
    Types,
)
from pidstack.formats.bibtex import write_bibtex
from pidstack.formats.bibtex_in import MAX_CHARACTERS, is_bibtex, read_bibtex
from pidstack.formats.cited import plain
from pidstack.formats.errors import Reason, Unreadable
from tests.unit.formats.cited_examples import ARTICLE
from tests.unit.formats.foreign_fixtures import DATACITE, needs_fixtures

ENTRY = r"""
@string{press = {The Press}}
@Article{lima24,
  author    = "Ana Lima and van der Berg, Jan and {Tide Watchers and Friends} and others",
  editor    = {Ike Ok{\'a}for},
  title     = {Low {Tide} \& high tide: 100\% of \emph{it}},
  subtitle  = {with $x^2$},
  journal   = "Annals of Tide Pools",
  publisher = press,
  year = 2024, month = feb, day = 9,
  volume = 7, number = {2}, pages = {12--19},
  issn = "20493630", doi = {10.5072/x}, url = {https://example.org/a_b},
  keywords = {tide; sea level, tide},
  language = {en}, version = {2},
  abstract = {About
     tides.},
  copyright = {https://creativecommons.org/licenses/by/4.0/}
}
@book{other, title = {Another}}
"""


def read_or_refused(text: str) -> str:
    """What is read, or why it is not; anything but a refusal is a fault."""
    try:
        return str(read_bibtex(text))
    except Unreadable as refused:
        return refused.reason.name


def entry(body: str, kind: str = "article") -> str:
    return f"@{kind}{{x, title = {{T}}, {body}}}"


def test_an_entry_is_read_with_everything_that_it_says() -> None:
    assert read_bibtex(ENTRY) == Metadata(
        creators=(
            Agent("Lima, Ana", "Personal", "Ana", "Lima"),
            Agent("van der Berg, Jan", "Personal", "Jan", "van der Berg"),
            Agent("Tide Watchers and Friends", "Organizational"),
        ),
        titles=(Title("Low Tide & high tide: 100% of it"), Title("with $x^2$", "Subtitle")),
        publisher=Publisher("The Press"),
        publication_year="2024",
        types=Types("JournalArticle", "JournalArticle", "ScholarlyArticle", "article-journal", bibtex="article"),
        subjects=(Subject("tide"), Subject("sea level")),
        contributors=(Agent("Okáfor, Ike", "Personal", "Ike", "Okáfor", contributor_type="Editor"),),
        dates=(Date("2024-02-09", "Issued"),),
        language="en",
        related_identifiers=(RelatedIdentifier("2049-3630", "ISSN", "IsPartOf"),),
        version="2",
        rights=(Rights(uri="https://creativecommons.org/licenses/by/4.0/"),),
        descriptions=(Description("About tides.", "Abstract"),),
        container=Container(
            "Journal", "Annals of Tide Pools", "2049-3630", "ISSN", volume="7", issue="2", first_page="12", last_page="19"
        ),
    )


def test_what_we_write_is_read_back() -> None:
    written = ARTICLE.metadata

    read = read_bibtex(write_bibtex(ARTICLE))

    assert [(agent.name, agent.family_name) for agent in read.creators] == [
        ("Lovelace, Ada", "Lovelace"),
        ("Menabrea, Luigi Federico", "Menabrea"),
        ("Society for Engines and Looms", ""),
    ]
    assert read.titles == (Title("Notes on the Analytical Engine: 100% of R&D"),)
    assert (read.publication_year, read.language, read.rights[0].rights) == ("1843", "en", written.rights[0].rights)
    assert read.container == replace(ARTICLE.container, type="Journal", identifier="", identifier_type="")


@pytest.mark.parametrize("title", ["{a} ^ b ~ c \\ d", "100% & #1 $2 _x_", "em\u2014dash", "<i>a</i> -- b"])
def test_text_that_means_something_to_tex_is_read_back_as_it_was(title: str) -> None:
    cited = replace(ARTICLE, metadata=replace(ARTICLE.metadata, titles=(Title(title),)))

    assert read_bibtex(write_bibtex(cited)).titles == (Title(plain(title).replace("--", "\u2013")),)


@pytest.mark.parametrize(
    ("kind", "general"),
    [
        ("book", "Book"),
        ("inproceedings", "ConferencePaper"),
        ("proceedings", "ConferenceProceeding"),
        ("incollection", "BookChapter"),
        ("phdthesis", "Dissertation"),
        ("techreport", "Report"),
        ("dataset", "Dataset"),
        ("software", "Software"),
        ("misc", "Other"),
        ("nobodysown", "Other"),
    ],
)
def test_kinds_are_datacites_types(kind: str, general: str) -> None:
    types = read_bibtex(entry("year = 2024", kind)).types

    assert (types.general, types.bibtex) == (general, kind)


@pytest.mark.parametrize(
    ("fields", "issued", "year"),
    [
        ("year = 2024", "2024", "2024"),
        ("year = {2024}, month = {4}", "2024-04", "2024"),
        ("year = {2024}, month = {September}, day = {31}", "2024-09-31", "2024"),
        ("year = {2024}, month = {13}, day = {1}", "2024", "2024"),
        ("year = {2024}, month = {4}, day = {77}", "2024-04", "2024"),
        ("date = {2024-02-29}", "2024-02-29", "2024"),
        ("date = {2024-02/2025}", "2024-02/2025", "2024"),
        ("date = {2024 or so}", "2024", "2024"),
        ("year = {to appear}", None, ""),
    ],
)
def test_dates_are_read_as_far_as_they_are_known(fields: str, issued: str | None, year: str) -> None:
    read = read_bibtex(entry(fields))

    assert (read.dates[0].date if read.dates else None, read.publication_year) == (issued, year)


def test_a_book_s_number_is_its_own_and_a_chapter_s_is_its_book_s() -> None:
    book, chapter = (read_bibtex(entry("isbn = {1-2}, booktitle = {B}", kind)) for kind in ("book", "incollection"))

    assert book.alternate_identifiers == (AlternateIdentifier("1-2", "ISBN"),)
    assert chapter.related_identifiers == (RelatedIdentifier("1-2", "ISBN", "IsPartOf"),)
    assert chapter.container == Container("Book", "B", "1-2", "ISBN")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("@article{x, year = 2024}", Reason.WRONG_RECORD),
        ("@article{x, title = {T", Reason.NOT_WELL_FORMED),
        ("@article{x, title = {T}, title = {U}}", Reason.NOT_WELL_FORMED),
        ("@comment{x}", Reason.NOT_WELL_FORMED),
        ("@article{x, title = {" + "x" * MAX_CHARACTERS + "}}", Reason.TOO_LARGE),
    ],
    ids=["says nothing", "not closed", "a field twice", "a comment", "too large"],
)
def test_what_is_no_entry_is_refused(text: str, reason: Reason) -> None:
    with pytest.raises(Unreadable) as refused:
        read_bibtex(text)

    assert refused.value.reason is reason


@pytest.mark.parametrize("tex", ["{" * 5000 + "}" * 5000, r"\begin{a}" * 500, "$" * 999, r"\input{/etc/passwd}", r"\foo\bar{"])
def test_tex_that_cannot_be_read_breaks_nothing_and_reads_no_file(tex: str) -> None:
    assert "root:" not in read_or_refused(f"@misc{{x, author = {{A}}, title = {{{tex}}}}}")


@pytest.mark.parametrize("text", ["@article{x,", "\ufeff% mine\n@misc (", "  @ book {"])
def test_bibtex_is_known_by_its_start(text: str) -> None:
    assert is_bibtex(text)


@pytest.mark.parametrize("text", ["", "@", "ana@example.org", "TY  - JOUR", "{}", "@article"])
def test_other_text_is_not_taken_for_bibtex(text: str) -> None:
    assert not is_bibtex(text)


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.text(st.sampled_from("{}\\\"'=,and@x $%~#-\n"), max_size=200), st.sampled_from(["title", "author", "pages", "date"]))
def test_any_text_is_read_or_refused(text: str, field: str) -> None:
    assert read_or_refused(f"@article{{x, title = {{T}}, {field} = {{{text}}}}}")


@needs_fixtures
@pytest.mark.parametrize(
    ("name", "authors", "issued", "general"),
    [("crossref.bib", 5, "2014-02", "JournalArticle"), ("pure.bib", 1, "2018-04-25", "Dissertation")],
)
def test_entries_of_other_programs_are_read(name: str, authors: int, issued: str, general: str) -> None:
    read = read_bibtex((DATACITE / "bolognese" / name).read_text(encoding="utf-8"))

    assert (len(read.creators), read.dates[0].date, read.types.general) == (authors, issued, general)
    assert read.titles
    assert read.publisher
