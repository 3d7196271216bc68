"""Acts that a key signs and anybody brings: EIP-712, as `contracts/interfaces/IDoor.sol` has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from eth_account import Account
from eth_utils.crypto import keccak

from ledger.chain.codec import LEDGER, encode, encode_call, encode_view
from ledger.chain.signing import SigningKey
from ledger.commands import Command
from ledger.vocabulary import Address, Seconds

DOMAIN_TYPE = keccak(
    text="EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
)
ACT_TYPE = keccak(text="Act(address actor,bytes[] calls,uint256 operation,uint256 deadline)")
DOMAIN_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Act:
    """One operation of the organisation whose key ``actor`` is. ``calls`` are calldata of acts;
    ``deadline`` is the last good second.
    """

    actor: Address
    calls: tuple[bytes, ...]
    operation: int
    deadline: Seconds


@dataclass(frozen=True, slots=True)
class Domain:
    """Where an act is good: one contract (its name in our own words) on one chain."""

    chain_id: int
    address: Address
    contract: str = LEDGER

    @property
    def separator(self) -> bytes:
        """What the contract's ``domainSeparator`` returns, 32 bytes."""
        name = keccak(text=f"Lotmark {self.contract}")
        types = ["bytes32", "bytes32", "bytes32", "uint256", "address"]
        version = keccak(text=DOMAIN_VERSION)
        return keccak(
            encode(types, [DOMAIN_TYPE, name, version, self.chain_id, bytes(self.address)])
        )


def act_of(actor: Address, commands: Sequence[Command], operation: int, deadline: Seconds) -> Act:
    """The act that performs some commands.

    Raises:
        CommandInvalid: a field does not fit its Solidity type.
    """
    return Act(actor, tuple(encode_call(command) for command in commands), operation, deadline)


def digest(domain: Domain, act: Act) -> bytes:
    """What is signed, 32 bytes."""
    calls = keccak(b"".join(keccak(call) for call in act.calls))
    types = ["bytes32", "address", "bytes32", "uint256", "uint256"]
    values = [ACT_TYPE, bytes(act.actor), calls, act.operation, act.deadline]
    return keccak(b"\x19\x01" + domain.separator + keccak(encode(types, values)))


def sign_act(key: SigningKey, domain: Domain, act: Act) -> bytes:
    """The signature: r, s, v in 65 bytes, with the lower s."""
    signed: Any = Account.unsafe_sign_hash(digest(domain, act), key.secret)
    return bytes(signed.signature)


def encode_relay(domain: Domain, acts: Sequence[Act], signatures: Sequence[bytes]) -> bytes:
    """The calldata of ``relay``. Whose turn it is to pay for it does not matter to the contract.

    Raises:
        CommandInvalid: a field does not fit its Solidity type.
    """
    listed = [(bytes(a.actor), list(a.calls), a.operation, a.deadline) for a in acts]
    return encode_view(domain.contract, "relay", listed, list(signatures))
