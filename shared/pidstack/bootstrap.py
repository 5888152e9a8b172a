"""The one place where ports meet the stores that fulfil them. Each piece is made once in the life of a warm function."""

from __future__ import annotations

import os
import time
from functools import cache
from typing import TYPE_CHECKING, Any

from pidstack.config import (
    archive_config,
    config,
    export_config,
    export_desk_config,
    export_report_config,
    feed_config,
    oai_config,
    pages_config,
    rest_config,
    snapshot_config,
    snapshot_files_config,
    token_key_config,
    webhook_config,
)
from pidstack.services.authenticate import Authenticator
from pidstack.services.registry import Registry
from pidstack.services.sessions import Sessions
from pidstack.store.calendar import DynamoCalendar
from pidstack.store.directory import DynamoDirectory, RememberingDirectory
from pidstack.store.identifiers import DynamoIdentifiers
from pidstack.store.publications import DynamoPublications
from pidstack.store.sessions import DynamoSessions, SecretKey
from pidstack.store.tables import connect, open_client, sdk_session

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from botocore.session import Session

    from pidstack.domain.accounts import Account
    from pidstack.domain.record import Record
    from pidstack.protocols.archives.dispatch import ArchiveDesk
    from pidstack.protocols.clients import Clients
    from pidstack.protocols.oai.flavour import Flavour
    from pidstack.protocols.oai.service import Repository
    from pidstack.protocols.oai.set_tree import SetTree
    from pidstack.protocols.pages.desk import Desk as PagesDesk
    from pidstack.protocols.rest.credentials import Gate
    from pidstack.protocols.snapshots.dispatch import SnapshotDesk
    from pidstack.services.archives.make import ArchiveMaker
    from pidstack.services.deliver import Post
    from pidstack.services.entitle import Entitlement
    from pidstack.services.exports.desk import Desk
    from pidstack.services.exports.finish import Reporter
    from pidstack.services.exports.workshop import Workshop
    from pidstack.services.feed import Outlets
    from pidstack.services.harvest import Harvest
    from pidstack.services.snapshots.arrange import Product
    from pidstack.services.snapshots.forms import Form
    from pidstack.services.snapshots.make import SnapshotMaker
    from pidstack.store.bulk_files import S3BulkFiles
    from pidstack.store.counters import DynamoCounters
    from pidstack.store.exports import DynamoExports
    from pidstack.store.history import DynamoHistory
    from pidstack.store.lists import DynamoLists
    from pidstack.store.token_keys import SecretTokenKeyKeeper


def system_clock() -> int:
    """Tell the time in whole Unix seconds."""
    return int(time.time())


@cache
def registry() -> Registry:
    """Give the registry that this function serves."""
    connect(config().identifier_table)
    directory = RememberingDirectory(DynamoDirectory(), system_clock)
    return Registry(DynamoIdentifiers(system_clock), directory, system_clock, DynamoPublications(), DynamoCalendar())


def _aws() -> Session:
    """Give the session of the SDK that all clients are made from."""
    registry()  # connects the table, once
    return sdk_session()


def warm_on_lambda(make: Callable[[], object] = registry) -> None:
    """Make what a function serves with while it loads, which Lambda does at full speed, and not in the first request.

    Elsewhere, importing a function needs neither the environment nor a network.
    """
    if "AWS_LAMBDA_INITIALIZATION_TYPE" in os.environ:
        make()
        open_client()


@cache
def authenticator() -> Authenticator:
    """Give what tells accounts by their passwords."""
    return Authenticator(registry().directory, system_clock)


@cache
def clients() -> Clients:
    """Give what tells accounts by their passwords, whichever of their names they sign in with."""
    from pidstack.protocols.clients import Clients

    return Clients(authenticator())


@cache
def sessions() -> Sessions:
    """Give what tells accounts by their sessions."""
    return Sessions(DynamoSessions(), registry().directory, SecretKey(config().session_secret), system_clock)


@cache
def entitlement() -> Entitlement:
    """Give what tells who may have whole records. Imported here is what only harvests and bulk files need."""
    from pidstack.services.entitle import Entitlement
    from pidstack.store.subscriptions import DynamoSubscriptions, RememberingSubscriptions

    accounts = authenticator()  # connects the table
    return Entitlement(RememberingSubscriptions(DynamoSubscriptions(), system_clock), accounts, system_clock)


