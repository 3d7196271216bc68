"""What waits is played through, signed, kept and only then broadcast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from sqlalchemy import Connection

from ledger.chain.port import Fees, Played, RawLog
from ledger.chain.signing import SignedTransaction
from ledger.errors import ActRefused, ContractMissing, NodeUnavailable
from ledger.vocabulary import Address
from records import attempts, leases, transitions
from records.engine import reading
from records.funding import afford
from records.keystores import is_retired
from records.leases import LeaseLost
from records.outbox import Operation
from records.sending.lane import Call, Lane, log
from records.sending.needs import Sorted, sort_out
from records.sending.settle import ALREADY, same_acts

LONGEST_PAUSE_SECONDS = 30.0
_KNOWN = ("already known", "already imported", "known transaction")


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An organisation's next operations, and the first of anyone's that is not on chain yet."""

    sorted: Sorted
    first_undecided: int | None

    @property
    def operations(self) -> Sequence[Operation]:
        return self.sorted.free


@dataclass(frozen=True, slots=True)
class _Ready:
    """An operation that the contract would perform now."""

    operation: Operation
    call: Call
    gas: int


def dispatch(lane: Lane) -> int:
    """Sends what waits, as far as there is room; how many operations moved.

    Raises:
        NodeUnavailable: as the node.
        LeaseLost: another worker has the key.
    """
    moved = 0
    while lane.around.now_ms >= lane.paused_until_ms:
        # Read before playing: what is included by now is in the state that is played on.
        waiting = _waiting(lane)
        if waiting.sorted.ended:
            moved += _end(lane, waiting.sorted)
            continue
        if not waiting.operations:
            break
        step = _advance(lane, waiting)
        if step == 0:
            break
        moved += step
    return moved


def _waiting(lane: Lane) -> _Waiting:
    with reading(lane.around.engine) as connection:
        room = lane.around.limits.in_flight - len(attempts.live(connection, lane.address))
        found = transitions.waiting(connection, lane.org, room) if room > 0 else []
        free = lane.around.order.free(connection, found)
        return _Waiting(sort_out(connection, free), transitions.earliest_unsettled(connection))


def _end(lane: Lane, waiting: Sorted) -> int:
    """What needs an operation that was refused is refused for the same reason; what needs one that
    waits for an operator waits with it.
    """
    now = lane.around.now
    with lane.writing() as connection:
        moved = [transitions.refused(connection, *each, now) for each in waiting.refused]
        for operation, why in waiting.stuck:
            moved.append(transitions.ask_operator(connection, operation.seq, why))
    return sum(moved)


