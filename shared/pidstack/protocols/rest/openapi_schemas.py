"""What the REST API's bodies look like, as JSON Schema: descriptions out of the tables that they are written by, the rest by hand.

Rule: OpenAPI 3.1, "Schema Object"; DataCite REST API, "DOI attributes".
"""

from __future__ import annotations

from typing import Any

from pidstack.domain.state import State
from pidstack.formats import properties
from pidstack.formats.attributes import ATTRIBUTES
from pidstack.formats.properties import Many, One, Part, Shape, Words, key_of
from pidstack.protocols.rest.doi_resource import RELATIONS

Json = Any
TEXT: Json = {"type": "string"}
WHOLE: Json = {"type": "integer"}
_COORDINATES = frozenset({"latitude", "longitude", "west", "east", "south", "north"})
_MOMENT: Json = {"type": "string", "description": "UTC: `2026-11-22T05:20:21.000Z`"}
_ANYTHING: Json = {"type": "object"}
_STATES = [state.value for state in State]
EVENTS = ["publish", "register", "hide", "show"]


def schemas() -> dict[str, Json]:
    """Give all schemas by their names."""
    return {
        "Errors": _object({"errors": _list(_ref("Error"))}),
        "Error": _object({"title": TEXT}, {"status": TEXT, "source": TEXT, "uid": TEXT}),
        **{_name(key): schema for key, schema in _described().items()},
        **_dois(),
        **_resources(),
        **_around(),
    }


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _or_null(schema: Json) -> Json:
    if isinstance(schema.get("type"), str):
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def _list(schema: Json) -> Json:
    return {"type": "array", "items": schema}


def _object(required: dict[str, Json], optional: dict[str, Json] | None = None, *, closed: bool = True) -> Json:
    made: Json = {"type": "object", "properties": {**required, **(optional or {})}}
    if required:
        made["required"] = list(required)
    return made | ({"additionalProperties": False} if closed else {})


# Descriptions ------------------------------------------------------------------------------------------------------------------


def _metadata() -> dict[str, Json]:
    """Name the schemas of the attributes that describe an object, in their order."""
    return {key: _ref(_name(key)) for key in ATTRIBUTES}


def _name(attribute: str) -> str:
    return f"{attribute[:1].upper()}{attribute[1:]}"


def _described() -> dict[str, Json]:
    found = {key_of(part): _top(part) for part in properties.RESOURCE.parts}
    found["identifiers"] = _list(_object({"identifier": TEXT, "identifierType": TEXT}))
    found["container"] = _shape(properties.CONTAINER)
    found["publicationYear"] = _or_null(WHOLE)
    found["publisher"] = {"anyOf": [TEXT, _shape(properties.PUBLISHER), {"type": "null"}]}
    return {name: found[name] for name in ATTRIBUTES}


def _top(part: Part) -> Json:
    return _part(part) if isinstance(part, Many | Words) else _or_null(_part(part))


def _part(part: Part) -> Json:
    match part:
        case Words():
            return _list(TEXT)
        case One():
            return _shape(part.shape)
        case Many() if part.shape is properties.POLYGON:
            corner = _object({}, {"polygonPoint": _shape(_corner()), "inPolygonPoint": _shape(_corner())})
            return _list({"anyOf": [corner, _list(corner)]})
        case Many() if part.shape is properties.AFFILIATION:
            return _list({"anyOf": [TEXT, _shape(part.shape)]})
        case Many():
            return _list(_shape(part.shape))
    return {"type": ["number", "string"]} if part.field in _COORDINATES else TEXT


def _corner() -> Shape:
    return properties.point("polygonPoint")


def _shape(shape: Shape) -> Json:
    parts = (each for part in shape.parts for each in (part, *getattr(part, "attributes", ())))
    return _object({}, {key_of(each): _part(each) for each in parts})


# DOIs --------------------------------------------------------------------------------------------------------------------------


