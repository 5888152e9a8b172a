"""Published OAI-PMH clients behind one face: Sickle and oaipmh-scythe for Python, and HTTP::OAI for Perl, as they are installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import textwrap
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest
from lxml import etree
from oaipmh_scythe import Scythe
from oaipmh_scythe.iterator import OAIItemIterator as ScytheItems

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of escapes in its sources that Python has come to frown at
    from sickle import Sickle
    from sickle.oaiexceptions import NoRecordsMatch

TIMEOUT_S = 120
OAI = "{http://www.openarchives.org/OAI/2.0/}"


@dataclass(frozen=True, slots=True)
class Item:
    """A record as a client took it apart; a header alone has no metadata.

    Attributes:
        metadata: the element in `metadata` as canonical XML; empty if there is none.
    """

    identifier: str
    datestamp: str
    deleted: bool
    sets: tuple[str, ...]
    metadata: str = ""


@dataclass(frozen=True, slots=True)
class Harvest:
    """A whole list, over all its pages.

    Attributes:
        response_date: of its first page; empty if the list is, and where the client does not tell.
        pages: how many there were; 0 where the client does not tell.
    """

    items: list[Item]
    response_date: str = ""
    pages: int = 0

    def by_name(self) -> dict[str, Item]:
        """Give the items by identifier, none of which may come twice."""
        found = {item.identifier: item for item in self.items}
        assert len(found) == len(self.items), "an item came twice"
        return found


@dataclass(frozen=True, slots=True)
class Asker:
    """What to ask, and who asks.

    Attributes:
        url: of the repository.
        headers: sent with every request.
        login: name and password, if it is a member that asks.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    login: tuple[str, str] | None = None


Client = Callable[..., Harvest]
"""`client(asker, verb, **arguments)`, where `from_` stands for `from`."""


def sickle(asker: Asker, verb: str = "ListRecords", **arguments: str) -> Harvest:
    """Harvest with Sickle."""
    client = Sickle(asker.url, headers=dict(asker.headers), auth=asker.login, timeout=TIMEOUT_S)
    try:
        items = getattr(client, verb)(**_plain(arguments))
    except NoRecordsMatch:
        return Harvest([])
    dates = [_date(items.oai_response.xml)]
    pages = {id(items.oai_response): items.oai_response}

    def seen() -> Iterator[Any]:
        for item in items:
            pages.setdefault(id(items.oai_response), items.oai_response)
            yield item

    found = [_item(item.xml) for item in seen()]
    return Harvest(found, dates[0], len(pages))


def scythe(asker: Asker, verb: str = "ListRecords", **arguments: str) -> Harvest:
    """Harvest with oaipmh-scythe."""
    from oaipmh_scythe.exceptions import NoRecordsMatch as Nothing

    dates: list[str] = []

    class Items(ScytheItems):
        def _next_response(self) -> None:
            super()._next_response()
            dates.append(_date(self.oai_response.xml))

    names = {"metadataPrefix": "metadata_prefix", "set": "set_"}
    with Scythe(asker.url, iterator=Items) as client:
        client.client.headers.update(asker.headers)
        if asker.login:
            client.client.auth = asker.login
        method = client.list_records if verb == "ListRecords" else client.list_identifiers
        try:
            found = [_item(item.xml) for item in method(**{names.get(name, name): value for name, value in arguments.items()})]
        except Nothing:
            return Harvest([])
    return Harvest(found, dates[0], len(dates))


_PERL = """
    use strict; use warnings;
    use HTTP::OAI; use JSON::PP; use XML::LibXML;
    binmode STDOUT, ':encoding(UTF-8)';
    my $json = JSON::PP->new;
    my $ask = $json->decode($ENV{OAI_ASK});
    my $client = HTTP::OAI::Harvester->new(baseURL => $ask->{url}, timeout => 120);
    $client->default_header($_ => $ask->{headers}{$_}) for keys %{$ask->{headers}};
    my $verb = $ask->{verb};
    my $list = $client->$verb(%{$ask->{arguments}}, onRecord => sub {
        my $item = shift;
        my $header = $item->can('header') ? $item->header : $item;
        my $part = $item->can('metadata') && $item->metadata;
        my $metadata = $part ? join('', map { $_->toString } grep { $_->isa('XML::LibXML::Element') } $part->dom->childNodes) : '';
        print $json->encode({
            identifier => $header->identifier, datestamp => $header->datestamp, deleted => $header->is_deleted ? 1 : 0,
            sets => [$header->setSpec], metadata => $metadata,
        }), "\\n";
    });
    die $list->code . ' ' . $list->message if $list->is_error;
    print STDERR $list->responseDate // '';
"""


def perl(asker: Asker, verb: str = "ListRecords", **arguments: str) -> Harvest:
    """Harvest with HTTP::OAI, if the machine has it."""
    if missing := _missing_for_perl():
        pytest.skip(missing)
    assert asker.login is None, "not given to this client"
    ask = {"url": asker.url, "headers": dict(asker.headers), "verb": verb, "arguments": _plain(arguments)}
    done = subprocess.run(  # noqa: S603
        [str(shutil.which("perl")), "-e", textwrap.dedent(_PERL)],
        # Where a locale is named that the machine does not have, perl says so among its errors, where the date is looked for.
        env={**os.environ, "OAI_ASK": json.dumps(ask), "no_proxy": "*", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_S,
    )
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    items = [
        Item(each["identifier"], each["datestamp"], bool(each["deleted"]), tuple(each["sets"]), _content(each["metadata"]))
        for each in found
    ]
    return Harvest(items, done.stderr)


CLIENTS: Iterable[Client] = (sickle, scythe, perl)


@cache
def _missing_for_perl() -> str:
    interpreter = shutil.which("perl")
    if interpreter is None:
        return "no perl on this machine"
    tried = subprocess.run([interpreter, "-MHTTP::OAI", "-e", "1"], capture_output=True, check=False, timeout=TIMEOUT_S)  # noqa: S603
    return "perl has no HTTP::OAI here (Debian: libhttp-oai-perl)" if tried.returncode else ""


def canonical(xml: str | etree._Element) -> str:
    """Write XML so that what means the same is the same."""
    if isinstance(xml, str):
        xml = etree.fromstring(xml.encode())
    return etree.tostring(xml, method="c14n2", strip_text=True).decode()


def _plain(arguments: Mapping[str, str]) -> dict[str, str]:
    return {name.rstrip("_"): value for name, value in arguments.items()}


def _content(metadata: str) -> str:
    """Give what stands in an element `metadata`, which HTTP::OAI hands out as a whole."""
    return canonical(etree.fromstring(metadata.encode())[0]) if metadata else ""


def _date(answer: etree._Element) -> str:
    return answer.findtext(f"{OAI}responseDate", "")


def _item(node: etree._Element) -> Item:
    header = node if node.tag == f"{OAI}header" else node.find(f"{OAI}header")
    assert header is not None
    metadata = node.find(f"{OAI}metadata")
    return Item(
        header.findtext(f"{OAI}identifier", ""),
        header.findtext(f"{OAI}datestamp", ""),
        header.get("status") == "deleted",
        tuple(each.text or "" for each in header.findall(f"{OAI}setSpec")),
        canonical(metadata[0]) if metadata is not None else "",
    )
