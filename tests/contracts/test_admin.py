"""proposeAdmin, acceptAdmin: who manages an organisation's keys."""

import pytest

from ledger.vocabulary import check_digit, party
from tests.support.contracts import create, refused

pytestmark = pytest.mark.chain

DAY = 86_400


def test_an_admin_is_replaced_in_two_steps(contracts, mill):
    successor = next(contracts.accounts)
    named = {"org": mill.number, "admin": successor}
    receipt = contracts.govern("proposeAdmin", mill.number, successor, by=mill.key)
    now = contracts.web3.eth.get_block(receipt["blockNumber"])["timestamp"]
    assert contracts.events(receipt) == [("AdminProposed", named | {"acceptableFrom": now})]
    with refused("NotTheProposedAdmin", mill.number, mill.key):
        contracts.govern("acceptAdmin", mill.number, by=mill.key)
    receipt = contracts.govern("acceptAdmin", mill.number, by=successor)
    assert contracts.events(receipt) == [("AdminAccepted", named)]
    assert contracts.registry.functions.adminOf(mill.number).call() == successor
    with refused("NotTheAdmin", mill.number, mill.key):
        contracts.govern("addKey", mill.number, successor, 1, 0, 0, by=mill.key)


def test_the_governor_helps_where_a_key_was_lost(contracts, mill, stranger):
    successor = next(contracts.accounts)
    with refused("NotTheAdmin", mill.number, stranger.key):
        contracts.govern("proposeAdmin", mill.number, successor, by=stranger.key)
    contracts.govern("proposeAdmin", mill.number, successor)
    contracts.govern("acceptAdmin", mill.number, by=successor)


def test_whom_the_governor_chooses_waits_as_long_as_other_roles_do(contracts):
    governor, admin, successor = contracts.governor, *(next(contracts.accounts) for _ in "12")
    registry = create(contracts.web3, governor, "OrgRegistry", governor, DAY)
    gln = "400001000000"
    mill = party(gln + check_digit(gln)).id
    contracts.send(registry, "registerOrganisation", mill, admin, 1, by=governor)
    receipt = contracts.send(registry, "proposeAdmin", 1, successor, by=governor)
    proposed = contracts.web3.eth.get_block(receipt["blockNumber"])["timestamp"]
    with refused("AdminNotYetAcceptable", 1, proposed + DAY):
        contracts.send(registry, "acceptAdmin", 1, by=successor)
