"""The itemised elements of the EZID profiles, read as a description."""

from typing import Any

import pytest

from pidstack.domain.metadata import Agent, Date, Metadata, Publisher, Title, Types
from pidstack.formats.kernel import describe, recognised_date, separate_names, with_placeholders
from tests.builders import a_record

ERC = {"erc.who": "Proust, Marcel", "erc.what": "Remembrance of Things Past", "erc.when": "1922"}
DC = {"dc.creator": "Proust, Marcel", "dc.title": "Remembrance", "dc.publisher": "Gallimard", "dc.date": "1922", "dc.type": "Text"}
DATACITE = {
    "datacite.creator": "Doe, Jane; Roe, Richard",
    "datacite.title": "Tides",
    "datacite.publisher": "Harbour",
    "datacite.publicationyear": "2021-05-04",
    "datacite.resourcetype": "Dataset/Measurements",
}


def test_the_elements_of_erc_say_who_what_and_when() -> None:
    assert describe(a_record(elements=ERC)) == Metadata(
        creators=(Agent("Proust, Marcel"),), titles=(Title("Remembrance of Things Past"),), publication_year="1922"
    )


def test_the_elements_of_dc_also_say_publisher_and_type() -> None:
    found = describe(a_record(profile="dc", elements=DC))

    assert (found.publisher, found.types) == (Publisher("Gallimard"), Types("Text"))


def test_the_elements_of_datacite_are_split_where_they_hold_more_than_one_value() -> None:
    found = describe(a_record("doi:10.5072/FK2X", elements=DATACITE))

    assert found.creators == (Agent("Doe, Jane"), Agent("Roe, Richard"))
    assert found.types == Types("Dataset", "Measurements")
    assert (found.publication_year, found.dates) == ("2021", (Date("2021-05-04", "Issued"),))


def test_an_element_of_datacite_goes_before_the_preferred_profile() -> None:
    found = describe(a_record(elements=ERC | {"datacite.title": "In Search of Lost Time", "datacite.publisher": "Grasset"}))

    assert (found.titles, found.publisher) == ((Title("In Search of Lost Time"),), Publisher("Grasset"))
    assert found.creators == (Agent("Proust, Marcel"),)


def test_elements_of_a_profile_that_is_not_preferred_do_not_count() -> None:
    assert describe(a_record(elements=DC)) == Metadata()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param("Dataset", Types("Dataset"), id="term"),
        pytest.param("movingimage", Types("Audiovisual"), id="moving image"),
        pytest.param("StillImage", Types("Image"), id="still image"),
        pytest.param("INTERACTIVERESOURCE", Types("InteractiveResource"), id="capitals"),
        pytest.param("Report / Annual", Types("Report", "Annual"), id="as DataCite writes it"),
        pytest.param("Postcard", Types("Other"), id="not understood"),
        pytest.param("", Types(), id="none"),
    ],
)
def test_a_type_of_dublin_core_is_one_of_datacite(given: str, expected: Any) -> None:
    assert describe(a_record(profile="dc", elements={"dc.type": given})).types == expected


def test_the_types_of_dublin_core_count_in_its_own_element_only() -> None:
    found = describe(a_record(profile="dc", elements={"dc.type": "Text", "datacite.resourcetype": "StillImage"}))

    assert found.types == Types("Other")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1922", "1922"),
        ("192205", "1922-05"),
        ("1922-05", "1922-05"),
        ("19220504", "1922-05-04"),
        ("1922-05-04", "1922-05-04"),
        (" 1922-05-04T10:11:12Z ", "1922-05-04"),
        ("1922-05-04 10:11", "1922-05-04"),
        ("1922-05-04T10:11:12.5+02:00", "1922-05-04"),
        ("May 1922", "1922-05"),
        ("may 4, 1922", "1922-05-04"),
        ("0000", "0000"),
        ("2024-02-29", "2024-02-29"),
    ],
)
def test_a_date_in_any_of_the_known_forms_is_recognised(text: str, expected: str) -> None:
    assert recognised_date(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "soon", "(:unav)", "1922-13", "192213", "2023-02-29", "19220532", "1922-0504", "192205-04", "Mai 1922", "4 May 1922",
     "May 4 1922", "May 31 , 1922", "22", "1922-1923", "1922-05-04T", "\u0661\u0669\u0662\u0662"],
)  # fmt: skip
def test_what_is_no_date_is_not_taken_for_one(text: str) -> None:
    assert recognised_date(text) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Doe, Jane", ("Doe, Jane",), id="one"),
        pytest.param("Doe, Jane;Roe, Richard; ", ("Doe, Jane", "Roe, Richard"), id="semicolons"),
        pytest.param("Doe; Roe ; Poe", ("Doe; Roe", "Poe"), id="joined with blanks"),
        pytest.param("", (), id="none"),
    ],
)
def test_a_list_of_names_is_split(text: str, expected: Any) -> None:
    assert separate_names(text) == expected


def test_what_the_schema_demands_and_nobody_said_is_unavailable() -> None:
    assert with_placeholders(Metadata()) == Metadata(
        creators=(Agent("(:unav)"),),
        titles=(Title("(:unav)"),),
        publisher=Publisher("(:unav)"),
        publication_year="0000",
        types=Types("Other", "(:unav)"),
    )


def test_what_was_said_is_not_replaced() -> None:
    said = describe(a_record("doi:10.5072/FK2X", elements=DATACITE))

    assert with_placeholders(said) == said


def test_a_date_that_is_not_understood_leaves_the_year_unknown() -> None:
    found = with_placeholders(describe(a_record(elements=ERC | {"erc.when": "long ago"})))

    assert found.publication_year == "0000"


def test_a_type_that_is_not_understood_is_other_without_words() -> None:
    found = with_placeholders(describe(a_record(profile="dc", elements=DC | {"dc.type": "Postcard"})))

    assert found.types == Types("Other")
