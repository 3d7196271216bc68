from __future__ import annotations

import json
import stat

import pytest

from ledger.errors import NotADevelopmentChain, NotFound, SettingInvalid
from ledger.settings import load
from records import keystores
from records.keystores import Keystore


@pytest.fixture
def development(engine, tmp_path):
    return Keystore(engine, tmp_path / "keys", 31337)


@pytest.fixture
def fast(monkeypatch):
    """The real number of rounds takes a second each."""
    monkeypatch.setattr(keystores, "SCRYPT_ROUNDS", 2048)


def test_a_key_is_found_again(engine, tmp_path, development):
    key = development.create(1)
    assert development.key_for(1) == key
    afresh = Keystore(engine, tmp_path / "keys", 31337)
    assert afresh.key_for(1) == key
    assert afresh.key(key.address) == key
    with pytest.raises(NotFound):
        afresh.key_for(2)


def test_the_file_is_encrypted_and_only_the_owners(tmp_path, development):
    key = development.create(1)
    path = tmp_path / "keys" / f"{key.address.hex()}.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    text = path.read_text()
    assert key.secret.hex() not in text
    document = json.loads(text)
    assert document["version"] == 3
    assert document["development"] is True


def test_the_newest_key_signs_and_a_retired_one_does_not(development):
    first = development.create(1)
    development.retire(first.address)
    with pytest.raises(NotFound):
        development.key_for(1)
    second = development.create(1)
    assert development.key_for(1) == second
    assert development.key(first.address) == first


def test_without_a_password_other_chains_are_refused(engine, tmp_path):
    with pytest.raises(NotADevelopmentChain):
        Keystore(engine, tmp_path / "keys", 1)


@pytest.mark.usefixtures("fast")
def test_a_development_key_is_refused_on_another_chain(engine, tmp_path, development):
    key = development.create(1)
    strict = Keystore(engine, tmp_path / "keys", 1, "secret")
    with pytest.raises(NotADevelopmentChain):
        strict.key(key.address)
    real = strict.create(2)
    assert Keystore(engine, tmp_path / "keys", 1, "secret").key_for(2) == real


@pytest.mark.usefixtures("fast")
def test_a_wrong_password_opens_nothing(engine, tmp_path):
    key = Keystore(engine, tmp_path / "keys", 1, "right").create(1)
    with pytest.raises(SettingInvalid) as caught:
        Keystore(engine, tmp_path / "keys", 1, "wrong").key(key.address)
    assert caught.value.field == "keystore_password_file"


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"version": 3}'])
def test_a_spoilt_file_is_told(tmp_path, development, text, engine):
    key = development.create(1)
    (tmp_path / "keys" / f"{key.address.hex()}.json").write_text(text)
    with pytest.raises(SettingInvalid):
        Keystore(engine, tmp_path / "keys", 31337).key(key.address)


@pytest.mark.usefixtures("fast")
def test_the_password_comes_from_a_file(engine, tmp_path):
    file = tmp_path / "password"
    settings = load(data_dir=tmp_path, keystore_password_file=file)
    with pytest.raises(SettingInvalid):
        Keystore.open(settings, engine, 1)
    file.write_text("\n")
    with pytest.raises(SettingInvalid):
        Keystore.open(settings, engine, 1)
    file.write_text("secret\n")
    key = Keystore.open(settings, engine, 1).create(1)
    assert Keystore(engine, settings.keys_dir, 1, "secret").key_for(1) == key
    assert Keystore.open(load(data_dir=tmp_path), engine, 31337)


def test_real_keys_are_costly_to_guess():
    assert keystores.SCRYPT_ROUNDS == 262_144
