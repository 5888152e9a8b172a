"""Tags that clients send back (RFC 9110, section 13.1.2)."""

from __future__ import annotations

import pytest

from pidstack.protocols.tags import is_among


@pytest.mark.parametrize(
    "header",
    [
        pytest.param('W/"a"', id="as it was sent"),
        pytest.param('"a"', id="as if it were strong"),
        pytest.param('"x", W/"a" ,"y"', id="between others"),
        pytest.param(" * ", id="any"),
    ],
)
@pytest.mark.parametrize("tag", ['W/"a"', '"a"'], ids=["weak", "strong"])
def test_a_tag_is_known_weak_or_strong(tag: str, header: str) -> None:
    assert is_among(tag, header)


@pytest.mark.parametrize("header", ["", '"b"', 'W/"A"', "a", '"a', 'w/"a"'])
def test_another_tag_is_not(header: str) -> None:
    assert not is_among('W/"a"', header)
