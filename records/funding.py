"""Gas money. On development chains a well-known account pays; elsewhere the operator sees to it."""

from __future__ import annotations

from ledger.chain.development import FUNDER, account
from ledger.chain.direct import transact
from ledger.chain.port import Chain
from ledger.errors import NotADevelopmentChain
from ledger.vocabulary import Address

GIFT = 10**18
"""Wei, at least, that a key is given."""
WAIT_SECONDS = 10.0


def afford(chain: Chain, address: Address, wei: int) -> bool:
    """Whether an address can pay this much, now that it was funded where that is allowed."""
    if wei == 0:
        return True
    balance = chain.balance(address)
    if balance >= wei:
        return True
    try:
        funder = account(chain, FUNDER)
    except NotADevelopmentChain:
        return False
    transact(chain, funder, address, value=max(GIFT, 100 * wei), wait_seconds=WAIT_SECONDS)
    return True
