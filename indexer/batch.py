"""A range of blocks as rows: decoded, checked against the journals, and ready to be written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from indexer.decode import decode
from indexer.fetch import FetchedLog, Range
from indexer.journal import Journals
from indexer.tables import NUMBERS, mentioned
from ledger.errors import JournalBroken, UnknownLog
from ledger.events import CATALOGUE, Event, LedgerEvent, Logged, OperationPerformed, StatementMade
from ledger.vocabulary import Seconds

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


def _getter(event: type[Event]) -> Callable[[Event], tuple[bytes, ...]]:
    names = mentioned(event)
    if len(names) == 1:
        (name,) = names
        get = attrgetter(name)
        return lambda it: (get(it),)
    return attrgetter(*names) if names else lambda _: ()


_MENTIONED = {event: _getter(event) for event in CATALOGUE}


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
    kind, topic, (words, sequence, before, event, values) = decode(log.topics, log.data)
    if kind.contract != log.contract:
        raise UnknownLog(f"{kind.__name__} is no event of {log.contract}")
    number = log.block.number
    batch.journals.follow(log.contract, sequence, before, topic + words, number)
    place = (number, log.log_index)
    if kind is OperationPerformed:
        performed = (log.tx, log.log_index)
    row: Row = (*place, sequence)
    if issubclass(kind, LedgerEvent):
        if performed[0] != log.tx:
            raise UnknownLog(f"{kind.__name__} stands outside any operation")
        row = (*row, performed[1])
    batch.events.setdefault(kind, []).append((*row, *values))
    split = 32 * (len(log.topics) - 1)
    batch.raw_logs.append((*place, log.tx_index, topic + words[:split], words[split:]))
    for subject in {*_MENTIONED[kind](event)}:
        if any(subject):
            batch.mentions.append((subject, *place, NUMBERS[kind]))
    batch.transactions[number, log.tx_index] = log.tx
    batch.heads[log.contract, number] = batch.journals.at(log.contract)
    time = Seconds(log.block.time)
    batch.logged.append(Logged(event, number, log.log_index, log.tx, time, sequence))
    return performed