def _dois() -> dict[str, Json]:
    told = _doi_attributes()
    client = {"client": _one(_ref("Reference")), "provider": _one(_ref("Reference"))}
    many = {name: _one(_list(_ref("Reference"))) for name in ("media", *RELATIONS)}
    landing_page = {"landingPage": _or_null(_ANYTHING), "agency": _or_null(TEXT)}
    return {
        "DoiAttributes": _object(told, landing_page),
        "Doi": _resource("dois", _ref("DoiAttributes"), relationships=_object({**client, **many})),
        "DoiDocument": _object({"data": _ref("Doi")}, {"included": _list(_ref("Resource"))}),
        "ListedDoi": _resource("dois", _object({}, {**told, **landing_page}), relationships=_object({}, {**client, **many})),
        "DoiList": _page("ListedDoi", {"included": _list(_ref("Resource"))}),
        "DoiChange": _doi_change(),
        "DoiName": _sent("dois", _object({"doi": TEXT}, closed=False)),
        "DoiOrErrors": {"anyOf": [_ref("DoiDocument"), _ref("Errors")]},
        "Names": _object({"dois": _list(TEXT)}),
        "Phrase": _object({"phrase": TEXT}),
        "Url": _object({"url": TEXT}),
    }


def _doi_attributes() -> dict[str, Json]:
    counted = ("view", "download", "reference", "citation", "part", "partOf", "version", "versionOf")
    counts = {f"{name}Count": WHOLE for name in counted}
    counts |= {f"{name}OverTime": _list(_ANYTHING) for name in ("views", "downloads", "citations")}
    texts = ("xml", "url", "schemaVersion", "source", "reason", "registered", "published")
    return {
        **dict.fromkeys(("doi", "prefix", "suffix"), TEXT),
        **_metadata(),
        **{name: _or_null(TEXT) for name in texts},
        "contentUrl": _or_null(_list(TEXT)),
        "metadataVersion": WHOLE,
        "isActive": {"type": "boolean"},
        "state": {"enum": _STATES},
        **counts,
        "created": _MOMENT,
        "updated": _MOMENT,
    }


def _doi_change() -> Json:
    """Describe what is sent to make or change a DOI. Attributes that are not known are passed over."""
    attributes = {
        "doi": _or_null({**TEXT, "description": "Of a new DOI; or `prefix`, for a name that is made up"}),
        "prefix": _or_null({**TEXT, "description": "`10.5072`, or with the start of the name: `10.5072/fk2`"}),
        "event": _or_null({**TEXT, "enum": [*EVENTS, None], "description": "What is to become of its state"}),
        "url": _or_null({**TEXT, "description": "http, https or ftp"}),
        "xml": _or_null(
            {
                **TEXT,
                "description": "Base64 of DataCite or Crossref XML, JSON of six kinds, RIS or BibTeX",
            }
        ),
        "mode": {"enum": ["transfer"], "description": "Hands a DOI over to the client that is named, and changes nothing else"},
        **{name: _or_null(schema) for name, schema in _metadata().items()},
        "publicationYear": {"type": ["integer", "string", "null"]},
        "contentUrl": {"anyOf": [TEXT, _list(TEXT), {"type": "null"}]},
        "landingPage": _or_null(_ANYTHING),
        **{name: _or_null(TEXT) for name in ("schemaVersion", "source", "reason")},
    }
    client = {"client": _object({"data": _object({"id": TEXT}, closed=False)}, closed=False)}
    return _sent("dois", _object({}, attributes, closed=False), _object({}, client, closed=False))


# Everything else ---------------------------------------------------------------------------------------------------------------


def _resources() -> dict[str, Json]:
    kinds = {"Client": "clients", "Provider": "providers", "Prefix": "prefixes", "Assignment": "", "Activity": "activities"}
    found: dict[str, Json] = {}
    for name, kind in kinds.items():
        attributes = _ATTRIBUTES[name]
        closed = name != "Client"  # repositories have some more
        types = {
            "Client": ["clients", "repositories"],
            "Assignment": ["client-prefixes", "repository-prefixes", "provider-prefixes"],
        }
        found[name] = _resource(types.get(name, kind), _object(attributes, closed=closed), relationships=_ANYTHING, optional=True)
        found[f"{name}Document"] = _object({"data": _ref(name)})
        found[f"{name}List"] = _page(name)
    return found


def _texts(names: str) -> dict[str, Json]:
    return dict.fromkeys(names.split(), TEXT)


def _texts_or_null(names: str) -> dict[str, Json]:
    return {name: _or_null(TEXT) for name in names.split()}


