"""Every gap between the emulator and AWS, bridged in this one place; each bridge says what AWS does instead.

Two halves: `for_emulator` rewrites the translated template before it is deployed, and `install` runs inside the emulator's
own process (started by `pidstack.local.serve`), where it adjusts the gateway and the function workers. The second half
reaches into the emulator, so it names the one version it was written for and refuses any other.
"""

from __future__ import annotations

import asyncio
import copy
import importlib.metadata
import json
import os
import queue
import sys
import urllib.parse
from collections.abc import Awaitable, Callable, Coroutine, Mapping, MutableMapping
from pathlib import Path
from typing import Any

from pidstack.local import export_bridges, feed_bridges, quick_bridges

EMULATOR_VERSION = "1.5.33"
REGION = "us-east-1"
PUBLIC_HOST = "127.0.0.1"
"""Host of the public API. The emulator takes a host name with a dot for a custom domain, so the stack's own `DomainName`
parameter is set to it and the base address needs no stage."""

AWS_HOST = "localhost"
"""Host of the emulated AWS endpoint: without a dot, it can never be taken for the custom domain above."""

CREDENTIALS = ("test", "test")
"""The emulator's root caller, also when it evaluates IAM policies. On AWS these are the deploying person's own."""

IDENTITY_PATH = "/_pidstack"
"""Answered by our own process: tells whose emulator it is."""

HTTP_METHODS = ("get", "put", "post", "delete", "head", "options", "patch")

_LEAST_TIMEOUT_S = 60

Json = dict[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Coroutine[Any, Any, None]]


# ---------------------------------------------------------------------------------------------------------- the template
def parameters(port: int) -> dict[str, str]:
    """Parameters that a local deploy gives the real template.

    On AWS the person who deploys sets them; here the custom domain is the loopback address, whose certificate nobody checks.
    """
    return {
        "DomainName": PUBLIC_HOST,
        "CertificateArn": f"arn:aws:acm:{REGION}:000000000000:certificate/none-on-loopback",
        "PublicUrl": f"http://{PUBLIC_HOST}:{port}",
        "WebhookAllowLoopback": "yes",
        "HarvestSettleSeconds": "1",  # nothing here takes a function's whole time, and indexes do not lag
        # A person who tries a webhook out waits seconds, not a day.
        "WebhookFirstRetrySeconds": "1",
        "WebhookLongestRetrySeconds": "4",
        "WebhookGiveUpSeconds": "20",
        # Who tries a harvest out sees it go on over several pages.
        "OaiPageSize": "20",
        "OaiRetryAfterSeconds": "1",
        # Mail goes no further than the emulator, which shows it at /_ministack/ses/messages.
        "ExportSender": export_bridges.SENDER,
        # A few hundred records make several workers.
        "ExportSegmentRecords": "1000",
        # Who tries a snapshot out sees it in several members, and when they ask for it.
        "SnapshotMemberRecords": "100",
        "SnapshotMonthly": "DISABLED",
    }


def for_emulator(template: Json) -> Json:
    """Rewrite a translated template (plain CloudFormation) so that the emulator builds what AWS would build."""
    bridged = copy.deepcopy(template)
    resources: Json = bridged["Resources"]
    _drop_layers(resources)
    _drop_computed_alarms(resources)
    _give_functions_time(resources)
    export_bridges.for_emulator(resources)
    for name, resource in list(resources.items()):
        if resource["Type"] == "AWS::ApiGateway::RestApi":
            _list_methods(resource["Properties"]["Body"])
            _lift_gateway_responses(name, resource["Properties"]["Body"], resources)
    return bridged


def _drop_layers(resources: Json) -> None:
    """AWS mounts layers under /opt. Here workers run this interpreter and import from its environment; our code is in the zip."""
    for name, resource in list(resources.items()):
        if resource["Type"] == "AWS::Lambda::LayerVersion":
            del resources[name]
        elif resource["Type"] == "AWS::Lambda::Function":
            resource["Properties"].pop("Layers", None)


