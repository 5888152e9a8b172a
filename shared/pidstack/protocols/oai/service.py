"""What the verbs work with: a repository in one of the two flavours, over the registry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pidstack.ports.leases import Leases
from pidstack.protocols.oai.flavour import Flavour
from pidstack.protocols.oai.page import Writer
from pidstack.protocols.oai.set_tree import SetTree
from pidstack.protocols.oai.token import Mint
from pidstack.services.entitle import Entitlement
from pidstack.services.harvest import Harvest
from pidstack.services.registry import Registry

PAGE_BYTES = 4_000_000  # a function's answer may have 6 MB, and is sent as base64


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator decides.

    Attributes:
        name, admin_email: as Identify tells them.
        page_size: the most records of a page.
        page_bytes: the most bytes of a page, if it has more than one record.
        sets_page_size: the most sets of a page.
        token_s: seconds that a resumption token is valid.
        retry_after_s: seconds after which somebody who asks for too much at once may ask again.
    """

    name: str
    admin_email: str
    page_size: int = 250
    page_bytes: int = PAGE_BYTES
    sets_page_size: int = 1000
    token_s: int = 48 * 3600
    retry_after_s: int = 10


@dataclass(frozen=True, slots=True)
class Repository:
    """One repository.

    Attributes:
        leases: of those who begin a list; looked at where the flavour counts them.
        friends: paths of the other repositories here.
    """

    flavour: Flavour
    sets: SetTree
    registry: Registry
    harvest: Harvest
    entitlement: Entitlement
    leases: Leases
    tokens: Mint
    settings: Settings
    friends: tuple[str, ...] = ()
    writer: Writer = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "writer", Writer(self.flavour, self.sets))


Service = Mapping[str, Repository]
"""The repositories that are switched on, by path."""
