"""ListIdentifiers, ListRecords and ListSets: a page, and the token for the next one.

A token is given only where at least one more entry is known, so no page is empty; the last of several pages ends in an empty
resumptionToken, and a list that fits into one page has none.
Rule: OAI-PMH 2.0, sections 3.5, 4.3, 4.5 and 4.6.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from pidstack.domain.record import Record
from pidstack.ports.harvest import Header, OfGroup, OfOwner, Position, Selection, Window
from pidstack.protocols.oai.arguments import Call
from pidstack.protocols.oai.envelope import in_text
from pidstack.protocols.oai.items import Payloads, require_format
from pidstack.protocols.oai.moments import datestamp
from pidstack.protocols.oai.problems import Code, refused
from pidstack.protocols.oai.service import Repository
from pidstack.protocols.oai.set_tree import SetEntry
from pidstack.protocols.oai.token import BadToken, Token
from pidstack.services.entitle import Member, Reader, Subscriber
from pidstack.services.harvest import Ask, everybody_may_see
from pidstack.services.payload import KEPT_FORMS

# Prefixes that a page of ListSets goes into, each for a query or two: where they have few titles, a page has fewer sets.
_MOST_PREFIXES = 25


@dataclass(frozen=True, slots=True)
class Listing:
    """A page's element, in pieces, and the time of which the list is, Unix seconds."""

    content: Sequence[bytes]
    asked_s: int


def begin(repository: Repository, call: Call, reader: Reader) -> Token:
    """Give the list that a first request asks for, as a token with nothing read yet.

    Raises:
        Refused: the format is unknown.
    """
    settings, harvest = repository.settings, repository.harvest
    if "metadataPrefix" in call.values:
        require_format(repository, call.value("metadataPrefix"))
    asked_s = harvest.watermark()
    window = harvest.window(call.from_s, call.until_s, asked_s)
    return Token(
        base=repository.flavour.path,
        verb=call.verb,
        reader=_bound(reader, call.verb),
        prefix=call.value("metadataPrefix"),
        set_spec=call.value("set"),
        from_s=window.from_s,
        until_s=window.until_s,
        asked_s=asked_s,
        partition="",
        sort="",
        cursor=0,
        size=0,
        expires_s=repository.registry.clock() + settings.token_s,
    )


def resume(repository: Repository, call: Call, reader: Reader) -> Token:
    """Read the token of a request that goes on with a list.

    Raises:
        Refused: it is none of ours, for another list or somebody else, or it has expired.
    """
    now_s = repository.registry.clock()
    try:
        token = repository.tokens.read(call.value("resumptionToken"), now_s)
    except BadToken as error:
        raise refused(Code.BAD_RESUMPTION_TOKEN, str(error)) from error
    asked = repository.flavour.path, call.verb, _bound(reader, call.verb), call.value("set") or token.set_spec
    if asked != (token.base, token.verb, token.reader, token.set_spec):
        raise refused(Code.BAD_RESUMPTION_TOKEN, "the resumptionToken was given out for another list")
    return replace(token, expires_s=now_s + repository.settings.token_s)


def list_identifiers(repository: Repository, reader: Reader, here: Token) -> Listing:
    """Write a page of headers; who sees them all is nobody's secret.

    Raises:
        Refused: the list is empty.
    """
    selected = _selected(repository, here, reader)
    headers, following = repository.harvest.headers(selected)
    content = "".join(f"{repository.writer.header(header)}\n" for header in headers)
    return _listing(repository, selected, [content.encode()], len(headers), following, here)


def list_records(repository: Repository, reader: Reader, here: Token, base_url: str) -> Listing:
    """Write a page of records, as many as fit.

    Raises:
        Refused: the list is empty.
    """
    selected = _selected(repository, here, reader)
    payloads = Payloads(repository.registry.directory, base_url, here.prefix)
    page = _Page(repository.settings.page_bytes)
    writer = repository.writer

    def take(header: Header, record: Record) -> bool:
        return page.take(writer.record(header, b"" if header.withheld else payloads.write(record)))

    following = repository.harvest.records(selected, take, (KEPT_FORMS[here.prefix],))
    return _listing(repository, selected, page.records, len(page.records), following, here)


