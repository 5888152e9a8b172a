"""What the environment says: the fields of a class are variables of the same names in capitals, read once, when first needed.

Every function loads all of these and needs one or two: named tuples, which Python makes in a third of the time of a dataclass.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, NewType, TypeVar, get_type_hints

if TYPE_CHECKING:
    from functools import _lru_cache_wrapper

Settings = TypeVar("Settings")
BaseUrl = NewType("BaseUrl", str)

_MEANINGS: dict[Any, Callable[[str], object]] = {
    str: str,
    int: int,
    bool: "yes".__eq__,
    tuple[str, ...]: lambda text: tuple(text.split(",")),
    BaseUrl: lambda text: text.rstrip("/"),
}


def _reader(settings: type[Settings]) -> _lru_cache_wrapper[Settings]:
    """Give what reads settings of one kind. It raises a `KeyError` with the variable's name where one is missing."""

    def read() -> Settings:
        # In this module's own names: benchmarks import it anew, and then its name leads to another one.
        kinds = get_type_hints(settings, globals())
        return settings(**{name: _MEANINGS[kind](os.environ[name.upper()]) for name, kind in kinds.items()})

    return cache(read)


class Config(NamedTuple):
    """Settings of a deployed stack; `template.yaml` sets them all.

    Attributes:
        identifier_table: name of the table.
        session_secret: name or ARN of the secret that signs sessions.
        public_url: base URL that clients use, no slash at its end; empty where the request tells.
        repository_name: what the registry calls itself.
    """

    identifier_table: str
    session_secret: str
    public_url: BaseUrl
    repository_name: str


config = _reader(Config)


class FeedConfig(NamedTuple):
    """Settings of the function that hands changes on, and of no other.

    Attributes:
        event_bus: name of the EventBridge bus.
        change_topic: ARN of the SNS topic.
        webhook_queue: URL of the queue that holds deliveries to webhooks.
    """

    event_bus: str
    change_topic: str
    webhook_queue: str


feed_config = _reader(FeedConfig)


class WebhookConfig(NamedTuple):
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


webhook_config = _reader(WebhookConfig)


class OaiConfig(NamedTuple):
    """Settings of OAI-PMH, and of no other function.

    Attributes:
        crossref_oai, datacite_oai: whether the repositories at `/oai` and `/oai/datacite` are there.
        admin_email: as Identify tells it.
        oai_default_set: of lists at `/oai` that name none: `J`, or empty for everything.
        oai_page_size: the most records of a page.
        oai_concurrent_requests: first requests of lists that one user may have at the same time.
        oai_retry_after_s: when somebody with more of them may ask again.
        oai_token_hours: how long a resumption token is valid.
        harvest_settle_s: age at which a change is sure to be in the indexes; lists end there.
    """

    crossref_oai: bool
    datacite_oai: bool
    admin_email: str
    oai_default_set: str
    oai_page_size: int
    oai_concurrent_requests: int
    oai_retry_after_s: int
    oai_token_hours: int
    harvest_settle_s: int


oai_config = _reader(OaiConfig)


class ExportConfig(NamedTuple):
    """Settings of all functions that make exports or give them out, and of no other.

    Attributes:
        export_bucket: name of the bucket that holds files and what they are made of.
    """

    export_bucket: str


export_config = _reader(ExportConfig)


class ExportDeskConfig(NamedTuple):
    """Settings of the function that takes orders of exports.

    Attributes:
        export_machine: ARN of the state machine.
    """

    export_machine: str


export_desk_config = _reader(ExportDeskConfig)


class ExportPlanConfig(NamedTuple):
    """Settings of the function that plans exports.

    Attributes:
        export_segment_records: names that one worker is given.
        export_concurrency: workers of one export at the same time.
    """

    export_segment_records: int
    export_concurrency: int


export_plan_config = _reader(ExportPlanConfig)


class ExportReportConfig(NamedTuple):
    """Settings of the function that says how exports ended.

    Attributes:
        export_sender: address that mail comes from; empty where none is sent.
        event_bus: name of the EventBridge bus.
    """

    export_sender: str
    event_bus: str


export_report_config = _reader(ExportReportConfig)


class TokenKeyConfig(NamedTuple):
    """Settings of the functions that make and use the key pair of tokens, and of no other.

    Attributes:
        token_key_secret: name or ARN of the secret that holds it.
    """

    token_key_secret: str


token_key_config = _reader(TokenKeyConfig)


class RestConfig(NamedTuple):
    """Settings of DataCite's REST API, and of no other function.

    Attributes:
        token_audience: the environment that tokens are for.
    """

    token_audience: str


rest_config = _reader(RestConfig)


class SnapshotConfig(NamedTuple):
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


snapshot_config = _reader(SnapshotConfig)


class ArchiveConfig(NamedTuple):
    """Settings of the function that makes archives, and of no other.

    Attributes:
        snapshot_bucket: name of the bucket that holds files and what they are made of.
        archive_concurrency: workers of one run at the same time.
        harvest_settle_s: age at which a change is sure to be there for all to see.
    """

    snapshot_bucket: str
    archive_concurrency: int
    harvest_settle_s: int


archive_config = _reader(ArchiveConfig)


class SnapshotFilesConfig(NamedTuple):
    """Settings of the function that gives snapshots out, and of no other.

    Attributes:
        snapshot_bucket: name of the bucket that holds files.
        snapshot_link_hours: how long the address of a file lasts.
    """

    snapshot_bucket: str
    snapshot_link_hours: int


snapshot_files_config = _reader(SnapshotFilesConfig)


class PagesConfig(NamedTuple):
    """Settings of the function of the pages.

    Attributes:
        admin_email: as pages tell it.
        export_bucket, snapshot_bucket: names of the buckets whose health is told.
        export_machine, snapshot_machine: ARNs of the state machines whose health is told.
    """

    admin_email: str
    export_bucket: str
    snapshot_bucket: str
    export_machine: str
    snapshot_machine: str


pages_config = _reader(PagesConfig)
