"""Pages of lists of DOIs, and how long the lists are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pidstack.domain.counting import CREATED, LISTED, REGISTERED, CounterKey, Tally, of_group, of_owner, of_prefix, of_type, of_year
from pidstack.domain.identifier import Identifier
from pidstack.domain.listing import PUBLIC, Entry, Reader, Selection, Whose, entry_of
from pidstack.domain.record import Record
from pidstack.domain.state import State
from pidstack.ports.directory import DirectoryKeeper
from pidstack.ports.lists import ListStore
from pidstack.services.authority import Authority

MOST_YEARS = 12  # are counted together: one batched read
_Share = tuple[CounterKey, frozenset[State]]  # a count, and the states of it that count


def reader_of(by: Authority | None, keeper: DirectoryKeeper) -> Reader:
    """Tell what somebody sees in lists: besides what is findable, an account its own, an administrator the group's or the realm's.

    Args:
        by: who asks; None for the public.
        keeper: lists the groups of a realm.
    """
    if by is None:
        return Reader()
    account = by.account
    if account.superuser:
        return Reader(everything=True)
    principals = (by.directory.account(name) for name in account.proxy_of)
    accounts = {(each.name, each.group) for each in (account, *principals) if each is not None}
    return Reader(own=Whose(frozenset(accounts), by.administered(keeper.groups)))


def read(entries: Sequence[Entry], selection: Selection, store: ListStore, now_s: int) -> list[Record]:
    """Read the records of entries, in their order. What has changed since and is not selected any more, or expired, is left out.

    Cost: one batched read for each hundred.
    """
    return named([entry.identifier for entry in entries], selection, store, now_s)


def named(names: Sequence[Identifier], selection: Selection, store: ListStore, now_s: int) -> list[Record]:
    """Read the records of names, in their order, that are selected."""
    found = store.records(list(dict.fromkeys(names)))
    return [
        record for record in found if record.is_listed and not 0 < record.expires_s <= now_s and selection.holds(entry_of(record))
    ]


def count(selection: Selection, store: ListStore) -> Tally | None:
    """Count what is selected, by state. One batched read; None where nothing counts just that."""
    shares = _shares(selection)
    if shares is None:
        return None
    tallies = store.tallies([key for key, _ in shares]) if shares else []
    wanted = (_of_states(tally, states) for (_, states), tally in zip(shares, tallies, strict=True))
    return sum(wanted, Tally())


def _shares(selection: Selection) -> list[_Share] | None:
    """Find the counts that make up the selection, if there are any: of accounts, groups, prefixes, types, years, or of all."""
    if selection.names is not None or selection.updated or len(selection.whose) > 1:
        return None
    if selection.created or selection.registered:
        return _of_years(selection)
    match bool(selection.whose), selection.prefixes, selection.resource_types:
        case False, None, None:
            return [(LISTED, _shown(selection)), *_own(selection, selection.reader.own)]
        case True, None, None:
            return list(_of_whose(selection, selection.whose[0]))
        case False, prefixes, None if prefixes is not None:
            return _of_prefixes(selection, prefixes)
        case True, prefixes, None if prefixes is not None and not selection.whose[0].groups:
            accounts = sorted(selection.whose[0].accounts)
            return [(of_prefix(prefix, owner), _shown(selection, owner, group)) for prefix in prefixes for owner, group in accounts]
        case False, None, types if types is not None and not _hidden(selection):
            return [(of_type(each), _shown(selection)) for each in types]
        case True, None, types if types is not None and not selection.whose[0].groups:
            accounts = sorted(selection.whose[0].accounts)
            return [(of_type(each, owner), _shown(selection, owner, group)) for each in types for owner, group in accounts]
    return None


def _of_years(selection: Selection) -> list[_Share] | None:
    event, span = (CREATED, selection.created) if selection.created else (REGISTERED, selection.registered)
    years = span.years if span else None
    is_more = selection.whose or selection.prefixes is not None or selection.resource_types is not None or _hidden(selection)
    if years is None or len(years) > MOST_YEARS or is_more or (selection.created and selection.registered):
        return None
    return [(of_year(event, year), _shown(selection)) for year in years]


def _of_whose(selection: Selection, whose: Whose) -> Iterator[_Share]:
    for owner, group in sorted(whose.accounts):
        if group not in whose.groups:
            yield of_owner(owner), _shown(selection, owner, group)
    for group in sorted(whose.groups):
        yield of_group(group), _shown(selection, "", group)
        own = selection.reader.own
        if group not in own.groups:
            yield from _own(selection, Whose(frozenset(each for each in own.accounts if each[1] == group)))


def _of_prefixes(selection: Selection, prefixes: frozenset[str]) -> list[_Share] | None:
    own, hidden = selection.reader.own, _hidden(selection)
    if own.groups and hidden:
        return None
    found = [(of_prefix(prefix), _shown(selection)) for prefix in sorted(prefixes)]
    owners = sorted(owner for owner, _ in own.accounts) if hidden else []
    return found + [(of_prefix(prefix, owner), hidden) for prefix in sorted(prefixes) for owner in owners]


def _own(selection: Selection, own: Whose) -> list[_Share]:
    """Count what only its keepers see."""
    hidden = _hidden(selection)
    if not hidden:
        return []
    owners = [of_owner(owner) for owner, group in sorted(own.accounts) if group not in own.groups]
    return [(key, hidden) for key in (*owners, *map(of_group, sorted(own.groups)))]


def _hidden(selection: Selection) -> frozenset[State]:
    """Name the states that are asked for, and that the reader sees of some DOIs only."""
    reader = selection.reader
    return frozenset() if reader.everything or reader.own == Whose() else selection.states - PUBLIC


def _shown(selection: Selection, owner: str = "", group: str = "") -> frozenset[State]:
    """Name the states that are asked for, and that the reader sees of all DOIs of an account, a group, or all there are."""
    return frozenset(state for state in selection.states if selection.reader.sees(state, owner, group))


def _of_states(tally: Tally, states: frozenset[State]) -> Tally:
    return Tally(**{state.value: getattr(tally, state.value) for state in states})
