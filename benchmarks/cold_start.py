"""Cold start of each function: the built package, under Lambda's own runtime interface, answering its first request.

The Runtime Interface Emulator starts a fresh runtime process per measurement and says how long the init phase and the first
invocation took. The first request of each function is one that reads the table, so that making the client and opening the
connection count. The authorizer's first request also pays for a password hash, which is slow on purpose; the budget is for the rest
of it. What differs from Lambda is the processor, that the package is unpacked already, and that nothing is sent over TLS.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import stand, tools
from benchmarks.engines import default, engine, free_port, wait_until_answering
from benchmarks.report import Report
from benchmarks.stand import Ask, Pair, basic

BUDGET_MS, BUDGET_MB = 700.0, 60.0
BUDGETS_MS = {"resolver": 350.0}  # of those that have one of their own
STARTS = 9
_RECORD = f"{stand.SHOULDERS[1]}/COLD"
_FINDABLE = f"{stand.SHOULDERS[0]}cold"
_INIT = re.compile(r"INIT REPORT\(durationMs: ([\d.]+)\)")
_INVOKE = re.compile(r"INVOKE RTDONE\(status: success, .*duration: ([\d.]+)ms\)")
_HASHING = """
import time
from pidstack.domain.passwords import hash_password, is_password
stored, spent = hash_password("a password"), []
for _ in range(5):
    begun = time.process_time()
    is_password("a password", stored)
    spent.append(time.process_time() - begun)
