"""Settings: defaults that work, errors that name the setting."""

from __future__ import annotations

import json

import pytest

from ledger.errors import NodeUnavailable, SettingInvalid
from ledger.settings import Settings, load


def test_defaults_live_in_one_folder(tmp_path):
    made = load(data_dir=tmp_path)
    assert made.records_database == f"sqlite:///{tmp_path}/records.db"
    assert made.mirror_database == f"sqlite:///{tmp_path}/mirror.db"
    assert made.deployment_path == tmp_path / "deployment.json"
    assert made.base_url == "http://127.0.0.1:8000"


def test_relative_folder_becomes_an_absolute_database_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert load().records_database == f"sqlite:///{tmp_path}/lotmark-data/records.db"


def test_environment_is_read_with_the_prefix(monkeypatch):
    monkeypatch.setenv("LOTMARK_PORT", "9001")
    monkeypatch.setenv("LOTMARK_PUBLIC_URL", "https://example.org/")
    assert load().port == 9001
    assert load().base_url == "https://example.org"


@pytest.mark.parametrize("scheme", ["postgres://", "postgresql://", "postgresql+psycopg://"])
def test_postgres_urls_get_the_driver_we_ship(scheme):
    made = load(records_url=scheme + "u@127.0.0.1:5432/db")
    assert made.records_database == "postgresql+psycopg://u@127.0.0.1:5432/db"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", 0),
        ("rpc_url", "127.0.0.1:8545"),
        ("records_url", "mysql://x"),
        ("finality_depth", 0),
        ("log_level", "loud"),
        ("no_such_setting", 1),
    ],
)
def test_a_value_that_cannot_work_is_named(name, value):
    with pytest.raises(SettingInvalid) as caught:
        load(**{name: value})
    assert caught.value.field == name


@pytest.mark.parametrize(("chain_id", "depth"), [(31337, 12), (1337, 12), (1, 64), (11155111, 64)])
def test_finality_depends_on_the_chain(chain_id, depth):
    assert load().finality(chain_id) == depth
    assert load(finality_depth=3).finality(chain_id) == 3


def test_the_embedded_chain_leaves_its_address(tmp_path):
    made = load(data_dir=tmp_path)
    with pytest.raises(NodeUnavailable):
        made.chain_url()
    made.chain_path.write_text("{")
    with pytest.raises(NodeUnavailable):
        made.chain_url()
    made.chain_path.write_text(json.dumps({"url": "http://127.0.0.1:1234"}))
    assert made.chain_url() == "http://127.0.0.1:1234"
    assert load(data_dir=tmp_path, rpc_url="http://127.0.0.1:1").chain_url() == "http://127.0.0.1:1"


def test_every_setting_says_what_it_is_for():
    assert all(field.description for field in Settings.model_fields.values())


def test_settings_do_not_change(tmp_path):
    with pytest.raises(ValueError, match="frozen"):
        load(data_dir=tmp_path).port = 1