def _drop_computed_alarms(resources: Json) -> None:
    """AWS alarms on arithmetic over metrics; the emulator refuses such alarms, and here nobody is called at night."""
    for name, resource in list(resources.items()):
        if resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]:
            del resources[name]


def _give_functions_time(resources: Json) -> None:
    """AWS gives each environment processors of its own; here all share a few, which may be busy with other things."""
    for resource in resources.values():
        if resource["Type"] == "AWS::Lambda::Function" and "Timeout" in resource["Properties"]:
            resource["Properties"]["Timeout"] = max(resource["Properties"]["Timeout"], _LEAST_TIMEOUT_S)


def _list_methods(body: Json) -> None:
    """AWS serves ANY for each method without an entry of its own; the emulator's import skips ANY, so list the methods."""
    for item in body["paths"].values():
        any_method = item.pop("x-amazon-apigateway-any-method", None)
        for method in HTTP_METHODS if any_method else ():
            item.setdefault(method, any_method)


def _lift_gateway_responses(api: str, body: Json, resources: Json) -> None:
    """AWS reads gateway responses from the API's body; the emulator only knows them as resources.

    A deployment is a snapshot of them, so it has to come after.
    """
    names = []
    for kind, response in body.pop("x-amazon-apigateway-gateway-responses", {}).items():
        name = f"{api}{kind.title().replace('_', '')}Response"
        properties = {"RestApiId": {"Ref": api}, "ResponseType": kind}
        for source, target in (
            ("statusCode", "StatusCode"),
            ("responseParameters", "ResponseParameters"),
            ("responseTemplates", "ResponseTemplates"),
        ):
            if source in response:
                properties[target] = response[source]
        resources[name] = {"Type": "AWS::ApiGateway::GatewayResponse", "Properties": properties}
        names.append(name)
    for resource in resources.values():
        if resource["Type"] == "AWS::ApiGateway::Deployment" and resource["Properties"]["RestApiId"] == {"Ref": api}:
            resource["DependsOn"] = names


