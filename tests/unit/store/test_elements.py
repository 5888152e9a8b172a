"""Elements come back from bytes as they went in, and those of earlier bytes still do."""

from __future__ import annotations

import hashlib
import zlib

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pidstack.domain.record import encoded
from pidstack.store.common_text import IN_DEPOSITS, IN_FORMS
from pidstack.store.elements import LateElements, pack, plain_text, unpack

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
VALUES = TEXT | st.builds(lambda text, times: text * times, TEXT, st.integers(1, 60))


@settings(derandomize=True, database=None, deadline=None)
@given(st.dictionaries(TEXT, VALUES, max_size=6))
def test_short_and_long_values_come_back_in_their_order(elements: dict[str, str]) -> None:
    found = LateElements(pack(elements) or b"")

    assert list(found.items()) == list(elements.items())
    assert [encoded(found, name) for name in found] == [value.encode() for value in elements.values()]
    assert len(found) == len(elements)
    assert ("no such element" in found) == ("no such element" in elements)


def test_a_long_value_lies_behind_the_others_as_it_is() -> None:
    document = '<title>"Tides"\n</title>' * 20

    plain = plain_text({"document": document, "note": 'a "short" one\n'})

    assert plain == orjson.dumps([("document", len(document)), ("note", 'a "short" one\n')]) + b"\n" + document.encode()


@pytest.mark.parametrize("behind", [b"", b"\n1\n  <dc:title>Tides</dc:title>\n"], ids=["alone", "with a form"])
@pytest.mark.parametrize("deflated", [False, True])
def test_what_was_written_before_long_values_were_apart_is_read(behind: bytes, deflated: bool) -> None:
    elements = {"document": "<title>" * 100, "note": "a\nb"}
    plain = orjson.dumps(list(elements.items())) + behind

    packed = b"z" + zlib.compress(plain) if deflated else b"j" + plain

    assert unpack(packed) == elements


@pytest.mark.parametrize("times", [1, 2_000], ids=["short", "long"])
def test_what_lacks_its_end_is_not_taken_for_a_shorter_text(times: int) -> None:
    packed = pack({"document": "<title>Tides and ponds</title>" * 20 * times}) or b""

    assert packed[:1] == b"d"
    with pytest.raises(ValueError, match="too early"):
        unpack(packed[:-3])


def test_nothing_is_inflated_before_it_is_asked_for() -> None:
    asked: list[str] = []

    def unwrapped(held: str) -> bytes:
        asked.append(held)
        return pack({"note": "tides"}) or b""

    found = LateElements("held", unwrapped)
    assert asked == []

    assert (found["note"], dict(found)) == ("tides", {"note": "tides"})
    assert asked == ["held"]


@pytest.mark.parametrize(
    ("text", "known"),
    [
        (IN_DEPOSITS, "cb57233e8c4fb0aec8f22d63c62687121f0b3419ca052cf98331e5a173161fb8"),
        (IN_FORMS, "14b78a88c222c4d92e01979780db660427c1315eb88c8022a8cf32c5be8278e8"),
    ],
    ids=["deposits", "forms"],
)
def test_what_kept_records_refer_to_is_never_changed(text: bytes, known: str) -> None:
    assert hashlib.sha256(text).hexdigest() == known
