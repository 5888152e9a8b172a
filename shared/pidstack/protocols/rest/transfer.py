"""What happens to bodies on their way: compressed ones are opened, answers compressed, wrapped for JSONP, and given a tag.

Rule: DataCite REST API (`Content-Encoding` on POST and PUT, `callback`); RFC 9110, sections 8.8.3, 12.5.3 and 13.1.2.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from dataclasses import replace

from pidstack.domain.errors import TooLarge
from pidstack.protocols.compression import CODING, accepts_gzip, compressed, is_worth_it
from pidstack.protocols.gateway import Request, Response
from pidstack.protocols.rest.requests import BadRequest
from pidstack.protocols.tags import is_among

CALLBACK = "callback"
_SCRIPT = "application/javascript; charset=utf-8"
_NO_SNIFFING = {"X-Content-Type-Options": "nosniff"}
# Only names: whatever else were put in front of an answer could be a script of somebody else's.
_FUNCTION = re.compile(r"[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*", re.ASCII)
_LONGEST_NAME = 100
_MOST_BYTES = 20_000_000  # of a body once it is opened; more than any record may hold, less than a function's memory
_WINDOWS = {"gzip": (16 + zlib.MAX_WBITS,), "x-gzip": (16 + zlib.MAX_WBITS,), "deflate": (zlib.MAX_WBITS, -zlib.MAX_WBITS)}
_KEPT = "max-age=0, private, must-revalidate"


def opened(request: Request) -> Request:
    """Give a request with its body as it was before it was compressed.

    Raises:
        BadRequest: the body is not what its header says, or its coding is not known.
        TooLarge: it is more than anybody can mean.
    """
    coding = request.headers.get("content-encoding", "").strip().lower()
    if coding in {"", "identity"} or not request.body:
        return request
    if coding not in _WINDOWS:
        raise BadRequest(f"The content encoding {coding!r} is not recognized: use gzip or deflate.")
    for window in _WINDOWS[coding]:
        body = _inflated(request.body, window)
        if body is not None:
            return replace(request, body=body)
    raise BadRequest(f"The body is not in the encoding {coding}.")


def is_for_script(request: Request) -> bool:
    """Tell whether a script of another site asks."""
    return request.method == "GET" and CALLBACK in request.query


def wrapped(response: Response, request: Request) -> Response:
    """Wrap a JSON answer as a call of the function that the request names, if it names one.

    Raises:
        BadRequest: what it names is none.
    """
    if not is_for_script(request):
        return response
    name = request.query[CALLBACK]
    if len(name) > _LONGEST_NAME or not _FUNCTION.fullmatch(name):
        raise BadRequest("Parameter callback is not the name of a function.")
    if isinstance(response.body, bytes) or "json" not in response.headers.get("Content-Type", ""):
        return response
    # Both end a line in JavaScript's older editions, and not in JSON.
    body = response.body.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return Response(response.status, f"{name}({body})", {**response.headers, "Content-Type": _SCRIPT, **_NO_SNIFFING})


def tagged(response: Response, request: Request) -> Response:
    """Let a client keep an answer, and ask each time whether it still holds."""
    if response.status not in {200, 201} or "ETag" in response.headers:
        return response
    tag = f'W/"{hashlib.sha256(_bytes(response)).hexdigest()[:32]}"'
    kept = {**response.headers, "ETag": tag, "Cache-Control": response.headers.get("Cache-Control", _KEPT)}
    is_kept = is_among(tag, request.headers.get("if-none-match", ""))
    if is_kept and response.status == 200 and request.method in {"GET", "HEAD"}:
        return Response(304, "", kept)
    return Response(response.status, response.body, kept)


def packed(response: Response, request: Request) -> Response:
    """Compress an answer for whoever can read it, if that saves anything."""
    body = _bytes(response)
    if not is_worth_it(body) or "Content-Encoding" in response.headers:
        return response
    headers = {**response.headers, "Vary": ", ".join(filter(None, (response.headers.get("Vary"), "Accept-Encoding")))}
    if not accepts_gzip(request.headers.get("accept-encoding", "")):
        return Response(response.status, response.body, headers)
    return Response(response.status, compressed(body), {**headers, "Content-Encoding": CODING})


def _bytes(response: Response) -> bytes:
    return response.body if isinstance(response.body, bytes) else response.body.encode()


def _inflated(body: bytes, window: int) -> bytes | None:
    """Inflate; None if it cannot be. "Deflate" has a header or none, as its senders have understood it."""
    stream = zlib.decompressobj(window)
    try:
        plain = stream.decompress(body, _MOST_BYTES)
    except zlib.error:
        return None
    if stream.unconsumed_tail:
        raise TooLarge("The body is too long.")
    return plain if stream.eof else None
