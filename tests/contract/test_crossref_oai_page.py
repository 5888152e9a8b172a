"""What Crossref says about its OAI-PMH service, statement by statement: its pages "OAI-PMH" (2020) and "Bulk metadata formats".

A test's docstring is the statement, in short.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from pidstack.domain.placement import Kind, WantedPlace
from pidstack.domain.recipient import Choice, OptOut, Recipient, Scope, Token, parse_network, token_digest
from tests import oai_answers
from tests.builders import NOW_S
from tests.oai_world import OaiWorld, stamp_of

DAY_S = 24 * 3600
SECRET = "museum.secret"
TOKEN = {"Crossref-Plus-API-Token": f"Bearer {SECRET}"}
JOURNAL = WantedPlace(Kind.JOURNAL, "10.9999", "Applied Chemistry", year=2011)
OTHER_JOURNAL = WantedPlace(Kind.JOURNAL, "10.9999", "Pure Chemistry", year=1987)
BOOK = WantedPlace(Kind.BOOK, "10.9999", "A book", year=2001)
IN_SERIES = WantedPlace(Kind.BOOK, "10.9999", "A volume", series_title="A series", year=2002)
SERIES = WantedPlace(Kind.SERIES, "10.9999", "A series")


@pytest.fixture
def there() -> OaiWorld:
    """Two journals of one prefix and one of another, a book, a book in a series, the series; and a recipient with a token."""
    world = OaiWorld()
    for name, place in (
        ("doi:10.9999/FZ4J1", JOURNAL),
        ("doi:10.9999/FZ4J2", JOURNAL),
        ("doi:10.9999/FZ4P", OTHER_JOURNAL),
        ("doi:10.33333/CR1", WantedPlace(Kind.JOURNAL, "10.33333", "Elsewhere", year=2011)),
        ("doi:10.9999/FZ4B", BOOK),
        ("doi:10.9999/FZ4V", IN_SERIES),
        ("doi:10.9999/FZ4S", SERIES),
    ):
        world.keep(name, place)
    world.keep("ark:/20775/bbark", owner="bob", group="groupb")
    subscribe(world)
    return world


def subscribe(world: OaiWorld, **more: Any) -> None:
    world.subscriptions.create(Recipient("museum", "Museum", **more))
    world.subscriptions.add_token(Token("museum", "first", token_digest(SECRET)))


def names(world: OaiWorld, arguments: Mapping[str, str], **how: Any) -> set[str]:
    """What a list holds on all its pages, without the start that all names share."""
    first = world.ask("/oai", arguments, **how)
    if first.codes == ["noRecordsMatch"]:
        return set()
    return {name.removeprefix("info:doi/10.") for page in world.pages("/oai", arguments, **how) for name in page.names}


def sets(world: OaiWorld, **arguments: str) -> dict[str, str]:
    """All sets of a list, by their specs."""
    return {spec: name for page in world.pages("/oai", {"verb": "ListSets", **arguments}) for spec, name in page.sets.items()}


IDENTIFIERS = {"verb": "ListIdentifiers", "metadataPrefix": "cr_unixsd"}
RECORDS = {"verb": "ListRecords", "metadataPrefix": "cr_unixsd"}
RECORD = {"verb": "GetRecord", "metadataPrefix": "cr_unixsd", "identifier": "info:doi/10.9999/FZ4J1"}
OF_9999 = {"9999/FZ4J1", "9999/FZ4J2", "9999/FZ4P"}
ARTICLES = OF_9999 | {"33333/CR1"}


# ------------------------------------------------------------------------------------------------------ "OAI-PMH": readers
@pytest.mark.parametrize("arguments", [{"verb": "ListSets"}, IDENTIFIERS], ids=["ListSets", "ListIdentifiers"])
def test_discovery_is_public(there: OaiWorld, arguments: dict[str, str]) -> None:
    """ListSets and ListIdentifiers are for everybody; a token that is wrong there does not matter."""
    assert there.ask("/oai", arguments).codes == []
    assert there.ask("/oai", arguments, headers={"Crossref-Plus-API-Token": "Bearer wrong"}).codes == []


@pytest.mark.parametrize("arguments", [RECORDS, RECORD], ids=["ListRecords", "GetRecord"])
def test_records_need_a_subscription(there: OaiWorld, arguments: dict[str, str]) -> None:
    """GetRecord and ListRecords require a subscription, shown by `Crossref-Plus-API-Token: Bearer TOKEN`."""
    assert there.ask("/oai", arguments, headers=TOKEN).metadata
    for headers in (
        {},
        {"Crossref-Plus-API-Token": "Bearer museum.wrong"},
        {"Crossref-Plus-API-Token": "Bearer"},
        {"Crossref-Plus-API-Token": SECRET},
        {"Authorization": f"Bearer {SECRET}"},
    ):
        refused = there.send("/oai", arguments, headers=headers)
        assert (refused.status, refused.headers["www-authenticate"]) == (401, "Bearer")
        assert refused.headers["content-type"] == "text/plain; charset=utf-8"


def test_members_harvest_their_own_deposits(there: OaiWorld) -> None:
    """Members may retrieve their deposited metadata with their member account: all verbs, their own records only."""
    there.keep("doi:10.9999/FZ4BOB", JOURNAL, owner="bob", group="groupb")
    alice, bob = ("alice", "alicepw"), ("bob", "bobpw")

    assert names(there, RECORDS, by=alice) == ARTICLES
    assert names(there, RECORDS, by=bob) == names(there, IDENTIFIERS, by=bob) == {"9999/FZ4BOB"}
    assert there.ask("/oai", RECORD, by=alice).metadata
    assert there.ask("/oai", RECORD, by=bob).codes == ["idDoesNotExist"]
    assert names(there, RECORDS | {"set": "J:10.33333"}, by=bob) == set()


def test_members_may_sign_in_with_arguments_that_are_never_shown(there: OaiWorld) -> None:
    """Members may retrieve their deposited metadata with their member account, whose name and password may be arguments."""
    signed_in = {"usr": "alice", "pwd": "alicepw"}
    answer = there.ask("/oai", RECORDS | signed_in)

    assert len(answer.metadata) == 3
    assert answer.request == RECORDS
    assert there.ask("/oai", {"verb": "ListRecords", "resumptionToken": answer.token} | signed_in).metadata
    assert there.send("/oai", RECORDS | {"usr": "alice", "pwd": "wrong"}).status == 401
    assert there.ask("/oai", RECORDS | {"usr": "alice"}).codes == ["badArgument"]
    assert there.ask("/oai/datacite", {"verb": "ListRecords", "metadataPrefix": "oai_dc"} | signed_in).codes == 2 * ["badArgument"]


# --------------------------------------------------------------------------------------------------------- "OAI-PMH": sets
def test_sets_are_of_a_type_a_prefix_and_a_publication(there: OaiWorld) -> None:
    """Setspecs are `type:prefix:pubID` for a title and `type:prefix` for all of a publisher's titles of a type."""
    assert names(there, IDENTIFIERS | {"set": "J:10.9999:1"}) == {"9999/FZ4J1", "9999/FZ4J2"}
    assert names(there, IDENTIFIERS | {"set": "J:10.9999"}) == OF_9999


