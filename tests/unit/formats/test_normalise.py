"""Descriptions brought in line, one rule at a time."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pidstack.domain.metadata import (
    Affiliation,
    Agent,
    AlternateIdentifier,
    Date,
    Description,
    FundingReference,
    Metadata,
    NameIdentifier,
    Publisher,
    RelatedIdentifier,
    RelatedItem,
    Rights,
    Subject,
    Title,
    Types,
)
from pidstack.formats import edtf, vocabularies
from pidstack.formats.html_text import html_text
from pidstack.formats.normalise import agent, as_read, as_saved, complete_types
from tests.unit.formats.builders import metadata

FOS = ("Fields of Science and Technology (FOS)", "http://www.oecd.org/science/inno/38235147.pdf")
CC_BY = Rights(
    "Creative Commons Attribution 4.0 International",
    "https://creativecommons.org/licenses/by/4.0/legalcode",
    "cc-by-4.0",
    "SPDX",
    "https://spdx.org/licenses/",
)


@settings(
    derandomize=True, deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(metadata())
def test_saving_twice_changes_nothing_more(description: Metadata) -> None:
    once = as_saved(description)

    assert as_saved(once) == once


@pytest.mark.parametrize(
    ("given_name", "expected"),
    [
        pytest.param(Agent("Miller, Ada"), Agent("Miller, Ada", "Personal", "Ada", "Miller"), id="a comma makes a person"),
        pytest.param(Agent("Harbour Institute"), Agent("Harbour Institute"), id="no comma makes nobody"),
        pytest.param(Agent("Miller, A; Fish, B"), Agent("Miller, A; Fish, B"), id="a semicolon makes nobody"),
        pytest.param(Agent("Bay, Inc.", "Organizational"), Agent("Bay, Inc.", "Organizational"), id="an organisation stays one"),
        pytest.param(Agent("Smith J."), Agent("Smith, J.", "Personal", "J.", "Smith"), id="initials behind"),
        pytest.param(Agent("Smith A.-J."), Agent("Smith, A.-J.", "Personal", "A.-J.", "Smith"), id="two initials behind"),
        pytest.param(
            Agent("Saint - Exupéry, A."), Agent("Saint-Exupéry, A.", "Personal", "A.", "Saint-Exupéry"), id="blanks at a hyphen"
        ),
        pytest.param(Agent("Miller,\u00a0Ada"), Agent("Miller, Ada", "Personal", "Ada", "Miller"), id="special blanks"),
        pytest.param(
            Agent("X", "", "Ada", "Miller"), Agent("Miller, Ada", "", "Ada", "Miller"), id="parts make the name, no type is guessed"
        ),
        pytest.param(Agent("Miller", "", "", "Miller"), Agent("Miller", "", "", "Miller"), id="a family name alone"),
        pytest.param(Agent("Ada Miller", "Personal"), Agent("Ada Miller", "Personal"), id="a person without a comma stays whole"),
    ],
)
def test_names_are_taken_apart(given_name: Agent, expected: Agent) -> None:
    assert agent(given_name) == expected


def test_somebody_with_an_orcid_is_a_person_even_in_natural_order() -> None:
    given_name = Agent("Ada van der Miller", name_identifiers=(NameIdentifier("0000-0002-7285-027x", "ORCID", "http://orcid.org"),))

    orcid = NameIdentifier("https://orcid.org/0000-0002-7285-027X", "ORCID", "https://orcid.org")
    assert agent(given_name) == Agent("van der Miller, Ada", "Personal", "Ada", "van der Miller", (orcid,))


@pytest.mark.parametrize(
    ("given_identifier", "expected"),
    [
        pytest.param(
            NameIdentifier("nobody", "ORCID"), NameIdentifier("", "ORCID", "https://orcid.org"), id="no ORCID loses its value"
        ),
        pytest.param(
            NameIdentifier("04wxnsj81", "ROR"), NameIdentifier("https://ror.org/04wxnsj81", "ROR", "https://ror.org"), id="ROR"
        ),
        pytest.param(
            NameIdentifier("0000 1", "ISNI", "http://isni.org"),
            NameIdentifier("0000 1", "ISNI", "http://isni.org"),
            id="others stay",
        ),
    ],
)
def test_identifiers_of_people_become_links(given_identifier: NameIdentifier, expected: NameIdentifier) -> None:
    assert agent(Agent("A", name_identifiers=(given_identifier,))).name_identifiers == (expected,)


@pytest.mark.parametrize(
    ("affiliation", "identifier", "scheme_uri"),
    [
        pytest.param(Affiliation("I", "04wxnsj81", "ROR"), "https://ror.org/04wxnsj81", "https://ror.org", id="bare ROR"),
        pytest.param(
            Affiliation("I", "grid.1", "GRID", "https://grid.ac/institutes/"),
            "https://grid.ac/institutes/grid.1",
            "https://grid.ac/institutes/",
            id="joined",
        ),
        pytest.param(Affiliation("I", "https://x/1", "X", "https://x"), "https://x/1", "https://x", id="a link stays"),
        pytest.param(Affiliation("I", "x1"), "x1", "", id="nothing to join"),
    ],
)
def test_identifiers_of_affiliations_become_links(affiliation: Affiliation, identifier: str, scheme_uri: str) -> None:
    (found,) = agent(Agent("A", affiliations=(affiliation,))).affiliations

    assert (found.identifier, found.scheme_uri) == (identifier, scheme_uri)


def test_a_publisher_s_ror_becomes_a_link() -> None:
    read = as_read(Metadata(publisher=Publisher("H", "ror.org/04wxnsj81", "ROR")))

    assert read.publisher == Publisher("H", "https://ror.org/04wxnsj81", "ROR", "https://ror.org")


@pytest.mark.parametrize(
    ("kind", "identifier", "expected"),
    [
        pytest.param("Crossref Funder ID", "501100000780", "https://doi.org/10.13039/501100000780", id="number"),
        pytest.param(
            "Crossref Funder ID", "http://dx.doi.org/10.13039/501100000780", "https://doi.org/10.13039/501100000780", id="link"
        ),
        pytest.param("Crossref Funder ID", "European Union", "", id="no funder id is lost"),
        pytest.param("ROR", "00k4n6c32", "https://ror.org/00k4n6c32", id="ROR"),
        pytest.param("Other", "x 1", "x 1", id="others stay"),
    ],
)
def test_identifiers_of_funders_become_links(kind: str, identifier: str, expected: str) -> None:
    read = as_read(Metadata(funding_references=(FundingReference("F", identifier, kind),)))

    assert read.funding_references[0].funder_identifier == expected


def test_related_dois_lose_their_resolver_and_what_is_none_loses_its_value() -> None:
    given_ones = (
        RelatedIdentifier("https://doi.org/10.5072/ABC", "DOI", "Cites"),
        RelatedIdentifier("nothing", "DOI", "Cites"),
        RelatedIdentifier("https://doi.org/10.5072/ABC", "URL", "Cites"),
    )

    read = as_read(Metadata(related_identifiers=given_ones, related_items=(RelatedItem(identifier=given_ones[0]),)))

    assert [each.identifier for each in read.related_identifiers] == ["10.5072/abc", "", "https://doi.org/10.5072/ABC"]
    assert read.related_items[0].identifier == RelatedIdentifier("10.5072/abc", "DOI", "Cites")


def test_alternate_identifiers_have_the_schema_s_spelling_and_are_never_dois() -> None:
    given_ones = (
        AlternateIdentifier("x", "url"),
        AlternateIdentifier("10.5072/x", "doi"),
        AlternateIdentifier(" ", "ISSN"),
        AlternateIdentifier("1", "Own"),
    )

    assert as_saved(Metadata(alternate_identifiers=given_ones)).alternate_identifiers == (
        AlternateIdentifier("x", "URL"),
        AlternateIdentifier("1", "Own"),
    )


# Types, subjects, rights, language ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("types", "names"),
    [
        pytest.param(Types("Dataset"), ("Dataset", "dataset", "misc", "DATA"), id="Dataset"),
        pytest.param(Types("Text", "Documentation"), ("ScholarlyArticle", "article-journal", "article", "RPRT"), id="Text"),
        pytest.param(Types("ConferencePaper"), ("Article", "", "article", "CPAPER"), id="the empty CSL type"),
        pytest.param(
            Types("Text", "journal_article"), ("ScholarlyArticle", "article-journal", "article", "JOUR"), id="underscores"
        ),
        pytest.param(
            Types("Text", "Journal Article"), ("ScholarlyArticle", "article-journal", "article", "RPRT"), id="blanks are none"
        ),
        pytest.param(Types("Book", "EditedBook"), ("Book", "book", "book", "BOOK"), id="the specific overrules"),
        pytest.param(
            Types("Text", "PeerReview"), ("Review", "article", "misc", "RPRT"), id="CSL and BibTeX by the schema.org name"
        ),
        pytest.param(Types("Poster"), ("Poster", "document", "misc", "GEN"), id="Poster"),
        pytest.param(Types("Preprint"), ("CreativeWork", "article", "misc", "GEN"), id="no row of its own"),
        pytest.param(Types("Dataset", schema_org="X", ris="Y"), ("X", "article", "misc", "Y"), id="what was sent stays"),
        pytest.param(Types(), ("", "", "", ""), id="nothing"),
    ],
)
def test_types_are_completed(types: Types, names: tuple[str, str, str, str]) -> None:
    completed = complete_types(types)

    assert (completed.schema_org, completed.citeproc, completed.bibtex, completed.ris) == names
    assert (completed.general, completed.specific) == (types.general, types.specific)


@pytest.mark.parametrize(
    ("subject", "added"),
    [
        pytest.param(Subject("Mathematics"), "Mathematics", id="label"),
        pytest.param(Subject("Tourism"), "Economics and business", id="Australian label"),
        pytest.param(Subject("060102 Bioinformatics", "FOR"), "Computer and information sciences", id="Australian code"),
        pytest.param(
            Subject("60102 Bioinformatics", "FOR"), "Computer and information sciences", id="Australian code without its zero"
        ),
        pytest.param(Subject("130103 Higher Education", "FOR"), "Educational sciences", id="Australian code by its group"),
        pytest.param(Subject("tides"), "", id="none"),
        pytest.param(Subject("060102 Bioinformatics"), "", id="code without scheme"),
    ],
)
def test_a_field_of_science_is_put_behind_its_subject(subject: Subject, added: str) -> None:
    expected = (subject, Subject(f"FOS: {added}", *FOS)) if added else (subject,)

    assert as_saved(Metadata(subjects=(subject, subject))).subjects == expected


def test_a_field_of_science_that_is_there_is_not_added_again() -> None:
    there = (Subject("FOS: Mathematics", *FOS), Subject("Mathematics"))

    assert as_saved(Metadata(subjects=there)).subjects == there


@pytest.mark.parametrize(
    "rights",
    [
        pytest.param(Rights(identifier="CC-BY-4.0"), id="identifier"),
        pytest.param(Rights("whatever", identifier="cc-by-4.0"), id="identifier before text"),
        pytest.param(Rights("Creative Commons Attribution 4.0 International"), id="name"),
        pytest.param(Rights("http://creativecommons.org/licenses/by/4.0"), id="link as text"),
    ],
)
def test_a_licence_is_completed(rights: Rights) -> None:
    assert as_saved(Metadata(rights=(rights,))).rights == (CC_BY,)


def test_a_licence_keeps_its_language() -> None:
    assert as_saved(Metadata(rights=(Rights(identifier="CC-BY-4.0", lang="en"),))).rights[0].lang == "en"


def test_a_licence_s_link_counts_in_xml_only() -> None:
    linked = Metadata(rights=(Rights("free", "https://creativecommons.org/licenses/by/4.0/"),))

    assert as_saved(linked).rights == linked.rights
    assert as_read(linked).rights == (CC_BY,)


@pytest.mark.parametrize("version", ["1.0", "2.0", "2.5", "3.0", "4.0"])
@pytest.mark.parametrize("terms", ["by", "by-sa", "by-nd", "by-nc", "by-nc-sa", "by-nc-nd"])
def test_a_creative_commons_link_finds_its_own_version(terms: str, version: str) -> None:
    licence = vocabularies.licence_by_uri(f"http://creativecommons.org/licenses/{terms}/{version}/")

    assert licence is not None
    assert licence.identifier == f"CC-{terms.upper()}-{version}"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("eng", "en"),
        ("deu", "de"),
        ("ger", "de"),
        ("fr-CH", "fr"),
        ("french", "fr"),
        ("French", "fr"),
        ("ENG", "ENG"),
        ("tlh", "tlh"),
        ("de_DE", ""),
        ("", ""),
        ("no language at all", ""),
    ],
)
def test_a_language_becomes_its_short_code(language: str, expected: str) -> None:
    assert as_saved(Metadata(language=language)).language == expected


# Dates and text ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "date",
    [
        *("2020", "2020-02", "2020-02-29", "-0044-03-15", "Y-17000", "2020-21", "2020?", "2020-02~", "199u", "2004-uu"),
        *(
            "2020-02-29T10:00:00Z",
            "2020/2021-03",
            "2020/open",
            "2020/",
            "/2020",
            "unknown/2020",
            "2020-01-01/..",
            "2020-02-29T10:00:00+01:00",
        ),
    ],
)
def test_a_date_is_recognised(date: str) -> None:
    assert edtf.is_date(date)


@pytest.mark.parametrize(
    "date",
    [
        *("", "/", "open/2020", "2019-02-29", "2020-13", "2020-00-01", "2020-04-31", "07.04.2017", "March 2011", "20200229"),
        *("2017-04-07 15:04:22.409791", "2012-01-01T00:00:00Z/2012-01-02T00:00:00Z", "2020-21-01", "2020-02T10:00:00Z", "2020\n"),
    ],
)
def test_no_date_is_recognised_as_such(date: str) -> None:
    assert not edtf.is_date(date)


def test_dates_are_sifted_and_the_year_is_the_date_of_issue_where_there_is_none() -> None:
    dates = (Date(" 2020-01 ", "Created"), Date("long ago", "Valid"), Date(":unkn", "Collected"))

    assert as_read(Metadata(dates=dates, publication_year="2021")).dates == (
        Date("2020-01", "Created"),
        Date(":unkn", "Collected"),
        Date("2021", "Issued"),
    )
    assert as_read(Metadata(dates=(Date("2019", "Issued"),), publication_year="2021")).dates == (Date("2019", "Issued"),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("plain", "plain", id="plain"),
        pytest.param("a & b < c > d", "a &amp; b &lt; c &gt; d", id="escaped"),
        pytest.param("a &amp; b", "a &amp; b", id="escaped already"),
        pytest.param("<p>H<sub>2</sub>O</p>", "H<sub>2</sub>O", id="kept and unwrapped"),
        pytest.param("<B class='x'>a</B><br/>b", "<b>a</b><br>b", id="attributes and case"),
        pytest.param("<em>a<strong>b</em>c", "<em>a<strong>b</strong></em>c", id="crossed"),
        pytest.param("a</i> <i>b", "a <i>b</i>", id="never opened, never closed"),
        pytest.param("a <word eaten", "a ", id="stray tag"),
        pytest.param("x<script>alert(1)</script>y<!-- z -->", "xy", id="scripts and comments"),
        pytest.param("1 <2", "1 &lt;2", id="no tag"),
    ],
)
def test_text_is_shown_as_html(text: str, expected: str) -> None:
    assert html_text(text) == expected


@settings(derandomize=True, max_examples=200)
@given(st.text(alphabet="<>/&;abiscript !-'\"=", max_size=40))
def test_text_shown_as_html_is_always_balanced_and_stays_as_it_is(text: str) -> None:
    shown = html_text(text)

    assert "<script" not in shown.lower()
    for name in ("b", "i"):
        assert shown.count(f"<{name}>") == shown.count(f"</{name}>")


def test_white_space_is_squeezed_but_lines_of_descriptions_stay() -> None:
    read = as_read(
        Metadata(
            titles=(Title(" A \n\t B "), Title(" ")),
            subjects=(Subject("x \n y"),),
            descriptions=(Description(" A \t B \n C "),),
            sizes=(" 1  MB ", " "),
        )
    )

    assert read.titles == (Title("A B"),)
    assert read.subjects == (Subject("x y"),)
    assert read.descriptions == (Description("A B \n C", "Abstract"),)
    assert read.sizes == ("1 MB",)


def test_a_description_that_says_its_language_is_not_taken_for_an_abstract() -> None:
    assert as_read(Metadata(descriptions=(Description("A", lang="en"),))).descriptions == (Description("A", "", "en"),)
