"""What is in flight and does not land: the same bytes again, a higher fee, a filled gap."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from ledger.chain.port import BlockRef
from ledger.chain.signing import SignedTransaction
from records import attempts, transitions
from records.attempts import Attempt
from records.engine import reading
from records.funding import afford
from records.sending.dispatch import broadcast, price
from records.sending.lane import Call, Lane, log

_NOOP_GAS = 21_000


def mend(lane: Lane, head: BlockRef) -> None:
    """Brings on what does not move by itself.

    Raises:
        NodeUnavailable: as the node.
        LeaseLost: another worker has the key.
    """
    if lane.around.now_ms - lane.mended_ms < lane.around.limits.mend_seconds * 1000:
        return
    with reading(lane.around.engine) as connection:
        flying = attempts.live(connection, lane.address)
    if flying:
        used = lane.chain.nonce(lane.address)
        groups = [list(group) for _, group in groupby(flying, key=lambda each: each.nonce)]
        waiting = [group for group in groups if group[0].nonce >= used]
        _fill_gaps(lane, used, {group[0].nonce for group in waiting})
        if waiting and waiting[0][0].nonce == used and _is_stuck(lane, waiting[0], head):
            _raise_fee(lane, waiting[0])
        _rebroadcast(lane, [group[-1] for group in waiting])
    lane.mended_ms = lane.around.now_ms


def _rebroadcast(lane: Lane, newest: Sequence[Attempt]) -> None:
    before = lane.around.now_ms - lane.around.limits.rebroadcast_seconds * 1000
    due = [each for each in newest if each.broadcast_ms is None or each.broadcast_ms <= before]
    if due:
        seqs = [each.operation for each in due if each.operation is not None]
        broadcast(lane, [SignedTransaction(each.raw, each.hash) for each in due], seqs)


def _fill_gaps(lane: Lane, used: int, waiting: set[int]) -> None:
    """A nonce that nothing of ours will use holds up all above it.

    It may have been used before the chain was reorganised: then those bytes go out again.
    """
    missing = [nonce for nonce in range(used, max(waiting, default=used)) if nonce not in waiting]
    for nonce in missing:
        with lane.writing() as connection:
            revived = attempts.revive(connection, lane.address, nonce)
        if not revived:
            log.warning("filling the nonce %d of 0x%s", nonce, lane.address.hex())
            _keep(lane, nonce, None, None, _NOOP_GAS, *price(lane.chain.fees()))


def _is_stuck(lane: Lane, group: Sequence[Attempt], head: BlockRef) -> bool:
    """Whether the chain went on for long without our newest attempt."""
    patience_ms = lane.around.limits.stuck_seconds * 1000
    end = group[-1].created_ms + patience_ms
    return lane.around.now_ms >= end and head.time * 1000 >= end


def _raise_fee(lane: Lane, group: Sequence[Attempt]) -> None:
    newest = group[-1]
    limit, priority = price(lane.chain.fees())
    limit = max(limit, _higher(newest.max_fee))
    priority = min(limit, max(priority, _higher(newest.priority_fee)))
    if limit == newest.max_fee:
        return  # gas is free: there is nothing to raise
    operation, call, gas = newest.operation, None, _NOOP_GAS
    if operation is not None and len(group) <= lane.around.limits.bumps:
        call, gas = _call(lane, operation), newest.gas
    elif operation is None and len(group) > 2 * lane.around.limits.bumps:
        _tell(lane, newest.nonce, f"the nonce {newest.nonce} cannot be used at any fee tried")
        return
    else:
        operation = None
    if not afford(lane.chain, lane.address, limit * gas):
        why = f"the key 0x{lane.address.hex()} has too little money for gas"
        _tell(lane, newest.nonce, why)
        return
    _keep(lane, newest.nonce, operation, call, gas, limit, priority)


def _tell(lane: Lane, nonce: int, why: str) -> None:
    if lane.trouble == why:
        return
    lane.trouble = why
    log.error(why)
    with lane.writing() as connection:
        for seq in attempts.operations_at(connection, lane.address, nonce):
            transitions.flag(connection, seq, why)


def _higher(fee: int) -> int:
    """One eighth more, as pools demand; upwards, so that it is more."""
    return fee + (fee + 7) // 8


def _call(lane: Lane, seq: int) -> Call:
    with reading(lane.around.engine) as connection:
        operation = transitions.by_seq(connection, seq)
    return lane.call(operation)


def _keep(
    lane: Lane,
    nonce: int,
    operation: int | None,
    call: Call | None,
    gas: int,
    max_fee: int,
    priority_fee: int,
) -> None:
    """Signs for a nonce that is taken already, keeps and then broadcasts."""
    signed = lane.sign(nonce, call, gas, max_fee, priority_fee)
    row = lane.row(operation, signed, nonce, gas, max_fee, priority_fee)
    with lane.writing() as connection:
        attempts.add(connection, [row])
    broadcast(lane, [signed], [] if operation is None else [operation])
