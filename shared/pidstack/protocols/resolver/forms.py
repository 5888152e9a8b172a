"""A findable record in a form that a client asked for.

Rule: DataCite, "Content negotiation".
"""

from __future__ import annotations

import hashlib
import logging

from pidstack.domain.record import Record
from pidstack.formats.errors import Unreadable
from pidstack.protocols.accept import Wanted
from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.resolver.answers import FOUND_S, headers
from pidstack.protocols.resolver.location import location_of
from pidstack.protocols.symbols import client_id
from pidstack.protocols.tags import is_among
from pidstack.services.render import FORMS, render
from pidstack.services.resolve import Found

_FORM_OF = {media_type: form.name for form in FORMS.values() for media_type in form.media_types}
_log = logging.getLogger(__name__)


def is_form(media_type: str) -> bool:
    """Tell whether records can be written in a form of this name."""
    return media_type in _FORM_OF


def written(record: Record, request: Request, form: Wanted) -> Response | None:
    """Answer with a record in a form, or with 304 if the client has it; None if its description cannot be read."""
    style = form.parameters.get("style") or request.query.get("style") or "apa"
    locale = form.parameters.get("locale") or request.query.get("locale") or "en-US"
    about = headers(f"{form.media_type}; charset=utf-8", keep_s=FOUND_S, changed_s=record.updated_s)
    about["ETag"] = _tag(record, request.base_url, form.media_type, style, locale)
    if _is_known(request, about):
        return Response(304, "", about)
    url = location_of(Found(record), request.base_url)
    client = client_id(record.owner, record.group)
    try:
        text = render(record, _FORM_OF[form.media_type], url=url, style=style, locale=locale, client=client)
    except Unreadable:
        _log.warning("the description cannot be read: %s", record.identifier, exc_info=True)
        return None
    return Response(200, text, about)


def _tag(record: Record, *about: str) -> str:
    """Make a tag that changes with the record and with what is asked of it; weak, since programs change as well."""
    parts = (record.identifier.name, str(record.updated_s), str(record.version), *about)
    return f'W/"{hashlib.sha256(" ".join(parts).encode()).hexdigest()[:20]}"'


def _is_known(request: Request, about: dict[str, str]) -> bool:
    """Tell whether the client has this already. Rule: RFC 9110, section 13.2.2."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        return is_among(about["ETag"], tags)
    # Dates are compared as text: who sends back what was sent means the same second.
    return request.headers.get("if-modified-since") == about["Last-Modified"]
