"""`pidstack recipient`, `token` and `optout` over a table in moto."""

from __future__ import annotations

import json
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pidstack.cli import where
from pidstack.cli.main import cli
from pidstack.domain.accounts import Account
from pidstack.domain.placement import Kind, WantedPlace
from pidstack.domain.recipient import DEFAULT_WINDOW_DAYS, Recipient, Token, token_digest
from pidstack.services import hand_out
from pidstack.services.subscribe import MAX_NETWORKS, MAX_TOKENS
from pidstack.store.directory import DynamoDirectory
from pidstack.store.publications import DynamoPublications
from pidstack.store.subscriptions import DynamoSubscriptions
from pidstack.store.tables import connect
from tests.builders import NOW_S

ENDPOINT = "https://dynamodb.us-east-1.amazonaws.com"  # moto answers for it
DAY_S = 24 * 3600
JOURNAL, BOOK, SERIES = "J:10.5072:1", "B:10.5072:3", "S:10.5072:2"


class Operator:
    """Somebody at the keyboard."""

    def __init__(self, table: str) -> None:
        self._always = ("--endpoint", ENDPOINT, "--table", table)

    def types(self, line: str, *more: str) -> Result:
        return CliRunner().invoke(cli, [*self._always, *line.split(), *more])

    def gets(self, line: str, *more: str) -> Any:
        result = self.types(f"{line} --json", *more)
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)


@pytest.fixture
def operator(table: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Operator]:
    monkeypatch.setattr(where, "now_s", lambda: NOW_S)
    for name in ("demo.one", "demo.two"):
        DynamoDirectory().create(Account(name, "demo"))
    for prefix in ("10.5072", "ark:/99999"):
        hand_out.create_prefix(prefix, DynamoDirectory(), NOW_S)
    publications = DynamoPublications()
    publications.place(WantedPlace(Kind.JOURNAL, "10.5072", "Journal of Examples"))
    publications.place(WantedPlace(Kind.BOOK, "10.5072", "Volume One", series_title="A Series"))
    yield Operator(table)
    connect("", region=None, host=None, aws_access_key_id=None, aws_secret_access_key=None)


@pytest.fixture
def settled(operator: Operator) -> Operator:
    """There are two recipients."""
    keeper = DynamoSubscriptions()
    keeper.create(Recipient("index", "Index", since_s=NOW_S, created_s=NOW_S))
    keeper.create(Recipient("mirror", "Mirror", (ip_network("198.51.100.0/24"),), since_s=NOW_S, created_s=NOW_S))
    return operator


def refused(result: Result) -> str:
    """Give the one sentence with which a command was refused."""
    assert (result.exit_code, result.stdout) == (1, ""), result.output
    assert result.stderr.count("\n") == 1
    return result.stderr.removeprefix("Error: ").strip()


# ------------------------------------------------------------------------------------------------------------- recipients
def test_a_recipient_lives_through_its_commands(operator: Operator) -> None:
    made = operator.gets("recipient create Index --address 192.0.2.0/24 --address 2001:db8::1", "--name", "Index  Ltd")
    changed = operator.gets("recipient change index --opt-out --no-addresses --since 2027-02-01", "--name", "Index & Co")
    shown = operator.gets("recipient show index")
    removed = operator.gets("recipient remove index")

    assert made == {
        "recipient": "index",
        "name": "Index Ltd",
        "addresses": ["192.0.2.0/24", "2001:db8::1/128"],
        "opt_in": True,
        "since_s": NOW_S + DEFAULT_WINDOW_DAYS * DAY_S,
        "created_s": NOW_S,
    }
    assert changed == made | {"name": "Index & Co", "addresses": [], "opt_in": False, "since_s": 1_801_440_000}
    assert shown == changed | {"decisions": 0, "tokens": []}
    assert removed == changed
    assert operator.gets("recipient list") == []


def test_a_part_that_is_not_named_stays_as_it_is(settled: Operator) -> None:
    before = settled.gets("recipient change index --address 192.0.2.0/24")

    after = settled.gets("recipient change index --opt-in")

    assert after == before


