"""From a request to its verb, and from whatever goes wrong to an answer in the protocol's words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pidstack.domain.errors import Forbidden, Unauthenticated
from pidstack.protocols import compression
from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.oai import envelope, words
from pidstack.protocols.oai.arguments import VERBS, Call, read_call
from pidstack.protocols.oai.identify import identify, list_metadata_formats
from pidstack.protocols.oai.items import get_record, reader_of
from pidstack.protocols.oai.lists import Listing, begin, list_identifiers, list_records, list_sets, resume
from pidstack.protocols.oai.problems import Refused
from pidstack.protocols.oai.service import Repository, Service
from pidstack.protocols.oai.token import Token
from pidstack.services.entitle import Reader

_CONTENT_TYPE = "text/xml; charset=utf-8"


def answer(request: Request, service: Service) -> Response:
    """Answer one request; nothing but a fault of the registry itself is raised."""
    repository = service.get(request.path.rstrip("/"))
    if repository is None:
        response = words.not_here()
    elif request.method == "OPTIONS":
        response = words.options()
    elif request.method not in words.METHODS:
        response = words.method_not_allowed()
    else:
        response = _answer(request, repository)
    return Response(response.status, "", response.headers) if request.method == "HEAD" else response


def _answer(request: Request, repository: Repository) -> Response:
    try:
        return _xml(request, _document(request, repository))
    except (Unauthenticated, Forbidden) as error:
        return words.closed(error)
    except words.TooManyAtOnce:
        return words.too_many(repository.settings.retry_after_s)


def _document(request: Request, repository: Repository) -> bytes:
    url = request.base_url + repository.flavour.path
    # Of every answer, since a harvester may go on from any responseDate; taken before anything is read.
    at_s = repository.harvest.watermark()
    try:
        call = read_call(request, repository.flavour)
    except Refused as refusal:
        return envelope.answer(at_s, url, {}, envelope.errors(refusal.problems))
    try:
        if VERBS[call.verb].is_list:
            listing = _list(request, repository, call)
            at_s, content = listing.asked_s, listing.content
        else:
            content = (_tell(request, repository, call),)
    except Refused as refusal:
        arguments = call.repeated if refusal.is_understood else {}
        return envelope.answer(at_s, url, arguments, envelope.errors(refusal.problems))
    return envelope.answer(at_s, url, call.repeated, *content)


def _tell(request: Request, repository: Repository, call: Call) -> bytes:
    match call.verb:
        case "Identify":
            return identify(repository, request.base_url).encode()
        case "ListMetadataFormats":
            return list_metadata_formats(repository, call).encode()
        case _:
            return get_record(repository, call, reader_of(repository, request, call), request.base_url)


def _list(request: Request, repository: Repository, call: Call) -> Listing:
    reader = reader_of(repository, request, call)
    if "resumptionToken" in call.values:
        return _page(request, repository, reader, resume(repository, call, reader))
    here = begin(repository, call, reader)
    with _turn(repository, reader):
        return _page(request, repository, reader, here)


def _page(request: Request, repository: Repository, reader: Reader, here: Token) -> Listing:
    match here.verb:
        case "ListSets":
            return list_sets(repository, here)
        case "ListIdentifiers":
            return list_identifiers(repository, reader, here)
        case _:
            return list_records(repository, reader, here, request.base_url)


@contextmanager
def _turn(repository: Repository, reader: Reader) -> Iterator[None]:
    """Hold one of the places that a user has for first requests, where they are counted.

    Raises:
        TooManyAtOnce: all of them are taken.
    """
    if not repository.flavour.is_guarded:
        yield
        return
    lease = repository.leases.acquire(reader.user)
    if lease is None:
        raise words.TooManyAtOnce
    try:
        yield
    finally:
        repository.leases.release(lease)


def _xml(request: Request, body: bytes) -> Response:
    headers = {"Content-Type": _CONTENT_TYPE, "Vary": "Accept-Encoding"}
    if compression.is_worth_it(body) and compression.accepts_gzip(request.headers.get("accept-encoding", "")):
        body = compression.compressed(body)
        headers["Content-Encoding"] = compression.CODING
    return Response(200, body, headers)