def test_a_record_lists_every_level_of_its_sets(there: OaiWorld) -> None:
    """The hierarchy is of publisher and title, and a header names all of it; a book in a series is in the series' sets too."""
    found = {header.identifier: header.sets for spec in "JBS" for header in list_of(there, spec)}

    assert found["info:doi/10.9999/FZ4J1"] == ("J", "J:10.9999", "J:10.9999:1", "J:10.9999:1:2011")
    book = found["info:doi/10.9999/FZ4V"]
    assert book[:4] == ("B", "B:10.9999", "B:10.9999:5", "B:10.9999:4")
    assert book[4:] == ("S", "S:10.9999", "S:10.9999:4")


def list_of(world: OaiWorld, spec: str) -> list[oai_answers.Header]:
    return [header for page in world.pages("/oai", IDENTIFIERS | {"set": spec}) for header in page.headers]


def test_dates_are_those_of_deposits_and_not_of_publication(there: OaiWorld) -> None:
    """From and until capture when a record was deposited or updated; the years of publication do not count."""
    there.world.time.now_s += 3 * DAY_S
    there.change("doi:10.9999/FZ4P", target="https://example.org/new")
    changed = stamp_of(there.world.time())[:10]
    there.world.time.now_s += 1000

    assert names(there, IDENTIFIERS | {"from": changed}) == {"9999/FZ4P"}
    assert names(there, IDENTIFIERS | {"from": "2011-01-01", "until": "2011-12-31"}) == set()


