"""How each refusal of the registry is said: JSON:API error objects with DataCite's statuses and titles.

Rule: DataCite REST API, "API error codes".
"""

from __future__ import annotations

from collections.abc import Mapping

from pidstack.domain import errors as e
from pidstack.protocols.gateway import Response
from pidstack.protocols.rest.documents import document
from pidstack.protocols.rest.requests import BadRequest, NotAcceptable

NOT_FOUND = "The resource you are looking for doesn't exist."

# Class of refusal -> HTTP status and title. Looked up along the class's ancestors; None says the message itself.
REFUSALS: dict[type[e.RegistryError], tuple[int, str | None]] = {
    e.Unauthenticated: (401, "Bad credentials."),
    e.Forbidden: (403, "You are not authorized to access this resource."),
    e.OwnershipRefused: (403, "You are not authorized to access this resource."),
    e.NotFound: (404, NOT_FOUND),
    e.InvalidIdentifier: (404, NOT_FOUND),
    e.AlreadyExists: (409, "The resource already exists."),
    e.Busy: (503, "Other writers were faster. Try again."),
    e.Invalid: (422, None),
    BadRequest: (400, None),
    NotAcceptable: (406, None),
}


class Unprocessable(e.Invalid):
    """A resource with something wrong in one or more of its parts.

    Args:
        problems: part of the resource -> what is wrong with it.
        uid: id of the resource, where it has one.
    """

    def __init__(self, problems: Mapping[str, str], uid: str = "") -> None:
        super().__init__("; ".join(f"{source}: {title}" for source, title in problems.items()))
        self.problems = problems
        self.uid = uid


def failure(status: int, title: str, headers: Mapping[str, str] | None = None) -> Response:
    """Say that a request failed, in one error object."""
    return document({"errors": [{"status": str(status), "title": title}]}, status, headers)


def invalid(problems: Mapping[str, str], uid: str = "") -> Response:
    """Say what is wrong with a resource, in one error object for each part of it.

    Args:
        problems: part of the resource -> what is wrong with it.
        uid: id of the resource, where it has one.
    """
    errors = [{"source": source, "title": title} | ({"uid": uid} if uid else {}) for source, title in problems.items()]
    return document({"errors": errors}, 422)


def refusal(error: e.RegistryError) -> Response:
    """Say no, with the reason."""
    if isinstance(error, Unprocessable):
        return invalid(error.problems, error.uid)
    for ancestor in type(error).__mro__:
        if ancestor in REFUSALS:
            status, title = REFUSALS[ancestor]
            return failure(status, title or str(error))
    raise error


def not_found() -> Response:
    """Say that there is nothing at this path."""
    return failure(404, NOT_FOUND)
