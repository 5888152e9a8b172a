"""What the OpenAPI document says of each operation besides what its own docstring says: what it takes, what it gives.

Each operation of the route table has a line here; the document cannot be made if one has none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pidstack.protocols.rest import (
    activities,
    clients,
    doi_lists,
    doi_paths,
    dois,
    media_operations,
    names,
    prefixes,
    providers,
    sign_in,
    visits,
)
from pidstack.protocols.rest.describe import show_api_page, show_description
from pidstack.protocols.rest.filters import SUPPORTED

DOIS, DIRECTORY, CREDENTIALS, HISTORY, SERVICE = "DOIs", "Clients, providers, prefixes", "Credentials", "Activities", "Service"
HTML, PLAIN = "text/html", "text/plain"  # bodies that are no JSON

_PAGES = ("page[size]", "page[number]", "page[cursor]")
_LOOK = ("affiliation", "publisher", "include", "include-other-registration-agencies")
_CITATION = ("style", "locale")
_LISTED = (*_PAGES, *SUPPORTED, "sort", "fields[dois]", "detail", "facets", "disable-facets", "random", *_LOOK[:3], *_CITATION)
_ENTRIES = (*_PAGES, "query", "ids", "year", "sort")


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of an operation.

    Attributes:
        gives: by status, the schema of the answer; empty for none.
        takes: the schema of the request's body; empty for none.
        asks: parameters of the query.
        refuses: statuses with an error object, besides those that all operations have.
        is_open: nobody's credentials are looked at.
    """

    part: str
    summary: str
    gives: Mapping[int, str]
    takes: str = ""
    asks: tuple[str, ...] = ()
    refuses: tuple[int, ...] = ()
    is_open: bool = False