def test_there_are_journals_books_and_series(there: OaiWorld) -> None:
    """J is for journals; B for books, conference proceedings, dissertations, reports and datasets; S for series."""
    assert names(there, IDENTIFIERS | {"set": "J"}) == ARTICLES
    assert names(there, IDENTIFIERS | {"set": "B"}) == {"9999/FZ4B", "9999/FZ4V"}
    assert names(there, IDENTIFIERS | {"set": "S"}) == {"9999/FZ4S", "9999/FZ4V"}


@pytest.mark.parametrize("asked", [IDENTIFIERS, RECORDS], ids=["ListIdentifiers", "ListRecords"])
def test_the_default_set_is_journals(there: OaiWorld, asked: dict[str, str]) -> None:
    """The default set of both lists is J; a set must be named for anything else."""
    assert names(there, asked, headers=TOKEN) == ARTICLES


@pytest.mark.parametrize("asked", [IDENTIFIERS, RECORDS], ids=["ListIdentifiers", "ListRecords"])
def test_the_default_set_can_be_everything(there: OaiWorld, asked: dict[str, str]) -> None:
    """The default set is J, which is not how the protocol has it; an operator may choose the protocol's way."""
    there.default_set = ""

    assert names(there, asked, headers=TOKEN) == ARTICLES | {"9999/FZ4B", "9999/FZ4V", "9999/FZ4S"}
    assert {"J", "B", "S"} <= sets(there).keys()


def test_listsets_without_a_set_is_of_journals(there: OaiWorld) -> None:
    """Leaving off the set gives only journal data: publishers, their titles, and each year that there is something of."""
    assert sets(there) == {
        "J": "Journals",
        "J:10.33333": "10.33333",
        "J:10.33333:1": "Elsewhere",
        "J:10.33333:1:2011": "2011",
        "J:10.9999": "10.9999",
        "J:10.9999:1": "Applied Chemistry",
        "J:10.9999:1:2011": "2011",
        "J:10.9999:2": "Pure Chemistry",
        "J:10.9999:2:1987": "1987",
    }


def test_a_publishers_name_is_the_title_of_the_prefix(there: OaiWorld) -> None:
    """Leaving off the set gives a list of publishers."""
    old = there.world.keeper.prefix("doi:10.9999")
    assert old is not None
    from dataclasses import replace

    there.world.keeper.change(old, replace(old, title="Wiley & Sons"))

    assert sets(there)["J:10.9999"] == "Wiley & Sons"


def test_listsets_of_a_branch_gives_that_branch(there: OaiWorld) -> None:
    """Examples: `verb=ListSets&set=J`, `verb=ListSets&set=B`; a prefix or a title are branches as well."""
    assert sets(there, set="J") == sets(there)
    assert sorted(sets(there, set="B")) == ["B", "B:10.9999", "B:10.9999:3", "B:10.9999:4", "B:10.9999:5"]
    assert sorted(sets(there, set="S")) == ["S", "S:10.9999", "S:10.9999:4"]
    assert sorted(sets(there, set="J:10.33333")) == ["J:10.33333", "J:10.33333:1", "J:10.33333:1:2011"]
    assert sorted(sets(there, set="J:10.9999:2")) == ["J:10.9999:2", "J:10.9999:2:1987"]
    assert there.ask("/oai", {"verb": "ListSets", "set": "J:10.1"}).codes == ["noRecordsMatch"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param({}, ARTICLES, id="none of them"),
        pytest.param({"from": "2010-08-11"}, ARTICLES, id="from, as in the example"),
        pytest.param({"until": "2099-01-01"}, ARTICLES, id="until"),
        pytest.param({"set": "J:10.9999"}, OF_9999, id="set"),
        pytest.param({"from": "2010-08-11", "until": "2010-08-12", "set": "J"}, set(), id="all of them"),
    ],
)
def test_set_from_and_until_are_optional(there: OaiWorld, asked: dict[str, str], expected: set[str]) -> None:
    """With ListIdentifiers set, from and until are optional."""
    assert names(there, IDENTIFIERS | asked) == expected


