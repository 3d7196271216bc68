"""The indexer: from the chain into the mirror, range by range, each in one transaction.

A range is read, checked against the journals and written together with what it adds up to and with
the cursor; so the mirror is always whole up to one block, whatever dies in between. What can heal
is asked for again, in smaller pieces and in other words; what cannot stops the indexer.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from sqlalchemy import Connection

from indexer import books
from indexer.batch import Batch, build
from indexer.books import Cursor
from indexer.fetch import Fetcher, Range
from indexer.fold import Fold
from indexer.identity import require_same_chain, require_same_deployment
from indexer.journal import Journals
from indexer.mirror import Mirror
from indexer.prefetch import KEPT_BLOCKS, Prefetch
from indexer.reorg import common_ancestor
from indexer.rpc import Rpc
from indexer.wire import Block
from indexer.write import take_back, write
from ledger.chain.deployment import Deployment
from ledger.errors import JournalBroken, MirrorTaken, NodeUnavailable, Unavailable, UnknownLog

LONGEST_PAUSE_SECONDS = 5.0
PATIENCE_SECONDS = 10.0
"""How long who only wants to catch up waits for a node that does not answer rightly."""
_SHORTEST_PAUSE_SECONDS = 0.1

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the mirror is: its block, the node's latest, and the facts in it."""

    block: int
    head_block: int
    facts: int


