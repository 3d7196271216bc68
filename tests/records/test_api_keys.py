from __future__ import annotations

import pytest
from sqlalchemy import select

from ledger.errors import InvalidInput, NotAllowed, NotAuthenticated, NotFound
from records import api_keys
from records.engine import reading, writing
from records.schema import api_keys as table

DAY = 86400


@pytest.fixture
def made(engine):
    with writing(engine) as connection:
        return api_keys.create(connection, 1, ["act", "read"], label="till", lifetime=DAY, now=100)


def test_a_key_lets_its_organisation_in(engine, made):
    secret, key = made
    assert secret.startswith("lotmark_")
    assert len(secret) == 8 + 43 + 6
    with reading(engine) as connection:
        assert api_keys.authenticate(connection, secret, now=100) == key
    assert (key.org, key.scopes, key.label) == (1, {"act", "read"}, "till")
    key.require("act")
    with pytest.raises(NotAllowed):
        key.require("admin")


def test_the_secret_itself_is_nowhere(engine, made):
    secret, _ = made
    with reading(engine) as connection:
        row = connection.execute(select(table)).one()
    assert secret not in repr(row)
    assert secret[20:] not in repr(row)


@pytest.mark.parametrize("when", [100 + DAY, 100 + 2 * DAY])
def test_an_expired_key_is_refused(engine, made, when):
    with reading(engine) as connection, pytest.raises(NotAuthenticated):
        api_keys.authenticate(connection, made[0], now=when)


def test_a_revoked_key_is_refused_at_once_and_for_ever(engine, made):
    secret, key = made
    with writing(engine) as connection:
        assert api_keys.revoke(connection, key.id, now=150).revoked == 150
        assert api_keys.revoke(connection, key.id, now=170).revoked == 150
    with reading(engine) as connection, pytest.raises(NotAuthenticated):
        api_keys.authenticate(connection, secret, now=160)


def test_an_unknown_but_well_formed_key_is_refused(engine):
    with reading(engine) as connection, pytest.raises(NotAuthenticated):
        api_keys.authenticate(connection, api_keys._secret(), now=100)


@pytest.mark.parametrize(
    "spoil",
    [
        str.upper,
        lambda s: s[:-1],
        lambda s: s + "0",
        lambda s: s.replace("lotmark_", "lotmarq_"),
        lambda s: s[:20] + ("A" if s[20] != "A" else "B") + s[21:],
        lambda s: s + "\n",
        lambda s: s[:-1] + "ä",
    ],
)
def test_malformed_keys_are_refused_before_the_database(spoil, made):
    assert api_keys.well_formed(made[0])
    assert not api_keys.well_formed(spoil(made[0]))
    with pytest.raises(NotAuthenticated):
        api_keys.authenticate(None, spoil(made[0]))


def test_keys_of_an_organisation(engine, made):
    with writing(engine) as connection:
        _, second = api_keys.create(connection, 1, ["read"], now=200)
        api_keys.create(connection, 2, ["read"], now=200)
        assert api_keys.keys_of(connection, 1) == [made[1], second]
    with reading(engine) as connection, pytest.raises(NotFound):
        api_keys.key(connection, "nothing")


def test_an_organisation_without_an_account_gets_no_key(engine):
    with pytest.raises(NotFound), writing(engine) as connection:
        api_keys.create(connection, 9, ["read"])


@pytest.mark.parametrize(
    ("scopes", "lifetime"), [([], 1), (["Read"], 1), (["a b"], 1), (["read"], 366 * DAY)]
)
def test_a_key_needs_scopes_and_an_end(engine, scopes, lifetime):
    with pytest.raises(InvalidInput), writing(engine) as connection:
        api_keys.create(connection, 1, scopes, lifetime=lifetime)