def test_one_title_on_one_day_and_one_prefix_over_some_days(there: OaiWorld) -> None:
    """Examples: a title's records registered or updated on a day; a prefix's over a short time, both of whose days belong to it."""
    there.world.time.now_s += 10 * DAY_S
    first = stamp_of(there.world.time())[:10]
    there.change("doi:10.9999/FZ4J1")
    there.world.time.now_s += 3 * DAY_S
    last = stamp_of(there.world.time())[:10]
    there.change("doi:10.9999/FZ4P")
    there.world.time.now_s += DAY_S

    assert names(there, RECORDS | {"set": "J:10.9999:1", "from": first, "until": first}, headers=TOKEN) == {"9999/FZ4J1"}
    assert names(there, RECORDS | {"set": "J:10.9999", "from": first, "until": last}, headers=TOKEN) == {"9999/FZ4J1", "9999/FZ4P"}


# ------------------------------------------------------------------------------------------------- "OAI-PMH": flow control
@pytest.mark.parametrize("asked", [IDENTIFIERS, RECORDS, {"verb": "ListSets"}], ids=["ListIdentifiers", "ListRecords", "ListSets"])
def test_three_first_requests_at_once_for_each_user(there: OaiWorld, asked: dict[str, str]) -> None:
    """3 concurrent initial requests are allowed per user."""
    user = there.service["/oai"].entitlement.lister_of(SECRET, "192.0.2.1", None).user
    held = [there.leases.acquire(user) for _ in range(3)]
    refused = there.send("/oai", asked, headers=TOKEN)

    assert refused.status == 503
    assert 0 < int(refused.headers["retry-after"]) <= 3600
    assert there.send("/oai", {"verb": "ListSets"}, address="192.0.2.2").status == 200, "somebody else"
    assert held[0] is not None
    there.leases.release(held[0])
    for _ in range(5):
        assert there.send("/oai", asked, headers=TOKEN).status == 200, "one after the other is not at once"


def test_a_place_that_was_not_given_back_is_free_again_in_time(there: OaiWorld) -> None:
    """3 concurrent initial requests are allowed per user, also after a function died that held a place."""
    for _ in range(3):
        there.leases.acquire("address:192.0.2.1")
    assert there.send("/oai", IDENTIFIERS).status == 503

    there.world.time.now_s += 31

    assert there.send("/oai", IDENTIFIERS).status == 200


def test_following_requests_are_not_limited(there: OaiWorld) -> None:
    """There is no limit for requests that are made with a resumption token."""
    token = there.ask("/oai", IDENTIFIERS).token
    for _ in range(3):
        there.leases.acquire("address:192.0.2.1")

    assert there.ask("/oai", {"verb": "ListIdentifiers", "resumptionToken": token}).names


def test_a_request_gives_its_place_back_whatever_becomes_of_it(there: OaiWorld) -> None:
    """3 concurrent initial requests are allowed per user; one that failed is over."""
    for _ in range(5):
        assert there.ask("/oai", IDENTIFIERS | {"metadataPrefix": "no_such"}).codes == ["cannotDisseminateFormat"]


def test_tokens_last_for_48_hours_and_say_so(there: OaiWorld) -> None:
    """Resumption tokens remain viable for 48 hours and include that date."""
    answer = there.ask("/oai", IDENTIFIERS)
    element = answer.token_element
    assert element is not None
    until = datetime.fromisoformat(str(element.get("expirationDate")))

    assert until - datetime.fromisoformat(stamp_of(NOW_S)) == timedelta(hours=48)
    there.world.time.now_s += 48 * 3600 - 1
    assert there.ask("/oai", {"verb": "ListIdentifiers", "resumptionToken": answer.token}).names
    there.world.time.now_s += 1
    assert there.ask("/oai", {"verb": "ListIdentifiers", "resumptionToken": answer.token}).codes == ["badResumptionToken"]


