"""An export: one file of all identifiers of some accounts, made once for each time that somebody asks while none is being made.

waiting ──> running ──> ready ──> (gone after a week)
   └───────────┴──> failed
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from pidstack.domain.identifier import Scheme
from pidstack.domain.record import Record
from pidstack.domain.shoulder import Agency
from pidstack.domain.state import State

LIFETIME_S = 7 * 24 * 3600
LONGEST_S = 25 * 3600
"""What is not finished after this long never will be: its makers have been stopped by then."""

NAME_LENGTH = 16
_NAME_AND_ADDRESS = re.compile(r"([^<>]*)<([^<>]*)>\s*")
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class Form(StrEnum):
    """How records are written."""

    ANVL = "anvl"
    CSV = "csv"
    XML = "xml"


_ENDINGS = {Form.ANVL: "txt", Form.CSV: "csv", Form.XML: "xml"}


class Compression(StrEnum):
    """How the file is packed."""

    GZIP = "gzip"
    ZIP = "zip"

    @property
    def media_type(self) -> str:
        """Of the packed file."""
        return f"application/{self}"


class Stage(StrEnum):
    """How far an export is."""

    WAITING = "waiting"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which of the accounts' identifiers are wanted. None, and an empty set, leave everything in.

    Attributes:
        schemes, states, profiles: any of these.
        exported: whether harvesters and indexes may have it.
        test: whether it was made under a test shoulder.
        crossref: whether it is a DOI at Crossref.
        datacite: whether it is any other DOI.
        created_from_s, updated_from_s: Unix seconds, included.
        created_before_s, updated_before_s: Unix seconds, not included.
    """

    schemes: frozenset[Scheme] = frozenset()
    states: frozenset[State] = frozenset()
    profiles: frozenset[str] = frozenset()
    exported: bool | None = None
    test: bool | None = None
    crossref: bool | None = None
    datacite: bool | None = None
    created_from_s: int | None = None
    created_before_s: int | None = None
    updated_from_s: int | None = None
    updated_before_s: int | None = None

    def compiled(self) -> Callable[[Record], bool]:
        """Give a test of records that asks no more than it must."""
        tests = list(self._tests())
        if not tests:
            return lambda _record: True
        return tests[0] if len(tests) == 1 else lambda record: all(test(record) for test in tests)

    def _tests(self) -> list[Callable[[Record], bool]]:
        wanted = self
        possible: dict[str, Callable[[Record], bool]] = {
            "schemes": lambda record: record.identifier.scheme in wanted.schemes,
            "states": lambda record: record.state in wanted.states,
            "profiles": lambda record: record.preferred_profile in wanted.profiles,
            "exported": lambda record: record.exported is wanted.exported,
            "test": lambda record: record.is_test is wanted.test,
            "crossref": lambda record: (record.agency is Agency.CROSSREF) is wanted.crossref,
            "datacite": lambda record: _is_other_doi(record) is wanted.datacite,
            "created_from_s": lambda record: record.created_s >= (wanted.created_from_s or 0),
            "created_before_s": lambda record: record.created_s < (wanted.created_before_s or 0),
            "updated_from_s": lambda record: record.updated_s >= (wanted.updated_from_s or 0),
            "updated_before_s": lambda record: record.updated_s < (wanted.updated_before_s or 0),
        }
        return [test for name, test in possible.items() if getattr(wanted, name) not in (None, frozenset())]


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asked for; equal orders make one export.

    Attributes:
        requester: the account that asks.
        owners: accounts whose identifiers are wanted, in the order of the file.
        columns: of a table, in order; none for the other forms.
        written_times: whether times are written as dates rather than as seconds.
        safe_cells: whether cells that a spreadsheet would compute are made harmless.
        notify: addresses, each perhaps with a name.
        base_url: of the registry as the requester sees it.
    """

    requester: str
    owners: tuple[str, ...]
    form: Form
    compression: Compression = Compression.GZIP
    columns: tuple[str, ...] = ()
    filter: Filter = field(default_factory=Filter)
    written_times: bool = False
    safe_cells: bool = False
    notify: tuple[str, ...] = ()
    base_url: str = ""

    def as_json(self) -> dict[str, Any]:
        """Write it as plain values, equal for equal orders."""
        values: dict[str, Any] = {name: getattr(self, name) for name in _names(Order) if name != "filter"}
        kept = {name: _plain(getattr(self.filter, name)) for name in _names(Filter)}
        values["filter"] = {name: value for name, value in kept.items() if value not in (None, [])}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Order:
        """Read what `as_json` wrote."""
        wanted = dict(values["filter"])
        for name, kind in (("schemes", Scheme), ("states", State), ("profiles", str)):
            wanted[name] = frozenset(kind(value) for value in wanted.get(name, ()))
        made: dict[str, Any] = {
            **values,
            "filter": Filter(**wanted),
            "form": Form(values["form"]),
            "compression": Compression(values["compression"]),
        }
        parts: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in made.items()}
        return cls(**parts)

    def key(self) -> str:
        """Give a name for all equal orders: 64 hexadecimal digits."""
        return hashlib.sha256(json.dumps(self.as_json(), sort_keys=True).encode()).hexdigest()

    def file_name(self, generation: int, secret: bytes) -> str:
        """Name the file that the order makes for the so-many-th time: 16 letters and digits that cannot be guessed.

        The same order, generation and secret give the same name, so that a request that is repeated cannot make a second file.
        """
        digest = hmac.digest(secret, f"export {self.key()} {generation}".encode(), "sha256")
        number = int.from_bytes(digest)
        letters = []
        for _ in range(NAME_LENGTH):
            number, rest = divmod(number, len(_ALPHABET))
            letters.append(_ALPHABET[rest])
        return "".join(letters)


@dataclass(frozen=True, slots=True)
class Export:
    """One file that is being made or was made.

    Attributes:
        name: of its file, without suffix.
        generation: counts how often equal orders were carried out, from 1.
        ordered_s, finished_s: Unix seconds; finished_s is 0 until it is ready or failed.
        expected: how many identifiers are looked at; 0 until that is known.
        records, size, sha256: of the file, when it is ready.
        problem: why it failed, for the requester.
    """

    name: str
    order: Order
    ordered_s: int
    generation: int = 1
    stage: Stage = Stage.WAITING
    finished_s: int = 0
    expected: int = 0
    records: int = 0
    size: int = 0
    sha256: str = ""
    problem: str = ""

    @property
    def file_name(self) -> str:
        """What the file is called: `NAME.csv.gz`, or `NAME.zip`."""
        return f"{self.name}.zip" if self.order.compression is Compression.ZIP else f"{self.member_name}.gz"

    @property
    def member_name(self) -> str:
        """What it is called when it is unpacked."""
        return f"{self.name}.{_ENDINGS[self.order.form]}"

    @property
    def is_over(self) -> bool:
        """Whether nothing will happen to it any more."""
        return self.stage in {Stage.READY, Stage.FAILED}

    def is_stuck(self, now_s: int) -> bool:
        """Tell whether nobody works at it any more, though it is not over: whoever made it could not even say that they failed."""
        return not self.is_over and self.ordered_s + LONGEST_S <= now_s

    @property
    def expires_s(self) -> int:
        """When it is forgotten, Unix seconds."""
        return (self.finished_s or self.ordered_s) + LIFETIME_S


def addressee(text: str) -> tuple[str, str]:
    """Take `ann@example.org`, or `Doe, Ann <ann@example.org>` with whatever name, apart.

    Returns:
        the name, empty if there is none, and the address.
    """
    match = _NAME_AND_ADDRESS.fullmatch(text)
    if match is None:
        return "", text.strip()
    return " ".join(match[1].strip().strip('"').split()), match[2].strip()


def _names(kind: type[Order] | type[Filter]) -> list[str]:
    return [part.name for part in fields(kind)]


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else value


def _is_other_doi(record: Record) -> bool:
    return record.identifier.scheme is Scheme.DOI and record.agency is not Agency.CROSSREF
