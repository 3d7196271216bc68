"""Adding to the log: one head, locked by who appends, whatever the process or database."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from ledger.scan_log import SALT_BYTES, next_head, record_of
from ledger.vocabulary import Seconds
from records.scans.details import Details
from records.schema.scans import scan_details, scan_head, scan_log


def lock(connection: Connection) -> None:
    """Keeps others from appending until the transaction ends."""
    connection.execute(select(scan_head.c.seq).with_for_update()).one()


def append(connection: Connection, entries: Sequence[tuple[Seconds, Details]]) -> list[int]:
    """Adds scans in order, and gives their places in the log (from 1)."""
    salted = [(time, secrets.token_bytes(SALT_BYTES), each) for time, each in entries]
    seqs = seal(connection, [(time, salt, each.canonical()) for time, salt, each in salted])
    if seqs:
        rows = [
            {"seq": seq, "salt": salt, **each.columns()}
            for seq, (_, salt, each) in zip(seqs, salted, strict=True)
        ]
        connection.execute(insert(scan_details), rows)
    return seqs


def seal(
    connection: Connection, entries: Sequence[tuple[Seconds, bytes, Mapping[str, object]]]
) -> list[int]:
    """Adds entries (time, salt, what is hashed) to the chain of heads; their places in it."""
    if not entries:
        return []
    row = connection.execute(select(scan_head).with_for_update()).one()
    seq, head, rows = row.seq, row.head, []
    for time, salt, details in entries:
        seq, record = seq + 1, record_of(salt, details)
        head = next_head(head, seq, time, record)
        rows.append({"seq": seq, "time": time, "record": record, "head": head})
    connection.execute(insert(scan_log), rows)
    connection.execute(update(scan_head).values(seq=seq, head=head))
    return [each["seq"] for each in rows]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the log."""

    seq: int
    time: Seconds
    record: bytes
    head: bytes


def entry(connection: Connection, seq: int) -> Entry | None:
    """An entry by its place in the log, from 1."""
    row = connection.execute(select(scan_log).where(scan_log.c.seq == seq)).one_or_none()
    return None if row is None else Entry(row.seq, Seconds(row.time), row.record, row.head)


def length(connection: Connection) -> int:
    """Entries in the log."""
    return int(connection.execute(select(scan_head.c.seq)).scalar_one())