@cache
def history() -> DynamoHistory:
    """Give what was done to identifiers. Imported here is what only the functions that show it need."""
    from pidstack.store.history import DynamoHistory

    registry()  # connects the table, once
    return DynamoHistory()


@cache
def gate() -> Gate:
    """Give what tells accounts by passwords, API keys and tokens. Imported here is what only the REST API needs."""
    from pidstack.protocols.rest.credentials import Gate
    from pidstack.services.api_keys import KeyRing
    from pidstack.services.tokens import Tokens
    from pidstack.store.api_keys import DynamoApiKeys
    from pidstack.store.token_keys import SecretTokenKeys

    directory = registry().directory
    keys = KeyRing(DynamoApiKeys(), directory, system_clock)
    pairs = SecretTokenKeys(token_key_config().token_key_secret, system_clock)
    return Gate(directory, clients(), keys, Tokens(pairs, directory, system_clock, rest_config().token_audience))


@cache
def keeper() -> DynamoDirectory:
    """Give all accounts, groups, prefixes and shoulders, with nothing remembered in between."""
    registry()  # connects the table, once
    return DynamoDirectory()


@cache
def counters() -> DynamoCounters:
    """Give how many records there are. Imported here is what only the functions that tell it need."""
    from pidstack.store.counters import DynamoCounters

    registry()  # connects the table, once
    return DynamoCounters()


@cache
def lists() -> DynamoLists:
    """Give the lists of DOIs. Imported here is what only they need."""
    from pidstack.store.lists import DynamoLists
    from pidstack.store.wire import Wire

    registry()  # connects the table, once
    return DynamoLists(Wire.open(), list_accounts)


@cache
def token_key_keeper() -> SecretTokenKeyKeeper:
    """Give where new key pairs of tokens are put."""
    from pidstack.store.token_keys import SecretTokenKeyKeeper

    return SecretTokenKeyKeeper(token_key_config().token_key_secret)


@cache
def outlets() -> Outlets:
    """Give where committed changes go. Imported here is what only the publisher needs."""
    from pidstack.protocols.events import event_detail
    from pidstack.protocols.webhook import webhook_body
    from pidstack.services.feed import Outlets
    from pidstack.store.bus import EventBridgeBus, SnsTopic
    from pidstack.store.ledger import DynamoLedger
    from pidstack.store.outbox import SqsOutbox
    from pidstack.store.webhooks import DynamoWebhooks

    session, settings = _aws(), feed_config()
    bus = EventBridgeBus(session.create_client("events"), settings.event_bus, event_detail)
    topic = SnsTopic(session.create_client("sns"), settings.change_topic, event_detail)
    outbox = SqsOutbox(session.create_client("sqs"), settings.webhook_queue, DynamoWebhooks(), webhook_body)
    return Outlets(DynamoLedger(), (bus, topic), outbox)


@cache
def harvester() -> Harvest:
    """Give what reads the registry as harvesters do. Imported here is what only harvests and bulk files need."""
    from pidstack.services.harvest import Harvest
    from pidstack.store.counters import DynamoCounters
    from pidstack.store.harvest import DynamoHarvest
    from pidstack.store.wire import Wire

    publications = registry().publications  # connects the table
    store, settle_s = DynamoHarvest(Wire.open()), oai_config().harvest_settle_s
    return Harvest(store, DynamoCounters(), publications, lambda group: _members_of({group}), system_clock, settle_s)


@cache
def repositories() -> dict[str, Repository]:
    """Give the OAI-PMH repositories that are switched on, by path."""
    from pidstack.protocols.oai.crossref_sets import CrossrefSets
    from pidstack.protocols.oai.datacite_sets import DataCiteSets
    from pidstack.protocols.oai.flavour import DATACITE, crossref
    from pidstack.protocols.oai.service import Repository, Settings
    from pidstack.protocols.oai.token import Mint
    from pidstack.store.leases import DynamoLeases

    asked, kept = oai_config(), registry()
    flavours: list[tuple[Flavour, SetTree]] = []
    if asked.crossref_oai:
        flavours.append((crossref(asked.oai_default_set), CrossrefSets(kept.publications, kept.directory)))
    if asked.datacite_oai:
        flavours.append((DATACITE, DataCiteSets(DynamoDirectory(), kept.calendar)))
    leases, tokens = DynamoLeases(system_clock, places=asked.oai_concurrent_requests), Mint(SecretKey(config().session_secret))
    settings = Settings(
        name=config().repository_name,
        admin_email=asked.admin_email,
        page_size=asked.oai_page_size,
        token_s=asked.oai_token_hours * 3600,
        retry_after_s=asked.oai_retry_after_s,
    )
    paths = [flavour.path for flavour, _ in flavours]
    return {
        flavour.path: Repository(
            flavour,
            sets,
            kept,
            harvester(),
            entitlement(),
            leases,
            tokens,
            settings,
            friends=tuple(path for path in paths if path != flavour.path),
        )
        for flavour, sets in flavours
    }


