"""Operations: what a key did for its organisation in one go."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from indexer.queries.facts import Entry
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
    raise NotImplementedError


def operations(
    connection: Connection,
    org: OrgId | None = None,
    *,
    after: tuple[int, int] | None = None,
    limit: int = 100,
) -> tuple[OperationView, ...]:
    """Operations, newest first; the next page goes on after the last one's (block, log_index)."""
    raise NotImplementedError