print(min(spent) * 1000)
"""
_VERIFIED = {"authorizer": {"principalId": stand.ACCOUNT, "account": stand.ACCOUNT, "via": "password"}}
_MEASURED = frozenset({"authorizer", "ezid_api", "ez_api", "oai", "pages", "publish_changes", "resolver", "rest_api"})
# What the stack tells its functions, beside the table and what all of them are told.
SETTINGS = {
    "ADMIN_EMAIL": "admin@example.org",
    "CROSSREF_OAI": "yes",
    "DATACITE_OAI": "yes",
    "OAI_DEFAULT_SET": "J",
    "OAI_PAGE_SIZE": "250",
    "OAI_CONCURRENT_REQUESTS": "10",
    "OAI_RETRY_AFTER_S": "10",
    "OAI_TOKEN_HOURS": "48",
    "HARVEST_SETTLE_S": "30",
    "TOKEN_KEY_SECRET": "token-key",
    "TOKEN_AUDIENCE": "production",
    "EXPORT_BUCKET": "exports",
    "EXPORT_MACHINE": "arn:aws:states:us-east-1:000000000000:stateMachine:export",
    "SNAPSHOT_BUCKET": "snapshots",
    "SNAPSHOT_MACHINE": "arn:aws:states:us-east-1:000000000000:stateMachine:snapshot",
    "SNAPSHOT_LINK_HOURS": "1",
    "EVENT_BUS": "changes",
    "CHANGE_TOPIC": "arn:aws:sns:us-east-1:000000000000:changes.fifo",
    "WEBHOOK_QUEUE": "https://sqs.us-east-1.amazonaws.com/000000000000/webhooks.fifo",
    "WEBHOOK_DLQ": "https://sqs.us-east-1.amazonaws.com/000000000000/webhooks-given-up.fifo",
    "WEBHOOK_ALLOW_LOOPBACK": "no",
    "WEBHOOK_FIRST_RETRY_S": "30",
    "WEBHOOK_LONGEST_RETRY_S": "3600",
    "WEBHOOK_GIVE_UP_S": "86400",
}


@dataclass(frozen=True, slots=True)
class Start:
    """One cold start, in milliseconds.

    Attributes:
        init: from the start of the runtime process until it asks for work.
        invoke: the first invocation.
        queued: how long the runtime process stood in line for a processor meanwhile, because of other work on this machine; 0
            where the system does not tell.
        cpu: processor time of the runtime process; 0 where the system does not tell.
    """

    init: float
    invoke: float
    queued: float
    cpu: float

    @property
    def undisturbed(self) -> float:
        """How long both would have taken with a processor always at hand."""
        return self.init + self.invoke - self.queued


def first_event(function: str) -> dict[str, Any]:
    """Give what a function is asked first: a view, the check of a password, or a batch of the stream that tells of no change."""
    if function == "publish_changes":
        return {"Records": []}
    if function == "authorizer":
        return Ask("POST", f"/id/{_RECORD}", "", basic()).event()
    if function == "oai":
        return Ask("GET", "/oai?verb=Identify").event()
    if function == "rest_api":
        return Ask("GET", "/dois").event()
    if function == "pages":
        return {**Ask("GET", "/status").event(), "resource": "/", "path": "/"}
    if function == "resolver":
        return {**Ask("GET", "/status").event(), "resource": "/{proxy+}", "path": f"/{_FINDABLE}"}
    event = Ask("GET", f"/id/{_RECORD}").event()
    if function == "ezid_api":
        return event
    under_ez = {name: f"/ez{event[name]}" for name in ("path", "resource")}
    return {**event, **under_ez, "headers": basic(), "requestContext": {**event["requestContext"], **_VERIFIED}}


def run(starts: int = STARTS) -> Report:
    """Measure every function that the build holds, with and without bytecode.

    Raises:
        tools.Missing: this machine lacks something that is needed.
    """
    interpreter, emulator, client, build = (
        tools.lambda_python(),
        tools.interface_emulator(),
        tools.interface_client(),
        tools.build(),
    )
    engine_name = default() if default() != "moto" else "ministack"
    report = Report(
        "cold_start", {"engine": engine_name, "starts": starts, "runtime": tools.RUNTIME, "processor": tools.processor()}
    )
    packages = {"compiled": build}
    with tempfile.TemporaryDirectory() as folder, stand.surroundings(), engine(engine_name) as endpoint:
        stand.furnish()
        Pair().send(Ask("PUT", f"/id/{_RECORD}", "_profile: dc\n_status: reserved\ndc.title: A title", basic()))
        Pair().send(Ask("PUT", f"/id/{_FINDABLE}", "_target: https://example.org/\nerc.what: A title", basic()))
        packages["sources only"] = _without_bytecode(build, Path(folder) / "build")
        hashing = float(
            tools.run(interpreter, "-c", _HASHING, environment=_environment(build, "AuthorizerFunction", client, endpoint))
        )
        rows = []
        for function, logical_id in _functions(build).items():
            for kind, package in packages.items():
                command = [emulator, "{}", interpreter, "-m", "awslambdaric", f"functions.{function}.app.lambda_handler"]
                environment = _environment(package, logical_id, client, endpoint)
                measured = [_start(command, package / logical_id, environment, first_event(function)) for _ in range(starts)]
                rows.append(_row(function, kind, measured, hashing if function == "authorizer" else 0.0, report))
    columns = (
        "function",
        "package",
        "init ms",
        "first invoke ms",
        "both ms",
        "undisturbed ms",
        "password hash ms",
        "least",
        "least CPU ms",
        "budget",
    )
    report.table(
        f"median of {starts} cold starts; budget {BUDGET_MS:.0f} ms for both ({BUDGETS_MS['resolver']:.0f} for the resolver), "
        "undisturbed by other work on this machine",
        columns,
        rows,
    )
    report.table(
        f"unzipped size; budget {BUDGET_MB:.0f} MB",
        ("function", "layers MB", "function MB", "sum MB", "budget"),
        [_size(function, build, logical_id, report) for function, logical_id in _functions(build).items()],
    )
    return report


def _functions(build: Path) -> dict[str, str]:
    """Find the functions of a build that somebody or the stream waits for: folder name to logical id."""
    apps = (app for app in build.glob("*Function/functions/*/app.py") if app.parent.name in _MEASURED)
    found = {app.parent.name: app.relative_to(build).parts[0] for app in apps}
    return dict(sorted(found.items()))


def _start(command: Sequence[Any], folder: Path, environment: Mapping[str, str], event: Mapping[str, Any]) -> Start:
    port, runtime_port = free_port(), free_port()
    addresses = ["--runtime-interface-emulator-address", f"127.0.0.1:{port}", "--runtime-api-address", f"127.0.0.1:{runtime_port}"]
    full = [str(part) for piece in command for part in (addresses if piece == "{}" else [piece])]
    with (
        tempfile.TemporaryFile() as log,
        subprocess.Popen(full, cwd=folder, env=dict(environment), stdout=log, stderr=log) as process,  # noqa: S603
    ):
        try:
            wait_until_answering(port, process)
            url = f"http://127.0.0.1:{port}/2015-03-31/functions/function/invocations"
            with urllib.request.urlopen(url, json.dumps(event).encode(), timeout=60) as answer:
                said = _read(answer.read())
            cpu, queued = _scheduled(process.pid)
        finally:
            process.terminate()
            process.wait()
        log.seek(0)
        text = log.read().decode(errors="replace")
    if said.get("statusCode", 200) >= 400 or "errorMessage" in said:
        raise RuntimeError(f"the first request of {folder.name} failed: {said}; {text[-2000:]}")
    return Start(_told(_INIT, text), _told(_INVOKE, text), queued, cpu)


def _read(answer: bytes) -> dict[str, Any]:
    """Read an answer; what is no JSON is the emulator's own word about a function that gave none."""
    try:
        said: dict[str, Any] = json.loads(answer)
    except ValueError:
        return {"errorMessage": answer.decode(errors="replace")}
    return said