def _advance(lane: Lane, waiting: _Waiting) -> int:
    first, *others = waiting.operations
    try:
        door = lane.door(first)
    except ContractMissing as missing:
        with lane.writing() as connection:
            return int(transitions.ask_operator(connection, first.seq, missing.message))
    # A node plays the calls of one contract; what goes to another is played when these are sent.
    alike = [first, *takewhile(lambda each: each.contract == first.contract, others)]
    calls = [lane.call(each) for each in alike]
    played = _play(lane, door, alike, calls)
    if not played:
        return 0
    ready = []
    for operation, call, outcome in zip(alike, calls, played, strict=False):
        if outcome.refusal is not None:
            break
        ready.append(_Ready(operation, call, outcome.gas + outcome.gas // 3 + 25_000))
    if ready:
        return _send(lane, ready)
    assert played[0].refusal is not None
    return _refused(lane, waiting, calls[0], played[0].refusal)


def _play(
    lane: Lane, door: Address, operations: Sequence[Operation], made: Sequence[Call]
) -> list[Played]:
    calls = [(lane.address, each.data) for each in made]
    try:
        return lane.chain.play(door, calls)
    except NodeUnavailable as error:
        if "rpc_code" not in error.values:
            raise
    try:
        return lane.chain.play(door, calls[:1])  # perhaps all at once were too much
    except NodeUnavailable as error:
        if "rpc_code" not in error.values:
            raise
        _try_later(lane, operations[:1], error.message)
        return []


def _try_later(lane: Lane, operations: Sequence[Operation], why: str) -> None:
    """It cannot be sent now: again after a pause that grows, and not for ever."""
    pause = min(0.1 * 2.0 ** operations[0].tries, LONGEST_PAUSE_SECONDS)
    lane.paused_until_ms = lane.around.now_ms + int(pause * 1000)
    lane.trouble = why
    log.warning("organisation %d is tried again in %.1f s: %s", lane.org, pause, why)
    with lane.writing() as connection:
        for each in operations:
            transitions.again(connection, each.seq, why)


def _refused(lane: Lane, waiting: _Waiting, call: Call, refusal: ActRefused) -> int:
    operation = waiting.operations[0]
    if refusal.code == ALREADY:
        return _already(lane, operation, refusal, same_acts(lane, refusal, call))
    if waiting.first_undecided is not None and waiting.first_undecided < operation.seq:
        return 0  # what it depends on may be on its way
    with lane.writing() as connection:
        _require_in_use(connection, lane)
        if attempts.is_live_elsewhere(connection, operation.seq, -1):
            return 0
        return int(transitions.refused(connection, operation, refusal, lane.around.now))


def _already(lane: Lane, operation: Operation, refusal: ActRefused, performed: RawLog | str) -> int:
    with lane.writing() as connection:
        if isinstance(performed, str) and operation.brought:  # somebody else brought it as well
            return int(transitions.refused(connection, operation, refusal, lane.around.now))
        if isinstance(performed, str):
            log.error("operation %s needs an operator: %s", operation.id, performed)
            return int(transitions.ask_operator(connection, operation.seq, performed))
        place = (performed.tx, performed.block, performed.block_hash)
        return int(transitions.included(connection, operation.seq, *place))


def _send(lane: Lane, ready: Sequence[_Ready]) -> int:
    fees = lane.chain.fees()
    max_fee, priority_fee = price(fees)
    if not afford(lane.chain, lane.address, max_fee * sum(each.gas for each in ready)):
        why = f"the key 0x{lane.address.hex()} has too little money for gas"
        _try_later(lane, [each.operation for each in ready], why)
        return 0
    lane.trouble = ""
    signed = _sign_and_keep(lane, ready, max_fee, priority_fee)
    broadcast(lane, signed, [each.operation.seq for each in ready])
    return len(ready)


def price(fees: Fees) -> tuple[int, int]:
    """The fee limit and the priority fee to offer; nothing where gas is free."""
    return (fees.most, fees.priority) if fees.base else (0, 0)


def _sign_and_keep(
    lane: Lane, ready: Sequence[_Ready], max_fee: int, priority_fee: int
) -> list[SignedTransaction]:
    first = lane.next_nonce
    signed = [
        lane.sign(first + place, each.call, each.gas, max_fee, priority_fee)
        for place, each in enumerate(ready)
    ]
    rows = [
        lane.row(each.operation.seq, made, first + place, each.gas, max_fee, priority_fee)
        for place, (each, made) in enumerate(zip(ready, signed, strict=True))
    ]
    with lane.writing() as connection:
        _require_in_use(connection, lane)
        if leases.next_nonce(connection, lane.address) != first:
            raise LeaseLost(f"the nonce of 0x{lane.address.hex()} moved")
        attempts.add(connection, rows)
        transitions.signed(connection, [each.operation.seq for each in ready])
        leases.set_next_nonce(connection, lane.address, first + len(ready))
    lane.next_nonce = first + len(ready)
    return signed


def _require_in_use(connection: Connection, lane: Lane) -> None:
    """A key that was retired since this round began neither signs nor has the last word: another
    signs for its organisation, and a refusal of this key is none of the operation.
    """
    if is_retired(connection, lane.address):
        raise LeaseLost(f"0x{lane.address.hex()} was retired")


def broadcast(lane: Lane, kept: Sequence[SignedTransaction], seqs: Sequence[int]) -> None:
    """Hands transactions to the node and notes when. Only what is kept may come here.

    ``seqs`` are the operations that they perform.

    Raises:
        NodeUnavailable: the node does not answer; they are handed over again later.
    """
    hints = lane.chain.send_all([each.raw for each in kept])
    for hint in hints:
        if hint and not hint.lower().startswith(_KNOWN):
            log.info("the node said to a transaction of 0x%s: %s", lane.address.hex(), hint)
            lane.trouble = hint
    with lane.writing() as connection:
        attempts.mark_broadcast(connection, [each.hash for each in kept], lane.around.now_ms)
        transitions.broadcast(connection, seqs)
