"""enter: which contracts there are, and which came before them."""

import pytest

from tests.support.contracts import create, refused, require_journal

pytestmark = pytest.mark.chain

NAME = b"ProductLedger".ljust(32, b"\0")


@pytest.fixture
def directory(contracts):
    made = create(contracts.web3, contracts.governor, "Directory", contracts.registry.address)
    yield made
    require_journal(contracts, made)


@pytest.fixture
def enter(contracts, directory):
    def enter(name, version, place, by=""):
        by = by or contracts.governor
        return contracts.send(directory, "enter", name, version, place, by=by)

    return enter


def test_a_further_version_names_the_one_before(contracts, directory, enter):
    first, second = contracts.ledger.address, contracts.registry.address
    enter(NAME, 1 << 32, first)
    enter(NAME, (1 << 32) + 1, second)
    assert directory.functions.newest(NAME).call() == [second, (1 << 32) + 1, first]
    with refused("VersionNotAfter", NAME, 1 << 32, (1 << 32) + 1):
        enter(NAME, 1 << 32, directory.address)
    with refused("ContractAlreadyEntered", first, NAME):
        enter(NAME, 2 << 32, first)


def test_what_is_nothing_is_not_entered(contracts, directory, enter, mill):
    place = contracts.ledger.address
    with refused("NotTheGovernor", mill.key):
        enter(NAME, 1, place, by=mill.key)
    with refused("NameInvalid", bytes(32)):
        enter(bytes(32), 1, place)
    with refused("NoContractThere", mill.key):
        enter(NAME, 1, mill.key)
    with refused("ContractUnknown", NAME):
        contracts.anvil.rpc(
            "eth_call",
            {"to": directory.address, "data": directory.encode_abi("newest", [NAME])},
            "latest",
        )
