"""From a request to its operation, and from whatever goes wrong to an answer in the EZ API's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pidstack.domain.errors import RegistryError
from pidstack.protocols.ez import identifiers, visits
from pidstack.protocols.ez.service import Service
from pidstack.protocols.ez.words import Refused, failure, refusal, resource_not_found
from pidstack.protocols.gateway import Request, Response

Operation = Callable[[Request, Service], Response]
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def _readable(operation: Operation) -> dict[str, Operation]:
    return {"GET": operation, "HEAD": operation}


# Part of the path behind `/ez/` -> method -> operation.
_OPERATIONS: dict[str, dict[str, Operation]] = {
    "": _readable(visits.lead_to_docs),
    "id": {
        "GET": identifiers.view_identifier,
        "PUT": identifiers.create_identifier,
        "POST": identifiers.modify_identifier,
        "DELETE": identifiers.delete_identifier,
    },
    "shoulder": {"POST": identifiers.mint_identifier},
    "login": dict.fromkeys(_METHODS, visits.refuse_session),
    "status": _readable(visits.tell_status),
    "heartbeat": _readable(visits.beat),
}
_NEED_A_NAME = frozenset({"id", "shoulder"})
_FOR_BROWSERS = {"Access-Control-Allow-Origin": "*"}


def answer(request: Request, service: Service) -> Response:
    """Answer one request; nothing but a fault of the registry itself is raised."""
    response = _answer(request, service)
    who = {"X-Credential-Username": request.account} if request.account else {"X-Anonymous-Consumer": "true"}
    body = "" if request.method == "HEAD" else response.body
    return Response(response.status, body, {**response.headers, **who, **_FOR_BROWSERS})


def _answer(request: Request, service: Service) -> Response:
    place = request.resource.removeprefix("/ez").strip("/").partition("/")[0]
    methods = _OPERATIONS.get(place)
    if methods is None or (place in _NEED_A_NAME and not request.after(f"/ez/{place}")):
        return resource_not_found()
    if request.method == "OPTIONS":
        return _preflight(methods)
    operation = methods.get(request.method)
    if operation is None:
        return failure(405, "method not allowed", {"Allow": _listed(methods)})
    try:
        return operation(request, service)
    except (Refused, RegistryError) as error:
        return refusal(error)


def _preflight(methods: Mapping[str, Operation]) -> Response:
    """Tell a browser what it may send from any site; it asks without credentials."""
    allowed = _listed(methods)
    headers = {
        "Allow": allowed,
        "Access-Control-Allow-Methods": allowed,
        "Access-Control-Allow-Headers": "Authorization, Content-Type",
    }
    return Response(204, "", headers)


def _listed(methods: Mapping[str, Operation]) -> str:
    return ", ".join([*methods, "OPTIONS"])