OPERATIONS: dict[Callable[..., Any], Told] = {
    doi_lists.list_dois: Told(DOIS, "List DOIs", {200: "DoiList"}, asks=_LISTED, refuses=(403, 406)),
    doi_lists.dois_of: Told(DOIS, "List the DOIs of a client or provider", {200: "DoiList"}, asks=_LISTED, refuses=(403, 404, 406)),
    doi_paths.list_in_form: Told(DOIS, "List DOIs in a form", {200: "DoiList"}, asks=_LISTED, refuses=(403, 404, 406)),
    doi_lists.list_own_names: Told(DOIS, "List the client's own names", {200: "Names", 204: ""}, refuses=(403,)),
    dois.make_doi: Told(DOIS, "Make a DOI", {201: "DoiDocument"}, "DoiChange", _LOOK, (403, 404, 409, 422, 503)),
    dois.show_doi: Told(DOIS, "Show a DOI", {200: "DoiDocument"}, asks=(*_LOOK, *_CITATION), refuses=(404, 406)),
    dois.show_in_form: Told(DOIS, "Show a DOI in a form", {200: "DoiDocument"}, asks=_CITATION, refuses=(404, 406)),
    dois.put_doi: Told(
        DOIS, "Change or make a DOI", {200: "DoiDocument", 201: "DoiDocument"}, "DoiChange", _LOOK, (403, 404, 405, 409, 422, 503)
    ),
    dois.delete_doi: Told(DOIS, "Delete a draft", {204: ""}, refuses=(403, 404, 405, 503)),
    dois.validate_doi: Told(DOIS, "Try a DOI out", {200: "DoiOrErrors"}, "DoiChange", _LOOK, (403, 404, 422)),
    dois.undo_doi: Told(DOIS, "Take the last change back", {200: "DoiDocument"}, "DoiName", _LOOK, (403, 404, 409, 422, 503)),
    dois.show_url: Told(DOIS, "Tell where a DOI leads", {200: "Url", 204: ""}, refuses=(403, 404)),
    media_operations.list_media: Told(DOIS, "List the files of a DOI", {200: "MediaList"}, refuses=(404,)),
    media_operations.add_media: Told(
        DOIS, "Add a file to a DOI", {201: "MediaDocument"}, "NewMedia", refuses=(403, 404, 405, 422, 503)
    ),
    media_operations.show_media: Told(DOIS, "Show a file of a DOI", {200: "MediaDocument"}, refuses=(404,)),
    media_operations.change_media: Told(
        DOIS, "Change a file of a DOI", {200: "MediaDocument"}, "MediaChange", refuses=(403, 404, 405, 422, 503)
    ),
    media_operations.drop_media: Told(DOIS, "Drop a file of a DOI", {204: ""}, refuses=(403, 404, 405, 422, 503)),
    names.draw_names: Told(DOIS, "Draw names that are free", {200: "Names"}, asks=("prefix", "number", "size"), refuses=(422,)),
    names.draw_phrase: Told(DOIS, "Draw a name without a prefix", {200: "Phrase"}),
    activities.activities_of: Told(
        HISTORY, "List what was done to a DOI", {200: "ActivityList"}, asks=(*_PAGES, "publisher"), refuses=(404,)
    ),
    activities.list_activities: Told(
        HISTORY,
        "List what was done to a DOI",
        {200: "ActivityList"},
        asks=("datacite-doi-id", *_PAGES, "publisher"),
        refuses=(404, 422),
    ),
    activities.show_activity: Told(HISTORY, "Show one activity", {200: "ActivityDocument"}, asks=("publisher",), refuses=(404,)),
    clients.list_clients: Told(DIRECTORY, "List clients", {200: "ClientList"}, asks=(*_ENTRIES, "provider-id", "client-type")),
    clients.show_client: Told(DIRECTORY, "Show a client", {200: "ClientDocument"}, refuses=(404,)),
    clients.make_client: Told(
        DIRECTORY, "Make a client", {201: "ClientDocument"}, "ClientChange", refuses=(403, 404, 409, 422, 503)
    ),
    clients.change_client: Told(
        DIRECTORY, "Change a client", {200: "ClientDocument"}, "ClientChange", refuses=(403, 404, 409, 422, 503)
    ),
    clients.end_client: Told(DIRECTORY, "Disable a client", {204: ""}, refuses=(403, 404, 503)),
    providers.list_providers: Told(DIRECTORY, "List providers", {200: "ProviderList"}, asks=(*_ENTRIES, "member-type")),
    providers.show_provider: Told(DIRECTORY, "Show a provider", {200: "ProviderDocument"}, refuses=(404,)),
    providers.make_provider: Told(
        DIRECTORY, "Make a provider", {201: "ProviderDocument"}, "ProviderChange", refuses=(403, 409, 422, 503)
    ),
    providers.change_provider: Told(
        DIRECTORY, "Change a provider", {200: "ProviderDocument"}, "ProviderChange", refuses=(403, 404, 409, 422, 503)
    ),
    prefixes.list_prefixes: Told(
        DIRECTORY, "List prefixes", {200: "PrefixList"}, asks=(*_ENTRIES, "client-id", "provider-id", "state")
    ),
    prefixes.show_prefix: Told(DIRECTORY, "Show a prefix", {200: "PrefixDocument"}, refuses=(404,)),
    prefixes.make_prefix: Told(
        DIRECTORY, "Make a prefix known", {201: "PrefixDocument"}, "NewPrefix", refuses=(403, 409, 422, 503)
    ),
    prefixes.list_assignments: Told(
        DIRECTORY, "List who has which prefix", {200: "AssignmentList"}, asks=(*_ENTRIES, "client-id", "provider-id", "prefix-id")
    ),
    prefixes.show_assignment: Told(DIRECTORY, "Show who has a prefix", {200: "AssignmentDocument"}, refuses=(404,)),
    sign_in.give_token: Told(CREDENTIALS, "Get a token", {200: "Token"}, "Credentials", refuses=(422,), is_open=True),
    sign_in.give_oidc_token: Told(
        CREDENTIALS, "Get a token for another service's", {400: "Errors"}, "OidcToken", refuses=(422,), is_open=True
    ),
    sign_in.reset_password: Told(CREDENTIALS, "Ask for a new password", {200: "Message"}, "Username", refuses=(422,), is_open=True),
    sign_in.list_keys: Told(CREDENTIALS, "List API keys", {200: "KeyList"}, asks=("include-revoked",), refuses=(403,)),
    sign_in.make_key: Told(CREDENTIALS, "Make an API key", {201: "KeyDocument"}, "NewKey", refuses=(403, 409, 422, 503)),
    sign_in.end_key: Told(CREDENTIALS, "End an API key", {204: ""}, refuses=(403, 404, 503)),
    visits.beat: Told(SERVICE, "Tell whether it works", {200: PLAIN, 500: PLAIN}, is_open=True),
    show_description: Told(SERVICE, "Show this document", {200: "Description"}, is_open=True),
    show_api_page: Told(SERVICE, "Show this document to people", {200: HTML}, is_open=True),
}

