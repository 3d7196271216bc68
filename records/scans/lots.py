"""What the scans of a product's lots add up to."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, func, select

from ledger.vocabulary import Id, Kind
from records.schema.scans import scan_alerts, scan_details, scan_subjects

_NUMERIC = slice(1, 9)
_UNITS = scan_subjects.c.subject != scan_subjects.c.lot
_LAST = b"\xff" * 23


def scanned_units(connection: Connection, product: Id) -> dict[Id, int]:
    """Units of each lot of a product that devices looked at, as far as they were looked up."""
    s = scan_subjects.c
    query = select(s.lot, func.count()).where(_of(product), s.count > 0).group_by(s.lot)
    return {Id(lot): int(number) for lot, number in connection.execute(query)}


def units_in_conflict(connection: Connection, product: Id, rules: str) -> dict[Id, int]:
    """Of each lot of a product, units that stand in conflict under a version of the rules."""
    s, a = scan_subjects.c, scan_alerts.c
    query = (
        select(s.lot, func.count())
        .select_from(scan_subjects.join(scan_alerts, a.subject == s.subject))
        .where(_of(product), a.rules == rules, a.level == "conflict")
        .group_by(s.lot)
    )
    return {Id(lot): int(number) for lot, number in connection.execute(query)}


def views_by_country(connection: Connection, lot: Id) -> dict[str, int]:
    """Views of a lot's units by country (ISO 3166-1), of those whose details are kept."""
    s, d = scan_subjects.c, scan_details.c
    query = (
        select(d.country, func.count())
        .select_from(scan_details.join(scan_subjects, s.subject == d.subject))
        .where(s.lot == lot, _UNITS, d.kind == "view", d.country.is_not(None))
        .group_by(d.country)
    )
    return {str(country): int(number) for country, number in connection.execute(query)}


def _of(product: Id) -> ColumnElement[bool]:
    first = bytes([Kind.LOT]) + product[_NUMERIC]
    return scan_subjects.c.lot.between(first, first + _LAST) & _UNITS
