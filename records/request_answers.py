"""What was answered to requests that perform nothing on chain: a repeat hears the same.

What goes to the chain is remembered by the outbox; this is for everything else that an
organisation changes here.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from ledger.errors import IdempotencyKeyReused
from ledger.vocabulary import OrgId, Seconds
from records.schema.notices import request_answers as t


def find(connection: Connection, org: OrgId, key: str, request_hash: bytes) -> str | None:
    """What a request was answered, JSON; None where it is new.

    Raises:
        IdempotencyKeyReused: the key was used for another request.
    """
    there = (t.c.org == org) & (t.c.idempotency_key == key)
    row = connection.execute(select(t).where(there)).one_or_none()
    if row is None:
        return None
    if bytes(row.request_hash) != request_hash:
        raise IdempotencyKeyReused("this idempotency key was used for another request", key=key)
    answer: str = row.answer
    return answer


def put(
    connection: Connection,
    org: OrgId,
    key: str,
    request_hash: bytes,
    answer: str,
    now: Seconds,
) -> None:
    """Keeps what a request is answered; in the transaction that does what it asks for."""
    connection.execute(
        t.insert().values(
            org=org, idempotency_key=key, request_hash=request_hash, answer=answer, created=now
        )
    )


def forget(connection: Connection, answer: str) -> None:
    """Empties an answer that names somebody who is to be forgotten; the request stays known."""
    connection.execute(t.update().where(t.c.answer == answer).values(answer=""))
