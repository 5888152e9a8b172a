"""The EZ API's elements: a request's into edits, a record into those of an answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pidstack.domain import edits as e
from pidstack.domain.record import Record
from pidstack.domain.state import State
from pidstack.protocols.ez.metadata import shown_metadata
from pidstack.protocols.ez.words import NotSupported, Refused
from pidstack.protocols.vocabulary import default_target, read_status, status_of

DEFAULT_PROFILE = "datacite"
# Each profile's metadata is one element of the profile's name.
PROFILES = frozenset({DEFAULT_PROFILE, "crossref", "schema_org", "citeproc"})
ITEMISED = tuple(f"datacite.{part}" for part in ("creator", "title", "publisher", "publicationyear", "resourcetype"))
DESCRIPTIVE = PROFILES | set(ITEMISED)
KNOWN = DESCRIPTIVE | {"_profile", "_target", "_status", "_number"}
# DataCite's test prefix: names under it are never published through this API.
TEST_PREFIX = "10.5072"


def require_supported(given: Mapping[str, str]) -> str:
    """Give the profile that a request speaks of.

    Raises:
        NotSupported: another profile, or registration with Crossref.
    Rule: DataCite EZ API guide, "Limitations".
    """
    if given.get("_crossref", "").lower() == "yes":
        raise NotSupported("Crossref registration")
    return supported_profile(given.get("_profile", ""))


def supported_profile(name: str) -> str:
    """Give the profile of this name; the empty name stands for DataCite's.

    Raises:
        NotSupported: there is no such profile here.
    """
    if name and name not in PROFILES:
        raise NotSupported(f"{name} profile")
    return name or DEFAULT_PROFILE


def require_complete(given: Mapping[str, str]) -> None:
    """Let a new identifier's elements pass that describe it and lead somewhere; a reserved one needs neither.

    Raises:
        NotSupported: see `require_supported`.
        Refused: the profile's element (or all five itemised ones of DataCite's) or the target is missing.
    """
    profile = require_supported(given)
    if given.get("_status") == "reserved":
        return
    is_itemised = profile == DEFAULT_PROFILE and all(given.get(name) for name in ITEMISED)
    if not given.get(profile) and not is_itemised:
        raise Refused("no _profile provided")
    if not given.get("_target"):
        raise Refused("no _target provided")


def require_some(given: Mapping[str, str]) -> None:
    """Let a change pass that says what to change; empty values count, they delete.

    Raises:
        NotSupported: see `require_supported`.
        Refused: nothing to change.
    """
    profile = require_supported(given)
    if not {profile, "_target", "_status", *ITEMISED} & given.keys():
        raise Refused("No _profile, _target or _status provided")


@dataclass(frozen=True, slots=True)
class Elements:
    """The elements of a request body as a sequence of edits, read anew on each pass and refused at the first that is wrong.

    Attributes:
        given: as parsed, in order. What the EZ API does not know is passed over, reserved elements of EZID's among it.
        prefix: of the DOI, `10.5072`.
        new: whether the record is being made.
    """

    given: Mapping[str, str]
    prefix: str
    new: bool = False

    def __iter__(self) -> Iterator[e.Edit]:
        for name, value in self.given.items():
            if name in DESCRIPTIVE:
                yield e.SetElement(name, value)
            elif name == "_target":
                yield e.SetTarget(value)
            elif name == "_profile":
                yield e.SetProfile(value)
        if self.given.get(DEFAULT_PROFILE) and "_profile" not in self.given:
            yield e.SetProfile("")  # else a record of another profile would go on being described by that one's document
        yield from self._state()

    def _state(self) -> Iterator[e.Edit]:
        """Decide about the state: a request that is silent about it publishes, under the test prefix nothing does."""
        move = read_status(self.given["_status"]) if "_status" in self.given else e.SetState(State.FINDABLE)
        if self.prefix != TEST_PREFIX:
            yield move
        elif self.new:
            yield e.SetState(State.DRAFT)


def elements_of(record: Record, base_url: str, profile: str = "") -> Iterator[tuple[str, str]]:
    """Give what an answer shows, in the EZ API's order.

    Args:
        base_url: of this registry, for the target of a record that has none of its own.
        profile: whose element to show; empty shows the record's preferred one, or DataCite's if the EZ API does not know that.
    """
    if not profile:
        profile = record.preferred_profile if record.preferred_profile in PROFILES else DEFAULT_PROFILE
    target = record.target or default_target(record, base_url)
    yield "_target", target
    if metadata := shown_metadata(record, profile, target):
        yield profile, metadata
    yield "_profile", profile
    yield "_datacenter", record.datacenter or record.owner.upper()
    yield "_export", "yes" if record.state is State.FINDABLE and record.exported else "no"
    yield "_created", str(record.created_s)
    yield "_updated", str(record.updated_s)
    yield "_status", status_of(record)
