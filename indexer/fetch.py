"""Ranges of blocks, asked for in one piece and believed only where everything fits together.

One request asks one node for the logs of all our contracts, the head of each contract's journal and
the headers. A range is taken whole or not at all: what does not fit is `NodeUnavailable`, since the
node may do better when asked again. Whether a log is missing or altered is for `indexer.journal`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from indexer import wire
from indexer.bloom import Bloom
from indexer.rpc import Rpc
from indexer.wire import Answer, Block, WireHeader, WireLog, WireReceipt
from ledger.chain.deployment import DeployedContract
from ledger.errors import NodeBehind, NodeUnavailable

JOURNAL_SLOT = "0x0"
Call = tuple[str, list[Any]]


class FetchedLog(NamedTuple):
    """A log of one of our contracts, its place believed, its content not yet read."""

    contract: str
    block: Block
    log_index: int
    tx_index: int
    tx: bytes
    topics: list[str]
    data: str


@dataclass(frozen=True, slots=True)
class Range:
    """The blocks from ``blocks[0]`` to ``blocks[-1]`` and their logs in chain order.

    All blocks and linked, or of a long stretch only its ends and those with logs. ``heads``: the
    journal slot, after the last block, of each contract that exists by then; None where the node
    has no state of that block any more. ``doubled`` counts logs that came twice and were equal.
    """

    blocks: tuple[Block, ...]
    logs: tuple[FetchedLog, ...]
    heads: Mapping[str, bytes | None]
    size: int
    doubled: int = 0

    @property
    def last(self) -> Block:
        """The last block."""
        return self.blocks[-1]


class Fetcher:
    """Asks one node about some contracts, by name."""

    def __init__(self, rpc: Rpc, contracts: Mapping[str, DeployedContract]) -> None:
        self._rpc = rpc
        self._names = {"0x" + each.address.hex(): name for name, each in contracts.items()}
        self._since = {name: each.block for name, each in contracts.items()}
        self._bloom = Bloom(each.address for each in contracts.values())

    # --- headers ---

    def head(self) -> Block:
        """The node's latest block."""
        (block,) = self.headers(["latest"])
        if block is None:
            raise NodeUnavailable("the node has no latest block")
        return block

    def headers(self, names: Sequence[int | str]) -> list[Block | None]:
        """Blocks by number or tag, None where the node has none."""
        calls = [_header_call(name) for name in names]
        found = self._ask(calls)
        return [_header(answer) for answer in found]

    # --- ranges ---

    def ask(self, first: int, last: int, *, sparse: bool = False) -> bytes:
        """Sends the request for a range; `read` or `read_sparse` understands the answer."""
        numbers = (first, last) if sparse else range(first, last + 1)
        return self._rpc.post(wire.request(self._range_calls(first, last, numbers)))

    def read(self, first: int, last: int, raw: bytes) -> Range:
        """Understands the answer to `ask`.

        Raises:
            NodeBehind: the node does not have the last block.
            NodeUnavailable: the answer is incomplete or contradicts itself.
        """
        count = 1 + len(self._names)
        found = wire.answers(raw, count + last - first + 1)
        if _header(found[-1]) is None:
            raise NodeBehind(f"the node has no block {last}", block=last)
        blocks = _linked([_header(answer) for answer in found[count:]], first)
        return self._range(blocks, _logs(found[0]), found[1:count], len(raw))

    def read_sparse(self, first: int, last: int, raw: bytes) -> Range:
        """As `read`, for a range in which only the headers of its ends were asked for.

        The headers of blocks with logs are asked for now, and once more the last: if its hash is
        the same, so is the chain.
        """
        count = 1 + len(self._names)
        found = wire.answers(raw, count + 2)
        begin, end = _header(found[-2]), _header(found[-1])
        if begin is None or end is None:
            raise NodeBehind(f"the node has no block {last}", block=last)
        logs = _logs(found[0])
        with_logs = {wire.quantity(log.blockNumber) for log in logs} - {first, last}
        *between, again = self.headers([*sorted(with_logs), last])
        blocks = [begin, *(block for block in between if block is not None), end]
        if again != end or len(blocks) != len(with_logs) + 2:
            raise NodeUnavailable("the node's blocks changed while they were read")
        return self._range(blocks, logs, found[1:count], len(raw))

    def by_hash(self, number: int) -> Range:
        """One block, everything asked for by its hash."""
        block = self._block(number)
        name = "0x" + block.hash.hex()
        calls: list[Call] = [("eth_getLogs", [{"address": list(self._names), "blockHash": name}])]
        calls += [_slot_call(address, {"blockHash": name}) for address in self._names]
        found = self._ask(calls)
        return self._range((block,), _logs(found[0]), found[1:], 0)

    def by_receipts(self, number: int) -> Range | None:
        """One block, its logs read from its receipts; None where the node gives none."""
        block = self._block(number)
        found = self.receipts(block)
        if found is None:
            return None
        ours = [log for each in found for log in each.logs if log.address.lower() in self._names]
        name = "0x" + block.hash.hex()
        heads = self._ask([_slot_call(address, {"blockHash": name}) for address in self._names])
        return self._range((block,), ours, heads, 0)

    def receipts(self, block: Block) -> list[WireReceipt] | None:
        """All receipts of a block, by its hash; None where the node does not give them."""
        name = "0x" + block.hash.hex()
        single = wire.request([("eth_getBlockReceipts", [name])])[1:-1]
        return wire.receipts(self._rpc.post(single))

    def require_bloom(self, read: Range) -> None:
        """Looks again at blocks without logs whose filter says there may be some.

        Raises:
            NodeUnavailable: the receipts show logs that the node left out.
        """
        told = {log.block.number for log in read.logs}
        for block in read.blocks:
            if block.number in told or not self._bloom.may_have(block.bloom):
                continue
            receipts = self.receipts(block) or ()
            if any(log.address.lower() in self._names for each in receipts for log in each.logs):
                raise NodeUnavailable(f"the node leaves out the logs of block {block.number}")

    # --- pieces ---

    def _ask(self, calls: Sequence[Call]) -> list[Answer]:
        return wire.answers(self._rpc.post(wire.request(calls)), len(calls))

    def _block(self, number: int) -> Block:
        (block,) = self.headers([number])
        if block is None:
            raise NodeBehind(f"the node has no block {number}", block=number)
        return block

    def _range_calls(self, first: int, last: int, headers: Iterable[int]) -> list[Call]:
        ours = {"address": list(self._names), "fromBlock": hex(first), "toBlock": hex(last)}
        return [
            ("eth_getLogs", [ours]),
            *(_slot_call(address, hex(last)) for address in self._names),
            *(_header_call(number) for number in headers),
        ]

    def _range(
        self, blocks: Sequence[Block], logs: Iterable[WireLog], heads: Sequence[Answer], size: int
    ) -> Range:
        kept, doubled = self._kept(blocks, logs)
        places = [(log.block.number, log.log_index) for log in kept]
        if any(a >= b for a, b in pairwise(places)):
            raise NodeUnavailable("the node's logs are out of order or contradict each other")
        slots = dict(zip(self._names.values(), map(_slot, heads), strict=True))
        for name, since in self._since.items():
            if since > blocks[-1].number:
                del slots[name]  # it does not exist yet, and neither does its journal
        return Range(tuple(blocks), tuple(kept), slots, size, doubled)

    def _kept(
        self, blocks: Sequence[Block], logs: Iterable[WireLog]
    ) -> tuple[list[FetchedLog], int]:
        """The logs, each in its block; and how many came twice and were equal."""
        by_hash = {"0x" + block.hash.hex(): (block, hex(block.number)) for block in blocks}
        transactions: dict[tuple[str, str], tuple[int, bytes]] = {}
        kept: list[FetchedLog] = []
        doubled = 0
        before: WireLog | None = None
        for log in logs:
            if log == before:
                doubled += 1
                continue
            before = log
            contract = self._names.get(log.address.lower())
            block, number = by_hash.get(log.blockHash, (None, ""))
            if contract is None or block is None or log.removed or log.blockNumber != number:
                raise NodeUnavailable("the node sends logs of another block or contract")
            sent = transactions.get((log.transactionHash, log.transactionIndex))
            if sent is None:
                sent = wire.quantity(log.transactionIndex), wire.word(log.transactionHash)
                transactions[log.transactionHash, log.transactionIndex] = sent
            index = wire.quantity(log.logIndex)
            kept.append(FetchedLog(contract, block, index, *sent, log.topics, log.data))
        return kept, doubled


