"""The RFC 6962 tree over the heads of the log: its root at any size, and paths into it.

Roots of whole chunks are stored once the log has passed them, so neither costs more than a chunk
and the chunks' roots, however long the log is. The leaf of entry ``seq`` is its head, at the place
``seq - 1``.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from ledger.hashing import leaf_hash
from ledger.unit_trees import CHUNK, path_over, root_over
from records.engine import insert_if_absent
from records.schema.scans import scan_log, scan_tiles


def root(connection: Connection, size: int) -> bytes:
    """The root over the first ``size`` entries.

    Raises:
        IndexError: the log is shorter.
    """
    return root_over(_roots(connection, size))


def path(connection: Connection, place: int, size: int) -> list[bytes]:
    """The inclusion path of the entry at ``place`` (from 0) among the first ``size``.

    Raises:
        IndexError: there is no such entry.
    """
    if not 0 <= place < size:
        raise IndexError(place)
    number, within = divmod(place, CHUNK)
    leaves = _leaves(connection, number, size)
    return path_over(leaves, within) + path_over(_roots(connection, size), number)


def grow(connection: Connection, size: int) -> None:
    """Stores the roots of whole chunks among the first ``size`` entries."""
    known = set(connection.execute(select(scan_tiles.c.place)).scalars())
    for number in range(size // CHUNK):
        if number not in known:
            made = root_over(_leaves(connection, number, size))
            insert_if_absent(connection, scan_tiles, {"place": number, "root": made})


def _roots(connection: Connection, size: int) -> list[bytes]:
    whole = size // CHUNK
    tiles = scan_tiles.c
    query = select(tiles.place, tiles.root).where(tiles.place < whole)
    stored = {row.place: row.root for row in connection.execute(query)}
    numbers = range(-(-size // CHUNK))
    return [
        stored.get(number) or root_over(_leaves(connection, number, size)) for number in numbers
    ]


def _leaves(connection: Connection, number: int, size: int) -> list[bytes]:
    """Hashes of the leaves of a chunk of the tree over ``size`` entries."""
    first, last = number * CHUNK + 1, min((number + 1) * CHUNK, size)
    log = scan_log.c
    query = select(log.head).where(log.seq.between(first, last)).order_by(log.seq)
    heads = connection.execute(query).scalars().all()
    if len(heads) != last - first + 1:
        raise IndexError(last)
    return [leaf_hash(head) for head in heads]
