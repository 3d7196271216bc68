"""The contracts on a real chain."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.anvil import LocalAnvil
from tests.support.contracts import Contracts, Organisation, require_journal


@pytest.fixture
def contracts(anvil: LocalAnvil) -> Iterator[Contracts]:
    """Fresh ones for each test, whose journals are proven when it is over."""
    deployed = Contracts.deploy(anvil)
    yield deployed
    require_journal(deployed, deployed.registry)
    require_journal(deployed, deployed.ledger)


@pytest.fixture
def mill(contracts: Contracts) -> Organisation:
    return contracts.organisation("400001")


@pytest.fixture
def bakery(contracts: Contracts) -> Organisation:
    return contracts.organisation("500002")
