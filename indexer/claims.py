"""What the mirror claims, row by row, for an audit to hold against the chain."""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterator
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, select

from indexer.logged import event_of
from indexer.state import SHAPES, entries
from indexer.tables import EVENTS, block_header, cursor, finding, raw_log, transaction
from ledger.audit import ClaimedFinding, Claims
from ledger.errors import Unavailable
from ledger.events import Event, Logged
from ledger.findings import Finding
from ledger.vocabulary import DocumentHash, Id, OrgId, Seconds

_PLACE = attrgetter("block", "log_index")


def claims(connection: Connection) -> Claims:
    """Everything the mirror says of the chain up to its last block. Documents are not its business.

    Raises:
        Unavailable: the mirror has not read a single block yet.
    """
    at = connection.execute(select(cursor)).one_or_none()
    if at is None:
        raise Unavailable("the mirror has read no block yet: run `lotmark index`")
    return Claims(
        block=at.block,
        block_hash=at.hash,
        events=heapq.merge(*(_events(connection, event) for event in EVENTS), key=_PLACE),
        tables={name: _rows(connection, name) for name in SHAPES},
        findings=_findings(connection),
    )


def _events(connection: Connection, event: type[Event]) -> Iterator[Logged]:
    """The rows of one event in chain order; what belongs to a row and is missing reads as none."""
    table = EVENTS[event]
    raw = (raw_log.c.block == table.c.block) & (raw_log.c.log_index == table.c.log_index)
    tx = (transaction.c.block == table.c.block) & (transaction.c.tx_index == raw_log.c.tx_index)
    rows = connection.execute(
        select(block_header.c.time, transaction.c.hash, *table.columns)
        .outerjoin(block_header, block_header.c.block == table.c.block)
        .outerjoin(raw_log, raw)
        .outerjoin(transaction, tx)
        .order_by(table.c.block, table.c.log_index)
    )
    for row in rows:
        yield Logged(
            event_of(event, row), row[2], row[3], row[1] or b"", Seconds(row[0] or 0), row[4]
        )


def _rows(connection: Connection, name: str) -> Iterator[tuple[Any, Any]]:
    """The entries of one state table; where a hand left what no entry can be, that is said."""
    shape = SHAPES[name]
    order = list(shape.table.primary_key.columns)
    try:
        yield from entries(shape, connection.execute(select(*shape.table.columns).order_by(*order)))
    except (TypeError, ValueError) as error:
        yield "unreadable", str(error)


def _findings(connection: Connection) -> Iterator[ClaimedFinding]:
    for row in connection.execute(select(finding)):
        claimed = Finding(
            row.kind,
            row.severity,
            OrgId(row.org),
            DocumentHash(row.statement),
            Id(row.subject),
            _values(row.values_json),
            row.block,
            row.log_index,
        )
        yield ClaimedFinding(claimed, row.closed_block, row.closed_by)


def _values(text: object) -> dict[str, Any]:
    """A finding's values; what is no JSON object reads as a value that no finding has."""
    try:
        found = json.loads(str(text))
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"unreadable": str(text)}
