"""Reorganisations: where the chain parted from what the mirror stands on, and whether that may be
mended without a human.
"""

from __future__ import annotations

from collections.abc import Sequence

from indexer.books import Cursor
from indexer.fetch import Fetcher
from ledger.errors import FingerprintMismatch, NodeBehind, NodeUnavailable, ReorgTooDeep

MOST_DEPTH = 128
"""Blocks that are taken back without a human."""
_AT_ONCE = 64


def common_ancestor(
    fetcher: Fetcher, at: Cursor, stored: Sequence[tuple[int, bytes]], head: int
) -> int:
    """The newest stored block that the node still has in its chain.

    ``stored`` are the mirror's blocks from the newest down, ``head`` the node's latest block.

    Raises:
        NodeBehind: the node contradicts nothing, it only has fewer blocks.
        ReorgTooDeep: the ancestor lies deeper than `MOST_DEPTH`.
        FingerprintMismatch: the ancestor lies below what was final.
    """
    ancestor, contradicted = _walk(fetcher, stored)
    if ancestor == at.block:
        raise NodeUnavailable("the node's blocks changed while they were read")
    if not contradicted or ancestor == head:
        raise NodeBehind(
            f"the node is at block {head}, the mirror at {at.block}", block=at.block, head=head
        )
    lowest = -1 if ancestor is None else ancestor
    if ancestor is None or at.block - ancestor > MOST_DEPTH:
        raise ReorgTooDeep(
            f"the chain differs from block {lowest + 1} on, more than {MOST_DEPTH} blocks below "
            f"block {at.block}: rebuild the mirror",
            block=at.block, ancestor=lowest,
        )  # fmt: skip
    if ancestor < at.final_block:
        raise FingerprintMismatch(
            f"the chain was rewritten from block {ancestor + 1} on, though block "
            f"{at.final_block} was final",
            block=at.block, ancestor=ancestor, final=at.final_block,
        )  # fmt: skip
    return ancestor


def _walk(fetcher: Fetcher, stored: Sequence[tuple[int, bytes]]) -> tuple[int | None, bool]:
    """The newest block in common, and whether the node has another block in the place of one."""
    contradicted = False
    for start in range(0, len(stored), _AT_ONCE):
        some = stored[start : start + _AT_ONCE]
        found = fetcher.headers([number for number, _ in some])
        for (number, known), block in zip(some, found, strict=True):
            if block is not None and block.hash == known:
                return number, contradicted
            contradicted = contradicted or block is not None
    return None, contradicted
