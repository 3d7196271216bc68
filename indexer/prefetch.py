"""Ranges asked for ahead of time, and how large they are.

Two connections ask while the main thread decodes and writes. Never more than a few answers wait:
that bounds the memory. The size of a range follows its answers alone, never what an error says.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from indexer.fetch import Fetcher, Range
from ledger.errors import NodeUnavailable

CONNECTIONS = 2
DEPTH = 4
FIRST_BLOCKS = 20
MOST_BLOCKS = 800
"""In one range: nodes take 1,000 calls in one request."""
WANTED_LOGS = 1_500
WANTED_BYTES = 1_500_000
MOST_LOGS = 10_000
KEPT_BLOCKS = 256
"""Below the node's head: all their headers are read, because they may still be reorganised."""
SPARSE_BLOCKS = 2_000
"""In one range of a stretch with hardly any logs, of which most headers are never asked for."""
SPARSE_FROM = 200
"""Blocks without much in them until a stretch counts as sparse, with ..."""
SPARSE_SHARE = 10
"""... fewer than one log in so many blocks."""


@dataclass(frozen=True, slots=True)
class _Asked:
    first: int
    last: int
    sparse: bool
    answer: Future[bytes]


class Prefetch:
    """Gives ranges in order. `close` it."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._threads = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="fetch")
        self._asked: deque[_Asked] = deque()
        self._blocks = FIRST_BLOCKS
        self._sparse = False

    def waits(self, first: int) -> bool:
        """Whether the range that begins there was asked for already."""
        return bool(self._asked) and self._asked[0].first == first

    def take(self, first: int, head: int) -> Range:
        """The range that begins at ``first`` and ends at ``head`` or before.

        Tell `believed` or `narrow` what came of it.

        Raises:
            NodeBehind: the node does not have its last block.
            NodeUnavailable: it has no answer that can be believed; the next range is smaller.
        """
        if not self.waits(first):
            self.drop()
        self._ask(first, head)
        asked = self._asked.popleft()
        read = self._fetcher.read_sparse if asked.sparse else self._fetcher.read
        try:
            return read(asked.first, asked.last, asked.answer.result())
        except NodeUnavailable:
            self.narrow()
            raise

    def believed(self, read: Range) -> None:
        """Learns from a range that was good: only that may make the next ones larger."""
        span = read.last.number - read.blocks[0].number + 1
        self._sparse = span >= SPARSE_FROM and len(read.logs) * SPARSE_SHARE < span
        load = max(len(read.logs) / WANTED_LOGS, read.size / WANTED_BYTES)
        if len(read.logs) > MOST_LOGS:
            self._blocks = max(1, self._blocks // 2)
        elif load < 1 / 2:
            self._blocks = min(MOST_BLOCKS, self._blocks * 3 // 2 + 1)
        elif load > 2:
            self._blocks = max(1, self._blocks * 2 // 3)

    def drop(self) -> None:
        """Forgets what was asked for."""
        for asked in self._asked:
            asked.answer.cancel()
        self._asked.clear()

    def narrow(self) -> None:
        """Begins again with ranges half as large."""
        self.drop()
        self._sparse = False
        self._blocks = max(1, self._blocks // 2)

    def close(self) -> None:
        """Stops asking."""
        self.drop()
        self._threads.shutdown()

    def _ask(self, first: int, head: int) -> None:
        following = self._asked[-1].last + 1 if self._asked else first
        while len(self._asked) < DEPTH and following <= head:
            last = following + SPARSE_BLOCKS - 1
            sparse = self._sparse and last <= head - KEPT_BLOCKS
            if not sparse:
                last = min(head, following + self._blocks - 1)
            answer = self._threads.submit(self._fetcher.ask, following, last, sparse=sparse)
            self._asked.append(_Asked(following, last, sparse, answer))
            following = last + 1