def test_the_set_may_stand_beside_the_token_of_listsets(there: OaiWorld) -> None:
    """Example: `verb=ListSets&set=J:10.1007&resumptionToken=…`. Another set, or the protocol's way chosen, and it is refused."""
    first = there.ask("/oai", {"verb": "ListSets", "set": "J"})
    again = {"verb": "ListSets", "resumptionToken": first.token}

    assert there.ask("/oai", again | {"set": "J"}).sets == there.ask("/oai", again).sets != first.sets
    assert there.ask("/oai", again | {"set": "B"}).codes == ["badResumptionToken"]
    there.default_set = ""
    assert there.ask("/oai", again | {"set": "J"}).codes == ["badArgument"]


# --------------------------------------------------------------------------------- "Bulk metadata formats", on its OAI-PMH
def test_recipients_are_known_by_their_addresses(there: OaiWorld) -> None:
    """Access is based on recipients and their IP address; each must be registered."""
    there.subscriptions.create(Recipient("library", "Library", networks=(parse_network("198.51.100.0/24"),)))

    assert names(there, RECORDS, address="198.51.100.7") == ARTICLES
    assert there.send("/oai", RECORDS, address="203.0.113.7").status == 401


def test_depositors_may_opt_out_for_a_recipient_and_title_by_title(there: OaiWorld) -> None:
    """Publishers may opt out for a given recipient, and opt out or in on a title by title basis."""
    for scope, choice in ((Scope("10.9999"), Choice.OUT), (Scope("10.9999", 2, Kind.JOURNAL), Choice.IN)):
        there.subscriptions.decide(OptOut("museum", "alice", scope, choice))

    assert names(there, RECORDS, headers=TOKEN) == {"9999/FZ4P", "33333/CR1"}
    assert there.ask("/oai", RECORD, headers=TOKEN).codes == ["idDoesNotExist"]
    assert names(there, IDENTIFIERS, headers=TOKEN) == ARTICLES, "headers are public"


def test_what_nobody_has_decided_about_is_in(there: OaiWorld) -> None:
    """By default all members are opt-in, including all titles."""
    assert names(there, RECORDS, headers=TOKEN) == ARTICLES


def test_a_new_recipient_waits_until_members_have_had_time_to_decide() -> None:
    """When a new recipient intends to subscribe, a window of time is allowed for members to opt out; then the default holds."""
    there = OaiWorld()
    there.keep("doi:10.9999/FZ4J1", JOURNAL)
    subscribe(there, since_s=NOW_S + 30 * DAY_S)

    refused = there.send("/oai", RECORDS, headers=TOKEN)
    assert (refused.status, refused.headers["content-type"]) == (403, "text/plain; charset=utf-8")
    there.world.time.now_s += 30 * DAY_S
    assert names(there, RECORDS, headers=TOKEN) == {"9999/FZ4J1"}


def test_dublin_core_is_there_for_the_protocols_sake(there: OaiWorld) -> None:
    """Dublin Core is not supported by Crossref yet; it is here, as the protocol demands it, beside Crossref's own formats."""
    prefixes = [each[0].text for each in there.ask("/oai", {"verb": "ListMetadataFormats"}).content]

    assert prefixes[:3] == ["cr_unixsd", "cr_unixml", "oai_dc"]


def test_the_third_level_is_the_year(there: OaiWorld) -> None:
    """At the top are publishers, by their prefix; then titles, by a value of the registry's; the third level is the year."""
    assert names(there, IDENTIFIERS | {"set": "J:10.9999:2:1987"}) == {"9999/FZ4P"}
    assert names(there, IDENTIFIERS | {"set": "J:10.9999:2:1988"}) == set()


def test_identifiers_are_info_uris(there: OaiWorld) -> None:
    """Identifiers are DOIs as "info" URIs (RFC 4452)."""
    assert there.ask("/oai", RECORD, headers=TOKEN).names == ["info:doi/10.9999/FZ4J1"]
    assert there.ask("/oai", RECORD | {"identifier": "10.9999/FZ4J1"}, headers=TOKEN).codes == ["idDoesNotExist"]


def test_only_dois_are_here(there: OaiWorld) -> None:
    """All identifiers are DOIs."""
    there.default_set = ""

    assert not [name for name in names(there, IDENTIFIERS) if "ark" in name]
    assert there.ask("/oai", RECORD | {"identifier": "ark:/20775/bbark"}, headers=TOKEN).codes == ["idDoesNotExist"]
