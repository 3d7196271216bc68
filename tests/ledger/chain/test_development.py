from __future__ import annotations

import pytest

from ledger.chain.development import FUNDER, GOVERNOR, account, require_development
from ledger.errors import NotADevelopmentChain


class Elsewhere:
    """A chain that only knows its number."""

    def __init__(self, chain_id):
        self._chain_id = chain_id

    def chain_id(self):
        return self._chain_id


def test_the_accounts_are_the_well_known_ones():
    first, second = account(Elsewhere(31337), GOVERNOR), account(Elsewhere(1337), 1)
    assert first.address.hex() == "f39fd6e51aad88f6f4ce6ab8827279cfffb92266"
    assert second.address.hex() == "70997970c51812dc3a010c7d01b50e0d17dc79c8"
    assert first.secret.hex() not in repr(first)
    assert GOVERNOR != FUNDER


@pytest.mark.parametrize("chain_id", [1, 11155111, 0, 31338])
def test_they_are_refused_anywhere_else(chain_id):
    with pytest.raises(NotADevelopmentChain):
        account(Elsewhere(chain_id), GOVERNOR)
    with pytest.raises(NotADevelopmentChain):
        require_development(Elsewhere(chain_id))


@pytest.mark.chain
def test_the_local_chain_funds_them(chain):
    assert chain.balance(account(chain, FUNDER).address) > 10**21
