"""What is asked for in a download request, checked in EZID's order and refused in EZID's words.

Names are read in the order of their first appearance, each with all its values; what concerns several of them comes after that.
Rule: EZID API v2, "Batch download", "Download parameters".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import parse_qsl

from pidstack.domain.accounts import account_name
from pidstack.domain.errors import Forbidden, Invalid
from pidstack.domain.export import Compression, Filter, Form, Order
from pidstack.domain.identifier import Scheme
from pidstack.domain.state import State
from pidstack.protocols.ezid.words import BadRequest

MOST_PARAMETERS = 1000
MOST_ORDER_BYTES = 380_000  # an order is kept as one item, of 400 KB at most
_STATES = {"reserved": State.DRAFT, "public": State.FINDABLE, "unavailable": State.REGISTERED}
_SCHEMES = {"ark": Scheme.ARK, "doi": Scheme.DOI, "uuid": Scheme.UUID}
_UTC_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_SECONDS = re.compile(r"\s*[+-]?\d{1,12}\s*", re.ASCII)
_LINE_BREAKS = re.compile(r"\s")


class Owners(Protocol):
    """What has to be known of accounts and groups to read an order."""

    def account(self, name: str) -> bool:
        """Tell whether there is an account of this canonical name."""

    def members(self, group: str) -> Sequence[str] | None:
        """List a group's accounts by name; None if there is no such group."""

    def may_have_of(self, account: str) -> bool:
        """Tell whether the requester may have an account's identifiers."""

    def may_have_of_group(self, group: str) -> bool:
        """Tell whether the requester may have the identifiers of a group's accounts."""


class _Wrong(Exception):
    """A value that its parameter does not take."""


def form_parameters(body: bytes, content_type: str) -> list[tuple[str, str]]:
    """Read the parameters of a form, in order. Another type of content has none.

    Raises:
        BadRequest: more of them than anybody needs.
    """
    if content_type.partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        return []
    try:
        return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
    except ValueError as error:
        raise BadRequest("too many parameters") from error


def read_order(parameters: Sequence[tuple[str, str]], requester: str, owners: Owners, base_url: str) -> Order:
    """Read an order.

    Args:
        parameters: name and value, decoded, in the order in which they were sent.
        requester: canonical name of the account that asks.
        base_url: of the registry as the requester sees it.
    Raises:
        BadRequest: with EZID's words for what is wrong with it, or with ours if it is too long.
        Forbidden: the identifiers of an account or group that the requester may not have.
    """
    given: dict[str, list[str]] = {}
    for name, value in parameters:
        given.setdefault(name, []).append(value)
    read = {name: _read(name, values, owners) for name, values in given.items()}
    if "format" not in read:
        raise BadRequest("missing required parameter: format")
    form = Form(read["format"])
    if form is Form.CSV and "column" not in read:
        raise BadRequest("format 'csv' requires at least one column")
    if form is not Form.CSV and "column" in read:
        raise BadRequest("parameter is incompatible with format: column")
    order = Order(
        requester=requester,
        owners=_harvested(read, requester, owners),
        form=form,
        compression=Compression(read.get("compression", "gzip")),
        columns=tuple(read.get("column", ())),
        filter=_filter(read),
        written_times=read.get("convertTimestamps", False),
        safe_cells=read.get("csvSafe", False),
        notify=tuple(read.get("notify", ())),
        base_url=base_url,
    )
    if (size := _size(order)) > MOST_ORDER_BYTES:
        raise BadRequest(f"the parameters, with all accounts of groups, take {size} bytes, {MOST_ORDER_BYTES} are kept")
    return order


def _size(order: Order) -> int:
    return len(json.dumps(order.as_json(), ensure_ascii=False).encode(errors="replace"))


