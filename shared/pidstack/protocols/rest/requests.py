"""What a request asks for: names in paths, parameters, pages.

Rule: DataCite REST API, "Pagination"; names of parameters may have hyphens or underscores.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from pidstack.domain.errors import Invalid, NoSuchIdentifier
from pidstack.domain.identifier import Identifier, Scheme
from pidstack.protocols.gateway import Request

MOST_LISTED = 10_000  # records that pages reach by their numbers
_LARGEST_PAGE, _USUAL_PAGE = 1000, 25
_NUMBER = re.compile("-?[0-9]{1,9}", re.ASCII)


class BadRequest(Invalid):
    """The request itself cannot be read, whatever it is about."""


class NotAcceptable(Invalid):
    """There is no form that the client would take."""


@dataclass(frozen=True, slots=True)
class Page:
    """The part of a list that is asked for.

    Attributes:
        size: 0 to 1000.
        number: from 1; counts where there is no cursor.
        cursor: as the page before gave it; None without one, empty at the beginning.
    """

    size: int
    number: int = 1
    cursor: str | None = None

    @property
    def skip(self) -> int:
        """How many come before it, by its number."""
        return (self.number - 1) * self.size


def parameters(request: Request) -> Mapping[str, str]:
    """Give the query's parameters by their names with hyphens; of a repeated one the last."""
    return {name.replace("_", "-"): value for name, value in request.query.items()}


def read_page(given: Mapping[str, str]) -> Page:
    """Read `page[size]`, `page[number]` and `page[cursor]`. What is no number counts as not sent, what is too large is cut."""
    size = min(max(_whole(given.get("page[size]", ""), _USUAL_PAGE), 0), _LARGEST_PAGE)
    last = MOST_LISTED // size if size else 1
    number = min(max(_whole(given.get("page[number]", ""), 1), 1), last)
    cursor = given.get("page[cursor]")
    return Page(size, number, "" if cursor == "1" else cursor)


def read_data(request: Request) -> dict[str, Any]:
    """Read a body's `data`: the resource object that a client sends.

    Raises:
        BadRequest: the body is not JSON, or has no `data`, or attributes that are no object.
    """
    try:
        body = json.loads(request.body, parse_constant=_refuse_constant)
        json.dumps(body, ensure_ascii=False).encode()  # half a surrogate pair is no character, and nothing can be done with it
    except (ValueError, RecursionError) as error:
        raise BadRequest("The body is not valid JSON.") from error
    data = body.get("data") if isinstance(body, dict) else None
    if not isinstance(data, dict) or not data or not isinstance(data.get("attributes"), dict | None):
        raise BadRequest("You need to provide a payload following the JSONAPI spec")
    return data


def members(value: object) -> Mapping[str, Any]:
    """Give what an object of JSON has; what is none has nothing."""
    return value if isinstance(value, dict) else {}


def text_of(told: Mapping[str, Any], name: str) -> str:
    """Give a member that is text, without blanks around it; empty if it is something else, or not there."""
    value = told.get(name)
    return value.strip() if isinstance(value, str) else ""


def related(data: Mapping[str, Any], kind: str) -> str:
    """Read the id in `relationships.{kind}.data` of what a client sends; empty if it names none."""
    return text_of(members(members(members(data.get("relationships")).get(kind)).get("data")), "id")


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def split_path(request: Request, base: str) -> tuple[str, str]:
    """Part the path behind `base` (`/dois`) into a name, decoded, and the word behind its last slash.

    A name may have slashes of its own, plain or encoded; only a plain one parts.
    """
    head, slash, tail = request.path.removeprefix(base).strip("/").rpartition("/")
    return (unquote(head), tail) if slash else (unquote(tail), "")


def read_doi(text: str) -> Identifier:
    """Read the name of a DOI, with or without `doi:` or the address of a resolver.

    Raises:
        NoSuchIdentifier: it is none.
        InvalidIdentifier: it is no identifier at all.
    """
    identifier = Identifier.read(text)
    if identifier.scheme is not Scheme.DOI:
        raise NoSuchIdentifier("no such DOI")
    return identifier


def _whole(text: str, usual: int) -> int:
    return int(text) if _NUMBER.fullmatch(text) else usual
