"""What must hold for a record as a whole before it is kept. Each check stands by itself; the first that fails is told."""

from __future__ import annotations

import re

from pidstack.domain.citation import cite
from pidstack.domain.errors import InvalidRecord, TooLarge
from pidstack.domain.identifier import Scheme
from pidstack.domain.record import DOCUMENT_ELEMENTS, MAX_ELEMENT_BYTES, MAX_ELEMENTS_BYTES, MAX_REASON_LENGTH, Record
from pidstack.domain.shoulder import Agency
from pidstack.domain.state import State
from pidstack.domain.supplement import MAX_SUPPLEMENT_BYTES
from pidstack.domain.target import check_target

# DataCite Metadata Schema 4.7, resourceTypeGeneral, as far as EZID clients may use it in `datacite.resourcetype`.
RESOURCE_TYPES = frozenset(
    """
    Audiovisual Award Book BookChapter Collection ComputationalNotebook ConferencePaper ConferenceProceeding DataPaper Dataset
    Dissertation Event Image Instrument InteractiveResource Journal JournalArticle Model OutputManagementPlan PeerReview
    PhysicalObject Preprint Project Report Service Software Sound Standard StudyRegistration Text Workflow Other
    """.split()  # noqa: SIM905 - read as a list of words
)
_CROSSREF_NAME = re.compile(r"doi:10\.[1-9]\d{3,4}/[-\w.;()/]+", re.ASCII)
_BYTES_AROUND_ELEMENT = 4  # what separates one from the next, however it is written
_REQUIRED = (("creator", "creator"), ("title", "title"), ("publisher", "publisher"), ("date", "publication date"))


def check_record(record: Record) -> None:
    """Let a record pass whose parts are as they must be. Whether it is described enough, `check_description` tells.

    Raises:
        InvalidRecord: it breaks a rule; `field` names the part, or is empty for the whole.
        TooLarge: an element, all elements together, or the reason are longer than the registry keeps.
    """
    for check in (_check_sizes, _check_target, _check_times, _check_crossref_name, _check_resource_type):
        check(record)


def _check_sizes(record: Record) -> None:
    if len(record.reason) > MAX_REASON_LENGTH:
        raise TooLarge(f"A reason may have at most {MAX_REASON_LENGTH} characters (it has {len(record.reason)}).", field="state")
    size = len(str(record.supplement).encode())
    if size > MAX_SUPPLEMENT_BYTES:
        message = f"What is said beside the description may have at most {MAX_SUPPLEMENT_BYTES} bytes (it has {size})."
        raise TooLarge(message, field="supplement")
    total = 0
    for name, value in record.elements.items():
        size = len(name.encode()) + len(value.encode())
        if size > MAX_ELEMENT_BYTES and name not in DOCUMENT_ELEMENTS:
            raise TooLarge(f"An element may have at most {MAX_ELEMENT_BYTES} bytes (it has {size}).", field=name[:100])
        total += size + _BYTES_AROUND_ELEMENT
    if total > MAX_ELEMENTS_BYTES:
        raise TooLarge(f"All elements together may have at most {MAX_ELEMENTS_BYTES} bytes (they have {total}).")


def _check_times(record: Record) -> None:
    if record.updated_s < record.created_s:
        raise InvalidRecord("Update time precedes creation time.", field="updated")


def _check_target(record: Record) -> None:
    if record.target:
        check_target(record.target)


def _check_crossref_name(record: Record) -> None:
    if record.agency is not Agency.CROSSREF:
        return
    if not _CROSSREF_NAME.fullmatch(str(record.identifier)):
        raise InvalidRecord("Identifier does not satisfy Crossref syntax requirements.", field="identifier")
    if not record.exported:
        raise InvalidRecord("Crossref-registered identifier must be exported.", field="exported")


def _check_resource_type(record: Record) -> None:
    general, _, _ = record.elements.get("datacite.resourcetype", "Other").partition("/")
    if general not in RESOURCE_TYPES:
        raise InvalidRecord("Invalid resource type.", field="datacite.resourcetype")


def check_description(record: Record) -> None:
    """Let a DOI pass that the public can see only if it is described.

    Crossref's by its XML, all others by DataCite's, by the document that the profile names, or at least by four parts.

    Raises:
        InvalidRecord: the first part that is missing.
    Rule: EZID API v2, "Metadata requirements & mapping".
    """
    if record.identifier.scheme is not Scheme.DOI or record.state is State.DRAFT:
        return
    if record.agency is Agency.CROSSREF:
        if "crossref" not in record.elements:
            raise InvalidRecord("Registration with Crossref requires Crossref metadata supplied as value of element 'crossref'.")
        return
    if "datacite" in record.elements or record.preferred_profile in DOCUMENT_ELEMENTS & record.elements.keys():
        return
    citation = cite(record)
    for part, words in _REQUIRED:
        if not getattr(citation, part):
            raise InvalidRecord(f"Public DOI metadata requirements not satisfied: no {words}.")


def canonical_resource_type(descriptor: str) -> str:
    """Write `General / specific` as `General/specific`, and `General/` as `General`; nothing is checked."""
    general, _, specific = (part.strip() for part in descriptor.partition("/"))
    return f"{general}/{specific}" if specific else general
