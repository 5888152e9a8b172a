"""What a client would like to be answered with, best first.

Rule: RFC 9110, section 12.5.1 "Accept".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_MOST = 50  # nobody can like more


@dataclass(frozen=True, slots=True)
class Wanted:
    """One kind of answer.

    Attributes:
        media_type: in lower case; may have `*` in it.
        parameters: of the media type, names in lower case; the weight is not among them.
    """

    media_type: str
    parameters: Mapping[str, str] = field(default_factory=dict)


def wanted(header: str) -> tuple[Wanted, ...]:
    """Read an Accept header, best first; of equals, the first. A weight that is no number is 1; what weighs 0 is left out."""
    found: list[tuple[float, Wanted]] = []
    for part in header.split(",")[:_MOST]:
        media_type, *parameters = (piece.strip() for piece in part.split(";"))
        if not media_type:
            continue
        named = {name.strip().lower(): value.strip().strip('"') for name, _, value in (each.partition("=") for each in parameters)}
        weight = _weight(named.pop("q", "1"))
        if weight > 0:
            found.append((weight, Wanted(media_type.lower(), named)))
    return tuple(each for _, each in sorted(found, key=lambda each: -each[0]))


def _weight(text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        return 1.0
    return weight if 0 <= weight <= 1 else 1.0
