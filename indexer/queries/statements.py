"""Statements: what organisations said, line by line."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.events import StatementMade
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
    raise NotImplementedError


def statements_of(connection: Connection, subject: Id) -> tuple[StatementLine, ...]:
    """What was said of a subject, in chain order."""
    raise NotImplementedError
