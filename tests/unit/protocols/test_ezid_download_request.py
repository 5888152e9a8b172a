"""What a download request may ask for, and EZID's words for what it may not."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qsl

import pytest

from pidstack.domain.errors import Forbidden
from pidstack.domain.export import Compression, Filter, Form, Order
from pidstack.domain.identifier import Scheme
from pidstack.domain.state import State
from pidstack.protocols.ezid.download.request import MOST_ORDER_BYTES, MOST_PARAMETERS, form_parameters, read_order
from pidstack.protocols.ezid.words import BadRequest


class Everybody:
    """alice and bob; she may have her own, those of groupa, and those of groupn, where nobody is."""

    def account(self, name: str) -> bool:
        return name in {"alice", "aaron", "bob"}

    def members(self, group: str) -> Sequence[str] | None:
        return {"groupa": ["aaron", "alice"], "groupb": ["bob"], "groupn": []}.get(group)

    def may_have_of(self, account: str) -> bool:
        return account in {"alice", "aaron"}

    def may_have_of_group(self, group: str) -> bool:
        return group in {"groupa", "groupn"}


def order(text: str) -> Order:
    return read_order(parse_qsl(text, keep_blank_values=True), "alice", Everybody(), "https://ids.example.org")


def refusal(text: str) -> str:
    with pytest.raises(BadRequest) as caught:
        order(text)
    return str(caught.value)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("type=ark", "missing required parameter: format"),
        ("", "missing required parameter: format"),
        ("format=json", "parameter 'format': invalid parameter value"),
        ("format=CSV&column=_id", "parameter 'format': invalid parameter value"),
        ("format=", "parameter 'format': invalid parameter value"),
        ("format=csv", "format 'csv' requires at least one column"),
        ("format=anvl&column=_id", "parameter is incompatible with format: column"),
        ("format=anvl&format=xml", "parameter is not repeatable: format"),
        ("format=bad&format=xml", "parameter is not repeatable: format"),
        ("format=anvl&foo=1", "invalid parameter: foo"),
        ("format=anvl&two%0Alines=1", "invalid parameter: two lines"),
        ("Format=anvl", "invalid parameter: Format"),
        ("format=csv&column=", "parameter 'column': empty value"),
        ("format=csv&column=%20", "parameter 'column': empty value"),
        ("format=csv&column=_id&column=", "parameter 'column': empty value"),
        ("format=anvl&compression=bz2", "parameter 'compression': invalid parameter value"),
        ("format=anvl&type=isbn", "parameter 'type': invalid parameter value"),
        ("format=anvl&status=deleted", "parameter 'status': invalid parameter value"),
        ("format=anvl&exported=true", "parameter 'exported': invalid parameter value"),
        ("format=anvl&exported=YES", "parameter 'exported': invalid parameter value"),
        ("format=anvl&crossref=", "parameter 'crossref': invalid parameter value"),
        ("format=anvl&convertTimestamps=1", "parameter 'convertTimestamps': invalid parameter value"),
        ("format=csv&column=_id&csvSafe=maybe", "parameter 'csvSafe': invalid parameter value"),
        ("format=anvl&permanence=all", "parameter 'permanence': invalid parameter value"),
        ("format=anvl&createdAfter=yesterday", "parameter 'createdAfter': invalid timestamp"),
        ("format=anvl&createdAfter=2020-01-01", "parameter 'createdAfter': invalid timestamp"),
        ("format=anvl&updatedBefore=2020-02-30T00:00:00Z", "parameter 'updatedBefore': invalid timestamp"),
        ("format=anvl&updatedBefore=", "parameter 'updatedBefore': invalid timestamp"),
        ("format=anvl&owner=nobody", "parameter 'owner': no such user"),
        ("format=anvl&owner=", "parameter 'owner': no such user"),
        ("format=anvl&ownergroup=nobody", "parameter 'ownergroup': no such group"),
        ("format=anvl&profile=", "parameter 'profile': empty value"),
        ("format=anvl&notify=%20", "parameter 'notify': empty value"),
    ],
)
def test_a_wrong_request_is_refused_in_the_words_of_ezid(asked: str, answer: str) -> None:
    assert refusal(asked) == answer


def test_what_is_longer_than_can_be_kept_is_refused() -> None:
    fits, does_not = ("format=csv&column=" + "é" * (count // 2) for count in (MOST_ORDER_BYTES - 1000, MOST_ORDER_BYTES))

    assert order(fits).columns
    assert refusal(does_not).endswith(f"bytes, {MOST_ORDER_BYTES} are kept")


def test_names_are_checked_in_the_order_of_the_body_and_the_format_last() -> None:
    assert refusal("owner=nobody&type=isbn") == "parameter 'owner': no such user"
    assert refusal("type=isbn&owner=nobody") == "parameter 'type': invalid parameter value"
    assert refusal("type=ark&bad=1&type=isbn") == "parameter 'type': invalid parameter value"


@pytest.mark.parametrize("asked", ["owner=bob", "ownergroup=groupb", "owner=alice&owner=bob"])
def test_the_identifiers_of_others_are_forbidden(asked: str) -> None:
    with pytest.raises(Forbidden):
        order(f"format=anvl&{asked}")


def test_forbidden_owners_are_noticed_after_everything_that_is_wrong() -> None:
    assert refusal("owner=bob&format=csv") == "format 'csv' requires at least one column"


def test_without_an_owner_the_requester_is_meant() -> None:
    assert order("format=anvl").owners == ("alice",)


def test_owners_come_first_then_members_of_groups_and_nobody_twice() -> None:
    assert order("ownergroup=groupa&format=anvl&owner=Alice&owner=alice").owners == ("alice", "aaron")


def test_a_group_without_accounts_gives_nothing_and_not_what_the_requester_has() -> None:
    assert order("format=anvl&ownergroup=groupn").owners == ()
    assert order("format=anvl&ownergroup=groupn&owner=aaron").owners == ("aaron",)


def test_the_least_request_has_the_defaults() -> None:
    assert order("format=xml") == Order("alice", ("alice",), Form.XML, Compression.GZIP, base_url="https://ids.example.org")


def test_everything_at_once() -> None:
    asked = (
        "format=csv&compression=zip&column=_id&column=erc.who&column=_id&notify=Fred%20F%20%3Cfred@example.org%3E&notify=bare@example.org"
        "&convertTimestamps=yes&csvSafe=yes&createdAfter=2020-01-01T00:00:00Z&createdBefore=1600000000&updatedAfter=0&updatedBefore=9"
        "&crossref=no&datacite=yes&exported=no&permanence=test&profile=dc&profile=My.Profile&status=reserved&status=unavailable"
        "&type=doi&type=uuid"
    )

    assert order(asked) == Order(
        "alice",
        ("alice",),
        Form.CSV,
        Compression.ZIP,
        columns=("_id", "erc.who", "_id"),
        filter=Filter(
            schemes=frozenset({Scheme.DOI, Scheme.UUID}),
            states=frozenset({State.DRAFT, State.REGISTERED}),
            profiles=frozenset({"dc", "My.Profile"}),
            exported=False,
            test=True,
            crossref=False,
            datacite=True,
            created_from_s=1_577_836_800,
            created_before_s=1_600_000_000,
            updated_from_s=0,
            updated_before_s=9,
        ),
        written_times=True,
        safe_cells=True,
        notify=("Fred F <fred@example.org>", "bare@example.org"),
        base_url="https://ids.example.org",
    )


def test_a_form_is_read_in_order_and_any_other_content_has_no_parameters() -> None:
    body = b"format=csv&column=%C3%A9&column=a+b&x="

    assert form_parameters(body, "application/x-www-form-urlencoded; charset=utf-8") == [
        ("format", "csv"),
        ("column", "\u00e9"),
        ("column", "a b"),
        ("x", ""),
    ]
    assert form_parameters(body, "text/plain; charset=UTF-8") == []


def test_a_flood_of_parameters_is_refused() -> None:
    with pytest.raises(BadRequest):
        form_parameters(b"a&" * (MOST_PARAMETERS + 1), "application/x-www-form-urlencoded")
