"""What moto and botocore do again and again for every test, and need not: most of the time of tests on an emulated table.

And what moto does not do, though DynamoDB does: judge a condition and write in one step.
"""

from __future__ import annotations

from collections.abc import Iterator
from threading import RLock
from types import SimpleNamespace
from typing import Any

import botocore.session
import pytest
from botocore.loaders import create_loader
from moto.core.serialize import XFormedAttributePicker
from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.models.table import StreamRecord
from moto.dynamodb.responses import DynamoHandler

_TYPES = frozenset({"S", "N", "B", "SS", "NS", "BS", "M", "L", "BOOL", "NULL"})


@pytest.fixture(scope="session", autouse=True)
def moto_is_quick() -> Iterator[None]:
    """Share what does not change between tests.

    Every test has clients of its own, but what they know of a service is the same in all of them, and long. And before each
    transaction moto copies the whole table for a way back, its stream included, whose entries nobody changes. It writes an item
    out anew for every attribute that is to be shown of it, and looks for ten types of a value under three names each.

    Requests of several threads come in between a condition and its write; here they come one by one.
    """
    loader = create_loader()
    project, pick, answer = Item.project, XFormedAttributePicker.__call__, DynamoHandler.call_action
    one_by_one = RLock()

    def project_at_once(item: Any, shown: Any) -> Any:
        written = item.to_regular_json()
        return project(SimpleNamespace(to_regular_json=lambda: written, hash_key=item.hash_key, range_key=item.range_key), shown)

    def pick_at_once(picker: Any, context: Any) -> Any:
        value = context.obj
        if type(value) is dict and len(value) == 1 and context.key in _TYPES and _TYPES.issuperset(value):
            return value.get(context.key)
        return pick(picker, context)

    def answer_alone(handler: Any) -> Any:
        with one_by_one:
            return answer(handler)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DynamoHandler, "call_action", answer_alone)
        patch.setattr(botocore.session, "create_loader", lambda *_: loader)
        patch.setattr(StreamRecord, "__deepcopy__", lambda entry, _memo: entry, raising=False)
        patch.setattr(Item, "project", project_at_once)
        patch.setattr(XFormedAttributePicker, "__call__", pick_at_once)
        yield
