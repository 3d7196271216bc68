"""Findings: where statements and facts contradict."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select, tuple_

from indexer import tables as t
from ledger.vocabulary import DocumentHash, Id, OrgId, Seconds

Position = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding of `ledger.findings`, with what closed it.

    ``closed_block`` is None while it is open; ``number`` tells findings of one event apart.
    """

    kind: str
    severity: str
    org: OrgId
    statement: DocumentHash
    subject: Id
    values: dict[str, Any]
    block: int
    log_index: int
    number: int
    time: Seconds
    closed_block: int | None
    closed_by: str | None

    @property
    def position(self) -> Position:
        """What the next page goes on ``after``."""
        return self.block, self.log_index, self.number


@dataclass(frozen=True, slots=True)
class FindingCount:
    """How many findings of a kind are open, and how many there were."""

    kind: str
    severity: str
    open: int
    all: int


def findings(
    connection: Connection,
    *,
    open_only: bool = True,
    org: OrgId | None = None,
    kind: str | None = None,
    statement: DocumentHash | None = None,
    subject: Id | None = None,
    after: Position | None = None,
    limit: int = 100,
) -> tuple[FindingView, ...]:
    """Findings, newest first."""
    f = t.finding.c
    wanted = {f.org: org, f.kind: kind, f.statement: statement, f.subject: subject}
    query = (
        select(t.finding, t.block_header.c.time)
        .join(t.block_header, t.block_header.c.block == f.block)
        .where(*(column == value for column, value in wanted.items() if value is not None))
        .order_by(f.block.desc(), f.log_index.desc(), f.number.desc())
        .limit(limit)
    )
    if open_only:
        query = query.where(f.closed_block.is_(None))
    if after is not None:
        query = query.where(tuple_(f.block, f.log_index, f.number) < tuple_(*after))
    return tuple(map(_view, connection.execute(query)))


def counts(connection: Connection, org: OrgId | None = None) -> tuple[FindingCount, ...]:
    """Findings by kind, most open ones first."""
    f = t.finding.c
    still = func.count().filter(f.closed_block.is_(None)).label("still")
    query = select(f.kind, f.severity, still, func.count().label("every"))
    if org is not None:
        query = query.where(f.org == org)
    rows = connection.execute(query.group_by(f.kind, f.severity))
    found = [FindingCount(row.kind, row.severity, row.still, row.every) for row in rows]
    return tuple(sorted(found, key=lambda count: (-count.open, -count.all, count.kind)))


def _view(row: Any) -> FindingView:
    return FindingView(
        kind=row.kind,
        severity=row.severity,
        org=OrgId(row.org),
        statement=DocumentHash(row.statement),
        subject=Id(row.subject),
        values=json.loads(row.values_json),
        block=row.block,
        log_index=row.log_index,
        number=row.number,
        time=Seconds(row.time),
        closed_block=row.closed_block,
        closed_by=row.closed_by,
    )
