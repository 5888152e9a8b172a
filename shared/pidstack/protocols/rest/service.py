"""What the REST operations work with: the registry, its history, and who is who."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from pidstack.domain.errors import Forbidden, Unauthenticated
from pidstack.ports.directory import DirectoryKeeper
from pidstack.ports.feed import Counters, History
from pidstack.ports.lists import ListStore
from pidstack.protocols.gateway import Request
from pidstack.protocols.rest.credentials import BY_KEY, Gate
from pidstack.protocols.rest.roles import Role, role_of
from pidstack.services.authority import Authority
from pidstack.services.registry import Registry

PROTOCOL = "rest"


@dataclass(frozen=True, slots=True)
class Service:
    """The registry, as a request sees it.

    Attributes:
        gate: tells who sends a request.
        keeper: all accounts, groups and prefixes, for lists of them and for those who may change them.
        counters: how many records there are.
        lists: gives the lists of DOIs; only those who list need what they are read with.
        name: what the registry calls itself.
    """

    registry: Registry
    gate: Gate
    history: History
    keeper: DirectoryKeeper
    counters: Counters
    lists: Callable[[], ListStore]
    name: str

    def recognised(self, request: Request) -> Request:
        """Give a request with the account that its credentials belong to, if there is one.

        Raises:
            Unauthenticated: a token that nobody has given out.
        """
        return replace(request, verified=self.gate.recognise(request))

    def requester(self, request: Request) -> Authority | None:
        """Tell who sent a request that was recognised; None for the public."""
        return Authority(request.account, self.registry.directory, PROTOCOL) if request.account else None

    def signed_in(self, request: Request) -> Authority:
        """Tell who sent a request that is not for the public.

        Raises:
            Unauthenticated: nobody in particular.
        """
        requester = self.requester(request)
        if requester is None:
            raise Unauthenticated("who is it?")
        return requester

    def role(self, request: Request) -> Role | None:
        """Tell the role of whoever sent a request that was recognised; None for the public."""
        requester = self.requester(request)
        return role_of(requester.account, by_key=request.verified.get("via") == BY_KEY) if requester else None

    def staff(self, request: Request) -> Authority:
        """Tell which member of the staff sent a request that nobody else may.

        Raises:
            Unauthenticated: nobody in particular.
            Forbidden: somebody else.
        """
        requester = self.signed_in(request)
        if not requester.is_confirmed_superuser():
            raise Forbidden("for the staff")
        return requester
