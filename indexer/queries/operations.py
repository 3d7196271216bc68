"""Operations: what a key did for its organisation in one go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select, tuple_

from indexer import tables as t
from indexer.logged import Place
from indexer.queries.facts import Entry, entries, performed_from, place_of
from indexer.state import MOST_KEYS
from ledger.events import OperationPerformed
from ledger.vocabulary import Address, OrgId, Seconds


@dataclass(frozen=True, slots=True)
class OperationView:
    """An operation that the contract performed, with its events in order (statements included)."""

    org: OrgId
    number: int
    block: int
    log_index: int
    tx: bytes
    key: Address
    time: Seconds
    facts: tuple[Entry, ...]
    final: bool


def operation(connection: Connection, org: OrgId, number: int) -> OperationView | None:
    """An operation by its organisation's number for it, or None."""
    place = place_of(connection, org, number)
    return _view(connection, place) if place else None


def operations(
    connection: Connection,
    org: OrgId | None = None,
    *,
    after: tuple[int, int] | None = None,
    limit: int = 100,
) -> tuple[OperationView, ...]:
    """Operations, newest first; the next page goes on after the last one's (block, log_index)."""
    o = t.EVENTS[OperationPerformed].c
    query = select(o.block, o.log_index).order_by(o.block.desc(), o.log_index.desc()).limit(limit)
    if org is not None:
        query = query.where(o.org == org)
    if after is not None:
        query = query.where(tuple_(o.block, o.log_index) < tuple_(*after))
    places = connection.execute(query).all()
    return tuple(_view(connection, (row.block, row.log_index)) for row in places)


def performed(
    connection: Connection, asked: Sequence[tuple[OrgId, int, str]]
) -> set[tuple[OrgId, int, str]]:
    """Which operations the mirror has seen: of organisations, by their numbers and contracts."""
    o = t.EVENTS[OperationPerformed].c
    found: set[tuple[OrgId, int, str]] = set()
    pairs = sorted({(org, number.to_bytes(32, "big")) for org, number, _ in asked})
    for start in range(0, len(pairs), MOST_KEYS):
        some = tuple_(o.org, o.operation).in_(pairs[start : start + MOST_KEYS])
        for row in connection.execute(select(o.org, o.operation, o.contract).where(some)):
            found.add((OrgId(row.org), int.from_bytes(row.operation, "big"), row.contract))
    return found.intersection(asked)


def _view(connection: Connection, place: Place) -> OperationView:
    facts = entries(connection, performed_from(connection, *place))
    head = facts[0].event
    if not isinstance(head, OperationPerformed):
        raise TypeError("an operation begins with OperationPerformed")
    at = facts[0]
    return OperationView(
        head.org, head.operation, at.block, at.log_index, at.tx, head.key, at.time, facts, at.final
    )
