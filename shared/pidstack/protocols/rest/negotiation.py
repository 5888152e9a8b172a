"""One DOI in the form that a client likes best, by its Accept header or by a path: `/dois/application/x-bibtex/10.5072/abc`.

Rule: DataCite REST API, "Content negotiation"; RFC 9110, section 12.5.1.
"""

from __future__ import annotations

import re
from functools import cache

from pidstack.domain.record import Record
from pidstack.protocols.accept import Wanted, wanted
from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.rest.doi_resource import url_of
from pidstack.protocols.rest.requests import NotAcceptable

UNKNOWN_TYPE = "The content type is not recognized."
VARY = {"Vary": "Accept"}
# What is answered with the JSON:API document: its own names, and what browsers and those who take anything send.
_DOCUMENT = frozenset(
    {"*/*", "application/*", "text/html", "application/xhtml+xml", "application/json", "application/vnd.api+json"}
)
_LINK = re.compile(r"/*((?:application|text)/[^/]+)/(.+)", re.DOTALL)


def is_document(form: Wanted) -> bool:
    """Tell whether a form is the JSON:API document, which has everything."""
    return form.media_type in _DOCUMENT


def form_of(request: Request) -> Wanted | None:
    """Tell which form a request wants; None for the JSON:API document.

    Raises:
        NotAcceptable: none of those that there are.
    """
    header = request.headers.get("accept", "").strip()
    if not header:
        return None
    for each in wanted(header):
        if is_document(each):
            return None
        if each.media_type in _forms():
            return each
    raise NotAcceptable(UNKNOWN_TYPE)


def split_link(path: str) -> tuple[Wanted, str] | None:
    """Part `application/x-bibtex/10.5072/abc` into the form and the name; None if it does not begin with a form.

    Raises:
        NotAcceptable: it begins with one that there is not.
    """
    found = _LINK.fullmatch(path)
    if found is None:
        return None
    form = Wanted(found[1].lower())
    if form.media_type not in _forms() and not is_document(form):
        raise NotAcceptable(UNKNOWN_TYPE)
    return form, found[2]


def in_form(record: Record, form: Wanted, request: Request) -> Response:
    """Write a record in a form. A citation's style and language are told by the query, or beside the media type.

    Raises:
        NotAcceptable: its description was kept before its rules were known, and cannot be read.
    """
    from pidstack.formats.errors import Unreadable
    from pidstack.services.render import render

    style, locale = (
        request.query.get(name) or form.parameters.get(name) or usual for name, usual in (("style", "apa"), ("locale", "en-US"))
    )
    url = url_of(record, request.base_url) or ""
    try:
        text = render(record, _forms()[form.media_type], url=url, style=style, locale=locale)
    except Unreadable as refusal:
        raise NotAcceptable("The description of this DOI cannot be read.") from refusal
    return Response(200, text, {"Content-Type": f"{form.media_type}; charset=utf-8", **VARY})


@cache
def _forms() -> dict[str, str]:
    from pidstack.services.render import FORMS

    return {media_type: form.name for form in FORMS.values() for media_type in form.media_types}
