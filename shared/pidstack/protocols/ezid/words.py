"""EZID's words: status lines, answers, and how each refusal of the registry is said. Rule: EZID API v2, "Error handling"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pidstack.domain import errors as e
from pidstack.protocols.ezid.anvl import escape_value, format_pairs
from pidstack.protocols.gateway import Response

_HEADERS = {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Language": "en",
    "Vary": "Accept-Language, Cookie",
}

# The parts of a record by EZID's names; an element goes by its own.
_LABELS = {
    "target": "_target",
    "profile": "_profile",
    "state": "_status",
    "owner": "_owner",
    "group": "_ownergroup",
    "exported": "_export",
    "created": "_created",
    "updated": "_updated",
    "agency": "_crossref",
    "datacenter": "_datacenter",
    "agent_role": "_ezid_role",
}

# Class of refusal -> HTTP status and what follows `error: `. Looked up along the class's ancestors; None says the message itself.
_REFUSALS: dict[type[e.RegistryError], tuple[int, str | None]] = {
    e.Unauthenticated: (401, "unauthorized"),
    e.Forbidden: (403, "forbidden"),
    e.NotFound: (400, None),
    e.NoSuchIdentifier: (400, "bad request - no such identifier"),
    e.NoSuchShoulder: (400, "bad request - no such shoulder"),
    e.AlreadyExists: (400, "bad request - identifier already exists, cannot create"),
    e.Busy: (503, "concurrency limit exceeded"),
    e.InvalidIdentifier: (400, "bad request - invalid identifier"),
    e.ShoulderCannotMint: (400, "bad request - shoulder does not support minting"),
    e.NotDeletable: (400, "bad request - identifier status does not support deletion"),
    e.StateChangeRefused: (400, "bad request - _status: invalid identifier status change"),
    e.OwnershipRefused: (400, "bad request - ownership change prohibited"),
    e.Invalid: (400, None),
}


class BadRequest(Exception):
    """A request that EZID's own rules refuse; the message follows `error: bad request - `."""

    status = 400


class BodyTooLarge(BadRequest):
    """More than the service reads."""

    status = 413


def success(
    value: str, pairs: Iterable[tuple[str, str]] = (), *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Say `success: VALUE`, with elements if there are any."""
    return _answer(status, "success", value, pairs, headers)


def failure(status: int, reason: str, headers: Mapping[str, str] | None = None) -> Response:
    """Say `error: REASON`."""
    return _answer(status, "error", reason, (), headers)


def refusal(error: e.RegistryError | BadRequest) -> Response:
    """Say no, as precisely as EZID does."""
    if isinstance(error, BadRequest):
        return failure(error.status, f"bad request - {error}")
    for ancestor in type(error).__mro__:
        if ancestor in _REFUSALS:
            status, reason = _REFUSALS[ancestor]
            return failure(status, reason or f"bad request - {_located(error)}")
    raise error


def method_not_allowed() -> Response:
    """Say that the path does not know this method; EZID sends no Allow header."""
    return failure(405, "method not allowed")


def _located(error: e.RegistryError) -> str:
    field = error.field if isinstance(error, e.Invalid) else ""
    message = _of_document(error) if isinstance(error, e.InvalidDocument) else str(error)
    return f"{_LABELS.get(field, field)}: {message}" if field else message


def _of_document(error: e.InvalidDocument) -> str:
    """Say what is wrong with a document; EZID ends what it says of Crossref's own rules with a full stop."""
    stop = "." if error.field == "crossref" and not str(error).startswith("XML parse error") else ""
    return f"Metadata validation error: {error}{stop}"


def _answer(status: int, word: str, value: str, pairs: Iterable[tuple[str, str]], headers: Mapping[str, str] | None) -> Response:
    line = f"{word}: {escape_value(value)}"
    elements = format_pairs(pairs)
    return Response(status, f"{line}\n{elements}" if elements else line, {**_HEADERS, **(headers or {})})
