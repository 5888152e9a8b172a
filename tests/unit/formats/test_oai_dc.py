"""Dublin Core for harvesters: valid by its schema, in normal form, and with nothing lost in escaping."""

import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from lxml import etree

from pidstack.domain.identifier import Identifier
from pidstack.domain.metadata import AlternateIdentifier, Metadata, RelatedIdentifier, Rights, Subject, Title
from pidstack.formats.cited import Cited, one_line, plain
from pidstack.formats.oai_dc import dublin_core, write_oai_dc
from tests.unit.formats.builders import metadata
from tests.unit.formats.cited_examples import ARTICLE, DATASET, HOSTILE, NASTY

steady = settings(derandomize=True, deadline=None, max_examples=15)
SHARED = Path(__file__).parents[4] / "shared" / "data" / "xsd"
ORDER = """
    title creator contributor publisher date type identifier source relation language rights subject description coverage
""".split()  # noqa: SIM905 - read as a list of words
DC = "{http://purl.org/dc/elements/1.1/}"


@pytest.fixture(scope="module")
def schema() -> Any:
    """The published schema of `oai_dc`, where its files are at hand."""
    if not SHARED.is_dir():
        pytest.skip("the published schemas are not here")
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Offline())
    return etree.XMLSchema(etree.parse(str(SHARED / "oai" / "oai_dc.xsd"), parser))


class _Offline(etree.Resolver):
    def resolve(self, system_url: str, public_id: str, context: Any) -> Any:
        """Give the local copy of what a schema imports by its public address."""
        return self.resolve_filename(str(SHARED / "oai" / system_url.rsplit("/", 1)[-1]), context)


def cited(**properties: Any) -> Any:
    """Give something to cite that has these properties only."""
    return Cited(Metadata(**properties), Identifier.parse("ark:/99999/fk4x"))


def texts(cited: Any, name: str) -> Any:
    """List what one element says."""
    return [element.text for element in dublin_core(cited) if element.name == name]


@pytest.mark.parametrize("example", [ARTICLE, DATASET, HOSTILE, cited()], ids=["article", "dataset", "hostile", "empty"])
def test_what_is_written_is_valid(schema: Any, example: Any) -> None:
    schema.assertValid(etree.fromstring(write_oai_dc(example)))


@steady
@given(description=metadata())
def test_every_valid_description_is_valid_dublin_core(schema: Any, description: Any) -> None:
    schema.assertValid(etree.fromstring(write_oai_dc(Cited(description, Identifier.parse("doi:10.5072/FK2X")))))


@pytest.mark.parametrize("example", [ARTICLE, DATASET], ids=["article", "dataset"])
def test_elements_come_in_a_fixed_order(example: Any) -> None:
    names = list(dict.fromkeys(element.name for element in dublin_core(example)))

    assert names == [name for name in ORDER if name in names]


def test_hostile_text_is_text() -> None:
    root = etree.fromstring(write_oai_dc(HOSTILE))

    assert {child.tag.removeprefix(DC) for child in root} <= set(ORDER)
    assert root.find(f"{DC}title").text == plain(NASTY)
    assert root.find(f"{DC}publisher").text == one_line(NASTY)


def test_a_language_that_is_no_tag_is_left_out() -> None:
    written = write_oai_dc(cited(titles=(Title("A", lang='en"><x'), Title("B", lang="zh-Hant"))))

    assert written.count("xml:lang") == 1


def test_text_is_in_normal_form_c() -> None:
    decomposed = "Ame\u0301lie"

    assert texts(cited(titles=(Title(decomposed),)), "title") == [unicodedata.normalize("NFC", decomposed)]


def test_nothing_is_said_twice() -> None:
    assert texts(cited(subjects=(Subject("tides"), Subject("tides"))), "subject") == ["tides"]


@pytest.mark.parametrize(
    ("properties", "element", "expected"),
    [
        pytest.param({"publication_year": "2020"}, "date", ["2020"], id="year"),
        pytest.param({"publication_year": "0000"}, "date", [], id="year not known"),
        pytest.param(
            {"rights": (Rights("Some", "https://example.org/r"), Rights("Mine"))},
            "rights",
            ["https://example.org/r", "Mine"],
            id="rights",
        ),
        pytest.param(
            {"alternate_identifiers": (AlternateIdentifier("doi:10.5072/A", "DOI"), AlternateIdentifier("X 1", "Local"))},
            "identifier",
            ["https://n2t.net/ark:/99999/fk4x", "https://doi.org/10.5072/a", "X 1"],
            id="other names",
        ),
        pytest.param(
            {
                "related_identifiers": (
                    RelatedIdentifier("10.5072/A", "DOI", "Cites"),
                    RelatedIdentifier("1234-5678", "ISSN", "IsPartOf"),
                )
            },
            "relation",
            ["https://doi.org/10.5072/a", "ISSN 1234-5678"],
            id="relations",
        ),
    ],
)
def test_each_property_has_its_element(properties: dict[str, Any], element: str, expected: list[Any]) -> None:
    assert texts(cited(**properties), element) == expected
