"""GetRecord, and what it shares with the lists: which items there are, who asks, and a record's metadata.

Rule: OAI-PMH 2.0, section 4.1.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pidstack.domain.errors import InvalidIdentifier, Unauthenticated
from pidstack.domain.record import Record
from pidstack.domain.shoulder import root_of
from pidstack.ports.directory import Directory
from pidstack.ports.harvest import Header, header_of
from pidstack.protocols.gateway import Request
from pidstack.protocols.oai.arguments import Call
from pidstack.protocols.oai.problems import Code, refused
from pidstack.protocols.oai.service import Repository
from pidstack.protocols.reader import credentials_of, token_of
from pidstack.protocols.symbols import client_symbol
from pidstack.protocols.vocabulary import default_target
from pidstack.services.entitle import Anonymous, Reader
from pidstack.services.payload import NO_FACTS, SAYING_FACTS, Facts, payload


@dataclass(slots=True)
class Payloads:
    """Writes the metadata of records, and remembers for the length of one answer, or one file, what many of them share.

    Attributes:
        directory: knows the names of groups and prefixes.
        base_url: of the registry, no slash at its end.
        prefix: of the format.
    """

    directory: Directory
    base_url: str
    prefix: str
    _titles: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict, repr=False)

    def write(self, record: Record) -> bytes:
        """Give the element that stands in `metadata`, in UTF-8."""
        return payload(record, self.prefix, self._facts(record) if self.prefix in SAYING_FACTS else NO_FACTS)

    def _facts(self, record: Record) -> Facts:
        if self.prefix == "oai_datacite":
            return Facts(symbol=record.datacenter or client_symbol(record.owner, record.group))
        target = record.target or default_target(record, self.base_url)
        if self.prefix == "cr_unixml":
            return Facts(target)
        key = record.group, record.identifier.prefix
        titles = self._titles.get(key)
        if titles is None:
            group, prefix = self.directory.group(record.group), self.directory.prefix(root_of(record.identifier))
            titles = self._titles[key] = (group.title if group else "", prefix.title if prefix else "")
        return Facts(target, *titles)


def get_record(repository: Repository, call: Call, reader: Reader, base_url: str) -> bytes:
    """Write the element GetRecord, in UTF-8.

    Raises:
        Refused: there is no such item, for this reader; or not in this format.
    """
    header, record = require_item(repository, call.value("identifier"))
    if repository.flavour.is_guarded and not repository.entitlement.may_see(reader)(header):
        raise _unknown(call.value("identifier"))
    prefix = require_format(repository, call.value("metadataPrefix"))
    metadata = b"" if header.withheld else Payloads(repository.registry.directory, base_url, prefix).write(record)
    return b"".join((b"<GetRecord>\n", repository.writer.record(header, metadata), b"</GetRecord>\n"))


def require_item(repository: Repository, name: str) -> tuple[Header, Record]:
    """Find an item by the name that harvesters have for it; a deleted one is an item.

    Raises:
        Refused: there is none.
    """
    try:
        identifier = repository.flavour.parse_name(name)
    except InvalidIdentifier as error:
        raise _unknown(name) from error
    record = repository.registry.identifiers.get(identifier)
    header = header_of(record) if record else None
    if record is None or header is None or header.placement.kind not in repository.flavour.kinds:
        raise _unknown(name)
    return header, record


def require_format(repository: Repository, prefix: str) -> str:
    """Let the name of a format pass.

    Raises:
        Refused: the repository has no such format.
    """
    if prefix not in repository.flavour.prefixes:
        known = ", ".join(repository.flavour.prefixes)
        raise refused(Code.CANNOT_DISSEMINATE_FORMAT, f"{prefix} is not a format of this repository: {known}")
    return prefix


def reader_of(repository: Repository, request: Request, call: Call) -> Reader:
    """Tell who asks; of a repository that is open to all nobody in particular.

    What is public looks at credentials too: a member's lists are of the member's own records.

    Raises:
        Unauthenticated, Forbidden: the request is for records, and those are not for whoever asks.
    """
    if not repository.flavour.is_guarded:
        return Anonymous(request.source_ip)
    who = token_of(request), request.source_ip, call.credentials or credentials_of(request)
    if call.verb not in {"GetRecord", "ListRecords"}:
        return repository.entitlement.lister_of(*who)
    reader = repository.entitlement.reader_of(*who)
    if isinstance(reader, Anonymous):
        raise Unauthenticated("unauthorized")
    return reader


def _unknown(name: str) -> Exception:
    return refused(Code.ID_DOES_NOT_EXIST, f"{name} is no identifier of this repository")
