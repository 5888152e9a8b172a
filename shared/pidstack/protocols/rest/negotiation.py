"""DOIs in the form that a client likes best, by its Accept header or by a path: `/dois/application/x-bibtex/10.5072/abc`.

Rule: DataCite REST API, "Content negotiation"; RFC 9110, section 12.5.1.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from functools import cache

from pidstack.domain.record import Record
from pidstack.protocols.accept import Wanted, wanted
from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.rest.doi_resource import url_of
from pidstack.protocols.rest.requests import NotAcceptable
from pidstack.protocols.symbols import client_id

# In a page of a list: citations take some milliseconds each, and an answer holds no more than 6 MB.
MOST_IN_FORM = 250
UNKNOWN_TYPE = "The content type is not recognized."
VARY = {"Vary": "Accept"}
# What is answered with the JSON:API document: its own names, and what browsers and those who take anything send.
_DOCUMENT = frozenset(
    {
        *("*/*", "application/*", "text/html", "application/xhtml+xml"),
        *("application/json", "application/vnd.api+json", "application/jsonrequest", "text/x-json"),
    }
)
_LINK = re.compile(r"/*((?:application|text)/[^/]+)/(.+)", re.DOTALL)
_LIST = re.compile(r"/*((?:application|text)/[^/]+)/*")
_log = logging.getLogger(__name__)


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


def named_form(path: str) -> str:
    """Give the media type that a path is nothing but: `application/x-bibtex`; empty if it is something else."""
    found = _LIST.fullmatch(path)
    return found[1].lower() if found else ""


def in_form(record: Record, form: Wanted, request: Request) -> Response:
    """Write a record in a form. A citation's style and language are told by the query, or beside the media type.

    Raises:
        NotAcceptable: its description was kept before its rules were known, and cannot be read.
    """
    from pidstack.formats.errors import Unreadable

    try:
        text = _text(record, form, request)
    except Unreadable as refusal:
        raise NotAcceptable("The description of this DOI cannot be read.") from refusal
    return _answer(text, form)


def all_in_form(records: Sequence[Record], form: Wanted, request: Request, *, next_page: str) -> Response:
    """Write the records of a page one after the other. One that cannot be read is left out, and logged: it breaks no list.

    Args:
        next_page: where the list goes on, for the header `Link`, since the body has no place for it; empty if nowhere.
    """
    from pidstack.formats.errors import Unreadable
    from pidstack.services.render import FORMS

    texts = []
    for record in records:
        try:
            texts.append(_text(record, form, request))
        except Unreadable:
            _log.warning("the description cannot be read: %s", record.identifier, exc_info=True)
    more = {"Link": f'<{next_page}>; rel="next"'} if next_page else {}
    return _answer(FORMS[_forms()[form.media_type]].join(texts), form, more)


def _text(record: Record, form: Wanted, request: Request) -> str:
    from pidstack.services.render import render

    style, locale = (
        request.query.get(name) or form.parameters.get(name) or usual for name, usual in (("style", "apa"), ("locale", "en-US"))
    )
    url, client = url_of(record, request.base_url) or "", client_id(record.owner, record.group)
    return render(record, _forms()[form.media_type], url=url, style=style, locale=locale, client=client)


def _answer(text: str, form: Wanted, more: Mapping[str, str] | None = None) -> Response:
    return Response(200, text, {"Content-Type": f"{form.media_type}; charset=utf-8", **VARY, **(more or {})})


@cache
def _forms() -> dict[str, str]:
    from pidstack.services.render import FORMS

    return {media_type: form.name for form in FORMS.values() for media_type in form.media_types}
