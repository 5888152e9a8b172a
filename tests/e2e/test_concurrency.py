"""Many writers at once: nobody's change is lost without a word, and no name is given twice."""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, TypeVar

import boto3
import pytest
from botocore.exceptions import BotoCoreError, ClientError

from pidstack.domain.minter import is_check_character_right
from tests.ezid_http import Answer, Stack, client_of

WRITERS = 50
_T = TypeVar("_T")


def all_at_once(count: int, attempt: Callable[[int], _T]) -> list[_T]:
    """Call `attempt(number)` in threads that start together."""
    start = Barrier(count)

    def run(number: int) -> _T:
        start.wait()
        return attempt(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def aws(stack: Stack, service: str) -> Any:
    session: Any = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1")
    return session.client(service, endpoint_url=stack.aws_endpoint)


def stream_records(stack: Stack, name: str) -> Iterator[dict[str, Any]]:
    """What the table's stream says of one identifier's record, from its beginning."""
    arn = aws(stack, "dynamodb").describe_table(TableName=stack.table)["Table"]["LatestStreamArn"]
    streams = aws(stack, "dynamodbstreams")
    for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
        place = streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")
        iterator = place["ShardIterator"]
        while iterator:
            page = streams.get_records(ShardIterator=iterator)
            yield from (one for one in page["Records"] if one["dynamodb"]["Keys"] == {"pk": {"S": name}, "sk": {"S": "record"}})
            if not page["Records"]:
                break
            iterator = page.get("NextShardIterator")


def test_of_many_that_make_one_name_exactly_one_succeeds(stack: Stack) -> None:
    name = f"ark:/99999/fk4{secrets.token_hex(8)}"
    client = client_of(stack)

    answers = all_at_once(WRITERS, lambda number: client.create(name, {"writer": str(number)}))

    assert Counter((answer.status, answer.line) for answer in answers) == {
        (201, f"success: {name}"): 1,
        (400, "error: bad request - identifier already exists, cannot create"): WRITERS - 1,
    }
    winner = next(number for number, answer in enumerate(answers) if answer.status == 201)
    assert client.view(name).elements["writer"] == str(winner)
    found = aws(stack, "dynamodb").get_item(TableName=stack.table, Key={"pk": {"S": name}, "sk": {"S": "record"}})
    assert found["Item"]["version"] == {"N": "1"}


def test_of_many_that_make_one_name_the_stream_tells_once(stack: Stack) -> None:
    try:
        list(stream_records(stack, "nothing"))
    except (ClientError, BotoCoreError, KeyError) as error:
        pytest.skip(f"no streams to read here: {error}")
    name = f"ark:/99999/fk4{secrets.token_hex(8)}"
    client = client_of(stack)

    all_at_once(WRITERS, lambda number: client.create(name, {"writer": str(number)}))

    deadline = time.monotonic() + 30
    while not (seen := list(stream_records(stack, name))) and time.monotonic() < deadline:
        pass  # each round asks the stream anew
    assert [one["eventName"] for one in seen] == ["INSERT"]


def test_of_many_that_change_one_identifier_everyone_is_kept_or_told(stack: Stack) -> None:
    client = client_of(stack)
    name = client.mint("ark:/99999/fk4", {"before": "kept"}).name

    answers = all_at_once(WRITERS, lambda number: client.modify(name, {f"writer.{number}": str(number)}))

    told = Counter((answer.status, answer.line) for answer in answers)
    assert set(told) <= {(200, f"success: {name}"), (503, "error: concurrency limit exceeded")}
    assert told[200, f"success: {name}"] >= 1
    acknowledged = {f"writer.{number}": str(number) for number, answer in enumerate(answers) if answer.status == 200}
    elements = client.view(name).elements
    assert {label: value for label, value in elements.items() if not label.startswith("_")} == {"before": "kept", **acknowledged}


def test_of_many_minted_names_no_two_are_equal_and_all_are_well_made(stack: Stack) -> None:
    clients = [client_of(stack, number) for number in (0, 1)]

    def mint(number: int) -> Answer:
        return clients[number % 2].mint("ark:/99999/fk4")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(mint, range(200)))

    assert Counter(answer.status for answer in answers) == {201: 200}
    names = [answer.name for answer in answers]
    assert len(set(names)) == 200
    assert all(is_check_character_right(name.removeprefix("ark:/")) for name in names)


def test_of_one_that_deletes_and_many_that_change_nobody_brings_a_name_back(stack: Stack) -> None:
    client = client_of(stack)
    name = client.mint("ark:/99999/fk4", {"_status": "reserved"}).name

    def write(number: int) -> Answer:
        return client.delete(name) if number == 0 else client.modify(name, {f"writer.{number}": "x"})

    answers = all_at_once(10, write)
    while answers[0].status == 503:
        answers[0] = client.delete(name)

    assert answers[0].status == 200
    assert {answer.status for answer in answers[1:]} <= {200, 400, 503}
    assert client.view(name).line == "error: bad request - no such identifier"