class Indexer:
    """Writes one mirror from one node. `close` it, or use it as a context.

    ``finality`` is the number of blocks below the node's head from which on blocks are final; a
    reorganisation below that stops the indexer.
    """

    def __init__(
        self,
        chain_url: str,
        deployment: Deployment,
        mirror: Mirror,
        finality: int,
        progress: Callable[[Progress], None] = lambda _: None,
    ) -> None:
        self._deployment = deployment
        self._mirror = mirror
        self._finality = finality
        self._progress = progress
        self._addresses = {
            name: bytes(contract.address) for name, contract in deployment.contracts.items()
        }
        self._rpc = Rpc(chain_url)
        self._fetcher = Fetcher(self._rpc, deployment.contracts)
        self._prefetch = Prefetch(self._fetcher)
        self._fold = Fold()
        self._cursor: Cursor | None = None
        self._journals = Journals({})
        self._fence: int | None = None
        self._same_chain = False
        self._taken = False
        self._head = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stops asking the node. What was committed stays."""
        self._prefetch.close()
        self._rpc.close()

    def step(self) -> bool:
        """Takes in one range, or mends one reorganisation; False where there was nothing to do.

        Raises:
            Unavailable: the node or the database does not answer, or the node is behind: again.
            MirrorTaken: another indexer writes this mirror.
            ChainContradiction: the chain contradicts itself, the mirror or the catalogue.
        """
        if self._taken:
            raise MirrorTaken("another indexer has taken over this mirror")
        try:
            return self._step()
        except MirrorTaken:
            self._taken = True
            raise
        except BaseException:
            # Whatever was under way is not believed any more.
            self._same_chain = False
            self._prefetch.drop()
            raise

    def catch_up(self, patience_seconds: float = 0) -> None:
        """Steps until there is nothing more to do. Raises as `step`, but what is not available
        only when it stays so for ``patience_seconds``: a chain goes on while it is read.
        """
        until = time.monotonic() + patience_seconds
        while True:
            try:
                if not self.step():
                    return
                until = time.monotonic() + patience_seconds
            except Unavailable:
                if time.monotonic() >= until:
                    raise
                time.sleep(_SHORTEST_PAUSE_SECONDS)

    def run(self, stop: threading.Event, poll_seconds: float = 0.25) -> None:
        """Steps until ``stop`` is set; waits where the node or the database is not available.

        Raises:
            MirrorTaken, ChainContradiction: as `step`.
        """
        pause = poll_seconds
        while not stop.is_set():
            try:
                if self.step():
                    continue
                pause = poll_seconds
            except Unavailable as why:
                log.warning("%s: %s; again in %.1f s", why.code, why.message, pause)
                pause = min(LONGEST_PAUSE_SECONDS, pause * 2)
            stop.wait(pause)

    # --- one step ---

    def _step(self) -> bool:
        if not self._same_chain:
            require_same_chain(self._rpc, self._fetcher, self._deployment)
            self._same_chain = True
        at = self._cursor or self._begin()
        if not self._prefetch.waits(at.block + 1):
            head, stands = self._fetcher.headers(["latest", at.block])
            if head is None:
                raise NodeUnavailable("the node has no latest block")
            if stands is None or stands.hash != at.hash:
                return self._mend(at)
            self._head = head.number
            if head.number == at.block:
                return False
        batch = self._next(at.block, at.hash, self._journals)
        if batch is None:
            return self._mend(at)
        self._commit(at, None, [batch])
        return True

    def _begin(self) -> Cursor:
        """Takes the mirror over, from the start or from where it was left.

        Once it has it, it only goes on where it was: what was under way may be written or not.
        """
        origin = self._origin()
        with self._mirror.write() as connection:
            require_same_deployment(connection, self._deployment)
            at = books.cursor(connection)
            if at is None:
                at = books.begin(connection, origin)
                self._fold.begin()
            elif self._fence is None:
                at = books.take(connection, at)
            elif at.fence != self._fence:
                raise MirrorTaken("another indexer has taken over this mirror", fence=self._fence)
            if at.block > origin.number:
                self._fold.warm(connection)
            journals = self._journals_at(connection, at.block)
        self._cursor, self._journals, self._fence = at, journals, at.fence
        return at

    def _origin(self) -> Block:
        """The block before the first with events."""
        number = self._deployment.first_block - 1
        (block,) = self._fetcher.headers([number])
        if block is None:
            raise NodeUnavailable("the node has no block before the contracts", block=number)
        return block

    def _next(self, block: int, hash_: bytes, journals: Journals) -> Batch | None:
        """The range after a block, checked; None where the node's chain does not go on from it.

        Raises:
            UnknownLog, JournalBroken: asking again, and in other words, did not help.
        """
        while True:
            read = self._prefetch.take(block + 1, self._head)
            if read.blocks[0].parent != hash_:
                return None
            try:
                batch = self._checked(read, journals)
            except (UnknownLog, JournalBroken) as fault:
                log.warning("%s: %s", fault.code, fault.message)
                self._prefetch.narrow()
                if len(read.blocks) == 1:
                    return self._insist(block, hash_, journals, fault)
            else:
                self._prefetch.believed(read)
                return batch

    def _checked(self, read: Range, journals: Journals) -> Batch:
        batch = build(read, journals)
        if not batch.verified:
            if read.last.number >= self._head:
                raise NodeUnavailable("the node has no state of its latest block")
            self._fetcher.require_bloom(read)
        return batch

    def _insist(
        self, block: int, hash_: bytes, journals: Journals, fault: UnknownLog | JournalBroken
    ) -> Batch | None:
        """Asks for one faulty block in other words: by hash, then by receipts."""
        for ask in (self._fetcher.by_hash, self._fetcher.by_receipts):
            read = ask(block + 1)
            if read is None:
                continue
            if read.blocks[0].parent != hash_:
                return None
            try:
                return self._checked(read, journals)
            except (UnknownLog, JournalBroken) as again:
                fault = again
        raise fault

    def _commit(self, at: Cursor, ancestor: int | None, batches: list[Batch]) -> None:
        """Takes back everything above an ancestor, where one is given, and adds the ranges."""
        try:
            with self._mirror.write() as connection:
                books.require(connection, at)
                if ancestor is not None:
                    at = take_back(connection, at, ancestor, self._fold)
                for batch in batches:
                    at = write(connection, at, batch, self._fold, self._head, self._finality)
        except BaseException:
            # The state in memory went ahead of what was written.
            self._fold.forget()
            self._cursor = None
            raise
        self._cursor, self._journals = at, batches[-1].journals
        self._progress(Progress(at.block, at.head_block, at.facts))

    # --- reorganisations ---

    def _mend(self, at: Cursor) -> bool:
        """Replaces the blocks that the chain has no more. Nothing is removed before what comes in
        its place was read and checked.
        """
        self._prefetch.drop()
        require_same_chain(self._rpc, self._fetcher, self._deployment)
        self._head = self._fetcher.head().number
        with self._mirror.read() as connection:
            stored = books.hashes(connection, at.block - KEPT_BLOCKS)
        ancestor = common_ancestor(self._fetcher, at, stored, self._head)
        with self._mirror.read() as connection:
            journals = self._journals_at(connection, ancestor)
        known = dict(stored)
        log.warning("the chain parted at block %d: replacing up to %d", ancestor, at.block)
        batches = self._replacement(ancestor, known[ancestor], journals)
        self._commit(at, ancestor, batches)
        return True

    def _replacement(self, block: int, hash_: bytes, journals: Journals) -> list[Batch]:
        batches: list[Batch] = []
        while block < self._head:
            batch = self._next(block, hash_, journals)
            if batch is None:
                raise NodeUnavailable("the chain changed again while it was read")
            batches.append(batch)
            block, hash_ = batch.range.last.number, batch.range.last.hash
            journals = batch.journals
        return batches

    def _journals_at(self, connection: Connection, block: int) -> Journals:
        return books.journals(connection, self._deployment.chain_id, self._addresses, block)
