"""proposeGovernor and acceptGovernor: an office is handed over in two steps."""

import pytest
from web3.exceptions import ContractCustomError

from tests.support.contracts import create, refused

pytestmark = pytest.mark.chain


def test_the_first_governor_stands_in_the_first_event(contracts):
    (first,) = contracts.raw_logs(contracts.registry)
    assert first["topics"][1][-40:] == contracts.governor[2:].lower()
    assert contracts.registry.functions.governor().call() == contracts.governor


def test_nothing_changes_until_it_is_accepted(contracts):
    heir = next(contracts.accounts)
    receipt = contracts.govern("proposeGovernor", heir)
    assert contracts.events(receipt) == [("GovernorProposed", {"governor": heir})]
    assert contracts.registry.functions.governor().call() == contracts.governor
    receipt = contracts.govern("acceptGovernor", by=heir)
    assert contracts.events(receipt) == [("GovernorAccepted", {"governor": heir})]
    with refused("NotTheGovernor", contracts.governor):
        contracts.govern("proposeGovernor", contracts.governor)
    with refused("NotTheProposedGovernor", heir):
        contracts.govern("acceptGovernor", by=heir)


def test_only_who_was_proposed_last_accepts(contracts):
    first, last = next(contracts.accounts), next(contracts.accounts)
    contracts.govern("proposeGovernor", first)
    contracts.govern("proposeGovernor", last)
    with refused("NotTheProposedGovernor", first):
        contracts.govern("acceptGovernor", by=first)
    contracts.govern("acceptGovernor", by=last)


def test_only_the_governor_proposes_and_somebody(contracts):
    other = next(contracts.accounts)
    with refused("NotTheGovernor", other):
        contracts.govern("proposeGovernor", other, by=other)
    with refused("AddressIsZero"):
        contracts.govern("proposeGovernor", "0x" + "00" * 20)


def test_nobody_is_no_governor(contracts):
    # the selector of AddressIsZero
    with pytest.raises(ContractCustomError, match="0x867915ab"):
        create(contracts.web3, contracts.governor, "OrgRegistry", "0x" + "00" * 20, 0)
