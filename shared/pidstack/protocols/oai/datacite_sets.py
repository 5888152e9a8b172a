"""DataCite's sets: providers and their clients, which here are groups and their accounts, in capitals: `LIBRARY`, `LIBRARY.DEMO`.

Rule: DataCite, "OAI-PMH", sets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pidstack.ports.directory import DirectoryKeeper
from pidstack.ports.harvest import Everything, Header, OfGroup, OfOwner, Selection
from pidstack.ports.publications import EVER, Calendar
from pidstack.protocols.oai.set_tree import SetEntry
from pidstack.protocols.symbols import account_of_symbol, client_symbol


@dataclass(frozen=True, slots=True)
class DataCiteSets:
    """`SetTree` of DataCite's flavour."""

    directory: DirectoryKeeper
    calendar: Calendar

    def specs(self, header: Header) -> tuple[str, ...]:
        """See `SetTree`."""
        return header.group.upper(), client_symbol(header.owner, header.group)

    def selection(self, spec: str) -> Selection | None:
        """See `SetTree`. In any case. Reads a group, and an account for every dot."""
        if not spec:
            return Everything()
        account, name = account_of_symbol(spec, self.directory), spec.lower()
        if account is not None:
            return OfOwner(account.name)
        return OfGroup(name) if self.directory.group(name) else None

    def entries(self, branch: str, after: str) -> Iterator[SetEntry]:
        """See `SetTree`: those that somebody's records are, or were, in. A read of the calendar, the accounts, and the groups."""
        known = self.calendar.marked(EVER)
        accounts = [each for each in self.directory.accounts() if f"@{each.name}" in known]
        titles = {group.name: group.title for group in self.directory.groups()}
        named = {each.group.upper(): titles.get(each.group, "") or each.group for each in accounts}
        named |= {client_symbol(each.name, each.group): each.name for each in accounts}
        yield from (SetEntry(spec, named[spec]) for spec in sorted(named) if spec > after)
