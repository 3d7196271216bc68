"""The hash of a chain's first block, which names the chain."""

from __future__ import annotations

from ledger.chain.port import Chain


def genesis_hash(chain: Chain) -> bytes:
    """Hash of block 0, as block 1 knows it.

    Anvil makes block 0 anew, with the time of the day, when it is started again from its state;
    the hash that block 1 carries is sealed and stays.
    """
    first, second = chain.blocks([0, 1])
    if second is not None:
        return second.parent
    assert first is not None, "every chain has a block 0"
    return first.hash
