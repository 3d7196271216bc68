"""Statements: what organisations said, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from indexer import tables as t
from indexer.logged import Place, placed_at
from indexer.queries.facts import entries, mentions
from ledger.events import StatementCorrected, StatementMade
from ledger.vocabulary import DocumentHash, Id, OrgId, Seconds


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line of a statement where it stands in the chain."""

    event: StatementMade
    block: int
    log_index: int
    tx: bytes
    time: Seconds
    operation: int
    final: bool


@dataclass(frozen=True, slots=True)
class Correction:
    """An organisation took its statement back; ``by`` replaces it, None where nothing does."""

    org: OrgId
    statement: DocumentHash
    by: DocumentHash | None
    block: int
    log_index: int
    time: Seconds


@dataclass(frozen=True, slots=True)
class StatementView:
    """A statement with all its lines; ``orgs`` said it, in ``operations`` (org, number)."""

    statement: DocumentHash
    lines: tuple[StatementLine, ...]
    orgs: tuple[OrgId, ...]
    operations: tuple[tuple[OrgId, int], ...]
    corrections: tuple[Correction, ...]


def statement(connection: Connection, statement_hash: DocumentHash) -> StatementView | None:
    """A statement by the SHA-256 of its bytes, or None where nobody made it."""
    s = t.EVENTS[StatementMade].c
    query = select(s.block, s.log_index).where(s.statement == statement_hash)
    lines = _lines(connection, [(row.block, row.log_index) for row in connection.execute(query)])
    if not lines:
        return None
    return StatementView(
        statement_hash,
        lines,
        tuple(dict.fromkeys(line.event.org for line in lines)),
        tuple(dict.fromkeys((line.event.org, line.operation) for line in lines)),
        _corrections(connection, statement_hash),
    )


def statements_of(connection: Connection, subject: Id) -> tuple[StatementLine, ...]:
    """What was said of a subject, in chain order."""
    return _lines(connection, mentions(connection, subject).get(StatementMade, []))


def _lines(connection: Connection, places: Sequence[Place]) -> tuple[StatementLine, ...]:
    found = entries(connection, placed_at(connection, {StatementMade: places}))
    return tuple(
        StatementLine(
            each.event, each.block, each.log_index, each.tx, each.time, each.operation, each.final
        )
        for each in found
        if isinstance(each.event, StatementMade) and each.operation is not None
    )


def _corrections(connection: Connection, statement_hash: DocumentHash) -> tuple[Correction, ...]:
    s = t.EVENTS[StatementCorrected].c
    query = select(s.block, s.log_index).where(s.statement == statement_hash)
    places = [(row.block, row.log_index) for row in connection.execute(query)]
    found = []
    for placed in placed_at(connection, {StatementCorrected: places}):
        at, event = placed.logged, placed.logged.event
        if isinstance(event, StatementCorrected):
            by = event.by if any(event.by) else None
            found.append(
                Correction(event.org, event.statement, by, at.block, at.log_index, at.time)
            )
    return tuple(found)
