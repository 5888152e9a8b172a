"""The changes that can be asked of a record, one value each. A protocol turns a request into a sequence of these.

Applied in the order given; a refusal names the first that does not hold. Those in `FOR_SUPERUSERS` are refused to everybody else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pidstack.domain.record import Record
from pidstack.domain.state import Event, State
from pidstack.domain.supplement import Supplement


@dataclass(frozen=True, slots=True)
class SetElement:
    """Describe: give an element its value; an empty one removes it."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class SetTarget:
    """Lead elsewhere; empty leads back to the registry's own page."""

    url: str


@dataclass(frozen=True, slots=True)
class SetProfile:
    """Prefer another description; empty prefers the scheme's usual one."""

    name: str


@dataclass(frozen=True, slots=True)
class SetState:
    """Move in the state machine, with a reason where the new state is registered."""

    state: State
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SetExported:
    """Let harvesters and indexes have it, or not."""

    exported: bool


@dataclass(frozen=True, slots=True)
class SetOwner:
    """Hand over to another account."""

    account: str


@dataclass(frozen=True, slots=True)
class UseCrossref:
    """State that Crossref is the agency, which the shoulder must agree with."""


@dataclass(frozen=True, slots=True)
class SetGroup:
    """State the group, which must be the owner's."""

    group: str


@dataclass(frozen=True, slots=True)
class SetCreated:
    """Backdate the making, Unix seconds."""

    moment_s: int


@dataclass(frozen=True, slots=True)
class SetUpdated:
    """Backdate the last change, Unix seconds."""

    moment_s: int


@dataclass(frozen=True, slots=True)
class SetDatacenter:
    """Move a DataCite DOI to another data center."""

    symbol: str


@dataclass(frozen=True, slots=True)
class SetAgentRole:
    """Mark an identifier of the registry's own agents: `user`, `group`, or empty for none."""

    role: str


@dataclass(frozen=True, slots=True)
class Undergo:
    """Let an event happen, or none, and give a reason, or leave it; a reason is kept by what is registered then."""

    event: Event | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class SetSupplement:
    """Say what is to be known beside the description; it takes the place of what was."""

    supplement: Supplement


@dataclass(frozen=True, slots=True)
class Depending:
    """Decide by how the record stands after the edits before this one: asked anew whenever the edits are applied."""

    decide: Callable[[Record], Iterable[Edit]]


Edit = (
    SetElement
    | SetTarget
    | SetProfile
    | SetState
    | SetExported
    | SetOwner
    | UseCrossref
    | SetGroup
    | SetCreated
    | SetUpdated
    | SetDatacenter
    | SetAgentRole
    | Undergo
    | SetSupplement
    | Depending
)

# What only a superuser may ask, with the part of the record that it sets.
FOR_SUPERUSERS: dict[type[Edit], str] = {
    SetGroup: "group",
    SetCreated: "created",
    SetUpdated: "updated",
    SetDatacenter: "datacenter",
    SetAgentRole: "agent_role",
}
