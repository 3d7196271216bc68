"""addKey: keys with roles and a time in which they are valid."""

import pytest

from tests.support.contracts import refused

pytestmark = pytest.mark.chain

FAR = 2**40 - 1


@pytest.fixture
def key(contracts):
    return next(contracts.accounts)


def test_admin_and_governor_add_keys(contracts, mill, key):
    receipt = contracts.govern("addKey", mill.number, key, 5, 7, FAR, by=mill.key)
    assert contracts.events(receipt) == [
        (
            "KeyAdded",
            {"org": mill.number, "key": key, "roles": 5, "validFrom": 7, "validTo": FAR},
        )
    ]
    contracts.add_key(mill.number, next(contracts.accounts), 63, 0, 0)
    assert contracts.registry.functions.actor(key).call() == [mill.number, 5, False]


def test_a_key_acts_with_what_it_and_its_organisation_may(contracts, key):
    shop = contracts.organisation("700004", roles=6)
    contracts.add_key(shop.number, key, 5, 0, 0)
    assert contracts.registry.functions.actor(key).call() == [shop.number, 4, False]


@pytest.mark.parametrize(("valid_from", "valid_to"), [(FAR, 0), (1, 2)])
def test_a_key_is_valid_in_its_time_only(contracts, mill, key, valid_from, valid_to):
    contracts.add_key(mill.number, key, 1, valid_from, valid_to)
    with refused("KeyNotValid", key, valid_from, valid_to):
        mill.act(by=key)


@pytest.mark.parametrize(("valid_from", "valid_to"), [(5, 5), (6, 5)])
def test_a_time_that_ends_before_it_begins_is_refused(contracts, mill, key, valid_from, valid_to):
    with refused("KeyNotValid", key, valid_from, valid_to):
        contracts.add_key(mill.number, key, 1, valid_from, valid_to)


def test_a_key_belongs_to_one_organisation_for_ever(contracts, mill, bakery):
    contracts.govern("revokeKey", bakery.key)
    for org in (mill, bakery):
        with refused("KeyAlreadyExists", bakery.key, bakery.number):
            contracts.add_key(org.number, bakery.key, 1, 0, 0)


def test_roles_are_known_bits(contracts, mill, key):
    for roles in (0, 64):
        with refused("RolesInvalid", roles):
            contracts.add_key(mill.number, key, roles, 0, 0)


def test_nobody_adds_keys_for_another(contracts, mill, bakery, key):
    with refused("NotTheAdmin", mill.number, bakery.key):
        contracts.govern("addKey", mill.number, key, 1, 0, 0, by=bakery.key)
    with refused("OrganisationUnknown", 9):
        contracts.add_key(9, key, 1, 0, 0)
    with refused("AddressIsZero"):
        contracts.add_key(mill.number, "0x" + "00" * 20, 1, 0, 0)
