"""Documents out of the store: read from text as from the bytes that hold them, and refused alike."""

from __future__ import annotations

import pytest
from lxml import etree

from pidstack.formats.errors import Reason, Unreadable
from pidstack.formats.kept_xml import parse_kept


@pytest.mark.parametrize(
    "document",
    [
        pytest.param("<a>é</a>", id="bare"),
        pytest.param('<?xml version="1.0"?>\n<a>é</a>\n', id="declaration"),
        pytest.param("<?xml version='1.0' encoding='latin-1'?><a>é</a>", id="another encoding"),
        pytest.param(" \r\n\t<a>é</a>", id="white space"),
        pytest.param("\ufeff<a>é</a>", id="byte order mark"),
        pytest.param("\xa0\u2003<a>é</a>", id="blanks that are none in XML"),
        pytest.param('<?xml version="1.0"?>\u2028<a>é</a>', id="such a blank behind the declaration"),
        pytest.param("<!-- before --><a>é</a>", id="comment"),
    ],
)
def test_bytes_are_read_as_text_is(document: str) -> None:
    read = [etree.tostring(parse_kept(given), encoding="unicode") for given in (document, document.encode())]

    assert read == ["<a>é</a>"] * 2


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        pytest.param("<a><b></a>", Reason.NOT_WELL_FORMED, id="not well-formed"),
        pytest.param("", Reason.NOT_WELL_FORMED, id="empty"),
        pytest.param('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', Reason.FORBIDDEN, id="document type"),
    ],
)
def test_bytes_are_refused_as_text_is(document: str, reason: Reason) -> None:
    refusals = []
    for given in (document, document.encode()):
        with pytest.raises(Unreadable) as refused:
            parse_kept(given)
        refusals.append((str(refused.value), refused.value.reason))

    assert refusals[0] == refusals[1]
    assert refusals[0][1] is reason


def test_what_is_not_utf_8_is_refused() -> None:
    with pytest.raises(UnicodeDecodeError):
        parse_kept(b"<a>\xe9</a>")
