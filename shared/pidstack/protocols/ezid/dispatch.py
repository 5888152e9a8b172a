"""From a request to its operation, and from whatever goes wrong to an answer in EZID's words."""

from __future__ import annotations

from collections.abc import Callable

from pidstack.domain.errors import RegistryError
from pidstack.protocols.basic import MalformedCredentials
from pidstack.protocols.ezid import identifiers, visits
from pidstack.protocols.ezid.service import Service
from pidstack.protocols.ezid.words import BadRequest, failure, method_not_allowed, refusal
from pidstack.protocols.gateway import Request, Response

Operation = Callable[[Request, Service], Response]

# First part of the path -> method -> operation.
_OPERATIONS: dict[str, dict[str, Operation]] = {
    "id": {
        "GET": identifiers.view_identifier,
        "PUT": identifiers.create_identifier,
        "POST": identifiers.modify_identifier,
        "DELETE": identifiers.delete_identifier,
    },
    "shoulder": {"POST": identifiers.mint_identifier},
    "login": {"GET": visits.sign_in},
    "logout": {"GET": visits.sign_out},
    "status": {"GET": visits.tell_status},
    "version": {"GET": visits.tell_version},
}


def answer(request: Request, service: Service) -> Response:
    """Answer one request; nothing but a fault of the registry itself is raised."""
    response = _answer(request, service)
    if request.verified.get("stale_session") and "Set-Cookie" not in response.headers:
        response = visits.expire_cookie(response)
    if request.method == "HEAD":
        response = Response(response.status, "", response.headers)
    return response


def _answer(request: Request, service: Service) -> Response:
    methods = _OPERATIONS.get(request.resource.split("/")[1])
    if methods is None:
        return visits.unknown_path()
    operation = methods.get(request.method)
    if operation is None:
        return method_not_allowed()
    try:
        return operation(request, service)
    except MalformedCredentials as error:
        return failure(400, str(error))
    except (BadRequest, RegistryError) as error:
        return refusal(error)
