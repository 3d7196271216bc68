"""How far the mirror is and how much is in it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Select, func, select

from indexer import tables as t
from indexer.books import cursor
from ledger.vocabulary import Seconds


@dataclass(frozen=True, slots=True)
class MirrorStatus:
    """The mirror stands at ``block``, and up to ``verified_block`` was compared with the contracts.

    ``facts`` counts all events but StatementMade and OperationPerformed, ``statements`` distinct
    (organisation, statement), ``findings`` the open ones. ``head_block`` is the node's head when
    the mirror last looked.
    """

    block: int
    block_hash: bytes
    time: Seconds
    verified_block: int
    final_block: int
    head_block: int
    facts: int
    statements: int
    findings: int


def status(connection: Connection) -> MirrorStatus | None:
    """The status, or None before the first block was read."""
    at = cursor(connection)
    if at is None:
        return None
    return MirrorStatus(
        block=at.block,
        block_hash=at.hash,
        time=Seconds(at.time),
        verified_block=at.verified_block,
        final_block=at.final_block,
        head_block=at.head_block,
        facts=at.facts,
        statements=_count(connection, select(func.count()).select_from(t.said)),
        findings=_count(
            connection,
            select(func.count()).select_from(t.finding).where(t.finding.c.closed_block.is_(None)),
        ),
    )


def mirrored_block(connection: Connection) -> int:
    """The block that the mirror stands at, -1 before the first."""
    at = cursor(connection)
    return -1 if at is None else at.block


def _count(connection: Connection, query: Select[int]) -> int:
    return connection.execute(query).scalar_one()
