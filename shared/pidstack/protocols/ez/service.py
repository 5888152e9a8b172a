"""What the EZ operations work with: the registry, and who is who."""

from __future__ import annotations

from dataclasses import dataclass

from pidstack.domain.errors import Unauthenticated
from pidstack.domain.identifier import Identifier
from pidstack.domain.shoulder import Shoulder
from pidstack.protocols.gateway import Request
from pidstack.services.authority import Authority, governing_shoulder
from pidstack.services.registry import Registry

PROTOCOL = "ez"


@dataclass(frozen=True, slots=True)
class Service:
    """The registry, as a request sees it."""

    registry: Registry

    def requester(self, request: Request) -> Authority:
        """Tell who sent a request; the authorizer has checked the credentials.

        Raises:
            Unauthenticated: nobody.
        """
        if not request.account:
            raise Unauthenticated("unauthorized")
        return Authority(request.account, self.registry.directory, PROTOCOL)

    def shoulder(self, identifier: Identifier) -> Shoulder | None:
        """Find the shoulder that governs an identifier. That there is none is decided on fresh answers."""
        directory = self.registry.directory
        found = governing_shoulder(directory, identifier)
        if found is None and directory.refresh():
            found = governing_shoulder(directory, identifier)
        return found
