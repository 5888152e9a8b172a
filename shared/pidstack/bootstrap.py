"""The one place where ports meet the stores that fulfil them. Each piece is made once in the life of a warm function."""

from __future__ import annotations

import os
import time
from functools import cache

from pidstack.config import config
from pidstack.services.authenticate import Authenticator
from pidstack.services.registry import Registry
from pidstack.services.sessions import Sessions
from pidstack.store.directory import DynamoDirectory, RememberingDirectory
from pidstack.store.identifiers import DynamoIdentifiers
from pidstack.store.sessions import DynamoSessions, SecretKey
from pidstack.store.tables import connect, open_client


def system_clock() -> int:
    """Tell the time in whole Unix seconds."""
    return int(time.time())


@cache
def registry() -> Registry:
    """Give the registry that this function serves."""
    connect(config().identifier_table)
    return Registry(DynamoIdentifiers(system_clock), RememberingDirectory(DynamoDirectory(), system_clock), system_clock)


@cache
def authenticator() -> Authenticator:
    """Give what tells accounts by their passwords."""
    return Authenticator(registry().directory, system_clock)


@cache
def sessions() -> Sessions:
    """Give what tells accounts by their sessions."""
    return Sessions(DynamoSessions(), registry().directory, SecretKey(config().session_secret), system_clock)


def warm_on_lambda() -> None:
    """Make the client of the table while the function loads, which Lambda does at full speed, and not in the first request.

    Elsewhere, importing a function needs neither the environment nor a network.
    """
    if "AWS_LAMBDA_INITIALIZATION_TYPE" in os.environ:
        registry()
        open_client()
