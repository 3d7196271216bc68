"""The contracts on a real chain: a mill makes flour, a bakery buys it, a stranger looks on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger.vocabulary import Gs1Key, Id, lot
from tests.support.anvil import LocalAnvil
from tests.support.contracts import Contracts, Organisation, require_journal
from tests.support.till import Till


@pytest.fixture
def contracts(anvil: LocalAnvil) -> Iterator[Contracts]:
    """Fresh ones for each test, whose journals are proven when it is over."""
    deployed = Contracts.deploy(anvil)
    yield deployed
    require_journal(deployed, deployed.registry)
    for contract in (deployed.ledger, deployed.units, deployed.loyalty):
        require_journal(deployed, contract)


@pytest.fixture
def mill(contracts: Contracts) -> Organisation:
    return contracts.organisation("400001")


@pytest.fixture
def bakery(contracts: Contracts) -> Organisation:
    return contracts.organisation("500002")


@pytest.fixture
def stranger(contracts: Contracts) -> Organisation:
    """One with a key that has no role any act asks for."""
    return contracts.organisation("600003", roles=2)


@pytest.fixture
def flour_product(mill: Organisation) -> Gs1Key:
    return mill.registered_product()


@pytest.fixture
def flour(mill: Organisation, flour_product: Gs1Key) -> Id:
    """A lot without expiry, of which the mill holds 1000."""
    item = lot(flour_product.digits, "F1").id
    mill.act(("commission", item, 1000, 0))
    return item


@pytest.fixture
def stale_flour(mill: Organisation, flour_product: Gs1Key) -> Id:
    """A lot that expired in 1970."""
    item = lot(flour_product.digits, "F0").id
    mill.act(("commission", item, 1000, 1))
    return item


@pytest.fixture
def till(contracts: Contracts, mill: Organisation) -> Till:
    """Points that are available at once."""
    return Till.open(contracts, mill)
