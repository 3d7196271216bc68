"""How far periodic work has come, by its name."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from records.engine import insert_if_absent
from records.schema.scans import scan_progress


def reached(connection: Connection, name: str) -> int:
    """How far it has come; 0 before it begins."""
    query = select(scan_progress.c.value).where(scan_progress.c.name == name)
    return int(connection.execute(query).scalar() or 0)


def note_reached(connection: Connection, name: str, value: int) -> None:
    """Notes how far it has come; never back."""
    insert_if_absent(connection, scan_progress, {"name": name, "value": value})
    mine = (scan_progress.c.name == name) & (scan_progress.c.value < value)
    connection.execute(update(scan_progress).where(mine).values(value=value))