def _read(name: str, values: Sequence[str], owners: Owners) -> Any:
    parameter = _PARAMETERS.get(name)
    if parameter is None:
        raise BadRequest(f"invalid parameter: {_LINE_BREAKS.sub(' ', name)}")
    if not parameter.repeatable and len(values) > 1:
        raise BadRequest(f"parameter is not repeatable: {name}")
    try:
        read = [parameter.read(value, owners) for value in values]
    except _Wrong as wrong:
        raise BadRequest(f"parameter '{name}': {wrong}") from wrong
    return read if parameter.repeatable else read[0]


def _harvested(read: Mapping[str, Any], requester: str, owners: Owners) -> tuple[str, ...]:
    """List whose identifiers are wanted: accounts as given, then groups' members, nobody twice; without either, the requester's."""
    if "owner" not in read and "ownergroup" not in read:
        return (requester,)
    wanted: dict[str, None] = {}
    for account in read.get("owner", ()):
        if not owners.may_have_of(account):
            raise Forbidden("forbidden")
        wanted[account] = None
    for group in read.get("ownergroup", ()):
        if not owners.may_have_of_group(group):
            raise Forbidden("forbidden")
        wanted |= dict.fromkeys(owners.members(group) or ())
    return tuple(wanted)


def _filter(read: Mapping[str, Any]) -> Filter:
    return Filter(
        schemes=frozenset(read.get("type", ())),
        states=frozenset(read.get("status", ())),
        profiles=frozenset(read.get("profile", ())),
        exported=read.get("exported"),
        test=read.get("permanence"),
        crossref=read.get("crossref"),
        datacite=read.get("datacite"),
        created_from_s=read.get("createdAfter"),
        created_before_s=read.get("createdBefore"),
        updated_from_s=read.get("updatedAfter"),
        updated_before_s=read.get("updatedBefore"),
    )


Reader = Callable[[str, Owners], Any]


@dataclass(frozen=True, slots=True)
class _Parameter:
    read: Reader
    repeatable: bool = False


def _text(value: str, _owners: Owners) -> str:
    if not (stripped := value.strip()):
        raise _Wrong("empty value")
    return stripped


def _one_of(words: Mapping[str, Any]) -> Reader:
    def read(value: str, _owners: Owners) -> Any:
        if value not in words:
            raise _Wrong("invalid parameter value")
        return words[value]

    return read


def _moment(value: str, _owners: Owners) -> int:
    try:
        if _UTC_TIME.fullmatch(value):
            return int(datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp())
        if _SECONDS.fullmatch(value):
            return int(value)
    except ValueError:
        pass
    raise _Wrong("invalid timestamp")


def _owner(value: str, owners: Owners) -> str:
    name = _canonical(value)
    if not name or not owners.account(name):
        raise _Wrong("no such user")
    return name


def _group(value: str, owners: Owners) -> str:
    name = _canonical(value)
    if not name or owners.members(name) is None:
        raise _Wrong("no such group")
    return name


def _canonical(value: str) -> str:
    try:
        return account_name(value)
    except Invalid:
        return ""


_YES_NO = _one_of({"yes": True, "no": False})
_PARAMETERS = {
    "column": _Parameter(_text, repeatable=True),
    "compression": _Parameter(_one_of({each.value: each for each in Compression})),
    "convertTimestamps": _Parameter(_YES_NO),
    "createdAfter": _Parameter(_moment),
    "createdBefore": _Parameter(_moment),
    "crossref": _Parameter(_YES_NO),
    "csvSafe": _Parameter(_YES_NO),  # ours
    "datacite": _Parameter(_YES_NO),
    "exported": _Parameter(_YES_NO),
    "format": _Parameter(_one_of({each.value: each for each in Form})),
    "notify": _Parameter(_text, repeatable=True),
    "owner": _Parameter(_owner, repeatable=True),
    "ownergroup": _Parameter(_group, repeatable=True),
    "permanence": _Parameter(_one_of({"test": True, "real": False})),
    "profile": _Parameter(_text, repeatable=True),
    "status": _Parameter(_one_of(_STATES), repeatable=True),
    "type": _Parameter(_one_of(_SCHEMES), repeatable=True),
    "updatedAfter": _Parameter(_moment),
    "updatedBefore": _Parameter(_moment),
}
