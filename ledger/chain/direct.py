"""Transactions that are sent and waited for: deployment, governance, funding.

Acts of organisations never go this way but through the outbox.
"""

from __future__ import annotations

import time

from ledger.chain.port import Chain, Receipt
from ledger.chain.signing import SigningKey, Transaction, sign
from ledger.errors import NodeUnavailable
from ledger.refusals import refuse
from ledger.vocabulary import Address

WAIT_SECONDS = 60.0
_POLL_SECONDS = 0.05
_REBROADCAST_SECONDS = 5.0
_RECEIPT_SECONDS = 2.0


def transact(
    chain: Chain,
    key: SigningKey,
    to: Address | None,
    data: bytes = b"",
    *,
    value: int = 0,
    wait_seconds: float = WAIT_SECONDS,
) -> Receipt:
    """Sends a transaction and waits until it is in a block.

    Raises:
        ActRefused: the contract refuses it; then nothing was sent, or it was reverted.
        NodeUnavailable: it was not included in time. It may still be: look before repeating.
    """
    deadline = time.monotonic() + wait_seconds
    while True:
        receipt = _attempt(chain, key, to, data, value, deadline)
        if receipt is not None:
            if not receipt.status:
                chain.call(to or key.address, data, key.address)  # says why
                raise refuse("Reverted")
            return receipt
        # Somebody else used the nonce: another process with the same key.
        if time.monotonic() >= deadline:
            raise NodeUnavailable("the transaction was not included in time")


def _attempt(
    chain: Chain, key: SigningKey, to: Address | None, data: bytes, value: int, deadline: float
) -> Receipt | None:
    """The receipt; none if another transaction took the nonce."""
    gas = 21_000 if to is not None and value else chain.estimate(to, data, key.address)
    fees = chain.fees()
    nonce = chain.nonce(key.address)
    free = fees.base == 0
    signed = sign(
        key,
        Transaction(
            chain_id=chain.chain_id(),
            nonce=nonce,
            to=to,
            data=data,
            gas=gas + gas // 4,
            max_fee=0 if free else 2 * fees.most,
            priority_fee=0 if free else fees.priority,
            value=value,
        ),
    )
    sent = 0.0
    while time.monotonic() < deadline:
        if time.monotonic() - sent >= _REBROADCAST_SECONDS:
            chain.send_all([signed.raw])  # what the node says is a hint only
            sent = time.monotonic()
        receipt = chain.receipt(signed.hash)
        if receipt is not None:
            return receipt
        if chain.nonce(key.address) > nonce:
            return _late_receipt(chain, signed.hash)
        time.sleep(_POLL_SECONDS)
    raise NodeUnavailable("the transaction was not included in time", tx=signed.hash)


def _late_receipt(chain: Chain, tx: bytes) -> Receipt | None:
    """The receipt of what may have used the nonce: nodes may count it before they know it."""
    until = time.monotonic() + _RECEIPT_SECONDS
    while True:
        receipt = chain.receipt(tx)
        if receipt is not None or time.monotonic() >= until:
            return receipt
        time.sleep(_POLL_SECONDS)
