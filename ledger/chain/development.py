"""The well-known keys of development chains. Everyone has them: they are refused anywhere else."""

from __future__ import annotations

from functools import cache
from typing import Any

from eth_account.hdaccount import key_from_seed, seed_from_mnemonic

from ledger.chain.port import Chain
from ledger.chain.signing import SigningKey
from ledger.errors import NotADevelopmentChain
from ledger.settings import DEVELOPMENT_CHAINS

MNEMONIC = "test test test test test test test test test test test junk"
"""What Hardhat and Anvil derive their accounts from."""
GOVERNOR = 0
"""Number of the account that deploys and governs."""
FUNDER = 9
"""Number of the account that funds new keys: not the governor's, whose transactions would wait."""


def require_development(chain: Chain) -> int:
    """The chain's id, if it is a development chain's.

    Raises:
        NotADevelopmentChain: it is not.
    """
    chain_id = chain.chain_id()
    if chain_id not in DEVELOPMENT_CHAINS:
        raise NotADevelopmentChain(
            f"chain {chain_id} is no development chain: the well-known keys are refused",
            chain_id=chain_id,
        )
    return chain_id


def account(chain: Chain, number: int) -> SigningKey:
    """A well-known account, for use on this chain.

    Raises:
        NotADevelopmentChain: the chain is none.
    """
    require_development(chain)
    return _account(number)


@cache
def _account(number: int) -> SigningKey:
    seed: Any = seed_from_mnemonic(MNEMONIC, passphrase="")
    return SigningKey.of(bytes(key_from_seed(seed, f"m/44'/60'/0'/0/{number}")))