_FLAG: Any = {"enum": ["true"]}
PARAMETERS: dict[str, tuple[str, Any]] = {
    "page[size]": ("How many; 25 if not told", {"type": "integer", "minimum": 0, "maximum": 1000}),
    "page[number]": ("Which page; reaches the 10,000th", {"type": "integer", "minimum": 1}),
    "page[cursor]": ("`1`, then what `links.next` says; reaches all", {"type": "string"}),
    "query": ("Of DOIs: `field:value`, joined by `AND`; else words", {"type": "string"}),
    "ids": ("Only these; with commas between them", {"type": "string"}),
    "id": ("The same as `ids`", {"type": "string"}),
    "state": ("Of DOIs `findable`, `registered`, `draft`; of prefixes `unassigned`, `with-repository`", {"type": "string"}),
    "client-id": ("Clients, with commas between them", {"type": "string"}),
    "provider-id": ("Providers, with commas between them", {"type": "string"}),
    "prefix": ("`10.5072`; where a name is to be drawn, also with its start: `10.5072/fk2`", {"type": "string"}),
    "prefix-id": ("`10.5072`", {"type": "string"}),
    "created": ("Years, with commas between them", {"type": "string"}),
    "registered": ("Years, with commas between them", {"type": "string"}),
    "updated": ("Years, with commas between them", {"type": "string"}),
    "year": ("In which it was made", {"type": "string"}),
    "resource-type-id": ("`journal-article`, `dataset`...", {"type": "string"}),
    "schema-version": ("`4`", {"type": "string"}),
    "client-type": ("`repository`", {"type": "string"}),
    "member-type": ("`direct_member`", {"type": "string"}),
    "sort": ("Of DOIs `-updated`, `updated`; else `name`, `created`, each also with `-`", {"type": "string"}),
    "fields[dois]": ("Only these attributes and relationships", {"type": "string"}),
    "detail": ("With everything that one DOI alone has", _FLAG),
    "facets": (
        "Which counts to tell: `states`, `clients`, `providers`, `prefixes`, `resource_types`, `created`, `registered`",
        {"type": "string"},
    ),
    "disable-facets": ("Tell no counts", _FLAG),
    "random": ("Some of them, in random order", _FLAG),
    "affiliation": ("Affiliations as objects", _FLAG),
    "publisher": ("The publisher as an object", _FLAG),
    "include": ("Resources to tell besides: `client`, `media`", {"type": "string"}),
    "include-other-registration-agencies": ("Also of other agencies, and which", _FLAG),
    "style": ("Of a citation: `apa`, `ieee`, `vancouver`...", {"type": "string"}),
    "locale": ("Of a citation: `en-US`, `de-DE`...", {"type": "string"}),
    "number": ("The name that spells this number", {"type": "integer", "minimum": 0}),
    "size": ("How many; up to 100", {"type": "integer", "minimum": 0}),
    "datacite-doi-id": ("The DOI", {"type": "string"}),
    "include-revoked": ("Also those that were ended", _FLAG),
}
# What may be had in the forms that `Accept`, or the path, names.
IN_FORMS = {doi_lists.list_dois, doi_lists.dois_of, doi_paths.list_in_form, dois.show_doi, dois.show_in_form}
# Bodies that are sent as the fields of a form.
AS_FORMS = {"Credentials", "OidcToken", "Username"}
# Some requests need a parameter.
REQUIRED = {(names.draw_names, "prefix"), (activities.list_activities, "datacite-doi-id")}
NAMES_IN_PATHS = {
    "doi": "`10.5072/abc`, in any case",
    "type": "`application` or `text`",
    "subtype": "`x-bibtex`, `vnd.datacite.datacite+json`...",
    "file": "As a list has it",
    "activity": "As a list has it",
    "key": "As the list of keys has it",
    "client": "A client's id, `library.maps`, or its account's name",
    "provider": "`library`",
    "prefix": "`10.5072`",
    "assignment": "As a list has it",
}
