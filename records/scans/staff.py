"""Reads by staff: who read it and where is kept, and sealed in the same log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from ledger.vocabulary import Id, OrgId, Seconds, Verdict
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
    details = staff_details(
        subject, kind, org=org, site=site, key_id=key_id, verdict=verdict, place=place
    )
    (seq,) = add_staff_all(connection, [details], now)
    return seq


def staff_details(
    subject: Id,
    kind: StaffKind,
    *,
    org: OrgId,
    site: str,
    key_id: str,
    verdict: Verdict,
    place: Place | None,
) -> Details:
    """What is kept of a read by staff, as `add_staff` is told of it."""
    return Details(
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


def add_staff_all(connection: Connection, read: Sequence[Details], now: Seconds) -> list[int]:
    """Adds reads of different codes, as `add_staff` does one; their places in the log."""
    seqs = append(connection, [(now, each) for each in read])
    rows = [
        {"subject": each.subject, "count": 0, "last_seq": seq}
        for each, seq in zip(read, seqs, strict=True)
    ]
    if rows:
        dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
        added = dialect.insert(scan_subjects)
        newest = {"last_seq": added.excluded.last_seq}
        columns = [scan_subjects.c.subject]
        connection.execute(added.on_conflict_do_update(index_elements=columns, set_=newest), rows)
    return seqs