# ------------------------------------------------------------------------------------------------- the emulator's process
def environment(port: int, state: Path, scratch: Path, *, enforce_iam: bool) -> dict[str, str]:
    """Environment of the emulator's process, which its function workers inherit.

    Nothing of the caller's AWS settings may leak in: a profile or an endpoint of the person's shell would reach the functions.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "POWERTOOLS_"))}
    return kept | {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",  # all interfaces otherwise
        "AUTH": "true" if enforce_iam else "false",  # AWS always evaluates policies
        "MINISTACK_REGION": REGION,
        "PERSIST_STATE": "1",
        "STATE_DIR": str(state),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(state / "s3"),
        "TMPDIR": str(scratch),
        # Services that would open further ports or look for Docker; the stack uses none of them.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "DOCKER_HOST": "unix:///nonexistent",
        # AWS resolves service endpoints itself. The emulator's default names the public host, which is our custom domain.
        "AWS_ENDPOINT_URL": f"http://{AWS_HOST}:{port}",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": f"{PUBLIC_HOST},{AWS_HOST}",
        # AWS runs an X-Ray daemon beside each function; there is none here.
        "POWERTOOLS_TRACE_DISABLED": "true",
        "PYTHONUNBUFFERED": "1",
    }


def install() -> None:
    """Adjust the emulator in this process.

    Raises:
        RuntimeError: it is not the version these adjustments were written for.
    """
    found = importlib.metadata.version("ministack")
    if found != EMULATOR_VERSION:
        raise RuntimeError(f"These bridges fit ministack {EMULATOR_VERSION}, but {found} is installed.")
    from ministack import app as emulator
    from ministack.core import iam_actions, lambda_runtime
    from ministack.services import apigateway_v1, dynamodb, lambda_svc, sns
    from ministack.services.cloudformation import provisioners

    _take_every_body_for_binary(apigateway_v1)
    _answer_failures_like_the_gateway(apigateway_v1)
    _keep_failed_workers(lambda_runtime, lambda_svc)
    _read_logs_without_waiting(lambda_runtime, lambda_svc)
    feed_bridges.keep_order_in_topics(provisioners, sns._topics)
    feed_bridges.read_streams_again_from_failures(lambda_svc, dynamodb)
    feed_bridges.authorize_batches_as_their_parts(iam_actions)
    quick_bridges.read_expressions_once(dynamodb)
    emulator.app = gateway(emulator.app, apigateway_v1)


def gateway(emulator: App, rest_api: Any) -> App:
    """Serve the public host from the REST API's data plane, and leave the rest to the emulator.

    What AWS does and the emulator's own entry does not:
    - the path stays as the client sent it, percent-encoded; the emulator decodes it, which cannot be undone for `%2F`
      or bytes that are not UTF-8;
    - a header sent twice is two values in `multiValueHeaders`, not one joined value;
    - every path belongs to the API: the emulator keeps some for itself (`/health`, `/v2/`, `/iceberg`);
    - an Authorization header is the client's own business, not an AWS signature.
    AWS gives each concurrent request its own environment. Here that would start a Python for each, so some wait their turn.
    """
    turns = asyncio.Semaphore(2 * (os.cpu_count() or 1))

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        host = _header(scope, b"host").partition(":")[0] if scope["type"] == "http" else ""
        if scope["type"] == "http" and scope["path"] == IDENTITY_PATH and host == AWS_HOST:
            await _send(send, scope, 200, {}, json.dumps({"state": os.environ["STATE_DIR"], "pid": os.getpid()}).encode())
        elif host == PUBLIC_HOST:
            async with turns:
                await _execute(rest_api, scope, receive, send)
        else:
            await emulator(scope, receive, send)

    return app


async def _execute(rest_api: Any, scope: Scope, receive: Receive, send: Send) -> None:
    path = scope["raw_path"].decode("latin-1")
    mapping = rest_api.resolve_base_path_mapping(PUBLIC_HOST, path)
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body += message.get("body", b"")
        more = message.get("more_body", False)
    if mapping is None:
        await _send(send, scope, 503, {}, b"Nothing is deployed here yet.\n")
        return
    api, stage, rest = mapping
    query = urllib.parse.parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    status, headers, content = await rest_api.handle_execute(api, stage, scope["method"], rest, _headers(scope), bytes(body), query)
    await _send(send, scope, status, headers, content)


def _header(scope: Scope, wanted: bytes) -> str:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name.lower() == wanted), "")


def _headers(scope: Scope) -> dict[str, str | list[str]]:
    """Names in lower case (the server below us drops their case, which AWS keeps); several values stay several."""
    headers: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return {name: values[0] if len(values) == 1 else values for name, values in headers.items()}


async def _send(send: Send, scope: Scope, status: int, headers: Mapping[str, Any], body: bytes) -> None:
    lines = [(name, value) for name, values in headers.items() for value in (values if isinstance(values, list) else [values])]
    raw = [(name.encode("latin-1"), str(value).encode("utf-8")) for name, value in lines if name.lower() != "content-length"]
    raw.append((b"Content-Length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def _take_every_body_for_binary(rest_api: Any) -> None:
    """With `*/*` among the binary types AWS hands over every body in base64; the emulator needs a Content-Type for it."""
    by_type = rest_api._media_type_matches

    def matches(media_type: object, binary_types: list[str] | None) -> bool:
        return "*/*" in (binary_types or []) or bool(by_type(media_type, binary_types))

    rest_api._media_type_matches = matches


# Headers of a function's answer that a REST API does not let through under their own name.
_REMAPPED = {"authorization", "connection", "content-md5", "date", "server", "www-authenticate"}


def _answer_failures_like_the_gateway(rest_api: Any) -> None:
    """AWS answers a failed function through the gateway responses and renames some headers of an answer.

    The emulator sends the exception's text (here: a 500 gateway response; AWS: the same body with 502), and lets
    `WWW-Authenticate` through, so a challenge written by a handler would only work here.
    """
    call, shape = rest_api._call_lambda_raw, rest_api._lambda_proxy_response

    async def call_lambda(*args: Any, **kwargs: Any) -> tuple[Any, str | None]:
        result, problem = await call(*args, **kwargs)
        return (None, "function failed") if result and result.get("error") and not result.get("throttle") else (result, problem)

    def proxy_response(result: Any) -> tuple[Any, str | None]:
        answer, problem = shape(result)
        for kind in ("headers", "multiValueHeaders") if isinstance(answer, dict) else ():
            answer[kind] = {_remapped(name): value for name, value in (answer.get(kind) or {}).items()}
        return answer, problem

    rest_api._call_lambda_raw, rest_api._lambda_proxy_response = call_lambda, proxy_response


def _remapped(name: str) -> str:
    return f"x-amzn-Remapped-{name}" if name.lower() in _REMAPPED else name


# The line of the emulator's worker script that reports an exception, and what takes its place.
_REPORT = '{"status": "error", "error": str(e), "trace": traceback.format_exc()}'
_RAISED = "pidstack:raised"
_REPORT_AND_LIVE = f'{{"status": "ok", "result": {{"{_RAISED}": [type(e).__name__, str(e), traceback.format_exc()]}}}}'


def _keep_failed_workers(runtime: Any, service: Any) -> None:
    """On AWS an environment outlives an exception of its handler. The emulator ends the worker, so each "Unauthorized"
    of an authorizer would cost the next request a cold start: the worker reports success, and the failure is put back here,
    with the exception's name for its type as on AWS, by which state machines tell what to repeat.
    """
    _replace_in_worker(runtime, _REPORT, _REPORT_AND_LIVE)
    invoke = runtime.Worker.invoke

    def invoke_and_keep(self: Any, *args: Any, **kwargs: Any) -> Json:
        response: Json = invoke(self, *args, **kwargs)
        result = response.get("result")
        if isinstance(result, dict) and _RAISED in result:
            kind, error, trace = result[_RAISED]
            return {**response, "status": "error", "error": f"{kind}{_RAISED}{error}", "trace": trace}
        return response

    execute = service._execute_function_warm

    def execute_and_tell(*args: Any) -> Json:
        result: Json = execute(*args)
        body = result.get("body")
        if result.get("error") and isinstance(body, dict):
            kind, told, words = str(body["errorMessage"]).partition(_RAISED)
            if told:
                result["body"] = {"errorMessage": words, "errorType": kind}
        return result

    runtime.Worker.invoke, service._execute_function_warm = invoke_and_keep, execute_and_tell


_END_OF_LOG = "\x1e"
_ANSWERED = "        _real_stdout.flush()\n\nrun()"


def _read_logs_without_waiting(runtime: Any, service: Any) -> None:
    """On AWS logs travel beside the answer. The emulator waits up to 50 ms for a first line after each call; a mark at
    the end of every call's log says that there is no more to wait for. The lines go to this process's output, which
    `make logs` follows, and not to an emulated CloudWatch that would keep them all in memory.
    """
    mark = f"        print({_END_OF_LOG!r}, file=sys.stderr, flush=True)\n"
    _replace_in_worker(runtime, _ANSWERED, mark + _ANSWERED)

    def drain(self: Any, *_: object, **__: object) -> str:
        lines: list[str] = []
        while True:
            try:
                line = self._stderr_queue.get(timeout=1)
            except queue.Empty:
                return "\n".join(lines)
            if line == _END_OF_LOG:
                return "\n".join(lines)
            lines.append(line)

    def emit(function: Json, _request: str, text: str, *_: object, **__: object) -> None:
        for line in text.splitlines():
            print(function["config"]["FunctionName"], line, file=sys.stdout)

    runtime.Worker._drain_stderr_bounded = drain
    service._emit_lambda_logs = emit


def _replace_in_worker(runtime: Any, old: str, new: str) -> None:
    if runtime._PYTHON_WORKER_SCRIPT.count(old) != 1:
        raise RuntimeError("The emulator's worker script is not the one this bridge was written for.")
    runtime._PYTHON_WORKER_SCRIPT = runtime._PYTHON_WORKER_SCRIPT.replace(old, new)
