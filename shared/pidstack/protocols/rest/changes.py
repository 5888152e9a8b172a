"""What a change altered, in the names of DataCite's own record: `aasm_state`, `url`, `titles`, `rights_list`...

A creation tells values, an update pairs of the value before and after. Parts of a record that DataCite has no name for (who keeps
it, whether it is exported, elements of other profiles) are not told.
Rule: DataCite REST API, "Tracking provenance".
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pidstack.domain.alteration import ELEMENT, Alteration, Digest, Value
from pidstack.domain.change import Change, ChangeKind
from pidstack.domain.identifier import Identifier
from pidstack.domain.record import DOCUMENT_ELEMENTS, Record
from pidstack.domain.supplement import Supplement
from pidstack.formats import attributes
from pidstack.formats.errors import Unreadable
from pidstack.protocols.rest.documents import source_of
from pidstack.services.describe import describing
from pidstack.services.shown import shown

Json = Any
_NAMES = {"state": "aasm_state", "target": "url", "reason": "reason"}
# Attributes that the record itself calls otherwise, and the one that it has twice.
_RENAMED = {"version": "version_info", "alternateIdentifiers": ""}
_SUPPLEMENT = "supplement"
_DOCUMENTS = {f"{ELEMENT}{name}": "xml" if name == "datacite" else name for name in DOCUMENT_ELEMENTS}


def changes_of(change: Change, *, publisher_as_object: bool = False) -> dict[str, Json]:
    """Tell the alterations of a change.

    Args:
        publisher_as_object: else by its name.
    Returns:
        Values of a creation, pairs of a change. A document of which only the digest was kept is told by it, as `digests_of` does.
    """
    made = change.kind is ChangeKind.CREATED
    told = _plain(change)
    if made:
        told = {"doi": (None, change.identifier.doi), "url": (None, None), "source": (None, source_of(change.via)), **told}
    if any(_digest_pair(each) for each in change.alterations):
        return {**_told(told, made=made), **digests_of(change)}
    if not made and not any(_is_descriptive(each) for each in _altered(change)):
        return _told(told, made=made)
    before, after = (_described(change, side, publisher_as_object=publisher_as_object) for side in ("old", "new"))
    for name, new in after.items():
        if made or before.get(name) != new:
            told[name] = (before.get(name), new)
    return _told(told, made=made)


def digests_of(change: Change) -> dict[str, Json]:
    """Tell the alterations of a change without descriptions: a document (`xml` for DataCite's) by its length and digest."""
    made = change.kind is ChangeKind.CREATED
    told = _plain(change)
    documents = [each for each in _altered(change) if each.part in _DOCUMENTS]
    told |= {_DOCUMENTS[each.part]: (_digest(each.old), _digest(each.new)) for each in documents}
    return _told(told, made=made)


def _plain(change: Change) -> dict[str, tuple[Json, Json]]:
    """Tell what is no description: the state, the target, and what is said beside the description."""
    told: dict[str, tuple[Json, Json]] = {}
    for each in _altered(change):
        if each.part in _NAMES:
            told[_NAMES[each.part]] = (each.old, each.new)
        elif each.part == _SUPPLEMENT:
            before, after = (_beside(Supplement.parse(str(side or ""))) for side in (each.old, each.new))
            told |= {name: (before[name], after[name]) for name in after if before[name] != after[name]}
    return told


def _beside(supplement: Supplement) -> dict[str, Json]:
    return {
        "content_url": list(supplement.files) if supplement.files is not None else None,
        "source": supplement.source or None,
        "landing_page": json.loads(supplement.page) if supplement.page else None,
    }


def _told(pairs: Mapping[str, tuple[Json, Json]], *, made: bool) -> dict[str, Json]:
    return {name: new if made else [old, new] for name, (old, new) in pairs.items()}


def _altered(change: Change) -> list[Alteration]:
    return [each for each in change.alterations if not each.is_context]


def _is_descriptive(each: Alteration) -> bool:
    return each.part == "profile" or each.part.startswith(ELEMENT)


def _digest_pair(each: Alteration) -> bool:
    return not each.is_context and each.part in _DOCUMENTS and (isinstance(each.old, Digest) or isinstance(each.new, Digest))


def _digest(value: Value) -> Json:
    digest = Digest.of(value) if isinstance(value, str) else value
    return {"length": digest.size, "sha256": digest.sha256} if digest else None


def _described(change: Change, side: str, *, publisher_as_object: bool) -> dict[str, Json]:
    """Describe what the elements among the alterations say, before or after; nothing where a document that stayed says all."""
    values = {each.part: value for each in change.alterations if (value := getattr(each, side)) is not None}
    elements = {part.removeprefix(ELEMENT): value for part, value in values.items() if part.startswith(ELEMENT)}
    profile = str(values.get("profile", ""))
    known = {name: value for name, value in elements.items() if isinstance(value, str)}
    record = _record(change.identifier, profile, known, Supplement.parse(str(values.get(_SUPPLEMENT, ""))))
    document = describing(replace(record, elements=dict.fromkeys(elements, "")))
    if isinstance(elements.get(document), Digest) and record.preferred_profile != "crossref":
        return {}
    try:
        metadata = shown(record)
    except Unreadable:
        return {}
    written = attributes.write(metadata, publisher_as_object=publisher_as_object, affiliations_as_objects=True)
    return {name: value for key, value in written.items() if (name := _RENAMED.get(key, _in_snake_case(key)))}


def _record(identifier: Identifier, profile: str, elements: Mapping[str, str], supplement: Supplement) -> Record:
    return Record(
        identifier, owner="", group="", created_s=0, updated_s=0, profile=profile, elements=elements, supplement=supplement
    )


def _in_snake_case(key: str) -> str:
    return re.sub("[A-Z]", lambda capital: f"_{capital[0].lower()}", key)
