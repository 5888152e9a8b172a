"""Where the resolver's port meets its store, apart from `bootstrap`, which would bring the SDK along."""

from __future__ import annotations

import os
import time
from functools import cache

from pidstack.config import config
from pidstack.protocols.resolver.dispatch import Desk
from pidstack.store.lean import LeanRecords, Place


@cache
def _records() -> LeanRecords:
    return LeanRecords(Place.from_environment(config().identifier_table), lambda: int(time.time()))


@cache
def resolver_desk() -> Desk:
    """Give what requests are answered with; made once in the life of a warm function."""
    return Desk(_records(), config().repository_name)


def warm_resolver_on_lambda() -> None:
    """Make all that requests need while the function loads, which Lambda does at full speed, and not in the first request.

    Elsewhere, importing it needs neither environment nor network.
    """
    if "AWS_LAMBDA_INITIALIZATION_TYPE" in os.environ:
        resolver_desk()
        _records().open()
