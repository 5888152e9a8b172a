"""What is uploaded to the emulator, and how the stack's own description is read."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from pidstack.local import deploy, emulator
from pidstack.local.paths import LocalStackError, Places
from pidstack.local.stack import LocalStack


def test_the_same_tree_packs_to_the_same_bytes() -> None:
    assert deploy.pack() == deploy.pack()


def test_the_package_holds_the_functions_and_leaves_the_operators_tools_out() -> None:
    names = zipfile.ZipFile(io.BytesIO(deploy.pack())).namelist()

    assert {"functions/ezid_api/app.py", "functions/authorizer/app.py", "pidstack/config.py"} <= set(names)
    assert not [name for name in names if name.startswith(("pidstack/local/", "pidstack/cli/")) or "__pycache__" in name]


def test_a_template_that_does_not_translate_is_said_in_a_sentence(tmp_path: Path) -> None:
    broken = tmp_path / "template.yaml"
    broken.write_text("Resources: {F: {Type: 'AWS::Serverless::Function', Properties: {Handler: a.b}}}")

    with pytest.raises(LocalStackError, match=r"template\.yaml does not translate: .*Runtime"):
        deploy.translate(broken, code_key="x.zip")


@pytest.mark.parametrize("left_behind", [None, "", "{}", '{"port": "x"}', "[]"])
def test_no_stack_is_found_by_a_missing_or_damaged_file(tmp_path: Path, left_behind: str | None) -> None:
    places = Places(tmp_path)
    if left_behind is not None:
        places.process.write_text(left_behind)

    assert emulator.running(places) is None


def test_a_description_is_read_as_it_was_written(tmp_path: Path) -> None:
    account = {"name": "demo.one", "password": "x", "group": "g"}
    stack = LocalStack("http://127.0.0.1:1/", "http://localhost:1", "us-east-1", "s", {"IdentifierTableName": "t"}, [account])

    stack.write(tmp_path / "stack.json")

    assert LocalStack.read(tmp_path / "stack.json") == stack
    assert stack.table == "t"


def test_without_a_stack_the_error_says_how_to_start_one(tmp_path: Path) -> None:
    with pytest.raises(LocalStackError, match="make run"):
        LocalStack.read(tmp_path / "stack.json")
