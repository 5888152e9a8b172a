"""DOIs and shoulders as the EZ API's paths name them: forgiving in their spelling, and DOIs only."""

from __future__ import annotations

import re

from pidstack.domain.errors import Invalid, InvalidIdentifier, NoSuchIdentifier, NoSuchShoulder
from pidstack.domain.identifier import Identifier, Scheme, ShoulderName
from pidstack.protocols.ez.words import NotSupported
from pidstack.protocols.gateway import Request

_OTHER_SCHEME = re.compile(r"\s*(ark|uuid)\s*:", re.IGNORECASE)


def asked_name(request: Request) -> str:
    """Give what the path names, decoded and otherwise as sent."""
    return request.after("/ez/id")


def new_doi(request: Request) -> Identifier:
    """Read the DOI that is to be made.

    Raises:
        NotSupported: an identifier of another scheme.
        InvalidIdentifier: no identifier at all.
    Rule: DataCite EZ API guide, "Limitations".
    """
    text = asked_name(request)
    _require_doi(text)
    identifier = Identifier.read(text)
    if identifier.scheme is not Scheme.DOI:
        raise _other_scheme(identifier.scheme)
    return identifier


def existing_doi(request: Request) -> Identifier:
    """Read a DOI that should exist; what is no identifier does not.

    Raises:
        NotSupported: an identifier of another scheme.
        NoSuchIdentifier: no identifier at all.
    """
    try:
        return new_doi(request)
    except InvalidIdentifier as refusal:
        raise NoSuchIdentifier("no such identifier") from refusal


def asked_shoulder(request: Request) -> ShoulderName:
    """Read the shoulder: a prefix, or a prefix and the start of names under it, in any case.

    Raises:
        NotSupported: a shoulder of another scheme.
        NoSuchShoulder: no shoulder at all.
    """
    text = request.after("/ez/shoulder").strip()
    _require_doi(text)
    prefix, _, start = text.lower().removeprefix("doi:").lstrip("/").partition("/")
    try:
        return ShoulderName.parse(f"doi:{prefix}/{start.upper()}")
    except Invalid as refusal:
        raise NoSuchShoulder("no such shoulder") from refusal


def shown(identifier: Identifier) -> str:
    """Write a DOI as this API shows it: in lower case."""
    return str(identifier).lower()


def _require_doi(text: str) -> None:
    other = _OTHER_SCHEME.match(text)
    if other:
        raise _other_scheme(other[1].lower())


def _other_scheme(scheme: str) -> NotSupported:
    return NotSupported(f"{scheme} identifiers are")
