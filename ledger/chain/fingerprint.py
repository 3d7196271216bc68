"""Whether a node still serves the chain and the contracts that were seen before.

A local chain that starts anew has the same chain id and may have the same genesis block; the block
of the deployment tells them apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from eth_utils.crypto import keccak

from ledger.chain.deployment import DeployedContract, Deployment
from ledger.chain.genesis import genesis_hash
from ledger.chain.port import BlockRef, Chain
from ledger.errors import FingerprintMismatch


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a node says of a deployment."""

    chain_id: int
    genesis_hash: bytes
    contracts: Mapping[str, DeployedContract]


def take(chain: Chain, deployment: Deployment) -> Fingerprint:
    """The present fingerprint: places from the deployment, all else from the node."""
    deployed = chain.blocks([each.block for each in deployment.contracts.values()])
    contracts = {
        name: DeployedContract(
            address=contract.address,
            block=contract.block,
            block_hash=_hash(block),
            code_hash=keccak(chain.code(contract.address)),
        )
        for (name, contract), block in zip(deployment.contracts.items(), deployed, strict=True)
    }
    return Fingerprint(chain.chain_id(), genesis_hash(chain), contracts)


def check(chain: Chain, deployment: Deployment) -> Fingerprint:
    """The present fingerprint, if it is the deployment's.

    Raises:
        FingerprintMismatch: another chain, another contract, or a history that was rewritten.
    """
    found = take(chain, deployment)
    _require("the chain id", deployment.chain_id, found.chain_id)
    _require("the first block", deployment.genesis_hash, found.genesis_hash)
    for name, contract in deployment.contracts.items():
        _require(f"the code of {name}", contract.code_hash, found.contracts[name].code_hash)
        _require(f"the block of {name}", contract.block_hash, found.contracts[name].block_hash)
    return found


def _hash(block: BlockRef | None) -> bytes:
    return b"" if block is None else block.hash


def _require(what: str, expected: int | bytes, found: int | bytes) -> None:
    if expected == found:
        return
    raise FingerprintMismatch(
        f"the node serves another chain: {what} is {_shown(found)}, expected {_shown(expected)}",
        what=what,
        expected=expected,
        found=found,
    )


def _shown(value: int | bytes) -> str:
    if isinstance(value, int):
        return str(value)
    return "0x" + value.hex() if value else "absent"
