"""Secrets are made once, by one process, and never where others can read them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from ledger.errors import SettingInvalid
from records.secret_files import LENGTH, secret


def test_a_secret_stays_what_it_was_made_as(tmp_path):
    made = secret(tmp_path, "sessions")
    assert len(made) == LENGTH
    assert secret(tmp_path, "sessions") == made
    assert secret(tmp_path, "members") != made


def test_of_many_that_make_it_at_once_all_get_the_same(tmp_path):
    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(lambda _: secret(tmp_path / "keys", "sessions"), range(64)))
    assert len(set(made)) == 1
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["sessions.secret"]


def test_nobody_else_may_read_it(tmp_path):
    secret(tmp_path, "sessions")
    path = tmp_path / "sessions.secret"
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    with pytest.raises(SettingInvalid, match="chmod 600"):
        secret(tmp_path, "sessions")


def test_a_torn_file_is_refused_and_not_replaced(tmp_path):
    secret(tmp_path, "members")
    (tmp_path / "members.secret").write_bytes(b"short")
    with pytest.raises(SettingInvalid, match="restore it"):
        secret(tmp_path, "members")
    assert (tmp_path / "members.secret").read_bytes() == b"short"
