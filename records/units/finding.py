"""Finds the unit behind a scanned code among millions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    and_,
    cast,
    func,
    literal,
    select,
)

from ledger.hashing import sha256, tagged
from ledger.unit_trees import CHUNK
from ledger.vocabulary import Address, Id, OrgId
from records.schema.units import print_runs, unit_chunks, unit_lookups
from records.units.activations import active
from records.units.adding import KEY_LENGTH
from records.units.runs import PrintRun

_ADDRESS = 20
_AT_ONCE = 500
"""Units of one question."""
NO_CODE = Address(bytes(_ADDRESS))


@dataclass(frozen=True, slots=True)
class RunUnit:
    """A unit of a run. ``code`` is the address of its hidden code, zero where it has none."""

    run: str
    org: OrgId
    lot: Id
    place: int
    code: Address
    activated: bool


def lookup_key(unit: Id) -> bytes:
    """What a unit is found by: 16 bytes of a tagged SHA-256 of its id."""
    return sha256(tagged("lookup", unit))[:KEY_LENGTH]


def find(connection: Connection, unit: Id) -> RunUnit | None:
    """The unit of a run that has this id, if any has."""
    row = connection.execute(_PLACED.where(unit_lookups.c.key == lookup_key(unit))).one_or_none()
    return None if row is None else _unit(row)


def find_all(connection: Connection, units: Sequence[Id]) -> dict[Id, RunUnit]:
    """Those of many units that are of a run."""
    found: dict[Id, RunUnit] = {}
    for start in range(0, len(units), _AT_ONCE):
        keys = {lookup_key(unit): unit for unit in units[start : start + _AT_ONCE]}
        rows = connection.execute(_PLACED.where(unit_lookups.c.key.in_(keys)))
        found |= {keys[bytes(row.key)]: _unit(row) for row in rows}
    return found


def unit_at(connection: Connection, run: PrintRun, place: int) -> RunUnit | None:
    """The unit at a place of a run; its id is not known here."""
    if not 0 <= place < run.count:
        return None
    query = _unit_of(literal(place)).select_from(
        print_runs.join(unit_chunks, _chunk_of(literal(place)))
    )
    row = connection.execute(query.where(print_runs.c.id == run.id)).one()
    return _unit(row)


def _chunk_of(place: ColumnElement[int]) -> ColumnElement[bool]:
    of_run = unit_chunks.c.run == print_runs.c.id
    return and_(of_run, unit_chunks.c.number == place // CHUNK)


def _unit_of(place: ColumnElement[int], *more: ColumnElement[Any]) -> Select[Any]:
    # Databases count the bytes of a blob from 1.
    start = cast(place % CHUNK * _ADDRESS + 1, Integer)
    code = func.substr(unit_chunks.c.codes, start, _ADDRESS)
    r = print_runs.c
    return select(
        r.id, r.org, r.lot, place.label("place"), code.label("code"),
        active(place).label("activated"), *more,
    )  # fmt: skip


_PLACED = _unit_of(unit_lookups.c.place, unit_lookups.c.key).select_from(
    unit_lookups.join(print_runs, print_runs.c.id == unit_lookups.c.run).join(
        unit_chunks, _chunk_of(unit_lookups.c.place)
    )
)


def _unit(row: Row[Any]) -> RunUnit:
    code = NO_CODE if row.code is None else Address(bytes(row.code))
    return RunUnit(row.id, OrgId(row.org), Id(row.lot), row.place, code, bool(row.activated))
