"""Keys, and transactions signed with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from eth_account import Account
from eth_utils.crypto import keccak

from ledger.vocabulary import Address


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key and its address. The key itself is never shown."""

    address: Address
    secret: bytes = field(repr=False)

    @classmethod
    def of(cls, secret: bytes) -> SigningKey:
        """The key with this secret of 32 bytes."""
        account: Any = Account.from_key(secret)
        return cls(Address(bytes.fromhex(account.address[2:])), secret)

    @classmethod
    def new(cls) -> SigningKey:
        """A fresh random key."""
        made: Any = Account.create()
        return cls.of(bytes(made.key))


@dataclass(frozen=True, slots=True)
class Transaction:
    """What is to be signed. ``max_fee`` and ``priority_fee`` in wei per gas (EIP-1559)."""

    chain_id: int
    nonce: int
    to: Address | None
    data: bytes
    gas: int
    max_fee: int
    priority_fee: int
    value: int = 0


@dataclass(frozen=True, slots=True)
class SignedTransaction:
    """A transaction as it is broadcast, and the hash under which it will be known."""

    raw: bytes
    hash: bytes


def sign(key: SigningKey, transaction: Transaction) -> SignedTransaction:
    """Signs a transaction. The same one gives the same bytes (RFC 6979)."""
    fields: dict[str, Any] = {
        "type": 2,
        "chainId": transaction.chain_id,
        "nonce": transaction.nonce,
        "data": transaction.data,
        "gas": transaction.gas,
        "maxFeePerGas": transaction.max_fee,
        "maxPriorityFeePerGas": transaction.priority_fee,
        "value": transaction.value,
    }
    if transaction.to is not None:
        fields["to"] = transaction.to
    signed: Any = Account.sign_transaction(fields, key.secret)
    raw = bytes(signed.raw_transaction)
    return SignedTransaction(raw, keccak(raw))