@cache
def exports() -> DynamoExports:
    """Give the memory of exports. Imported here is what only exports need."""
    from pidstack.store.exports import DynamoExports

    registry()  # connects the table, once
    return DynamoExports(system_clock, SecretKey(config().session_secret))


@cache
def export_files() -> S3BulkFiles:
    """Give the bucket of exports."""
    from pidstack.store.bulk_files import S3BulkFiles, s3_client

    return S3BulkFiles(s3_client(_aws()), export_config().export_bucket)


@cache
def export_desk() -> Desk:
    """Give where exports are ordered and fetched."""
    from pidstack.services.exports.desk import Desk
    from pidstack.store.runner import StepFunctionsRunner

    machines = _aws().create_client("stepfunctions")
    runner = StepFunctionsRunner(machines, export_desk_config().export_machine)
    return Desk(exports(), runner, export_files(), system_clock)


@cache
def export_workshop() -> Workshop:
    """Give what the steps of an export work with."""
    import secrets

    from pidstack.protocols.ezid.download.writers import writer_for
    from pidstack.services.exports.workshop import Workshop
    from pidstack.store.owned_names import DynamoOwnedNames
    from pidstack.store.wire import Wire

    kept = exports()  # connects the table
    names = DynamoOwnedNames(Wire.open())
    return Workshop(kept, names, export_files(), system_clock, writer_for, lambda: secrets.token_hex(8))


@cache
def export_reporter() -> Reporter:
    """Give what says how exports ended."""
    from pidstack.protocols.export_event import export_detail
    from pidstack.protocols.ezid.download.mail import letter
    from pidstack.services.exports.finish import Reporter
    from pidstack.store.export_news import EventBridgeNews
    from pidstack.store.mailer import SesMailer

    session, settings = _aws(), export_report_config()
    news = EventBridgeNews(session.create_client("events"), settings.event_bus, export_detail)
    mailer = SesMailer(session.create_client("ses"), settings.export_sender) if settings.export_sender else None
    return Reporter(exports(), news, mailer, letter, system_clock)


def _members_of(groups: Collection[str]) -> list[str]:
    return [account.name for account in list_accounts() if account.group in groups]


def list_accounts() -> list[Account]:
    """List all accounts."""
    return keeper().accounts()


@cache
def queues() -> Any:
    """Give the client of the queues of webhooks."""
    return _aws().create_client("sqs")


@cache
def deliveries() -> Post:
    """Give what deliveries to webhooks are made with. Imported here is what only their function needs."""
    from pidstack.domain.webhook import Patience
    from pidstack.services.deliver import Post
    from pidstack.store.outbox import SqsGivenUp
    from pidstack.store.receivers import HttpPoster, resolve
    from pidstack.store.webhooks import DynamoWebhooks

    registry()  # connects the table, once
    settings = webhook_config()
    patience = Patience(settings.webhook_first_retry_s, settings.webhook_longest_retry_s, settings.webhook_give_up_s)
    poster = HttpPoster(resolve, allow_loopback=settings.webhook_allow_loopback)
    return Post(DynamoWebhooks(), poster, SqsGivenUp(queues(), settings.webhook_dlq), patience, system_clock)


@cache
def snapshot_maker() -> SnapshotMaker:
    """Give what makes snapshots. Imported here is what only its function needs."""
    from pidstack.domain.snapshot import Content, SnapshotKind
    from pidstack.services.snapshots.make import Settings, SnapshotMaker
    from pidstack.store.announcer import EventBridgeAnnouncer
    from pidstack.store.bulk_files import S3BulkFiles, s3_client
    from pidstack.store.counters import DynamoCounters
    from pidstack.store.snapshot_scan import DynamoScan
    from pidstack.store.snapshots import DynamoPublished, DynamoRuns
    from pidstack.store.wire import Wire

    asked, session = snapshot_config(), _aws()
    settings = Settings(
        contents=tuple(Content(name) for name in asked.snapshot_contents),
        member_records=asked.snapshot_member_records,
        keep={SnapshotKind.MONTHLY: asked.snapshot_keep_monthly, SnapshotKind.DAILY: asked.snapshot_keep_daily},
        settle_s=asked.harvest_settle_s,
    )
    return SnapshotMaker(
        S3BulkFiles(s3_client(session), asked.snapshot_bucket),
        DynamoScan(Wire.open()),
        DynamoRuns(system_clock),
        DynamoPublished(),
        DynamoCounters(),
        EventBridgeAnnouncer(session.create_client("events"), asked.event_bus),
        snapshot_forms,
        system_clock,
        settings,
    )


