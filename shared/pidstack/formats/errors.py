"""What a form can find wrong with the text it was given, as one class with a typed reason.

A protocol chooses its words and its status by `reason`; the message is good enough for a person as it stands.
"""

from __future__ import annotations

from enum import Enum, auto

from pidstack.domain.errors import InvalidRecord


class Reason(Enum):
    """Why a text was refused. The order is the order in which they are looked for."""

    TOO_LARGE = auto()
    NOT_UTF8 = auto()
    XML_VERSION = auto()
    ENCODING = auto()
    FORBIDDEN = auto()  # a document type, an entity, an inclusion: well-formed, and never read
    NOT_WELL_FORMED = auto()
    WRONG_RECORD = auto()  # some other kind of document
    DEPRECATED = auto()  # a version of the schema that is read and no longer taken
    UNSUPPORTED = auto()  # a version of the schema that nobody knows
    NO_IDENTIFIER = auto()
    IDENTIFIER_MISMATCH = auto()
    INVALID = auto()  # breaks the schema
    SHAPE = auto()  # a value of the wrong kind: text where an object belongs


class Unreadable(InvalidRecord):
    """The text is not what its form allows.

    Args:
        message: what is wrong and, where it is known, in which element, line and column.
        reason: the kind of fault.
        field: the property it is about, in the DataCite schema's own word (`creators`, `dates`); empty if the whole.
        element: local name of the XML element, empty if there is none.
        line: counted from 1, 0 if unknown.
        column: counted from 1, 0 if unknown.
    """

    def __init__(
        self, message: str, reason: Reason = Reason.INVALID, field: str = "", element: str = "", line: int = 0, column: int = 0
    ) -> None:
        super().__init__(message, field)
        self.reason = reason
        self.element = element
        self.line = line
        self.column = column
