"""What of DataCite XML is taken for an identifier."""

from __future__ import annotations

import pytest

from pidstack.domain.identifier import Identifier
from pidstack.formats import datacite_xml
from pidstack.formats.datacite_record import accepted
from pidstack.formats.errors import Reason, Unreadable
from tests.unit.formats.builders import a_description

DOI = Identifier.parse("doi:10.5072/FK2TEST")
OTHER = Identifier.parse("doi:10.5072/FK2OTHER")
VALID = datacite_xml.write(a_description(), OTHER).decode()


def test_a_valid_record_is_kept_with_its_own_identifier() -> None:
    assert accepted(VALID, DOI, complete=True) == VALID.replace("10.5072/FK2OTHER", "10.5072/FK2TEST")


def test_a_record_in_bytes_is_kept_without_its_byte_order_mark() -> None:
    assert accepted(b"\xef\xbb\xbf" + VALID.encode(), OTHER, complete=True) == VALID


def test_a_record_in_text_is_kept_with_its_byte_order_mark() -> None:
    assert accepted("\ufeff" + VALID, DOI, complete=True) == "\ufeff" + VALID.replace("10.5072/FK2OTHER", "10.5072/FK2TEST")


def test_two_byte_order_marks_are_one_too_many() -> None:
    with pytest.raises(Unreadable) as refused:
        accepted("\ufeff\ufeff" + VALID, DOI, complete=True)
    assert refused.value.reason is Reason.NOT_WELL_FORMED


def test_an_empty_identifier_is_filled_before_the_record_is_validated() -> None:
    assert accepted(VALID.replace("10.5072/FK2OTHER", ""), OTHER, complete=True) == VALID


def test_a_record_that_need_not_be_complete_may_lack_everything() -> None:
    least = '<resource xmlns="http://datacite.org/schema/kernel-4"><identifier identifierType="DOI"/></resource>'

    kept = accepted(least, DOI, complete=False)

    assert kept == least.replace("/></", ">10.5072/FK2TEST</identifier></")
    with pytest.raises(Unreadable, match="Missing child element") as refused:
        accepted(least, DOI, complete=True)
    assert refused.value.reason is Reason.INVALID


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        pytest.param(VALID.replace("1.0", "1.1", 1).replace("resource", "r"), Reason.XML_VERSION, id="version first"),
        pytest.param(VALID.replace("</resource>", ""), Reason.NOT_WELL_FORMED, id="well-formed"),
        pytest.param(
            VALID.replace("kernel-4", "kernel-3").replace('"DOI"', '"ARK"'), Reason.DEPRECATED, id="kernel before identifier"
        ),
        pytest.param(
            VALID.replace('"DOI"', '"ARK"').replace("2021", "x"), Reason.IDENTIFIER_MISMATCH, id="identifier before validity"
        ),
        pytest.param(VALID.replace("2021", "x"), Reason.INVALID, id="validity last"),
    ],
)
def test_the_first_thing_wrong_is_the_reason(record: str, reason: Reason) -> None:
    with pytest.raises(Unreadable) as refused:
        accepted(record, DOI, complete=True)

    assert refused.value.reason is reason
