"""What is in a block stays under watch until the block can no longer be undone.

Needs no lease: each change is conditional on the block that the operation was seen in.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from ledger.chain.port import BlockRef
from records import attempts, transitions
from records.engine import reading, writing
from records.outbox import State
from records.schema import outbox
from records.sending.lane import Surroundings, log


def watch(around: Surroundings, head: BlockRef) -> int:
    """Compares included operations with the chain; how many moved.

    Raises:
        NodeUnavailable: as the node.
    """
    with reading(around.engine) as connection:
        found = connection.execute(
            select(outbox.c.seq, outbox.c.block, outbox.c.block_hash)
            .where(outbox.c.state == State.INCLUDED)
            .order_by(outbox.c.seq)
        ).all()
    numbers = sorted({row.block for row in found})
    present = dict(zip(numbers, around.chain.blocks(numbers), strict=True))
    gone, deep = [], []
    for row in found:
        block = present[row.block]
        if block is None or block.hash != row.block_hash:
            gone.append(row.seq)
        elif head.number - block.number >= around.finality:
            deep.append(row.seq)
    return _fall_back(around, gone) + _finish(around, deep)


def _finish(around: Surroundings, deep: Sequence[int]) -> int:
    if not deep:
        return 0
    with writing(around.engine) as connection:
        moved = transitions.final_all(connection, deep, around.now)
        if moved < len(deep):  # some were reverted
            each = [transitions.by_seq(connection, seq) for seq in deep]
            moved += sum(transitions.final(connection, op, around.now) for op in each)
        return moved


def _fall_back(around: Surroundings, gone: Sequence[int]) -> int:
    if not gone:
        return 0
    with writing(around.engine) as connection:
        moved = 0
        for each in [transitions.by_seq(connection, seq) for seq in gone]:
            log.warning("operation %s lost its block: the chain was reorganised", each.id)
            revived = attempts.revive_operation(connection, each.seq)
            state = State.BROADCAST if revived else State.ACCEPTED
            moved += transitions.fallen_back(connection, each, state)
        return moved
