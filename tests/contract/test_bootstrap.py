"""What functions are put together from, over one client of the table."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pidstack import bootstrap
from pidstack.store.tables import RecordItem
from tests.contract.in_process import running


@pytest.mark.parametrize(
    "make",
    [bootstrap.list_accounts, bootstrap.exports, bootstrap.lists, bootstrap.harvester, bootstrap.repositories],
    ids=lambda make: make.__name__,
)
def test_the_client_that_was_made_while_a_function_loaded_stays(make: Callable[[], object]) -> None:
    with running():
        client = RecordItem._get_connection().connection.client

        make()

        assert RecordItem._get_connection().connection.client is client
