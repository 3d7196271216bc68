"""Scans whose details are still kept: of a subject, of a device, in order of the log."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Connection, Select, select, update

from ledger.vocabulary import Id, OrgId, Seconds
from records.scans.details import Place, ScanRow, details_of
from records.schema.scans import scan_details, scan_log, scan_subjects

_PART = 500


def history(connection: Connection, subject: Id) -> list[ScanRow]:
    """Every scan of a subject."""
    return _rows(connection, _query().where(scan_details.c.subject == subject))


def of_device(connection: Connection, device: bytes) -> list[ScanRow]:
    """Every view by a device under its pseudonym of a day."""
    return _rows(connection, _query().where(scan_details.c.device == device))


def scan(connection: Connection, seq: int) -> ScanRow | None:
    """A scan by its place in the log; None where there is none or its details are gone."""
    found = _rows(connection, _query().where(scan_details.c.seq == seq))
    return found[0] if found else None


def scans(
    connection: Connection,
    *,
    after: int = 0,
    subject: Id | None = None,
    org: OrgId | None = None,
    maker: OrgId | None = None,
    limit: int = 100,
) -> list[ScanRow]:
    """Scans in order of the log; of a subject, by the staff of an organisation, of a
    maker's goods.
    """
    d = scan_details.c
    query = _query().where(d.seq > after).limit(limit)
    if subject is not None:
        query = query.where(d.subject == subject)
    if org is not None:
        query = query.where(d.org == org)
    if maker is not None:
        made = select(scan_subjects.c.subject).where(scan_subjects.c.maker == maker)
        query = query.where(d.subject.in_(made))
    return _rows(connection, query)


def subjects_since(connection: Connection, seq: int) -> list[Id]:
    """Subjects with scans after a place in the log."""
    s = scan_subjects.c
    query = select(s.subject).where(s.last_seq > seq).order_by(s.last_seq)
    return [Id(each) for each in connection.execute(query).scalars()]


def devices_since(connection: Connection, seq: int) -> list[bytes]:
    """Devices that looked at something after a place in the log."""
    d = scan_details.c
    query = select(d.device).where(d.seq > seq, d.device.is_not(None)).distinct()
    return list(connection.execute(query).scalars())


def subjects_of_lots(connection: Connection, lots: Collection[Id]) -> list[Id]:
    """Scanned units of lots, as far as they were looked up, and the lots themselves."""
    s = scan_subjects.c
    query = select(s.subject).where(s.lot.in_(lots) | s.subject.in_(lots)).order_by(s.subject)
    return [Id(each) for each in connection.execute(query).scalars()]


def note_subject(connection: Connection, subject: Id, lot: Id, maker: OrgId | None) -> None:
    """Notes what a scanned subject is of, and whose goods it is."""
    here = scan_subjects.c.subject == subject
    connection.execute(update(scan_subjects).where(here).values(lot=lot, maker=maker))


def place_of_site(connection: Connection, org: OrgId, site: str) -> Place | None:
    """Where a site of an organisation is, as far as its staff's last read tells."""
    d = scan_details.c
    query = (
        select(d.country, d.latitude, d.longitude)
        .where(d.org == org, d.site == site, d.latitude.is_not(None))
        .order_by(d.seq.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else Place(row.country or "", row.latitude, row.longitude)


def all_subjects(connection: Connection) -> Iterator[Id]:
    """Every subject that was ever scanned."""
    after = b""
    while True:
        s = scan_subjects.c
        query = select(s.subject).where(s.subject > after).order_by(s.subject).limit(_PART)
        found = connection.execute(query).scalars().all()
        yield from map(Id, found)
        if len(found) < _PART:
            return
        after = found[-1]


def _query() -> Select[Any]:
    joined = scan_details.join(scan_log, scan_log.c.seq == scan_details.c.seq)
    return select(scan_details, scan_log.c.time).select_from(joined).order_by(scan_details.c.seq)


def _rows(connection: Connection, query: Select[Any]) -> list[ScanRow]:
    return [
        ScanRow(row.seq, Seconds(row.time), details_of(row)) for row in connection.execute(query)
    ]
