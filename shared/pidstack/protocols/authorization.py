"""What the gateway's authorizer finds out about a request: the account behind it, by session or by password.

The gateway turns a refusal into a 401 with a challenge. An Authorization header that cannot be read is let through without an
account on routes whose protocol has an answer of its own for it.
"""

from __future__ import annotations

from pidstack.domain.errors import Unauthenticated
from pidstack.protocols.basic import MalformedCredentials, read_credentials
from pidstack.protocols.gateway import Request
from pidstack.services.authenticate import Authenticator
from pidstack.services.sessions import Sessions

SESSION_COOKIE = "sessionid"


def recognise(request: Request, authenticator: Authenticator, sessions: Sessions) -> dict[str, str]:
    """Give what the handler will find in `Request.verified`: `account`, `via`, and `stale_session` if a dead one was sent.

    Raises:
        Unauthenticated: no credentials, or wrong ones.
    """
    # The EZ API has no sessions, and one answer for whatever is wrong with the credentials.
    is_ez = request.resource.split("/")[1] == "ez"
    token = "" if is_ez else request.cookie(SESSION_COOKIE)
    if token and (account := sessions.account(token)):
        return {"account": account.name, "via": "session"}
    found = {"stale_session": "yes"} if token else {}
    header = request.headers.get("authorization")
    if header is None:
        raise Unauthenticated("unauthorized")
    try:
        credentials = read_credentials(header)
    except MalformedCredentials as error:
        if is_ez:
            raise Unauthenticated("unauthorized") from error
        return found
    account = authenticator.account(credentials.name, credentials.password)
    return {"account": account.name, "via": "password", **found}
