"""Publications in the table, and what a warm process remembers of them.

A title is found by its hash, a publication by its number. Both items of one are written in one transaction, on the condition that
the title is new. A number that was drawn for a title which somebody else was faster to enter is lost.
"""

from __future__ import annotations

import hashlib
import random
import secrets
import time
from collections.abc import Callable
from dataclasses import replace

from pynamodb.exceptions import DoesNotExist, PutError, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from pidstack.domain.errors import Busy
from pidstack.domain.placement import NO_TITLE, Kind, Placement, Publication, WantedPlace, folded
from pidstack.store.memory import Memory
from pidstack.store.tables import PUBLICATIONS_KEY, MarkItem, PublicationItem, transaction_connection

TRIES = 8
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.02, 0.5
_LAST = "last"
_TITLE, _NUMBER = "title#", "number#"
# What is shown of a publication; the whole title, however long, is in its hash.
_MAX_TITLE_LENGTH, _MAX_IDENTIFIER_LENGTH, _MOST_IDENTIFIERS = 1000, 64, 8
_CONDITION_FAILED = "ConditionalCheckFailedException"
_IS_THERE = "ConditionalCheckFailed"
# What goes away by itself. Rule: Amazon DynamoDB API reference, "TransactWriteItems", cancellation reason codes.
_PASSING = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
_PASSING_ERRORS = {"TransactionInProgressException", "ThrottlingException", "TransactionConflictException"}
_Title = tuple[str, str]  # the two keys of a title's item
_Known = tuple[int, frozenset[int]]  # its number, and years of it that are there


class DynamoPublications:
    """`pidstack.ports.publications.PublicationKeeper` on DynamoDB.

    Args:
        pause: waits so many seconds before another try.
    """

    def __init__(self, pause: Callable[[float], None] = time.sleep) -> None:
        self._pause = pause
        self._titles: Memory[_Title, _Known] = Memory()
        self._prefixes: Memory[tuple[Kind, str], bool] = Memory()

    def place(self, wanted: WantedPlace) -> Placement:
        """See the port. A title that this process meets for the first time costs one GetItem.

        If it is new to all, it costs one UpdateItem (the number) and one TransactWriteItems more; a new year of a known journal
        costs one TransactWriteItems. A book in a series is two titles.
        """
        if wanted.kind is Kind.NONE:
            return Placement(Kind.NONE, wanted.prefix)
        series = 0
        if wanted.kind is Kind.BOOK and wanted.series_title:
            series = self._number(WantedPlace(Kind.SERIES, wanted.prefix, wanted.series_title), 0)
        return Placement(wanted.kind, wanted.prefix, self._number(wanted, series), series, wanted.year)

    def publication(self, kind: Kind, prefix: str, number: int) -> Publication | None:
        """See the port. One GetItem."""
        item = _get(_partition(kind, prefix), _number_key(number))
        return _publication(item, kind, prefix) if item else None

    def publications(self, kind: Kind, prefix: str, *, after: int = 0, limit: int = 1000) -> list[Publication]:
        """See the port. One Query."""
        behind = PublicationItem.sk.between(_number_key(after + 1), f"{_NUMBER}~")
        found = PublicationItem.query(_partition(kind, prefix), behind, limit=limit, consistent_read=True)
        return [_publication(item, kind, prefix) for item in found]

    def prefixes(self, kind: Kind) -> list[str]:
        """See the port. One Query."""
        return [item.sk for item in MarkItem.query(f"{PUBLICATIONS_KEY}{kind}", consistent_read=True)]

    def restore(self, publication: Publication) -> None:
        """See the port. One GetItem and up to four writes, each safe to repeat."""
        kind, prefix, number = publication.kind, publication.prefix, publication.number
        kept = self.publication(kind, prefix, number)
        whole = replace(kept or publication, years=publication.years | (kept.years if kept else frozenset()))
        _number_item(whole).save()
        _save_if(_title_item(_title_of(publication), whole), PublicationItem.pk.does_not_exist())
        MarkItem(f"{PUBLICATIONS_KEY}{kind}", prefix).save()
        last = PublicationItem(f"{PUBLICATIONS_KEY}{prefix}", _LAST, number=number)
        _save_if(last, PublicationItem.number.does_not_exist() | (PublicationItem.number < number))

    def _number(self, wanted: WantedPlace, series: int) -> int:
        key = _title_of(wanted, series)
        years = frozenset({wanted.year} if wanted.kind is Kind.JOURNAL and wanted.year else ())
        number, known = self._titles.get(key) or _found(key) or self._registered(key, wanted, series, years)
        if not years <= known:
            self._try(lambda: _add_years(key, number, years))
            known |= years
        self._titles.keep(key, (number, known))
        return number

    def _registered(self, key: _Title, wanted: WantedPlace, series: int, years: frozenset[int]) -> _Known:
        last = PublicationItem(f"{PUBLICATIONS_KEY}{wanted.prefix}", _LAST)
        last.update(actions=[PublicationItem.number.add(1)])
        new = Publication(wanted.kind, wanted.prefix, int(last.number), wanted.title, wanted.identifiers, series, years)
        is_known = (wanted.kind, wanted.prefix)
        if not self._try(lambda: _enter(key, new, with_prefix=not self._prefixes.get(is_known))):
            return _found(key) or self._registered(key, wanted, series, years)
        self._prefixes.keep(is_known, True)
        return new.number, years

    def _try(self, write: Callable[[], None]) -> bool:
        """Do one transaction, again while others are in its way; False if what was to be new is there."""
        for attempt in range(TRIES):
            try:
                write()
            except TransactWriteError as error:
                codes = {reason.code for reason in error.cancellation_reasons if reason}
                if _IS_THERE in codes:
                    return False
                if not codes & _PASSING and error.cause_response_code not in _PASSING_ERRORS:
                    raise
                self._pause(min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2**attempt) * random.random())  # noqa: S311 - no secret
            else:
                return True
        raise Busy("others kept entering publications")


