"""The operator hands the name space out: prefixes, the shoulders under them, and which account may use which shoulder."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TypedDict, Unpack

from pidstack.domain.accounts import Account, account_name
from pidstack.domain.errors import Invalid, InvalidIdentifier, NoSuchIdentifier
from pidstack.domain.identifier import Identifier, Scheme, ShoulderName
from pidstack.domain.record import Record
from pidstack.domain.shoulder import Agency, Prefix, Shoulder, root_of
from pidstack.ports.directory import DirectoryKeeper
from pidstack.ports.identifiers import IdentifierStore
from pidstack.services.keep import change_entry, create_once, found_or_refuse, the_account

_DOI_PREFIX = re.compile(r"10\.\d+")


class PrefixChanges(TypedDict, total=False):
    """What may change in a prefix. Under a disabled one no account makes names any more."""

    title: str
    disabled: bool


class ShoulderChanges(TypedDict, total=False):
    """What may change in a shoulder. Identifiers made before keep the agency and the lifetime that they were given."""

    title: str
    agency: Agency
    datacenter: str
    mints: bool
    test: bool
    disabled: bool


def prefix_name(text: str) -> str:
    """Give the canonical name of a prefix as people write it: `10.5072`, `doi:10.5072`, `99999`, `ark:/99999` or `uuid:`.

    Raises:
        Invalid: neither a DOI prefix, nor a NAAN, nor `uuid:`.
    """
    scheme, colon, value = text.strip().lower().rpartition(":")
    value = value.strip("/")
    if not colon:
        scheme = "uuid" if value == "uuid" else "doi" if _DOI_PREFIX.fullmatch(value) else "ark"
    try:
        if scheme == "uuid" and value in ("", "uuid"):
            return root_of(ShoulderName("uuid:"))
        return root_of(ShoulderName.parse({"doi": f"doi:{value}/", "ark": f"ark:/{value}/"}.get(scheme, "")))
    except Invalid as refusal:
        raise Invalid(f"{text!r} is not a prefix: write 10.5072, ark:/99999 or uuid:.", field="prefix") from refusal


def the_prefix(text: str, keeper: DirectoryKeeper) -> Prefix:
    """Give the prefix that `text` names.

    Raises:
        NotFound: there is none.
    """
    name = prefix_name(text)
    return found_or_refuse(keeper.prefix(name), f"There is no prefix {name}.")


def create_prefix(text: str, keeper: DirectoryKeeper, now_s: int, *, title: str = "") -> tuple[Prefix, bool]:
    """Keep a new prefix.

    Returns:
        the prefix, and whether it is new.
    Raises:
        AlreadyExists: it exists, and is disabled or has another title.
    """
    name = prefix_name(text)
    return create_once(_checked_prefix(Prefix(name, title, created_s=now_s)), lambda: keeper.prefix(name), keeper)


def change_prefix(text: str, keeper: DirectoryKeeper, **changes: Unpack[PrefixChanges]) -> Prefix:
    """Change a prefix; it is given as it is afterwards."""
    return change_entry(lambda: the_prefix(text, keeper), lambda prefix: _checked_prefix(replace(prefix, **changes)), keeper)


def _checked_prefix(prefix: Prefix) -> Prefix:
    return replace(prefix, title=prefix.title.strip())


def shoulder_name(text: str) -> ShoulderName:
    """Accept a shoulder that is written exactly as identifiers under it will begin.

    Raises:
        Invalid: it is not; the message tells the canonical form, where there is one.
    """
    try:
        return ShoulderName.parse(text)
    except Invalid as refusal:
        canonical = _canonical_shoulder(text)
        better = f" as written; write {canonical}" if canonical else ""
        raise Invalid(f"{text!r} is not a shoulder{better}.", field="shoulder") from refusal


def _canonical_shoulder(text: str) -> str:
    """Find what was meant by putting one more character behind it, and taking it away again."""
    if text.strip().lower().strip(":") == "uuid":
        return "uuid:"
    for head in (text.strip(), f"{text.strip()}/"):
        try:
            return str(ShoulderName.parse(Identifier.read(f"{head}x").name[:-1]))
        except Invalid:
            continue
    return ""


def the_shoulder(text: str, keeper: DirectoryKeeper) -> Shoulder:
    """Give the shoulder that is written `text`.

    Raises:
        NotFound: there is none.
    """
    name = shoulder_name(text)
    return found_or_refuse(_shoulder(name, keeper), f"There is no shoulder {name}.")


def shoulders(keeper: DirectoryKeeper, prefix: str = "") -> list[Shoulder]:
    """List shoulders by name, those of one prefix or all."""
    roots = [the_prefix(prefix, keeper).name] if prefix else [known.name for known in keeper.prefixes()]
    return [shoulder for root in roots for shoulder in keeper.shoulders(root)]


def create_shoulder(wanted: Shoulder, keeper: DirectoryKeeper) -> tuple[Shoulder, bool]:
    """Keep a new shoulder, and its prefix if that is new as well.

    Returns:
        the shoulder, and whether it is new.
    Raises:
        Invalid: its settings break a rule, or its prefix is disabled.
        AlreadyExists: it exists with other settings; the message names them.
    """
    shoulder = _checked_shoulder(wanted)
    root = root_of(shoulder.name)
    prefix = keeper.prefix(root) or create_prefix(root, keeper, shoulder.created_s)[0]
    if prefix.disabled:
        raise Invalid(f"Prefix {root} is disabled and takes no new shoulders.", field="prefix")
    return create_once(shoulder, lambda: _shoulder(shoulder.name, keeper), keeper)


def change_shoulder(text: str, keeper: DirectoryKeeper, **changes: Unpack[ShoulderChanges]) -> Shoulder:
    """Change a shoulder; it is given as it is afterwards."""
    return change_entry(lambda: the_shoulder(text, keeper), lambda old: _checked_shoulder(replace(old, **changes)), keeper)


def grant(text: str, account: str, keeper: DirectoryKeeper) -> Account:
    """Let an account make names under a shoulder. Safe to repeat."""
    name = str(the_shoulder(text, keeper).name)
    return change_entry(lambda: the_account(account, keeper), lambda old: replace(old, shoulders=old.shoulders | {name}), keeper)


def revoke(text: str, account: str, keeper: DirectoryKeeper) -> Account:
    """Take a shoulder back from an account, which keeps what it made under it. Safe to repeat."""
    name = str(shoulder_name(text))
    return change_entry(lambda: the_account(account, keeper), lambda old: replace(old, shoulders=old.shoulders - {name}), keeper)


def holders(shoulder: Shoulder, accounts: Iterable[Account]) -> list[str]:
    """Name those of `accounts` to which the shoulder was granted."""
    return [account.name for account in accounts if str(shoulder.name) in account.shoulders]


def _shoulder(name: ShoulderName, keeper: DirectoryKeeper) -> Shoulder | None:
    return next((known for known in keeper.shoulders(root_of(name)) if known.name == name), None)


def _checked_shoulder(shoulder: Shoulder) -> Shoulder:
    title, is_doi = shoulder.title.strip(), shoulder.name.scheme is Scheme.DOI
    datacenter = account_name(shoulder.datacenter).upper() if shoulder.datacenter else ""
    if not title:
        raise Invalid("A shoulder needs a name for people.", field="title")
    if not is_doi and shoulder.agency is not Agency.NONE:
        raise Invalid(f"{shoulder.name}: only DOIs have a data center or are registered with Crossref.", field="agency")
    if is_doi and shoulder.agency is Agency.NONE and shoulder.test:  # nobody is told of tests, so their agency needs no account
        shoulder = replace(shoulder, agency=Agency.DATACITE)
    if is_doi and shoulder.agency is Agency.NONE:
        raise Invalid(f"{shoulder.name}: DOIs need a data center (DataCite), or Crossref.", field="agency")
    if shoulder.agency is Agency.DATACITE and not datacenter and not shoulder.test:
        raise Invalid(f"{shoulder.name}: DataCite needs a data center, unless the shoulder is for tests.", field="datacenter")
    return replace(shoulder, title=title, datacenter=datacenter)


def find_record(text: str, identifiers: IdentifierStore) -> Record:
    """Give the record of an identifier in any form that people write; drafts and the registry's own agents included.

    Raises:
        InvalidIdentifier: no identifier can be made out.
        NoSuchIdentifier: it has no record.
    """
    try:
        identifier = Identifier.read(text)
    except InvalidIdentifier as refusal:
        raise InvalidIdentifier(f"{text!r} is not an identifier.", field="identifier") from refusal
    record = identifiers.get(identifier)
    if record is None:
        raise NoSuchIdentifier(f"There is no identifier {identifier}.")
    return record
