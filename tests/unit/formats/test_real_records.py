"""Real records in every written form. No part of the project: without the folder that has them, these tests are skipped."""

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import bibtexparser
import pytest
import rispy
from lxml import etree

from pidstack.domain.errors import InvalidRecord
from pidstack.domain.identifier import Identifier
from pidstack.formats import attributes, datacite_xml
from pidstack.formats.bibtex import write_bibtex
from pidstack.formats.bibtex_in import read_bibtex
from pidstack.formats.citation import format_citation
from pidstack.formats.cited import Cited
from pidstack.formats.codemeta_in import read_codemeta
from pidstack.formats.codemeta_out import write_codemeta
from pidstack.formats.csl_in import read_csl
from pidstack.formats.csl_out import csl_item
from pidstack.formats.csv_out import write_csv
from pidstack.formats.erc import write_erc
from pidstack.formats.jats_out import write_jats
from pidstack.formats.oai_dc import write_oai_dc
from pidstack.formats.ris import write_ris
from pidstack.formats.ris_in import read_ris
from pidstack.formats.schema_org_out import schema_org, write_schema_org

FIXTURES = Path(__file__).parents[4] / "shared" / "data" / "fixtures" / "datacite"
XML = sorted(path for folder in ("bolognese", "lupo", "viringo") for path in (FIXTURES / folder).glob("*.xml"))
RECORDED = sorted((FIXTURES / "recorded").glob("*.json"))
DOI = Identifier.parse("doi:10.5072/FK2X")
pytestmark = pytest.mark.skipif(not FIXTURES.is_dir(), reason="the collected records are not here")


def from_xml(path: Path) -> Any:
    """Give what a DataCite record describes; skip what is none."""
    try:
        return Cited(datacite_xml.read(path.read_bytes()), DOI, "https://example.org/")
    except InvalidRecord as refusal:
        pytest.skip(str(refusal))


def from_recorded(path: Path) -> Any:
    """Give what DataCite's answer describes."""
    found = json.loads(path.read_text())["body"]["data"]["attributes"]
    return Cited(attributes.read(found), Identifier.read(found["doi"]), found["url"] or "")


def check_forms(cited: Any) -> None:
    """Read every form back with somebody else's parser."""
    (entry,) = bibtexparser.parse_string(write_bibtex(cited)).blocks
    assert entry.key.startswith("https://doi.org/10.")
    (reference,) = rispy.loads(write_ris(cited))
    assert reference["doi"] == cited.doi
    etree.fromstring(write_oai_dc(cited))
    assert json.loads(write_schema_org(cited))["@id"] == cited.name_url
    assert write_erc(cited).splitlines()[1].startswith("who: ")
    assert json.loads(write_codemeta(cited))["@id"] == cited.name_url
    assert etree.fromstring(write_jats(cited).encode()).findtext("pub-id") == cited.doi
    (row,) = csv.DictReader(StringIO(write_csv(cited, registered="", state="findable")))
    assert row["doi"] == cited.doi
    if cited.title and cited.creators:
        assert [
            read(text).publication_year for read, text in ((read_bibtex, write_bibtex(cited)), (read_ris, write_ris(cited)))
        ] == [cited.year] * 2
    assert "https://doi.org/10." in format_citation(cited)


