"""The one place where ports meet the stores that fulfil them. Each piece is made once in the life of a warm function."""

from __future__ import annotations

import os
import time
from functools import cache
from typing import TYPE_CHECKING, Any

from pidstack.config import config, feed_config, webhook_config
from pidstack.services.authenticate import Authenticator
from pidstack.services.registry import Registry
from pidstack.services.sessions import Sessions
from pidstack.store.directory import DynamoDirectory, RememberingDirectory
from pidstack.store.identifiers import DynamoIdentifiers
from pidstack.store.sessions import DynamoSessions, SecretKey
from pidstack.store.tables import connect, open_client

if TYPE_CHECKING:
    from pidstack.services.deliver import Post
    from pidstack.services.feed import Outlets


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


@cache
def outlets() -> Outlets:
    """Give where committed changes go. Imported here is what only the publisher needs."""
    import botocore.session

    from pidstack.protocols.events import event_detail
    from pidstack.protocols.webhook import webhook_body
    from pidstack.services.feed import Outlets
    from pidstack.store.bus import EventBridgeBus, SnsTopic
    from pidstack.store.ledger import DynamoLedger
    from pidstack.store.outbox import SqsOutbox
    from pidstack.store.webhooks import DynamoWebhooks

    connect(config().identifier_table)
    session, settings = botocore.session.get_session(), feed_config()
    bus = EventBridgeBus(session.create_client("events"), settings.event_bus, event_detail)
    topic = SnsTopic(session.create_client("sns"), settings.change_topic, event_detail)
    outbox = SqsOutbox(session.create_client("sqs"), settings.webhook_queue, DynamoWebhooks(), webhook_body)
    return Outlets(DynamoLedger(), (bus, topic), outbox)


def warm_feed_on_lambda() -> None:
    """Make the clients of the publisher while it loads, as `warm_on_lambda` does."""
    if "AWS_LAMBDA_INITIALIZATION_TYPE" in os.environ:
        outlets()
        open_client()


@cache
def queues() -> Any:
    """Give the client of the queues of webhooks."""
    import botocore.session

    return botocore.session.get_session().create_client("sqs")


@cache
def deliveries() -> Post:
    """Give what deliveries to webhooks are made with. Imported here is what only their function needs."""
    from pidstack.domain.webhook import Patience
    from pidstack.services.deliver import Post
    from pidstack.store.outbox import SqsGivenUp
    from pidstack.store.receivers import HttpPoster, resolve
    from pidstack.store.webhooks import DynamoWebhooks

    connect(config().identifier_table)
    settings = webhook_config()
    patience = Patience(settings.webhook_first_retry_s, settings.webhook_longest_retry_s, settings.webhook_give_up_s)
    poster = HttpPoster(resolve, allow_loopback=settings.webhook_allow_loopback)
    return Post(DynamoWebhooks(), poster, SqsGivenUp(queues(), settings.webhook_dlq), patience, system_clock)


def warm_deliveries_on_lambda() -> None:
    """Make the clients of the delivery function while it loads, as `warm_on_lambda` does."""
    if "AWS_LAMBDA_INITIALIZATION_TYPE" in os.environ:
        deliveries()
        open_client()


def warm_on_lambda() -> None:
    """Make the client of the table while the function loads, which Lambda does at full speed, and not in the first request.

    Elsewhere, importing a function needs neither the environment nor a network.
    """
    if "AWS_LAMBDA_INITIALIZATION_TYPE" in os.environ:
        registry()
        open_client()
