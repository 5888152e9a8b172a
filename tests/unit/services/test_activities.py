"""Pages of what was done to a record, however long its history is."""

from __future__ import annotations

import pytest

from pidstack.domain.identifier import Identifier
from pidstack.services.activities import activities, activity
from tests.commits import Story
from tests.fakes.feed import MemoryLedger

NAME = "doi:10.9999/FZ4A"
DOI = Identifier(NAME)
VERSIONS = 601


@pytest.fixture(scope="module")
def history() -> MemoryLedger:
    """A name whose first record is gone, and whose second has been changed often."""
    story = Story()
    for _ in range(3):
        story.write(NAME)
    story.remove(NAME)
    for step in range(VERSIONS):
        story.write(NAME, target=f"https://example.org/{step}")
    ledger = MemoryLedger()
    ledger.enter(story.commits)
    return ledger


@pytest.mark.parametrize(
    ("skip", "before", "limit", "expected"),
    [
        (0, 0, 3, [601, 600, 599]),
        (3, 0, 2, [598, 597]),
        (250, 0, 2, [351, 350]),
        (251, 0, 1, [350]),
        (500, 0, 200, list(range(101, 0, -1))),
        (600, 0, 5, [1]),
        (601, 0, 5, []),
        (5000, 0, 5, []),
        (0, 599, 2, [598, 597]),
        (0, 2, 5, [1]),
        (0, 1, 5, []),
        (0, 9999, 2, [601, 600]),
        (0, 0, 0, []),
    ],
)
def test_a_page_begins_where_it_is_asked_to(history: MemoryLedger, skip: int, before: int, limit: int, expected: list[int]) -> None:
    page = activities(DOI, history, limit=limit, skip=skip, before=before)

    assert [each.change.version for each in page.activities] == expected
    assert page.total == VERSIONS
    assert page.has_more == (bool(expected) and expected[-1] > 1 if limit else True)
    assert all(each.change.alterations for each in page.activities)


def test_every_activity_is_found_by_its_key_and_none_of_an_earlier_record(history: MemoryLedger) -> None:
    keys = history.of(DOI, limit=1000).keys

    found = [activity(DOI, history, key) for key in keys]

    assert [each is not None for each in found] == [False] * 4 + [True] * VERSIONS
    assert [each.change.version for each in found if each] == list(range(1, VERSIONS + 1))


def test_what_nothing_was_done_to_has_an_empty_page() -> None:
    page = activities(DOI, MemoryLedger(), limit=5)

    assert (page.activities, page.total, page.has_more) == ((), 0, False)
