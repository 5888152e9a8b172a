"""The OpenAPI document of this API, made of the route table and of what stands beside the operations.

Rule: OpenAPI Specification 3.1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version
from inspect import getdoc
from itertools import groupby
from typing import Any

from pidstack.protocols.rest.dispatch import ROUTES
from pidstack.protocols.rest.doi_lists import dois_of
from pidstack.protocols.rest.doi_paths import ABOUT, DEEDS, FILES, LISTS, list_in_form
from pidstack.protocols.rest.dois import delete_doi, put_doi, show_doi, show_in_form
from pidstack.protocols.rest.media_operations import add_media
from pidstack.protocols.rest.openapi_operations import (
    AS_FORMS,
    HTML,
    IN_FORMS,
    NAMES_IN_PATHS,
    OPERATIONS,
    PARAMETERS,
    PLAIN,
    REQUIRED,
    Told,
)
from pidstack.protocols.rest.openapi_schemas import schemas
from pidstack.services.render import FORMS as ALL_FORMS

Json = Any
_JSON, _SENT, _FORM = "application/json", "application/vnd.api+json", "application/x-www-form-urlencoded"
_BELOW = "/dois/{doi+}"
_LISTED_BELOW = ("/clients/{client+}", "/repositories/{client+}", "/providers/{provider+}")
_ABOUT_THIS = (
    "DataCite's REST API. Every `GET` is also answered as `HEAD`. Names of parameters may have hyphens or underscores. "
    "With `callback=name` a `GET` is answered as JavaScript. Bodies may be compressed with gzip or deflate."
)
_METHODS = {"PUT": ("put", "patch")}


@dataclass(frozen=True, slots=True)
class Line:
    """One operation at one path."""

    path: str
    method: str
    operation: Callable[..., Any]
    told: Told


def lines() -> Iterator[Line]:
    """Give all operations at all paths.

    Raises:
        KeyError: nothing is told of an operation.
    """
    for path, operations in _paths().items():
        for name, operation in operations.items():
            for method in _METHODS.get(name, (name.lower(),)):
                yield Line(path, method, operation, OPERATIONS[operation])


def description(base_url: str) -> dict[str, Json]:
    """Make the document.

    Args:
        base_url: of this registry, no slash at its end.
    """
    paths: dict[str, Json] = {}
    for line in lines():
        item = paths.setdefault(line.path, {"parameters": _path_parameters(line.path)})
        item[line.method] = _operation(line)
    schemes = {"password": {"type": "http", "scheme": "basic"}, "token": {"type": "http", "scheme": "bearer"}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "DataCite REST API of this registry", "version": _version(), "description": _ABOUT_THIS},
        "servers": [{"url": base_url}],
        "tags": [{"name": name} for name in dict.fromkeys(line.told.part for line in lines())],
        "paths": paths,
        "components": {"schemas": {**schemas(), "Description": {"type": "object"}}, "securitySchemes": schemes},
    }


def outline(base_url: str) -> list[dict[str, Json]]:
    """Give what a page for people shows of the document: its parts, in each the operations, PATCH with PUT."""
    document = description(base_url)
    found = sorted(lines(), key=lambda line: list(OPERATIONS).index(line.operation))
    parts = []
    for part, among in groupby(sorted(found, key=lambda line: _order(line.told.part)), key=lambda line: line.told.part):
        shown = [_shown(line, document) for line in among if line.method != "patch"]
        parts.append({"name": part, "operations": shown})
    return parts


def _order(part: str) -> int:
    return list(dict.fromkeys(told.part for told in OPERATIONS.values())).index(part)


def _shown(line: Line, document: dict[str, Json]) -> dict[str, Json]:
    item = document["paths"][line.path]
    operation = item[line.method]
    body = document["components"]["schemas"].get(line.told.takes, {})
    return {
        "method": "PUT, PATCH" if line.method == "put" else line.method.upper(),
        "path": line.path,
        "id": operation["operationId"],
        "summary": operation["summary"],
        "description": operation.get("description", ""),
        "parameters": [*item["parameters"], *operation["parameters"]],
        "takes": line.told.takes,
        "attributes": list(_attributes(body)),
        "answers": [
            (status, told["description"], line.told.gives.get(int(status), "")) for status, told in operation["responses"].items()
        ],
    }


def _attributes(schema: Json) -> dict[str, Json]:
    data = schema.get("properties", {}).get("data", {}).get("properties", {})
    found: dict[str, Json] = data.get("attributes", {}).get("properties", {}) or schema.get("properties", {})
    return found


def _paths() -> dict[str, dict[str, Callable[..., Any]]]:
    """Give the operations by path as clients know them: what lies below `/dois/` is more than one route tells."""
    found: dict[str, dict[str, Callable[..., Any]]] = {}
    for route, operations in ROUTES.items():
        if route == _BELOW:
            found |= {f"/dois/{word}": {"GET": operation} for word, operation in LISTS.items()}
            found |= {f"/dois/{word}": {"POST": operation} for word, operation in DEEDS.items()}
            found["/dois/{doi}"] = {"GET": show_doi, "PUT": put_doi, "DELETE": delete_doi}
            found["/dois/{type}/{subtype}"] = {"GET": list_in_form}
            found["/dois/{type}/{subtype}/{doi}"] = {"GET": show_in_form}
            found |= {f"/dois/{{doi}}/{word}": {"GET": operation} for word, operation in ABOUT.items()}
            found["/dois/{doi}/media"]["POST"] = add_media
            found["/dois/{doi}/media/{file}"] = dict(FILES)
        else:
            found[_plain(route)] = dict(operations)
        if route in _LISTED_BELOW:
            found[f"{_plain(route)}/dois"] = {"GET": dois_of}
    return found


def _plain(route: str) -> str:
    return route.replace("+}", "}")


def _operation(line: Line) -> Json:
    told = line.told
    made: Json = {
        "operationId": _id(line),
        "summary": told.summary,
        "tags": [told.part],
        "parameters": [_parameter(name, line.operation) for name in told.asks],
        "responses": _responses(line),
    }
    if more := _said(line.operation):
        made["description"] = more
    if told.takes:
        types = (_FORM, _JSON) if told.takes in AS_FORMS else (_SENT, _JSON)
        made["requestBody"] = {"required": True, "content": {each: {"schema": _ref(told.takes)} for each in types}}
    if not told.is_open:
        made["security"] = [{}, {"password": []}, {"token": []}]
    return made


def _said(operation: Callable[..., Any]) -> str:
    """Give what an operation's docstring says behind the request that it stands for: "`GET /x`: said.\""""
    found = re.match(r"`[^`]*`(?:, `[^`]*`)*: (.+)", (getdoc(operation) or "").split("\n\n")[0].replace("\n", " "))
    return f"{found[1][:1].upper()}{found[1][1:]}" if found else ""


