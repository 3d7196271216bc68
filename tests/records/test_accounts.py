from __future__ import annotations

import pytest

from ledger.errors import KeyInvalid, NotFound
from records import accounts
from records.engine import reading, writing


def test_an_account_comes_back_as_it_was_added(engine):
    with reading(engine) as connection:
        shop = accounts.account(connection, 2)
        assert shop.party.digits == "9506000122229"
        assert shop.name_in("zh") == "商店"
        assert shop.name_in("de") == "Shop"
        assert accounts.account_of(connection, "9506000122229") == shop
        assert accounts.account_of(connection, "9506000133331") is None


def test_adding_again_changes_nothing(engine):
    with writing(engine) as connection:
        again = accounts.add(connection, 1, "9506000111117", "Other name")
    assert again.name == "Grower"


def test_names_can_be_set(engine):
    with writing(engine) as connection:
        renamed = accounts.rename(connection, 1, "Farm", {"de": "Hof"})
    assert (renamed.name, renamed.name_in("de")) == ("Farm", "Hof")


def test_unknown_and_malformed_are_refused(engine):
    with reading(engine) as connection, pytest.raises(NotFound):
        accounts.account(connection, 99)
    with pytest.raises(KeyInvalid), writing(engine) as connection:
        accounts.add(connection, 3, "9506000133330", "Wrong check digit")
