"""What became of transactions in flight: receipts to states."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from sqlalchemy import Connection

from ledger.chain.port import BlockRef, RawLog, Receipt
from ledger.errors import ActRefused, NodeUnavailable
from ledger.vocabulary import Address, OrgId
from records import attempts, transitions
from records.attempts import Attempt
from records.engine import reading
from records.sending.lane import Call, Lane, log, who_performed

Write = Callable[[Connection], bool]
"""A change to be made with others in one transaction; whether an operation moved."""
ALREADY = "OperationAlreadyPerformed"


def settle(lane: Lane, head: BlockRef) -> int:
    """Looks up everything in flight; how many operations moved.

    Raises:
        NodeUnavailable: as the node.
        LeaseLost: another worker has the key.
    """
    with reading(lane.around.engine) as connection:
        flying = attempts.live(connection, lane.address)
    if not flying:
        return 0
    # First the nonce, then the receipts: a transaction that is mined in between is not missed.
    used = lane.chain.nonce(lane.address)
    receipts = lane.chain.receipts([each.hash for each in flying])
    found = {each.tx: each for each in receipts if each is not None}
    simple: list[tuple[Attempt, Receipt]] = []
    writes: list[Write] = []
    for nonce, siblings in groupby(flying, key=lambda each: each.nonce):
        group = list(siblings)
        receipt = found.get(group[0].hash)
        if len(group) == 1 and receipt and receipt.status and group[0].operation is not None:
            simple.append((group[0], receipt))
        else:
            writes += _outcome(lane, group, found, head if used > nonce else None)
    if not writes and not simple:
        return 0
    with lane.writing() as connection:
        return _all_performed(connection, simple) + sum(write(connection) for write in writes)


def _all_performed(connection: Connection, simple: Sequence[tuple[Attempt, Receipt]]) -> int:
    """What nearly always happens, for many at once."""
    if not simple:
        return 0
    attempts.mark_all_mined(connection, [attempt.id for attempt, _ in simple])
    places = [
        (attempt.operation, receipt) for attempt, receipt in simple if attempt.operation is not None
    ]
    return transitions.included_all(connection, places)


def _outcome(
    lane: Lane, group: Sequence[Attempt], found: dict[bytes, Receipt], used_at: BlockRef | None
) -> list[Write]:
    """What is to be written of one nonce; ``used_at`` when the chain has seen it used."""
    for attempt in group:
        if attempt.hash in found:
            return [_mined(attempt, found[attempt.hash], lane)]
    return [] if used_at is None else [_missing(lane, group, used_at)]


def _mined(attempt: Attempt, receipt: Receipt, lane: Lane) -> Write:
    if attempt.operation is None:
        return _given_up(lane, attempt)
    if receipt.status:
        return _performed(attempt, receipt)
    return _reverted(lane, attempt, attempt.operation, receipt)


def _performed(attempt: Attempt, receipt: Receipt) -> Write:
    def write(connection: Connection) -> bool:
        assert attempt.operation is not None
        attempts.mark_mined(connection, attempt)
        place = (receipt.tx, receipt.block, receipt.block_hash)
        return transitions.included(connection, attempt.operation, *place)

    return write


def _reverted(lane: Lane, attempt: Attempt, seq: int, receipt: Receipt) -> Write:
    """Asks the contract again in the block that reverted it, to hear why."""
    with reading(lane.around.engine) as connection:
        door = lane.door(transitions.by_seq(connection, seq))
    why = explain(lane, door, attempt.hash, receipt.block)
    if isinstance(why, RawLog):
        return _performed_by(attempt, seq, why)

    def write(connection: Connection) -> bool:
        attempts.mark_mined(connection, attempt)
        if attempts.is_live_elsewhere(connection, seq, attempt.nonce):
            return False
        if isinstance(why, ActRefused):
            place = (receipt.tx, receipt.block, receipt.block_hash)
            return transitions.included(connection, seq, *place, refusal=why)
        return transitions.again(connection, seq, why)

    return write


def explain(lane: Lane, door: Address, tx: bytes, block: int) -> ActRefused | RawLog | str:
    """Why a transaction was reverted.

    The contract's refusal; or the log that shows that the very same acts were performed by
    another transaction; or, in words, that it would be performed now and is worth another try.
    """
    data = lane.chain.transaction_input(tx)
    if data is None:
        raise NodeUnavailable("the node does not know a transaction whose receipt it gave", tx=tx)
    call = Call(door, data)
    refusal = _replay(lane, call, block)
    if refusal is None:
        return "the transaction was reverted, though the contract would perform it"
    if refusal.code != ALREADY:
        return refusal
    return same_acts(lane, refusal, call)


def same_acts(lane: Lane, refusal: ActRefused, call: Call) -> RawLog | str:
    """The log of whoever performed an operation that is refused as performed already, if it was by
    exactly this call.

    Raises:
        NodeUnavailable: the node does not give the log of what it says was performed.
    """
    org, number = OrgId(int(str(refusal.values["org"]))), int(str(refusal.values["operation"]))
    performed = who_performed(lane, call.to, org, number)
    if performed is None:
        raise NodeUnavailable(f"the log of operation {number} is missing", org=org)
    if lane.chain.transaction_input(performed.tx) == call.data:
        return performed
    return (
        f"operation {number} of organisation {org} was used for other acts "
        f"by transaction 0x{performed.tx.hex()}"
    )


def _replay(lane: Lane, call: Call, block: int) -> ActRefused | None:
    try:
        lane.chain.call(call.to, call.data, lane.address, block)
    except ActRefused as refusal:
        return refusal
    except NodeUnavailable as error:
        if "rpc_code" not in error.values:
            raise
        return _replay_now(lane, call)  # nodes forget old blocks
    return None


def _replay_now(lane: Lane, call: Call) -> ActRefused | None:
    try:
        lane.chain.call(call.to, call.data, lane.address)
    except ActRefused as refusal:
        return refusal
    return None


def _performed_by(attempt: Attempt, seq: int, performed: RawLog) -> Write:
    def write(connection: Connection) -> bool:
        attempts.mark_mined(connection, attempt)
        place = (performed.tx, performed.block, performed.block_hash)
        return transitions.included(connection, seq, *place)

    return write


def _given_up(lane: Lane, noop: Attempt) -> Write:
    """An empty transaction took the nonce: what it was signed for is sent anew."""

    def write(connection: Connection) -> bool:
        attempts.mark_mined(connection, noop)
        return _send_anew(connection, lane, noop.nonce, "it could not be included at any fee tried")

    return write


def _missing(lane: Lane, group: Sequence[Attempt], head: BlockRef) -> Write:
    """The nonce is used, by none of ours: final once enough blocks have passed."""
    since = group[0].missing_since

    def write(connection: Connection) -> bool:
        if since is None:
            attempts.mark_missing(connection, group[0], head.number)
            return False
        if head.number - since < lane.around.finality:
            return False
        nonce = group[0].nonce
        log.error("nonce %d of 0x%s was used by a stranger", nonce, lane.address.hex())
        attempts.mark_dead(connection, lane.address, nonce)
        return _send_anew(connection, lane, nonce, "a stranger uses its key")

    return write


def _send_anew(connection: Connection, lane: Lane, nonce: int, why: str) -> bool:
    moved = False
    for seq in attempts.operations_at(connection, lane.address, nonce):
        if not attempts.is_live_elsewhere(connection, seq, nonce):
            moved |= transitions.again(connection, seq, why)
    return moved
