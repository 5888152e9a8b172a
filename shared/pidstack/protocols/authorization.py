"""What the gateway's authorizer finds out about a request: the account behind it, by session or by password.

The gateway turns a refusal into a 401 with a challenge. An Authorization header that cannot be read is let through without an
account on routes whose protocol has an answer of its own for it.
"""

from __future__ import annotations

from pidstack.domain.errors import Unauthenticated
from pidstack.protocols.basic import MalformedCredentials, read_credentials, read_pair
from pidstack.protocols.clients import Clients
from pidstack.protocols.gateway import Request
from pidstack.services.sessions import Sessions

SESSION_COOKIE = "sessionid"


def recognise(request: Request, clients: Clients, sessions: Sessions) -> dict[str, str]:
    """Give what the handler will find in `Request.verified`: `account`, `via`, and `stale_session` if a dead one was sent.

    Raises:
        Unauthenticated: no credentials, or wrong ones.
    """
    if request.resource.split("/")[1] == "ez":
        return _client(request, clients)
    token = request.cookie(SESSION_COOKIE)
    if token and (account := sessions.account(token)):
        return {"account": account.name, "via": "session"}
    found = {"stale_session": "yes"} if token else {}
    header = request.headers.get("authorization")
    if header is None:
        raise Unauthenticated("unauthorized")
    try:
        credentials = read_credentials(header)
    except MalformedCredentials:
        return found
    account = clients.authenticator.account(credentials.name, credentials.password)
    return {"account": account.name, "via": "password", **found}


def _client(request: Request, clients: Clients) -> dict[str, str]:
    """Tell a client of DataCite's. The EZ API has no sessions, and one answer for whatever is wrong with the credentials."""
    credentials = read_pair(request.headers.get("authorization", ""))
    if credentials is None:
        raise Unauthenticated("unauthorized")
    return {"account": clients.account(credentials.name, credentials.password).name, "via": "password"}
