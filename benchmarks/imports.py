"""What each dependency of the functions costs to import and to set up, and what those would cost that we do without.

Every line runs in an interpreter of its own, of the functions' version, over the built layers with their bytecode. Functions load
as on Lambda: the clients that they make before their first request are made. The numbers stand behind
docs/decisions/0004-dependencies.md. Instructions can be compared from day to day, times only within a run.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from benchmarks import instructions, stand, tools
from benchmarks.cold_start import SETTINGS
from benchmarks.report import Report

ROUNDS = 9
_ALTERNATIVES = ("boto3", "pydantic", "argon2-cffi")
_CLIENT = "botocore.session.get_session().create_client('dynamodb')"
_CASES: dict[str, str | tuple[str, str]] = {
    "our package, stores and functions left out": "import pidstack.protocols.ezid.dispatch",
    "Powertools: Logger": "from aws_lambda_powertools import Logger; Logger()",
    "Powertools: Logger and Tracer": "from aws_lambda_powertools import Logger, Tracer; Logger(); Tracer()",
    "Powertools: Tracer on top of the rest": (
        f"import botocore.session, pynamodb.models; {_CLIENT}; from aws_lambda_powertools import Logger; Logger()",
        "from aws_lambda_powertools import Tracer; Tracer()",
    ),
    "lxml, where XML is spoken": "import lxml.etree",
    "botocore: imported": "import botocore.session, botocore.client",
    "botocore: first client": f"import botocore.session; {_CLIENT}",
    "botocore: second client of a session": (
        "import botocore.session; s = botocore.session.get_session(); s.create_client('dynamodb')",
        "s.create_client('secretsmanager')",
    ),
    "pynamodb on top of botocore": (f"import botocore.session; {_CLIENT}", "import pynamodb.models, pynamodb.attributes"),
    "the EZID function": "import functions.ezid_api.app",
    "the EZ function": "import functions.ez_api.app",
    "the REST function": "import functions.rest_api.app",
    "the OAI-PMH function": "import functions.oai.app",
    "the pages": "import functions.pages.app",
    "the downloads": "import functions.downloads.app",
    "the snapshots' files": "import functions.snapshot_files.app",
    "the publisher": "import functions.publish_changes.app",
    "the deliveries": "import functions.deliver_webhooks.app",
    "the authorizer": "import functions.authorizer.app",
    "the resolver, all of it": "import functions.resolver.app",
    "trusting whom the system trusts, once": ("import ssl", "ssl.create_default_context()"),
    "trusting whom botocore trusts, once a connection": (
        "import ssl, botocore.httpsession; c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)",
        "c.load_verify_locations(botocore.httpsession.get_cert_path(True))",
    ),
    "Jinja2, where pages are written": ("import botocore.session, asyncio", "import jinja2"),
    "not used: boto3 instead of botocore": ("import botocore.session", "import boto3; boto3.client('dynamodb')"),
    "not used: Powertools' resolver": (
        "from aws_lambda_powertools import Logger, Tracer",
        "from aws_lambda_powertools.event_handler import APIGatewayRestResolver; APIGatewayRestResolver()",
    ),
    "not used: the resolver with validation": (
        "from aws_lambda_powertools import Logger, Tracer",
        "from aws_lambda_powertools.event_handler import APIGatewayRestResolver; APIGatewayRestResolver(enable_validation=True)",
    ),
    "not used: pydantic, one model": "import pydantic; pydantic.create_model('M', a=(str, ...), b=(int, 0))",
    "not used: argon2-cffi instead of hashlib": ("import hashlib", "import argon2; argon2.PasswordHasher()"),
}
_PROGRAM = """
import json, sys, time
asked = {{}}
exec({counting!r}, asked)
retired = asked["counter"]() or int
exec({first!r})
modules, begun, wall, done = len(sys.modules), time.process_time(), time.perf_counter(), retired()
exec({then!r})
spent = [(time.process_time() - begun) * 1e3, (time.perf_counter() - wall) * 1e3, len(sys.modules) - modules]
print(json.dumps([*spent, (retired() - done) / 1e6]))
"""


def run() -> Report:
    """Measure all of them.

    Raises:
        tools.Missing: this machine lacks something that is needed.
    """
    build, python = tools.build(), tools.lambda_python()
    alternatives = tools.packages("alternatives", *_ALTERNATIVES)
    layers = [build / layer / "python" for layer in ("DependenciesLayer", "SharedLayer")]
    functions = sorted(build.glob("*Function"))
    report = Report("imports", {"rounds": ROUNDS, "runtime": tools.RUNTIME})
    rows = [{"what": what, **_cost(python, case, [*layers, *functions, alternatives])} for what, case in _CASES.items()]
    report.table(f"least of {ROUNDS} runs", ("what", "CPU ms", "wall ms", "modules", "million instructions"), rows)
    sizes = _sizes(layers) + [{**row, "package": f"not used: {row['package']}"} for row in _sizes([alternatives])]
    report.table("unzipped size with bytecode", ("package", "MB"), sizes)
    return report


def _cost(python: Path, case: str | tuple[str, str], folders: list[Path]) -> dict[str, Any]:
    first, then = ("", case) if isinstance(case, str) else case
    # The functions' folders each hold a part of the package `functions`, which has no __init__ there.
    environment = {**stand.ENVIRONMENT, **SETTINGS, "PYTHONPATH": os.pathsep.join(map(str, folders))}
    environment |= {"PYTHONDONTWRITEBYTECODE": "1", "LAMBDA_TASK_ROOT": os.curdir, "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand"}
    environment |= {"AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000", "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR"}
    # Over TLS, as on Lambda, and nobody there: the resolver is ready to connect, and does not.
    environment["AWS_ENDPOINT_URL_DYNAMODB"] = "https://127.0.0.1:1"
    counting = Path(instructions.__file__).read_text(encoding="utf-8")
    program = _PROGRAM.format(counting=counting, first=first, then=then)
    runs = [json.loads(tools.run(python, "-c", program, environment=environment)) for _ in range(ROUNDS)]
    cpu, wall, modules, retired = (min(values) for values in zip(*runs, strict=True))
    return {"CPU ms": round(cpu, 1), "wall ms": round(wall, 1), "modules": modules, "million instructions": round(retired, 1)}


def _sizes(folders: list[Path]) -> list[dict[str, Any]]:
    """List what lies in folders by size; the many small things together."""
    found: list[dict[str, Any]] = []
    rest = 0.0
    for path in (
        path for folder in folders for path in folder.iterdir() if path.suffix != ".dist-info" and path.name != "__pycache__"
    ):
        megabytes = sum(file.stat().st_size for file in ([path] if path.is_file() else path.rglob("*")) if file.is_file()) / 1e6
        if megabytes >= 0.2:
            found.append({"package": path.name, "MB": round(megabytes, 2)})
        else:
            rest += megabytes
    found.sort(key=lambda row: float(row["MB"]), reverse=True)
    return [*found, {"package": "the rest", "MB": round(rest, 2)}]
