"""The record of one identifier: everything the registry remembers about it, in no protocol's words."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import field

from pidstack.domain.errors import Invalid
from pidstack.domain.identifier import Identifier, Scheme
from pidstack.domain.placement import Placement
from pidstack.domain.shoulder import Agency
from pidstack.domain.state import State
from pidstack.domain.supplement import NO_SUPPLEMENT, Supplement
from pidstack.domain.values import value

TEST_LIFETIME_S = 14 * 24 * 3600
MAX_ELEMENT_BYTES = 768 * 1024
# A record is shown in one answer of at most 6 MB, in which a byte may take three (percent-escapes, quotes).
MAX_ELEMENTS_BYTES = 2_000_000
MAX_REASON_LENGTH = 2000
# Elements that hold a whole document of metadata; a request's size is their limit.
DOCUMENT_ELEMENTS = frozenset({"datacite", "crossref", "schema_org", "citeproc"})
MAX_PROFILE_LENGTH = 32
_PROFILE = re.compile(r"[a-z0-9]+([-_.][a-z0-9]+)*", re.IGNORECASE | re.ASCII)


class EncodedElements(Mapping[str, str]):
    """Elements that are kept in UTF-8 and decoded when somebody asks for them; who passes one on need not."""

    __slots__ = ()

    @abstractmethod
    def encoded(self, name: str) -> bytes:
        """Give one in UTF-8."""


def encoded(elements: Mapping[str, str], name: str) -> bytes:
    """Give an element in UTF-8."""
    return elements.encoded(name) if isinstance(elements, EncodedElements) else elements[name].encode()


@value(frozen=True, slots=True)
class Record:
    """One identifier and what is known of it.

    Attributes:
        owner, group: names of the account that keeps it and of that account's group.
        reason: why the object is not to be had; only while registered.
        target: where the identifier leads; empty means the registry's own page of it.
        profile: the preferred description; empty means the scheme's usual one (see `preferred_profile`).
        elements: descriptive metadata as given, in the order given; never empty values, never reserved names.
        exported: whether harvesters and indexes may have it.
        expires_s: when it vanishes, Unix seconds; 0 is never. Only what is made under a test shoulder expires.
        agent_role: `user` or `group` for the identifiers of the registry's own agents, which the public does not see.
        created_s, updated_s, registered_s: Unix seconds; registered_s is when it first stopped being a draft, 0 before.
        version: counts committed changes, from 1.
        placement: where harvesters find it; None as long as it was never findable and exported at once.
        supplement: what is said of the object beside its elements; how a document among them is to be read.
        redescribed: how often its description was replaced by another one.
        resource_type: general type of the object, in DataCite's words, as its description says; of DOIs only.
        changed_by, changed_via: the account that asked for this version, and in which protocol; empty where nobody wrote it down.
        token: what the store recognises this very state of the record by; nobody else's business.
        prepared: forms of its description, by their names, as `pidstack.services.prepared` wrote them, kept so that they need not
            be written again. They say nothing that the description does not.
    """

    identifier: Identifier
    owner: str
    group: str
    created_s: int
    updated_s: int
    state: State = State.FINDABLE
    reason: str = ""
    target: str = ""
    profile: str = ""
    elements: Mapping[str, str] = field(default_factory=dict)
    exported: bool = True
    agency: Agency = Agency.NONE
    datacenter: str = ""
    expires_s: int = 0
    agent_role: str = ""
    registered_s: int = 0
    version: int = 1
    placement: Placement | None = None
    supplement: Supplement = NO_SUPPLEMENT
    redescribed: int = 0
    resource_type: str = ""
    changed_by: str = ""
    changed_via: str = ""
    token: str = field(default="", compare=False, repr=False)
    prepared: Mapping[str, bytes] = field(default_factory=dict, compare=False, repr=False)

    @property
    def preferred_profile(self) -> str:
        """The profile that describes it: the chosen one, or `datacite` for DOIs and `erc` for all others."""
        return self.profile or ("datacite" if self.identifier.scheme is Scheme.DOI else "erc")

    @property
    def is_test(self) -> bool:
        """Whether it was made under a test shoulder; such a record is never harvested."""
        return self.expires_s > 0

    @property
    def is_harvested(self) -> bool:
        """Whether harvesters see it, as a record or as a deleted one: what they have seen once they are told about for ever."""
        return self.placement is not None and not self.is_test and not self.agent_role

    @property
    def is_listed(self) -> bool:
        """Whether it is among the DOIs that are listed: those that another agency's service lists are not, nor are agents."""
        return self.identifier.scheme is Scheme.DOI and self.agency is not Agency.CROSSREF and not self.agent_role

    @property
    def is_withheld(self) -> bool:
        """Whether harvesters are told that it is deleted."""
        return self.is_harvested and not self.is_shown

    @property
    def is_shown(self) -> bool:
        """Whether its description is for harvesters and indexes, if it is not a test's or an agent's."""
        return self.state is State.FINDABLE and self.exported


def check_profile(name: str) -> None:
    """Let the name of a profile pass, known or not; the empty one stands for the scheme's usual profile.

    Raises:
        Invalid: more than 32 characters, or not letters and digits joined by single `-`, `_` or `.`.
    """
    if name and (len(name) > MAX_PROFILE_LENGTH or not _PROFILE.fullmatch(name)):
        raise Invalid("invalid profile name", field="profile")
