"""`pidstack history` and `pidstack recount` over a table in moto."""

from __future__ import annotations

import hashlib
import json
import random
import string
from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result

from pidstack.cli.main import cli
from pidstack.domain.counting import ALL, CounterKey, CounterKind, Tally
from pidstack.domain.state import State
from pidstack.ports.feed import Share
from pidstack.store import identifiers as store_of_records
from pidstack.store.counters import DynamoCounters
from pidstack.store.ledger import DynamoLedger
from pidstack.store.tables import connect
from tests.builders import NOW_S
from tests.commits import Story

NAME = "ark:/99999/fk4a"


@pytest.fixture
def story(table: str) -> Iterator[Story]:
    """An identifier that was made, described and hidden, as the feed told it."""
    story = Story()
    story.write(NAME, changed_by="alice")
    story.write(NAME, elements={"erc.who": "Proust"}, changed_by="proxy")
    story.write(NAME, elements={"erc.who": "Proust"}, state=State.REGISTERED, changed_by="alice")
    for record in story.records.values():
        item = store_of_records._item(record)
        item.token = record.token
        item.save()
    DynamoLedger().enter(story.commits)
    yield story
    connect("", region=None, host=None, aws_access_key_id=None, aws_secret_access_key=None)


def types(*words: str) -> Result:
    at = ("--endpoint", "https://dynamodb.us-east-1.amazonaws.com", "--table", "identifiers")
    return CliRunner(env={"COLUMNS": "160"}).invoke(cli, [*at, *words])


def test_the_history_tells_what_when_by_whom_and_through_which_protocol(story: Story) -> None:
    result = types("history", "ark:99999/fk4a", "--json")

    told = [{key: each[key] for key in ("version", "what", "changed", "by", "via", "at_s")} for each in json.loads(result.stdout)]
    assert told == [
        {"version": 1, "what": "Created", "changed": [], "by": "alice", "via": "ezid", "at_s": NOW_S + 1},
        {"version": 2, "what": "Changed", "changed": ["element:erc.who"], "by": "proxy", "via": "ezid", "at_s": NOW_S + 2},
        {"version": 3, "what": "StateChanged", "changed": ["state"], "by": "alice", "via": "ezid", "at_s": NOW_S + 3},
    ]


def test_values_are_told_on_request(story: Story) -> None:
    for_programs = types("history", NAME, "--values", "--json")
    for_people = types("history", NAME, "--values")

    assert [each["values"] for each in json.loads(for_programs.stdout)][1:] == [
        [{"part": "element:erc.who", "old": None, "new": "Proust"}],
        [{"part": "state", "old": "findable", "new": "registered"}],
    ]
    assert "element:erc.who: (empty) \N{RIGHTWARDS ARROW} Proust" in for_people.stdout
    assert "Proust" not in types("history", NAME, "--json").stdout


def test_a_value_of_many_bytes_is_told_by_its_digest(table: str, story: Story) -> None:
    long = "".join(random.Random(4).choices(string.ascii_letters, k=30_000))  # noqa: S311 - no secret
    story.write(NAME, elements={"erc.who": "Proust", "erc": long})
    DynamoLedger().enter(story.commits[-1:])

    told = types("history", NAME, "--values", "--newest-first", "--limit", "1", "--json")
    shown = types("history", NAME, "--values", "--newest-first", "--limit", "1")

    digest = {"bytes": 30_000, "sha256": hashlib.sha256(long.encode()).hexdigest()}
    assert {"part": "element:erc", "old": None, "new": digest} in json.loads(told.stdout)[0]["values"]
    assert "(30000 bytes" in shown.stdout


def test_the_history_is_a_table_for_people(story: Story) -> None:
    result = types("history", NAME, "--newest-first", "--limit", "2")

    lines = [line.split() for line in result.stdout.splitlines() if "UTC" in line]
    assert [line[3:5] for line in lines] == [["3", "StateChanged"], ["2", "Changed"]]
    assert result.stderr == "There is more: give a --limit above 2.\n"


def test_a_name_to_which_nothing_was_done_is_said_to_have_no_history(story: Story) -> None:
    result = types("history", "ark:/99999/fk4b")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: Nothing was done to ark:/99999/fk4b, or it is not told yet.\n"


def test_a_recount_of_right_counts_says_so(story: Story) -> None:
    result = types("recount")

    assert result.exit_code == 0
    assert result.stdout.startswith("All counts are right.\n")


def test_a_recount_says_what_is_off_and_fails(story: Story) -> None:
    DynamoCounters().correct(Share(CounterKey(CounterKind.OWNER, "alice"), 2, Tally(draft=5)))

    result = types("recount", "--json")

    assert result.exit_code == 1
    found = json.loads(result.stdout)
    (off,) = found["off"]
    assert (off["count"], off["kept"][0]) == ("owner alice", "draft 5")
    assert off["counted"] == ["draft 0", "findable 0", "registered 1"]
    assert (found["records"], found["corrected"]) == (1, False)


def test_a_recount_tells_people_how_to_make_it_right(story: Story) -> None:
    DynamoCounters().correct(Share(ALL, 2, Tally(draft=5)))

    result = types("recount")

    assert result.exit_code == 1
    assert "draft 5" in result.stdout
    assert "Make it right with: pidstack recount --correct" in result.stdout


def test_a_recount_makes_it_right(story: Story) -> None:
    DynamoCounters().correct(Share(ALL, 2, Tally(draft=5)))

    corrected = types("recount", "--correct")
    again = types("recount")

    assert (corrected.exit_code, again.exit_code) == (0, 0)
    assert "What was off is right now." in corrected.stdout
    assert again.stdout.startswith("All counts are right.\n")
    assert DynamoCounters().tally(ALL) == Tally(registered=1)
