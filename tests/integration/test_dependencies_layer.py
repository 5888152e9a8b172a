"""The layer of dependencies: the SDK's data, cut down, make the same clients as all of it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import botocore
import botocore.session
import pytest
from botocore.loaders import Loader

PROJECT = Path(__file__).parents[2]
LAYER = PROJECT / "layers" / "dependencies"
WHOLE = Path(botocore.__file__).parent / "data"
KEPT = re.findall(r"^KEPT_MODELS := (.+)$", (LAYER / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)[0].split()
OTHERS = ("acm", "ec2")
CREDENTIALS = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}


def slim(data: Path, *services: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, str(LAYER / "slim.py"), str(data), *services], capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("botocore") / "data"
    data.mkdir()
    for name in (*KEPT, *OTHERS):
        shutil.copytree(WHOLE / name, data / name)
    for path in WHOLE.glob("*.json"):
        shutil.copy(path, data)
    done = slim(data, *KEPT)
    assert done.returncode == 0, done.stderr
    return data


@pytest.fixture(scope="module")
def sessions(cut: Path) -> tuple[botocore.session.Session, botocore.session.Session]:
    both = botocore.session.Session(), botocore.session.Session()
    both[1].register_component("data_loader", Loader(extra_search_paths=[str(cut)], include_default_search_paths=False))
    return both


def test_every_service_that_a_client_is_made_of_is_kept() -> None:
    package = PROJECT / "shared" / "pidstack"
    modules = [path for path in package.rglob("*.py") if path.relative_to(package).parts[0] not in {"cli", "local"}]

    asked = {name for path in modules for name in re.findall(r'create_client\(\s*"([^"]+)"', path.read_text(encoding="utf-8"))}

    assert "dynamodb" in KEPT  # pynamodb makes its client
    assert asked
    assert asked <= set(KEPT)


@pytest.mark.parametrize("region", ["us-east-1", "ap-southeast-4", "us-gov-west-1", "cn-north-1"])
@pytest.mark.parametrize("service", KEPT)
def test_a_client_of_the_cut_data_does_what_one_of_all_of_them_does(
    sessions: tuple[botocore.session.Session, botocore.session.Session], service: str, region: str
) -> None:
    whole, cut = (session.create_client(service, region_name=region, **CREDENTIALS) for session in sessions)

    told: list[Callable[[Any], Any]] = [
        lambda client: client.meta.endpoint_url,
        lambda client: client.meta.partition,
        lambda client: client.meta.service_model.signature_version,
        lambda client: client.meta.service_model.metadata,
        lambda client: client.meta.service_model.operation_names,
        lambda client: client.meta.service_model.shape_names,
        lambda client: client._request_signer.signing_name,
        lambda client: client._request_signer.region_name,
    ]
    assert [tell(cut) for tell in told] == [tell(whole) for tell in told]


def test_what_is_dropped_of_a_model_is_only_for_people(sessions: tuple[botocore.session.Session, botocore.session.Session]) -> None:
    models = [[session.get_service_model(service) for service in KEPT] for session in sessions]
    whole, cut = ([model.shape_for(name) for model in of_all for name in model.shape_names] for of_all in models)

    assert [described(shape) for shape in cut] == [described(shape) for shape in whole]
    assert not any(shape.documentation for shape in cut)


def described(shape: Any) -> tuple[Any, ...]:
    members = {name: (part.name, part.serialization) for name, part in getattr(shape, "members", {}).items()}
    return shape.name, shape.type_name, shape.metadata, getattr(shape, "required_members", None), members


def test_the_rest_is_gone(cut: Path) -> None:
    assert {path.name for path in cut.iterdir() if path.is_dir()} == set(KEPT)
    assert sum(path.stat().st_size for path in cut.rglob("*") if path.is_file()) < 1_000_000


def test_a_service_that_the_sdk_does_not_know_stops_the_build(tmp_path: Path) -> None:
    (tmp_path / "dynamodb").mkdir()

    done = slim(tmp_path, "dynamodb", "nosuch")

    assert done.returncode == 1
    assert "botocore knows no nosuch" in done.stderr
    assert (tmp_path / "dynamodb").is_dir()
