"""The forms of a snapshot's members.

JSON members begin with a line that is `{` and nothing else, by which readers tell them from lines of records.
Rule: Crossref, "Metadata Plus snapshots" and "API format"; DataCite, "Monthly data file"; OAI-PMH 2.0, section 4.6 "ListRecords".
"""

from __future__ import annotations

import csv
import io
import logging
from dataclasses import dataclass, field
from functools import lru_cache

from pidstack.domain.metadata import Metadata
from pidstack.domain.record import Record
from pidstack.formats.cited import Cited
from pidstack.formats.crossref_work import write_description, write_record
from pidstack.formats.json_bytes import json_bytes
from pidstack.formats.unixsd import stable_number
from pidstack.ports.directory import Directory
from pidstack.ports.harvest import header_of
from pidstack.protocols.oai.envelope import answer
from pidstack.protocols.oai.items import Payloads
from pidstack.protocols.oai.page import Writer
from pidstack.protocols.rest.documents import moment
from pidstack.protocols.snapshots.resources import client_of, resource
from pidstack.protocols.vocabulary import default_target
from pidstack.services.describe import described
from pidstack.services.work import kept_work

_log = logging.getLogger(__name__)
_PREFIX = "cr_unixsd"


@dataclass(frozen=True, slots=True)
class _ItemsForm:
    """Records as the members of a list, one a line.

    Attributes:
        base_url: of the registry, no slash at its end.
    """

    base_url: str
    suffix: str = ".json"
    between: bytes = b",\n"
    closing: bytes = b" ]\n}\n"

    def opening(self, _newest_s: int) -> bytes:
        """See the protocol."""
        return b'{\n  "items" : [ '


class ResourceForm(_ItemsForm):
    """Records as our own REST API has them, identifiers that are no DOIs too."""

    __slots__ = ()

    def write(self, record: Record) -> bytes:
        """See the protocol."""
        return resource(record, self.base_url)


class WorkForm(_ItemsForm):
    """Records as the works of Crossref's REST API."""

    __slots__ = ()

    def write(self, record: Record) -> bytes:
        """See the protocol."""
        description = kept_work(record)
        if description is None:
            description = json_bytes(write_description(Cited(description_of(record), record.identifier)))
        about = write_record(
            record.identifier,
            target_of(record, self.base_url),
            member=_member(record.owner),
            created_s=record.registered_s or record.created_s,
            updated_s=record.updated_s,
        )
        return b"%b,%b" % (description[:-1], json_bytes(about)[1:])


@dataclass(frozen=True, slots=True)
class LinesForm:
    """Parts of DataCite's data file: a resource object a line."""

    base_url: str
    suffix: str = ".jsonl.gz"
    between: bytes = b""
    closing: bytes = b""

    def opening(self, _newest_s: int) -> bytes:
        """See the protocol."""
        return b""

    def write(self, record: Record) -> bytes:
        """See the protocol."""
        return resource(record, self.base_url) + b"\n"


@dataclass(frozen=True, slots=True)
class TableForm:
    """The tables of DataCite's data file: which DOIs there are, in which state, and whose they are."""

    suffix: str = ".csv.gz"
    between: bytes = b""
    closing: bytes = b""

    def opening(self, _newest_s: int) -> bytes:
        """See the protocol."""
        return b"doi,state,client_id,updated\r\n"

    def write(self, record: Record) -> bytes:
        """See the protocol."""
        row = io.StringIO()
        name = (record.identifier.doi or record.identifier.name).lower()
        csv.writer(row).writerow([name, str(record.state), client_of(record), moment(record.updated_s)])
        return row.getvalue().encode()


@dataclass(slots=True)
class UnixsdForm:
    """Records as OAI-PMH has them: each member is one answer to ListRecords, as of the latest change in it.

    Attributes:
        writer: of Crossref's repository.
        directory: knows the names of groups and prefixes.
    """

    base_url: str
    writer: Writer
    directory: Directory
    suffix: str = ".xml"
    between: bytes = b""
    closing: bytes = field(default=b"", init=False)
    _payloads: Payloads = field(init=False)

    def __post_init__(self) -> None:
        self._payloads = Payloads(self.directory, self.base_url, _PREFIX)
        self.closing = self._around(0)[1]

    def opening(self, newest_s: int) -> bytes:
        """See the protocol."""
        return self._around(newest_s)[0]

    def write(self, record: Record) -> bytes:
        """See the protocol."""
        header = header_of(record)
        if header is None:
            raise ValueError(f"{record.identifier} is not harvested")
        return self.writer.record(header, self._payloads.write(record))

    def _around(self, newest_s: int) -> tuple[bytes, bytes]:
        """Give what comes before the records, and what behind."""
        url, asked = f"{self.base_url}{self.writer.flavour.path}", {"verb": "ListRecords", "metadataPrefix": _PREFIX}
        before, _, behind = answer(newest_s, url, asked, b"<ListRecords>\n\0</ListRecords>\n").partition(b"\0")
        return before, behind


def target_of(record: Record, base_url: str) -> str:
    """Give where an identifier leads."""
    return record.target or default_target(record, base_url)


def description_of(record: Record) -> Metadata:
    """Read a record's description. What cannot be read is logged, and nothing is said then: one record never ends a run."""
    try:
        return described(record)
    except Exception:  # whatever a reader stumbles over  # noqa: BLE001
        _log.warning("the description cannot be read, so little is said: %s", record.identifier, exc_info=True)
        return Metadata()


@lru_cache(maxsize=1024)
def _member(owner: str) -> int:
    return stable_number(owner, 31)
