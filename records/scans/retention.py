"""Forgetting: details and salts go when their time is over; the log tells that they went.

What then stays of a scan is its place in the log and its part in the counts of its subject.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select

from ledger.scan_log import SALT_BYTES
from ledger.vocabulary import Seconds
from records.scans.log import length, lock, seal
from records.schema.scans import scan_details, scan_forgettings, scan_log


@dataclass(frozen=True, slots=True)
class Forgetting:
    """An entry of the log: details up to the entry ``through``, from times earlier than ``before``,
    were deleted.
    """

    salt: bytes
    through: int
    before: Seconds

    def canonical(self) -> dict[str, object]:
        """As it is hashed."""
        return {"kind": "forget", "through": self.through, "before": self.before}


def forget(connection: Connection, before: Seconds, now: Seconds) -> int:
    """Deletes the details of scans made before a time; how many they were.

    Entries are forgotten in order: one that is older but stands behind a younger one waits for it.
    """
    lock(connection)
    younger = select(func.min(scan_log.c.seq)).where(
        scan_log.c.time >= before, scan_log.c.seq.in_(select(scan_details.c.seq))
    )
    first_kept = connection.execute(younger).scalar()
    through = length(connection) if first_kept is None else first_kept - 1
    gone = connection.execute(delete(scan_details).where(scan_details.c.seq <= through)).rowcount
    if gone:
        made = Forgetting(secrets.token_bytes(SALT_BYTES), through, before)
        (seq,) = seal(connection, [(now, made.salt, made.canonical())])
        values = {"salt": made.salt, "through": through, "before": before}
        connection.execute(insert(scan_forgettings).values(seq=seq, **values))
    return gone


def forgettings(connection: Connection) -> dict[int, Forgetting]:
    """Every forgetting, by its place in the log."""
    return {
        row.seq: Forgetting(row.salt, row.through, Seconds(row.before))
        for row in connection.execute(select(scan_forgettings))
    }