_ATTRIBUTES: dict[str, dict[str, Json]] = {
    "Client": {
        **_texts("name symbol clientType domains"),
        **_texts_or_null("alternateName description re3data opendoar url created updated"),
        "year": _or_null(WHOLE),
        "language": _list(TEXT),
        "issn": _ANYTHING,
        "isActive": {"type": "boolean"},
    },
    "Provider": {
        **_texts("name displayName symbol memberType"),
        **_texts_or_null("website description region country logoUrl organizationType focusArea rorId joined created updated"),
        "isActive": {"type": "boolean"},
        "hasPassword": {"type": "boolean"},
    },
    "Prefix": {"prefix": TEXT, **_texts_or_null("createdAt")},
    "Assignment": _texts_or_null("createdAt updatedAt"),
    "Activity": {
        **_texts("prov:wasGeneratedBy prov:generatedAtTime prov:wasDerivedFrom"),
        **_texts_or_null("prov:wasAttributedTo"),
        "action": {"enum": ["create", "update"]},
        "version": {"type": "integer", "minimum": 1},
        "changes": {"type": "object", "description": "Of a creation values, of an update pairs: before, after"},
    },
    "Key": {**_texts("name keyPrefix created updated"), **_texts_or_null("lastUsedAt revokedAt")},
    "Media": {**_texts("url mediaType created updated"), "version": WHOLE},
}


def _around() -> dict[str, Json]:
    key = _object(_ATTRIBUTES["Key"], {"key": {**TEXT, "description": "Told once, when it is made"}})
    client = _texts_or_null("symbol name contactEmail systemEmail url domains passwordInput")
    provider = _object({"provider": _object({"data": _object({"id": TEXT}, closed=False)}, closed=False)}, closed=False)
    described = _object({"id": TEXT, "type": TEXT}, {"attributes": _ANYTHING, "relationships": _ANYTHING})
    return {
        "Reference": _object({"id": TEXT, "type": TEXT}),
        "Resource": described,
        "Meta": {
            "type": "object",
            "description": "Also counts of values, by filter",
            "properties": {"total": WHOLE, "totalPages": WHOLE, "page": WHOLE},
        },
        "Links": _object({"self": TEXT}, {"next": TEXT}),
        "Media": _resource("media", _object(_ATTRIBUTES["Media"])),
        "MediaDocument": _object({"data": _ref("Media")}),
        "NewMedia": _sent("media", _object({"url": TEXT}, {"mediaType": _or_null(TEXT)}, closed=False)),
        "MediaChange": _sent("media", _object({}, {"url": TEXT, "mediaType": _or_null(TEXT)}, closed=False)),
        "MediaList": _object({"data": _list(_ref("Media")), "meta": _ref("Meta")}),
        "Key": _resource("api_keys", key),
        "KeyDocument": _object({"data": _ref("Key")}),
        "KeyList": _object({"data": _list(_ref("Key")), "meta": _ref("Meta")}),
        "NewKey": _sent("api_keys", _object({"name": TEXT}, closed=False)),
        "ClientChange": _sent("clients", _object({}, {**client, "isActive": {"type": "boolean"}}, closed=False), provider),
        "ProviderChange": _sent("providers", _object({}, _texts_or_null("symbol name displayName website"), closed=False)),
        "NewPrefix": _object({"data": _object({"id": TEXT}, {"type": TEXT}, closed=False)}, closed=False),
        "Credentials": _object({"grant_type": {"enum": ["password"]}, "username": TEXT, "password": TEXT}),
        "OidcToken": _object({"token": TEXT}),
        "Username": _object({"username": TEXT}),
        "Message": _object({"message": TEXT}),
        "Token": _object({"access_token": TEXT, "expires_in": {"type": "integer", "description": "Seconds"}}),
    }


def _resource(kind: str | list[str], attributes: Json, *, relationships: Json = None, optional: bool = False) -> Json:
    kinds = [kind] if isinstance(kind, str) else kind
    known = {"relationships": relationships} if relationships else {}
    needed = {"id": TEXT, "type": {"enum": kinds}, "attributes": attributes}
    return _object(needed, known) if optional else _object({**needed, **known})


def _sent(kind: str, attributes: Json, relationships: Json = None) -> Json:
    more = {"type": {"const": kind}} | ({"relationships": relationships} if relationships else {})
    return _object({"data": _object({"attributes": attributes}, more, closed=False)}, closed=False)


def _one(schema: Json) -> Json:
    return _object({"data": schema})


def _page(name: str, more: dict[str, Json] | None = None) -> Json:
    return _object({"data": _list(_ref(name)), "meta": _ref("Meta"), "links": _ref("Links")}, more)
