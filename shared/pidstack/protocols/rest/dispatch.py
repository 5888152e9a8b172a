"""From a request to its operation, and from whatever goes wrong to an error object; the headers that all answers have."""

from __future__ import annotations

import re
from collections.abc import Callable

from pidstack.domain.errors import RegistryError
from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.rest.activities import list_activities, show_activity
from pidstack.protocols.rest.clients import change_client, end_client, list_clients, make_client, show_client
from pidstack.protocols.rest.describe import show_api_page, show_description
from pidstack.protocols.rest.doi_lists import list_dois
from pidstack.protocols.rest.doi_paths import delete_below, get_below, post_below, put_below
from pidstack.protocols.rest.dois import make_doi
from pidstack.protocols.rest.errors import failure, not_found, refusal
from pidstack.protocols.rest.names import draw_phrase
from pidstack.protocols.rest.prefixes import list_assignments, list_prefixes, make_prefix, show_assignment, show_prefix
from pidstack.protocols.rest.providers import change_provider, list_providers, make_provider, show_provider
from pidstack.protocols.rest.service import Service
from pidstack.protocols.rest.sign_in import end_key, give_oidc_token, give_token, list_keys, make_key, reset_password
from pidstack.protocols.rest.transfer import is_for_script, opened, packed, tagged, wrapped
from pidstack.protocols.rest.visits import beat

Operation = Callable[[Request, Service], Response]


# Route -> method -> operation. HEAD is GET without its body, PATCH is PUT; OPTIONS is answered for all.
ROUTES: dict[str, dict[str, Operation]] = {
    "/dois": {"GET": list_dois, "POST": make_doi},
    "/dois/{doi+}": {"GET": get_below, "POST": post_below, "PUT": put_below, "DELETE": delete_below},
    "/random": {"GET": draw_phrase},
    "/activities": {"GET": list_activities},
    "/activities/{activity+}": {"GET": show_activity},
    "/heartbeat": {"GET": beat},
    "/openapi.json": {"GET": show_description},
    "/docs/rest": {"GET": show_api_page},
    "/token": {"POST": give_token},
    "/oidc-token": {"POST": give_oidc_token},
    "/reset": {"POST": reset_password},
    "/credentials/api-keys": {"GET": list_keys, "POST": make_key},
    "/credentials/api-keys/{key}": {"DELETE": end_key},
    "/clients": {"GET": list_clients, "POST": make_client},
    "/clients/{client+}": {"GET": show_client, "PUT": change_client, "DELETE": end_client},
    "/repositories": {"GET": list_clients, "POST": make_client},
    "/repositories/{client+}": {"GET": show_client, "PUT": change_client, "DELETE": end_client},
    "/providers": {"GET": list_providers, "POST": make_provider},
    "/providers/{provider+}": {"GET": show_provider, "PUT": change_provider},
    "/prefixes": {"GET": list_prefixes, "POST": make_prefix},
    "/prefixes/{prefix}": {"GET": show_prefix},
    "/client-prefixes": {"GET": list_assignments},
    "/client-prefixes/{assignment}": {"GET": show_assignment},
    "/repository-prefixes": {"GET": list_assignments},
    "/repository-prefixes/{assignment}": {"GET": show_assignment},
    "/provider-prefixes": {"GET": list_assignments},
    "/provider-prefixes/{assignment}": {"GET": show_assignment},
}
# Where credentials are not looked at: the table is not asked about them, and wrong ones are no error.
_FOR_ANYBODY = frozenset({"/heartbeat", "/token", "/oidc-token", "/reset", "/openapi.json", "/docs/rest"})
_TO_SCRIPTS = "ETag, Link, Location, X-Anonymous-Consumer, X-Credential-Username, X-Request-Id"
_FOR_BROWSERS = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": _TO_SCRIPTS}
_TOO_LONG = "The answer would be longer than 6 MB. Accept gzip, or ask for fewer with page[size]."
_NO_ID = re.compile(r"[^\w@-]", re.ASCII)


def answer(request: Request, service: Service) -> Response:
    """Answer one request; nothing but a fault of the registry itself is raised."""
    try:
        if request.resource not in _FOR_ANYBODY and not is_for_script(request):
            request = service.recognised(request)
        response = tagged(wrapped(_answer(opened(request), service), request), request)
    except RegistryError as error:
        response = refusal(error)
    headers = {**response.headers, **_who(request), **_id(request), **_FOR_BROWSERS}
    whole = packed(Response(response.status, response.body, headers), request)
    if not whole.fits and request.method in {"GET", "HEAD"}:
        told = failure(400, _TOO_LONG)
        whole = Response(told.status, told.body, {**told.headers, **_who(request), **_id(request), **_FOR_BROWSERS})
    return Response(whole.status, "", whole.headers) if request.method == "HEAD" else whole


def _answer(request: Request, service: Service) -> Response:
    operations = ROUTES.get(request.resource)
    if operations is None:
        return not_found()
    methods = ", ".join(methods_of(operations))
    if request.method == "OPTIONS":
        allowed = {"Access-Control-Allow-Methods": methods, "Access-Control-Allow-Headers": "Authorization, Content-Type"}
        return Response(204, "", {"Content-Type": "text/plain", "Allow": methods, **allowed})
    operation = operations.get({"HEAD": "GET", "PATCH": "PUT"}.get(request.method, request.method))
    if operation is None:
        return failure(405, "Method not allowed", {"Allow": methods})
    return operation(request, service)


def methods_of(operations: dict[str, Operation]) -> list[str]:
    """Name the methods that a route answers."""
    more = {"GET": ["HEAD"], "PUT": ["PATCH"]}
    return [*(name for method in operations for name in (method, *more.get(method, []))), "OPTIONS"]


def _who(request: Request) -> dict[str, str]:
    """Say whose credentials were sent; nobody's, if they are wrong."""
    return {"X-Credential-Username": request.account} if "authorization" in request.headers else {"X-Anonymous-Consumer": "true"}


def _id(request: Request) -> dict[str, str]:
    """Give a request's id back: the one that its sender has given it, or the gateway's."""
    found = _NO_ID.sub("", request.headers.get("x-request-id", ""))[:255] or request.id
    return {"X-Request-Id": found} if found else {}
