"""Recalls whose buyers and holders are being told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from ledger.vocabulary import DocumentHash, Id, OrgId, Seconds
from records.engine import insert_if_absent
from records.schema.notices import told_recalls as t


@dataclass(frozen=True, slots=True)
class ToldRecall:
    """A recall of an item, known by the hash of what it says, and who recalled."""

    id: int
    item: Id
    document: DocumentHash
    org: OrgId
    created: Seconds


def begin(
    connection: Connection, item: Id, document: DocumentHash, org: OrgId, now: Seconds
) -> ToldRecall:
    """Begins to tell of a recall, once; gives what is known of it."""
    values = {"item": item, "document": document, "org": org, "created": now}
    insert_if_absent(connection, t, values, t.c.item, t.c.document)
    there = (t.c.item == item) & (t.c.document == document)
    return _recall(connection.execute(select(t).where(there)).one())


def find(connection: Connection, item: Id, document: DocumentHash) -> ToldRecall | None:
    """A recall that is being told of, or None."""
    there = (t.c.item == item) & (t.c.document == document)
    row = connection.execute(select(t).where(there)).one_or_none()
    return None if row is None else _recall(row)


def told_recalls(connection: Connection) -> tuple[ToldRecall, ...]:
    """All recalls that anybody was told of, the oldest first."""
    return tuple(map(_recall, connection.execute(select(t).order_by(t.c.id))))


def _recall(row: Row[Any]) -> ToldRecall:
    return ToldRecall(
        row.id,
        Id(row.item),
        DocumentHash(row.document),
        OrgId(row.org),
        Seconds(row.created),
    )
