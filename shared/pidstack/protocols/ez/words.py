"""The EZ API's words: status lines, answers, and how each refusal of the registry is said.

Rule: DataCite EZ API guide, "Error handling", and the service as it ran.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pidstack.domain import errors as e
from pidstack.protocols.ez.dictionary import format_pairs
from pidstack.protocols.gateway import Response

CHALLENGE = {"WWW-Authenticate": 'Basic realm="EZID"'}
_CONTENT_TYPE = {"Content-Type": "text/plain; charset=utf-8"}
_LABELS = {"target": "_target", "profile": "_profile", "state": "_status"}

# Class of refusal -> HTTP status and what follows `error: `. Looked up along the class's ancestors; None says the message itself.
REFUSALS: dict[type[e.RegistryError], tuple[int, str | None]] = {
    e.Unauthenticated: (401, "unauthorized"),
    e.Forbidden: (403, "forbidden"),
    e.NoSuchIdentifier: (400, "bad request - no such identifier"),
    e.NoSuchShoulder: (400, "No valid prefix found"),
    e.AlreadyExists: (400, "identifier has already been registered"),
    e.Busy: (503, "concurrency limit exceeded"),
    e.InvalidIdentifier: (400, "no doi provided"),
    e.ShoulderCannotMint: (400, "bad request - shoulder does not support minting"),
    e.NotDeletable: (400, "identifier is not a reserved DOI"),
    e.StateChangeRefused: (400, "bad request - _status: invalid identifier status change"),
    e.OwnershipRefused: (400, "bad request - ownership change prohibited"),
    e.Invalid: (400, None),
}
_BAD_TARGET = "Not a valid HTTP(S) or FTP URL"


class Refused(Exception):
    """A request that the EZ API's own rules refuse; the message follows `error: `."""

    status = 400


class BodyTooLarge(Refused):
    """More than the service reads."""

    status = 413


class NotSupported(Refused):
    """What EZID does and this API does not.

    Args:
        what: the message, but for the words that all of these end in.
    """

    status = 501

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} not supported by this service")


def success(value: str, pairs: Iterable[tuple[str, str]] = ()) -> Response:
    """Say `success: VALUE`, with elements if there are any."""
    return Response(200, format_pairs([("success", value), *pairs]), _CONTENT_TYPE)


def failure(status: int, reason: str, headers: Mapping[str, str] | None = None) -> Response:
    """Say `error: REASON`."""
    return Response(status, format_pairs([("error", reason)]), {**_CONTENT_TYPE, **(headers or {})})


def refusal(error: e.RegistryError | Refused) -> Response:
    """Say no, with the reason.

    A document that breaks its schema is told apart (422) from what is no document of its kind at all (400, as for any element).
    """
    if isinstance(error, Refused):
        return failure(error.status, str(error))
    if isinstance(error, e.InvalidRecord) and error.field == "target":
        return failure(400, _BAD_TARGET)
    if isinstance(error, e.InvalidDocument) and error.part not in {"", error.field}:
        return failure(422, str(error))
    for ancestor in type(error).__mro__:
        if ancestor in REFUSALS:
            status, reason = REFUSALS[ancestor]
            return failure(status, reason or f"bad request - {_located(error)}", CHALLENGE if status == 401 else None)
    raise error


def resource_not_found() -> Response:
    """Say that there is nothing at this path; the missing blank is the service's own."""
    return Response(404, "error:resource not found", _CONTENT_TYPE)


def _located(error: e.RegistryError) -> str:
    field = error.field if isinstance(error, e.Invalid) else ""
    label = f"{_LABELS.get(field, field)}: " if field else ""
    return label + str(error).removeprefix(label)
