"""Make an identifier of a chosen name. Cost: one conditional write, when the directory's answers are at hand.

What harvesters see for the first time of a title, or of a day, costs some writes more: `pidstack.services.place`.
"""

from __future__ import annotations

from collections.abc import Iterable

from pidstack.domain.edits import Edit
from pidstack.domain.errors import Invalid
from pidstack.domain.identifier import Identifier, Scheme
from pidstack.domain.record import TEST_LIFETIME_S, Record
from pidstack.domain.shoulder import Agency, Shoulder
from pidstack.services.apply import apply, settle
from pidstack.services.authority import Authority, governing_shoulder
from pidstack.services.place import placed
from pidstack.services.registry import Registry


def create(identifier: Identifier, edits: Iterable[Edit], by: Authority, registry: Registry) -> Record:
    """Keep a new record.

    Raises:
        Forbidden: the account may not make this name.
        Invalid: an edit or the whole breaks a rule.
        AlreadyExists: the name is taken. This comes last, as EZID's clients know it.
    """
    record = placed(_prepared(identifier, edits, by, registry), None, registry)
    registry.identifiers.create(record)
    return record


def rehearse(identifier: Identifier, edits: Iterable[Edit], by: Authority, registry: Registry) -> Record:
    """Give the record that would be kept, whether or not the name is taken or the account's to give; nothing is kept.

    Raises:
        Invalid: an edit or the whole breaks a rule.
    """
    return settle(apply(_blank(identifier, by, registry), edits, by, new=True), None, now_s=registry.clock(), by=by)


def _prepared(identifier: Identifier, edits: Iterable[Edit], by: Authority, registry: Registry) -> Record:
    by.require_naming(identifier)
    blank = _blank(identifier, by, registry)
    record = apply(blank, edits, by, new=True)
    if identifier.scheme is Scheme.DOI and record.agency is Agency.NONE:
        raise Invalid("no shoulder says which agency registers this DOI", field="identifier")
    record = settle(record, None, now_s=registry.clock(), by=by)
    by.require_handing_over(blank.owner, blank.group, record.owner)
    return record


def _blank(identifier: Identifier, by: Authority, registry: Registry) -> Record:
    now_s = registry.clock()
    shoulder = governing_shoulder(registry.directory, identifier)
    agency, datacenter = _agency(identifier, shoulder)
    return Record(
        identifier=identifier,
        owner=by.account.name,
        group=by.account.group,
        created_s=now_s,
        updated_s=now_s,
        changed_by=by.account.name,
        changed_via=by.via,
        agency=agency,
        datacenter=datacenter,
        expires_s=now_s + TEST_LIFETIME_S if shoulder is not None and shoulder.test else 0,
    )


def _agency(identifier: Identifier, shoulder: Shoulder | None) -> tuple[Agency, str]:
    if identifier.scheme is not Scheme.DOI or shoulder is None:
        return Agency.NONE, ""
    return shoulder.agency, shoulder.datacenter
