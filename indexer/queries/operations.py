"""Operations: what a key did for its organisation in one go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, select, tuple_

from indexer import tables as t
from indexer.queries.facts import Entry, entries, performed_from
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
    if not 0 <= number < 2**256:
        return None
    o = t.EVENTS[OperationPerformed].c
    wanted = select(o.block, o.log_index).where(
        o.org == org, o.operation == number.to_bytes(32, "big")
    )
    found = _views(connection, wanted)
    return found[0] if found else None


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
    return _views(connection, query)


def _views(connection: Connection, query: Select[Any]) -> tuple[OperationView, ...]:
    places = connection.execute(query).all()
    return tuple(_view(entries(connection, performed_from(connection, *at))) for at in places)


def _view(facts: tuple[Entry, ...]) -> OperationView:
    head = facts[0].event
    if not isinstance(head, OperationPerformed):
        raise TypeError("an operation begins with OperationPerformed")
    at = facts[0]
    return OperationView(
        head.org, head.operation, at.block, at.log_index, at.tx, head.key, at.time, facts, at.final
    )