def _id(line: Line) -> str:
    """Name an operation: as the function that does it, and at further paths of the same function after the path."""
    first = next(path for path, known in _paths().items() if line.operation in known.values())
    place = "" if line.path == first else f"_{line.path.split('/')[1].replace('-', '_')}"
    return f"{line.operation.__name__}{place}{'_partly' if line.method == 'patch' else ''}"


def _path_parameters(path: str) -> list[Json]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": NAMES_IN_PATHS[name],
            "schema": {"type": "string", "minLength": 1},
        }
        for name in re.findall(r"{(\w+)}", path)
    ]


def _parameter(name: str, operation: Callable[..., Any]) -> Json:
    described, schema = PARAMETERS[name]
    needed = {"required": True} if (operation, name) in REQUIRED else {}
    return {"name": name, "in": "query", **needed, "description": described, "schema": schema}


def _responses(line: Line) -> dict[str, Json]:
    told = line.told
    found: dict[int, Json] = {status: _answer(status, schema, line.operation) for status, schema in told.gives.items()}
    if line.method == "get" and not told.gives.keys() <= {204}:
        found[304] = {"description": "What the client has is still true"}
    always = (400,) if told.is_open else (400, 401)
    for status in {*always, *told.refuses, *((422,) if told.takes else ())}:
        found[status] = _answer(status, "Errors", line.operation)
    return {str(status): found[status] for status in sorted(found)}


def _answer(status: int, schema: str, operation: Callable[..., Any]) -> Json:
    made: Json = {"description": HTTPStatus(status).phrase}
    if schema in {HTML, PLAIN}:
        made["content"] = {schema: {"schema": {"type": "string"}}}
    elif schema:
        made["content"] = {_JSON: {"schema": _ref(schema)}}
        if operation in IN_FORMS and status == HTTPStatus.OK:
            made["content"] |= _forms()
    return made


def _forms() -> dict[str, Json]:
    return {media_type: {} for form in ALL_FORMS.values() for media_type in form.media_types}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _version() -> str:
    try:
        return version("pidstack")
    except PackageNotFoundError:  # the code lies in a layer, without what packages are known by
        return "0"
