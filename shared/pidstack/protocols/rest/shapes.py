"""What can be wrong with attributes whatever the state of their DOI: values, contributors and addresses of the wrong kind.

Each attribute is told its first fault, under the name that DataCite's own record has for it.
Rule: DataCite REST API, "API error codes", and the titles that the service gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pidstack.domain.metadata import Agent, Metadata, Publisher

Json = Any
Problems = dict[str, str]

_URL = re.compile(r"(?:ftp|https?)://\S+", re.IGNORECASE)
_FILE = re.compile(r"(?:ftp|https?|gs|s3|dos)://\S+", re.IGNORECASE)
_LANGUAGE = re.compile("[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*", re.ASCII)
_NAMES = {"alternateIdentifiers": "identifiers", "version": "version_info", "publisher": "publisher_obj"}
_PUBLISHER = ("name", "publisherIdentifier", "publisherIdentifierScheme", "schemeUri", "lang")
NOT_A_URL = "URL is not valid"


def source_of(attribute: str) -> str:
    """Name an attribute as DataCite's own record does: `publicationYear` is `publication_year`."""
    return _NAMES.get(attribute) or re.sub("[A-Z]", lambda capital: f"_{capital[0].lower()}", attribute)


def read_values(sent: Mapping[str, Json], onto: Metadata, problems: Problems) -> Metadata:
    """Lay attributes over a description; what cannot be read of them is added to `problems`.

    Blanks alone are no name, title or publisher. Who has a name in parts only has it in one piece as well, as DataCite's XML and
    all citations need it.
    """
    from pidstack.formats import attributes
    from pidstack.formats.errors import Unreadable

    found = onto
    for key, value in sent.items():
        if key == "publisher" and (wrong := _not_text(value)):
            problems.setdefault(source_of(key), f"value at `/{wrong}` is not a string")
            continue
        try:
            found = attributes.read({key: value}, found)
        except Unreadable as refusal:
            problems.setdefault(source_of(key), str(refusal))
    return replace(
        found,
        creators=tuple(map(_named, found.creators)),
        contributors=tuple(map(_named, found.contributors)),
        titles=tuple(each for each in found.titles if each.title.strip()),
        publisher=found.publisher and _publisher(found.publisher),
    )


def metadata_of(given: Mapping[str, Json], *, nulls_clear: bool) -> dict[str, Json]:
    """Give the attributes that describe the object, as `read_values` reads them.

    Args:
        nulls_clear: a null takes away what was; else it says nothing.
    """
    from pidstack.formats.attributes import ATTRIBUTES

    sent = {key: given[key] for key in ATTRIBUTES if key in given and (nulls_clear or given[key] is not None)}
    if sent.get("identifiers") is not None:
        sent.pop("alternateIdentifiers", None)
    elif "alternateIdentifiers" in sent:
        sent.pop("identifiers", None)
    language = sent.get("language")
    if isinstance(language, str) and not _LANGUAGE.fullmatch(language):
        sent["language"] = None
    return {key: _nothing(key) if value is None else value for key, value in sent.items()}


def check_contributors(metadata: Metadata, given: Mapping[str, Json], problems: Problems) -> None:
    """Look whether all contributors that were sent say what they did, and did something that kernel 4 knows."""
    from pidstack.formats.datacite_lists import CONTRIBUTOR_TYPES

    if "contributors" not in given:
        return
    for agent in metadata.contributors:
        told = {"name": agent.name} | ({"contributorType": agent.contributor_type} if agent.contributor_type else {})
        if not agent.contributor_type:
            problems.setdefault("contributors", f"Contributor '{told}' is missing a required element: contributor type.")
        elif agent.contributor_type not in CONTRIBUTOR_TYPES:
            kind = agent.contributor_type
            message = f"Contributor '{told}' has a contributor type that is not supported in schema 4: '{kind}'."
            problems.setdefault("contributors", message)


def check_creators(metadata: Metadata, given: Mapping[str, Json], problems: Problems) -> None:
    """Look whether anybody has a name among creators that were sent. The schema lets names be empty."""
    if "creators" in given and metadata.creators and not any(each.name for each in metadata.creators):
        problems.setdefault("creators", "Creator is missing a required element: name.")


def read_url(given: Mapping[str, Json], problems: Problems) -> str | None:
    """Read `url`; None if it was not sent, empty if it was taken away."""
    if "url" not in given:
        return None
    url = given["url"]
    if url is None or url == "":
        return ""
    if not isinstance(url, str) or not _URL.fullmatch(url):
        problems["url"] = NOT_A_URL
        return None
    return url


def read_files(given: Mapping[str, Json], problems: Problems) -> tuple[str, ...] | None:
    """Read `contentUrl`: an address or a list of them; None for none."""
    value = given["contentUrl"]
    listed = [value] if isinstance(value, str) else value
    if listed is None:
        return None
    if not isinstance(listed, list) or not all(is_file(each) for each in listed):
        problems["content_url"] = NOT_A_URL
        return None
    return tuple(listed)


def is_file(value: Json) -> bool:
    """Tell whether a value is the address of a file."""
    return isinstance(value, str) and _FILE.fullmatch(value) is not None


def read_page(given: Mapping[str, Json], problems: Problems) -> dict[str, Json]:
    """Read `landingPage`: an object of whatever was found there."""
    page = given["landingPage"]
    if page is not None and not isinstance(page, dict):
        problems["landing_page"] = f"Landing page '{page}' should be an object instead of a string."
        return {}
    return page or {}


def words(given: Mapping[str, Json], *names: str) -> Iterator[str | None]:
    """Give attributes that are text, each None if it was not sent; a null is empty text."""
    for name in names:
        value = given.get(name, "")
        yield None if name not in given else value if isinstance(value, str) else "" if value is None else str(value)


def _named(agent: Agent) -> Agent:
    """Give somebody a name of the parts that are known, in the order of DataCite's XML: `Family, Given`."""
    if agent.name.strip():
        return agent
    return replace(agent, name=", ".join(filter(None, (agent.family_name.strip(), agent.given_name.strip()))))


def _publisher(publisher: Publisher) -> Publisher | None:
    known = publisher if publisher.name.strip() else replace(publisher, name="")
    return None if known == Publisher("") else known


def _not_text(publisher: Json) -> str:
    """Name the first member of a publisher that should be text and is not; empty if all are."""
    told = publisher if isinstance(publisher, dict) else {}
    return next((name for name in _PUBLISHER if not isinstance(told.get(name, ""), str | None)), "")


def _nothing(key: str) -> Json:
    """Say that there is nothing, as `pidstack.formats.attributes` reads it."""
    if key in {"types", "container"}:
        return {}
    return "" if key in {"publisher", "publicationYear", "language", "version"} else []