def _partition(kind: Kind, prefix: str) -> str:
    return f"{PUBLICATIONS_KEY}{kind}:{prefix}"


def _number_key(number: int) -> str:
    return f"{_NUMBER}{number:012d}"


def _title_of(named: WantedPlace | Publication, series: int = 0) -> _Title:
    series = named.series if isinstance(named, Publication) else series
    digest = hashlib.sha256(f"{folded(named.title)}\n{series}".encode()).hexdigest()
    return _partition(named.kind, named.prefix), f"{_TITLE}{digest[:32]}"


def _get(pk: str, sk: str) -> PublicationItem | None:
    try:
        return PublicationItem.get(pk, sk, consistent_read=True)
    except DoesNotExist:
        return None


def _found(key: _Title) -> _Known | None:
    item = _get(*key)
    return (int(item.number), _years(item)) if item else None


def _years(item: PublicationItem) -> frozenset[int]:
    return frozenset(map(int, item.years or ()))


def _title_item(key: _Title, publication: Publication) -> PublicationItem:
    return PublicationItem(*key, number=publication.number, years=set(publication.years) or None)


def _number_item(publication: Publication) -> PublicationItem:
    return PublicationItem(
        _partition(publication.kind, publication.prefix),
        _number_key(publication.number),
        number=publication.number,
        title=" ".join(publication.title.split())[:_MAX_TITLE_LENGTH] or None,
        identifiers=[each[:_MAX_IDENTIFIER_LENGTH] for each in publication.identifiers[:_MOST_IDENTIFIERS]] or None,
        series=publication.series or None,
        years=set(publication.years) or None,
    )


def _publication(item: PublicationItem, kind: Kind, prefix: str) -> Publication:
    return Publication(
        kind,
        prefix,
        int(item.number),
        item.title or NO_TITLE,
        tuple(map(str, item.identifiers or ())),
        int(item.series or 0),
        _years(item),
    )


def _save_if(item: PublicationItem, condition: Condition) -> None:
    try:
        item.save(condition=condition)
    except PutError as error:
        if error.cause_response_code != _CONDITION_FAILED:
            raise


def _enter(key: _Title, new: Publication, *, with_prefix: bool) -> None:
    with TransactWrite(connection=transaction_connection(), client_request_token=secrets.token_hex(16)) as transaction:
        transaction.save(_title_item(key, new), condition=PublicationItem.pk.does_not_exist())
        transaction.save(_number_item(new))
        if with_prefix:
            transaction.save(MarkItem(f"{PUBLICATIONS_KEY}{new.kind}", new.prefix))


def _add_years(key: _Title, number: int, years: frozenset[int]) -> None:
    with TransactWrite(connection=transaction_connection(), client_request_token=secrets.token_hex(16)) as transaction:
        for item in (PublicationItem(*key), PublicationItem(key[0], _number_key(number))):
            transaction.update(item, actions=[PublicationItem.years.add(set(years))])