def list_sets(repository: Repository, here: Token) -> Listing:
    """Write a page of sets.

    Raises:
        Refused: there is no set of that name.
    """
    limit = repository.settings.sets_page_size
    branch = here.set_spec or repository.flavour.default_set
    entries: list[SetEntry] = []
    following = None
    prefixes = 0
    for entry in repository.sets.entries(branch, here.sort):
        prefixes += entry.spec.count(":") == 1
        if len(entries) == limit or prefixes > _MOST_PREFIXES:
            following = Position("-", entries[-1].spec)
            break
        entries.append(entry)
    if not entries:
        raise refused(Code.NO_RECORDS_MATCH, f"there is no set {branch}") if branch else _no_sets()
    content = "".join(f"<set><setSpec>{each.spec}</setSpec><setName>{in_text(each.name)}</setName></set>\n" for each in entries)
    return _element([content.encode()], _token_element(repository, len(entries), following, here), here)


class _Page:
    """Records until they are too many bytes. A single one may be: it has to come some day."""

    def __init__(self, most_bytes: int) -> None:
        self.records: list[bytes] = []
        self._left = most_bytes

    def take(self, record: bytes) -> bool:
        self._left -= len(record)
        if self.records and self._left < 0:
            return False
        self.records.append(record)
        return True


def _selected(repository: Repository, here: Token, reader: Reader) -> Ask:
    spec = here.set_spec or repository.flavour.default_set
    selection = repository.sets.selection(spec)
    if selection is None:
        raise _nothing()
    start = Position(here.partition, here.sort) if here.partition else None
    window = Window(here.from_s, here.until_s)
    return Ask(_own(selection, reader), window, repository.settings.page_size, start, _predicate(repository, here.verb, reader))


def _own(selection: Selection, reader: Reader) -> Selection:
    """Narrow a set to what a member keeps, or to what the member's group keeps if it is for the member to see."""
    if not isinstance(reader, Member) or isinstance(selection, OfOwner | OfGroup):
        return selection
    account = reader.account
    return OfGroup(account.group, selection) if account.group_admin else OfOwner(account.name, selection)


def _predicate(repository: Repository, verb: str, reader: Reader) -> Callable[[Header], bool]:
    """Leave out what a subscriber is not given. Headers are everybody's; a member's own are selected already."""
    if verb == "ListRecords" and isinstance(reader, Subscriber):
        return repository.entitlement.may_see(reader)
    return everybody_may_see


def _bound(reader: Reader, verb: str) -> str:
    """Name whose list it is; what is public is nobody's, but a member's is the member's."""
    match reader:
        case Subscriber(recipient) if verb == "ListRecords":
            return f"recipient:{recipient.id}"
        case Member(account) if verb != "ListSets":
            return f"account:{account.name}"
        case _:
            return ""


def _listing(
    repository: Repository, ask: Ask, content: Sequence[bytes], count: int, following: Position | None, here: Token
) -> Listing:
    if not count:
        raise _nothing()
    if following and not here.cursor:
        here = replace(here, size=_size(repository, ask, here))
    return _element(content, _token_element(repository, count, following, here), here)


def _element(content: Sequence[bytes], token: str, here: Token) -> Listing:
    return Listing((f"<{here.verb}>\n".encode(), *content, f"{token}</{here.verb}>\n".encode()), here.asked_s)


def _size(repository: Repository, ask: Ask, here: Token) -> int:
    """Count the list where that costs no more than a look at counters; 0 if it would."""
    is_whole = ask.window == Window(0, here.asked_s) and ask.may_see is everybody_may_see
    return (repository.harvest.size(ask.selection) or 0) if is_whole else 0


def _token_element(repository: Repository, count: int, following: Position | None, here: Token) -> str:
    """Write what stands at the end of a page."""
    given = here.cursor + count
    # Counters follow the records by a moment. A list that is known to be longer than they say is not told of.
    size = f' completeListSize="{here.size}"' if here.size >= given + bool(following) else ""
    if following is None:
        return f'<resumptionToken{size} cursor="{here.cursor}"/>\n' if here.cursor else ""
    token = replace(here, partition=following.partition, sort=following.sort, cursor=given)
    expires = f' expirationDate="{datestamp(here.expires_s)}"'
    return f'<resumptionToken{expires}{size} cursor="{here.cursor}">{repository.tokens.write(token)}</resumptionToken>\n'


def _no_sets() -> Exception:
    return refused(Code.NO_SET_HIERARCHY, "there are no sets here, as there are no records yet")


def _nothing() -> Exception:
    return refused(Code.NO_RECORDS_MATCH, "nothing is in this set, between these dates, in this format")
