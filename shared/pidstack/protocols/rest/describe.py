"""The operations that tell about the API itself: its OpenAPI document, for programs and as a page for people."""

from __future__ import annotations

import json
from functools import cache

from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.rest.documents import MEDIA_TYPE
from pidstack.protocols.rest.service import Service

_KEPT_S = 300
_KEPT = {"Cache-Control": f"public, max-age={_KEPT_S}"}


def show_description(request: Request, service: Service) -> Response:
    """`GET /openapi.json`: made out of the program itself."""
    return Response(200, _text(request.base_url), {"Content-Type": MEDIA_TYPE, **_KEPT})


def show_api_page(request: Request, service: Service) -> Response:
    """`GET /docs/rest`: all operations, what they take and what they give, without scripts."""
    from pidstack.protocols.pages.layout import page
    from pidstack.protocols.rest.openapi import outline

    return page("openapi.html", request.base_url, registry=service.name, keep_s=_KEPT_S, parts=outline(request.base_url))


@cache
def _text(base_url: str) -> str:
    from pidstack.protocols.rest.openapi import description

    return json.dumps(description(base_url), ensure_ascii=False, separators=(",", ":"))
