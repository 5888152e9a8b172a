"""What the EZID operations work with: the registry, and who is who."""

from __future__ import annotations

from dataclasses import dataclass

from pidstack.domain.errors import Unauthenticated
from pidstack.protocols.authorization import SESSION_COOKIE
from pidstack.protocols.basic import read_credentials
from pidstack.protocols.gateway import Request
from pidstack.services.authenticate import Authenticator
from pidstack.services.authority import Authority
from pidstack.services.registry import Registry
from pidstack.services.sessions import Sessions

PROTOCOL = "ezid"


@dataclass(frozen=True, slots=True)
class Service:
    """The registry and what tells accounts by password or by session."""

    registry: Registry
    authenticator: Authenticator
    sessions: Sessions

    def requester(self, request: Request) -> Authority:
        """Tell who sent a request that needs credentials; the authorizer has checked them.

        Raises:
            MalformedCredentials: the authorizer let an unreadable header pass, so that this answer can be given.
            Unauthenticated: nobody.
        """
        if request.account:
            return Authority(request.account, self.registry.directory, PROTOCOL)
        header = request.headers.get("authorization")
        if header is not None:
            read_credentials(header)
        raise Unauthenticated("unauthorized")

    def visitor(self, request: Request) -> Authority | None:
        """Tell who sent a request that needs no credentials. Wrong ones make a visitor one of the public."""
        account = self.sessions.account(request.cookie(SESSION_COOKIE)) if request.cookie(SESSION_COOKIE) else None
        header = request.headers.get("authorization")
        if account is None and header is not None:
            credentials = read_credentials(header)
            try:
                account = self.authenticator.account(credentials.name, credentials.password)
            except Unauthenticated:
                return None
        return Authority(account.name, self.registry.directory, PROTOCOL) if account else None

    def require_readable_credentials(self, request: Request) -> None:
        """Refuse a header that cannot be read, though nothing depends on it; a live session is looked at instead of the header.

        Raises:
            MalformedCredentials: it cannot be read.
        """
        header = request.headers.get("authorization")
        token = request.cookie(SESSION_COOKIE)
        if header is not None and not (token and self.sessions.account(token)):
            read_credentials(header)
