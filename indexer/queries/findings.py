"""Findings: where statements and facts contradict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from ledger.vocabulary import DocumentHash, Id, OrgId, Seconds

Position = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding of `ledger.findings`, with what closed it; ``closed_block`` is None while it is
    open.

    ``number`` tells findings of one event apart.
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
    raise NotImplementedError


def counts(connection: Connection, org: OrgId | None = None) -> tuple[FindingCount, ...]:
    """Findings by kind, most open ones first."""
    raise NotImplementedError
