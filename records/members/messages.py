"""What a member should see on its page: a claim that was refused after all, a new device."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select

from ledger.vocabulary import Seconds
from records.schema.members import member_messages as t


@dataclass(frozen=True, slots=True)
class Message:
    """Something that happened, by its kind, and the facts of it."""

    id: int
    kind: str
    details: Mapping[str, Any]
    created: Seconds


def add(
    connection: Connection, card: str, kind: str, details: Mapping[str, Any], now: Seconds
) -> None:
    """Lets a member know."""
    values = {"card": card, "kind": kind, "details": json.dumps(dict(details)), "created": now}
    connection.execute(insert(t).values(**values))


def newest(connection: Connection, card: str, limit: int | None = 20) -> list[Message]:
    """What a member was told, the newest first."""
    query = select(t).where(t.c.card == card).order_by(t.c.id.desc()).limit(limit)
    return [
        Message(row.id, row.kind, json.loads(row.details), Seconds(row.created))
        for row in connection.execute(query)
    ]
