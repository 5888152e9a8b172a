"""Who, what, when, read out of every profile (EZID API v2, "Metadata profiles")."""

from __future__ import annotations

import pytest

from pidstack.domain.citation import Citation, cite
from tests.builders import a_record

WHOLE_ERC = {"erc.who": "Proust", "erc.what": "Remembrance", "erc.when": "1922"}
WHOLE_DC = {"dc.creator": "Eco", "dc.title": "Rosa", "dc.publisher": "Bompiani", "dc.date": "1980", "dc.type": "Text"}
WHOLE_DATACITE = {
    "datacite.creator": "Mann",
    "datacite.title": "Zauberberg",
    "datacite.publisher": "Fischer",
    "datacite.publicationyear": "1924",
    "datacite.resourcetype": "Text/Novel",
}


@pytest.mark.parametrize(
    ("profile", "elements", "citation"),
    [
        pytest.param("erc", WHOLE_ERC, Citation("Proust", "Remembrance", "", "1922", ""), id="erc"),
        pytest.param("dc", WHOLE_DC, Citation("Eco", "Rosa", "Bompiani", "1980", "Text"), id="dc"),
        pytest.param("datacite", WHOLE_DATACITE, Citation("Mann", "Zauberberg", "Fischer", "1924", "Text/Novel"), id="datacite"),
        pytest.param("our-own", WHOLE_ERC, Citation("Proust", "Remembrance", "", "1922", ""), id="an unknown profile reads as erc"),
        pytest.param("erc", WHOLE_DC, Citation(), id="what another profile says does not count"),
        pytest.param("dc", {}, Citation(), id="nothing"),
    ],
)
def test_the_preferred_profile_is_read(profile: str, elements: dict[str, str], citation: Citation) -> None:
    assert cite(a_record(profile=profile, elements=elements)) == citation


def test_an_itemised_datacite_element_goes_before_any_profile() -> None:
    record = a_record(profile="erc", elements={**WHOLE_ERC, "datacite.title": "À la recherche", "datacite.publisher": "Grasset"})

    assert cite(record) == Citation("Proust", "À la recherche", "Grasset", "1922", "")


@pytest.mark.parametrize(
    ("block", "citation"),
    [
        pytest.param("who: A\nwhat: B\nwhen: 1", Citation("A", "B", "", "1", ""), id="three lines"),
        pytest.param("WHO: A\r\nWhat:B", Citation("A", "B", "", "1922", ""), id="any case, any line end"),
        pytest.param("who: A\nwho: C", Citation("A ; C", "Remembrance", "", "1922", ""), id="repeated"),
        pytest.param("# who: A\nwho\nwhat:\n: x", Citation("Proust", "Remembrance", "", "1922", ""), id="nothing of use"),
        pytest.param("erc:\nwho: http://a/b", Citation("http://a/b", "Remembrance", "", "1922", ""), id="colon in the value"),
    ],
)
def test_a_whole_erc_block_goes_before_the_itemised_elements(block: str, citation: Citation) -> None:
    assert cite(a_record(elements={**WHOLE_ERC, "erc": block})) == citation


def test_blanks_in_the_labels_of_a_block_are_underscores() -> None:
    record = a_record(elements={"erc": "support  who: A\nwho: B"})

    assert cite(record).creator == "B"
