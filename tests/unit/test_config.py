"""How settings are read from the environment."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pytest

from pidstack import config

SETTINGS = [each for each in vars(config).values() if isinstance(each, type) and issubclass(each, tuple)]
TEXTS = {"int": "7", "bool": "yes"}


def test_a_value_is_read_by_the_name_and_the_type_of_its_field(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {
        "SNAPSHOT_BUCKET": "files",
        "EVENT_BUS": "changes",
        "SNAPSHOT_WORK_FORM": "no",
        "SNAPSHOT_CONTENTS": "datacite.tar,all.json.tar.gz",
        "SNAPSHOT_MEMBER_RECORDS": "5000",
        "SNAPSHOT_KEEP_MONTHLY": "12",
        "SNAPSHOT_KEEP_DAILY": "8",
        "SNAPSHOT_CONCURRENCY": "20",
        "HARVEST_SETTLE_S": "30",
    }
    for name, text in said.items():
        monkeypatch.setenv(name, text)

    found = config._reader(config.SnapshotConfig)()

    assert found == config.SnapshotConfig("files", "changes", False, ("datacite.tar", "all.json.tar.gz"), 5000, 12, 8, 20, 30)


@pytest.mark.parametrize(
    ("text", "url"), [("https://ids.example.org/", "https://ids.example.org"), ("", "")], ids=["slash", "empty"]
)
def test_a_base_url_has_no_slash_at_its_end(monkeypatch: pytest.MonkeyPatch, text: str, url: str) -> None:
    for name, value in {"IDENTIFIER_TABLE": "t", "SESSION_SECRET": "s", "PUBLIC_URL": text, "REPOSITORY_NAME": "r"}.items():
        monkeypatch.setenv(name, value)

    assert config._reader(config.Config)().public_url == url


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda settings: settings.__name__)
def test_all_settings_can_be_read_and_none_may_be_missing(monkeypatch: pytest.MonkeyPatch, settings: type[Any]) -> None:
    names = [field.upper() for field in settings._fields]
    for field, kind in settings.__annotations__.items():
        monkeypatch.setenv(field.upper(), TEXTS.get(kind.__forward_arg__, "text"))

    assert isinstance(config._reader(settings)(), settings)
    for name in names:
        with monkeypatch.context() as without:
            without.delenv(name)
            with pytest.raises(KeyError, match=name):
                config._reader(settings)()


def test_settings_can_be_read_after_their_module_was_imported_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("IDENTIFIER_TABLE", "SESSION_SECRET", "PUBLIC_URL", "REPOSITORY_NAME"):
        monkeypatch.setenv(name, "text")
    monkeypatch.setitem(sys.modules, config.__name__, ModuleType(config.__name__))

    assert config._reader(config.Config)().repository_name == "text"


def test_settings_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPORT_BUCKET", "first")
    read = config._reader(config.ExportConfig)
    first = read()
    monkeypatch.setenv("EXPORT_BUCKET", "second")

    assert read() is first
