"""Keeps a run: itself, the chunks of its tree, and how each of its units is found.

A million units are some 1,000 chunks and a million small rows. Rows are put in the order of their
keys, so that they fill one page of the database after the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from sqlalchemy import Connection, insert

from ledger.vocabulary import Amount, DocumentHash, Id, OrgId, Seconds
from records.schema.units import print_runs, unit_chunks
from records.units.runs import PrintRun, Replaced, run

KEY_LENGTH = 16
"""Bytes of a tagged hash by which a unit is found."""
_AT_ONCE = 10_000
"""Rows that are handed to the database together."""


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run that is to be kept; its fields are those of `PrintRun`."""

    id: str
    org: OrgId
    lot: Id
    count: int
    each: Amount
    root: DocumentHash
    codes: bool
    activation: str
    operation: str
    recipient: str
    replaces: Replaced | None
    created: Seconds
    handed_out: Seconds | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """1024 units of a run, the last chunk fewer: the root over their leaves, the leaf hashes one
    after the other, and the addresses of their hidden codes, empty where they have none.
    """

    root: bytes
    leaves: bytes
    codes: bytes


def add(connection: Connection, new: NewRun, chunks: Iterable[Chunk], keys: bytes) -> PrintRun:
    """Keeps a run with all that verification needs of its units. ``keys`` are the lookup keys of
    its units (`lookup_key`) one after the other, by place.
    """
    replaced = new.replaces
    values = {name: getattr(new, name) for name in NewRun.__slots__} | {
        "replaces": replaced.run if replaced else None,
        "replaced_first": replaced.first if replaced else None,
        "replaced_count": replaced.count if replaced else None,
        "reason": replaced.reason if replaced else None,
    }
    connection.execute(insert(print_runs).values(**values))
    for number, chunk in enumerate(chunks):
        kept = {"root": chunk.root, "leaves": chunk.leaves, "codes": chunk.codes or None}
        connection.execute(insert(unit_chunks).values(run=new.id, number=number, **kept))
    _add_lookups(connection, new.id, keys)
    return run(connection, new.id)


def _add_lookups(connection: Connection, run_id: str, keys: bytes) -> None:
    rows = _in_order(run_id, keys)
    if connection.dialect.name == "sqlite":
        statement = "INSERT INTO unit_lookups (key, run, place) VALUES (?, ?, ?)"
        while some := list(islice(rows, _AT_ONCE)):
            connection.exec_driver_sql(statement, some)
        return
    driver: Any = connection.connection.driver_connection
    statement = "COPY unit_lookups (key, run, place) FROM STDIN (FORMAT BINARY)"
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(("bytea", "varchar", "int8"))
        for row in rows:
            copy.write_row(row)


def _in_order(run_id: str, keys: bytes) -> Iterator[tuple[bytes, str, int]]:
    halves = np.frombuffer(keys, dtype=">u8").reshape(-1, 2)
    places = np.lexsort((halves[:, 1], halves[:, 0]))
    for start in range(0, len(places), _AT_ONCE):
        for place in places[start : start + _AT_ONCE].tolist():
            at = place * KEY_LENGTH
            yield keys[at : at + KEY_LENGTH], run_id, place
