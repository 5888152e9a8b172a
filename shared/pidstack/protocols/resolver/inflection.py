"""What is known of an identifier, and what the registry promises about it: the answer to `??`, `?info` and `/.info`.

Rule: J. Kunze, A. Turner, "Kernel Metadata and Electronic Resource Citations (ERCs)", for both stories; EZID API v2, "Identifier
resolution", for the object that programs get.
"""

from __future__ import annotations

import time
from typing import Any

from pidstack.domain.instant import instant
from pidstack.domain.record import Record
from pidstack.domain.state import State
from pidstack.formats.cited import one_line
from pidstack.formats.errors import Unreadable
from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.resolver.answers import FOUND_S, GONE_S, JSON, TEXT, as_json, headers
from pidstack.protocols.resolver.location import location_of, own_page, tombstone
from pidstack.protocols.vocabulary import status_of
from pidstack.services.render import render
from pidstack.services.resolve import Found

_TRIAL = "a name for trials, deleted two weeks after it was made"
_UNREADABLE = "erc:\nwho: (:unav)\nwhat: (:unav)\nwhen: (:unav)\n"


def inflected(record: Record, request: Request, registry: str, *, as_object: bool) -> Response:
    """Tell what is known.

    Args:
        registry: what it calls itself.
        as_object: whether to answer in JSON.
    """
    is_found = record.state is State.FINDABLE
    about = headers(JSON if as_object else TEXT, keep_s=FOUND_S if is_found else GONE_S, changed_s=record.updated_s)
    promise = _promise(record, request.base_url, registry)
    erc = _erc(record, request.base_url)
    if as_object:
        return Response(200, as_json(_object(record, request.base_url, erc) | {"erc-support": promise}), about)
    support = "".join(f"{label}: {value}\n" for label, value in promise.items())
    return Response(200, f"{erc}erc-support:\n{support}", about)


def _erc(record: Record, base_url: str) -> str:
    try:
        return render(record, "erc", url=location_of(Found(record), base_url))
    except Unreadable:
        return f"{_UNREADABLE}where: {own_page(record, base_url)}\n"


def _promise(record: Record, base_url: str, registry: str) -> dict[str, str]:
    what = _TRIAL if record.is_test else "the name is never given to anything else"
    if record.state is not State.FINDABLE:
        reason = f": {one_line(record.reason)}" if record.reason else ""
        what += f"; the object is not available any more{reason}"
    elif not record.is_test:
        what += "; its keeper keeps the object and where it leads up to date"
    page = own_page if record.state is State.FINDABLE else tombstone
    since = time.strftime("%Y%m%d", time.gmtime(record.registered_s or record.created_s))
    return {"who": one_line(registry), "what": what, "when": since, "where": page(record, base_url)}


def _object(record: Record, base_url: str, erc: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in record.elements.items():
        profile, dot, element = name.partition(".")
        if not dot:
            found[name] = value
        elif isinstance(found.setdefault(profile, {}), dict):
            found[profile][element] = value
        else:
            found[name] = value
    pairs = (line.partition(": ") for line in erc.splitlines()[1:])
    return {
        "id": record.identifier.name,
        **found,
        "erc": {label: value for label, _, value in pairs},
        "_owner": record.owner,
        "_ownergroup": record.group,
        "_profile": record.preferred_profile,
        "_target": location_of(Found(record), base_url),
        "_status": status_of(record),
        "_export": "yes" if record.exported else "no",
        "id created": instant(record.created_s),
        "id updated": instant(record.updated_s),
    }
