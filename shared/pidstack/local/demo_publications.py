"""The demo's publications: an article in a journal, a book in a series and a data set, each described by a whole document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

CROSSREF_SHOULDER = "doi:10.54321/"
DATACITE_SHOULDER = "doi:10.12345/"

_ARTICLE = """<?xml version="1.0" encoding="UTF-8"?>
<journal xmlns="http://www.crossref.org/schema/5.3.1">
  <journal_metadata language="en">
    <full_title>{journal}</full_title>
    <issn media_type="electronic">2049-3630</issn>
  </journal_metadata>
  <journal_issue>
    <publication_date media_type="online"><year>{year}</year></publication_date>
    <journal_volume><volume>{number}</volume></journal_volume>
  </journal_issue>
  <journal_article language="en">
    <titles><title>{title}</title></titles>
    <contributors>
      <person_name sequence="first" contributor_role="author">
        <given_name>{given}</given_name><surname>{family}</surname>
      </person_name>
    </contributors>
    <publication_date media_type="online"><year>{year}</year></publication_date>
    <pages><first_page>{number}1</first_page><last_page>{number}9</last_page></pages>
    <doi_data><doi>10.54321/new</doi><resource>https://example.org/new</resource></doi_data>
    <citation_list>
      <citation key="1"><unstructured_citation>The tables of the year before.</unstructured_citation></citation>
    </citation_list>
  </journal_article>
</journal>"""

_BOOK = """<?xml version="1.0" encoding="UTF-8"?>
<book xmlns="http://www.crossref.org/schema/5.3.1" book_type="monograph">
  <book_series_metadata language="en">
    <series_metadata>
      <titles><title>{series}</title></titles>
      <issn media_type="print">1234-5679</issn>
    </series_metadata>
    <contributors>
      <person_name sequence="first" contributor_role="author">
        <given_name>{given}</given_name><surname>{family}</surname>
      </person_name>
    </contributors>
    <titles><title>{title}</title></titles>
    <volume>{number}</volume>
    <publication_date><year>{year}</year></publication_date>
    <isbn>978-0-306-40615-7</isbn>
    <publisher><publisher_name>{publisher}</publisher_name></publisher>
    <doi_data><doi>10.54321/new</doi><resource>https://example.org/new</resource></doi_data>
  </book_series_metadata>
</book>"""

_DATA = """<?xml version="1.0" encoding="UTF-8"?>
<resource xmlns="http://datacite.org/schema/kernel-4">
  <identifier identifierType="DOI">(:tba)</identifier>
  <creators>
    <creator>
      <creatorName nameType="Personal">{family}, {given}</creatorName>
      <givenName>{given}</givenName><familyName>{family}</familyName>
    </creator>
  </creators>
  <titles><title xml:lang="en">{title}</title></titles>
  <publisher>{publisher}</publisher>
  <publicationYear>{year}</publicationYear>
  <resourceType resourceTypeGeneral="Dataset">Measurements</resourceType>
  <subjects><subject xml:lang="en">tides</subject></subjects>
  <dates><date dateType="Collected">{year}-03-01/{year}-09-30</date></dates>
  <language>en</language>
  <rightsList><rights rightsURI="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</rights></rightsList>
  <descriptions>
    <description descriptionType="Abstract" xml:lang="en">Levels at four gauges, every ten minutes.</description>
  </descriptions>
</resource>"""


@dataclass(frozen=True, slots=True)
class Publication:
    """One of them.

    Attributes:
        shoulder: under which it is made; one that lasts, so that harvesters see it.
        ending: of its name.
        profile: also the name of the element that holds the document.
    """

    shoulder: str
    ending: str
    profile: str
    document: str


def publications(publisher: str, number: int) -> Iterator[Publication]:
    """Give the publications of one depositor, the `number`th."""
    said = {"publisher": publisher, "number": str(number + 1), "year": str(2021 + number)}
    okafor, tanaka = {"family": "Okafor", "given": "Adaeze"}, {"family": "Tanaka", "given": "Yuki"}
    article = _ARTICLE.format(**said, **okafor, journal="Annals of Tide Pools", title="What the sea leaves behind")
    book = _BOOK.format(**said, **okafor, series="Lecture Notes on Water", title="All the lakes")
    data = _DATA.format(**said, **tanaka, title="Water levels of the outer harbour")
    yield Publication(CROSSREF_SHOULDER, f"ARTICLE{number}", "crossref", article)
    yield Publication(CROSSREF_SHOULDER, f"BOOK{number}", "crossref", book)
    yield Publication(DATACITE_SHOULDER, f"DATA{number}", "datacite", data)
