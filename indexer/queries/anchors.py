"""Anchors: the roots of organisations' lists of statements, as each of them grew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, select

from indexer import tables as t
from ledger.events import RootAnchored
from ledger.vocabulary import DocumentHash, OrgId, Seconds


@dataclass(frozen=True, slots=True)
class AnchorView:
    """A root with its place in the chain; ``sequence`` is its number in the journal."""

    org: OrgId
    content: int
    root: DocumentHash
    size: int
    predecessor: DocumentHash
    sequence: int
    time: Seconds
    tx: bytes
    block: int


def anchors(
    connection: Connection,
    *,
    org: OrgId | None = None,
    content: int | None = None,
    before: int | None = None,
    limit: int = 50,
) -> tuple[AnchorView, ...]:
    """Roots, newest first; the next page goes on ``before`` the last one's sequence."""
    a = t.EVENTS[RootAnchored].c
    query = _query().order_by(a.sequence.desc()).limit(limit)
    for column, value in ((a.org, org), (a.content, content)):
        if value is not None:
            query = query.where(column == value)
    if before is not None:
        query = query.where(a.sequence < before)
    return tuple(map(_view, connection.execute(query)))


def newest_anchor(connection: Connection, org: OrgId, content: int) -> AnchorView | None:
    """The root that a list has now, or None."""
    found = anchors(connection, org=org, content=content, limit=1)
    return found[0] if found else None


def covering_anchor(
    connection: Connection, org: OrgId, content: int, size: int
) -> AnchorView | None:
    """The earliest root of a list that has at least so many statements, or None."""
    a = t.EVENTS[RootAnchored].c
    query = _query().where(a.org == org, a.content == content, a.size >= size)
    row = connection.execute(query.order_by(a.sequence).limit(1)).one_or_none()
    return None if row is None else _view(row)


def anchored_roots(connection: Connection, org: OrgId, content: int) -> dict[int, DocumentHash]:
    """Every root of a list, by the number of its statements."""
    a = t.EVENTS[RootAnchored].c
    query = select(a.size, a.root).where(a.org == org, a.content == content)
    return {row.size: DocumentHash(row.root) for row in connection.execute(query)}


def _query() -> Select[Any]:
    anchored, raw, sent = t.EVENTS[RootAnchored], t.raw_log.c, t.transaction.c
    a = anchored.c
    return (
        select(anchored, t.block_header.c.time, sent.hash)
        .join(t.block_header, t.block_header.c.block == a.block)
        .join(t.raw_log, (raw.block == a.block) & (raw.log_index == a.log_index))
        .join(t.transaction, (sent.block == a.block) & (sent.tx_index == raw.tx_index))
    )


def _view(row: Any) -> AnchorView:
    return AnchorView(
        org=OrgId(row.org),
        content=row.content,
        root=DocumentHash(row.root),
        size=row.size,
        predecessor=DocumentHash(row.predecessor),
        sequence=row.sequence,
        time=Seconds(row.time),
        tx=row.hash,
        block=row.block,
    )
