"""Spans of time that lists are asked for by."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pidstack.domain.listing import Span


def at(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp())  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("span", "years"),
    [
        pytest.param(Span(at(2026, 1, 1), at(2026, 12, 31, 23, 59, 59)), range(2026, 2027), id="a year"),
        pytest.param(Span(at(2024, 1, 1), at(2026, 12, 31, 23, 59, 59)), range(2024, 2027), id="some years"),
        pytest.param(Span(at(2026, 1, 1), at(2026, 12, 31, 23, 59, 58)), None, id="a second less"),
        pytest.param(Span(at(2026, 1, 1) + 1, at(2026, 12, 31, 23, 59, 59)), None, id="a second later"),
        pytest.param(Span(at(2026, 1, 1), at(2025, 12, 31, 23, 59, 59)), None, id="nothing"),
        pytest.param(Span(0, at(2026, 12, 31, 23, 59, 59)), None, id="without a beginning"),
        pytest.param(Span(at(2026, 1, 1), at(9999, 12, 31, 23, 59, 59)), range(2026, 10_000), id="without an end"),
    ],
)
def test_a_span_is_told_as_years_if_it_is_whole_ones(span: Span, years: range | None) -> None:
    assert span.years == years
