"""What the environment says, read once, when first needed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of a deployed stack; `template.yaml` sets them all.

    Attributes:
        identifier_table: name of the table.
        session_secret: name or ARN of the secret that signs sessions.
        public_url: base URL that clients use, no slash at its end; empty where the request tells.
    """

    identifier_table: str
    session_secret: str
    public_url: str


@cache
def config() -> Config:
    """Read the settings.

    Raises:
        KeyError: one is missing.
    """
    return Config(
        identifier_table=os.environ["IDENTIFIER_TABLE"],
        session_secret=os.environ["SESSION_SECRET"],
        public_url=os.environ["PUBLIC_URL"].rstrip("/"),
    )


@dataclass(frozen=True, slots=True)
class FeedConfig:
    """Settings of the function that hands changes on, and of no other.

    Attributes:
        event_bus: name of the EventBridge bus.
        change_topic: ARN of the SNS topic.
        webhook_queue: URL of the queue that holds deliveries to webhooks.
    """

    event_bus: str
    change_topic: str
    webhook_queue: str


@cache
def feed_config() -> FeedConfig:
    """Read them.

    Raises:
        KeyError: one is missing.
    """
    return FeedConfig(
        event_bus=os.environ["EVENT_BUS"],
        change_topic=os.environ["CHANGE_TOPIC"],
        webhook_queue=os.environ["WEBHOOK_QUEUE"],
    )


@dataclass(frozen=True, slots=True)
class WebhookConfig:
    """Settings of the function that delivers to webhooks, and of no other.

    Attributes:
        webhook_queue: URL of the queue that holds deliveries.
        webhook_dlq: URL of the queue that keeps those that were given up.
        webhook_allow_loopback: whether receivers may be on loopback, without https.
        webhook_first_retry_s: wait before the second attempt.
        webhook_longest_retry_s: longest wait between two attempts.
        webhook_give_up_s: age at which a delivery is given up.
    """

    webhook_queue: str
    webhook_dlq: str
    webhook_allow_loopback: bool
    webhook_first_retry_s: int
    webhook_longest_retry_s: int
    webhook_give_up_s: int


@cache
def webhook_config() -> WebhookConfig:
    """Read them.

    Raises:
        KeyError: one is missing.
    """
    return WebhookConfig(
        webhook_queue=os.environ["WEBHOOK_QUEUE"],
        webhook_dlq=os.environ["WEBHOOK_DLQ"],
        webhook_allow_loopback=os.environ["WEBHOOK_ALLOW_LOOPBACK"] == "yes",
        webhook_first_retry_s=int(os.environ["WEBHOOK_FIRST_RETRY_S"]),
        webhook_longest_retry_s=int(os.environ["WEBHOOK_LONGEST_RETRY_S"]),
        webhook_give_up_s=int(os.environ["WEBHOOK_GIVE_UP_S"]),
    )
