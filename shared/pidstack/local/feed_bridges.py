"""The gaps between the emulator and AWS on the way of a change: topics that keep order, and streams that are read again in part.

Part of `pidstack.local.bridges`, which installs it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Json = dict[str, Any]


def keep_order_in_topics(provisioners: Any, topics: Any) -> None:
    """AWS makes a FIFO topic of a template's `FifoTopic: true`; the emulator does so only for requests of `CreateTopic`."""
    handlers = provisioners._RESOURCE_HANDLERS["AWS::SNS::Topic"]
    create: Callable[..., Any] = handlers["create"]

    def create_fifo(logical_id: str, properties: Json, stack: str) -> Any:
        created = create(logical_id, properties, stack)
        if str(properties.get("FifoTopic", "")).lower() == "true":
            topic = topics[created[0]]
            by_content = str(properties.get("ContentBasedDeduplication", "false")).lower()
            topic["attributes"].update(FifoTopic="true", ContentBasedDeduplication=by_content)
            topic.update(dedup_cache={}, fifo_seq=0)
        return created

    handlers["create"] = create_fifo


def read_streams_again_from_failures(service: Any, tables: Any) -> None:
    """AWS reads a table's stream again from the first record that a function reports as failed, as often as the mapping allows, and
    then sends the rest to the destination for failures. The emulator takes every answer of a function for success.
    """
    execute = service._execute_function
    tries: dict[tuple[str, str], int] = {}

    def execute_and_read(function: Json, event: Json, *args: Any, **settings: Any) -> Json:
        result: Json = execute(function, event, *args, **settings)
        records = event.get("Records") if isinstance(event, dict) else None
        if not records or records[0].get("eventSource") != "aws:dynamodb" or result.get("error"):
            return result
        failed = _first_failure(result, records)
        mapping = _mapping(service, function, records[0]["eventSourceARN"]) if failed is not None else None
        if failed is None or mapping is None or "ReportBatchItemFailures" not in mapping.get("FunctionResponseTypes", []):
            return result
        key = mapping["UUID"], _sequence(records[failed])
        tries[key] = tries.get(key, 0) + 1
        most = int(mapping.get("MaximumRetryAttempts", -1))
        if 0 <= most < tries[key]:
            service._send_ddb_stream_failure_record(
                mapping, function, records[failed:], mapping["EventSourceArn"], result, "RetryAttemptsExhausted"
            )
            return result
        _go_back_to(service, tables, mapping, records[failed])
        return {**result, "error": True, "body": {"errorType": "PartialBatch", "errorMessage": f"again from {key[1]}"}}

    service._execute_function = execute_and_read


def _first_failure(result: Json, records: list[Json]) -> int | None:
    body = result.get("body")
    failures = body.get("batchItemFailures") if isinstance(body, dict) else None
    failed = {failure.get("itemIdentifier") for failure in failures or ()}
    return next((index for index, record in enumerate(records) if _sequence(record) in failed), None)


def _mapping(service: Any, function: Json, source: str) -> Json | None:
    name = function["config"]["FunctionName"]
    every = (mapping for _account, _region, mapping in service._iter_all_esms())
    return next((each for each in every if each["EventSourceArn"] == source and each["FunctionName"] == name), None)


def _go_back_to(service: Any, tables: Any, mapping: Json, record: Json) -> None:
    """Move the mapping on, as far as the record that has to come again."""
    table = mapping["EventSourceArn"].split(":table/")[1].split("/")[0]
    with service._dynamodb_stream_positions_lock:
        position = service._dynamodb_stream_positions[mapping["UUID"]]
        batch = tables.stream_records_since(table, position, mapping.get("BatchSize", 100))
        before = next((index for index, each in enumerate(batch) if _sequence(each) == _sequence(record)), 0)
        service._dynamodb_stream_positions[mapping["UUID"]] = position + before


def _sequence(record: Json) -> str:
    return str(record["dynamodb"]["SequenceNumber"])


# Requests that AWS authorizes as the action that does the same for one message. Rule: service authorization reference, SNS and SQS.
_AUTHORIZED_AS = {
    "sns:PublishBatch": "sns:Publish",
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
}


def authorize_batches_as_their_parts(actions: Any) -> None:
    """AWS knows no permission for a batch of messages, only for a message; the emulator asks for one that AWS does not have."""
    extract: Callable[..., Any] = actions.extract_iam_action

    def extract_iam_action(*args: Any, **settings: Any) -> Any:
        action = extract(*args, **settings)
        return _AUTHORIZED_AS.get(action, action)

    actions.extract_iam_action = extract_iam_action
