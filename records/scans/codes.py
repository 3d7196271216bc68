"""Hidden codes that were presented again after they had earned their points."""

from __future__ import annotations

from sqlalchemy import Connection, update

from ledger.vocabulary import Id, OrgId, Seconds, Verdict
from records.engine import insert_if_absent
from records.scans.details import Details
from records.scans.log import append
from records.schema.scans import scan_subjects


def add_used_code(connection: Connection, unit: Id, *, org: OrgId, now: Seconds) -> int:
    """Adds to the log that a unit's right hidden code was presented by another than who had
    claimed the unit; its place in the log. ``org`` is who brings claims here. Nothing of either
    member is kept.
    """
    details = Details(unit, "code", Verdict.SOLD, org=org)
    (seq,) = append(connection, [(now, details)])
    insert_if_absent(connection, scan_subjects, {"subject": unit, "count": 0, "last_seq": seq})
    here = scan_subjects.c.subject == unit
    connection.execute(update(scan_subjects).where(here).values(last_seq=seq))
    return seq
