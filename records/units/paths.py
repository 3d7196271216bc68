"""What leads from a unit to the root of its run: one stored chunk, and the roots of all chunks."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, select

from ledger.errors import NotFound
from ledger.unit_trees import CHUNK, hashes_in, path_from
from records.schema.units import unit_chunks
from records.units.adding import Chunk


def path(connection: Connection, run_id: str, place: int) -> list[bytes]:
    """The inclusion path (RFC 6962) of the unit at a place of a run, lowest first.

    Raises:
        NotFound: there is no such place.
    """
    c = unit_chunks.c
    mine = (c.run == run_id) & (c.number == place // CHUNK)
    leaves = connection.scalar(select(c.leaves).where(mine)) if place >= 0 else None
    try:
        return path_from(leaves or b"", chunk_roots(connection, run_id), place)
    except IndexError as error:
        raise NotFound(f"run {run_id} has no unit at place {place}", place=place) from error


def leaf(connection: Connection, run_id: str, place: int) -> bytes:
    """The hash of the leaf of the unit at a place of a run.

    Raises:
        NotFound: there is no such place.
    """
    c = unit_chunks.c
    number, within = divmod(place, CHUNK)
    leaves = connection.scalar(select(c.leaves).where(c.run == run_id, c.number == number))
    found = hashes_in(leaves or b"")
    if not 0 <= within < len(found):
        raise NotFound(f"run {run_id} has no unit at place {place}", place=place)
    return found[within]


def chunk_roots(connection: Connection, run_id: str) -> list[bytes]:
    """The roots of the chunks of a run, in order."""
    c = unit_chunks.c
    query = select(c.root).where(c.run == run_id).order_by(c.number)
    return [bytes(root) for root in connection.scalars(query)]


def chunks(connection: Connection, run_id: str) -> Iterator[Chunk]:
    """The chunks of a run, one at a time."""
    c = unit_chunks.c
    for number in range(len(chunk_roots(connection, run_id))):
        row = connection.execute(
            select(unit_chunks).where(c.run == run_id, c.number == number)
        ).one()
        yield Chunk(row.root, row.leaves, row.codes or b"")
