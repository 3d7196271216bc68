"""What is in a block stays under watch until the block can no longer be undone.

Needs no lease: each change is conditional on the block that the operation was seen in.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from ledger.chain.port import BlockRef
from records import attempts, transitions
from records.engine import reading, writing
from records.outbox import Operation, State, operation
from records.schema import outbox
from records.sending.lane import Surroundings, log


def watch(around: Surroundings, head: BlockRef) -> int:
    """Compares included operations with the chain; how many moved.

    Raises:
        NodeUnavailable: as the node.
    """
    with reading(around.engine) as connection:
        query = select(outbox).where(outbox.c.state == State.INCLUDED).order_by(outbox.c.seq)
        found = [operation(row) for row in connection.execute(query)]
    numbers = sorted({each.block for each in found if each.block is not None})
    present = dict(zip(numbers, around.chain.blocks(numbers), strict=True))
    gone, deep = [], []
    for each in found:
        block = present[each.block] if each.block is not None else None
        if block is None or block.hash != each.block_hash:
            gone.append(each)
        elif head.number - block.number >= around.finality:
            deep.append(each)
    return _fall_back(around, gone) + _finish(around, deep)


def _finish(around: Surroundings, deep: Sequence[Operation]) -> int:
    if not deep:
        return 0
    with writing(around.engine) as connection:
        return sum(transitions.final(connection, each, around.now) for each in deep)


def _fall_back(around: Surroundings, gone: Sequence[Operation]) -> int:
    if not gone:
        return 0
    with writing(around.engine) as connection:
        moved = 0
        for each in gone:
            log.warning("operation %s lost its block: the chain was reorganised", each.id)
            revived = attempts.revive_operation(connection, each.seq)
            state = State.BROADCAST if revived else State.ACCEPTED
            moved += transitions.fallen_back(connection, each, state)
        return moved
