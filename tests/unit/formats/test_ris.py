"""RIS, read back by an independent parser."""

from typing import Any

import rispy
from hypothesis import given, settings

from pidstack.domain.identifier import Identifier
from pidstack.domain.metadata import Metadata, Title, Types
from pidstack.formats.cited import Cited, plain
from pidstack.formats.ris import write_ris
from tests.unit.formats.builders import metadata
from tests.unit.formats.cited_examples import ARTICLE, HOSTILE, NASTY

steady = settings(derandomize=True, deadline=None, max_examples=15)
ORDER = ["TY", "T1", "T2", "AU", "DO", "UR", "AB", "KW", "PY", "PB", "LA", "VL", "IS", "SP", "EP", "SN", "ER"]


def tags(text: str) -> Any:
    """List the tags of a reference, repetitions once."""
    return list(dict.fromkeys(line[:2] for line in text.split("\r\n")))


def test_an_independent_parser_reads_every_value() -> None:
    (entry,) = rispy.loads(write_ris(ARTICLE))

    assert entry["type_of_reference"] == "JOUR"
    assert entry["authors"] == ["Lovelace, Ada", "Menabrea, Luigi Federico", "Society for Engines and Looms"]
    assert (entry["doi"], entry["start_page"], entry["end_page"]) == ("10.5072/notes_1843", "666", "731")
    assert entry["keywords"] == ["computing", "looms & cards"]


def test_tags_come_in_the_order_that_clients_know() -> None:
    assert tags(write_ris(ARTICLE)) == ORDER


def test_hostile_text_makes_no_line_of_its_own() -> None:
    written = write_ris(HOSTILE)

    assert all(line[2:6] == "  - " for line in written.split("\r\n"))
    assert not set("\r\n") & set(written.replace("\r\n", ""))
    (entry,) = rispy.loads(written)
    assert entry["primary_title"] == plain(NASTY)


def test_a_line_end_in_a_title_cannot_begin_another_reference() -> None:
    cited = Cited(Metadata(titles=(Title("A\r\nER  - \r\nTY  - BOOK"),)), Identifier.parse("ark:/99999/fk4x"))

    assert len(rispy.loads(write_ris(cited))) == 1


def test_a_type_that_is_none_becomes_generic() -> None:
    cited = Cited(Metadata(types=Types("Other", ris="JO\nUR")), Identifier.parse("ark:/99999/fk4x"))

    assert write_ris(cited).startswith("TY  - GEN\r\n")


@steady
@given(metadata())
def test_every_valid_description_is_one_reference(description: Any) -> None:
    cited = Cited(description, Identifier.parse("doi:10.5072/FK2X"))

    (entry,) = rispy.loads(write_ris(cited))

    assert entry["doi"] == "10.5072/fk2x"
