"""Who asks for whole records, as a request says: a recipient's token in Crossref's header, the address, an account's credentials.

Rule: Crossref, "OAI-PMH" and "Metadata Plus snapshots": `Crossref-Plus-API-Token: Bearer TOKEN`.
"""

from __future__ import annotations

from pidstack.domain.errors import Forbidden, Unauthenticated
from pidstack.protocols.basic import MalformedCredentials, read_credentials
from pidstack.protocols.gateway import Request
from pidstack.services.entitle import Entitlement, Member, Subscriber

_TOKEN_HEADER = "crossref-plus-api-token"  # noqa: S105 - a header's name
_BEARER = "bearer "


def token_of(request: Request) -> str | None:
    """Give the text of a recipient's token. A header in another form holds no token that anybody knows."""
    header = request.headers.get(_TOKEN_HEADER)
    if header is None:
        return None
    return header[len(_BEARER) :].strip() if header.lower().startswith(_BEARER) else ""


def credentials_of(request: Request) -> tuple[str, str] | None:
    """Give the name and the password of an account.

    Raises:
        Unauthenticated: something else was sent instead.
    """
    header = request.headers.get("authorization")
    if header is None:
        return None
    try:
        found = read_credentials(header)
    except MalformedCredentials as error:
        raise Unauthenticated("unauthorized") from error
    return found.name, found.password


def require_subscriber(request: Request, entitlement: Entitlement) -> Subscriber:
    """Tell which recipient asks for a file of whole records.

    Raises:
        Unauthenticated: it is nobody who is known.
        Forbidden: it is a recipient whose time has not come, or an account, which may have its own records alone.
    """
    reader = entitlement.reader_of(token_of(request), request.source_ip, credentials_of(request))
    if isinstance(reader, Subscriber):
        return reader
    if isinstance(reader, Member):
        raise Forbidden("files are for recipients; accounts harvest their own records at /oai")
    raise Unauthenticated("unauthorized")
