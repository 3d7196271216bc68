"""revokeKey: at once, and for ever."""

import pytest

from tests.support.contracts import refused

pytestmark = pytest.mark.chain


def revoked_at(contracts, receipt):
    return contracts.web3.eth.get_block(receipt["blockNumber"])["timestamp"]


def test_a_revoked_key_no_longer_acts(contracts, mill, bakery):
    receipt = contracts.govern("revokeKey", mill.key, by=mill.key)
    assert contracts.events(receipt) == [("KeyRevoked", {"org": mill.number, "key": mill.key})]
    with refused("KeyNotValid", mill.key, 0, revoked_at(contracts, receipt)):
        mill.act()
    bakery.act()


def test_what_has_ended_is_not_revoked_again(contracts, mill):
    receipt = contracts.govern("revokeKey", mill.key)
    with refused("KeyNotValid", mill.key, 0, revoked_at(contracts, receipt)):
        contracts.govern("revokeKey", mill.key)


def test_a_key_of_the_future_never_becomes_valid(contracts, mill):
    key, far = next(contracts.accounts), 2**39
    contracts.add_key(mill.number, key, 1, far, 0)
    receipt = contracts.govern("revokeKey", key)
    with refused("KeyNotValid", key, far, revoked_at(contracts, receipt)):
        mill.act(by=key)


def test_nobody_revokes_for_another(contracts, mill, bakery):
    with refused("NotTheAdmin", mill.number, bakery.key):
        contracts.govern("revokeKey", mill.key, by=bakery.key)
    unknown = next(contracts.accounts)
    with refused("KeyUnknown", unknown):
        contracts.govern("revokeKey", unknown)
