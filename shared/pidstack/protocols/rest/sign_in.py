"""The operations on what programs show instead of a password: tokens, and API keys.

Rule: DataCite REST API, "Authentication".
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from pidstack.domain.accounts import Account
from pidstack.domain.api_key import ApiKey
from pidstack.domain.errors import Forbidden, Invalid, Unauthenticated
from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.rest.credentials import BY_KEY
from pidstack.protocols.rest.documents import document, moment, resource
from pidstack.protocols.rest.errors import failure, invalid
from pidstack.protocols.rest.requests import members, parameters, read_data, text_of
from pidstack.protocols.rest.roles import claims_of
from pidstack.protocols.rest.service import Service
from pidstack.services.tokens import LIFETIME_S

_LONGEST_FORM = 10_000  # characters
_NOT_KEPT = {"Cache-Control": "no-store"}
_BY_OPERATOR = "Passwords are set by whoever runs this registry. Ask there for a new one."
_NOTHING = frozenset({"", "undefined"})  # the second is what careless scripts send for the first


def give_token(request: Request, service: Service) -> Response:
    """`POST /token`, with form fields: a token for a name and a password."""
    given = _fields(request)
    if given.get("grant_type") != "password":
        return failure(400, "Wrong grant type.")
    name, password = given.get("username", ""), given.get("password", "")
    if name in _NOTHING or password in _NOTHING:
        return failure(400, "Missing account ID or password.")
    try:
        account = service.gate.clients.account(name, password)
    except Unauthenticated:
        return failure(400, "Wrong account ID or password.")
    token = service.gate.tokens.give(account, claims_of(account))
    return document({"access_token": token, "expires_in": LIFETIME_S}, headers=_NOT_KEPT)


def give_oidc_token(request: Request, _service: Service) -> Response:
    """`POST /oidc-token`, with a form field: no other service's tokens are trusted here, so that every one is wrong."""
    missing = _fields(request).get("token", "") in _NOTHING
    return failure(400, "Missing token." if missing else "Wrong token.", _NOT_KEPT)


def reset_password(request: Request, _service: Service) -> Response:
    """`POST /reset`, with a form field: tells who sets passwords, whether there is such an account or not."""
    missing = _fields(request).get("username", "").strip() == ""
    return document({"message": "Missing account ID." if missing else _BY_OPERATOR}, headers=_NOT_KEPT)


def list_keys(request: Request, service: Service) -> Response:
    """`GET /credentials/api-keys`."""
    account = _owner(request, service)
    with_ended = parameters(request).get("include-revoked") == "true"
    keys = service.gate.keys.of(account, revoked=with_ended)
    return document({"data": [_resource(key) for key in keys], "meta": {"total": len(keys)}})


def make_key(request: Request, service: Service) -> Response:
    """`POST /credentials/api-keys`: the answer is the only one that has the key itself."""
    account = _owner(request, service)
    name = text_of(members(read_data(request).get("attributes")), "name")
    try:
        key, text = service.gate.keys.create(account, name)
    except Invalid as refused:
        return invalid({refused.field: str(refused)})
    return document({"data": _resource(key, text)}, 201, _NOT_KEPT)


def end_key(request: Request, service: Service) -> Response:
    """`DELETE /credentials/api-keys/{id}`."""
    service.gate.keys.revoke(_owner(request, service), request.after("/credentials/api-keys"))
    return Response(204)


def _owner(request: Request, service: Service) -> Account:
    """Give the account that keeps its keys: known by its password or a token, since a key is not to make others."""
    account = service.signed_in(request).account
    if request.verified.get("via") == BY_KEY:
        raise Forbidden("a key keeps no keys")
    return account


def _resource(key: ApiKey, text: str = "") -> dict[str, Any]:
    attributes = {
        "name": key.name,
        "keyPrefix": key.shown,
        "created": moment(key.created_s),
        "updated": moment(key.updated_s),
        "lastUsedAt": moment(key.used_s) if key.used_s else None,
        "revokedAt": moment(key.revoked_s) if key.revoked_s else None,
    }
    return resource("api_keys", key.id, attributes | ({"key": text} if text else {}))


def _fields(request: Request) -> dict[str, str]:
    """Read the fields of a form, or of a JSON object, which some clients send instead."""
    text = request.body.decode(errors="replace")
    if "json" not in request.headers.get("content-type", ""):
        return dict(parse_qsl(text, keep_blank_values=True)) if len(text) < _LONGEST_FORM else {}
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return {name: value for name, value in told.items() if isinstance(value, str)} if isinstance(told, dict) else {}
