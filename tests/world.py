"""A small registry in memory: two realms, three groups, the accounts and shoulders that the tests are about.

| account | group (realm)   | may                                                              |
|---------|-----------------|------------------------------------------------------------------|
| admin   | admin (north)   | everything                                                       |
| alice   | groupa (north)  | make names under five shoulders                                  |
| aaron   | groupa (north)  | nothing that the others may not                                  |
| gadmin  | groupa (north)  | act for groupa                                                   |
| radmin  | groupb (north)  | act for the realm north                                          |
| bob     | groupb (north)  | make names under `ark:/20775/bb`                                 |
| proxy   | groupb (north)  | act for alice                                                    |
| carol   | groupc (south)  | act for groupc and the realm south                               |
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from pidstack.domain.accounts import Account, Group
from pidstack.domain.identifier import ShoulderName
from pidstack.domain.shoulder import Agency, Prefix, Shoulder
from pidstack.services.authority import Authority
from pidstack.services.registry import Registry
from pidstack.store.directory import RememberingDirectory
from tests.builders import NOW_S
from tests.fakes.directory import MemoryDirectory
from tests.fakes.identifiers import MemoryIdentifiers
from tests.fakes.publications import MemoryCalendar, MemoryPublications


def cheap_hash(password: str) -> str:
    """A stored password that is as quick to check as it is to guess."""
    salt = b"salt"
    digest = hashlib.scrypt(password.encode(), salt=salt, n=2, r=1, p=1, dklen=32)
    return "$scrypt$ln=1,r=1,p=1$" + "$".join(base64.b64encode(part).decode().rstrip("=") for part in (salt, digest))


def an_account(name: str, group: str, **fields: Any) -> Account:
    """An account whose password is its name and `pw`."""
    return Account(name, group, cheap_hash(f"{name}pw"), **fields)


GROUPS = (Group("admin", "north"), Group("groupa", "north"), Group("groupb", "north"), Group("groupc", "south"))
ACCOUNTS = (
    an_account("admin", "admin", superuser=True),
    an_account(
        "alice", "groupa", shoulders=frozenset({"ark:/13030/c7", "ark:/13960/", "doi:10.9999/FZ4", "doi:10.33333/CR", "uuid:"})
    ),
    an_account("aaron", "groupa"),
    an_account("gadmin", "groupa", group_admin=True),
    an_account("radmin", "groupb", realm_admin=True),
    an_account("bob", "groupb", shoulders=frozenset({"ark:/20775/bb"})),
    an_account("proxy", "groupb", proxy_of=frozenset({"alice"})),
    an_account("carol", "groupc", group_admin=True, realm_admin=True),
)
PREFIXES = tuple(
    map(Prefix, ("ark:/99999", "ark:/13030", "ark:/13960", "ark:/20775", "doi:10.5072", "doi:10.9999", "doi:10.33333", "uuid:"))
)
SHOULDERS = (
    Shoulder(ShoulderName("ark:/99999/fk4"), "ARK test", test=True),
    Shoulder(ShoulderName("doi:10.5072/FK2"), "DOI test", Agency.DATACITE, "CDL.CDL", test=True),
    Shoulder(ShoulderName("ark:/13030/c7"), "Library ARK"),
    Shoulder(ShoulderName("ark:/13960/"), "Archive ARK", mints=False),
    Shoulder(ShoulderName("ark:/20775/bb"), "Museum ARK"),
    Shoulder(ShoulderName("doi:10.9999/FZ4"), "Library DOI", Agency.DATACITE, "CDL.LIB"),
    Shoulder(ShoulderName("doi:10.33333/CR"), "Press DOI", Agency.CROSSREF),
    Shoulder(ShoulderName("uuid:"), "UUID"),
)
DESCRIBED = {
    "datacite.creator": "Proust, Marcel",
    "datacite.title": "Remembrance",
    "datacite.publisher": "Random House",
    "datacite.publicationyear": "1922",
}


class Time:
    """A clock that a test moves."""

    now_s = NOW_S

    def __call__(self) -> int:
        return self.now_s


@dataclass(slots=True)
class World:
    """The registry, and the pieces of it that a test looks at or changes behind its back."""

    time: Time
    keeper: MemoryDirectory
    identifiers: MemoryIdentifiers
    publications: MemoryPublications = field(default_factory=MemoryPublications)
    calendar: MemoryCalendar = field(default_factory=MemoryCalendar)
    registry: Registry = field(init=False)

    def __post_init__(self) -> None:
        remembering = RememberingDirectory(self.keeper, self.time)  # type: ignore[arg-type]  # any directory will do
        self.registry = Registry(self.identifiers, remembering, self.time, self.publications, self.calendar)

    def by(self, name: str) -> Authority:
        return Authority(name, self.registry.directory)

    def change(self, name: str, **fields: Any) -> Account:
        """Let the operator change an account, unnoticed by whatever the registry remembers."""
        old = self.keeper.account(name)
        assert old is not None
        new = replace(old, **fields)
        self.keeper.change(old, new)
        return new

    def cost(self, operation: Callable[[], object]) -> tuple[int, int]:
        """How many reads and writes of records an operation takes."""
        reads, writes = self.identifiers.reads, self.identifiers.writes
        operation()
        return self.identifiers.reads - reads, self.identifiers.writes - writes


def a_world() -> World:
    """A fresh registry without records."""
    time, keeper = Time(), MemoryDirectory((*GROUPS, *ACCOUNTS, *PREFIXES, *SHOULDERS))
    return World(time, keeper, MemoryIdentifiers(time))
