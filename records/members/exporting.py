"""What tables of other parts keep of a member: found by their foreign keys, so that none is
forgotten when another comes.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Connection, Table, or_, select

from records.schema import metadata
from records.schema.members import members


def card_columns() -> dict[Table, list[Column[Any]]]:
    """The columns of each table that name a member by its card."""
    found = {
        table: [each for each in table.c if _names_member(each)] for table in metadata.sorted_tables
    }
    return {table: columns for table, columns in found.items() if columns}


def kept_elsewhere(
    connection: Connection, card: str, without: set[str]
) -> dict[str, list[dict[str, Any]]]:
    """The rows about a member, by table, but of tables that are told otherwise. Cards of others in
    them are left out: they are not this member's to know.
    """
    kept: dict[str, list[dict[str, Any]]] = {}
    for table, columns in card_columns().items():
        if table.name in without:
            continue
        query = select(table).where(or_(*(each == card for each in columns)))
        cards = {each.name for each in columns}
        kept[table.name] = [
            {name: value for name, value in row.items() if name not in cards or value == card}
            for row in connection.execute(query).mappings()
        ]
    return kept


def _names_member(column: Column[Any]) -> bool:
    return any(key.column is members.c.card for key in column.foreign_keys)
