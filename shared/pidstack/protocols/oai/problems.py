"""What the protocol can refuse, in its own codes. All of these are answers of status 200; what HTTP refuses stands in `words`.

Rule: OAI-PMH 2.0, section 3.6 "Error and Exception Conditions".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """The eight conditions, as clients read them."""

    BAD_VERB = "badVerb"
    BAD_ARGUMENT = "badArgument"
    BAD_RESUMPTION_TOKEN = "badResumptionToken"  # noqa: S105 - a condition's name
    CANNOT_DISSEMINATE_FORMAT = "cannotDisseminateFormat"
    ID_DOES_NOT_EXIST = "idDoesNotExist"
    NO_RECORDS_MATCH = "noRecordsMatch"
    NO_METADATA_FORMATS = "noMetadataFormats"
    NO_SET_HIERARCHY = "noSetHierarchy"


# The request was not understood, so the answer does not repeat its arguments.
_NOT_UNDERSTOOD = frozenset({Code.BAD_VERB, Code.BAD_ARGUMENT})


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a request; the text is for a person."""

    code: Code
    text: str


class Refused(Exception):
    """The request gets an answer that says what is wrong with it."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = problems

    @property
    def is_understood(self) -> bool:
        """Whether the answer repeats the arguments."""
        return not any(problem.code in _NOT_UNDERSTOOD for problem in self.problems)


def refused(code: Code, text: str) -> Refused:
    """Give a refusal for one reason."""
    return Refused(Problem(code, text))
