"""Everything the registry can refuse, as classes. A protocol owns one table from these to its own words.

RegistryError
├── Unauthenticated          nobody, or somebody whose password is wrong
├── Forbidden                somebody who may not do this
├── NotFound
│   ├── NoSuchIdentifier
│   └── NoSuchShoulder
├── AlreadyExists
├── Busy                     other writers kept winning; nothing was changed, try again
└── Invalid                  what was sent breaks a rule; `field` names the part of the record, where there is one
    ├── InvalidIdentifier
    ├── ShoulderCannotMint
    ├── NotDeletable         only a draft may be deleted
    ├── NotSettable          only a superuser sets this part
    ├── StateChangeRefused
    ├── NoSuchAccount
    ├── OwnershipRefused     the requester cannot act for both the present and the new owner
    ├── TooLarge
    └── InvalidRecord        the record as a whole would break a rule
        └── InvalidDocument  a whole document of metadata cannot describe this record
"""

from __future__ import annotations


class RegistryError(Exception):
    """Base of all refusals. The message is for a person and safe to show to any client."""


class Unauthenticated(RegistryError):
    """Credentials are missing or wrong."""


class Forbidden(RegistryError):
    """The account is known, and may not do this."""


class NotFound(RegistryError):
    """What was named does not exist."""


class NoSuchIdentifier(NotFound):
    """No record has this name."""


class NoSuchShoulder(NotFound):
    """No shoulder has this name."""


class AlreadyExists(RegistryError):
    """A record, account, group, shoulder or prefix of this name exists."""


class Busy(RegistryError):
    """Other writers kept winning over this one; nothing was changed."""


class Invalid(RegistryError):
    """What was sent breaks a rule.

    Args:
        message: what is wrong, for a person.
        field: the part of the record it is about, in the record's own terms (`target`, `state`, an element's name); empty if the
            whole.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class InvalidIdentifier(Invalid):
    """The text is not an identifier that this registry can hold."""


class ShoulderCannotMint(Invalid):
    """The shoulder has no minter: names under it are chosen by its depositors."""


class NotDeletable(Invalid):
    """The record has been public, so its name is promised for good."""


class NotSettable(Invalid):
    """Only a superuser sets this part of a record."""


class StateChangeRefused(Invalid):
    """The state machine has no such move for this account."""


class NoSuchAccount(Invalid):
    """A record was to be given to an account that does not exist."""


class OwnershipRefused(Invalid):
    """The requester cannot act for both the present owner and the new one."""


class TooLarge(Invalid):
    """More than an element, or a record, may hold."""


class InvalidRecord(Invalid):
    """The record as a whole would break a rule."""


class InvalidDocument(InvalidRecord):
    """A whole document of metadata cannot describe this record.

    Args:
        message: what is wrong, with the document's element, line and column where they are known.
        field: the record's element that holds the document.
        part: the property of the description that is wrong (`creators`); empty if the whole.
        given: the document.
    """

    def __init__(self, message: str, field: str = "", part: str = "", given: str = "") -> None:
        super().__init__(message, field)
        self.part = part
        self.given = given