def _slot_call(address: str, block: str | dict[str, str]) -> Call:
    return "eth_getStorageAt", [address, JOURNAL_SLOT, block]


def _header_call(name: int | str) -> Call:
    return "eth_getBlockByNumber", [name if isinstance(name, str) else hex(name), False]


def _header(answer: Answer) -> Block | None:
    if answer.error is not None:
        raise NodeUnavailable(f"the node has no header: {answer.error}")
    if answer.result is None:
        return None
    if not isinstance(answer.result, WireHeader):
        raise NodeUnavailable("the node answers another question")
    return wire.block(answer.result)


def _logs(answer: Answer) -> list[WireLog]:
    if not isinstance(answer.result, list):
        raise NodeUnavailable(f"the node gives no logs: {answer.error}")
    return answer.result


def _slot(answer: Answer) -> bytes | None:
    """None where the node has no state of that block any more."""
    return wire.word(answer.result) if isinstance(answer.result, str) else None


def _linked(headers: Sequence[Block | None], first: int) -> tuple[Block, ...]:
    blocks = [block for block in headers if block is not None]
    for i, block in enumerate(blocks):
        if block.number != first + i or (i and block.parent != blocks[i - 1].hash):
            raise NodeUnavailable("the node's blocks do not follow each other", block=first + i)
    if len(blocks) != len(headers):
        raise NodeUnavailable("the node leaves out blocks", first=first)
    return tuple(blocks)