@pytest.mark.parametrize(
    ("outputs", "options", "days"),
    [
        ({"OaiRecipientWindowDays": "7"}, "", 7),
        ({"OaiRecipientWindowDays": "0"}, "", 0),
        ({"OaiRecipientWindowDays": "7"}, "--window-days 2", 2),
        ({}, "", DEFAULT_WINDOW_DAYS),
    ],
    ids=["the stack's", "the stack has none", "the operator's", "unknown"],
)
def test_the_window_of_a_new_recipient_is_the_stacks_unless_the_operator_says_another(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, table: str, outputs: dict[str, str], options: str, days: int
) -> None:
    place = where.Place(table, "us-east-1", ENDPOINT, outputs=outputs)
    monkeypatch.setattr(where, "_place", lambda _: place)

    made = operator.gets(f"recipient create index {options} --name Index")

    assert made["since_s"] == NOW_S + days * DAY_S


# ----------------------------------------------------------------------------------------------------------------- tokens
def test_a_token_is_shown_once_and_kept_as_its_digest(settled: Operator) -> None:
    made = settled.gets("token create index --name laptop")
    text = made.pop("token")

    later = [settled.types(words).output for words in ("token list", "recipient show index", "token revoke index laptop")]

    assert made == {"recipient": "index", "name": "laptop", "created_s": NOW_S, "last_used": ""}
    assert text.startswith("index.")
    assert all("laptop" in output for output in later)
    assert not any(text.partition(".")[2] in output for output in later)
    assert settled.gets("token list") == []


def test_a_token_is_found_by_what_was_shown(settled: Operator) -> None:
    text = settled.gets("token create index --name laptop")["token"]

    found = DynamoSubscriptions().token("index", token_digest(text))

    assert found is not None
    assert found.name == "laptop"


def test_tokens_are_listed_for_one_recipient_or_all_with_their_last_day(settled: Operator) -> None:
    for recipient, name in (("mirror", "a"), ("index", "c"), ("index", "b")):
        settled.gets(f"token create {recipient} --name {name}")
    DynamoSubscriptions().note_use(DynamoSubscriptions().tokens("mirror")[0], "2027-01-15")

    assert [(each["recipient"], each["name"], each["last_used"]) for each in settled.gets("token list")] == [
        ("index", "b", ""),
        ("index", "c", ""),
        ("mirror", "a", "2027-01-15"),
    ]
    assert [each["name"] for each in settled.gets("token list index")] == ["b", "c"]


# -------------------------------------------------------------------------------------------------------------- decisions
def test_decisions_are_kept_listed_and_taken_back(settled: Operator) -> None:
    settled.gets("optout set index out --account Demo.One")
    settled.gets(f"optout set index in --account demo.one --title {JOURNAL}")
    settled.gets("optout set index out --prefix doi:10.5072")
    settled.gets("optout set mirror out --account demo.two --prefix 99999")

    listed = [(each["recipient"], each["account"], each["scope"], each["choice"]) for each in settled.gets("optout list")]
    of_one = settled.gets("optout list --account demo.one")
    about_mirror = settled.gets("optout list --recipient mirror")
    settled.gets(f"optout remove index --account demo.one --title {JOURNAL}")
    settled.gets("optout remove index --prefix 10.5072")

    assert listed == [
        ("index", "", "10.5072", "out"),
        ("index", "demo.one", "all", "out"),
        ("index", "demo.one", JOURNAL, "in"),
        ("mirror", "demo.two", "ark:/99999", "out"),
    ]
    assert [each["scope"] for each in of_one] == ["all", JOURNAL]
    assert [each["account"] for each in about_mirror] == ["demo.two"]
    assert [each["scope"] for each in settled.gets("optout list")] == ["all", "ark:/99999"]


@pytest.mark.parametrize("written", [SERIES, "B:10.5072:2"], ids=["as a series", "as books"])
def test_a_series_is_one_scope_under_both_its_names(settled: Operator, written: str) -> None:
    kept = settled.gets(f"optout set index out --title {written}")
    again = settled.gets(f"optout set index in --title {SERIES}")

    assert (kept["scope"], again["scope"]) == (SERIES, SERIES)
    assert [each["choice"] for each in settled.gets("optout list")] == ["in"]
    assert settled.gets(f"optout remove index --title {written}")["scope"] == SERIES