@cache
def snapshot_forms() -> Mapping[Product, Form]:
    """Give how records are written in snapshots. Imported here is what only writers need."""
    from pidstack.protocols.oai.crossref_sets import CrossrefSets
    from pidstack.protocols.oai.flavour import crossref
    from pidstack.protocols.oai.page import Writer
    from pidstack.protocols.snapshots.forms import LinesForm, ResourceForm, TableForm, UnixsdForm, WorkForm
    from pidstack.services.snapshots.arrange import Product

    base_url, kept = config().public_url, registry()
    writer = Writer(crossref(""), CrossrefSets(kept.publications, kept.directory))
    return {
        Product.JSON: WorkForm(base_url) if snapshot_config().snapshot_work_form else ResourceForm(base_url),
        Product.XML: UnixsdForm(base_url, writer, kept.directory),
        Product.PARTS: LinesForm(base_url),
        Product.TABLE: TableForm(),
    }


@cache
def snapshot_desk() -> SnapshotDesk:
    """Give what requests for snapshots are answered with. Imported here is what only their function needs."""
    from pidstack.protocols.snapshots.dispatch import SnapshotDesk
    from pidstack.store.bulk_files import s3_client
    from pidstack.store.snapshot_links import PresignedLinks
    from pidstack.store.snapshots import DynamoPublished

    asked = snapshot_files_config()
    links = PresignedLinks(s3_client(_aws()), asked.snapshot_bucket, 3600 * asked.snapshot_link_hours)
    return SnapshotDesk(DynamoPublished(), entitlement(), links, config().repository_name)


@cache
def archive_maker() -> ArchiveMaker:
    """Give what makes archives. Imported here is what only its function needs."""
    from pidstack.protocols.snapshots.forms import target_of
    from pidstack.services.archives.make import ArchiveMaker
    from pidstack.services.archives.write import Sources
    from pidstack.services.payload import Facts, payload
    from pidstack.store.archives import DynamoArchiveRuns, DynamoFolders
    from pidstack.store.bulk_files import S3BulkFiles, s3_client
    from pidstack.store.harvest import DynamoHarvest
    from pidstack.store.subscriptions import DynamoSubscriptions
    from pidstack.store.wire import Wire

    asked, kept, base_url = archive_config(), registry(), config().public_url

    def crossref(record: Record) -> bytes:
        return payload(record, "cr_unixml", Facts(target_of(record, base_url)), doubtful=True)

    return ArchiveMaker(
        S3BulkFiles(s3_client(_aws()), asked.snapshot_bucket),
        DynamoArchiveRuns(system_clock),
        DynamoFolders(),
        DynamoCalendar(),
        DynamoSubscriptions(),
        Sources(DynamoHarvest(Wire.open()), kept.publications, kept.directory, crossref),
        system_clock,
        asked.harvest_settle_s,
    )


@cache
def archive_desk() -> ArchiveDesk:
    """Give what requests for archives are answered with. Imported here is what only they need."""
    from pidstack.protocols.archives.dispatch import ArchiveDesk
    from pidstack.store.archives import DynamoFolders

    snapshots = snapshot_desk()
    return ArchiveDesk(DynamoFolders(), snapshots.entitlement, snapshots.links, snapshots.name)


@cache
def pages_desk() -> PagesDesk:
    """Give what pages are made with. Imported here is what only their function needs."""
    from pidstack.protocols.pages.desk import Desk
    from pidstack.store.health import health_checks

    asked, session = pages_config(), _aws()
    checks = health_checks(
        session,
        buckets={"downloads": asked.export_bucket, "snapshots": asked.snapshot_bucket},
        machines={"making downloads": asked.export_machine, "making snapshots": asked.snapshot_machine},
    )
    return Desk(config().repository_name, asked.admin_email, registry().identifiers, history(), counters(), checks, system_clock)
