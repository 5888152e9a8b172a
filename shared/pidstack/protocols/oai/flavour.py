"""The two repositories over the same records, as data: what Crossref's harvesters expect, and what DataCite's do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pidstack.domain.identifier import Identifier
from pidstack.domain.placement import Kind
from pidstack.protocols.oai.names import info_name, parse_info_name, parse_plain_name, plain_name
from pidstack.services.harvest import DOI_KINDS


@dataclass(frozen=True, slots=True)
class Flavour:
    """One repository.

    Attributes:
        path: behind the registry's base URL; it names the repository in tokens too.
        prefixes: metadata formats, the usual one first.
        kinds: of records that it serves.
        write_name, parse_name: its identifiers; parsing raises `InvalidIdentifier`.
        is_guarded: whether records are for subscribers and members only, and whether first requests of lists are counted.
        default_set: of lists that name none; empty for everything.
        lists_branches: whether ListSets takes an argument `set`, for a part of the hierarchy.
        lists_branches_resumed: whether it does so beside a resumptionToken.
    """

    path: str
    prefixes: tuple[str, ...]
    kinds: tuple[Kind, ...]
    write_name: Callable[[Identifier], str]
    parse_name: Callable[[str], Identifier]
    is_guarded: bool = False
    default_set: str = ""
    lists_branches: bool = False
    lists_branches_resumed: bool = False


DATACITE = Flavour(
    path="/oai/datacite",
    prefixes=("oai_datacite", "datacite", "oai_dc"),
    kinds=tuple(Kind),
    write_name=plain_name,
    parse_name=parse_plain_name,
)


def crossref(default_set: str) -> Flavour:
    """Give Crossref's flavour.

    Args:
        default_set: `J` as Crossref has it; empty for a repository that keeps to the protocol in this, too.
    """
    return Flavour(
        path="/oai",
        prefixes=("cr_unixsd", "cr_unixml", "oai_dc", "datacite", "oai_datacite"),
        kinds=DOI_KINDS,
        write_name=info_name,
        parse_name=parse_info_name,
        is_guarded=True,
        default_set=default_set,
        lists_branches=True,
        lists_branches_resumed=bool(default_set),
    )
