"""Whether the node still serves the chain and contracts that the mirror was made from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import cast

from sqlalchemy import Connection

from indexer import wire
from indexer.fetch import Fetcher
from indexer.mirror import meta
from indexer.rpc import Rpc
from indexer.tables import meta as meta_table
from ledger.chain.deployment import Deployment, to_json
from ledger.chain.fingerprint import check
from ledger.chain.port import BlockRef, Chain
from ledger.errors import FingerprintMismatch, NodeUnavailable
from ledger.vocabulary import Address, Seconds

_DEPLOYMENT = "deployment"


class _Asked:
    """As much of `ledger.chain.port.Chain` as a fingerprint needs, without a second client."""

    def __init__(self, rpc: Rpc, fetcher: Fetcher) -> None:
        self._rpc = rpc
        self._fetcher = fetcher

    def chain_id(self) -> int:
        return wire.quantity(self._text("eth_chainId"))

    def blocks(self, numbers: Sequence[int]) -> list[BlockRef | None]:
        found = self._fetcher.headers(numbers)
        return [None if block is None else _ref(block) for block in found]

    def code(self, address: Address) -> bytes:
        text = self._text("eth_getCode", "0x" + address.hex(), "latest")
        try:
            return bytes.fromhex(text[2:])
        except ValueError as error:
            raise NodeUnavailable("the node writes no code") from error

    def _text(self, method: str, *params: str) -> str:
        (answer,) = wire.answers(self._rpc.post(wire.request([(method, params)])), 1)
        if not isinstance(answer.result, str):
            raise NodeUnavailable(f"the node has no answer to {method}: {answer.error}")
        return answer.result


def _ref(block: wire.Block) -> BlockRef:
    return BlockRef(block.number, block.hash, block.parent, Seconds(block.time))


def require_same_chain(rpc: Rpc, fetcher: Fetcher, deployment: Deployment) -> None:
    """Checks the node's fingerprint.

    Raises:
        FingerprintMismatch: another chain, other contracts, or an older or rewritten history.
        NodeUnavailable: the node does not answer.
    """
    check(cast(Chain, _Asked(rpc, fetcher)), deployment)


def require_same_deployment(connection: Connection, deployment: Deployment) -> None:
    """Writes down which deployment a new mirror is made from; an old one must be of the same.

    Raises:
        FingerprintMismatch: it was made from another.
    """
    now = json.dumps(to_json(deployment), sort_keys=True)
    known = meta(connection).get(_DEPLOYMENT)
    if known is None:
        connection.execute(meta_table.insert().values(name=_DEPLOYMENT, value=now))
    elif known != now:
        raise FingerprintMismatch("the mirror was made from another deployment: rebuild it")