def _scheduled(emulator: int) -> tuple[float, float]:
    """Tell processor time and waiting for a processor, in milliseconds, of the runtime below an emulator's process."""
    tasks = Path(f"/proc/{emulator}/task")
    children = (
        [pid for task in tasks.glob("*/children") for pid in task.read_text(encoding="ascii").split()] if tasks.exists() else []
    )
    lines = [path.read_text(encoding="ascii").split() for pid in children for path in Path(f"/proc/{pid}/task").glob("*/schedstat")]
    ran, waited = (sum(int(line[field]) for line in lines) / 1e6 for field in (0, 1))
    return ran, waited


def _told(pattern: re.Pattern[str], text: str) -> float:
    found = pattern.search(text)
    if found is None:
        raise RuntimeError(f"the emulator did not say {pattern.pattern}")
    return float(found[1])


def _environment(package: Path, logical_id: str, client: Path, endpoint: str) -> dict[str, str]:
    """Give what Lambda sets. The layers come first on the path, as /opt/python does; nothing writes bytecode there."""
    layers = [package / layer / "python" for layer in ("DependenciesLayer", "SharedLayer")]
    return {
        **stand.ENVIRONMENT,
        **SETTINGS,
        "PATH": os.defpath,
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "LAMBDA_TASK_ROOT": str(package / logical_id),
        "LAMBDA_RUNTIME_DIR": str(client),
        "PYTHONPATH": os.pathsep.join(str(path) for path in [*layers, client]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_SESSION_TOKEN": "x",
        "AWS_EXECUTION_ENV": f"AWS_Lambda_python{tools.RUNTIME}",
        "AWS_LAMBDA_FUNCTION_NAME": logical_id,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
        "AWS_LAMBDA_FUNCTION_TIMEOUT": "20",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000",
        "AWS_ENDPOINT_URL_DYNAMODB": endpoint,
        "AWS_ENDPOINT_URL_SECRETS_MANAGER": endpoint,
    }


def _row(function: str, kind: str, measured: Sequence[Start], hashing: float, report: Report) -> dict[str, Any]:
    middle = statistics.median(start.undisturbed for start in measured)
    row = {
        "function": function,
        "package": kind,
        "init ms": round(statistics.median(start.init for start in measured), 1),
        "first invoke ms": round(statistics.median(start.invoke for start in measured), 1),
        "both ms": round(statistics.median(start.init + start.invoke for start in measured), 1),
        "undisturbed ms": round(middle, 1),
        "password hash ms": round(hashing, 1),
        "least": round(min(start.init + start.invoke for start in measured), 1),
        "least CPU ms": round(min(start.cpu for start in measured), 1),
    }
    if kind == "compiled":
        budget = BUDGETS_MS.get(function, BUDGET_MS)
        row["budget"] = report.require(
            middle - hashing < budget, f"cold start of {function}: {middle:.0f} ms instead of {budget:.0f}"
        )
    return row


def _size(function: str, build: Path, logical_id: str, report: Report) -> dict[str, Any]:
    layers, own = _megabytes(build.glob("*Layer")), _megabytes([build / logical_id])
    holds = report.require(layers + own < BUDGET_MB, f"size of {function}: {layers + own:.1f} MB instead of {BUDGET_MB:.0f}")
    return {"function": function, "layers MB": layers, "function MB": own, "sum MB": round(layers + own, 2), "budget": holds}


def _megabytes(folders: Iterable[Path]) -> float:
    return round(sum(path.stat().st_size for folder in folders for path in folder.rglob("*") if path.is_file()) / 1e6, 2)


def _without_bytecode(build: Path, copy: Path) -> Path:
    shutil.copytree(build, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy
