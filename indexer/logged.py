"""Events read back from the mirror's rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, select, tuple_

from indexer.decode import SELECTORS
from indexer.tables import EVENTS, block_header, event_head, raw_log, transaction
from ledger.events import ActEvent, Event, Logged
from ledger.vocabulary import Seconds

Place = tuple[int, int]
"""Block and log index."""
BLOCKS_AT_ONCE = 200
MOST_PLACES = 400


def _makers() -> dict[type[Event], Callable[[Sequence[Any]], Event]]:
    return {event: _maker(event) for event in EVENTS}


def _maker(event: type[Event]) -> Callable[[Sequence[Any]], Event]:
    wide = [i for i, f in enumerate(event.schema()) if f.solidity.type == "uint256"]
    make: Any = event

    def read(values: Sequence[Any]) -> Event:
        row = list(values)
        for i in wide:
            row[i] = int.from_bytes(row[i], "big")
        made: Event = make(*row)
        return made

    return read


_MAKE = _makers()


def event_of(event: type[Event], row: Sequence[Any]) -> Event:
    """The event behind a row of its table, all columns in order."""
    return _MAKE[event](row[len(row) - len(event.schema()) :])


@dataclass(frozen=True, slots=True)
class Placed:
    """An event read back. ``performed`` is the log index of the operation, in the same block, that
    it belongs to; None for events outside any.
    """

    logged: Logged
    performed: int | None

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.logged.block, self.logged.log_index


def logged_between(connection: Connection, first: int, last: int) -> Iterator[list[Logged]]:
    """All events from a block to another, in chain order, some blocks at a time."""
    h = event_head.c
    blocks = connection.execute(
        select(h.block).where(h.block.between(first, last)).distinct().order_by(h.block)
    )
    numbers = [row.block for row in blocks]
    for start in range(0, len(numbers), BLOCKS_AT_ONCE):
        some = numbers[start : start + BLOCKS_AT_ONCE]
        placed = _placed(connection, lambda t: t.c.block.between(some[0], some[-1]))  # noqa: B023
        yield [each.logged for each in placed]


def placed_at(
    connection: Connection, places: Mapping[type[Event], Sequence[Place]]
) -> list[Placed]:
    """The events at some places, in chain order."""
    found: list[Placed] = []
    for event, wanted in places.items():
        for start in range(0, len(wanted), MOST_PLACES):
            some = wanted[start : start + MOST_PLACES]
            found += _placed(
                connection,
                lambda t: tuple_(t.c.block, t.c.log_index).in_(some),  # noqa: B023
                [event],
            )
    return sorted(found, key=_place)


def placed_in(connection: Connection, block: int, first: int, last: int) -> list[Placed]:
    """The events of a block whose log index is between two others, these included."""
    r = raw_log.c
    within = (r.block == block) & r.log_index.between(first, last)
    found = {row.topics[:32] for row in connection.execute(select(r.topics).where(within))}
    return _placed(
        connection,
        lambda t: (t.c.block == block) & t.c.log_index.between(first, last),
        [event for event, selector in SELECTORS.items() if selector in found],
    )


def placed_where(
    connection: Connection,
    events: Iterable[type[Event]],
    where: Callable[[Table], ColumnElement[bool]],
) -> list[Placed]:
    """Those events of some kinds for whose tables a condition holds, in chain order."""
    return _placed(connection, where, events)


_place = attrgetter("place")


def _placed(
    connection: Connection,
    where: Callable[[Table], ColumnElement[bool]],
    events: Iterable[type[Event]] = tuple(EVENTS),
) -> list[Placed]:
    found: list[Placed] = []
    for event in events:
        table = EVENTS[event]
        rows = connection.execute(
            select(block_header.c.time, transaction.c.hash, *table.columns)
            .join(block_header, block_header.c.block == table.c.block)
            .join(
                raw_log,
                (raw_log.c.block == table.c.block) & (raw_log.c.log_index == table.c.log_index),
            )
            .join(
                transaction,
                (transaction.c.block == table.c.block)
                & (transaction.c.tx_index == raw_log.c.tx_index),
            )
            .where(where(table))
        )
        acts = issubclass(event, ActEvent)
        for row in rows:
            time, tx, block, index, sequence = row[:5]
            logged = Logged(event_of(event, row), block, index, tx, Seconds(time), sequence)
            found.append(Placed(logged, row[5] if acts else None))
    return sorted(found, key=_place)
