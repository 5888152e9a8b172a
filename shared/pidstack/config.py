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


@dataclass(frozen=True, slots=True)
class OaiConfig:
    """Settings of OAI-PMH, and of no other function.

    Attributes:
        crossref_oai, datacite_oai: whether the repositories at `/oai` and `/oai/datacite` are there.
        repository_name, admin_email: as Identify tells them.
        oai_default_set: of lists at `/oai` that name none: `J`, or empty for everything.
        oai_page_size: the most records of a page.
        oai_concurrent_requests: first requests of lists that one user may have at the same time.
        oai_retry_after_s: when somebody with more of them may ask again.
        oai_token_hours: how long a resumption token is valid.
        harvest_settle_s: age at which a change is sure to be in the indexes; lists end there.
    """

    crossref_oai: bool
    datacite_oai: bool
    repository_name: str
    admin_email: str
    oai_default_set: str
    oai_page_size: int
    oai_concurrent_requests: int
    oai_retry_after_s: int
    oai_token_hours: int
    harvest_settle_s: int


@cache
def oai_config() -> OaiConfig:
    """Read them.

    Raises:
        KeyError: one is missing.
    """
    return OaiConfig(
        crossref_oai=os.environ["CROSSREF_OAI"] == "yes",
        datacite_oai=os.environ["DATACITE_OAI"] == "yes",
        repository_name=os.environ["REPOSITORY_NAME"],
        admin_email=os.environ["ADMIN_EMAIL"],
        oai_default_set=os.environ["OAI_DEFAULT_SET"],
        oai_page_size=int(os.environ["OAI_PAGE_SIZE"]),
        oai_concurrent_requests=int(os.environ["OAI_CONCURRENT_REQUESTS"]),
        oai_retry_after_s=int(os.environ["OAI_RETRY_AFTER_S"]),
        oai_token_hours=int(os.environ["OAI_TOKEN_HOURS"]),
        harvest_settle_s=int(os.environ["HARVEST_SETTLE_S"]),
    )


@dataclass(frozen=True, slots=True)
class ExportConfig:
    """Settings of all functions that make exports or give them out, and of no other.

    Attributes:
        export_bucket: name of the bucket that holds files and what they are made of.
    """

    export_bucket: str


@cache
def export_config() -> ExportConfig:
    """Read them.

    Raises:
        KeyError: one is missing.
    """
    return ExportConfig(export_bucket=os.environ["EXPORT_BUCKET"])


@dataclass(frozen=True, slots=True)
class ExportDeskConfig:
    """Settings of the function that takes orders of exports.

    Attributes:
        export_machine: ARN of the state machine.
    """

    export_machine: str


@cache
def export_desk_config() -> ExportDeskConfig:
    """Read them.

    Raises:
        KeyError: one is missing.
    """
    return ExportDeskConfig(export_machine=os.environ["EXPORT_MACHINE"])


@dataclass(frozen=True, slots=True)
class ExportPlanConfig:
    """Settings of the function that plans exports.

    Attributes:
        export_segment_records: names that one worker is given.
        export_concurrency: workers of one export at the same time.
    """

    export_segment_records: int
    export_concurrency: int


@cache
def export_plan_config() -> ExportPlanConfig:
    """Read them.

    Raises:
        KeyError: one is missing.
    """
    return ExportPlanConfig(
        export_segment_records=int(os.environ["EXPORT_SEGMENT_RECORDS"]),
        export_concurrency=int(os.environ["EXPORT_CONCURRENCY"]),
    )


@dataclass(frozen=True, slots=True)
class ExportReportConfig:
    """Settings of the function that says how exports ended.

    Attributes:
        export_sender: address that mail comes from; empty where none is sent.
        event_bus: name of the EventBridge bus.
    """

    export_sender: str
    event_bus: str


@cache
def export_report_config() -> ExportReportConfig:
    """Read them.

    Raises:
        KeyError: one is missing.
    """
    return ExportReportConfig(export_sender=os.environ["EXPORT_SENDER"], event_bus=os.environ["EVENT_BUS"])


@dataclass(frozen=True, slots=True)
class TokenKeyConfig:
    """Settings of the functions that make and use the key pair of tokens, and of no other.

    Attributes:
        token_key_secret: name or ARN of the secret that holds it.
    """

    token_key_secret: str


@cache
def token_key_config() -> TokenKeyConfig:
    """Read them.

    Raises:
        KeyError: one is missing.
    """
    return TokenKeyConfig(token_key_secret=os.environ["TOKEN_KEY_SECRET"])


@dataclass(frozen=True, slots=True)
class RestConfig:
    """Settings of DataCite's REST API, and of no other function.

    Attributes:
        token_audience: the environment that tokens are for.
    """

    token_audience: str


@cache
def rest_config() -> RestConfig:
    """Read them.

    Raises:
        KeyError: one is missing.
    """
    return RestConfig(token_audience=os.environ["TOKEN_AUDIENCE"])


