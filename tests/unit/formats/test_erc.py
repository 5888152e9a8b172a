"""ERC: four questions, one line each."""

from typing import Any

from hypothesis import given, settings

from pidstack.domain.citation import cite
from pidstack.domain.identifier import Identifier
from pidstack.domain.metadata import Agent, Metadata, Title
from pidstack.formats.cited import Cited
from pidstack.formats.erc import write_erc
from pidstack.formats.kernel import describe
from tests.builders import a_record
from tests.unit.formats.builders import metadata
from tests.unit.formats.cited_examples import ARTICLE, HOSTILE

steady = settings(derandomize=True, deadline=None, max_examples=15)
ARK = Identifier.parse("ark:/99999/fk4x")


def test_what_nobody_knows_is_said_to_be_unavailable() -> None:
    assert write_erc(Cited(Metadata(), ARK)) == (
        "erc:\nwho: (:unav)\nwhat: (:unav)\nwhen: (:unav)\nwhere: https://n2t.net/ark:/99999/fk4x\n"
    )


def test_what_is_written_is_understood_as_the_element_erc() -> None:
    written = write_erc(ARTICLE)

    found = describe(a_record(elements={"erc": written}))

    assert [agent.name for agent in found.creators] == [
        "Lovelace, Ada",
        "Menabrea, Luigi Federico",
        "Society for Engines and Looms",
    ]
    assert found.titles == (Title("Notes on the Analytical Engine: 100% of R&D"),)
    assert found.publication_year == "1843"


def test_hostile_text_makes_no_line_of_its_own() -> None:
    written = write_erc(HOSTILE)

    assert [line.partition(":")[0] for line in written.splitlines()] == ["erc", "who", "what", "when", "where", "how"]


@steady
@given(metadata())
def test_the_title_of_every_description_is_read_back(description: Any) -> None:
    cited = Cited(description, ARK)

    found = cite(a_record(elements={"erc": write_erc(cited)}))

    assert found.title == (write_erc(cited).split("\nwhat: ")[1].split("\n")[0])


def test_makers_are_separated_so_that_a_semicolon_may_be_part_of_a_name() -> None:
    cited = Cited(Metadata(creators=(Agent("Doe; Roe"), Agent("Poe, Edgar"))), ARK)

    assert "who: Doe; Roe ; Poe, Edgar\n" in write_erc(cited)
