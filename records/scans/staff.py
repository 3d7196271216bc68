"""Reads by staff: who read it and where is kept, and sealed in the same log."""

from __future__ import annotations

from sqlalchemy import Connection, update

from ledger.vocabulary import Id, OrgId, Seconds, Verdict
from records.engine import insert_if_absent
from records.scans.details import Details, Place, StaffKind
from records.scans.log import append
from records.schema.scans import scan_subjects


def add_staff(
    connection: Connection,
    subject: Id,
    kind: StaffKind,
    *,
    org: OrgId,
    site: str,
    key_id: str,
    verdict: Verdict,
    now: Seconds,
    place: Place | None = None,
) -> int:
    """Adds a read by staff to the log, inside the caller's transaction; its place in the log.

    ``site`` names the place as the organisation does, ``place`` is where the connection came from,
    ``key_id`` the API key. Others who append wait until the transaction ends.
    """
    details = Details(
        subject,
        kind,
        verdict,
        country=(place.country or None) if place else None,
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
        org=org,
        site=site,
        key_id=key_id,
    )
    (seq,) = append(connection, [(now, details)])
    insert_if_absent(connection, scan_subjects, {"subject": subject, "count": 0, "last_seq": seq})
    connection.execute(
        update(scan_subjects).where(scan_subjects.c.subject == subject).values(last_seq=seq)
    )
    return seq
