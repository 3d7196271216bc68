"""A range of blocks as rows: decoded, checked against the journals, and ready to be written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from indexer.decode import decode
from indexer.fetch import FetchedLog, Range
from indexer.journal import Journals
from indexer.tables import NUMBERS, mentioned
from ledger.errors import JournalBroken, UnknownLog
from ledger.events import (
    CATALOGUE,
    ActEvent,
    DoorEvent,
    Event,
    Logged,
    OperationPerformed,
    StatementMade,
)
from ledger.vocabulary import NOTHING, Seconds

Row = tuple[Any, ...]


@dataclass(slots=True)
class Batch:
    """What one transaction writes. ``journals`` stand after the last block; ``verified``: they
    were compared with the contracts' storage there. ``heads`` stand after each block with events.
    """

    range: Range
    journals: Journals
    verified: bool = False
    logged: list[Logged] = field(default_factory=list)
    events: dict[type[Event], list[Row]] = field(default_factory=dict)
    mentions: list[Row] = field(default_factory=list)
    raw_logs: list[Row] = field(default_factory=list)
    transactions: dict[tuple[int, int], bytes] = field(default_factory=dict)
    heads: dict[tuple[str, int], tuple[int, bytes]] = field(default_factory=dict)

    @property
    def facts(self) -> int:
        """How many of the events are facts: neither statements nor the marks of operations."""
        return sum(len(rows) for event, rows in self.events.items() if is_fact(event))


def is_fact(event: type[Event]) -> bool:
    """Whether an event counts as a fact."""
    return event not in (StatementMade, OperationPerformed)


def _nothing(_: Event) -> tuple[bytes, ...]:
    return ()


def _getter(event: type[Event]) -> Callable[[Event], Iterable[bytes]]:
    names = mentioned(event)
    get: Callable[[Event], Any]
    if len(names) == 1:
        get = attrgetter(names[0])
        return lambda it: [get(it)]
    get = attrgetter(*names) if names else _nothing
    return lambda it: set(get(it))


_MENTIONED = {event: (_getter(event), NUMBERS[event]) for event in CATALOGUE}
_OUTSIDE = {event for event in CATALOGUE if not issubclass(event, ActEvent)}
_SHARED = {event for event in CATALOGUE if issubclass(event, DoorEvent)}


def build(read: Range, journals: Journals) -> Batch:
    """Decodes a range that follows on the journals, which are left as they are.

    Raises:
        UnknownLog: a log is none of the catalogue's.
        JournalBroken: a log is missing, added or altered.
    """
    batch = Batch(read, journals.copy())
    performed: tuple[bytes, int | None] = (b"", None)
    for log in read.logs:
        try:
            performed = _add(batch, log, performed)
        except (UnknownLog, JournalBroken) as fault:
            fault.values.update(
                contract=log.contract,
                block=log.block.number,
                tx="0x" + log.tx.hex(),
                log_index=log.log_index,
            )
            raise
    batch.verified = batch.journals.compare(read.heads, read.last.number)
    return batch


def _add(
    batch: Batch, log: FetchedLog, performed: tuple[bytes, int | None]
) -> tuple[bytes, int | None]:
    """Adds one log. ``performed``: the transaction and operation that events now belong to."""
    contract, at, log_index, tx_index, tx, topics, data = log
    block = at.number
    kind, topic, (words, sequence, before, event, values) = decode(topics, data)
    if not kind.is_of(contract):
        raise UnknownLog(f"{kind.__name__} is no event of {contract}")
    batch.heads[contract, block] = batch.journals.follow(
        contract, sequence, before, topic + words, block
    )
    if kind is OperationPerformed:
        performed = (tx, log_index)
    row: Row
    if kind in _OUTSIDE:
        row = (block, log_index, sequence, *values)
    elif kind in _SHARED:
        row = (block, log_index, sequence, performed[1], contract, *values)
    elif performed[0] == tx:
        row = (block, log_index, sequence, performed[1], *values)
    else:
        raise UnknownLog(f"{kind.__name__} stands outside any operation")
    batch.events.setdefault(kind, []).append(row)
    split = 32 * (len(topics) - 1)
    batch.raw_logs.append((block, log_index, tx_index, topic + words[:split], words[split:]))
    get, number = _MENTIONED[kind]
    for subject in get(event):
        if subject != NOTHING:
            batch.mentions.append((subject, block, log_index, number))
    batch.transactions[block, tx_index] = tx
    batch.logged.append(Logged(event, block, log_index, tx, Seconds(at.time), sequence))
    return performed