@dataclass(frozen=True, slots=True)
class SnapshotConfig:
    """Settings of the function that makes snapshots, and of no other.

    Attributes:
        snapshot_bucket: name of the bucket that holds files and what they are made of.
        event_bus: name of the EventBridge bus.
        snapshot_work_form: whether the JSON file holds Crossref's works instead of REST resources.
        snapshot_contents: names of the files to make.
        snapshot_member_records: of a JSON or XML member.
        snapshot_keep_monthly, snapshot_keep_daily: how many snapshots stay.
        snapshot_concurrency: workers of one run at the same time.
        harvest_settle_s: age at which a change is sure to be there for all to see.
    """

    snapshot_bucket: str
    event_bus: str
    snapshot_work_form: bool
    snapshot_contents: tuple[str, ...]
    snapshot_member_records: int
    snapshot_keep_monthly: int
    snapshot_keep_daily: int
    snapshot_concurrency: int
    harvest_settle_s: int


@cache
def snapshot_config() -> SnapshotConfig:
    """Read them.

    Raises:
        KeyError: one is missing.
    """
    return SnapshotConfig(
        snapshot_bucket=os.environ["SNAPSHOT_BUCKET"],
        event_bus=os.environ["EVENT_BUS"],
        snapshot_work_form=os.environ["SNAPSHOT_WORK_FORM"] == "yes",
        snapshot_contents=tuple(os.environ["SNAPSHOT_CONTENTS"].split(",")),
        snapshot_member_records=int(os.environ["SNAPSHOT_MEMBER_RECORDS"]),
        snapshot_keep_monthly=int(os.environ["SNAPSHOT_KEEP_MONTHLY"]),
        snapshot_keep_daily=int(os.environ["SNAPSHOT_KEEP_DAILY"]),
        snapshot_concurrency=int(os.environ["SNAPSHOT_CONCURRENCY"]),
        harvest_settle_s=int(os.environ["HARVEST_SETTLE_S"]),
    )


@dataclass(frozen=True, slots=True)
class ArchiveConfig:
    """Settings of the function that makes archives, and of no other.

    Attributes:
        snapshot_bucket: name of the bucket that holds files and what they are made of.
        archive_concurrency: workers of one run at the same time.
        harvest_settle_s: age at which a change is sure to be there for all to see.
    """

    snapshot_bucket: str
    archive_concurrency: int
    harvest_settle_s: int


@cache
def archive_config() -> ArchiveConfig:
    """Read them.

    Raises:
        KeyError: one is missing.
    """
    return ArchiveConfig(
        snapshot_bucket=os.environ["SNAPSHOT_BUCKET"],
        archive_concurrency=int(os.environ["ARCHIVE_CONCURRENCY"]),
        harvest_settle_s=int(os.environ["HARVEST_SETTLE_S"]),
    )


@dataclass(frozen=True, slots=True)
class SnapshotFilesConfig:
    """Settings of the function that gives snapshots out, and of no other.

    Attributes:
        snapshot_bucket: name of the bucket that holds files.
        snapshot_link_hours: how long the address of a file lasts.
    """

    snapshot_bucket: str
    snapshot_link_hours: int


@cache
def snapshot_files_config() -> SnapshotFilesConfig:
    """Read them.

    Raises:
        KeyError: one is missing.
    """
    return SnapshotFilesConfig(
        snapshot_bucket=os.environ["SNAPSHOT_BUCKET"], snapshot_link_hours=int(os.environ["SNAPSHOT_LINK_HOURS"])
    )


@dataclass(frozen=True, slots=True)
class ResolverConfig:
    """Settings of the resolver.

    Attributes:
        repository_name: what the registry calls itself.
    """

    repository_name: str


@cache
def resolver_config() -> ResolverConfig:
    """Read them.

    Raises:
        KeyError: one is missing.
    """
    return ResolverConfig(repository_name=os.environ["REPOSITORY_NAME"])


@dataclass(frozen=True, slots=True)
class PagesConfig:
    """Settings of the function of the pages.

    Attributes:
        repository_name, admin_email: as pages tell them.
        export_bucket, snapshot_bucket: names of the buckets whose health is told.
        export_machine, snapshot_machine: ARNs of the state machines whose health is told.
    """

    repository_name: str
    admin_email: str
    export_bucket: str
    snapshot_bucket: str
    export_machine: str
    snapshot_machine: str


@cache
def pages_config() -> PagesConfig:
    """Read them.

    Raises:
        KeyError: one is missing.
    """
    return PagesConfig(
        repository_name=os.environ["REPOSITORY_NAME"],
        admin_email=os.environ["ADMIN_EMAIL"],
        export_bucket=os.environ["EXPORT_BUCKET"],
        snapshot_bucket=os.environ["SNAPSHOT_BUCKET"],
        export_machine=os.environ["EXPORT_MACHINE"],
        snapshot_machine=os.environ["SNAPSHOT_MACHINE"],
    )
