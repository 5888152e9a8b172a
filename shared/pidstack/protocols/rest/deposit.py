"""What a request says of a DOI, as edits of its record.

A description can come whole (`xml`), value by value, or as both, and then values win. DataCite XML that comes alone is kept as it
is; everything else is laid onto what was known, and written as XML.
Rule: DataCite REST API, "Creating DOIs", "Updating metadata", "DOI states" and "Domain restrictions".
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from pidstack.domain import edits as e
from pidstack.domain.accounts import is_host_allowed
from pidstack.domain.errors import Forbidden, Invalid, InvalidDocument, InvalidRecord, NotFound
from pidstack.domain.identifier import Identifier
from pidstack.domain.metadata import Metadata, Types
from pidstack.domain.record import DOCUMENT_ELEMENTS, Record
from pidstack.domain.shoulder import Agency
from pidstack.domain.state import Event, State, state_after
from pidstack.domain.supplement import Supplement, digest_of
from pidstack.domain.validation import check_description
from pidstack.ports.directory import Directory
from pidstack.protocols.rest import shapes
from pidstack.protocols.rest.deposited import NotReadable, read_deposited
from pidstack.protocols.rest.errors import Unprocessable
from pidstack.protocols.rest.schema_words import VAGUE, schema_problems
from pidstack.protocols.symbols import client_symbol
from pidstack.protocols.vocabulary import xml_safe
from pidstack.services.describe import describing
from pidstack.services.shown import in_values

Json = Any
_BLANK = "Can't be blank"
_ITEMISED = tuple(f"datacite.{part}" for part in ("creator", "title", "publisher", "publicationyear", "resourcetype"))
_EVENTS = {event.value: event for event in Event}
# Parts of a record by the names that DataCite has for them.
_SOURCES = {"target": "url", "identifier": "doi", "datacite": "xml", "state": "reason", "supplement": "content_url", "": "metadata"}


@dataclass(frozen=True, slots=True)
class Deposit:
    """The attributes of a request about one DOI.

    Attributes:
        given: as sent; what is no attribute, or only the registry's to say, is passed over.
        new: whether the record is being made.
        whole: whether the description must be valid in any state.
    """

    identifier: Identifier
    given: Mapping[str, Json]
    directory: Directory
    new: bool = False
    whole: bool = False

    @property
    def edits(self) -> tuple[e.Edit, ...]:
        """Give what is to be done; it refuses with all that is wrong (`Unprocessable`) when it is done."""
        return (e.Depending(self._decide),)

    def refusal(self, error: Invalid) -> Unprocessable:
        """Say in DataCite's words why the registry refused the edits."""
        problems = {_SOURCES.get(error.field, error.field): str(error)}
        if isinstance(error, InvalidDocument) and error.given:
            problems = self._schema_problems(error.given) or problems
        elif error.field == "target" and isinstance(error, InvalidRecord):
            problems = {"url": shapes.NOT_A_URL}
        elif not error.field:
            problems = {**VAGUE}
        return Unprocessable(problems, self.uid)

    @property
    def uid(self) -> str:
        """The DOI as errors name it."""
        return (self.identifier.doi or "").lower()

    def _decide(self, record: Record) -> Iterator[e.Edit]:
        if record.agency is Agency.CROSSREF:
            raise Forbidden("another agency's") if self.new else NotFound("another agency's")
        problems: shapes.Problems = {}
        before = State.DRAFT if self.new else record.state
        event = _EVENTS.get(str(self.given.get("event")))
        after = state_after(before, event) if event else before
        found: list[e.Edit] = [e.SetState(before)] if self.new else []
        found += self._target(record, problems, before, after)
        found += self._descriptive(record, problems, after)
        reason = next(shapes.words(self.given, "reason"))
        found.append(e.Undergo(event, None if reason is None else xml_safe(reason)))
        if problems:
            raise Unprocessable(problems, self.uid)
        yield from found

    def _target(self, record: Record, problems: shapes.Problems, before: State, after: State) -> list[e.Edit]:
        sent = shapes.read_url(self.given, problems)
        url = record.target if sent is None else sent
        if after is not State.DRAFT and "url" not in problems:
            comes_out = before is State.DRAFT
            if not url and (comes_out or sent is not None):
                problems["url"] = _BLANK
            elif url and (comes_out or sent is not None):
                self._check_domain(url, record, problems)
        return [] if sent is None else [e.SetTarget(sent)]

    def _check_domain(self, url: str, record: Record, problems: shapes.Problems) -> None:
        owner = self.directory.account(record.owner)
        if owner is not None and owner.domains and not is_host_allowed(_host(url), owner.domains):
            symbol = client_symbol(owner.name, owner.group)
            problems["url"] = f"URL {url} is not allowed by repository {symbol} domain settings."

    def _descriptive(self, record: Record, problems: shapes.Problems, after: State) -> list[e.Edit]:
        metadata, document, files = self._description(record, problems)
        supplement = self._supplement(record.supplement, problems, files)
        must_be_valid = after is not State.DRAFT or self.whole
        if metadata is None and not document and must_be_valid and not _is_described(record):
            metadata = in_values(record)
        found: list[e.Edit] = []
        if metadata is not None or document:
            if metadata is None:
                supplement = replace(supplement, document="", types=Types(), container=None)
            else:
                if must_be_valid:
                    shapes.check_creators(metadata, self.given, problems)
                document = self._written(metadata, problems)
                supplement = replace(
                    supplement, document=digest_of(document), types=_other_names(metadata.types), container=metadata.container
                )
            found += [e.SetElement(name, "") for name in _ITEMISED if name in record.elements]
            found.append(e.SetElement("datacite", document))
            found += [e.SetProfile("")] if record.profile else []
        judged = document or (record.elements["datacite"] if describing(record) == "datacite" else "")
        if judged and must_be_valid and (problems or self.whole):  # otherwise whoever keeps it will look
            problems.update({**self._schema_problems(judged), **problems})
        return found if supplement == record.supplement else [*found, e.SetSupplement(supplement)]

    def _description(self, record: Record, problems: shapes.Problems) -> tuple[Metadata | None, str, tuple[str, ...]]:
        """Give the description that the attributes make, or the document that is to be kept as it came, or neither.

        Behind them, the addresses of the object's files that came with a whole description.
        """
        encoded = self.given.get("xml")
        files: tuple[str, ...] = ()
        has_whole = encoded is not None and encoded != ""
        sent = shapes.metadata_of(self.given, nulls_clear=not has_whole)
        if not has_whole:
            if not sent:
                return None, "", ()
            base = Metadata() if self.new else self._known(record)
        else:
            try:
                deposited = read_deposited(encoded, self.identifier)
            except NotReadable as refusal:
                problems["xml"] = f"DOI {self.uid}: {refusal}"
                deposited = None
            if deposited is None:
                shapes.read_values(sent, Metadata(), problems)
                return None, "", ()
            if deposited.document and not sent and not self.given.get("schemaVersion"):
                return None, deposited.document, ()
            base, files = deposited.values, deposited.files
        metadata = shapes.read_values(sent, base, problems)
        if not self.new or self.given.get("schemaVersion"):
            shapes.check_contributors(metadata, sent, problems)
        return metadata, "", files

    def _known(self, record: Record) -> Metadata:
        """Give the values that are known. Where the public sees a description that is too short for DataCite, it is filled up."""
        from pidstack.formats.kernel import with_placeholders

        known = in_values(record)
        return known if describing(record) or record.state is State.DRAFT else with_placeholders(known)

    def _written(self, metadata: Metadata, problems: shapes.Problems) -> str:
        from pidstack.formats import datacite_xml
        from pidstack.formats.errors import Unreadable

        try:
            return datacite_xml.write(metadata, self.identifier).decode()
        except Unreadable as refusal:
            problems.setdefault(shapes.source_of(refusal.field), str(refusal))
            return ""

    def _supplement(self, known: Supplement, problems: shapes.Problems, files: tuple[str, ...]) -> Supplement:
        supplement = known
        if files and self.given.get("contentUrl") is None:
            supplement = replace(supplement, files=files, kinds=(), names=())
        elif "contentUrl" in self.given:
            supplement = replace(supplement, files=shapes.read_files(self.given, problems), kinds=(), names=())
        if source := next(shapes.words(self.given, "source")):
            supplement = replace(supplement, source=xml_safe(source))
        if "landingPage" in self.given:
            page = shapes.read_page(self.given, problems)
            supplement = replace(supplement, page=json.dumps(page, ensure_ascii=False) if page else "")
        return supplement

    def _schema_problems(self, document: str) -> shapes.Problems:
        is_vague = self.new and not self.given.get("xml") and not self.given.get("schemaVersion")
        return schema_problems(document, self.identifier, vague=is_vague)


def _is_described(record: Record) -> bool:
    """Tell whether there is enough for a public record, or a document that will be looked at when it is kept."""
    if "datacite" in record.elements or record.preferred_profile in DOCUMENT_ELEMENTS & record.elements.keys():
        return True
    try:
        check_description(replace(record, state=State.FINDABLE))
    except InvalidRecord:
        return False
    return True


def _other_names(types: Types) -> Types:
    """Give the names of a type that DataCite's XML has no place for."""
    return replace(types, general="", specific="")


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.rpartition("@")[2]
    except ValueError:
        return ""
