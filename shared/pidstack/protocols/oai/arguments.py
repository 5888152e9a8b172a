"""A request's arguments: which a verb takes, and whether they are spelled as the protocol has them.

Rule: OAI-PMH 2.0, section 3.1.1 "HTTP Request Format" and chapter 4; the patterns are those of its schema.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from pidstack.protocols.gateway import Request
from pidstack.protocols.oai.envelope import is_xml
from pidstack.protocols.oai.flavour import Flavour
from pidstack.protocols.oai.moments import GRANULARITY, Moment
from pidstack.protocols.oai.names import is_uri
from pidstack.protocols.oai.problems import Code, Problem, Refused, refused

MAX_VALUE_LENGTH = 2000
MAX_BODY_BYTES = 64 * 1024
_MOST_PAIRS = 50
_MOST_PROBLEMS = 10
_WORD = r"[A-Za-z0-9\-_.!~*'()]+"
_METADATA_PREFIX = re.compile(_WORD, re.ASCII)
_SET_SPEC = re.compile(rf"{_WORD}(:{_WORD})*", re.ASCII)

# Arguments of people who have no header to put their name and password into. They are never repeated in an answer.
_CREDENTIALS = frozenset({"usr", "pwd"})


@dataclass(frozen=True, slots=True)
class Verb:
    """The arguments of a verb. A list goes on with `resumptionToken` in the place of all of them."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    is_list: bool = False


_OF_RECORDS = Verb(("metadataPrefix",), ("from", "until", "set"), is_list=True)
VERBS = {
    "Identify": Verb(),
    "ListMetadataFormats": Verb((), ("identifier",)),
    "ListSets": Verb(is_list=True),
    "GetRecord": Verb(("identifier", "metadataPrefix")),
    "ListIdentifiers": _OF_RECORDS,
    "ListRecords": _OF_RECORDS,
}


@dataclass(frozen=True, slots=True)
class Call:
    """A request that is spelled right.

    Attributes:
        values: the arguments without the verb, decoded.
        from_s, until_s: the datestamps asked for, Unix seconds, both included; None where not given.
        credentials: name and password, if they came as arguments.
    """

    verb: str
    values: Mapping[str, str] = field(default_factory=dict)
    from_s: int | None = None
    until_s: int | None = None
    credentials: tuple[str, str] | None = None

    def value(self, name: str) -> str:
        """Give an argument; empty if it was not sent (none that was sent is empty)."""
        return self.values.get(name, "")

    @property
    def repeated(self) -> dict[str, str]:
        """What an answer's `request` says of it."""
        return {"verb": self.verb, **self.values}


def read_call(request: Request, flavour: Flavour) -> Call:
    """Read a request's verb and arguments.

    Raises:
        Refused: it is no request of this protocol.
    """
    pairs = _pairs(request)
    verb = _verb([value for name, value in pairs if name == "verb"])
    counts = Counter(name for name, _ in pairs if name != "verb")
    sent = {name: value for name, value in pairs if name != "verb"}
    problems = [Problem(Code.BAD_ARGUMENT, text) for text in _complaints(verb, counts, sent, flavour)]
    if problems:
        raise Refused(*problems[:_MOST_PROBLEMS])
    first, last = (Moment.parse(sent[name]) if name in sent else None for name in ("from", "until"))
    return Call(
        verb,
        {name: value for name, value in sent.items() if name not in _CREDENTIALS},
        first.first_s if first else None,
        last.last_s if last else None,
        (sent["usr"], sent["pwd"]) if "usr" in sent else None,
    )


def _pairs(request: Request) -> Sequence[tuple[str, str]]:
    """Give every pair, of the query and of a POST's body. A body that is no form looks like arguments that nobody knows."""
    pairs = list(request.arguments)
    if request.method == "POST":
        if len(request.body) > MAX_BODY_BYTES:
            raise refused(Code.BAD_ARGUMENT, f"more than {MAX_BODY_BYTES} bytes of arguments")
        pairs += parse_qsl(request.body.decode(errors="replace"), keep_blank_values=True)
    if len(pairs) > _MOST_PAIRS:
        raise refused(Code.BAD_ARGUMENT, f"more than {_MOST_PAIRS} arguments")
    return pairs


def _verb(sent: list[str]) -> str:
    if len(sent) == 1 and sent[0] in VERBS:
        return sent[0]
    if not sent:
        raise refused(Code.BAD_VERB, "the argument verb is missing")
    if len(sent) > 1:
        raise refused(Code.BAD_VERB, "the argument verb is repeated")
    raise refused(Code.BAD_VERB, f"{_shown(sent[0])} is not a verb of OAI-PMH")


def _complaints(verb: str, counts: Mapping[str, int], sent: Mapping[str, str], flavour: Flavour) -> Iterator[str]:
    """Say all that is wrong with the arguments, in words."""
    rule = VERBS[verb]
    resumed = rule.is_list and "resumptionToken" in sent
    legal = _legal(verb, flavour, resumed=resumed)
    for name in counts:
        if name not in legal:
            beside = " beside resumptionToken" if resumed and name in _legal(verb, flavour, resumed=False) else ""
            yield f"{_shown(name)} is not an argument of {verb}{beside}"
        elif counts[name] > 1:
            yield f"the argument {name} is repeated"
        else:
            yield from _misspelling(name, sent[name])
    yield from (f"the argument {name} is missing" for name in rule.required if name not in sent and not resumed)
    yield from (f"{name} is missing" for name in sorted(_CREDENTIALS - sent.keys()) if _CREDENTIALS & sent.keys() & legal)
    yield from _disorder(sent)


def _legal(verb: str, flavour: Flavour, *, resumed: bool) -> frozenset[str]:
    rule = VERBS[verb]
    names = {"resumptionToken"} if rule.is_list else set()
    if not resumed:
        names |= {*rule.required, *rule.optional}
    if verb == "ListSets" and (flavour.lists_branches_resumed if resumed else flavour.lists_branches):
        names.add("set")
    return frozenset(names | _CREDENTIALS if flavour.is_guarded else names)


def _misspelling(name: str, value: str) -> Iterator[str]:
    if len(value) > MAX_VALUE_LENGTH:
        yield f"the argument {name} is longer than {MAX_VALUE_LENGTH} characters"
    elif name in {"from", "until"}:
        try:
            Moment.parse(value)
        except ValueError:
            yield f"{name} is {_shown(value)}, which is neither YYYY-MM-DD nor {GRANULARITY}"
    elif not _is_spelled_right(name, value):
        yield f"{name} is {_shown(value)}, which is illegal"


def _is_spelled_right(name: str, value: str) -> bool:
    match name:
        case "metadataPrefix":
            return _METADATA_PREFIX.fullmatch(value) is not None
        case "set":
            return _SET_SPEC.fullmatch(value) is not None
        case "identifier":
            return is_uri(value)
        case _:
            return is_xml(value)


def _disorder(sent: Mapping[str, str]) -> Iterator[str]:
    """Say what is wrong with two dates together."""
    try:
        first, last = Moment.parse(sent.get("from", "")), Moment.parse(sent.get("until", ""))
    except ValueError:
        return
    if first.is_day is not last.is_day:
        yield "from and until are of different granularity"
    elif first.first_s > last.last_s:
        yield "from is later than until"


def _shown(text: str) -> str:
    """Give the beginning of what somebody sent, for an error's text."""
    return repr(text if len(text) <= 60 else f"{text[:60]}…")