@pytest.mark.parametrize("path", XML, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_datacite_record_is_written_in_every_form(path: Path) -> None:
    check_forms(from_xml(path))


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_a_recorded_answer_is_written_in_every_form(path: Path) -> None:
    check_forms(from_recorded(path))


# What DataCite's own software makes of these records, from its published specifications.


def test_a_consortium_is_an_organisation() -> None:
    cited = from_xml(FIXTURES / "bolognese" / "gtex.xml")

    assert schema_org(cited)["author"] == {"@type": "Organization", "name": "The GTEx Consortium"}
    assert csl_item(cited)["author"] == [{"literal": "The GTEx Consortium"}]
    assert "author = {{The GTEx Consortium}}" in write_bibtex(cited)


def test_places_are_points_and_boxes() -> None:
    cited = from_xml(FIXTURES / "bolognese" / "datacite-example-geolocation-2.xml")

    place = "Providence Creek (Lower, Upper and P301)"
    assert schema_org(cited)["spatialCoverage"] == [
        {
            "@type": "Place",
            "geo": {"@type": "GeoCoordinates", "address": place, "latitude": "37.047756", "longitude": "-119.221094"},
        },
        {"@type": "Place", "geo": {"@type": "GeoShape", "address": place, "box": "37.046 -119.211 37.075 -119.182"}},
    ]


def test_an_affiliation_has_its_identifier() -> None:
    cited = from_xml(FIXTURES / "bolognese" / "datacite-example-affiliation.xml")

    author = schema_org(cited)["author"][0]

    assert (author["name"], author["@type"]) == ("Elizabeth Miller", "Person")
    assert author["affiliation"]["name"] == "DataCite"


def test_software_with_a_version_is_cited_as_datacite_does() -> None:
    cited = from_recorded(FIXTURES / "recorded" / "10.5281_zenodo.2598836.json")

    assert format_citation(cited) == (
        "Lab For Exosphere And Near Space Environment Studies. (2019). <i>lenses-lab/LYAO_RT-2018JA026426: Original Release</i> "
        "(Version 1.0.0). Zenodo. https://doi.org/10.5281/zenodo.2598836"
    )


def test_an_article_with_a_container_is_cited_with_it() -> None:
    found = json.loads((FIXTURES / "bolognese" / "datacite_with_container_and_seriesinformation_and_relateditem.json").read_text())
    cited = Cited(attributes.read(found), Identifier.parse("doi:10.5438/4K3M-NYVG"))

    assert format_citation(cited) == (
        "Fenner, M. (2016). Eating your own Dog Food. <i>Understanding the Fictional John Smith</i>, <i>776</i>(1), 50\u201360. "
        "https://doi.org/10.5438/4k3m-nyvg"
    )


JATS: dict[str, tuple[Any, dict[str, Any]]] = {
    "crossref.bib": (
        read_bibtex,
        {
            "type": "journal",
            "people": [("author", 5)],
            "article-title": "Automated quantitative histology reveals vascular morphodynamics during "
            "Arabidopsis hypocotyl secondary growth",
            "source": "eLife",
            "publisher-name": "eLife Sciences Organisation, Ltd.",
            "year": "2014",
            "volume": "3",
        },
    ),
    "citeproc.json": (
        read_csl,
        {
            "type": None,
            "people": [("author", 1), ("translator", 1)],
            "source": "Eating your own Dog Food",
            "publisher-name": "DataCite",
            "year": "2016",
            "month": "12",
            "day": "20",
        },
    ),
    "codemeta.json": (
        read_codemeta,
        {
            "type": "software",
            "people": [("author", 3)],
            "source": "R Interface to the DataONE REST API",
            "publisher-name": "https://cran.r-project.org",
            "year": "2016",
            "month": "05",
            "day": "27",
            "version": "2.0.0",
        },
    ),
}


@pytest.mark.parametrize("name", JATS)
def test_a_citation_in_jats_says_what_datacites_own_software_says(name: str) -> None:
    read, expected = JATS[name]
    cited = Cited(read((FIXTURES / "bolognese" / name).read_text(encoding="utf-8")), DOI)

    root = etree.fromstring(write_jats(cited).encode())

    people = [(group.get("person-group-type"), len(group)) for group in root.iter("person-group")]
    texts = {child.tag: child.text for child in root if child.tag not in {"person-group", "pub-id"}}
    months = {name: text for name, text in texts.items() if name != "month" or "month" in expected}
    assert {"type": root.get("publication-type"), "people": people, **months} == expected


def test_a_line_of_a_table_says_what_datacites_own_software_says() -> None:
    cited = Cited(read_bibtex((FIXTURES / "bolognese" / "crossref.bib").read_text(encoding="utf-8")), DOI)

    (row,) = csv.DictReader(StringIO(write_csv(cited, registered="", state="findable")))

    assert row["author"] == "Sankar, Martial and Nieminen, Kaisa and Ragni, Laura and Xenarios, Ioannis and Hardtke, Christian S"
    assert (row["resourceTypeGeneral"], row["resourceType"], row["publicationYear"]) == ("JournalArticle", "JournalArticle", "2014")
