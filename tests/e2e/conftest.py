"""The deployed stack that the end-to-end tests talk to.

By default each process of the session starts an emulator of its own on a free loopback port, deploys the tree to it and ends it
afterwards. `PIDSTACK_STACK=.local/stack.json` takes a running stack instead; `PIDSTACK_ENFORCE_IAM=1` lets the emulator evaluate
the roles' policies, as AWS always does.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import botocore.session
import pytest
from botocore.loaders import create_loader

from pidstack.local import emulator, stack
from pidstack.local.paths import Places
from pidstack.local.stack import LocalStack
from tests.ezid_http import Client, client_of

# Processes take one module after the other: who begins with a long one does not end with it when the others have nothing left.
LONGEST_FIRST = ("test_pages", "test_exports", "test_snapshots", "test_oai_harvesters", "test_ezid_exchanges", "test_rest_clients")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = {f"{name}.py": place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: order.get(item.path.name, len(order)))


@pytest.fixture(scope="session", autouse=True)
def clients_are_made_quickly() -> Iterator[None]:
    """Share what botocore knows of a service: it is long, and every command of the operator's reads it anew for its own client."""
    loader = create_loader()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.session, "create_loader", lambda *_: loader)
        yield


@pytest.fixture(scope="session")
def stack_places(tmp_path_factory: pytest.TempPathFactory) -> Places:
    """Where this session's own stack keeps its state and its log."""
    return Places(tmp_path_factory.mktemp("stack"))


@pytest.fixture(name="stack", scope="session")
def _stack(stack_places: Places) -> Iterator[LocalStack]:
    """A healthy stack with the demo accounts: `base_url`, `aws_endpoint`, `table`, `accounts`."""
    if description := os.environ.get("PIDSTACK_STACK"):
        yield LocalStack.read(Path(description))
        return
    yield from _own_stack(stack_places, demo=True)


@pytest.fixture(scope="module")
def ezid(stack: LocalStack) -> Client:
    """The first demo account at the EZID API."""
    return client_of(stack)


@pytest.fixture(scope="module")
def ez(stack: LocalStack) -> Client:
    """The same at the EZ API."""
    account = stack.accounts[0]
    return Client(f"{stack.base_url.rstrip('/')}/ez", account["name"], account["password"])


@pytest.fixture(scope="module")
def empty_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """A stack of one test module, without demo data: for tests that must find exactly what they made."""
    yield from _own_stack(Places(tmp_path_factory.mktemp("empty-stack")), demo=False)


def _own_stack(places: Places, *, demo: bool) -> Iterator[LocalStack]:
    try:
        yield stack.up(places, emulator.free_port(), demo=demo, enforce_iam=bool(os.environ.get("PIDSTACK_ENFORCE_IAM")))
    finally:
        stack.down(places, keep=False)