def test_a_book_is_a_title_of_its_own(settled: Operator) -> None:
    assert settled.gets(f"optout set index out --title {BOOK}")["scope"] == BOOK


def test_a_removed_recipient_takes_its_tokens_and_decisions_along(settled: Operator) -> None:
    settled.gets("token create index --name a")
    settled.gets("optout set index out --account demo.one")

    settled.gets("recipient remove index")

    assert (settled.gets("token list"), settled.gets("optout list")) == ([], [])


# --------------------------------------------------------------------------------------------------------------- refusals
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("recipient create index --name Other", "Recipient index already exists."),
        ("recipient create in/dex --name Index", "'in/dex' is not a name"),
        ("recipient create third --name=", "A recipient's name has 1 to 200 visible characters."),
        ("recipient create third --name \x1b[2J", "A recipient's name has 1 to 200 visible characters."),
        ("recipient create third --name Third --address 192.0.2.7/24", "'192.0.2.7/24' is no network"),
        ("recipient create third --name Third --address 198.51.100.0/24", "198.51.100.0/24 is the network of recipient mirror."),
        ("recipient change index --address 198.51.100.0/24", "198.51.100.0/24 is the network of recipient mirror."),
        ("recipient show nobody", "There is no recipient nobody."),
        ("recipient change nobody --opt-in", "There is no recipient nobody."),
        ("recipient remove nobody", "There is no recipient nobody."),
        ("token create nobody --name a", "There is no recipient nobody."),
        ("token create index --name used", "Recipient index has a token used already."),
        ("token create index --name a:b", "'a:b' is not a name"),
        ("token revoke index other", "Recipient index has no token other."),
        ("token list nobody", "There is no recipient nobody."),
        ("optout set nobody out --account demo.one", "There is no recipient nobody."),
        ("optout set index out", "Say whose records, or which"),
        ("optout set index out --account nobody", "There is no account nobody."),
        ("optout set index out --prefix 10.9999", "There is no prefix doi:10.9999."),
        ("optout set index out --prefix hello", "'hello' is not a prefix"),
        ("optout set index out --title J:10.5072:9", "There is no title J:10.5072:9."),
        ("optout set index out --title B:10.5072:1", "There is no title B:10.5072:1."),
        ("optout set index out --title J:10.5072", "'J:10.5072' is not the set of a title"),
        ("optout set index out --title J:10.5072:1:2011", "is not the set of a title"),
        ("optout set index out --title J:10.5072:1 --prefix 10.5072", "A decision is about a prefix or a title, not both."),
        ("optout remove index --account demo.one", "Nothing was decided about index for all by demo.one."),
        ("optout remove index --prefix 10.5072", "Nothing was decided about index for 10.5072."),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(settled: Operator, line: str, words: str) -> None:
    DynamoSubscriptions().add_token(Token("index", "used", token_digest("index.secret"), NOW_S))

    assert words in refused(settled.types(line))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("recipient change index", "Nothing to change"),
        ("recipient change index --address 192.0.2.1 --no-addresses", "exclude each other"),
        ("recipient change index --since tomorrow", "tomorrow"),
        ("recipient create third --name Third --window-days -1", "-1"),
        ("optout set index maybe --account demo.one", "maybe"),
    ],
)
def test_a_mistaken_line_is_refused_as_one(settled: Operator, line: str, words: str) -> None:
    result = settled.types(line)

    assert result.exit_code == 2
    assert words in result.stderr


def test_a_recipient_has_so_many_tokens_and_networks_and_no_more(settled: Operator) -> None:
    for number in range(MAX_TOKENS):
        DynamoSubscriptions().add_token(Token("index", f"t{number}", token_digest(str(number)), NOW_S))
    networks = " ".join(f"--address 10.0.0.{number}" for number in range(MAX_NETWORKS + 1))

    assert refused(settled.types("token create index --name more")) == f"Recipient index has {MAX_TOKENS} tokens already."
    assert refused(settled.types(f"recipient change index {networks}")) == f"A recipient has up to {MAX_NETWORKS} networks."
