"""Shoulders and the prefixes they lie under."""

from __future__ import annotations

import pytest

from pidstack.domain.identifier import Identifier, ShoulderName
from pidstack.domain.shoulder import Shoulder, longest, root_of

SHOULDERS = [Shoulder(ShoulderName(name), name) for name in ("ark:/99999/", "ark:/99999/fk", "ark:/99999/fk4", "doi:10.5072/FK2")]


@pytest.mark.parametrize(
    ("name", "shoulder"),
    [
        pytest.param("ark:/99999/fk4x", "ark:/99999/fk4", id="the longest of three"),
        pytest.param("ark:/99999/fk5", "ark:/99999/fk", id="the longest that covers it"),
        pytest.param("ark:/99999/x", "ark:/99999/", id="a bare NAAN"),
        pytest.param("doi:10.5072/FK2X", "doi:10.5072/FK2", id="doi"),
        pytest.param("doi:10.5072/X", None, id="none"),
        pytest.param("ark:/99998/fk4x", None, id="another NAAN"),
    ],
)
def test_the_most_specific_shoulder_governs_a_name(name: str, shoulder: str | None) -> None:
    found = longest(SHOULDERS, Identifier.parse(name))

    assert (str(found.name) if found else None) == shoulder


@pytest.mark.parametrize(
    ("name", "root"),
    [
        pytest.param(Identifier("doi:10.5072/FK2X"), "doi:10.5072", id="doi"),
        pytest.param(Identifier("ark:/99999/fk4/x"), "ark:/99999", id="ark"),
        pytest.param(Identifier("uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"), "uuid:", id="uuid"),
        pytest.param(ShoulderName("doi:10.5072/"), "doi:10.5072", id="bare doi shoulder"),
        pytest.param(ShoulderName("ark:/13960/"), "ark:/13960", id="bare ark shoulder"),
        pytest.param(ShoulderName("uuid:"), "uuid:", id="uuid shoulder"),
    ],
)
def test_every_name_lies_under_one_prefix(name: Identifier | ShoulderName, root: str) -> None:
    assert root_of(name) == root
