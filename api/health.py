"""Whether the mirror can be relied on now: how far it is, and how far the chain is."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from api.verdicts import MirrorState
from indexer.queries.status import MirrorStatus
from ledger.chain.port import BlockRef, Chain
from ledger.errors import Unavailable

_FRESH_SECONDS = 2.0
"""For so long the node is not asked again, however many shoppers scan."""


@dataclass(frozen=True, slots=True)
class Health:
    """The mirror against the chain. ``head`` is None where no node answers."""

    state: MirrorState
    head: int | None
    mirror: MirrorStatus | None

    @property
    def lag(self) -> int | None:
        """Blocks that the mirror is behind, None where that cannot be said."""
        if self.head is None or self.mirror is None:
            return None
        return max(0, self.head - self.mirror.block)


class ChainWatch:
    """Looks at the chain's head now and then."""

    def __init__(self, chain: Chain | None, max_lag: int) -> None:
        self._chain = chain
        self._max_lag = max_lag
        self._lock = threading.Lock()
        self._until = 0.0
        self._head: BlockRef | None = None

    def look(self, mirror: MirrorStatus | None) -> Health:
        """How the mirror's status stands against the chain."""
        head = self._seen()
        if head is not None and mirror is not None and _contradicts(head, mirror):
            head = self._seen(anew=True)  # the mirror may know newer blocks than our memory
        if head is None:
            return Health(MirrorState.NODE_AWAY, None, mirror)
        return Health(self._judged(head, mirror), head.number, mirror)

    def _judged(self, head: BlockRef, mirror: MirrorStatus | None) -> MirrorState:
        if mirror is None or head.number - mirror.block > self._max_lag:
            return MirrorState.BEHIND
        if _contradicts(head, mirror):
            # The node knows less than was seen before, or other blocks that are about to be read.
            return MirrorState.NODE_AWAY if head.number < mirror.block else MirrorState.BEHIND
        return MirrorState.CURRENT

    def _seen(self, *, anew: bool = False) -> BlockRef | None:
        with self._lock:
            if anew or time.monotonic() >= self._until:
                self._head = self._asked()
                self._until = time.monotonic() + _FRESH_SECONDS
            return self._head

    def _asked(self) -> BlockRef | None:
        if self._chain is None:
            return None
        try:
            return self._chain.head()
        except Unavailable:
            return None


def _contradicts(head: BlockRef, mirror: MirrorStatus) -> bool:
    if head.number == mirror.block:
        return head.hash != mirror.block_hash
    return head.number < mirror.block
